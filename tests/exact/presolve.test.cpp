// SPDX-License-Identifier: MIT
#include <election/exact/presolve.hpp>

#include <cstdint>
#include <random>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/codes/full.hpp>
#include <election/codes/repetition.hpp>
#include <election/codes/systematic.hpp>
#include <election/exact/cover_reference.hpp>
#include <election/exact/exact_election.hpp>
#include <election/exact/exact_model.hpp>
#include <support/presolve_checks.hpp>
#include <support/random_code.hpp>
#include <support/random_cover.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("presolve keeps what a problem stands for, and leaves nothing for its steps") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    int smaller = 0;
    int open = 0;
    for (int round = 0; round < 3000; ++round) {
        CAPTURE(round);
        cover_problem problem = election_test::random_cover(random, 10, round % 2 == 0 ? 8 : 25);
        if (round % 2 != 0) problem.budget = problem.columns / 2; // harder to settle
        const presolved state = presolve(problem);
        election_test::require_equivalent(problem, state);
        presolved again = state;
        REQUIRE_FALSE(drop_constant_rows(again));
        REQUIRE_FALSE(merge_equal_rows(again));
        REQUIRE_FALSE(drop_empty_columns(again));
        REQUIRE_FALSE(decide_dominated_columns(again));
        REQUIRE((!state.problem.rows.empty() || state.problem.columns == 0));
        const cover_answer answer = state.expand(solve_cover_reference(state.problem), problem.constant);
        REQUIRE(answer.loss == solve_cover_reference(problem).loss);
        REQUIRE(answer.loss == loss_of(problem, answer.losers));
        smaller += state.problem.columns < problem.columns ? 1 : 0;
        open += state.problem.rows.empty() ? 0 : 1;
    }
    CHECK(smaller > 1000);
    CHECK(open > 100);
}

TEST_CASE("no budget, or all columns, is settled outright") {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        cover_problem problem = election_test::random_cover(random, 10, 8);
        for (std::size_t budget : {std::size_t{0}, problem.columns}) {
            problem.budget = budget;
            const presolved state = presolve(problem);
            REQUIRE(state.problem.columns == 0);
            REQUIRE(state.problem.rows.empty());
            const std::vector<std::uint32_t> losers = state.expand(std::vector<std::uint32_t>{});
            REQUIRE(losers.size() == budget);
            REQUIRE(state.problem.constant == problem.constant + loss_of(problem, losers));
        }
    }
}

TEST_CASE("codes of all kinds, from the matrix to the worst election and back") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    for (std::uint64_t round = 0; round < 300; ++round) {
        CAPTURE(round);
        const std::size_t n = election_test::between(random, 1, 12);
        const std::size_t k = election_test::between(random, 1, 6);
        const exact_model model = election_test::random_model(random, n, k);
        const packed_allocation code = election_test::random_code(n, k, 0.4, election_test::seed() + round);
        for (int truth : {1, -1}) {
            const worst_case_problem stated = make_cover_problem(code, model, truth);
            const presolved state = presolve(stated.cover);
            const cover_answer answer = state.expand(solve_cover_reference(state.problem), stated.cover.constant);
            REQUIRE(answer.loss == solve_cover_reference(stated.cover).loss);
            REQUIRE(election_of(code, model, truth, answer.losers).margin == stated.cover.constant + answer.loss);
        }
    }
}

TEST_CASE("some codes are settled by presolve alone, however large") {
    const auto margin = [](const packed_allocation& code, const exact_model& model = {}) {
        const presolved state = presolve(make_cover_problem(code, model, 1).cover);
        CHECK(state.problem.rows.empty());
        return state.problem.constant;
    };
    CHECK(margin(packed(full(501, 501))) == 501);
    CHECK(margin(packed(systematic(501, 3))) == 1 + 2 * 3); // 501 unit rows, 6 full ones
    CHECK(margin(packed(repetition(500, 100))) == 500 - 2 * 49 * 5);
    CHECK(margin(packed(deterministic(501, 250))) == 501);
}
