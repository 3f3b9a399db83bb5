// SPDX-License-Identifier: MIT
// presolve(): all steps that make a cover problem smaller, until none of them finds anything.
#pragma once

#include <utility>

#include <election/exact/column_dominance.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/presolve_columns.hpp>
#include <election/exact/presolve_rows.hpp>
#include <election/exact/presolved.hpp>

namespace election {

/// Makes a cover problem as small as the presolve steps can; each of them has its proof where it stands.
///
/// A problem without rows is solved: it has no columns either. Blocks and classes of identical columns are left to who solves the rest
/// (split_blocks(), identical_columns()).
/// \param problem  any
/// \returns the smaller problem and the way back; every row in it varies, every column is in a row, no two rows are the same
/// \throws parameter_error  a problem that breaks an invariant
/// \par Complexity
/// O(columns²·rows / 64 + ones) a round; the rounds are few, and never more than rows + columns
///
/// \code
/// const election::packed_allocation code(election::deterministic(7, 1));
/// const auto stated = election::make_cover_problem(code, {}, 1).cover;
/// const auto smaller = election::presolve(stated);
/// assert(smaller.problem.rows.size() < stated.rows.size() && smaller.problem.columns < stated.columns);
/// const auto answer = smaller.expand(election::solve_cover_reference(smaller.problem), stated.constant);
/// assert(answer.exact() && answer.loss == election::loss_of(stated, answer.losers) && stated.constant + answer.loss == 3);
/// \endcode
[[nodiscard]] inline presolved presolve(cover_problem problem) {
    presolved state = unchanged(std::move(problem));
    do {
        while (drop_constant_rows(state) || drop_empty_columns(state)) {
        }
        merge_equal_rows(state);
    } while (decide_dominated_columns(state));
    return state;
}

} // namespace election
