// SPDX-License-Identifier: MIT
// solve_cover_reference(): the least loss by trying every choice; every other solver is held to it.
#pragma once

#include <cstdint>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/cover_problem.hpp>

namespace election {

/// The most columns that solve_cover_reference() takes.
inline constexpr std::size_t reference_max_columns = 26;

/// Tries every choice of `budget` columns.
/// \param problem  at most 26 columns
/// \returns the least loss, and of the choices that attain it the first in lexicographic order of their ascending columns
/// \throws parameter_error  more columns, or a problem that breaks an invariant
/// \par Complexity
/// O(C(columns, budget)·ones)
///
/// \code
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
/// assert(election::solve_cover_reference(uncoded).loss == 4);
/// \endcode
[[nodiscard]] inline cover_answer solve_cover_reference(const cover_problem& problem) {
    detail::require_valid(problem, "solve_cover_reference");
    detail::require(problem.columns <= reference_max_columns, "solve_cover_reference", "columns", problem.columns,
                    "must be at most 26");
    std::vector<std::uint32_t> chosen(problem.budget);
    for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] = static_cast<std::uint32_t>(i);
    cover_answer best;
    while (true) {
        const std::int64_t loss = loss_of(problem, chosen);
        if (best.nodes++ == 0 || loss < best.loss) {
            best.loss = loss;
            best.losers = chosen;
        }
        std::size_t i = chosen.size(); // the next choice: raise the last column that can be raised
        while (i > 0 && chosen[i - 1] == problem.columns - problem.budget + i - 1) --i;
        if (i == 0) break;
        ++chosen[i - 1];
        for (std::size_t j = i; j < chosen.size(); ++j) chosen[j] = chosen[j - 1] + 1;
    }
    best.loss_lower = best.loss;
    return best;
}

} // namespace election
