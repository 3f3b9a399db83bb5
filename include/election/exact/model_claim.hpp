// SPDX-License-Identifier: MIT
// check_claim() for other models than the plain one: what somebody says about a code's worst election under an exact model.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/exact/certified_step.hpp>
#include <election/exact/certified_witness.hpp>
#include <election/exact/exact_election.hpp>
#include <election/exact/exact_model.hpp>
#include <election/verify/claim.hpp>
#include <election/verify/verdict.hpp>

namespace election {

/// What is claimed about a code's worst election under a model; what is not claimed is empty. Made from a verdict by claim_of().
///
/// The margin counts the votes of the model: with weights, and liars against the truth. With weights there is no tolerance.
struct model_claim : claim {
    exact_model model;                                 ///< which elections it is about; its ties are those of the claim
    std::optional<char> truth;                         ///< '+' or '-', the sign of the witness's sum
    std::optional<std::string> reported;               ///< what partitions report, a sign each; nothing: the witness
    std::optional<std::vector<std::size_t>> corrupted; ///< partitions that report something else than the witness has
};

namespace detail {

/// The rules of a claim's model. They share the checker of certificates, and nothing with the search.
class model_claim_rules {
public:
    model_claim_rules(const packed_allocation& code, const model_claim& claimed) : code_(code), claimed_(claimed) {}

    [[nodiscard]] bool has_zeros() const noexcept { return claimed_.model.alphabet == sign_alphabet::ternary; }
    [[nodiscard]] bool is_one_vote_each() const noexcept { return claimed_.model.weights.empty(); }
    [[nodiscard]] std::int64_t all_votes() const {
        const auto& weights = claimed_.model.weights;
        if (is_one_vote_each()) return static_cast<std::int64_t>(code_.workers());
        return std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
    }

    void refute_parts_alone(std::vector<std::string>& reasons) const {
        if (claimed_.truth) reasons.emplace_back("truth: a truth is claimed without a witness");
        if (claimed_.reported) reasons.emplace_back("reported: reports are claimed without a witness");
        if (claimed_.corrupted) reasons.emplace_back("corrupted: partitions are claimed without a witness");
    }

    [[nodiscard]] std::optional<held_election> hold(const std::string& witness, std::vector<std::string>& reasons) const {
        const std::string& reported = claimed_.reported ? *claimed_.reported : witness;
        if (reported.size() != witness.size()) {
            reasons.push_back("reported: " + shown(reported.size()) + " signs are claimed, the matrix has " +
                              shown(witness.size()) + " partitions");
            return std::nullopt;
        }
        if (auto strange = strange_sign("reported", reported, has_zeros())) {
            reasons.push_back(*std::move(strange));
            return std::nullopt;
        }
        try {
            held_witness held = hold_witness(code_, claimed_.model, witness, reported);
            check_parts(witness, reported, held.truth > 0 ? '+' : '-', reasons);
            return held_election{std::move(held.votes), held.margin};
        } catch (const false_step& step) {
            reasons.push_back("witness: " + step.why);
            return std::nullopt;
        }
    }

private:
    void check_parts(const std::string& witness, const std::string& reported, char truth,
                     std::vector<std::string>& reasons) const {
        if (claimed_.truth && *claimed_.truth != truth) {
            std::string reason = "truth: another than that of the witness is claimed, which is ";
            reasons.push_back(reason += truth);
        }
        if (!claimed_.corrupted) return;
        std::vector<std::size_t> others;
        for (std::size_t j = 0; j < witness.size(); ++j) {
            if (witness[j] != reported[j]) others.push_back(j);
        }
        std::vector<std::size_t> corrupted = *claimed_.corrupted;
        std::sort(corrupted.begin(), corrupted.end());
        if (corrupted != others) {
            std::string reason = others.empty() ? "corrupted: partitions are claimed, none reports another sign"
                                                : "corrupted: other partitions are claimed than report another sign:";
            for (std::size_t j : others) reason.append(" ").append(shown(j));
            reasons.push_back(std::move(reason));
        }
    }

    const packed_allocation& code_;
    const model_claim& claimed_;
};

} // namespace detail

/// States a verdict under a model as a claim about its code, for check_claim(). O(n + k).
/// \param found     the verdict
/// \param model     what it is about, with the same ties
/// \param election  its witness in full
/// \returns everything in the verdict but the answer to verify_options::tolerates, whose number of liars it does not keep
///
/// \code
/// const election::packed_allocation code(election::deterministic(5, 1));
/// const election::exact_options options{.model = {.liars = {0}, .corrupted = 1}, .threads = 1};
/// const auto found = election::verify_exact(code, options, election::exact_kernels_for<>());
/// const election::model_claim claimed = election::claim_of(found, options.model, found.election);
/// assert(claimed.margin == -5 && claimed.model.corrupted == 1 && claimed.corrupted->size() == 1);
/// \endcode
[[nodiscard]] inline model_claim claim_of(const verdict& found, const exact_model& model, const exact_election& election) {
    model_claim claimed{claim_of(found), model, {}, {}, {}};
    if (claimed.witness) {
        claimed.truth = election.truth > 0 ? '+' : '-';
        claimed.reported = to_string(election.reported);
        claimed.corrupted = election.corrupted;
    }
    return claimed;
}

/// Checks a claim about a model against the matrix: as check_claim() for the plain one, by the definition of the model.
///
/// A confirmed witness shows that the smallest margin is at most the claimed one; that it is not less takes a proof, a certificate.
/// \param code     n × k, any 0/1 matrix
/// \param claimed  about that matrix; any text may stand for a witness and for what is reported
/// \returns what is confirmed and everything that is false
/// \throws error            the claim is about another number of workers or partitions, or the matrix is not 0/1
/// \throws parameter_error  the model does not fit the code, or has other ties than the claim
/// \par Complexity
/// O(n·k)
///
/// \code
/// const election::packed_allocation code(election::deterministic(5, 1));
/// const election::exact_model sparse{.alphabet = election::sign_alphabet::ternary};
/// const auto worst = election::verify_model_reference(code, sparse);
/// election::model_claim claimed;
/// claimed.workers = claimed.partitions = 5;
/// claimed.model = sparse;
/// claimed.witness = election::to_string(worst.message);
/// claimed.margin = worst.margin;
/// assert(election::check_claim(code, claimed).witness == election::witness_check::confirmed);
/// \endcode
template <allocation A>
[[nodiscard]] claim_check check_claim(const A& code, const model_claim& claimed) {
    const packed_allocation& matrix = packed(code);
    if (claimed.workers != matrix.workers() || claimed.partitions != matrix.partitions()) {
        return check_claim(code, static_cast<const claim&>(claimed)); // throws
    }
    detail::require_valid(claimed.model, matrix, 1, "check_claim");
    detail::require(claimed.model.ties == claimed.ties, "check_claim", "ties", name_of(claimed.model.ties),
                    "must be those of the claim, ", name_of(claimed.ties));
    return detail::claim_checker(matrix, claimed, detail::model_claim_rules(matrix, claimed)).run();
}

} // namespace election
