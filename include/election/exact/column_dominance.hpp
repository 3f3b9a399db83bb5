// SPDX-License-Identifier: MIT
// Column dominance: which column need not lose unless another one does, and the columns whose part this decides.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
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

/// Which columns of a problem dominate which: pairs (c, u) such that some best choice has, for all pairs at once: where c loses, u loses.
///
/// Let m_i be row i's largest_step(), u's *sure gain* s(u) the sum of m over the rows that hold u alone, and U(c, u) that over the rows that
/// hold c but not u. The pairs are those with U(c, u) ≤ s(u) in which c comes before u in this order: by the sum W of m over a column's
/// rows, then by s, then the larger index first. So u dominates c where it is in all rows of c (U = 0), and of identical columns the first
/// ones lose.
///
/// *Proof.* Let c lose and u not, and let them change places. Rows that hold both keep their hits. Rows that hold u but not c gain a hit,
/// and those that hold u alone lower the loss by s(u). Rows that hold c but not u lose a hit, which raises the loss by U(c, u) at most. So
/// the loss does not rise. Of all best choices take one whose losers come latest in the order, by the sum of their ranks: if a pair were
/// violated, changing places would give a best choice with a larger sum. ∎
///
/// The order leaves out no more than it must. Rows that hold u alone do not hold c, so U(c, u) ≤ s(u) gives W(c) ≤ W(u); and if these are
/// the same, then s(u) = U(c, u) ≥ s(c).
///
/// \code
/// const election::cover_problem problem{3, 2, {{{0, 1}, 2}, {{1}, 1}, {{2}, 1}}};
/// const election::column_dominance dominance(problem);
/// assert(dominance.has(0, 1)); // 1 is in all rows of 0
/// assert(dominance.has(0, 2)); // 2 is sure to turn a row, 0 turns one at most
/// assert(dominance.has(2, 1) && !dominance.has(1, 2));
/// \endcode
class column_dominance {
public:
    /// O(columns·rows / 64 + ones).
    /// \param problem  any
    explicit column_dominance(const cover_problem& problem)
        : words_((problem.rows.size() + 63) / 64), holders_(problem.columns * words_, 0), first_word_(problem.columns, 0),
          end_word_(problem.columns, 0), step_(problem.rows.size(), 0), sum_(problem.columns, 0), sure_(problem.columns, 0),
          smallest_(problem.columns, nullptr) {
        for (std::size_t i = 0; i < problem.rows.size(); ++i) {
            const cover_row& row = problem.rows[i];
            step_[i] = largest_step(row, problem);
            if (step_[i] == 0) continue; // as if it were not there
            for (std::uint32_t column : row.columns) {
                holders_[column * words_ + i / 64] |= std::uint64_t{1} << (i % 64);
                if (end_word_[column] == 0) first_word_[column] = static_cast<std::uint32_t>(i / 64);
                end_word_[column] = static_cast<std::uint32_t>(i / 64 + 1);
                sum_[column] += step_[i];
                const cover_row*& smallest = smallest_[column];
                if (smallest == nullptr || row.columns.size() < smallest->columns.size()) smallest = &row;
            }
            if (row.columns.size() == 1) sure_[row.columns[0]] += step_[i];
        }
    }
    explicit column_dominance(cover_problem&&) = delete; // its rows are looked at later

    /// Whether (c, u) is a pair: u dominates c. O(rows / 64) at most.
    [[nodiscard]] bool has(std::uint32_t c, std::uint32_t u) const noexcept {
        if (c == u || sum_[c] > sum_[u]) return false;
        if (sum_[c] == sum_[u] && (sure_[c] != sure_[u] ? sure_[c] > sure_[u] : c < u)) return false;
        std::int64_t risk = 0; // U(c, u)
        for (std::size_t w = first_word_[c]; w < end_word_[c]; ++w) {
            std::uint64_t without = holders_[c * words_ + w] & ~holders_[u * words_ + w];
            for (; without != 0; without &= without - 1) {
                risk += step_[w * 64 + static_cast<std::size_t>(std::countr_zero(without))];
                if (risk > sure_[u]) return false;
            }
        }
        return true;
    }

    /// How many columns dominate each column, and how many each dominates.
    struct counts {
        std::vector<std::size_t> above; ///< columns that dominate it
        std::vector<std::size_t> below; ///< columns that it dominates
    };

    /// Counts the pairs without looking at all of them.
    ///
    /// Those with s(u) ≥ W(c) ≥ U(c, u) are counted by their numbers alone. Of the others, s(u) < W(c): if s(u) = 0 then u is in all rows
    /// of c, so in the smallest of them; if s(u) = W(u) then c and u share no row, and (c, u) is no pair.
    /// \par Complexity
    /// O(columns·log(kinds of s and W) + pairs looked at·rows / 64)
    [[nodiscard]] counts count() const {
        counts result = sure_pairs();
        const std::size_t columns = sum_.size();
        std::vector<std::uint32_t> mixed; // with rows of their own and others
        for (std::uint32_t c = 0; c < columns; ++c) {
            if (sure_[c] > 0 && sure_[c] < sum_[c]) mixed.push_back(c);
        }
        for (std::uint32_t c = 0; c < columns; ++c) {
            const auto look_at = [&](std::uint32_t u) {
                if (sure_[u] >= sum_[c] || !has(c, u)) return;
                ++result.above[c];
                ++result.below[u];
            };
            for (std::uint32_t u : mixed) look_at(u);
            if (smallest_[c] == nullptr) continue;
            for (std::uint32_t u : smallest_[c]->columns) {
                if (sure_[u] == 0) look_at(u);
            }
        }
        return result;
    }

private:
    /// Columns with the same s and W.
    struct kind {
        std::int64_t sure;
        std::int64_t sum;
        std::size_t columns = 0;
        std::size_t above = 0; ///< of the next of them
        std::size_t below = 0;

        [[nodiscard]] bool is_whole() const noexcept { return sure == sum; }
        friend bool operator==(const kind& a, const kind& b) noexcept { return a.sure == b.sure && a.sum == b.sum; }
        friend bool operator<(const kind& a, const kind& b) noexcept {
            return a.sure != b.sure ? a.sure < b.sure : a.sum < b.sum;
        }
    };

    /// Counts the pairs with s(u) ≥ W(c). Numbers alone decide: where s(u) = W(c), c comes before u if W(u) is larger or s(c) is smaller.
    /// If neither is, all four are the same, and c comes before u if it has the larger index. Kinds of columns are few.
    [[nodiscard]] counts sure_pairs() const {
        const std::size_t columns = sum_.size();
        const auto is_as_before = [&](std::size_t c) { return c > 0 && sure_[c] == sure_[c - 1] && sum_[c] == sum_[c - 1]; };
        std::vector<kind> kinds; // ascending
        for (std::size_t c = 0; c < columns; ++c) {
            if (!is_as_before(c)) kinds.push_back({sure_[c], sum_[c]});
        }
        std::sort(kinds.begin(), kinds.end());
        kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
        std::vector<std::size_t> kind_of(columns);
        for (std::size_t c = 0; c < columns; ++c) {
            const auto found = [&] { return std::lower_bound(kinds.begin(), kinds.end(), kind{sure_[c], sum_[c]}); };
            kind_of[c] = is_as_before(c) ? kind_of[c - 1] : static_cast<std::size_t>(found() - kinds.begin());
            ++kinds[kind_of[c]].columns;
        }

        std::vector<std::size_t> from(kinds.size() + 1, 0); // columns of this kind and of larger ones
        for (std::size_t t = kinds.size(); t-- > 0;) from[t] = from[t + 1] + kinds[t].columns;
        std::vector<std::pair<std::int64_t, std::size_t>> up_to{{-1, 0}}; // W, and the columns with no larger one
        for (const kind& one : kinds) up_to.emplace_back(one.sum, one.columns);
        std::sort(up_to.begin(), up_to.end());
        for (std::size_t t = 1; t < up_to.size(); ++t) up_to[t].second += up_to[t - 1].second;
        const auto columns_up_to = [&](std::int64_t sum) {
            const auto after = std::upper_bound(up_to.begin(), up_to.end(), sum,
                                                [](std::int64_t value, const auto& entry) { return value < entry.first; });
            return std::prev(after)->second;
        };
        for (std::size_t t = 0; t < kinds.size(); ++t) {
            kind& one = kinds[t];
            const auto first = std::lower_bound(kinds.begin(), kinds.end(), kind{one.sum, one.sum});
            one.above = one.is_whole() ? from[t + 1] : from[static_cast<std::size_t>(first - kinds.begin())];
            one.below = columns_up_to(one.sure) - (one.is_whole() ? 1 : 0); // without itself
        }
        counts result{std::vector<std::size_t>(columns), std::vector<std::size_t>(columns)};
        for (std::size_t c = 0; c < columns; ++c) {
            kind& one = kinds[kind_of[c]];
            result.above[c] = one.above;
            result.below[c] = one.below;
            if (!one.is_whole()) continue;
            ++one.above;
            --one.below;
        }
        return result;
    }

    std::size_t words_;
    std::vector<std::uint64_t> holders_;    ///< of each column, a bit a row
    std::vector<std::uint32_t> first_word_; ///< of each column, that is not 0
    std::vector<std::uint32_t> end_word_;   ///< behind the last one
    std::vector<std::int64_t> step_;        ///< m of each row
    std::vector<std::int64_t> sum_;         ///< W of each column
    std::vector<std::int64_t> sure_;        ///< s of each column
    std::vector<const cover_row*> smallest_;
};

/// Decides the columns that column_dominance leaves no choice.
///
/// *Proof.* In the best choice that respects all pairs: if as many columns as the budget dominate c, c cannot lose with all of them, so it
/// wins. If c won, all that it dominates would; are these as many as there are winners, they and c are too many, so c loses. ∎
/// \returns whether any was decided
/// \par Complexity
/// As column_dominance::count()
///
/// \code
/// auto state = election::unchanged({3, 1, {{{0, 1}, 2}, {{1}, 1}, {{2}, 1}}});
/// assert(election::decide_dominated_columns(state) && state.problem.columns == 0); // column 1 loses, the others win
/// assert(state.expand(std::vector<std::uint32_t>{}) == std::vector<std::uint32_t>{1});
/// \endcode
inline bool decide_dominated_columns(presolved& state) {
    const cover_problem& problem = state.problem;
    // All pairs are looked at, which nobody can stop: where that would take seconds the search does without.
    constexpr double most_work = 1e9;
    const auto columns = static_cast<double>(problem.columns);
    const std::size_t words = 1 + problem.rows.size() / 64;
    if (columns * columns * static_cast<double>(words) > most_work) return false;
    const column_dominance::counts dominance = column_dominance(problem).count();
    const std::size_t winners = problem.columns - problem.budget;
    std::vector<column_fate> fates(problem.columns, column_fate::open);
    for (std::size_t c = 0; c < fates.size(); ++c) {
        if (dominance.above[c] >= problem.budget) {
            fates[c] = column_fate::wins;
        } else if (dominance.below[c] >= winners) {
            fates[c] = column_fate::loses;
        }
    }
    return decide_columns(state, fates);
}

} // namespace election
