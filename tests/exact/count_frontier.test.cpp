// SPDX-License-Identifier: MIT
#include <election/exact/count_frontier.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/codes/repetition.hpp>
#include <election/codes/uncoded.hpp>
#include <support/counted_choices.hpp>
#include <support/cover_problems.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("the table counts as trying all choices does, for every loss, in any order") {
    CAPTURE(election_test::seed());
    election_test::cover_problems draw(election_test::seed());
    for (int trial = 0; trial < 1500; ++trial) {
        const bool pairs = trial % 2 == 0;
        const cover_problem drawn = draw.any(pairs ? 6 : 11, 10);
        const cover_problem problem = pairs ? election_test::with_pairs(drawn, trial % 4 == 0) : drawn;
        const choice_identity identity = pairs ? choice_identity::pairs : choice_identity::columns;
        frontier_plan plan = plan_frontier(problem);
        for (std::size_t i = plan.order.size(); trial % 3 == 0 && i > 1; --i) {
            std::swap(plan.order[i - 1], plan.order[draw.number(i - 1)]);
        }
        std::uint64_t sum = 0;
        for (const auto& [loss, count] : election_test::losses_of_all(problem, identity)) {
            const auto before = count_frontier(problem, loss - 1, plan, identity);
            REQUIRE(before);
            CHECK(before->count == big_count(sum));
            sum += count;
            const auto found = count_frontier(problem, loss, plan, identity);
            REQUIRE(found);
            CHECK(found->count == big_count(sum));
        }
        CHECK(count_frontier(problem, std::int64_t{1} << 40, plan, identity)->count == big_count(sum));
        CHECK(count_frontier(problem, -1, plan, identity)->count.is_zero());
    }
}

TEST_CASE("numbers of many words") {
    // Nobody can be fooled, so all choices are counted: more than 2^64, then more than 2^192 of them.
    for (std::size_t k : {65U, 131U, 201U, 401U}) {
        const cover_problem one{k, k / 2, {{{0}, 1}}, 0};
        CHECK(count_frontier(one, 2, plan_frontier(one))->count == big_binomial(k, k / 2));
        CHECK(count_frontier(one, 0, plan_frontier(one))->count == big_binomial(k - 1, k / 2 - 1));
        const cover_problem uncoded_one = election_test::nearest_cover(packed_allocation(uncoded(k)));
        CHECK(count_frontier(uncoded_one, 2 * static_cast<std::int64_t>(k / 2 + 1), plan_frontier(uncoded_one))->count ==
              big_binomial(k, k / 2));
    }
    // Any of 101 groups of three, all alike.
    const cover_problem groups = election_test::nearest_cover(packed_allocation(repetition(303, 101)));
    CHECK(count_frontier(groups, 306, plan_frontier(groups))->count == big_binomial(101, 50));
    // One pair takes 0, 1 or 2; of 40 pairs with 40 losers in all: the central trinomial coefficient.
    cover_problem pairs{80, 40, {{{0, 1}, 3}}, 0};
    CHECK(count_frontier(pairs, 2, plan_frontier(pairs), choice_identity::pairs)->count.to_string() == "934837217271732457");
    CHECK(count_frontier(pairs, 2, plan_frontier(pairs))->count == big_binomial(80, 40));
}

TEST_CASE("the deterministic code, by hand") {
    // s rows of one column each; windows of 2b + 1 columns in s + 2b + 1 others, any two neighbours with b in common; 2b + 1 rows always
    // right. s + b columns lose, and s rows are wrong at most: if w of them are windows, b + w losers are in windows. None: any b. One:
    // b + 1 of its columns. Two: what they have in common, and one more of each. More do not fit if b is 2 or more (docs/exact.md).
    for (auto [n, b] : {std::pair<std::size_t, std::size_t>{15, 2}, {41, 2}, {101, 5}, {301, 20}, {1001, 20}}) {
        const cover_problem problem = election_test::nearest_cover(packed_allocation(deterministic(n, b)));
        const std::size_t s = (n - (2 * b + 1)) / 2;
        const std::size_t windows = s / (b + 1) + 1;
        big_count expected = big_binomial(s + 2 * b + 1, b);
        expected += big_count(s * windows) * big_binomial(2 * b + 1, b + 1);
        expected += big_binomial(s, 2) * big_count((windows - 1) * (b + 1) * (b + 1));
        const auto found = count_frontier(problem, static_cast<std::int64_t>(n + 2 * b + 1), plan_frontier(problem));
        REQUIRE(found);
        CHECK(found->count == expected);
        CHECK(count_frontier(problem, static_cast<std::int64_t>(n + 2 * b), plan_frontier(problem))->count.is_zero());
    }
}

TEST_CASE("a table gives up where it is told to, and refuses what is not right") {
    const cover_problem problem = election_test::nearest_cover(packed_allocation(deterministic(101, 5)));
    const frontier_plan plan = plan_frontier(problem);
    frontier_options options;
    options.max_states = 1;
    CHECK_FALSE(count_frontier(problem, 1000, plan, choice_identity::columns, options));
    options = {};
    options.max_bytes = 100;
    CHECK_FALSE(count_frontier(problem, 1000, plan, choice_identity::columns, options));
    options = {};
    options.time_limit = std::chrono::duration<double>(1e-9);
    CHECK_FALSE(count_frontier(problem, 1000, plan, choice_identity::columns, options));
    options = {};
    std::stop_source source;
    source.request_stop();
    options.stop = source.get_token();
    CHECK_FALSE(count_frontier(problem, 1000, plan, choice_identity::columns, options));
    CHECK_THROWS_WITH_AS((void)count_frontier({3, 1, {}, 0}, 0, {{0, 1, 2}, 0}, choice_identity::pairs),
                         "election::count_frontier: columns = 3 must be pairs", parameter_error);
    CHECK_THROWS_WITH_AS((void)count_frontier({4, 1, {{{1, 2}, 1}}, 0}, 0, {{0, 1, 2, 3}, 0}, choice_identity::pairs),
                         "election::count_frontier: columns of a row = 2 must be pairs", parameter_error);
    CHECK_THROWS_AS((void)count_frontier({2, 1, {}, 0}, 0, {{0, 0}, 0}), parameter_error);
    CHECK_THROWS_AS((void)count_frontier({2, 3, {}, 0}, 0, {{0, 1}, 0}), parameter_error);
}
