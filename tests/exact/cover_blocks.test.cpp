// SPDX-License-Identifier: MIT
#include <election/exact/cover_blocks.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include <doctest/doctest.h>
#include <election/exact/cover_reference.hpp>
#include <election/exact/presolve_columns.hpp>
#include <support/random_cover.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("blocks: every row and column once, none in common, none that could be split") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    int several = 0;
    for (int round = 0; round < 800; ++round) {
        CAPTURE(round);
        const cover_problem problem = election_test::random_cover(random, 10, 6);
        const std::vector<cover_block> blocks = split_blocks(problem);
        std::vector<std::size_t> block_of(problem.columns, 99);
        std::size_t rows = 0;
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            const cover_block& block = blocks[i];
            detail::require_valid(block.problem, "test");
            REQUIRE(block.problem.columns == block.columns.size());
            REQUIRE(block.problem.budget == std::min(problem.budget, block.columns.size()));
            REQUIRE(block.problem.constant == 0);
            REQUIRE(block.problem.rows.size() == block.rows.size());
            REQUIRE(std::is_sorted(block.columns.begin(), block.columns.end()));
            REQUIRE(std::is_sorted(block.rows.begin(), block.rows.end()));
            for (std::uint32_t column : block.columns) {
                REQUIRE(block_of.at(column) == 99);
                block_of[column] = i;
            }
            for (std::size_t r = 0; r < block.rows.size(); ++r, ++rows) {
                cover_row row = block.problem.rows[r];
                for (std::uint32_t& column : row.columns) column = block.columns[column];
                REQUIRE(row == problem.rows[block.rows[r]]);
            }
            if (i > 0 && !block.columns.empty()) REQUIRE(blocks[i - 1].columns.front() < block.columns.front());
            if (block.columns.empty()) REQUIRE(i + 1 == blocks.size());
            // Connected: what can be reached from the first column is all of it, or no row holds any of it.
            if (block.columns.empty()) continue;
            std::vector<char> reached(block.columns.size(), 0);
            reached[0] = 1;
            for (std::size_t step = 0; step < block.columns.size(); ++step) {
                for (const cover_row& row : block.problem.rows) {
                    if (std::ranges::none_of(row.columns, [&](std::uint32_t c) { return reached[c] != 0; })) continue;
                    for (std::uint32_t column : row.columns) reached[column] = 1;
                }
            }
            REQUIRE((block.rows.empty() || std::ranges::count(reached, char{0}) == 0));
        }
        REQUIRE(std::ranges::count(block_of, std::size_t{99}) == 0);
        REQUIRE(rows == problem.rows.size());
        several += blocks.size() > 2 ? 1 : 0;
    }
    CHECK(several > 100);
    CHECK(split_blocks({}).empty());
}

TEST_CASE("solving by blocks is solving, for every budget") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    for (int round = 0; round < 500; ++round) {
        CAPTURE(round);
        cover_problem problem = election_test::random_cover(random, 10, 6);
        for (problem.budget = 0; problem.budget <= problem.columns; ++problem.budget) {
            const cover_answer expected = solve_cover_reference(problem);
            const cover_answer found = solve_by_blocks(problem, [](const cover_problem& part) {
                REQUIRE(!part.rows.empty());
                return solve_cover_reference(part);
            });
            REQUIRE(found.loss == expected.loss);
            REQUIRE(found.exact());
            REQUIRE(found.losers.size() == problem.budget);
            REQUIRE(std::is_sorted(found.losers.begin(), found.losers.end()));
            REQUIRE(std::ranges::adjacent_find(found.losers) == found.losers.end());
            REQUIRE(loss_of(problem, found.losers) == found.loss);
        }
    }
}

TEST_CASE("bounds are combined apart from losses") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    int open = 0;
    for (int round = 0; round < 500; ++round) {
        const cover_problem problem = election_test::random_cover(random, 9, 6);
        const cover_answer least = solve_cover_reference(problem);
        const cover_answer found = solve_by_blocks(problem, [&](const cover_problem& part) { // some choice, some bound
            cover_answer answer = solve_cover_reference(part);
            answer.loss_lower = std::max<std::int64_t>(0, answer.loss - static_cast<std::int64_t>(round % 3));
            for (std::size_t i = 0; i < answer.losers.size(); ++i) answer.losers[i] = static_cast<std::uint32_t>(i);
            answer.loss = loss_of(part, answer.losers);
            return answer;
        });
        REQUIRE(loss_of(problem, found.losers) == found.loss);
        REQUIRE(found.loss >= least.loss);
        REQUIRE(found.loss_lower <= least.loss);
        if (round % 3 == 0) REQUIRE(found.loss_lower == least.loss);
        open += found.exact() ? 0 : 1;
    }
    CHECK(open > 100);
}

TEST_CASE("equal blocks are solved once, and the budget goes where it counts") {
    cover_problem groups{30, 14, {}};
    for (std::uint32_t g = 0; g < 10; ++g) groups.rows.push_back({{3 * g, 3 * g + 1, 3 * g + 2}, 2});
    int calls = 0;
    const cover_answer answer = solve_by_blocks(groups, [&](const cover_problem& part) {
        ++calls;
        return solve_cover_reference(part);
    });
    CHECK(calls == 4);
    CHECK(answer.loss == 2 * 3); // two losers each make seven wrong
    CHECK(answer.nodes == 1 + 3 + 3 + 1);
}

TEST_CASE("the losers that a block can have") {
    const cover_problem problem{5, 4, {{{0, 1}, 1}, {{2, 3, 4}, 2}}};
    const auto blocks = split_blocks(problem);
    CHECK(budgets_of(blocks[0], problem) == hit_range{1, 2});
    CHECK(budgets_of(blocks[1], problem) == hit_range{2, 3});
    CHECK_THROWS_WITH_AS((void)combine_blocks(problem, blocks, {}),
                         "election::combine_blocks: number of answered blocks = 0 must be 2", parameter_error);
    CHECK_THROWS_WITH_AS((void)combine_blocks(problem, blocks, {{{}, {}}, {{}}}),
                         "election::combine_blocks: number of answers = 1 must be that of the block's budgets, 2",
                         parameter_error);
}
