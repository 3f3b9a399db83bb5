// SPDX-License-Identifier: MIT
// Lower bounds on what tolerance costs: redundancy, ones, loads, all-ones rows, and the capacity of a bounded share.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <election/analysis/mean_vote.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>

namespace election {
namespace detail {

/// The rules that n, k and b of a bound share.
inline void require_bound(std::string_view where, std::size_t workers, std::size_t partitions, std::size_t liars) {
    require(workers >= 1 && workers <= mean_votes::most_workers, where, "n", workers, "must be 1 to ",
            mean_votes::most_workers);
    require(partitions >= 1 && partitions <= mean_votes::most_partitions, where, "k", partitions, "must be 1 to ",
            mean_votes::most_partitions);
    require(liars <= (workers - 1) / 2, where, "b", liars, "must be at most (n - 1) / 2 = ", (workers - 1) / 2);
}

/// The smallest margin of a code that tolerates b liars if every worker has a vote, so that margin and n have one parity.
[[nodiscard]] inline std::uint32_t odd_rows_margin(std::size_t workers, std::size_t liars) noexcept {
    return static_cast<std::uint32_t>(2 * liars + (workers % 2 == 1 ? 1 : 2));
}

/// The least sum of n odd loads whose mean votes add up to at least a margin, which n votes must be able to reach.
///
/// Increments of the mean vote fall with the load and then rise. So there is a least sum in which, beyond the load where they
/// are least, at most one worker is neither at that load nor at the heaviest, and all others are as equal as odd loads can
/// be: docs/bounds.md has the proof. That leaves f workers of the heaviest load, perhaps one of load v, and the
/// number of steps by 2 that the others take together.
[[nodiscard]] inline std::size_t least_sum_of_loads(const mean_votes& mean, std::size_t workers, std::uint32_t margin) {
    const std::size_t heaviest = mean.heaviest();
    const std::size_t turn = mean.least_increment_load();
    const auto k = static_cast<double>(mean.partitions());
    const bool odd = mean.partitions() % 2 == 1;

    // No sum is below this: M(k, w) <= w/k for odd k, (w+1)/k for even k. A single load adds what it falls short of that.
    const double floor = k * margin - (odd ? 0 : static_cast<double>(workers));
    const auto shortfall = [&](std::size_t load) { return static_cast<double>(load) + (odd ? 0 : 1) - k * mean(load); };
    constexpr double rounding = 1e-3; // sums are whole numbers

    std::size_t best = workers * heaviest;
    std::size_t full = margin < workers ? margin : workers; // the most of the heaviest that can be of use
    for (;; --full) {
        // v = 0 stands for no such worker.
        for (std::size_t v = 0; v < heaviest; v = v == 0 ? turn + 2 : v + 2) {
            const std::size_t single = v == 0 ? 0 : 1;
            if (full + single > workers) break;
            const std::size_t others = workers - full - single;
            const std::size_t base = full * heaviest + v + others;
            if (base >= best) break;
            if (v != 0 && floor + shortfall(v) > static_cast<double>(best) - 1 + rounding) continue;
            const auto enough = [&](std::size_t steps) {
                const std::size_t each = others == 0 ? 0 : steps / others;
                const std::size_t ahead = others == 0 ? 0 : steps % others;
                const std::array<equal_loads, 4> rows{
                    {{full, heaviest}, {single, v}, {others - ahead, 2 * each + 1}, {ahead, ahead == 0 ? 0 : 2 * each + 3}}};
                return mean.sum_reaches(rows, margin);
            };
            // The fewest steps that are enough, if they make a smaller sum than the best.
            std::size_t most = std::min(others * ((turn - 1) / 2), (best - base - 1) / 2);
            if (!enough(most)) continue;
            std::size_t least = 0;
            while (least < most) {
                const std::size_t middle = least + (most - least) / 2;
                if (enough(middle)) {
                    most = middle;
                } else {
                    least = middle + 1;
                }
            }
            best = base + 2 * least;
        }
        if (full == 0) return best;
    }
}

/// The least odd load w with n·M(k, w) >= margin, which n votes must be able to reach.
[[nodiscard]] inline std::size_t least_equal_load(const mean_votes& mean, std::size_t workers, std::uint32_t margin) {
    std::size_t least = 0;
    std::size_t most = (mean.heaviest() - 1) / 2;
    while (least < most) {
        const std::size_t middle = least + (most - least) / 2;
        if (mean.sum_reaches({{workers, 2 * middle + 1}}, margin)) {
            most = middle;
        } else {
            least = middle + 1;
        }
    }
    return 2 * least + 1;
}

/// Over codes of voting workers, or, where ties abstain and n is even, over those with a row of even weight too.
template <class Least>
[[nodiscard]] std::size_t over_parities(std::size_t workers, std::size_t liars, tie_policy ties, Least least) {
    const std::size_t voting = least(odd_rows_margin(workers, liars));
    if (ties != tie_policy::abstain || workers % 2 == 1) return voting;
    return std::min(voting, least(static_cast<std::uint32_t>(2 * liars + 1)) + 1);
}

} // namespace detail

/// The least redundancy of a code that tolerates b liars, idle workers allowed, under any tie policy.
///
/// \param partitions  k ≥ 1
/// \param liars       b
/// \returns 2b + 1 for odd k, b + 1 − 1/k for even k: every partition, or every two together, need 2b + 1 holders
/// \throws parameter_error  no partition
/// \par Complexity
/// O(1)
/// \par Reference
/// docs/redundancy.md, Theorems 1 and 5; systematic codes (odd k) and group repetition reach it
///
/// \code
/// assert(election::redundancy_lower(5, 1) == 3);
/// assert(election::redundancy_lower(4, 1) == 1.75);
/// \endcode
[[nodiscard]] inline double redundancy_lower(std::size_t partitions, std::size_t liars) {
    detail::require(partitions >= 1, "redundancy_lower", "k", partitions, "must be at least 1");
    const auto b = static_cast<double>(liars);
    return partitions % 2 == 1 ? 2 * b + 1 : b + 1 - 1 / static_cast<double>(partitions);
}

/// The averaging bound: the fewest ones of a code that tolerates b liars and leaves no worker idle.
///
/// In a random nearest election a worker of load w contributes M(k, w) to the margin on average, and the smallest margin is at
/// most the mean. It is computed exactly: no code has fewer ones, but often none has so few.
/// \param workers     n, 1 … 10⁶
/// \param partitions  k, 1 … 10⁴, odd or even
/// \param liars       b, at most (n − 1)/2
/// \param ties        how tied workers vote. All policies but `abstain` have the same bound, since ties are wrong for one of the
///                    two truths; `abstain` differs for even n only, where an abstention changes the margin's parity
/// \returns the bound, at least n
/// \throws parameter_error  a parameter out of range
/// \par Complexity
/// O(n·c·log(n·k)) with c, at most k/2, the loads that a bound of its own does not exclude, mostly few
/// \par Reference
/// docs/bounds.md, "The averaging bound"
///
/// \code
/// assert(election::ones_lower(9, 9, 1) == 31); // 41 are reached
/// assert(election::ones_lower(4, 5, 1) == 20 && election::ones_lower(4, 5, 1, election::tie_policy::abstain) == 17);
/// \endcode
[[nodiscard]] inline std::size_t ones_lower(std::size_t workers, std::size_t partitions, std::size_t liars,
                                            tie_policy ties = tie_policy::coin) {
    detail::require_bound("ones_lower", workers, partitions, liars);
    const mean_votes mean(partitions);
    return detail::over_parities(workers, liars, ties,
                                 [&](std::uint32_t margin) { return detail::least_sum_of_loads(mean, workers, margin); });
}

/// The equal-load bound: the least load w so that a code in which every worker holds w partitions can tolerate b liars.
///
/// \param workers     n, 1 … 10⁶
/// \param partitions  k, 1 … 10⁴, odd or even
/// \param liars       b, at most (n − 1)/2
/// \param ties        how tied workers vote, as for ones_lower()
/// \returns the least w with n·M(k, w) ≥ 2b + 1, or 2b + 2 where all n votes are cast and n is even; about (π/2)(2b+1)² for
///          n = k large
/// \throws parameter_error  a parameter out of range
/// \par Complexity
/// O(k), and O(k²) at worst for each of about log k comparisons
/// \par Reference
/// docs/bounds.md, "Equal loads"
///
/// \code
/// assert(election::equal_load_lower(31, 31, 1) == 11);
/// \endcode
[[nodiscard]] inline std::size_t equal_load_lower(std::size_t workers, std::size_t partitions, std::size_t liars,
                                                  tie_policy ties = tie_policy::coin) {
    detail::require_bound("equal_load_lower", workers, partitions, liars);
    const mean_votes mean(partitions);
    return detail::over_parities(workers, liars, ties,
                                 [&](std::uint32_t margin) { return detail::least_equal_load(mean, workers, margin); });
}

/// The least that the busiest worker holds in any code that tolerates b liars: idle workers allowed, under any tie policy.
///
/// \param workers     n, 1 … 10⁶
/// \param partitions  k, 1 … 10⁴, odd or even
/// \param liars       b, at most (n − 1)/2
/// \returns the larger of the least odd w with n·M(k, w) ≥ 2b + 1 and the ones of the redundancy bound divided by n, rounded
///          up; over k it is a bound on the largest share
/// \throws parameter_error  a parameter out of range
/// \par Complexity
/// as equal_load_lower()
///
/// \code
/// assert(election::max_load_lower(15, 5, 1) == 1); // group repetition reaches it
/// assert(election::max_load_lower(5, 5, 2) == 5);  // somebody must hold everything
/// \endcode
[[nodiscard]] inline std::size_t max_load_lower(std::size_t workers, std::size_t partitions, std::size_t liars) {
    detail::require_bound("max_load_lower", workers, partitions, liars);
    const std::size_t by_mean =
        detail::least_equal_load(mean_votes(partitions), workers, static_cast<std::uint32_t>(2 * liars + 1));
    const std::size_t ones = partitions % 2 == 1 ? (2 * liars + 1) * partitions : (liars + 1) * partitions - 1;
    return std::max(by_mean, (ones + workers - 1) / workers);
}

/// The most liars that a code with loads up to w can tolerate, idle workers allowed, under any tie policy.
///
/// \param workers     n, 1 … 10⁶
/// \param partitions  k, 1 … 10⁴, odd or even
/// \param load        w, 0 … k
/// \returns the largest b with n·M(k, w) ≥ 2b + 1; −1 when there is none, and the code errs with no liar at all
/// \throws parameter_error  a parameter out of range
/// \par Complexity
/// as equal_load_lower()
/// \par Reference
/// docs/redundancy.md, Theorem 2
///
/// \code
/// assert(election::tolerance_upper(15, 5, 1) == 1);
/// assert(election::tolerance_upper(15, 15, 1) == 0 && election::tolerance_upper(14, 15, 1) == -1);
/// \endcode
[[nodiscard]] inline std::ptrdiff_t tolerance_upper(std::size_t workers, std::size_t partitions, std::size_t load) {
    detail::require_bound("tolerance_upper", workers, partitions, 0);
    const mean_votes mean(partitions);
    detail::require(load <= partitions, "tolerance_upper", "load", load, "must be at most k = ", partitions);
    std::size_t none = (workers + 1) / 2; // too many for any load
    std::size_t counted = 0;              // 1 + a number of liars that may be tolerated
    while (counted < none) {
        const std::size_t liars = counted + (none - counted) / 2;
        if (mean.sum_reaches({{workers, load}}, static_cast<std::uint32_t>(2 * liars + 1))) {
            counted = liars + 1;
        } else {
            none = liars;
        }
    }
    return static_cast<std::ptrdiff_t>(counted) - 1;
}

/// The least number of workers that hold all partitions (odd k), or all or all but one (even k), in a code that tolerates b
/// liars; idle workers allowed, under any tie policy.
///
/// \param workers     n, 1 … 10⁶
/// \param partitions  k, 1 … 10⁴
/// \param liars       b, at most (n − 1)/2
/// \returns for odd k (2k(2b + 1) − n(k − 1))/(k + 1), which is at least 4b − n + 2; for even k (4(k − 1)(2b + 1) −
///          3n(k − 2))/(k + 2); both rounded up, and at least 0
/// \throws parameter_error  a parameter out of range
/// \par Complexity
/// O(1)
/// \par Reference
/// docs/bounds.md, "Rows that are never wrong"
///
/// \code
/// assert(election::full_rows_lower(5, 5, 2) == 5); // two liars among five: everybody holds everything
/// assert(election::full_rows_lower(9, 9, 2) == 2 && election::full_rows_lower(9, 9, 1) == 0);
/// \endcode
[[nodiscard]] inline std::size_t full_rows_lower(std::size_t workers, std::size_t partitions, std::size_t liars) {
    detail::require_bound("full_rows_lower", workers, partitions, liars);
    const auto n = static_cast<std::int64_t>(workers);
    const auto k = static_cast<std::int64_t>(partitions);
    const auto b = static_cast<std::int64_t>(liars);
    const bool odd = k % 2 == 1;
    const std::int64_t numerator = odd ? 2 * k * (2 * b + 1) - n * (k - 1) : 4 * (k - 1) * (2 * b + 1) - 3 * n * (k - 2);
    const std::int64_t denominator = odd ? k + 1 : k + 2;
    return numerator <= 0 ? 0 : static_cast<std::size_t>((numerator + denominator - 1) / denominator);
}

/// A ratio of whole numbers.
struct ratio {
    std::size_t numerator = 0;   ///< upper
    std::size_t denominator = 1; ///< lower, at least 1
    /// The number.
    [[nodiscard]] constexpr double value() const noexcept {
        return static_cast<double>(numerator) / static_cast<double>(denominator);
    }
    /// Whether both numbers are the same; 1/2 and 2/4 are not.
    friend constexpr bool operator==(const ratio&, const ratio&) = default;
};

/// The capacity of a share: codes on an odd number of partitions, of any size, in which nobody processes more than this part of the
/// data tolerate less than this part of liars, and come as close to it as one likes.
///
/// \param load        the share is load / partitions: 1 … partitions
/// \param partitions  1 … 10⁹
/// \returns the supremum of b/n, never reached: 1/2 at share 1; else the larger of 1/(2K) for the least odd K ≥ 3 with 1/K ≤
///          share, and (K − 1)/(4K) for the largest odd K ≥ 5 with (K − 2)/K ≤ share
/// \throws parameter_error  a share of nothing, or of more than all
/// \par Complexity
/// O(1)
/// \par Reference
/// docs/redundancy.md, Theorem 3
///
/// \code
/// assert((election::share_capacity(1, 3) == election::ratio{1, 6}));
/// assert((election::share_capacity(3, 5) == election::ratio{4, 20}));
/// assert((election::share_capacity(1, 2) == election::ratio{1, 6})); // nothing between 1/3 and 3/5
/// \endcode
[[nodiscard]] inline ratio share_capacity(std::size_t load, std::size_t partitions) {
    detail::require(partitions >= 1 && partitions <= 1000000000, "share_capacity", "k", partitions, "must be 1 to ",
                    1000000000);
    detail::require(load >= 1 && load <= partitions, "share_capacity", "load", load, "must be 1 to k = ", partitions);
    if (load == partitions) return {1, 2};
    const std::size_t few = (partitions + load - 1) / load | 1U;   // the least odd K >= partitions / load
    const std::size_t many = 2 * partitions / (partitions - load); // K − 2 <= K·share just when K <= this
    const std::size_t largest = many % 2 == 1 ? many : many - 1;   // many >= 2
    // From K = 5 on, (K − 1)/(4K) >= 1/5 is more than any 1/(2K).
    return largest >= 5 ? ratio{largest - 1, 4 * largest} : ratio{1, 2 * few};
}

} // namespace election
