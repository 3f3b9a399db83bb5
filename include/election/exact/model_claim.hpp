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

/// Recomputes a claimed election by the rules of its model. It shares the checker of certificates, and nothing with the search.
class model_claim_checker final : public claim_checker {
public:
    model_claim_checker(const packed_allocation& code, const model_claim& claimed)
        : claim_checker(code, claimed), code_(code), claimed_(claimed) {}

private:
    [[nodiscard]] bool has_zeros() const override { return claimed_.model.alphabet == sign_alphabet::ternary; }
    [[nodiscard]] bool is_one_vote_each() const override { return claimed_.model.weights.empty(); }
    [[nodiscard]] std::int64_t all_votes() const override {
        if (is_one_vote_each()) return claim_checker::all_votes();
        return std::accumulate(claimed_.model.weights.begin(), claimed_.model.weights.end(), std::int64_t{0});
    }

    void check_parts_alone() override {
        if (claimed_.truth) refute_witness("truth: a truth is claimed without a witness");
        if (claimed_.reported) refute_witness("reported: reports are claimed without a witness");
        if (claimed_.corrupted) refute_witness("corrupted: partitions are claimed without a witness");
    }

    [[nodiscard]] std::optional<held_election> hold_election(const std::string& witness) override {
        const std::string& reported = claimed_.reported ? *claimed_.reported : witness;
        if (reported.size() != witness.size()) {
            refute_witness("reported: " + shown(reported.size()) + " signs are claimed, the matrix has " +
                           shown(witness.size()) + " partitions");
            return std::nullopt;
        }
        const auto strange = reported.find_first_not_of(has_zeros() ? "+-0" : "+-");
        if (strange != std::string::npos) {
            refute_witness("reported: the sign of partition " + shown(strange) + " must be " +
                           (has_zeros() ? "+, - or 0" : "+ or -"));
            return std::nullopt;
        }
        try {
            held_witness held = hold_witness(code_, claimed_.model, witness, reported);
            check_parts(witness, reported, held.truth > 0 ? '+' : '-');
            return held_election{std::move(held.votes), held.margin};
        } catch (const false_step& step) {
            refute_witness("witness: " + step.why);
            return std::nullopt;
        }
    }

    void check_parts(const std::string& witness, const std::string& reported, char truth) {
        if (claimed_.truth && *claimed_.truth != truth) {
            std::string reason = "truth: another than that of the witness is claimed, which is ";
            refute_witness(reason += truth);
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
            refute_witness(std::move(reason));
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
    return detail::model_claim_checker(matrix, claimed).run();
}

} // namespace election
