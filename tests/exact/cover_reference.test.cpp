// SPDX-License-Identifier: MIT
#include <election/exact/cover_reference.hpp>

#include <bit>
#include <cstdint>
#include <random>
#include <vector>

#include <doctest/doctest.h>
#include <election/verify/nearest.hpp>
#include <support/random_cover.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("the reference tries every choice of the budget, and keeps the first of the best") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    for (int round = 0; round < 400; ++round) {
        const cover_problem problem = election_test::random_cover(random, 8, 6);
        std::int64_t least = -1;
        std::vector<std::uint32_t> best;
        for (std::uint32_t set = 0; set < 1U << problem.columns; ++set) { // another way through the choices
            if (static_cast<std::size_t>(std::popcount(set)) != problem.budget) continue;
            std::vector<std::uint32_t> losers;
            for (std::uint32_t j = 0; j < problem.columns; ++j) {
                if ((set >> j & 1U) != 0) losers.push_back(j);
            }
            const std::int64_t loss = loss_of(problem, losers);
            if (least < 0 || loss < least || (loss == least && losers < best)) {
                least = loss;
                best = losers;
            }
        }
        const cover_answer answer = solve_cover_reference(problem);
        REQUIRE(answer.loss == least);
        REQUIRE(answer.losers == best);
        REQUIRE(answer.exact());
        REQUIRE(answer.nodes == binomial(problem.columns, problem.budget));
    }
}

TEST_CASE("the limit cases of the budget") {
    const std::vector<cover_row> rows{{{0}, 1}, {{0, 1, 2}, 2, true, 3}};
    CHECK(solve_cover_reference({3, 0, rows}).loss == 8);
    CHECK(solve_cover_reference({3, 0, rows}).losers.empty());
    CHECK(solve_cover_reference({3, 3, rows}).loss == 0);
    CHECK(solve_cover_reference({3, 3, rows}).losers == std::vector<std::uint32_t>{0, 1, 2});
    CHECK(solve_cover_reference({}).nodes == 1);
    CHECK(solve_cover_reference({0, 0, {{{}, 1, true, 2}}}).loss == 2);
}

TEST_CASE("more columns than it takes, and broken problems, are refused") {
    CHECK(solve_cover_reference({26, 1, {{{25}, 1}}}).losers == std::vector<std::uint32_t>{25});
    CHECK_THROWS_WITH_AS((void)solve_cover_reference({27, 1, {}}),
                         "election::solve_cover_reference: columns = 27 must be at most 26", parameter_error);
    CHECK_THROWS_WITH_AS((void)solve_cover_reference({2, 3, {}}),
                         "election::solve_cover_reference: budget = 3 is more than there are columns", parameter_error);
}
