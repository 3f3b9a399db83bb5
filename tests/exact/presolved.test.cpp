// SPDX-License-Identifier: MIT
#include <election/exact/presolved.hpp>

#include <cstdint>
#include <random>
#include <vector>

#include <doctest/doctest.h>
#include <support/presolve_checks.hpp>
#include <support/random_cover.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("an unchanged problem stands for itself") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    for (int round = 0; round < 100; ++round) {
        const cover_problem problem = election_test::random_cover(random, 7, 6);
        const presolved state = unchanged(problem);
        REQUIRE(state.problem == problem);
        election_test::require_equivalent(problem, state);
    }
}

TEST_CASE("choices and answers are told in the original labels") {
    presolved state;
    state.problem = {2, 1, {{{0, 1}, 1, false, 3}}, 5};
    state.rows = {{1, 4}};
    state.columns = {2, 6};
    state.losing = {5, 0};
    CHECK(state.expand(std::vector<std::uint32_t>{1}) == std::vector<std::uint32_t>{0, 5, 6});
    const cover_answer answer = state.expand(cover_answer{{0}, 6, 2, 17}, 1);
    CHECK(answer.losers == std::vector<std::uint32_t>{0, 2, 5});
    CHECK(answer.loss == 10);
    CHECK(answer.loss_lower == 6);
    CHECK(answer.nodes == 17);
}

TEST_CASE("what is no choice is refused") {
    const presolved state = unchanged({3, 2, {}});
    CHECK_THROWS_WITH_AS((void)state.expand(std::vector<std::uint32_t>{1}),
                         "election::presolved::expand: number of losers = 1 must be 2", parameter_error);
    CHECK_THROWS_WITH_AS((void)state.expand(std::vector<std::uint32_t>{1, 3}),
                         "election::presolved::expand: loser = 3 must be less than 3", parameter_error);
    CHECK_THROWS_WITH_AS((void)unchanged({3, 4, {}}), "election::presolve: budget = 4 is more than there are columns",
                         parameter_error);
}
