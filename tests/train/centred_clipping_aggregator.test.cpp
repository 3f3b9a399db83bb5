// SPDX-License-Identifier: MIT
#include <election/train/centred_clipping_aggregator.hpp>

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/train/aggregation_reference.hpp>
#include <election/train/mean_aggregator.hpp>
#include <support/aggregator_laws.hpp>

using namespace election;
using namespace election_test;

TEST_CASE("laws") {
    for (std::size_t n : {1U, 2U, 15U}) {
        check_laws(centred_clipping_aggregator<>(0.5), n, false, false);
        check_laws(centred_clipping_aggregator<>(2, 3), n, false, false);
    }
}

TEST_CASE("the definition, from any centre") {
    for (std::size_t n : {1U, 5U, 15U}) {
        for (std::size_t d : {1U, 64U, 65U, 500U}) {
            for (double radius : {0.01, 1.0, 10.0, 1000.0}) {
                const auto rows = random_gradients(n, d, n + d);
                const auto centre = random_gradients(1, d, 9).front();
                std::vector<double> expected(centre.begin(), centre.end());
                for (int i = 0; i < 3; ++i) expected = reference_clipped_mean(spans_of(rows), expected, radius);
                const auto out = aggregated(centred_clipping_aggregator<>(radius, 3), rows, centre);
                CHECK(near(std::span<const float>(out), std::span<const double>(expected), 1e-5));
                if (radius >= 1000) CHECK(same_numbers(out, aggregated(mean_aggregator<>(), rows)));
            }
        }
    }
}

TEST_CASE("a liar moves it by radius / n, and by nothing who sends no numbers") {
    check_withstands(centred_clipping_aggregator<>(3), 15, 3, 3 * 2 * 3 / 15.0);
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const centred_clipping_aggregator<> a(3);
    CHECK(aggregated(a, {{1}, {2}, {1e30F}}) == std::vector<float>{2});
    CHECK(aggregated(a, {{1}, {2}, {std::nanf("")}}) == std::vector<float>{1});
    CHECK(aggregated(a, {{1}, {2}, {-infinity}}, {3}) == std::vector<float>{2}); // (1 + 2 + 3) / 3
    CHECK(aggregated(a, {{infinity}}, {3}) == std::vector<float>{3});
    CHECK(a.name() == "centred-clipping:radius=3,iterations=1");
    CHECK_THROWS_WITH_AS(centred_clipping_aggregator<>(0),
                         "election::centred_clipping_aggregator: radius = 0 must be a positive number", parameter_error);
    CHECK_THROWS_WITH_AS(centred_clipping_aggregator<>(1, 0),
                         "election::centred_clipping_aggregator: iterations = 0 must be at least 1", parameter_error);
}
