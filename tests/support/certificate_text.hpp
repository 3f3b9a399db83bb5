// SPDX-License-Identifier: MIT
// Certificates written by hand, and what the checker says of them.
#pragma once

#include <cstddef>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/exact/certificate.hpp>
#include <election/exact/certificate_check.hpp>

namespace election_test {

/// Rows of 0 and 1.
inline election::packed_allocation matrix(const std::vector<std::string>& rows) {
    election::packed_allocation code(rows.size(), rows[0].size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < rows[i].size(); ++j) {
            if (rows[i][j] == '1') code.set(i, j);
        }
    }
    return code;
}

/// With the checksum that its lines have.
inline std::string with_sum(std::string text) {
    election::detail::fnv64 hash;
    hash.add(text);
    return std::move(text) + "sum " + election::detail::hash_text(hash.value()) + "\n";
}

/// The lines that begin a certificate about a code, up to the ties.
inline std::string head(const election::packed_allocation& code, std::string_view ties = "abstain") {
    return "election certificate 1\ncode " + std::to_string(code.workers()) + " " + std::to_string(code.partitions()) + " " +
           election::detail::hash_text(election::detail::text_hash(code)) + "\nties " + std::string(ties) + "\n";
}

/// A certificate as a file has it.
inline std::string written(const election::certificate& proof) {
    std::ostringstream file;
    election::write_certificate(file, proof);
    return file.str();
}

/// What the checker says: "proved", or the first refutation, or the error.
inline std::string outcome_of_text(const election::packed_allocation& code, const std::string& text) {
    try {
        const auto checked = election::check_certificate(code, text, "F");
        CHECK(checked.proved() == (checked.holds() && checked.optimality == election::optimality_check::proved));
        if (checked.holds()) return checked.proved() ? "proved" : "not proved";
        return checked.refutations[0];
    } catch (const election::format_error& failure) {
        return failure.what();
    }
}

inline std::string outcome(const election::packed_allocation& code, const std::string& body,
                           std::string_view ties = "abstain") {
    return outcome_of_text(code, with_sum(head(code, ties) + body));
}

/// A claim that no margin is smaller, with one proof for every truth that needs one.
inline std::string margin_at_least(const election::packed_allocation& code, int margin, const std::string& proof,
                                   election::tie_policy ties = election::tie_policy::abstain) {
    const std::string loss = std::to_string(margin + static_cast<int>(code.workers()));
    std::string text = "claim margin at least ";
    text.append(std::to_string(margin)).append("\nside + loss ").append(loss).append("\n").append(proof).append("\n");
    if (!is_symmetric(ties)) text.append("side - loss ").append(loss).append("\n").append(proof).append("\n");
    return text;
}

/// What the checker says of such a claim.
inline std::string outcome_of_margin(const election::packed_allocation& code, int margin, const std::string& proof,
                                     election::tie_policy ties = election::tie_policy::abstain) {
    return outcome(code, margin_at_least(code, margin, proof, ties), name_of(ties));
}

struct step {
    const char* lines;
    const char* outcome;
};

} // namespace election_test
