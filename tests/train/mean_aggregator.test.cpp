// SPDX-License-Identifier: MIT
#include <election/train/mean_aggregator.hpp>

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/train/aggregation_reference.hpp>
#include <support/aggregator_laws.hpp>

using namespace election;
using namespace election_test;

TEST_CASE("the mean: laws, and the definition") {
    for (std::size_t n : {1U, 2U, 15U, 16U}) {
        check_laws(mean_aggregator<>(), n, false);
        for (std::size_t d : {1U, 63U, 64U, 65U, 1000U}) {
            const auto rows = random_gradients(n, d, n + d, 5);
            const auto expected = reference_trimmed_mean(spans_of(rows), 0);
            CHECK(near(std::span<const float>(aggregated(mean_aggregator<>(), rows)), std::span<const double>(expected),
                       1e-7));
        }
    }
}

TEST_CASE("it withstands nothing") {
    const auto out =
        aggregated(mean_aggregator<>(), {{1, 1, 1}, {1e30F, std::numeric_limits<float>::infinity(), std::nanf("")}});
    CHECK(out[0] == doctest::Approx(5e29));
    CHECK(std::isinf(out[1]));
    CHECK(std::isnan(out[2]));
    CHECK(mean_aggregator<>().name() == "mean");
}
