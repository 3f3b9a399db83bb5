// SPDX-License-Identifier: MIT
#include <election/exact/count_choices.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/bernoulli.hpp>
#include <election/codes/cyclic.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/paley.hpp>
#include <election/exact/branch_and_bound.hpp>
#include <support/counted_choices.hpp>
#include <support/cover_problems.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::losses_of_all;

namespace {

std::int64_t least_loss(const cover_problem& problem) {
    search_state state = search_from(problem, tabu_search(problem));
    branch_and_bound(problem, {}, cover_kernel_for<default_arch>(), state);
    REQUIRE(state.open.empty());
    return state.loss;
}

std::string count_of(const packed_allocation& code) {
    const cover_problem problem = election_test::nearest_cover(code);
    const choice_count found = count_choices(problem, least_loss(problem));
    CHECK(found.complete);
    return found.count.to_string();
}

} // namespace

TEST_CASE("as many as trying all choices finds, for every loss") {
    CAPTURE(election_test::seed());
    election_test::cover_problems draw(election_test::seed());
    const cover_kernel kernel = cover_kernel_for<default_arch>();
    for (int trial = 0; trial < 1500; ++trial) {
        const bool pairs = trial % 7 < 3;
        cover_problem problem = draw.shuffled(draw.any(pairs ? 6 : trial % 10 == 0 ? 13 : 9, 12));
        if (pairs) problem = election_test::with_pairs(problem, trial % 7 == 1);
        choice_options options;
        options.identity = pairs ? choice_identity::pairs : choice_identity::columns;
        std::uint64_t sum = 0;
        std::int64_t before = -1;
        for (const auto& [loss, count] : losses_of_all(problem, options.identity)) {
            options.max_bytes = trial % 3 == 0 ? 0 : trial % 3 == 1 ? 3000 : std::size_t{1} << 28;
            options.iterations = 1 + trial % 4;
            options.method = trial % 5 < 3 ? count_method::tree : count_method::automatic;
            CHECK(count_choices(problem, loss - 1, options, kernel).count == big_count(sum));
            CHECK(before <= loss - 1);
            sum += count;
            before = loss;
            const choice_count found = count_choices(problem, loss, options, kernel);
            CHECK(found.count == big_count(sum));
            CHECK(found.complete);
        }
        CHECK(count_choices(problem, std::int64_t{1} << 40, options, kernel).count ==
              detail::ways_to_choose(problem.columns, problem.budget, options.identity));
        CHECK(detail::ways_to_choose(problem.columns, problem.budget, options.identity) == big_count(sum));
        CHECK(count_choices(problem, -5, options, kernel).count.is_zero());
    }
}

TEST_CASE("the ways to count are taken in the order of their expected times, and what gives up is left") {
    const cover_problem ring = election_test::nearest_cover(packed_allocation(cyclic(25, 25, 5)));
    const std::int64_t least = least_loss(ring);
    choice_options options;
    options.method = count_method::tree;
    const choice_count tree = count_choices(ring, least, options);
    CHECK(tree.method == "tree");
    options.method = count_method::frontier;
    const choice_count table = count_choices(ring, least, options);
    CHECK(table.method == "frontier");
    CHECK(table.count == tree.count);
    CHECK(table.complete);
    options.max_bytes = 10;
    const choice_count none = count_choices(ring, least, options);
    CHECK_FALSE(none.complete);
    CHECK(none.count.is_zero());
    options = {};
    int asked = 0;
    std::optional<big_count> answer;
    options.others = {{"mine", 0, [&](double) {
                           ++asked;
                           return answer;
                       }}};
    CHECK(count_choices(ring, least, options).count == tree.count);
    CHECK(asked == 1);
    answer = big_count(77);
    const choice_count mine = count_choices(ring, least, options);
    CHECK(mine.count == big_count(77));
    CHECK(mine.method == "mine");
    options.others[0].seconds = 1e5; // nobody waits for that
    CHECK(count_choices(ring, least, options).count == tree.count);
    CHECK(asked == 2);
    options.identity = choice_identity::pairs;
    CHECK_THROWS_WITH_AS((void)count_choices(ring, least, options), "election::count_choices: columns = 25 must be pairs",
                         parameter_error);
}

TEST_CASE("rings and windows: with and without the table, and as trying all") {
    CAPTURE(election_test::seed());
    election_test::cover_problems draw(election_test::seed() + 1);
    for (int trial = 0; trial < 60; ++trial) {
        const cover_problem problem = draw.circulant(6 + draw.number(10), 1, 1 + draw.number(4), 1 + draw.number(1));
        const auto all = losses_of_all(problem);
        CHECK(count_choices(problem, all.begin()->first).count == big_count(all.begin()->second));
    }
}

TEST_CASE("known codes") {
    // 10000, 01110, 11111 thrice: partition 0 and any other lose, or two of the window.
    CHECK(count_of(packed_allocation(deterministic(5, 1))) == "7");
    CHECK(count_of(packed_allocation(deterministic(101, 50))) == big_binomial(101, 50).to_string()); // nobody can be fooled
    const packed_allocation nothing(std::vector<std::vector<int>>(3, std::vector<int>(201, 0)));
    CHECK(count_of(nothing) == big_binomial(201, 100).to_string());
}

TEST_CASE("limits end a count, which then is a lower bound") {
    const cover_problem problem = election_test::nearest_cover(packed_allocation(bernoulli(41, 41, 0.3, 1)));
    choice_options options;
    std::stop_source source;
    source.request_stop();
    options.stop = source.get_token();
    const choice_count stopped = count_choices(problem, 30, options);
    CHECK_FALSE(stopped.complete);
    CHECK(stopped.count.is_zero());
    options.stop = {};
    options.seconds = 0.02;
    const auto start = std::chrono::steady_clock::now();
    const choice_count found = count_choices(problem, 50, options);
    CHECK_FALSE(found.complete);
    CHECK(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < 2);
    CHECK_THROWS_AS((void)count_choices({1, 2, {}, 0}, 0), parameter_error);
}
