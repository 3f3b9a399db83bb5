// SPDX-License-Identifier: MIT
// vote_law: how likely a random worker's vote is right, tied or wrong on a fixed message.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include <election/analysis/hypergeometric.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>

namespace election {

/// How one worker votes, at random; the three probabilities add up to 1.
struct vote_law {
    double right = 0; ///< the truth wins among the worker's partitions
    double tied = 0;  ///< its partitions' signs sum to 0, or it is idle
    double wrong = 0; ///< the truth loses

    /// The mean contribution to the margin, where ties abstain: right − wrong.
    [[nodiscard]] double mean() const noexcept { return right - wrong; }
};

/// The law with ties decided by a policy.
/// \param law    a law
/// \param ties   how a tied worker votes; a coin is a wrong vote, as in the worst case
/// \param truth  +1 or −1: the sign that wins
/// \returns the law; nothing is tied unless ties abstain. O(1)
///
/// \code
/// const election::vote_law law{.right = 0.5, .tied = 0.25, .wrong = 0.25};
/// assert(election::with_ties(law, election::tie_policy::positive, +1).right == 0.75);
/// assert(election::with_ties(law, election::tie_policy::coin, +1).wrong == 0.5);
/// \endcode
[[nodiscard]] constexpr vote_law with_ties(const vote_law& law, tie_policy ties, int truth) noexcept {
    if (ties == tie_policy::abstain) return law;
    const bool right = ties == (truth > 0 ? tie_policy::positive : tie_policy::negative);
    return {.right = law.right + (right ? law.tied : 0), .tied = 0, .wrong = law.wrong + (right ? 0 : law.tied)};
}

/// The vote of a worker that holds a uniformly random set of `load` partitions: the hypergeometric law.
///
/// It is at the same time the vote of any worker with that load on a uniformly random message with that many winners.
/// \param partitions  k ≥ 1
/// \param winners     partitions on the truth's side, up to k
/// \param load        partitions that the worker holds, up to k
/// \returns the law, each probability with a relative error below (k + 10)·10⁻¹⁴
/// \throws parameter_error  more winners than partitions, or a larger load
/// \par Complexity
/// O(load)
///
/// \code
/// const auto law = election::fixed_load_law(5, 3, 3); // right with two or three winners of three
/// assert(std::abs(law.right - 0.7) < 1e-14 && law.tied == 0);
/// \endcode
[[nodiscard]] inline vote_law fixed_load_law(std::size_t partitions, std::size_t winners, std::size_t load) {
    detail::require(winners <= partitions, "fixed_load_law", "winners", winners, "must be at most k = ", partitions);
    detail::require(load <= partitions, "fixed_load_law", "load", load, "must be at most k = ", partitions);
    const std::vector<double> hits = hypergeometric_distribution(partitions, winners, load);
    vote_law law;
    for (std::size_t x = 0; x < hits.size(); ++x) {
        (2 * x > load ? law.right : 2 * x == load ? law.tied : law.wrong) += hits[x];
    }
    return law;
}

/// The vote of a worker that holds every partition with probability p, independently.
///
/// It is exact for one row of a Bernoulli(p) code, and, with p = D/n, for one row of a column-regular code: there every
/// column is a uniformly random set of D of the n workers, and columns are independent.
/// \param partitions   k ≥ 1
/// \param winners      partitions on the truth's side, up to k
/// \param probability  p, 0 … 1
/// \returns the law, each probability with a relative error below (k + 10)·10⁻¹⁴
/// \throws parameter_error  more winners than partitions, or a probability that is none
/// \par Complexity
/// O(k)
///
/// \code
/// const auto law = election::bernoulli_law(1, 1, 0.25); // one partition, and it wins: held or idle
/// assert(law.right == 0.25 && law.tied == 0.75 && law.wrong == 0);
/// \endcode
[[nodiscard]] inline vote_law bernoulli_law(std::size_t partitions, std::size_t winners, double probability) {
    detail::require(winners <= partitions, "bernoulli_law", "winners", winners, "must be at most k = ", partitions);
    detail::require(probability >= 0 && probability <= 1, "bernoulli_law", "p", probability, "must be 0 to 1");
    const std::vector<double> right = binomial_distribution(winners, probability);
    const std::vector<double> wrong = binomial_distribution(partitions - winners, probability);
    vote_law law;
    double wrong_below = 0; // P(losers held < x)
    double right_below = 0; // P(winners held < x)
    for (std::size_t x = 0; x < std::max(right.size(), wrong.size()); ++x) {
        const double winning = x < right.size() ? right[x] : 0;
        const double losing = x < wrong.size() ? wrong[x] : 0;
        law.right += winning * wrong_below;
        law.tied += winning * losing;
        law.wrong += losing * right_below;
        wrong_below += losing;
        right_below += winning;
    }
    return law;
}

} // namespace election
