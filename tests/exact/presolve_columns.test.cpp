// SPDX-License-Identifier: MIT
#include <election/exact/presolve_columns.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include <doctest/doctest.h>
#include <support/presolve_checks.hpp>
#include <support/random_cover.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("empty columns: what a problem stands for is kept, and every column is in a row") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    int with_excess = 0;
    int without = 0;
    for (int round = 0; round < 1500; ++round) {
        CAPTURE(round);
        const cover_problem problem = election_test::random_cover(random, 9, 5);
        presolved state = unchanged(problem);
        const bool dropped = drop_empty_columns(state);
        REQUIRE(dropped == (state.problem != problem));
        election_test::require_equivalent(problem, state);
        for (const std::vector<std::uint32_t>& rows : rows_of_columns(state.problem)) REQUIRE(!rows.empty());
        if (dropped) ++(state.losing.empty() ? without : with_excess);
    }
    CHECK(with_excess > 100);
    CHECK(without > 100);
}

TEST_CASE("decided columns: the choices with these parts remain, each with its loss") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    for (int round = 0; round < 1500; ++round) {
        CAPTURE(round);
        const cover_problem problem = election_test::random_cover(random, 8, 6);
        std::vector<column_fate> fates(problem.columns, column_fate::open);
        std::size_t losers = 0;
        std::size_t winners = 0;
        for (column_fate& fate : fates) {
            const std::size_t draw = election_test::between(random, 0, 2);
            if (draw == 1 && losers < problem.budget) {
                fate = column_fate::loses;
                ++losers;
            } else if (draw == 2 && winners < problem.columns - problem.budget) {
                fate = column_fate::wins;
                ++winners;
            }
        }
        presolved state = unchanged(problem);
        REQUIRE(decide_columns(state, fates) == (losers + winners > 0));
        REQUIRE(state.problem.columns == problem.columns - losers - winners);
        REQUIRE(state.problem.budget == problem.budget - losers);
        detail::require_valid(state.problem, "test");
        std::vector<std::vector<std::uint32_t>> remaining;
        election_test::for_each_choice(state.problem, [&](const std::vector<std::uint32_t>& choice) {
            remaining.push_back(state.expand(choice));
            REQUIRE(problem.constant + loss_of(problem, remaining.back()) ==
                    state.problem.constant + loss_of(state.problem, choice));
        });
        std::vector<std::vector<std::uint32_t>> expected;
        election_test::for_each_choice(problem, [&](const std::vector<std::uint32_t>& choice) {
            std::vector<char> loses(problem.columns, 0);
            for (std::uint32_t column : choice) loses[column] = 1;
            for (std::size_t c = 0; c < fates.size(); ++c) {
                if (fates[c] != column_fate::open && (fates[c] == column_fate::loses) != (loses[c] != 0)) return;
            }
            expected.push_back(choice);
        });
        std::sort(remaining.begin(), remaining.end());
        REQUIRE(remaining == expected);
    }
}

TEST_CASE("decided columns by hand, and decisions that cannot be") {
    using enum column_fate;
    presolved state = unchanged({5, 3, {{{0, 1, 4}, 3, true}, {{1, 2}, 2}, {{1}, 1, false, 9}, {{3}, 1}}, 6});
    CHECK(decide_columns(state, {open, loses, open, wins, open}));
    CHECK(state.problem == cover_problem{3, 2, {{{0, 2}, 2, true}, {{1}, 1}, {{}, 1}}, 6});
    CHECK(state.rows == std::vector<std::vector<std::size_t>>{{0}, {1}, {3}});
    CHECK(state.columns == std::vector<std::uint32_t>{0, 2, 4});
    CHECK(state.losing == std::vector<std::uint32_t>{1});
    CHECK(decide_columns(state, {loses, open, open})); // and again, in the new labels
    CHECK(state.problem == cover_problem{2, 1, {{{1}, 1, true}, {{0}, 1}, {{}, 1}}, 6});
    CHECK(state.losing == std::vector<std::uint32_t>{1, 0});
    CHECK_FALSE(decide_columns(state, {open, open}));
    CHECK_THROWS_WITH_AS(decide_columns(state, {open}), "election::decide_columns: number of fates = 1 must be 2",
                         parameter_error);
    CHECK_THROWS_WITH_AS(decide_columns(state, {loses, loses}),
                         "election::decide_columns: losers = 2 must be at most the budget, 1", parameter_error);
    CHECK_THROWS_WITH_AS(decide_columns(state, {wins, wins}),
                         "election::decide_columns: columns left = 0 must be at least 1", parameter_error);
}

TEST_CASE("identical columns are in one class, others are not") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    std::size_t pairs = 0;
    for (int round = 0; round < 300; ++round) {
        const cover_problem problem = election_test::random_cover(random, 9, 5);
        const auto classes = identical_columns(problem);
        std::vector<std::size_t> class_of(problem.columns, 99);
        for (std::size_t i = 0; i < classes.size(); ++i) {
            REQUIRE(std::is_sorted(classes[i].begin(), classes[i].end()));
            REQUIRE((i == 0 || classes[i - 1].front() < classes[i].front()));
            for (std::uint32_t column : classes[i]) {
                REQUIRE(class_of.at(column) == 99);
                class_of[column] = i;
            }
        }
        for (std::uint32_t a = 0; a < problem.columns; ++a) {
            REQUIRE(class_of[a] != 99);
            for (std::uint32_t b = 0; b < a; ++b) {
                const bool same = std::ranges::all_of(problem.rows, [&](const cover_row& row) {
                    return std::ranges::binary_search(row.columns, a) == std::ranges::binary_search(row.columns, b);
                });
                REQUIRE((class_of[a] == class_of[b]) == same);
                pairs += same ? 1 : 0;
            }
        }
    }
    CHECK(pairs > 100);
}
