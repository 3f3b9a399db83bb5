// SPDX-License-Identifier: MIT
// cover_problem: the search for a worst election, stated as a choice of columns that makes as many rows as possible lose.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <election/core/error.hpp>

namespace election {

/// A row of a cover problem: some workers with the same partitions, whose vote turns when enough of them lose.
struct cover_row {
    std::vector<std::uint32_t> columns; ///< that it holds: ascending, each once
    std::uint32_t need = 1;             ///< hits (losing columns among its own) that make it wrong, at least 1
    bool may_tie = false;               ///< whether it abstains at need − 1 hits
    std::uint32_t weight = 1;           ///< votes that it stands for, at least 1

    /// Member by member.
    friend bool operator==(const cover_row&, const cover_row&) = default;
};

/// What a row keeps with so many hits: twice its weight while it is right, its weight when it abstains, 0 when it is wrong. O(1).
[[nodiscard]] constexpr std::int64_t loss_of(const cover_row& row, std::size_t hits) noexcept {
    if (hits >= row.need) return 0;
    return row.may_tie && hits + 1 == row.need ? std::int64_t{row.weight} : 2 * std::int64_t{row.weight};
}

/// Choose exactly `budget` of the columns, the losers, so that the loss, the sum of loss_of() over all rows, is least.
///
/// Every question about a worst election comes down to this (docs/exact.md): the losers are the partitions whose sign is not the truth,
/// a row is a worker, and the margin of the election is constant + loss. More hits never raise a row's loss.
/// Invariants: budget ≤ columns, rows as cover_row says, with columns below `columns`.
///
/// \code
/// // Three workers hold one of three partitions each, and one of the three loses: two votes stay right.
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
/// const std::vector<std::uint32_t> losers{1};
/// assert(election::loss_of(uncoded, losers) == 4 && uncoded.constant + 4 == 1); // margin 2 − 1
/// \endcode
struct cover_problem {
    std::size_t columns = 0;     ///< to choose from
    std::size_t budget = 0;      ///< how many are chosen
    std::vector<cover_row> rows; ///< in any order
    std::int64_t constant = 0;   ///< margin − loss

    /// Member by member.
    friend bool operator==(const cover_problem&, const cover_problem&) = default;
};

/// The loss of a choice. O(ones of the rows).
/// \param problem  any
/// \param losers   distinct columns, in any order; not checked
[[nodiscard]] inline std::int64_t loss_of(const cover_problem& problem, std::span<const std::uint32_t> losers) {
    std::vector<char> loses(problem.columns, 0);
    for (std::uint32_t column : losers) loses[column] = 1;
    std::int64_t loss = 0;
    for (const cover_row& row : problem.rows) {
        std::size_t hits = 0;
        for (std::uint32_t column : row.columns) hits += loses[column] != 0 ? 1U : 0U;
        loss += loss_of(row, hits);
    }
    return loss;
}

/// All losses are multiples of this, at least 1: 2 where no row may tie and all weights are 1. O(rows).
[[nodiscard]] inline std::int64_t loss_unit(const cover_problem& problem) noexcept {
    std::int64_t unit = 0;
    for (const cover_row& row : problem.rows) unit = std::gcd(unit, (row.may_tie ? 1 : 2) * std::int64_t{row.weight});
    return unit == 0 ? 1 : unit;
}

/// What is known of a cover problem's least loss.
struct cover_answer {
    std::vector<std::uint32_t> losers; ///< the best choice seen, ascending
    std::int64_t loss = 0;             ///< of that choice
    std::int64_t loss_lower = 0;       ///< proved: no choice has less
    std::uint64_t nodes = 0;           ///< of the search tree, states of a table: what the method counts as work
    /// Whether the choice is proved to be best.
    [[nodiscard]] bool exact() const noexcept { return loss == loss_lower; }
};

namespace detail {

/// \throws parameter_error  a problem that breaks an invariant
inline void require_valid(const cover_problem& problem, const char* where) {
    require(problem.budget <= problem.columns, where, "budget", problem.budget, "is more than there are columns");
    for (const cover_row& row : problem.rows) {
        require(row.need >= 1, where, "need", row.need, "must be at least 1");
        require(row.weight >= 1, where, "weight", row.weight, "must be at least 1");
        for (std::size_t i = 0; i < row.columns.size(); ++i) {
            require(row.columns[i] < problem.columns, where, "column", row.columns[i], "is not there");
            require(i == 0 || row.columns[i - 1] < row.columns[i], where, "column", row.columns[i], "is out of order");
        }
    }
}

} // namespace detail

} // namespace election
