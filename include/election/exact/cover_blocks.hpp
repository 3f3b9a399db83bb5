// SPDX-License-Identifier: MIT
// cover_blocks: parts of a cover problem that share no column, solved apart for every budget and put together again.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/presolve_rows.hpp>

namespace election {

/// Some columns of a cover problem and all rows that hold any of them.
struct cover_block {
    cover_problem problem;              ///< constant 0; its budget is the most that can lose in it
    std::vector<std::uint32_t> columns; ///< of each column: that of the whole, ascending
    std::vector<std::size_t> rows;      ///< of each row: that of the whole, ascending
};

/// Splits a problem into its connected parts: columns in a common row are together. Columns that no row holds make one block without
/// rows, rows without columns one without columns.
/// \param problem  any
/// \returns the blocks, by their first column, the one without columns last; none for a problem with neither rows nor columns
/// \par Complexity
/// O(columns + ones), nearly
///
/// \code
/// const auto blocks = election::split_blocks({3, 1, {{{0, 2}, 1}, {{1}, 1}}});
/// assert(blocks.size() == 2 && (blocks[0].columns == std::vector<std::uint32_t>{0, 2}) && blocks[1].rows[0] == 1);
/// \endcode
[[nodiscard]] inline std::vector<cover_block> split_blocks(const cover_problem& problem) {
    std::vector<std::uint32_t> parent(problem.columns); // a forest of columns; the root of a tree is its first column
    std::iota(parent.begin(), parent.end(), std::uint32_t{0});
    const auto root_of = [&](std::uint32_t column) {
        while (parent[column] != column) column = parent[column] = parent[parent[column]];
        return column;
    };
    std::vector<char> held(problem.columns, 0);
    for (const cover_row& row : problem.rows) {
        for (std::uint32_t column : row.columns) {
            held[column] = 1;
            const std::uint32_t a = root_of(row.columns[0]);
            const std::uint32_t b = root_of(column);
            parent[std::max(a, b)] = std::min(a, b);
        }
    }
    std::uint32_t free_root = 0;
    while (free_root < problem.columns && held[free_root] != 0) ++free_root;

    constexpr auto none = std::numeric_limits<std::size_t>::max();
    std::vector<cover_block> blocks;
    std::vector<std::size_t> block_of_root(problem.columns, none);
    std::vector<std::uint32_t> place(problem.columns, 0); // of each column, in its block
    for (std::uint32_t column = 0; column < problem.columns; ++column) {
        if (held[column] == 0) parent[column] = free_root;
        std::size_t& block = block_of_root[root_of(column)];
        if (block == none) {
            block = blocks.size();
            blocks.emplace_back();
        }
        place[column] = static_cast<std::uint32_t>(blocks[block].columns.size());
        blocks[block].columns.push_back(column);
    }
    std::size_t without_columns = none;
    for (std::size_t i = 0; i < problem.rows.size(); ++i) {
        cover_row row = problem.rows[i];
        std::size_t& block = row.columns.empty() ? without_columns : block_of_root[root_of(row.columns[0])];
        if (block == none) {
            block = blocks.size();
            blocks.emplace_back();
        }
        for (std::uint32_t& column : row.columns) column = place[column];
        blocks[block].problem.rows.push_back(std::move(row));
        blocks[block].rows.push_back(i);
    }
    for (cover_block& block : blocks) {
        block.problem.columns = block.columns.size();
        block.problem.budget = std::min(problem.budget, block.columns.size());
    }
    return blocks;
}

/// The losers that a block can have in a choice of the whole problem. O(1).
/// \param problem  the whole
/// \param block    of it
[[nodiscard]] inline hit_range budgets_of(const cover_block& block, const cover_problem& problem) noexcept {
    const std::size_t others = problem.columns - block.columns.size();
    return {problem.budget > others ? problem.budget - others : 0, std::min(block.columns.size(), problem.budget)};
}

/// Puts answers to all blocks together: the budget is shared out so that the sum of losses is least.
///
/// *Proof.* A row's hits depend on its block's losers alone, so the least loss is the least sum of the blocks' least losses over all ways to
/// share out the budget, a min-plus convolution block by block. The same holds of lower bounds. ∎
/// \param problem  the whole
/// \param blocks   split_blocks(problem)
/// \param answers  of each block: those for the budgets of budgets_of(), from the fewest on
/// \returns the best choice that the answers make up, and what they prove; nodes are those of all answers
/// \throws parameter_error  another number of answers
/// \par Complexity
/// O(budget·columns) time at most, O(budget·blocks) memory
///
/// \code
/// const election::cover_problem problem{4, 2, {{{0, 1}, 2}, {{2, 3}, 1, false, 3}}};
/// const auto blocks = election::split_blocks(problem);
/// std::vector<std::vector<election::cover_answer>> answers(blocks.size());
/// for (std::size_t i = 0; i < blocks.size(); ++i) {
///     election::cover_problem part = blocks[i].problem;
///     for (part.budget = 0; part.budget <= 2; ++part.budget) answers[i].push_back(election::solve_cover_reference(part));
/// }
/// assert(election::combine_blocks(problem, blocks, answers).loss == 2); // one of the second block, one for nothing
/// \endcode
[[nodiscard]] inline cover_answer combine_blocks(const cover_problem& problem, const std::vector<cover_block>& blocks,
                                                 const std::vector<std::vector<cover_answer>>& answers) {
    detail::require(answers.size() == blocks.size(), "combine_blocks", "number of answered blocks", answers.size(),
                    "must be ", blocks.size());
    struct total {
        std::int64_t loss = std::numeric_limits<std::int64_t>::max();
        std::int64_t lower = std::numeric_limits<std::int64_t>::max();
    };
    cover_answer whole;
    // Of the blocks so far: the best totals for each number of losers in a range without gaps, since the blocks' ranges have none.
    hit_range losers{0, 0};
    std::vector<total> best{{0, 0}};
    std::vector<std::vector<std::uint32_t>> last(
        blocks.size()); // of each block and number: how many lose in the block itself
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const hit_range range = budgets_of(blocks[i], problem);
        detail::require(answers[i].size() == range.most - range.fewest + 1, "combine_blocks", "number of answers",
                        answers[i].size(), "must be that of the block's budgets, ", range.most - range.fewest + 1);
        for (const cover_answer& answer : answers[i]) whole.nodes += answer.nodes;
        const hit_range with{losers.fewest + range.fewest, std::min(losers.most + range.most, problem.budget)};
        std::vector<total> next(with.most - with.fewest + 1);
        last[i].resize(next.size());
        for (std::size_t before = losers.fewest; before <= losers.most; ++before) {
            const total& from = best[before - losers.fewest];
            for (std::size_t b = range.fewest; b <= range.most && before + b <= problem.budget; ++b) {
                const cover_answer& answer = answers[i][b - range.fewest];
                total& to = next[before + b - with.fewest];
                to.lower = std::min(to.lower, from.lower + answer.loss_lower);
                if (from.loss + answer.loss >= to.loss) continue;
                to.loss = from.loss + answer.loss;
                last[i][before + b - with.fewest] = static_cast<std::uint32_t>(b);
            }
        }
        losers = with;
        best = std::move(next);
    }
    whole.loss = best.back().loss; // the largest number of losers is the budget
    whole.loss_lower = best.back().lower;
    std::size_t left = problem.budget;
    for (std::size_t i = blocks.size(); i-- > 0;) {
        const hit_range range = budgets_of(blocks[i], problem);
        losers.fewest -= range.fewest; // of the blocks before this one
        const std::size_t b = last[i][left - losers.fewest - range.fewest];
        for (std::uint32_t column : answers[i][b - range.fewest].losers) whole.losers.push_back(blocks[i].columns[column]);
        left -= b;
    }
    std::sort(whole.losers.begin(), whole.losers.end());
    return whole;
}

/// Solves a problem block by block, blocks that are the same only once.
/// \param problem  any
/// \param solve    cover_problem → cover_answer for that problem's budget; called for every budget that a block can have
/// \returns as combine_blocks(); nodes are those of all calls
/// \par Complexity
/// That of the calls and of combine_blocks()
///
/// \code
/// const election::cover_problem problem{4, 2, {{{0, 1}, 2}, {{2, 3}, 1, false, 3}}};
/// assert(election::solve_by_blocks(problem, election::solve_cover_reference).loss == 2);
/// \endcode
template <class Solve>
[[nodiscard]] cover_answer solve_by_blocks(const cover_problem& problem, Solve&& solve) {
    const std::vector<cover_block> blocks = split_blocks(problem);
    std::vector<std::vector<cover_answer>> answers(blocks.size());
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        for (std::size_t j = 0; j < i && answers[i].empty(); ++j) {
            if (blocks[j].problem != blocks[i].problem) continue;
            answers[i] = answers[j];
            for (cover_answer& answer : answers[i]) answer.nodes = 0; // no work was done for it
        }
        if (!answers[i].empty()) continue;
        cover_problem part = blocks[i].problem;
        const hit_range range = budgets_of(blocks[i], problem);
        for (part.budget = range.fewest; part.budget <= range.most; ++part.budget) {
            if (part.rows.empty()) { // whichever
                answers[i].emplace_back().losers.resize(part.budget);
                std::iota(answers[i].back().losers.begin(), answers[i].back().losers.end(), std::uint32_t{0});
            } else {
                answers[i].push_back(solve(std::as_const(part)));
            }
        }
    }
    return combine_blocks(problem, blocks, answers);
}

} // namespace election
