// SPDX-License-Identifier: MIT
#include <election/train/aggregation_reference.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>
#include <support/aggregator_laws.hpp>

using namespace election;
using namespace election_test;

TEST_CASE("answers that can be worked out by hand") {
    const std::vector<std::vector<float>> rows{{1, -4}, {2, 0}, {9, std::nanf("")}};
    CHECK(reference_trimmed_mean(spans_of(rows), 1) == std::vector<double>{2, 0});
    CHECK(reference_trimmed_mean(spans_of(rows), 0)[0] == 4);
    CHECK(reference_trimmed_mean(spans_of({{1}, {2}}), 0) == std::vector<double>{1.5});
    CHECK(reference_distance_sum(spans_of({{3, 4}, {0, 1}}), std::vector<double>{0, 0}) == 6);
    CHECK(std::isinf(reference_distance_sum(spans_of({{std::nanf("")}}), std::vector<double>{0})));
    // Scores with b = 1 of five points: the sum of the two smallest squared distances.
    CHECK(reference_krum(spans_of({{0}, {1}, {3}, {4.5F}, {100}}), 1, 4) == std::vector<std::size_t>{1, 2, 0, 3});
    CHECK(reference_clipped_mean(spans_of({{1}, {10}}), std::vector<double>{0}, 4) == std::vector<double>{2.5});
    CHECK(reference_clipped_mean(spans_of({{1}, {std::numeric_limits<float>::infinity()}}), std::vector<double>{2}, 4) ==
          std::vector<double>{1.5});
}
