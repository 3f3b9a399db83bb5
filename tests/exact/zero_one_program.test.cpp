// SPDX-License-Identifier: MIT
#include <election/exact/zero_one_program.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <random>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/exact/cover_reference.hpp>
#include <election/exact/exact_model.hpp>
#include <support/random_cover.hpp>
#include <support/stated_program.hpp>

using namespace election;
using meaning = zero_one_variable::meaning;

TEST_CASE("the minimum is the least loss") {
    std::mt19937 random(1);
    for (int round = 0; round < 600; ++round) {
        const cover_problem problem = election_test::random_cover(random, 7, 4);
        CAPTURE(round);
        const zero_one_program program = make_zero_one_program(problem);
        const auto least = election_test::minimum_of(program);
        REQUIRE(least.has_value());
        REQUIRE(*least + program.constant == solve_cover_reference(problem).loss);
    }
}

TEST_CASE("for every choice of columns the cheapest votes cost its loss") {
    std::mt19937 random(2);
    for (int round = 0; round < 100; ++round) {
        const cover_problem problem = election_test::random_cover(random, 5, 3);
        const zero_one_program program = make_zero_one_program(problem);
        for (std::uint32_t chosen = 0; chosen < 1U << problem.columns; ++chosen) {
            zero_one_program fixed = program;
            std::vector<std::uint32_t> losers;
            for (std::size_t j = 0; j < problem.columns; ++j) {
                const bool loses = (chosen >> j & 1U) != 0;
                fixed.constraints.push_back({{{1, j}}, loses ? 1 : 0, true});
                if (loses) losers.push_back(static_cast<std::uint32_t>(j));
            }
            const auto least = election_test::minimum_of(fixed);
            REQUIRE(least.has_value() == (losers.size() == problem.budget));
            if (least) REQUIRE(*least + program.constant == loss_of(problem, losers));
        }
    }
}

TEST_CASE("coefficients count the hits that a row has for sure") {
    // 5 columns of which 3 lose: the row of 4 has at least 2 hits, so 3 − 2 is enough.
    const auto strong = make_zero_one_program({5, 3, {{{0, 1, 2, 3}, 3, false, 1}}, 0});
    REQUIRE(strong.variables.size() == 6);
    CHECK(strong.variables[5] == zero_one_variable{meaning::not_wrong, 0, 2});
    REQUIRE(strong.constraints.size() == 2);
    CHECK(strong.constraints[1].terms.back() == zero_one_term{1, 5});
    CHECK(strong.constraints[1].bound == 3);
    // It may tie: with 2 hits for sure it is wrong or abstains.
    const auto tied = make_zero_one_program({5, 3, {{{0, 1, 2, 3}, 3, true, 4}}, 0});
    REQUIRE(tied.variables.size() == 6);
    CHECK(tied.variables[5] == zero_one_variable{meaning::not_wrong, 0, 4});
    CHECK(tied.constraints[1].terms.back() == zero_one_term{1, 5});
    // With 1 for sure all three can be.
    const auto three = make_zero_one_program({5, 2, {{{0, 1, 2, 3}, 2, true, 1}, {{0, 1, 2, 3, 4}, 2, true, 1}}, 0});
    CHECK(three.variables.size() == 6); // the second row has its two hits for sure
    const auto all = make_zero_one_program({6, 3, {{{0, 1, 2, 3}, 3, true, 1}}, 0});
    REQUIRE(all.variables.size() == 8);
    CHECK(all.variables[6] == zero_one_variable{meaning::not_wrong, 0, 1});
    CHECK(all.variables[7] == zero_one_variable{meaning::right, 0, 1});
    REQUIRE(all.constraints.size() == 3);
    CHECK(all.constraints[1] == zero_one_constraint{{{1, 0}, {1, 1}, {1, 2}, {1, 3}, {1, 6}, {1, 7}}, 3, false});
    CHECK(all.constraints[2] == zero_one_constraint{{{1, 6}, {-1, 7}}, 0, false});
    // Never wrong, at most tied.
    const auto gentle = make_zero_one_program({6, 1, {{{0, 1, 2}, 2, true, 3}}, 0});
    REQUIRE(gentle.variables.size() == 7);
    CHECK(gentle.variables[6] == zero_one_variable{meaning::right, 0, 3});
    CHECK(gentle.constant == 3);
    CHECK(gentle.constraints[1] == zero_one_constraint{{{1, 0}, {1, 1}, {1, 2}, {1, 6}}, 1, false});
}

TEST_CASE("rows that nothing can change are in the constant") {
    const auto program =
        make_zero_one_program({4, 1, {{{0, 1, 2, 3}, 3, false, 5}, {{}, 1, true, 7}, {{0, 1, 2, 3}, 1, false, 9}}, 0});
    CHECK(program.variables.size() == 4);
    CHECK(program.constraints.size() == 1);
    CHECK(program.constant == 10 + 7);
}

TEST_CASE("Algorithm 1 for five workers and one liar") {
    const packed_allocation code(deterministic(5, 1));
    const cover_problem problem = make_cover_problem(code, {}, 1).cover;
    const zero_one_program program = make_zero_one_program(problem);
    CHECK(program.variables.size() == 7);
    CHECK(*election_test::minimum_of(program) + program.constant + problem.constant == 3);
}

TEST_CASE("a broken problem is refused") {
    CHECK_THROWS_WITH_AS((void)make_zero_one_program({1, 2, {}, 0}),
                         "election::make_zero_one_program: budget = 2 is more than there are columns", parameter_error);
}
