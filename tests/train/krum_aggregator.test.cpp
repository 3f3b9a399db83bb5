// SPDX-License-Identifier: MIT
#include <election/train/krum_aggregator.hpp>

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/train/aggregation_reference.hpp>
#include <support/aggregator_laws.hpp>

using namespace election;
using namespace election_test;

TEST_CASE("laws") {
    check_laws(krum_aggregator<>(0), 5, true);
    check_laws(krum_aggregator<>(1), 5, true);
    check_laws(krum_aggregator<>(3), 15, true);
    check_laws(krum_aggregator<>(6), 15, true);
    check_laws(krum_aggregator<>(3, 12), 15, false);
    check_laws(krum_aggregator<>(1, 100), 5, false);
}

TEST_CASE("the rows of the definition") {
    CAPTURE(seed());
    for (std::size_t n : {5U, 9U, 15U}) {
        for (std::size_t b = 0; 2 * b + 3 <= n; ++b) {
            for (std::size_t d : {1U, 17U, 700U}) {
                const auto rows = random_gradients(n, d, n * 1000 + d + b);
                const auto best = reference_krum(spans_of(rows), b, n - b);
                CHECK(aggregated(krum_aggregator<>(b), rows) == rows[best[0]]);
                for (std::size_t m : {std::size_t{2}, n - b}) {
                    std::vector<std::vector<float>> chosen;
                    for (std::size_t i = 0; i < m; ++i) chosen.push_back(rows[best[i]]);
                    const auto expected = reference_trimmed_mean(spans_of(chosen), 0);
                    CHECK(near(std::span<const float>(aggregated(krum_aggregator<>(b, m), rows)),
                               std::span<const double>(expected), 1e-6));
                }
            }
        }
    }
}

TEST_CASE("b liars do no harm") {
    check_withstands(krum_aggregator<>(3), 15, 3, 2);
    check_withstands(krum_aggregator<>(6), 15, 6, 2);
    check_withstands(krum_aggregator<>(3, 12), 15, 3, 1);
}

TEST_CASE("known answers") {
    CHECK(aggregated(krum_aggregator<>(1), {{1}, {1.5F}, {2}, {1e30F}, {2.2F}}) == std::vector<float>{2});
    CHECK(aggregated(krum_aggregator<>(1), {{7}, {7}, {7}, {7}, {7}}) == std::vector<float>{7});
    // Equal scores: the earlier row. 0 and 4 are as far from 2 and from each other's neighbours.
    CHECK(aggregated(krum_aggregator<>(0), {{0, 0}, {1, 0}, {0, 1}, {1, 1}}) == std::vector<float>{0, 0});
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    CHECK(std::isnan(aggregated(krum_aggregator<>(1), {{1}, {nan}, {nan}, {nan}, {2}})[0]));
    CHECK(krum_aggregator<>(3).name() == "krum:b=3");
    CHECK(krum_aggregator<>(3, 12).name() == "multi-krum:b=3,m=12");
    CHECK_THROWS_WITH_AS(krum_aggregator<>(1, 0), "election::krum_aggregator: chosen = 0 must be at least 1",
                         parameter_error);
}
