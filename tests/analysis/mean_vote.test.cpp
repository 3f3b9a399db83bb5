// SPDX-License-Identifier: MIT
#include <election/analysis/mean_vote.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/analysis/vote_law.hpp>
#include <election/core/random.hpp>
#include <election/verify/nearest.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// binomial(k, h + 1)·M(k, w): the sum of a row's votes over all nearest messages.
std::int64_t vote_sum(std::size_t k, std::size_t w) {
    std::int64_t sum = 0;
    for (std::size_t hits = 0; hits <= w; ++hits) {
        if (hits > nearest_winners(k)) continue;
        const auto ways = static_cast<std::int64_t>(binomial(w, hits) * binomial(k - w, nearest_winners(k) - hits));
        sum += 2 * hits > w ? ways : 2 * hits < w ? -ways : 0;
    }
    return sum;
}

} // namespace

TEST_CASE("mean votes agree with sums over all nearest messages, for all k up to 30, odd and even") {
    for (std::size_t k = 1; k <= 30; ++k) {
        const mean_votes mean(k);
        CHECK(mean.partitions() == k);
        for (std::size_t w = 0; w <= k; ++w) {
            CAPTURE(k);
            CAPTURE(w);
            const double exact = static_cast<double>(vote_sum(k, w)) / static_cast<double>(binomial(k, nearest_winners(k)));
            CHECK(std::fabs(mean(w) - exact) <= 1e-15 * static_cast<double>(k + 8) * exact);
        }
    }
}

TEST_CASE("mean votes of many partitions agree with the hypergeometric law") {
    for (std::size_t k : {201U, 202U, 1001U, 10000U}) {
        const mean_votes mean(k);
        for (std::size_t w : {1U, 2U, 3U, 4U, 51U, 100U, 199U, 200U}) {
            CHECK(mean(w) == doctest::Approx(fixed_load_law(k, nearest_winners(k), w).mean()).epsilon(1e-10));
        }
        CHECK(mean(k) == 1);
    }
}

TEST_CASE("the increments are Catalan numbers times binomials, and fall until they rise") {
    const auto catalan = [](std::size_t i) { return binomial(2 * i, i) / (i + 1); };
    for (std::size_t k = 3; k <= 30; ++k) {
        const std::size_t h = k / 2;
        CHECK(vote_sum(k, 1) == static_cast<std::int64_t>(catalan(h)));
        std::vector<std::int64_t> increments;
        for (std::size_t a = 0; 2 * a + 3 <= k; ++a) {
            increments.push_back(vote_sum(k, 2 * a + 3) - vote_sum(k, 2 * a + 1));
            CHECK(increments.back() == static_cast<std::int64_t>(2 * binomial(2 * a + 1, a) * catalan(h - a - 1)));
        }
        const std::size_t turn = mean_votes(k).least_increment_load() / 2;
        for (std::size_t a = 0; a + 1 < increments.size(); ++a) {
            CAPTURE(k);
            CAPTURE(a);
            if (a < turn) CHECK(increments[a + 1] < increments[a]);
            if (a >= turn) CHECK(increments[a + 1] >= increments[a]);
        }
    }
}

TEST_CASE("a mean vote is at most w/k for odd k and (w+1)/k for even k, as integers") {
    for (std::size_t k = 1; k <= 30; ++k) {
        const auto all = static_cast<std::int64_t>(binomial(k, nearest_winners(k)));
        for (std::size_t w = 1; w <= k; ++w) {
            const auto most = static_cast<std::int64_t>(w + (k % 2 == 0 ? 1 : 0)) * all;
            CHECK(vote_sum(k, w) * static_cast<std::int64_t>(k) <= most);
        }
    }
}

TEST_CASE("sums are compared exactly: random rows against whole numbers, small k by 64-bit integers") {
    CAPTURE(election_test::seed());
    const counter_random random(election_test::seed());
    int equal = 0;
    for (std::uint64_t round = 0; round < 20000; ++round) {
        const std::size_t k = 1 + random.below(22, 20 * round);
        std::vector<equal_loads> rows;
        std::int64_t sum = 0;
        for (std::uint64_t i = 0; i <= round % 4; ++i) {
            rows.push_back({random.below(9, 20 * round + 2 * i + 1), random.below(k + 1, 20 * round + 2 * i + 2)});
            sum += static_cast<std::int64_t>(rows.back().workers) * vote_sum(k, rows.back().load);
        }
        const auto one = static_cast<std::int64_t>(binomial(k, nearest_winners(k)));
        const mean_votes mean(k);
        for (std::int64_t threshold = sum / one; threshold <= sum / one + 1; ++threshold) {
            equal += sum == threshold * one ? 1 : 0;
            REQUIRE(mean.sum_reaches(rows, static_cast<std::uint32_t>(threshold)) == (sum >= threshold * one));
            REQUIRE(mean.sum_reaches_exactly(rows, static_cast<std::uint32_t>(threshold)) == (sum >= threshold * one));
        }
    }
    CHECK(equal > 1000);
}

TEST_CASE("sums that are equal to a whole number, or just beside it, for many partitions") {
    for (std::size_t k : {65U, 127U, 999U, 1001U, 4097U}) {
        const mean_votes mean(k);
        CHECK(mean.sum_reaches({{k, 1}}, 1)); // k times 1/k
        CHECK_FALSE(mean.sum_reaches({{k - 1, 1}}, 1));
        CHECK(mean.sum_reaches({{3 * k, 1}, {5, k}}, 8));
        CHECK_FALSE(mean.sum_reaches({{3 * k - 1, 1}, {5, k}}, 8));
        // M(k, k - 2) = (k - 1) / (2k): 2k workers of it make k - 1.
        CHECK(mean.sum_reaches({{2 * k, k - 2}}, static_cast<std::uint32_t>(k - 1)));
        CHECK_FALSE(mean.sum_reaches({{2 * k, k - 2}}, static_cast<std::uint32_t>(k)));
        // The exact way, far from equality.
        const std::vector<equal_loads> rows{{5, k / 3}, {2, k}};
        CHECK(mean.sum_reaches_exactly(rows, 2));
        CHECK_FALSE(mean.sum_reaches_exactly(rows, 7));
        CHECK(mean.sum_reaches_exactly(rows, 3) == mean.sum_reaches(rows, 3));
    }
    const mean_votes even(1000);
    CHECK(even.sum_reaches({{500, 1}}, 1)); // 2/k each
    CHECK_FALSE(even.sum_reaches({{499, 1}}, 1));
    CHECK(even.sum_reaches({{3, 999}}, 3));
    CHECK_FALSE(even.sum_reaches({{2, 999}, {1, 998}}, 3));
}

TEST_CASE("mean votes refuse what is out of range") {
    CHECK_THROWS_WITH_AS(mean_votes(0), "election::mean_votes: k = 0 must be 1 to 10000", parameter_error);
    CHECK_THROWS_WITH_AS(mean_votes(10001), "election::mean_votes: k = 10001 must be 1 to 10000", parameter_error);
    CHECK_THROWS_WITH_AS((void)mean_votes(5)(6), "election::mean_votes: load = 6 must be at most k = 5", parameter_error);
    CHECK_THROWS_WITH_AS((void)mean_votes(5).sum_reaches({{1000000, 1}, {1, 1}}, 1),
                         "election::mean_votes: n = 1 must be at most 1000000 in all", parameter_error);
}
