// SPDX-License-Identifier: MIT
#include <election/exact/presolve_rows.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <doctest/doctest.h>
#include <support/presolve_checks.hpp>
#include <support/random_cover.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("the hits that rows can have, by trying all choices") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    for (int round = 0; round < 200; ++round) {
        const cover_problem problem = election_test::random_cover(random, 7, 6);
        for (const cover_row& row : problem.rows) {
            hit_range seen{problem.columns, 0};
            election_test::for_each_choice(problem, [&](const std::vector<std::uint32_t>& losers) {
                const auto hits = static_cast<std::size_t>(std::count_if(losers.begin(), losers.end(), [&](std::uint32_t c) {
                    return std::ranges::binary_search(row.columns, c);
                }));
                seen = {std::min(seen.fewest, hits), std::max(seen.most, hits)};
            });
            REQUIRE(hits_of(row, problem) == seen);
        }
    }
}

TEST_CASE("the steps keep what a problem stands for, and leave no row that they are about") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    int constant = 0;
    int equal = 0;
    for (int round = 0; round < 1500; ++round) {
        CAPTURE(round);
        const cover_problem problem = election_test::random_cover(random, 8, 8);
        presolved state = unchanged(problem);
        const bool dropped = drop_constant_rows(state);
        REQUIRE(dropped == (state.problem != problem));
        election_test::require_equivalent(problem, state);
        for (const cover_row& row : state.problem.rows) { // each of them varies
            std::int64_t most = 0;
            std::int64_t least = std::numeric_limits<std::int64_t>::max();
            election_test::for_each_choice(problem, [&](const std::vector<std::uint32_t>& losers) {
                const std::int64_t loss = loss_of(cover_problem{problem.columns, problem.budget, {row}}, losers);
                most = std::max(most, loss);
                least = std::min(least, loss);
            });
            REQUIRE(least < most);
        }
        presolved merged = unchanged(problem);
        const bool any = merge_equal_rows(merged);
        REQUIRE(any == (merged.problem != problem));
        election_test::require_equivalent(problem, merged);
        for (std::size_t i = 0; i < merged.problem.rows.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                cover_row a = merged.problem.rows[i];
                const cover_row& b = merged.problem.rows[j];
                a.weight = b.weight;
                REQUIRE(a != b);
                REQUIRE(merged.rows[j].front() < merged.rows[i].front()); // in the order of the first of them
            }
        }
        constant += dropped ? 1 : 0;
        equal += any ? 1 : 0;
        (void)merge_equal_rows(state); // one after the other
        election_test::require_equivalent(problem, state);
    }
    CHECK(constant > 300); // the test looks at something
    CHECK(equal > 300);
}

TEST_CASE("rows that cannot vary, by hand") {
    const cover_problem problem{5,
                                2,
                                {{{0, 1, 2, 3, 4}, 3}, // always right
                                 {{0, 1, 2, 3, 4}, 2}, // always wrong
                                 {{0, 1, 2, 3}, 2},    // one of its columns may be spared
                                 {{}, 1, true, 7},     // idle
                                 {{0, 1, 2}, 4, true}, // needs more than there is
                                 {{0, 1, 2}, 3, true}, // ties at best
                                 {{0, 1, 2, 3}, 3, true},
                                 {{0, 1, 2, 3, 4}, 3, true, 2}}, // always tied
                                100};
    presolved state = unchanged(problem);
    CHECK(drop_constant_rows(state));
    CHECK(state.problem.constant == 100 + 2 + 0 + 7 + 2 + 2);
    CHECK(state.rows == std::vector<std::vector<std::size_t>>{{2}, {5}, {6}});
    CHECK_FALSE(drop_constant_rows(state));
    for (std::size_t budget : {0U, 5U}) {
        presolved settled = unchanged({5, budget, problem.rows, 100});
        CHECK(drop_constant_rows(settled));
        CHECK(settled.problem.rows.empty());
        const std::vector<std::uint32_t> losers =
            budget == 0 ? std::vector<std::uint32_t>{} : std::vector<std::uint32_t>{0, 1, 2, 3, 4};
        CHECK(settled.problem.constant == 100 + loss_of(problem, losers));
    }
}

TEST_CASE("weights that no longer fit stay apart") {
    const std::uint32_t most = 8192;
    presolved state = unchanged({2, 1, {{{0}, 1, false, most - 1}, {{0}, 1}, {{0}, 1}, {{0}, 1}}});
    CHECK(merge_equal_rows(state));
    REQUIRE(state.problem.rows.size() == 2);
    CHECK(state.problem.rows[0].weight == most);
    CHECK(state.problem.rows[1].weight == 2);
    CHECK(state.rows == std::vector<std::vector<std::size_t>>{{0, 1}, {2, 3}});
    CHECK_FALSE(merge_equal_rows(state));
}
