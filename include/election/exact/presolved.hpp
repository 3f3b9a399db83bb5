// SPDX-License-Identifier: MIT
// presolved: a smaller cover problem with the way back to the one that it stands for.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/cover_problem.hpp>

namespace election {

/// A cover problem that stands for another one, the original. Presolve steps make the problem smaller and keep the rest up to date.
///
/// Invariants: every choice of the problem's budget, expanded, is a choice of exactly the original's budget with the same
/// constant + loss; and the least constant + loss of both is the same. A step that keeps this between its problem before and after keeps
/// it for the original, so each proof looks at one step alone.
///
/// \code
/// auto state = election::unchanged({3, 1, {{{0, 1}, 1}, {{2}, 1}}});
/// assert(state.expand(std::vector<std::uint32_t>{2}) == std::vector<std::uint32_t>{2});
/// \endcode
struct presolved {
    cover_problem problem;                      ///< the smaller one
    std::vector<std::vector<std::size_t>> rows; ///< of each row: the original rows that it stands for, ascending
    std::vector<std::uint32_t> columns;         ///< of each column: the original one; ascending
    std::vector<std::uint32_t> losing;          ///< original columns that lose whatever is chosen, in any order

    /// The original losers of a choice, ascending. O(losers·log losers).
    /// \param losers  distinct columns of the problem, as many as its budget
    /// \throws parameter_error  another number of losers, or one that is not there
    [[nodiscard]] std::vector<std::uint32_t> expand(std::span<const std::uint32_t> losers) const {
        detail::require(losers.size() == problem.budget, "presolved::expand", "number of losers", losers.size(), "must be ",
                        problem.budget);
        std::vector<std::uint32_t> original = losing;
        for (std::uint32_t column : losers) {
            detail::require(column < columns.size(), "presolved::expand", "loser", column, "must be less than ",
                            columns.size());
            original.push_back(columns[column]);
        }
        std::sort(original.begin(), original.end());
        return original;
    }

    /// The answer to the original problem from one to this: the same proof, the losers expanded, losses that count the original rows.
    /// \param answer    to `problem`, its losers as many as the budget
    /// \param constant  of the original problem
    [[nodiscard]] cover_answer expand(const cover_answer& answer, std::int64_t constant) const {
        cover_answer original = answer;
        original.losers = expand(answer.losers);
        original.loss += problem.constant - constant;
        original.loss_lower += problem.constant - constant;
        return original;
    }
};

/// A problem that stands for itself. O(rows + columns).
/// \throws parameter_error  a problem that breaks an invariant
[[nodiscard]] inline presolved unchanged(cover_problem problem) {
    detail::require_valid(problem, "presolve");
    presolved state;
    for (std::size_t i = 0; i < problem.rows.size(); ++i) state.rows.push_back({i});
    state.columns.resize(problem.columns);
    std::iota(state.columns.begin(), state.columns.end(), std::uint32_t{0});
    state.problem = std::move(problem);
    return state;
}

} // namespace election
