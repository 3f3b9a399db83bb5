// SPDX-License-Identifier: MIT
#include <election/exact/window_tables.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/uncoded.hpp>
#include <election/exact/circulant.hpp>
#include <election/exact/cover_reference.hpp>
#include <election/exact/frontier.hpp>
#include <support/cover_problems.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::check_answer;
using election_test::nearest_cover;

namespace {

std::vector<std::uint32_t> window(std::size_t columns, std::size_t start, std::size_t length) {
    std::vector<std::uint32_t> result;
    for (std::size_t j = 0; j < length; ++j) result.push_back(static_cast<std::uint32_t>((start + j) % columns));
    std::ranges::sort(result);
    return result;
}

/// Windows of whole blocks, closed under rotation by `step` or (0) at any columns, each with or without weights and needs of its own.
cover_problem windows_of(election_test::cover_problems& draw, std::size_t width, std::size_t count, std::size_t step) {
    const std::size_t k = width * count;
    cover_problem problem{k, draw.number(2) == 0 ? draw.number(k) : (k - 1) / 2, {}, 0};
    const std::size_t kinds = 1 + draw.number(2);
    const bool is_one_length = draw.number(1) == 0;
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        const std::size_t length = width * (is_one_length ? 1 : 1 + draw.number(count - 2));
        if (step == 0) {
            for (std::size_t i = 0; i < k; ++i) { // some are missing, some are there twice
                problem.rows.push_back(draw.row(window(k, draw.number(k - 1), length), 3));
            }
        } else {
            for (std::size_t start = 0; start < std::min(k, step); ++start) {
                if (draw.number(3) == 0) continue;
                const cover_row example = draw.row(std::vector<std::uint32_t>(length), 3);
                for (std::size_t shift = 0; shift < k; shift += step) {
                    problem.rows.push_back(example);
                    problem.rows.back().columns = window(k, start + shift, length);
                }
            }
        }
    }
    return problem;
}

} // namespace

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

TEST_CASE("every way to share the losers out is guessed once, but for those that symmetry leaves out") {
    for (const std::size_t count : {2U, 3U, 4U}) {
        for (std::size_t budget = 0; budget <= 3 * count; ++budget) {
            for (const bool turns : {false, true}) {
                for (const bool reflects : {false, true}) {
                    std::vector<std::vector<std::uint32_t>> expected;
                    std::vector<std::uint32_t> totals(count, 0);
                    while (true) { // all numbers of `count` digits to base 4
                        const std::size_t sum = std::accumulate(totals.begin(), totals.end(), std::size_t{0});
                        const bool is_first = !turns || *std::ranges::min_element(totals) == totals[0];
                        if (sum == budget && is_first && (!reflects || totals[1] <= totals.back()))
                            expected.push_back(totals);
                        std::size_t t = count;
                        while (t > 0 && totals[t - 1] == 3) totals[--t] = 0;
                        if (t == 0) break;
                        ++totals[t - 1];
                    }
                    std::vector<std::vector<std::uint32_t>> found;
                    detail::window_guesses guesses(budget, 3, std::vector<char>(count, turns ? 1 : 0), reflects);
                    while (guesses.next()) found.push_back(guesses.totals());
                    CHECK(found == expected);
                }
            }
        }
    }
}

TEST_CASE("bounds hold for every choice, and some best choice has totals that are guessed") {
    CAPTURE(election_test::seed());
    election_test::cover_problems draw(election_test::seed() + 1);
    int turned = 0;
    for (int round = 0; round < 400; ++round) {
        CAPTURE(round);
        const std::size_t count = 3 + draw.number(1);
        const std::size_t width = 2 + draw.number(count == 3 ? 2 : 1);
        const std::size_t k = width * count;
        const std::size_t steps[] = {1, 2, 3, 4, width, 0};
        std::size_t step = steps[draw.number(5)];
        if (step > 0 && k % step != 0) step = width;
        const cover_problem problem = windows_of(draw, width, count, step);
        const auto windows = find_windows(problem);
        if (!windows) continue;
        turned += windows->step > 1 && windows->step < k ? 1 : 0;
        std::set<std::vector<std::uint32_t>> guessed;
        detail::window_guesses guesses(*windows, problem.budget);
        while (guesses.next()) guessed.insert(guesses.totals());
        const auto bounds = detail::window_bounds(*windows, problem.budget, [] { return false; }).value();
        std::int64_t least = std::numeric_limits<std::int64_t>::max();
        std::int64_t least_guessed = least;
        for (std::uint32_t choice = 0; choice < 1U << k; ++choice) {
            if (static_cast<std::size_t>(std::popcount(choice)) != problem.budget) continue;
            std::vector<std::int64_t> paid(windows->width + 1, 0); // from each column of the blocks on
            for (const window_row& row : windows->rows) {
                std::size_t hits = 0;
                for (std::size_t j = 0; j < row.blocks * windows->width; ++j) hits += choice >> (row.start + j) % k & 1U;
                for (std::size_t r = 0; r <= row.start % windows->width; ++r) paid[r] += row.costs[hits];
            }
            bool holds = true;
            for (std::size_t r = 0; r < paid.size(); ++r) holds = holds && paid[r] >= bounds[r];
            CHECK(holds);
            std::vector<std::uint32_t> totals(windows->count, 0);
            for (std::size_t j = 0; j < k; ++j) totals[j / windows->width] += choice >> j & 1U;
            least = std::min(least, paid[0]);
            if (guessed.contains(totals)) least_guessed = std::min(least_guessed, paid[0]);
        }
        CHECK(least == least_guessed);
    }
    CHECK(turned > 100);
}

TEST_CASE("windows are found where they are") {
    const auto shape = [](const cover_problem& problem) {
        const auto windows = find_windows(problem);
        if (!windows) return std::string("none");
        std::string text = std::to_string(windows->count);
        text.append(" of ").append(std::to_string(windows->width)).append(", step ").append(std::to_string(windows->step));
        return text;
    };
    CHECK(shape(nearest_cover(cyclic(63, 63, 21))) == "3 of 21, step 1");
    CHECK(shape(nearest_cover(cyclic(63, 63, 42))) == "3 of 21, step 1"); // followed by the other 21 columns
    CHECK(shape(nearest_cover(cyclic(100, 100, 40))) == "5 of 20, step 1");
    CHECK(shape(nearest_cover(cyclic(126, 63, 21))) == "3 of 21, step 1"); // every row twice
    CHECK(shape(nearest_cover(cyclic(64, 63, 21))) == "3 of 21, step 63"); // one twice
    CHECK(shape(nearest_cover(cyclic(62, 63, 21))) == "3 of 21, step 63"); // one missing
    CHECK(shape(nearest_cover(cyclic(21, 63, 21, 3))) == "3 of 21, step 3");
    CHECK(shape(nearest_cover(cyclic(63, 63, 7))) == "none"); // nine blocks
    CHECK(shape(nearest_cover(cyclic(64, 64, 8))) == "8 of 8, step 1");
    CHECK(shape(nearest_cover(cyclic(63, 63, 20))) == "none"); // no divisor
    CHECK(shape(nearest_cover(uncoded(63))) == "none");
    CHECK(shape(nearest_cover(deterministic(63, 3))) == "none");
    CHECK(shape({0, 0, {}, 0}) == "none");
    CHECK(shape({6, 2, {{{0, 1}, 1}, {{2, 4}, 1}}, 0}) == "none");       // a row with a gap
    CHECK(shape({6, 2, {{{0, 1}, 1}, {{0, 1, 3, 5}, 2}}, 0}) == "none"); // and one that leaves out two columns apart
    CHECK(shape({6, 2, {{{0, 5}, 1}, {{}, 1}, {{0, 1, 2, 3, 4, 5}, 4}, {{2, 4}, 3}}, 0}) ==
          "3 of 2, step 6"); // others cannot vary
    cover_problem ring = nearest_cover(cyclic(12, 12, 4));
    ring.rows[7].weight = 2;
    CHECK(find_windows(ring)->step == 12);
    ring.rows[1].weight = 2;
    CHECK(find_windows(ring)->step == 6);
    ring.rows[1].need = 2;
    CHECK(find_windows(ring)->step == 12);
}

TEST_CASE("states are told beforehand, at most") {
    for (const code& c : {cyclic(63, 63, 21), cyclic(64, 64, 16), cyclic(60, 60, 12)}) {
        const cover_problem problem = nearest_cover(c);
        const auto windows = find_windows(problem);
        const auto answer = solve_windows(problem, *windows);
        const double told = window_states(problem, *windows, answer->loss + 2);
        window_options options;
        options.losers = answer->losers;
        CHECK(told >= static_cast<double>(solve_windows(problem, *windows, options)->nodes));
        CHECK(told < 100 * static_cast<double>(answer->nodes));
        CHECK(solve_windows(problem, *windows, options)->losers == answer->losers); // nothing is better
    }
    const cover_problem many = nearest_cover(cyclic(160, 160, 20));
    CHECK(std::isinf(window_states(many, *find_windows(many), 100)));
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
