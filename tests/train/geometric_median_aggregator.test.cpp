// SPDX-License-Identifier: MIT
#include <election/train/geometric_median_aggregator.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>
#include <election/train/aggregation_reference.hpp>
#include <support/aggregator_laws.hpp>

using namespace election;
using namespace election_test;

namespace {

const geometric_median_aggregator<> exact_median({1e-9, 2000, 0});

} // namespace

TEST_CASE("laws") {
    for (std::size_t n : {1U, 3U, 15U}) check_laws(geometric_median_aggregator<>({1e-6, 200, 1e-9}), n, false);
}

TEST_CASE("no point in any direction has a smaller sum of distances") {
    CAPTURE(seed());
    for (std::size_t n : {3U, 4U, 7U, 15U}) {
        for (std::size_t d : {1U, 2U, 3U, 20U}) {
            const auto rows = random_gradients(n, d, n * 100 + d);
            const auto out = aggregated(exact_median, rows);
            std::vector<double> z(out.begin(), out.end());
            const double least = reference_distance_sum(spans_of(rows), z);
            const counter_random random(seed(), n + d);
            for (std::uint64_t trial = 0; trial < 200; ++trial) {
                auto other = z;
                for (std::size_t c = 0; c < d; ++c)
                    other[c] += (trial < 100 ? 0.3 : 0.01) * (random.happens(0.5, trial * d + c) ? 1 : -1);
                REQUIRE(reference_distance_sum(spans_of(rows), other) >= least * (1 - 1e-6));
            }
        }
    }
}

TEST_CASE("known answers") {
    // In one dimension it is the median; in an equilateral triangle the centre; where an angle is 120° or more, that corner.
    CHECK(aggregated(exact_median, {{1}, {2}, {50}})[0] == doctest::Approx(2));
    const auto centre = aggregated(exact_median, {{0, 0}, {1, 0}, {0.5F, std::sqrt(0.75F)}});
    CHECK(centre[0] == doctest::Approx(0.5).epsilon(0.001));
    CHECK(centre[1] == doctest::Approx(std::sqrt(0.75) / 3).epsilon(0.001));
    const auto corner = aggregated(exact_median, {{0, 0}, {10, 1}, {-10, 1}});
    CHECK(std::abs(corner[0]) < 1e-3);
    CHECK(std::abs(corner[1]) < 1e-3);
    const auto cross = aggregated(exact_median, {{1, 1}, {-1, -1}, {3, -3}, {-5, 5}}); // where the diagonals meet
    CHECK(std::abs(cross[0]) < 1e-3);
    CHECK(std::abs(cross[1]) < 1e-3);
}

TEST_CASE("a liar who is very far away does not end it early") {
    // Twice the origin holds against one pull along x and one along the diagonal: 1.85 < 2.
    for (float far : {10.0F, 1e10F, 1e30F}) {
        const auto out = aggregated(geometric_median_aggregator<>({1e-6, 500}), {{0, 0}, {0, 0}, {4, 0}, {far, far}});
        CHECK(std::abs(out[0]) < 1e-3);
        CHECK(std::abs(out[1]) < 1e-3);
    }
}

TEST_CASE("less than half do little harm") {
    check_withstands(geometric_median_aggregator<>(), 15, 3, 0.6);
    check_withstands(geometric_median_aggregator<>(), 15, 7, 2);
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    CHECK(std::isnan(aggregated(exact_median, {{nan}, {nan}})[0]));
    CHECK(aggregated(exact_median, {{3e38F}, {-3e38F}})[0] == 0); // infinitely far from both: the median stays
}

TEST_CASE("what cannot be is refused") {
    CHECK_THROWS_WITH_AS(geometric_median_aggregator<>({0}),
                         "election::geometric_median_aggregator: smoothing = 0 must be a positive number", parameter_error);
    CHECK_THROWS_WITH_AS(geometric_median_aggregator<>({1, 1, -1}),
                         "election::geometric_median_aggregator: tolerance = -1 must be at least 0", parameter_error);
    CHECK(exact_median.name() == "geometric-median:smoothing=1e-09,iterations=2000");
}
