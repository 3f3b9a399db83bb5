// SPDX-License-Identifier: MIT
// Column dominance: which column need not lose unless another one does, and the columns whose part this decides.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include <election/exact/cover_problem.hpp>
#include <election/exact/presolve_columns.hpp>
#include <election/exact/presolve_rows.hpp>
#include <election/exact/presolved.hpp>

namespace election {

/// The most by which one more hit lowers a row's loss, within the hits that it can have. O(1).
[[nodiscard]] inline std::int64_t largest_step(const cover_row& row, const cover_problem& problem) noexcept {
    const hit_range hits = hits_of(row, problem);
    std::int64_t largest = 0;
    for (std::size_t h : {std::size_t{row.need} - 1, std::size_t{row.need}}) { // elsewhere the loss stays as it is
        if (h > hits.fewest && h <= hits.most) largest = std::max(largest, loss_of(row, h - 1) - loss_of(row, h));
    }
    return largest;
}

/// Calls visit(c, u) for pairs of columns such that some best choice has, for all pairs at once: where c loses, u loses.
///
/// Let m_i be row i's largest_step(), u's *sure gain* s(u) the sum of m over the rows that hold u alone, and U(c, u) that over the rows that
/// hold c but not u. The pairs are those with U(c, u) ≤ s(u) that also come in this order: by the sum W of m over a column's rows, then by
/// s, then by the larger index first. So are all pairs where u is in all rows of c (U = 0), and identical columns lose in their order.
///
/// *Proof.* Let c lose and u not, and let them change places. Rows that hold both keep their hits. Rows that hold u but not c gain a hit,
/// and those that hold u alone lower the loss by s(u). Rows that hold c but not u lose a hit, which raises the loss by U(c, u) at most. So
/// the loss does not rise. Of all best choices take one whose losers come latest in the order above, by the sum of their ranks: if a pair
/// were violated, changing places would give a best choice with a larger sum. ∎
/// (The order leaves out no more than it must: U(c, u) ≤ s(u) gives W(c) ≤ W(u), since rows that hold u alone do not hold c; and if
/// W(c) = W(u) then s(u) = U(c, u) ≥ s(c).)
/// \param problem  any
/// \param visit    called with two columns, each pair once
/// \par Complexity
/// O(columns²·rows / 64)
///
/// \code
/// const election::cover_problem problem{3, 1, {{{0, 1}, 2}, {{1}, 1}, {{2}, 1}}};
/// int pairs = 0; // column 0 is only in a row of column 1; columns 1 and 2 are sure to make one row wrong, 2 makes no other
/// election::for_each_dominated_pair(problem, [&](std::uint32_t c, std::uint32_t u) { pairs += c == 0 || (c == 2 && u == 1); });
/// assert(pairs == 3);
/// \endcode
template <class Visit>
void for_each_dominated_pair(const cover_problem& problem, Visit&& visit) {
    const std::size_t words = (problem.rows.size() + 63) / 64;
    std::vector<std::uint64_t> holders(problem.columns * words, 0); // of each column, a bit a row
    std::vector<std::int64_t> step(problem.rows.size());
    std::vector<std::int64_t> sum(problem.columns, 0);
    std::vector<std::int64_t> sure(problem.columns, 0);
    for (std::size_t i = 0; i < problem.rows.size(); ++i) {
        const cover_row& row = problem.rows[i];
        step[i] = largest_step(row, problem);
        for (std::uint32_t column : row.columns) {
            holders[column * words + i / 64] |= std::uint64_t{1} << (i % 64);
            sum[column] += step[i];
        }
        if (row.columns.size() == 1) sure[row.columns[0]] += step[i];
    }
    const auto comes_before = [&](std::uint32_t c, std::uint32_t u) {
        return std::tie(sum[c], sure[c], u) < std::tie(sum[u], sure[u], c);
    };
    const auto is_dominated = [&](std::uint32_t c, std::uint32_t u) {
        std::int64_t risk = 0;
        for (std::size_t w = 0; w < words; ++w) {
            std::uint64_t without = holders[c * words + w] & ~holders[u * words + w];
            for (; without != 0; without &= without - 1) {
                risk += step[w * 64 + static_cast<std::size_t>(std::countr_zero(without))];
                if (risk > sure[u]) return false;
            }
        }
        return true;
    };
    for (std::uint32_t c = 0; c < problem.columns; ++c) {
        for (std::uint32_t u = 0; u < problem.columns; ++u) {
            if (c != u && comes_before(c, u) && is_dominated(c, u)) visit(c, u);
        }
    }
}

/// Decides the columns that for_each_dominated_pair() leaves no choice.
///
/// *Proof.* In the best choice that respects all pairs: if as many columns as the budget dominate c, c cannot lose with all of them, so it
/// wins. If c won, all that it dominates would; are these as many as there are winners, they and c are too many, so c loses. ∎
/// \returns whether any was decided
/// \par Complexity
/// O(columns²·rows / 64)
///
/// \code
/// auto state = election::unchanged({3, 1, {{{0, 1}, 2}, {{1}, 1}, {{2}, 1}}});
/// assert(election::decide_dominated_columns(state) && state.problem.columns == 0); // column 1 loses, the others win
/// assert(state.expand(std::vector<std::uint32_t>{}) == std::vector<std::uint32_t>{1});
/// \endcode
inline bool decide_dominated_columns(presolved& state) {
    const cover_problem& problem = state.problem;
    std::vector<std::size_t> above(problem.columns, 0);
    std::vector<std::size_t> below(problem.columns, 0);
    for_each_dominated_pair(problem, [&](std::uint32_t c, std::uint32_t u) {
        ++above[c];
        ++below[u];
    });
    const std::size_t winners = problem.columns - problem.budget;
    std::vector<column_fate> fates(problem.columns, column_fate::open);
    for (std::size_t c = 0; c < fates.size(); ++c) {
        if (above[c] >= problem.budget) {
            fates[c] = column_fate::wins;
        } else if (below[c] >= winners) {
            fates[c] = column_fate::loses;
        }
    }
    return decide_columns(state, fates);
}

} // namespace election
