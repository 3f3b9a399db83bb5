// SPDX-License-Identifier: MIT
// The worst-case problem over nearest elections: which rows reach their threshold when ⌊k/2⌋ + 1 partitions win.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>

namespace election {

/// Partitions on the winning side of a nearest election: the fewest that give the message a truth, ⌊k/2⌋ + 1.
[[nodiscard]] constexpr std::size_t nearest_winners(std::size_t partitions) noexcept { return partitions / 2 + 1; }

/// The binomial coefficient n over k; 0 for k > n. O(k).
///
/// Exact while it fits 64 bits, as all do with n ≤ 67; meaningless beyond.
///
/// \code
/// static_assert(election::binomial(15, election::nearest_winners(15)) == 6435); // nearest elections that + wins
/// \endcode
[[nodiscard]] constexpr std::uint64_t binomial(std::size_t n, std::size_t k) noexcept {
    if (k > n) return 0;
    if (k > n - k) k = n - k;
    __extension__ using wide = unsigned __int128;
    wide value = 1;
    for (std::size_t i = 1; i <= k; ++i) value = value * (n - k + i) / i;
    return static_cast<std::uint64_t>(value);
}

/// A row that adds its weight to the score when the winners among its partitions (its hits) reach `need`.
struct threshold_row {
    std::size_t worker = 0; ///< row of the matrix
    int need = 0;           ///< hits that make its vote right
};

/// The search for a worst nearest election whose truth is one fixed sign, freed of everything that cannot vary.
///
/// Choose a set of nearest_winners(k) winning partitions. A row's hits are its partitions among them.
/// margin = constant + 2·(single rows that reach `need`) + Σ over pair rows ([hits ≥ need] + [hits ≥ need − 1]).
///
/// *Single* rows are right or wrong; *pair* rows have even weight and abstain when hits = need − 1. Rows whose vote is the
/// same in all nearest elections are in the constant.
struct nearest_problem {
    std::vector<threshold_row> singles; ///< rows that are right or wrong
    std::vector<threshold_row> pairs;   ///< rows that may abstain
    int constant = 0;                   ///< the margin if no row that varies reaches its threshold
    /// Proved: no nearest election has a smaller margin, since every varying row is wrong at worst.
    [[nodiscard]] int margin_lower() const noexcept { return constant; }
};

/// States the worst-case problem of a code.
/// \param code   n × k
/// \param ties   how tied workers vote
/// \param truth  +1 or −1, the sign of the winners; matters only under tie policies that are not symmetric
/// \returns the problem, rows in the order of the workers
/// \par Complexity
/// O(n·k / 64)
///
/// \code
/// const election::packed_allocation code(election::deterministic(5, 1)); // 10000, 01110, 11111, 11111, 11111
/// auto problem = election::make_nearest_problem(code, election::tie_policy::abstain, 1);
/// assert(problem.singles.size() == 2 && problem.constant == 1); // 3 all-ones rows are right, 2 may be wrong
/// \endcode
[[nodiscard]] inline nearest_problem make_nearest_problem(const packed_allocation& code, tie_policy ties, int truth) {
    const int k = static_cast<int>(code.partitions());
    const int winners = static_cast<int>(nearest_winners(code.partitions()));
    const bool tie_is_right = (ties == tie_policy::positive && truth > 0) || (ties == tie_policy::negative && truth < 0);

    nearest_problem problem;
    problem.constant = -static_cast<int>(code.workers());
    for (std::size_t i = 0; i < code.workers(); ++i) {
        const int load = static_cast<int>(code.load(i));
        const int fewest_hits = winners > k - load ? winners - (k - load) : 0;
        const int most_hits = load < winners ? load : winners;
        const int majority = load / 2 + 1;
        const bool may_abstain = load % 2 == 0 && ties == tie_policy::abstain;
        if (may_abstain) { // two thresholds, each worth one
            const int votes_for_sure = (fewest_hits >= majority ? 1 : 0) + (fewest_hits >= majority - 1 ? 1 : 0);
            const int votes_at_most = (most_hits >= majority ? 1 : 0) + (most_hits >= majority - 1 ? 1 : 0);
            if (votes_for_sure == votes_at_most) {
                problem.constant += votes_for_sure;
            } else {
                problem.pairs.push_back({i, majority});
            }
        } else {
            const int need = load % 2 == 0 && tie_is_right ? load / 2 : majority;
            if (fewest_hits >= need) {
                problem.constant += 2;
            } else if (most_hits >= need) {
                problem.singles.push_back({i, need});
            }
        }
    }
    return problem;
}

} // namespace election
