// SPDX-License-Identifier: MIT
#include <election/exact/tabu_search.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <stop_token>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/exact/cover_kernel.hpp>
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

constexpr auto searching = cover_kernel_for<default_arch>();

bool same(const cover_answer& a, const cover_answer& b) {
    return a.losers == b.losers && a.loss == b.loss && a.nodes == b.nodes;
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

TEST_CASE("tabu search finds a best choice of small problems, and never one that is better") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    int best = 0;
    constexpr int rounds = 200;
    for (int round = 0; round < rounds; ++round) {
        const cover_problem problem =
            round % 2 == 0 ? election_test::random_cover(random, 11, 16) : code_like(random, 5 + random() % 9, 20, 1);
        tabu_options options;
        options.walks = 2;
        options.seed = random();
        const cover_answer found = tabu_search(problem, options);
        check_choice(problem, found);
        REQUIRE(same(found, tabu_search(problem, options, searching)));
        const std::int64_t least = solve_cover_reference(problem).loss;
        REQUIRE(found.loss >= least);
        best += found.loss == least ? 1 : 0;
    }
    CHECK(best >= rounds - 2);
}

TEST_CASE("the same seed gives the same choice, and others are tried") {
    std::mt19937 random(3);
    const cover_problem problem = code_like(random, 41, 50, 1);
    tabu_options options;
    options.walks = 1;
    const cover_answer once = tabu_search(problem, options);
    const cover_answer again = tabu_search(problem, options);
    CHECK(once.losers == again.losers);
    CHECK(once.nodes == again.nodes);
    tabu_options few = options;
    few.exchanges = 3;
    std::set<std::vector<std::uint32_t>> ways;
    for (few.seed = 1; few.seed <= 5; ++few.seed) ways.insert(tabu_search(problem, few).losers);
    CHECK(ways.size() == 5);
    options.walks = 3;
    const cover_answer longer = tabu_search(problem, options);
    CHECK(longer.loss <= once.loss);
    CHECK(longer.nodes > once.nodes);
}

TEST_CASE("tabu search ends early, but never without a choice") {
    std::mt19937 random(4);
    const cover_problem problem = code_like(random, 41, 50, 1);
    tabu_options options;
    options.walks = 1000000;
    options.target = 1000;
    CHECK(tabu_search(problem, options).nodes == 1);
    check_choice(problem, tabu_search(problem, options));
    options.target = -1;
    options.seconds = 0;
    check_choice(problem, tabu_search(problem, options));
    CHECK(tabu_search(problem, options).nodes == 1);
    options.least = 100; // in rounds of 64
    CHECK(tabu_search(problem, options).nodes == 129);
    options.least = 0;
    options.seconds = 1e9;
    std::stop_source source;
    source.request_stop();
    options.stop = source.get_token();
    const cover_answer stopped = tabu_search(problem, options);
    check_choice(problem, stopped);
    CHECK(stopped.nodes == 1);
}

TEST_CASE("weights of any size, and problems with nothing to choose") {
    std::mt19937 random(5);
    const cover_problem heavy = code_like(random, 9, 12, 4000000000U);
    tabu_options options;
    options.walks = 4;
    const cover_answer found = tabu_search(heavy, options);
    check_choice(heavy, found);
    CHECK(found.loss == solve_cover_reference(heavy).loss);
    check_choice({}, tabu_search({}));
    check_choice({}, tabu_search({}, {}, searching));
    for (const cover_problem& problem : {cover_problem{3, 0, {{{0}, 1}}, 0}, cover_problem{3, 3, {{{0}, 1}}, 0},
                                         cover_problem{3, 1, {}, 0}, cover_problem{3, 1, {{{}, 1, true, 2}}, 0}}) {
        check_choice(problem, tabu_search(problem));
        CHECK(tabu_search(problem).loss == solve_cover_reference(problem).loss);
    }
    CHECK_THROWS_WITH_AS((void)tabu_search({2, 3, {}}), "election::tabu_search: budget = 3 is more than there are columns",
                         parameter_error);
    CHECK_THROWS_AS((void)tabu_search({2, 3, {}}, {}, searching), parameter_error);
}

TEST_CASE("problems that no register takes are searched plainly") {
    std::mt19937 random(6);
    const cover_problem large = code_like(random, 300, 300, 1);
    const cover_problem heavy = code_like(random, 30, 20, 8193);
    cover_problem needs = code_like(random, 30, 20, 1);
    needs.rows[0].need = 20000;
    for (const cover_problem* problem : std::vector<const cover_problem*>{&large, &heavy, &needs}) {
        CHECK_FALSE(detail::fits_tabu_lanes(*problem));
        tabu_options options;
        options.walks = 1;
        options.exchanges = 50;
        const cover_answer found = tabu_search(*problem, options, searching);
        check_choice(*problem, found);
        CHECK(same(found, tabu_search(*problem, options)));
    }
    CHECK(detail::fits_tabu_lanes(code_like(random, 256, 256, 8192)));
    needs.rows[0].need = 16384;
    CHECK_FALSE(detail::fits_tabu_lanes(needs));
    needs.rows[0].need = 16383;
    CHECK(detail::fits_tabu_lanes(needs));
    cover_kernel without = searching;
    without.exchange = nullptr;
    CHECK(same(tabu_search(needs, {}, without), tabu_search(needs, {}, searching)));
    CHECK_FALSE(detail::fits_tabu_lanes(code_like(random, 257, 256, 1)));
}

TEST_CASE("sums of what a column's rows count fit, whatever they weigh and however many they are") {
    std::mt19937 random(7);
    for (const auto& [rows, weight] : std::vector<std::pair<std::size_t, std::uint32_t>>{
             {1, 1}, {40, 1}, {600, 1}, {600, 8192}, {2048, 1}, {3000, 8192}, {40, 4000000000U}, {100000, 1}}) {
        const cover_problem problem = code_like(random, 6, rows, weight);
        detail::small_random numbers(1);
        const detail::tabu_energy energy(problem, numbers);
        std::vector<std::int64_t> sums(problem.columns, 0);
        for (std::size_t i = 0; i < rows; ++i) {
            std::int64_t largest = 0;
            for (std::int64_t missing = -2; missing <= 5; ++missing) {
                const std::int64_t step = energy.step(i, missing);
                if (step < 0 || (step != 0 && (missing < 0 || missing > 2))) FAIL("a step of " << step << " at " << missing);
                largest = std::max(largest, step);
            }
            if (largest == 0 && !problem.rows[i].columns.empty()) FAIL("a row that counts nothing");
            for (std::uint32_t j : problem.rows[i].columns) sums[j] += largest;
        }
        const std::int64_t most = detail::fits_tabu_lanes(problem) ? detail::largest_tabu_sum : std::int64_t{1} << 30;
        for (std::int64_t sum : sums) REQUIRE(sum <= most);
        CHECK(energy.noise_mask <= detail::most_tabu_noise);
        CHECK(energy.noise.size() == (detail::noise_windows + 1) * detail::tabu_lanes);
        CHECK((rows > 40 || energy.noise_mask == detail::most_tabu_noise));
        CHECK(energy.noise_mask > 0);
        // An abstention counts 64, and 16 for the hit; the next one the rest; the third missing hit 8.
        if (rows == 1) {
            const bool ties = problem.rows[0].may_tie;
            CHECK(energy.step(0, 0) == (ties ? 80 : 144));
            CHECK(energy.step(0, 1) == (ties ? 80 : 16));
            CHECK(energy.step(0, 2) == 8);
        }
    }
    const cover_problem few{9, 3, {{{0, 1, 2}, 2}}, 0};
    detail::small_random numbers(1);
    CHECK(detail::tabu_energy(few, numbers).stay == 2); // one loser is free to leave
    const cover_problem more{20, 10, {{{0, 1, 2}, 2}}, 0};
    CHECK(detail::tabu_energy(more, numbers).stay == detail::longest_stay);
}
