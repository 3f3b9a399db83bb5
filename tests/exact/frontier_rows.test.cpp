// SPDX-License-Identifier: MIT
#include <election/exact/frontier_rows.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <support/cover_problems.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

std::int64_t loss_by(const frontier_rows& rows, std::uint32_t losers) {
    std::int64_t loss = rows.constant;
    for (const frontier_row& row : rows.rows) {
        std::size_t hits = 0;
        for (std::uint32_t column : row.columns) hits += losers >> column & 1U;
        loss += row.cost(hits);
    }
    return loss;
}

std::int64_t loss_by(const cover_problem& problem, std::uint32_t losers) {
    std::vector<std::uint32_t> columns;
    for (std::uint32_t j = 0; j < problem.columns; ++j) {
        if ((losers >> j & 1U) != 0) columns.push_back(j);
    }
    return loss_of(problem, columns);
}

void check_shape(const frontier_rows& rows) {
    for (std::size_t i = 0; i < rows.rows.size(); ++i) {
        const frontier_row& row = rows.rows[i];
        CHECK(row.is_open(row.threshold, static_cast<std::uint32_t>(row.columns.size())));
        for (std::int64_t cost : {row.below, row.middle, row.above}) CHECK(cost % rows.unit == 0);
        for (std::size_t j = 0; j < i; ++j) {
            const frontier_row& other = rows.rows[j];
            CHECK_FALSE(
                (row.columns == other.columns && row.threshold == other.threshold && row.has_middle == other.has_middle));
        }
    }
}

} // namespace

TEST_CASE("rows followed by either side say the loss of every choice, and half of the columns are enough") {
    CAPTURE(election_test::seed());
    election_test::cover_problems problems(election_test::seed());
    for (int round = 0; round < 400; ++round) {
        const cover_problem problem = problems.any(9, 6);
        const frontier_rows rows = make_frontier_rows(problem);
        const frontier_rows any = make_frontier_rows_of_any_budget(problem);
        check_shape(rows);
        check_shape(any);
        for (const frontier_row& row : rows.rows) {
            CHECK(2 * row.columns.size() <= problem.columns);
            const std::size_t others = problem.columns - row.columns.size();
            const std::size_t fewest = problem.budget > others ? problem.budget - others : 0;
            CHECK(row.cost(fewest) != row.cost(std::min(problem.budget, row.columns.size()))); // it varies
        }
        for (std::uint32_t losers = 0; losers < 1U << problem.columns; ++losers) {
            const std::int64_t loss = loss_by(problem, losers);
            REQUIRE(loss_by(any, losers) == loss);
            if (static_cast<std::size_t>(std::popcount(losers)) == problem.budget) REQUIRE(loss_by(rows, losers) == loss);
        }
    }
}

TEST_CASE("rows that cannot vary are counted at once, and equal rows are one") {
    // Budget 2 of 5: three needed is too many, one of four columns is sure, an empty row keeps its loss.
    cover_problem problem{5, 2, {{{0, 1, 2, 3, 4}, 3}, {{0, 1, 2, 3}, 1}, {{}, 1}, {{0, 1}, 1}, {{0, 1}, 1, false, 2}}, 0};
    const frontier_rows rows = make_frontier_rows(problem);
    CHECK(rows.constant == 2 + 0 + 2);
    REQUIRE(rows.rows.size() == 1);
    CHECK(rows.rows[0] == frontier_row{{0, 1}, 1, false, 6, 0, 0});
    CHECK(rows.unit == 6);
    CHECK(make_frontier_rows_of_any_budget(problem).rows.size() == 3);
}

TEST_CASE("a row of all columns but one is followed by that one") {
    // Of five columns two lose; two of the first four are hit unless the fifth loses.
    const frontier_rows rows = make_frontier_rows({5, 2, {{{0, 1, 2, 3}, 2}}, 0});
    REQUIRE(rows.rows.size() == 1);
    CHECK(rows.rows[0] == frontier_row{{4}, 1, false, 0, 0, 2});
    const frontier_rows ties = make_frontier_rows({5, 2, {{{0, 1, 2, 3}, 3, true}}, 0}); // at most a tie
    REQUIRE(ties.rows.size() == 1);
    CHECK(ties.rows[0].columns == std::vector<std::uint32_t>{4});
    CHECK(ties.rows[0].cost(0) == 1);
    CHECK(ties.rows[0].cost(1) == 2);
}
