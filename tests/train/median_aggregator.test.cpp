// SPDX-License-Identifier: MIT
#include <election/train/median_aggregator.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>
#include <election/train/aggregation_reference.hpp>
#include <support/aggregator_laws.hpp>

using namespace election;
using namespace election_test;

TEST_CASE("the median: laws, and the definition bit for bit, every n up to 20 and some more") {
    for (std::size_t n = 1; n <= 20; ++n) {
        for (std::size_t d : {1U, 127U, 128U, 129U, 400U}) {
            const auto rows = random_gradients(n, d, 7 * n + d);
            const auto expected = reference_trimmed_mean(spans_of(rows), (n - 1) / 2);
            const auto out = aggregated(median_aggregator<>(), rows);
            for (std::size_t c = 0; c < d; ++c) REQUIRE(out[c] == static_cast<float>(expected[c]));
        }
    }
    for (std::size_t n : {1U, 2U, 5U, 14U, 15U, 49U, 101U}) check_laws(median_aggregator<>(), n, true);
    for (std::size_t n : {1U, 4U, 15U}) { // infinities, NaNs, numbers without an exponent, zeros of both signs
        std::vector<std::vector<float>> rows(n, std::vector<float>(1000));
        for (std::size_t i = 0; i < n; ++i) fill_numbers(std::span(rows[i]), seed() + i, true);
        const auto expected = reference_trimmed_mean(spans_of(rows), (n - 1) / 2);
        const auto out = aggregated(median_aggregator<>(), rows);
        for (std::size_t c = 0; c < 1000; ++c) {
            const auto number = static_cast<float>(expected[c]);
            REQUIRE((out[c] == number || (std::isnan(out[c]) && std::isnan(number))));
            if (n % 2 != 0) REQUIRE((out[c] != 0 || !std::signbit(out[c]))); // a mean of two may round to either zero
        }
        auto others = rows;
        std::ranges::reverse(others);
        REQUIRE(same_numbers(aggregated(median_aggregator<>(), others), out));
    }
}

TEST_CASE("less than half of the workers do no harm") {
    for (std::size_t n : {3U, 8U, 15U}) check_withstands(median_aggregator<>(), n, (n - 1) / 2, 2);
    check_withstands(median_aggregator<>(), 101, 10, 0.5);
}

TEST_CASE("known answers") {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    CHECK(aggregated(median_aggregator<>(), {{3}, {1}, {2}}) == std::vector<float>{2});
    CHECK(aggregated(median_aggregator<>(), {{3}, {1}, {2}, {10}}) == std::vector<float>{2.5F});
    CHECK(aggregated(median_aggregator<>(), {{std::nanf("")}, {1}, {2}}) == std::vector<float>{2});
    CHECK(aggregated(median_aggregator<>(), {{std::nanf("")}, {std::nanf("")}, {2}}) == std::vector<float>{infinity});
    CHECK(aggregated(median_aggregator<>(), {{3e38F}, {3.2e38F}}) == std::vector<float>{3.1e38F}); // no overflow
    const float tiny = std::numeric_limits<float>::denorm_min();
    CHECK(aggregated(median_aggregator<>(), {{tiny}, {tiny}}) == std::vector<float>{tiny});
    CHECK(median_aggregator<>().name() == "median");
}
