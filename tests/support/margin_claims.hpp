// SPDX-License-Identifier: MIT
// Claims about margins, proved by given lines and held against the reference.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/exact/certificate.hpp>
#include <election/exact/certificate_check.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/model_reference.hpp>
#include <election/verify/reference.hpp>
#include <support/certificate_text.hpp>
#include <support/random_code.hpp>

namespace election_test {

/// Checks that these lines prove that the margin is at least what the reference says, and not that it is more.
inline void check_margin_claims(const election::packed_allocation& code, const election::exact_model& model,
                                const std::vector<std::string>& lines) {
    const std::vector<std::uint32_t>& weights = model.weights;
    const std::int64_t votes = weights.empty() ? static_cast<std::int64_t>(code.workers())
                                               : std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
    const std::int64_t margin = election::verify_model_reference(code, model).margin;
    for (int lift : {0, 1}) {
        auto claimed = election::certificate_about(code, model);
        claimed.claim = election::margin_claim::at_least;
        claimed.margin = margin + lift;
        for (int truth : {1, -1}) {
            if (truth < 0 && is_symmetric(model.ties)) continue;
            claimed.sides.push_back({truth, claimed.margin + votes, lines});
        }
        const std::string text = written(claimed);
        CAPTURE(text);
        CHECK(election::check_certificate(code, text).proved() == (lift == 0));
    }
}

/// Checks that lines about five workers never prove more than the reference says, of random codes under all tie policies.
/// \returns how often they prove as much
inline int times_proved(const std::vector<std::string>& lines, std::mt19937& random) {
    int proved = 0;
    for (int round = 0; round < 300; ++round) {
        const auto code = random_code(5, 3 + random() % 6, 0.1 * static_cast<double>(2 + random() % 7), random());
        for (election::tie_policy ties : election::tie_policies) {
            const int margin = election::verify_reference(code, ties).margin;
            for (const std::string& line : lines) {
                CHECK(outcome_of_margin(code, margin + 1, line, ties) != "proved");
                proved += outcome_of_margin(code, margin, line, ties) == "proved" ? 1 : 0;
            }
        }
    }
    return proved;
}

} // namespace election_test
