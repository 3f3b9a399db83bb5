// SPDX-License-Identifier: MIT
#include <election/exact/window_tables.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <set>
#include <stop_token>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/exact/circulant.hpp>
#include <election/exact/cover_reference.hpp>
#include <election/exact/frontier.hpp>
#include <support/cover_problems.hpp>
#include <support/seed.hpp>
#include <support/window_problems.hpp>

using namespace election;
using election_test::check_answer;
using election_test::nearest_cover;
using election_test::windows_of;

TEST_CASE("the loss of windows of whole blocks is the least, and the losers attain it") {
    CAPTURE(election_test::seed());
    election_test::cover_problems problems(election_test::seed());
    std::set<std::size_t> steps;
    int solved = 0;
    int lengths = 0;
    int started = 0;
    for (int round = 0; round < 2500; ++round) {
        CAPTURE(round);
        const std::size_t count = 2 + problems.number(4);
        const std::size_t width = 1 + problems.number(std::min<std::size_t>(16 / count, 7) - 1);
        const std::size_t divisors[] = {0, 1, 1, width, count, 2};
        std::size_t step = divisors[problems.number(5)];
        if (step > 0 && width * count % step != 0) step = 1;
        const cover_problem problem = windows_of(problems, width, count, step);
        const auto windows = find_windows(problem);
        if (!windows) continue; // no row varies
        ++solved;
        steps.insert(windows->step);
        CHECK(windows->width % width == 0);
        CHECK((step == 0 || step % windows->step == 0));
        lengths += std::ranges::any_of(windows->rows, [](const window_row& row) { return row.blocks > 1; }) ? 1 : 0;
        window_options options;
        options.threads = 1 + static_cast<unsigned>(problems.number(1));
        const cover_answer expected = solve_cover_reference(problem);
        if (problems.number(3) == 0) { // the best choice, or any
            options.losers = problems.order(problem.columns);
            options.losers.resize(problem.budget);
            if (problems.number(1) == 0) options.losers = expected.losers;
            ++started;
        }
        const auto answer = solve_windows(problem, *windows, options);
        REQUIRE(answer);
        check_answer(problem, *answer, expected.loss);
    }
    CHECK(solved > 1500);
    CHECK(lengths > 200);
    CHECK(steps.size() >= 8);
    CHECK(started > 200);
}

TEST_CASE("known answers") {
    const auto margin = [](const code& c) {
        const cover_problem problem = nearest_cover(c);
        const auto windows = find_windows(problem);
        REQUIRE(windows);
        const auto answer = solve_windows(problem, *windows);
        REQUIRE(answer);
        check_answer(problem, *answer, answer->loss);
        return problem.constant + answer->loss;
    };
    CHECK(margin(cyclic(63, 63, 21)) == -19); // by another solver, too
    CHECK(margin(cyclic(45, 45, 9)) ==
          solve_circulant(nearest_cover(cyclic(45, 45, 9)), *find_rotations(nearest_cover(cyclic(45, 45, 9))))->loss - 45);
    CHECK(margin(cyclic(40, 40, 8)) == solve_frontier(nearest_cover(cyclic(40, 40, 8)))->loss - 40);
}

TEST_CASE("losses of more than a byte and of more than two") {
    election_test::cover_problems draw(7);
    for (const std::uint32_t weight : {200U, 50000U, 4000000000U}) {
        for (int round = 0; round < 40; ++round) {
            CAPTURE(weight);
            CAPTURE(round);
            cover_problem problem = windows_of(draw, 4, 3, round % 2 == 0 ? 1 : 0);
            if (problem.rows.empty()) continue;
            problem.rows.front().weight += 1; // the unit is not all of it
            for (cover_row& row : problem.rows)
                row.weight = static_cast<std::uint32_t>(row.weight * std::uint64_t{weight} / 3);
            const auto windows = find_windows(problem);
            if (!windows) continue;
            check_answer(problem, *solve_windows(problem, *windows), solve_cover_reference(problem).loss);
        }
    }
}

TEST_CASE("the tables are filled with the memory that they may take, and not with a byte less") {
    // Three blocks of 21 columns, of which 31 lose: a table has at most ((31 + 3 + 15) / 3)^3 states, and there are 21 of them in the end,
    // beside the one of the thread.
    cover_problem problem = nearest_cover(cyclic(63, 63, 21));
    constexpr std::size_t bytes = 22 * 49 * 49 * 49 / 27 + 1;
    const auto solves = [&](std::size_t max_bytes, unsigned threads) {
        window_options options;
        options.max_bytes = max_bytes;
        options.threads = threads;
        const auto answer = solve_windows(problem, *find_windows(problem), options);
        if (answer) check_answer(problem, *answer, solve_windows(problem, *find_windows(problem))->loss);
        return answer.has_value();
    };
    CHECK(solves(bytes, 1)); // losses of one byte
    CHECK_FALSE(solves(bytes - 1, 1));
    constexpr std::size_t of_two_threads = 23 * 49 * 49 * 49 / 27 + 1;
    CHECK(solves(of_two_threads, 2));
    CHECK_FALSE(solves(of_two_threads - 1, 2));
    // Losses of two bytes: it is seen as soon as the first choice is known.
    for (cover_row& row : problem.rows) row.weight = 100;
    problem.rows.back().weight = 101; // the unit is not all of them
    constexpr std::size_t of_two_bytes = 2 * 22 * 49 * 49 * 49 / 27 + 1;
    CHECK(solves(of_two_bytes, 1));
    CHECK_FALSE(solves(of_two_bytes - 1, 1));
}

TEST_CASE("giving up, progress and impossible requests") {
    const cover_problem problem = nearest_cover(cyclic(63, 63, 21));
    const auto windows = find_windows(problem);
    window_options options;
    options.time_limit = std::chrono::duration<double>(1e-9);
    CHECK_FALSE(solve_windows(problem, *windows, options));
    options.time_limit = std::chrono::duration<double>(0);
    CHECK_THROWS_WITH_AS((void)solve_windows(problem, *windows, options),
                         "election::solve_windows: time_limit = 0 must be more than 0 s", parameter_error);
    options = {};
    std::stop_source stop;
    stop.request_stop();
    options.stop = stop.get_token();
    CHECK_FALSE(solve_windows(problem, *windows, options));
    options = {};
    options.max_bytes = 1000;
    CHECK_FALSE(solve_windows(problem, *windows, options));
    options = {};
    options.losers = {1, 2};
    CHECK_THROWS_WITH_AS((void)solve_windows(problem, *windows, options),
                         "election::solve_windows: losers = 2 must be as many as the budget", parameter_error);
    options.losers.assign(problem.budget, 1);
    CHECK_THROWS_AS((void)solve_windows(problem, *windows, options), parameter_error);

    const cover_problem longer = nearest_cover(cyclic(100, 100, 20));
    std::stop_source enough;
    options = {};
    options.stop = enough.get_token();
    std::uint64_t done = 0;
    options.on_progress = [&](const progress& now) {
        CHECK(now.done <= now.total);
        CHECK(now.done > done);
        done = now.done;
        enough.request_stop();
    };
    CHECK_FALSE(solve_windows(longer, *find_windows(longer), options));
    CHECK(done > 0);
}
