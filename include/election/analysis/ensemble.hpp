// SPDX-License-Identifier: MIT
// Random codes: the exact probability that one fails in a given election, upper bounds of it, and how dense a code must be.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>

#include <election/analysis/hypergeometric.hpp>
#include <election/analysis/vote_law.hpp>
#include <election/core/error.hpp>

namespace election {
namespace detail {

inline void require_liars(std::string_view where, std::size_t workers, std::size_t liars) {
    require(workers >= 1 && workers <= 1000000, where, "n", workers, "must be 1 to ", 1000000);
    require(liars <= (workers - 1) / 2, where, "b", liars, "must be at most (n - 1) / 2 = ", (workers - 1) / 2);
}

/// The partitions on the truth's side of a nearest election.
[[nodiscard]] inline std::size_t fewest_winners(std::string_view where, std::size_t partitions) {
    require(partitions >= 1 && partitions <= 1000000, where, "k", partitions, "must be 1 to ", 1000000);
    return partitions / 2 + 1;
}

/// log P(at most `limit` of `trials` succeed), with the logarithms of the probabilities of success and failure.
[[nodiscard]] inline double log_binomial_at_most(std::size_t trials, std::size_t limit, double log_success,
                                                 double log_failure) {
    if (limit >= trials) return 0;
    if (std::isinf(log_success)) return 0;
    if (std::isinf(log_failure)) return -HUGE_VAL;
    // All terms as multiples of the largest that is wanted.
    const double odds = std::exp(log_success - log_failure);
    const auto n = static_cast<double>(trials);
    const auto mode = static_cast<std::size_t>((n + 1) * std::exp(log_success));
    const std::size_t largest = std::min(limit, mode);
    double sum = 1;
    double term = 1;
    for (std::size_t x = largest; x > 0 && term > sum * 1e-18; --x) {
        term *= static_cast<double>(x) / ((n - static_cast<double>(x) + 1) * odds);
        sum += term;
    }
    term = 1;
    for (std::size_t x = largest; x < limit && term > sum * 1e-18; ++x) {
        term *= (n - static_cast<double>(x)) * odds / static_cast<double>(x + 1);
        sum += term;
    }
    const auto at = static_cast<double>(largest);
    return std::min(0.0, log_binomial(trials, largest) + at * log_success + (n - at) * log_failure + std::log(sum));
}

/// The least value of a function of one minimum between two arguments, by golden sections.
template <class Function>
[[nodiscard]] double argument_of_least(double low, double high, const Function& value) {
    constexpr double golden = 0.61803398874989485;
    double left = high - golden * (high - low);
    double right = low + golden * (high - low);
    double at_left = value(left);
    double at_right = value(right);
    for (int round = 0; round < 60; ++round) {
        if (at_left <= at_right) {
            high = right;
            right = left;
            at_right = at_left;
            at_left = value(left = high - golden * (high - low));
        } else {
            low = left;
            left = right;
            at_left = at_right;
            at_right = value(right = low + golden * (high - low));
        }
    }
    return at_left <= at_right ? left : right;
}

} // namespace detail

/// The natural logarithm of the probability that n workers who vote independently by one law have a margin of at most 2b: that
/// worst-placed b liars win.
///
/// \param law      how each worker votes; ties abstain (with_ties() decides them otherwise)
/// \param workers  n, 1 … 10⁶
/// \param liars    b, at most (n − 1)/2
/// \returns log P(right − wrong ≤ 2b); −∞ if it cannot happen. The absolute error, which is the relative error of the
///          probability, is below 10⁻¹⁰ for n ≤ 10⁴, if the law's is 0
/// \throws parameter_error  a parameter out of range
/// \par Complexity
/// O(n²) at worst; about O(n·√n) where the terms fall quickly
/// \par Reference
/// the closed sum: over the number of tied workers, a binomial tail each
///
/// \code
/// const election::vote_law fair{.right = 0.5, .tied = 0, .wrong = 0.5};
/// assert(std::abs(std::exp(election::log_margin_failure(fair, 3, 0)) - 0.5) < 1e-12);
/// \endcode
[[nodiscard]] inline double log_margin_failure(const vote_law& law, std::size_t workers, std::size_t liars) {
    detail::require_liars("log_margin_failure", workers, liars);
    const double voting = law.right + law.wrong;
    const double log_right = std::log(law.right / voting);
    const double log_wrong = std::log(law.wrong / voting);
    const double log_tied = std::log(law.tied);
    const double log_voting = std::log(voting);
    double total = -HUGE_VAL;
    const auto add = [&](std::size_t tied) {
        const std::size_t rest = workers - tied;
        if ((tied > 0 && law.tied <= 0) || (rest > 0 && voting <= 0)) return;
        double term = log_binomial(workers, tied);
        if (tied > 0) term += static_cast<double>(tied) * log_tied;
        if (rest > 0) term += static_cast<double>(rest) * log_voting;
        if (term < total - 50) return; // a million such terms change nothing that a double shows
        term += detail::log_binomial_at_most(rest, (rest + 2 * liars) / 2, log_right, log_wrong);
        const double larger = std::max(total, term);
        if (!std::isinf(larger)) total = larger + std::log1p(std::exp(std::min(total, term) - larger));
    };
    // The likeliest number of ties first, so that hopeless numbers are seen as such.
    const auto likeliest = std::min(workers, static_cast<std::size_t>(static_cast<double>(workers) * law.tied));
    for (std::size_t tied = likeliest; tied <= workers; ++tied) add(tied);
    for (std::size_t tied = likeliest; tied > 0; --tied) add(tied - 1);
    return std::min(total, 0.0);
}

/// Hoeffding's upper bound of the same probability.
///
/// It holds for votes that are independent, and for votes that are negatively associated, as those of a column-regular code are.
/// With ties counted as wrong it is exp(−2n(1/2 − b/n − q)²), q the probability of a wrong vote: the step that turns
/// a local error probability into a global one.
/// \param law      how each worker votes
/// \param workers  n, 1 … 10⁶
/// \param liars    b, at most (n − 1)/2
/// \returns exp(−(n·mean − 2b)²/(2n)); 1 unless the mean margin is above 2b
/// \throws parameter_error  a parameter out of range
/// \par Complexity
/// O(1)
/// \par Reference
/// Hoeffding, J. Amer. Statist. Assoc. 58, 1963, Theorem 2
///
/// \code
/// const election::vote_law law{.right = 0.75, .tied = 0, .wrong = 0.25};
/// assert(std::abs(election::hoeffding_failure(law, 100, 10) - std::exp(-4.5)) < 1e-12);
/// \endcode
[[nodiscard]] inline double hoeffding_failure(const vote_law& law, std::size_t workers, std::size_t liars) {
    detail::require_liars("hoeffding_failure", workers, liars);
    const auto n = static_cast<double>(workers);
    const double surplus = n * law.mean() - 2 * static_cast<double>(liars);
    return surplus <= 0 ? 1 : std::exp(-surplus * surplus / (2 * n));
}

/// The natural logarithm of Chernoff's upper bound of the same probability: never above Hoeffding's.
///
/// It holds for votes that are independent or negatively associated.
/// \param law      how each worker votes
/// \param workers  n, 1 … 10⁶
/// \param liars    b, at most (n − 1)/2
/// \returns the least over θ ≥ 0 of n·log(right·e^−θ + tied + wrong·e^θ) + 2bθ. Every θ gives a bound, so an inexact least is
///          a bound too
/// \throws parameter_error  a parameter out of range
/// \par Complexity
/// O(1)
/// \par Reference
/// Chernoff, Ann. Math. Statist. 23, 1952
///
/// \code
/// const election::vote_law law{.right = 0.75, .tied = 0, .wrong = 0.25};
/// assert(election::log_margin_failure(law, 100, 10) <= election::log_chernoff_failure(law, 100, 10));
/// assert(election::log_chernoff_failure(law, 100, 10) <= std::log(election::hoeffding_failure(law, 100, 10)));
/// \endcode
[[nodiscard]] inline double log_chernoff_failure(const vote_law& law, std::size_t workers, std::size_t liars) {
    detail::require_liars("log_chernoff_failure", workers, liars);
    const auto n = static_cast<double>(workers);
    const auto b = static_cast<double>(liars);
    const auto exponent = [&](double theta) {
        return n * std::log(law.right * std::exp(-theta) + law.tied + law.wrong * std::exp(theta)) + 2 * b * theta;
    };
    return std::min(0.0, exponent(detail::argument_of_least(0, 50, exponent))); // convex in theta
}

/// The exact probability that a Bernoulli(p) code fails in one nearest election against b worst-placed liars. Ties abstain.
///
/// \param workers      n, 1 … 10⁶
/// \param partitions   k, 1 … 10⁶, odd or even
/// \param liars        b, at most (n − 1)/2
/// \param probability  p, 0 … 1
/// \returns the logarithm of P(margin ≤ 2b) for a message with ⌊k/2⌋ + 1 winners. The absolute error is below (n + k)·10⁻¹³
/// \throws parameter_error  a parameter out of range
/// \par Complexity
/// as log_margin_failure(), plus O(k)
///
/// \code
/// // One worker, one partition: it fails when the worker is idle.
/// assert(std::abs(std::exp(election::log_bernoulli_failure(1, 1, 0, 0.75)) - 0.25) < 1e-12);
/// \endcode
[[nodiscard]] inline double log_bernoulli_failure(std::size_t workers, std::size_t partitions, std::size_t liars,
                                                  double probability) {
    const std::size_t winners = detail::fewest_winners("log_bernoulli_failure", partitions);
    return log_margin_failure(bernoulli_law(partitions, winners, probability), workers, liars);
}

/// The expected number of nearest elections of one side in which a Bernoulli(p) code fails: an upper bound of the
/// probability that the code does not tolerate b liars, and without a meaning beyond that where it is above 1. Ties abstain.
///
/// One side is enough where ties abstain: the mirror image of an election that fails is one of the other side that fails.
/// \param workers      n, 1 … 10⁶
/// \param partitions   k, 1 … 10⁶, odd or even
/// \param liars        b, at most (n − 1)/2
/// \param probability  p, 0 … 1
/// \returns the logarithm of C(k, ⌊k/2⌋ + 1)·P(margin ≤ 2b)
/// \throws parameter_error  a parameter out of range
/// \par Complexity
/// as log_bernoulli_failure()
///
/// \code
/// const double one = election::log_bernoulli_failure(9, 3, 1, 0.5);
/// assert(std::abs(election::log_bernoulli_union(9, 3, 1, 0.5) - one - std::log(3)) < 1e-12);
/// \endcode
[[nodiscard]] inline double log_bernoulli_union(std::size_t workers, std::size_t partitions, std::size_t liars,
                                                double probability) {
    return log_bernoulli_failure(workers, partitions, liars, probability) + log_binomial(partitions, partitions / 2 + 1);
}

/// The exact probability that a row-regular code fails in one nearest election against b worst-placed liars. Ties abstain.
///
/// Row-regular: every row is a uniformly random set of w partitions, and rows are independent; columns are not regular.
/// \param workers     n, 1 … 10⁶
/// \param partitions  k, 1 … 10⁶, odd or even
/// \param liars       b, at most (n − 1)/2
/// \param load        w, 0 … k
/// \returns the logarithm of P(margin ≤ 2b), −∞ where it cannot happen. The absolute error is below (n + k)·10⁻¹³
/// \throws parameter_error  a parameter out of range
/// \par Complexity
/// as log_margin_failure(), plus O(w)
///
/// \code
/// // Three workers with one of three partitions each: right with probability 2/3. All three must be, for margin 3.
/// assert(std::abs(std::exp(election::log_row_regular_failure(3, 3, 1, 1)) - 19.0 / 27) < 1e-12);
/// \endcode
[[nodiscard]] inline double log_row_regular_failure(std::size_t workers, std::size_t partitions, std::size_t liars,
                                                    std::size_t load) {
    const std::size_t winners = detail::fewest_winners("log_row_regular_failure", partitions);
    return log_margin_failure(fixed_load_law(partitions, winners, load), workers, liars);
}

/// The law of one worker's vote in a column-regular code, in a nearest election.
///
/// Column-regular: every column is a uniformly random set of D of the n workers, and columns are independent. A column hits a
/// given row with probability D/n, so one row is exactly that of a Bernoulli(D/n) code, and n·law.mean() is exactly the mean
/// margin. Rows are not independent, so log_margin_failure() of this law is *not* the failure probability. But the votes are
/// negatively associated: hoeffding_failure() and log_chernoff_failure() of this law are upper bounds of it (docs/bounds.md).
/// \param workers     n ≥ 1
/// \param partitions  k, 1 … 10⁶
/// \param degree      D, 0 … n
/// \returns the law
/// \throws parameter_error  a parameter out of range
/// \par Complexity
/// O(k)
/// \par Reference
/// Joag-Dev, Proschan, *Negative association of random variables with applications*, Ann. Statist. 11, 1983
///
/// \code
/// const auto law = election::column_regular_law(7, 5, 3);
/// assert(std::abs(law.mean() - election::bernoulli_law(5, 3, 3.0 / 7).mean()) < 1e-15);
/// \endcode
[[nodiscard]] inline vote_law column_regular_law(std::size_t workers, std::size_t partitions, std::size_t degree) {
    detail::require(workers >= 1, "column_regular_law", "n", workers, "must be at least 1");
    detail::require(degree <= workers, "column_regular_law", "degree", degree, "must be at most n = ", workers);
    const std::size_t winners = detail::fewest_winners("column_regular_law", partitions);
    return bernoulli_law(partitions, winners, static_cast<double>(degree) / static_cast<double>(workers));
}

/// The p at which a Bernoulli(p) code fails least often in one nearest election, among those up to a limit.
///
/// With the limit 1 it is 1: everybody holds everything. What is worth asking is the best p for a redundancy of at most r,
/// limit = r/n.
/// \param workers     n, 1 … 10⁶
/// \param partitions  k, 1 … 10⁶
/// \param liars       b, at most (n − 1)/2
/// \param limit       the largest p allowed, above 0 and up to 1
/// \returns p, found on a grid of 64 steps and refined by golden sections around its best point; the limit itself unless
///          a p below it is better
/// \throws parameter_error  a parameter out of range
/// \par Complexity
/// 127 times log_bernoulli_failure()
///
/// \code
/// assert(election::best_bernoulli_probability(9, 9, 1, 1.0) == 1);
/// \endcode
[[nodiscard]] inline double best_bernoulli_probability(std::size_t workers, std::size_t partitions, std::size_t liars,
                                                       double limit) {
    detail::require(limit > 0 && limit <= 1, "best_bernoulli_probability", "limit", limit, "must be above 0 and up to 1");
    constexpr int steps = 64;
    constexpr double noise = 1e-10; // what rounding may feign is not better
    const auto failure = [&](double p) { return log_bernoulli_failure(workers, partitions, liars, p); };
    int best = steps;
    double least = failure(limit);
    for (int step = 1; step < steps; ++step) {
        const double at = failure(limit * step / steps);
        if (at < least - noise) {
            least = at;
            best = step;
        }
    }
    const double refined =
        detail::argument_of_least(limit * (best - 1) / steps, limit * std::min(best + 1, steps) / steps, failure);
    return failure(refined) < least - noise ? refined : limit * best / steps;
}

/// The least p found at which a Bernoulli(p) code tolerates b liars with at least a given probability, by the union bound.
///
/// Below a risk of 1 it also shows that a b-tolerant code with about p·n·k ones exists.
/// \param workers     n, 1 … 10⁶
/// \param partitions  k, 1 … 10⁶
/// \param liars       b, at most (n − 1)/2
/// \param risk        above 0: the largest union bound allowed
/// \returns a p whose union bound is at most the risk: the first one on a grid of 64 steps, moved down by bisection to within
///          10⁻¹². Whether the bound falls with p everywhere is not proved, so a smaller p may do as well
/// \throws parameter_error  a parameter out of range
/// \par Complexity
/// 104 times log_bernoulli_failure() at most
///
/// \code
/// const double p = election::bernoulli_probability_for(15, 3, 1, 0.5);
/// assert(election::log_bernoulli_union(15, 3, 1, p) <= std::log(0.5));
/// assert(election::log_bernoulli_union(15, 3, 1, p - 1e-9) > std::log(0.5));
/// \endcode
[[nodiscard]] inline double bernoulli_probability_for(std::size_t workers, std::size_t partitions, std::size_t liars,
                                                      double risk) {
    detail::require(risk > 0, "bernoulli_probability_for", "risk", risk, "must be above 0");
    constexpr int steps = 64;
    const auto allowed = [&](double p) { return log_bernoulli_union(workers, partitions, liars, p) <= std::log(risk); };
    int step = 0;
    while (step < steps && !allowed(static_cast<double>(step) / steps)) ++step; // p = 1 never fails
    if (step == 0) return 0;
    double low = static_cast<double>(step - 1) / steps;
    double high = static_cast<double>(step) / steps;
    while (high - low > 1e-12) {
        const double middle = low + (high - low) / 2;
        (allowed(middle) ? high : low) = middle;
    }
    return high;
}

} // namespace election
