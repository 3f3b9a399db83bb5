// SPDX-License-Identifier: MIT
// Presolve steps on columns: those that no row holds absorb budget, those whose part is decided leave; and classes of identical ones.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/presolved.hpp>

namespace election {

/// The rows that hold each column, ascending. O(columns + ones).
[[nodiscard]] inline std::vector<std::vector<std::uint32_t>> rows_of_columns(const cover_problem& problem) {
    std::vector<std::vector<std::uint32_t>> rows(problem.columns);
    for (std::size_t i = 0; i < problem.rows.size(); ++i) {
        for (std::uint32_t column : problem.rows[i].columns) rows[column].push_back(static_cast<std::uint32_t>(i));
    }
    return rows;
}

/// What becomes of a column.
enum class column_fate : std::uint8_t {
    open,  ///< it is chosen or not
    loses, ///< in every choice
    wins   ///< in every choice
};

/// Takes out columns whose part is decided. A row that holds a loser needs one hit less; a row that needs none any more is wrong and leaves.
///
/// The choices that remain are those of the problem before with these parts, each with the same constant + loss. That the least is among
/// them has to be shown by who decides.
/// \param state  changed
/// \param fates  one a column
/// \returns whether any was decided
/// \throws parameter_error  another number of fates, more losers than the budget or fewer columns left than it needs
/// \par Complexity
/// O(columns + ones)
///
/// \code
/// auto state = election::unchanged({3, 2, {{{0, 1}, 2}, {{2}, 1}}});
/// using enum election::column_fate;
/// const std::vector<election::column_fate> fates{loses, open, open};
/// assert(election::decide_columns(state, fates) && state.problem.budget == 1 && state.problem.columns == 2);
/// assert(state.problem.rows[0] == (election::cover_row{{0}, 1})); // what was column 1
/// \endcode
inline bool decide_columns(presolved& state, const std::vector<column_fate>& fates) {
    cover_problem& problem = state.problem;
    detail::require(fates.size() == problem.columns, "decide_columns", "number of fates", fates.size(), "must be ",
                    problem.columns);
    const auto losers = static_cast<std::size_t>(std::count(fates.begin(), fates.end(), column_fate::loses));
    const auto open = static_cast<std::size_t>(std::count(fates.begin(), fates.end(), column_fate::open));
    detail::require(losers <= problem.budget, "decide_columns", "losers", losers, "must be at most the budget, ",
                    problem.budget);
    detail::require(losers + open >= problem.budget, "decide_columns", "columns left", open, "must be at least ",
                    problem.budget - losers);
    if (open == problem.columns) return false;

    std::vector<std::uint32_t> new_column(problem.columns, 0);
    std::uint32_t next = 0;
    for (std::size_t c = 0; c < fates.size(); ++c) {
        if (fates[c] == column_fate::loses) state.losing.push_back(state.columns[c]);
        if (fates[c] != column_fate::open) continue;
        new_column[c] = next;
        state.columns[next++] = state.columns[c];
    }
    state.columns.resize(next);
    problem.columns = next;
    problem.budget -= losers;

    std::size_t kept = 0;
    for (std::size_t i = 0; i < problem.rows.size(); ++i) {
        cover_row& row = problem.rows[i];
        std::size_t size = 0;
        std::size_t hits = 0;
        for (std::uint32_t column : row.columns) {
            if (fates[column] == column_fate::open) row.columns[size++] = new_column[column];
            if (fates[column] == column_fate::loses) ++hits;
        }
        row.columns.resize(size);
        if (hits >= row.need) continue;
        row.need -= static_cast<std::uint32_t>(hits);
        if (kept != i) {
            problem.rows[kept] = std::move(row);
            state.rows[kept] = std::move(state.rows[i]);
        }
        ++kept;
    }
    problem.rows.resize(kept);
    state.rows.resize(kept);
    return true;
}

/// Drops the columns that no row holds. They lose only if the budget is more than the columns that remain, the first of them.
///
/// *Proof.* Take a best choice. While an empty column loses and a column with rows does not, let them change places: no row has fewer hits
/// for it, so the loss does not rise. In the end no empty column loses, or all columns with rows do and the number of empty ones that lose
/// is what the budget exceeds them by; which of them makes no difference. ∎
/// \returns whether there were any
/// \par Complexity
/// O(columns + ones)
///
/// \code
/// auto state = election::unchanged({4, 2, {{{1}, 1}}});
/// assert(election::drop_empty_columns(state) && state.problem.columns == 1 && state.problem.budget == 1);
/// assert((state.expand(std::vector<std::uint32_t>{0}) == std::vector<std::uint32_t>{0, 1}));
/// \endcode
inline bool drop_empty_columns(presolved& state) {
    const cover_problem& problem = state.problem;
    std::vector<column_fate> fates(problem.columns, column_fate::wins);
    for (const cover_row& row : problem.rows) {
        for (std::uint32_t column : row.columns) fates[column] = column_fate::open;
    }
    const auto held = static_cast<std::size_t>(std::count(fates.begin(), fates.end(), column_fate::open));
    std::size_t excess = problem.budget > held ? problem.budget - held : 0;
    for (std::size_t c = 0; c < fates.size() && excess > 0; ++c) {
        if (fates[c] == column_fate::open) continue;
        fates[c] = column_fate::loses;
        --excess;
    }
    return decide_columns(state, fates);
}

/// Classes of columns that the same rows hold: how many of a class lose matters, not which.
///
/// *Proof.* Two such columns that change places leave all hits as they are. ∎
/// \returns every column in one class; classes and columns in them ascending
/// \par Complexity
/// O(ones·log columns)
///
/// \code
/// const auto classes = election::identical_columns({3, 1, {{{0, 2}, 1}, {{1}, 1}}});
/// assert((classes == std::vector<std::vector<std::uint32_t>>{{0, 2}, {1}}));
/// \endcode
[[nodiscard]] inline std::vector<std::vector<std::uint32_t>> identical_columns(const cover_problem& problem) {
    const std::vector<std::vector<std::uint32_t>> rows = rows_of_columns(problem);
    std::vector<std::uint32_t> order(problem.columns);
    for (std::size_t c = 0; c < order.size(); ++c) order[c] = static_cast<std::uint32_t>(c);
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return rows[a] != rows[b] ? rows[a] < rows[b] : a < b; });
    std::vector<std::vector<std::uint32_t>> classes;
    for (std::uint32_t column : order) {
        if (classes.empty() || rows[classes.back().front()] != rows[column]) classes.emplace_back();
        classes.back().push_back(column);
    }
    std::sort(classes.begin(), classes.end());
    return classes;
}

} // namespace election
