// SPDX-License-Identifier: MIT
#include <election/exact/window_guesses.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <set>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/exact/window_tables.hpp>
#include <support/cover_problems.hpp>
#include <support/seed.hpp>
#include <support/window_problems.hpp>

using namespace election;
using election_test::nearest_cover;
using election_test::windows_of;

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

TEST_CASE("mirror images and rotations are guessed once") {
    const auto guessed = [](const cover_problem& problem) {
        detail::window_guesses guesses(*find_windows(problem), problem.budget);
        std::size_t count = 0;
        while (guesses.next()) ++count;
        return count;
    };
    // Four blocks of three columns, of which five lose: of 40 ways to share them out, the first block has the fewest in 15, and of
    // these the second has no more than the last in 9.
    cover_problem ring = nearest_cover(cyclic(12, 12, 3));
    CHECK(find_windows(ring)->step == 1);
    CHECK(guessed(ring) == 9);
    ring.rows[1].weight = ring.rows[4].weight = ring.rows[7].weight = ring.rows[10].weight = 2;
    CHECK(find_windows(ring)->step == 3); // rotations by blocks, and no reflections
    CHECK(guessed(ring) == 15);
    ring.rows[4].weight = 1;
    CHECK(find_windows(ring)->step == 12);
    CHECK(guessed(ring) == 40);
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
