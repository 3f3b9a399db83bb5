// SPDX-License-Identifier: MIT
#include <election/exact/annealing.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <stop_token>
#include <vector>

#include <doctest/doctest.h>
#include <election/exact/cover_reference.hpp>
#include <support/random_cover.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// A choice of the whole budget with the loss that it says.
void check_choice(const cover_problem& problem, const cover_answer& found) {
    REQUIRE(found.losers.size() == problem.budget);
    REQUIRE(std::ranges::is_sorted(found.losers));
    REQUIRE(std::ranges::adjacent_find(found.losers) == found.losers.end());
    REQUIRE(std::ranges::all_of(found.losers, [&](std::uint32_t j) { return j < problem.columns; }));
    REQUIRE(found.loss == loss_of(problem, found.losers));
    REQUIRE(found.loss_lower == 0);
    REQUIRE(found.nodes >= 1);
}

cover_problem code_like(std::mt19937& random, std::size_t columns, std::size_t rows, std::uint32_t weight) {
    cover_problem problem{columns, (columns - 1) / 2, {}, 0};
    for (std::size_t i = 0; i < rows; ++i) {
        cover_row row;
        for (std::uint32_t j = 0; j < columns; ++j) {
            if (random() % 3 == 0) row.columns.push_back(j);
        }
        row.need = static_cast<std::uint32_t>(row.columns.size() / 2 + 1);
        row.may_tie = row.columns.size() % 2 == 0;
        row.weight = weight;
        problem.rows.push_back(std::move(row));
    }
    return problem;
}

} // namespace

TEST_CASE("annealing finds a best choice of small problems, and never one that is better") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    int best = 0;
    constexpr int rounds = 200;
    for (int round = 0; round < rounds; ++round) {
        const cover_problem problem =
            round % 2 == 0 ? election_test::random_cover(random, 11, 16) : code_like(random, 5 + random() % 9, 20, 1);
        annealing_options options;
        options.restarts = 2;
        options.seed = random();
        const cover_answer found = anneal(problem, options);
        check_choice(problem, found);
        const std::int64_t least = solve_cover_reference(problem).loss;
        REQUIRE(found.loss >= least);
        best += found.loss == least ? 1 : 0;
    }
    CHECK(best >= rounds - 2);
}

TEST_CASE("the same seed gives the same choice, and others are tried") {
    std::mt19937 random(3);
    const cover_problem problem = code_like(random, 41, 50, 1);
    annealing_options options;
    options.restarts = 1;
    const cover_answer once = anneal(problem, options);
    const cover_answer again = anneal(problem, options);
    CHECK(once.losers == again.losers);
    CHECK(once.nodes == again.nodes);
    std::vector<std::uint64_t> ways;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        options.seed = seed;
        ways.push_back(anneal(problem, options).nodes);
    }
    std::ranges::sort(ways);
    CHECK(ways.front() != ways.back());
    options.seed = 1;
    options.restarts = 3;
    const cover_answer longer = anneal(problem, options);
    CHECK(longer.loss <= once.loss);
    CHECK(longer.nodes > once.nodes);
}

TEST_CASE("annealing ends early, but never without a choice") {
    std::mt19937 random(4);
    const cover_problem problem = code_like(random, 41, 50, 1);
    annealing_options options;
    options.restarts = 1000000;
    options.target = 1000;
    CHECK(anneal(problem, options).nodes == 1);
    check_choice(problem, anneal(problem, options));
    options.target = -1;
    options.seconds = 0;
    check_choice(problem, anneal(problem, options));
    options.seconds = 1e9;
    std::stop_source source;
    source.request_stop();
    options.stop = source.get_token();
    const cover_answer stopped = anneal(problem, options);
    check_choice(problem, stopped);
    CHECK(stopped.nodes == 1);
}

TEST_CASE("weights of any size, and problems with nothing to choose") {
    std::mt19937 random(5);
    const cover_problem heavy = code_like(random, 9, 12, 4000000000U);
    annealing_options options;
    options.restarts = 4;
    const cover_answer found = anneal(heavy, options);
    check_choice(heavy, found);
    CHECK(found.loss == solve_cover_reference(heavy).loss);
    check_choice({}, anneal({}));
    for (const cover_problem& problem : {cover_problem{3, 0, {{{0}, 1}}, 0}, cover_problem{3, 3, {{{0}, 1}}, 0},
                                         cover_problem{3, 1, {}, 0}, cover_problem{3, 1, {{{}, 1, true, 2}}, 0}}) {
        check_choice(problem, anneal(problem));
        CHECK(anneal(problem).loss == solve_cover_reference(problem).loss);
    }
    CHECK_THROWS_WITH_AS((void)anneal({2, 3, {}}), "election::anneal: budget = 3 is more than there are columns",
                         parameter_error);
}
