// SPDX-License-Identifier: MIT
#include <election/exact/circulant.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/uncoded.hpp>
#include <election/exact/cover_reference.hpp>
#include <support/cover_problems.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::check_answer;
using election_test::nearest_cover;

namespace {

/// How many states the tables of rows closed under rotation by one column have, counted one by one. Windows are in order of their ones, and
/// then as numbers; with reflections a window counts as the first one of itself and its mirror image.
std::uint64_t states_by_definition(const cover_problem& problem, std::size_t span, bool reflects) {
    const auto place = [](std::uint32_t window) { return std::pair{std::popcount(window), window}; };
    const auto first_place = [&](std::uint32_t window) {
        std::uint32_t backwards = 0;
        for (std::size_t i = 0; i < span; ++i) backwards = 2 * backwards + (window >> i & 1U);
        return reflects ? std::min(place(window), place(backwards)) : place(window);
    };
    std::uint64_t count = 0;
    for (std::uint32_t first = 0; first < 1U << span; ++first) {
        const auto ones = static_cast<std::size_t>(std::popcount(first));
        if (ones * problem.columns > span * problem.budget || first_place(first) != place(first)) continue;
        for (std::uint32_t state = 0; state < 1U << span; ++state) {
            if (first_place(state) >= place(first)) count += problem.columns - span;
        }
    }
    return count;
}

} // namespace

TEST_CASE("the loss of problems closed under rotation is the least, and the losers attain it") {
    CAPTURE(election_test::seed());
    election_test::cover_problems problems(election_test::seed());
    int solved = 0;
    int steps = 0;
    int mirrors = 0;
    for (int round = 0; round < 1500; ++round) {
        CAPTURE(round);
        const std::size_t step = 1 + problems.number(3);
        const std::size_t columns = step * (1 + problems.number(12 / step));
        const cover_problem problem = problems.circulant(
            columns, step, 1 + problems.number(std::min<std::size_t>(columns - 1, 5)), 1 + problems.number(2));
        const auto rotations = find_rotations(problem);
        if (!rotations) continue;
        ++solved;
        steps += rotations->step > 1 ? 1 : 0;
        mirrors += rotations->reflects ? 1 : 0;
        CHECK(step % rotations->step == 0);
        const auto answer = solve_circulant(problem, *rotations);
        REQUIRE(answer);
        check_answer(problem, *answer, solve_cover_reference(problem).loss);
        CHECK(answer->step == rotations->step);
        CHECK(answer->span == rotations->span);
    }
    CHECK(solved > 600);
    CHECK(steps > 100);
    CHECK(mirrors > 100);
    CHECK(solved - mirrors > 100);
}

TEST_CASE("rings that are longer than a block of entries agree with the frontier table") {
    CAPTURE(election_test::seed());
    election_test::cover_problems problems(election_test::seed() + 1);
    int solved = 0;
    for (int round = 0; round < 60; ++round) {
        CAPTURE(round);
        const std::size_t step = 1 + problems.number(2);
        const std::size_t columns = step * (20 + problems.number(60));
        const cover_problem problem = problems.circulant(columns, step, 1 + problems.number(4), 1 + problems.number(1));
        const auto rotations = find_rotations(problem);
        if (!rotations) continue;
        ++solved;
        const auto answer = solve_circulant(problem, *rotations);
        REQUIRE(answer);
        check_answer(problem, *answer, solve_frontier(problem)->loss);
    }
    CHECK(solved > 30);
}

TEST_CASE("known answers") {
    const auto margin = [](const code& c) {
        const cover_problem problem = nearest_cover(c);
        const auto rotations = find_rotations(problem);
        REQUIRE(rotations);
        const auto answer = solve_circulant(problem, *rotations);
        REQUIRE(answer);
        check_answer(problem, *answer, answer->loss);
        return problem.constant + answer->loss;
    };
    CHECK(margin(cyclic(45, 45, 5)) == -23);
    CHECK(margin(cyclic(63, 63, 9)) == -39);
    CHECK(margin(uncoded(101)) == 1);
    CHECK(margin(cyclic(301, 301, 5)) == solve_frontier(nearest_cover(cyclic(301, 301, 5)))->loss - 301);
}

TEST_CASE("losses of more than a byte and of more than two") {
    election_test::cover_problems problems(5);
    const cover_problem ring = nearest_cover(uncoded(901)); // 451 of 901 stay right
    check_answer(ring, *solve_circulant(ring, *find_rotations(ring)), 902);
    cover_problem mixed = nearest_cover(cyclic(13, 13, 3));
    for (std::uint32_t weight : {200U, 50000U, 4000000000U}) {
        cover_problem problem = mixed;
        for (cover_row& row : problem.rows) row.weight = weight;
        for (std::uint32_t j = 0; j < 13; ++j) problem.rows.push_back({{j}, 1}); // the unit is 2
        check_answer(problem, *solve_circulant(problem, *find_rotations(problem)), solve_cover_reference(problem).loss);
    }
}

TEST_CASE("a byte is too little where no first window is empty") {
    cover_problem problem{13, 12, {}, 0};
    for (std::uint32_t j = 0; j < 13; ++j) {
        problem.rows.push_back({{j}, 1, false, 1000});
        problem.rows.push_back({{j, (j + 1) % 13, (j + 2) % 13, (j + 3) % 13}, 4});
        std::ranges::sort(problem.rows.back().columns);
    }
    check_answer(problem, *solve_circulant(problem, *find_rotations(problem)), 2 * 1000 + 4 * 2);
}

TEST_CASE("rotations are found where they are") {
    const auto steps = [](const cover_problem& problem) {
        const auto rotations = find_rotations(problem);
        return rotations ? rotations->step : std::size_t{0};
    };
    CHECK(steps(nearest_cover(cyclic(45, 45, 5))) == 1);
    CHECK(steps(nearest_cover(cyclic(90, 45, 5))) == 1); // every row twice
    CHECK(steps(nearest_cover(cyclic(20, 60, 5, 3))) == 3);
    CHECK(steps(nearest_cover(cyclic(63, 63, 55))) == 1); // followed by the other eight columns
    CHECK(find_rotations(nearest_cover(cyclic(63, 63, 9)))->span == 8);
    CHECK(find_rotations(nearest_cover(cyclic(63, 63, 9)))->reflects);
    CHECK(find_rotations(nearest_cover(cyclic(63, 63, 9)))->orbits.size() == 1);
    CHECK(find_rotations(nearest_cover(cyclic(20, 60, 5, 3)))->span == 6);
    CHECK(steps(nearest_cover(cyclic(44, 45, 5))) == 0);
    CHECK(steps(nearest_cover(cyclic(46, 45, 5))) == 0);  // a row twice
    CHECK(steps(nearest_cover(cyclic(63, 63, 15))) == 0); // too long
    CHECK(find_rotations(nearest_cover(cyclic(63, 63, 15)), 14)->span == 14);
    CHECK(steps(nearest_cover(deterministic(63, 3))) == 0);
    CHECK(steps({0, 0, {}, 0}) == 0);
    CHECK(steps({4, 2, {{{0, 2}, 2}, {{1, 3}, 2}}, 0}) == 0); // opposite columns: no shortest interval

    cover_problem ring = nearest_cover(cyclic(45, 45, 5));
    ring.rows.push_back({{}, 1});
    CHECK(steps(ring) == 1); // rows that cannot vary do not matter
    ring.rows[7].weight = 2;
    CHECK(steps(ring) == 0);
    ring.rows[7].weight = 1;
    ring.rows[7].need = 2;
    CHECK(steps(ring) == 0);

    cover_problem hand{12, 5, {}, 0}; // {0, 1, 3}: not its own mirror image
    for (std::uint32_t j = 0; j < 12; ++j) {
        hand.rows.push_back({{j, (j + 1) % 12, (j + 3) % 12}, 2});
        std::ranges::sort(hand.rows.back().columns);
    }
    CHECK_FALSE(find_rotations(hand)->reflects);
    check_answer(hand, *solve_circulant(hand, *find_rotations(hand)), solve_cover_reference(hand).loss);
    for (std::uint32_t j = 0; j < 12; ++j) {
        hand.rows.push_back({{j, (j + 2) % 12, (j + 3) % 12}, 2});
        std::ranges::sort(hand.rows.back().columns);
    }
    CHECK(find_rotations(hand)->reflects);
    CHECK(find_rotations(hand)->orbits.size() == 2);
    check_answer(hand, *solve_circulant(hand, *find_rotations(hand)), solve_cover_reference(hand).loss);
}

TEST_CASE("the work is told beforehand, about") {
    const cover_problem short_rows = nearest_cover(cyclic(63, 63, 5));
    const cover_problem long_rows = nearest_cover(cyclic(63, 63, 9));
    const auto few = find_rotations(short_rows);
    const auto many = find_rotations(long_rows);
    for (const auto* rotations : {&few, &many}) {
        const auto answer = solve_circulant(rotations == &few ? short_rows : long_rows, **rotations);
        const double entries = 32 * static_cast<double>(answer->nodes); // one block a state and column
        CHECK((*rotations)->work < 4 * entries);
        CHECK((*rotations)->work > entries / 4);
    }
}

TEST_CASE("tables are filled for one of two first windows that are mirror images, and for states that come behind it") {
    CAPTURE(election_test::seed());
    election_test::cover_problems draw(election_test::seed() + 2);
    int smaller = 0;
    for (int round = 0; round < 60; ++round) {
        CAPTURE(round);
        const cover_problem problem = draw.circulant(9 + draw.number(6), 1, 2 + draw.number(3), 1 + draw.number(1));
        auto rotations = find_rotations(problem);
        if (!rotations) continue;
        std::vector<std::uint64_t> counts;
        for (const bool reflects : {true, false}) {
            if (reflects && !rotations->reflects) continue;
            rotations->reflects = reflects; // not to look at reflections is right, too
            const auto answer = solve_circulant(problem, *rotations);
            check_answer(problem, *answer, solve_cover_reference(problem).loss);
            counts.push_back(answer->nodes);
            CHECK(answer->nodes == states_by_definition(problem, rotations->span, reflects));
        }
        smaller += counts.size() == 2 && counts[0] < counts[1] ? 1 : 0;
    }
    CHECK(smaller > 10);
}

TEST_CASE("giving up and impossible requests") {
    const cover_problem problem = nearest_cover(cyclic(45, 45, 5));
    const auto rotations = find_rotations(problem);
    CHECK_FALSE(solve_circulant(problem, *rotations, {.time_limit = std::chrono::duration<double>(1e-9)}));
    std::stop_source stop;
    stop.request_stop();
    CHECK_FALSE(solve_circulant(problem, *rotations, {.stop = stop.get_token()}));
    CHECK_THROWS_WITH_AS((void)find_rotations(problem, 17), "election::find_rotations: max_span = 17 must be 1 to 16",
                         parameter_error);
    CHECK_THROWS_AS((void)find_rotations(problem, 0), parameter_error);
    CHECK_THROWS_AS((void)solve_circulant(problem, *rotations, {.time_limit = std::chrono::duration<double>(0)}),
                    parameter_error);
}
