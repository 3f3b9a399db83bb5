// SPDX-License-Identifier: MIT
// How many choices have each loss, by trying all; and cover problems whose columns come in pairs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include <election/exact/count_frontier.hpp>
#include <election/exact/cover_problem.hpp>

namespace election_test {

/// How many choices have each loss, by trying all. Of those that are the same only one counts: the one that takes the first of a pair.
inline std::map<std::int64_t, std::uint64_t>
losses_of_all(const election::cover_problem& problem,
              election::choice_identity identity = election::choice_identity::columns) {
    std::map<std::int64_t, std::uint64_t> counts;
    for (std::uint32_t set = 0; set < std::uint32_t{1} << problem.columns; ++set) {
        std::vector<std::uint32_t> losers;
        bool is_first = true;
        for (std::uint32_t j = 0; j < problem.columns; ++j) {
            if ((set >> j & 1U) == 0) continue;
            losers.push_back(j);
            if (j % 2 == 1 && (set >> (j - 1) & 1U) == 0) is_first = false;
        }
        if (losers.size() != problem.budget) continue;
        if (identity == election::choice_identity::columns || is_first) ++counts[loss_of(problem, losers)];
    }
    return counts;
}

/// The same problem with every column twice, side by side, a row needing as many more as it had columns, and twice the budget or one more.
inline election::cover_problem with_pairs(const election::cover_problem& problem, bool one_more) {
    election::cover_problem result = problem;
    result.columns = 2 * problem.columns;
    result.budget = 2 * problem.budget + (one_more && problem.budget < problem.columns ? 1 : 0);
    for (election::cover_row& row : result.rows) {
        std::vector<std::uint32_t> columns;
        for (std::uint32_t j : row.columns) {
            columns.push_back(2 * j);
            columns.push_back(2 * j + 1);
        }
        row.columns = columns;
        row.need = 2 * row.need - (one_more ? 1 : 0);
    }
    return result;
}

} // namespace election_test
