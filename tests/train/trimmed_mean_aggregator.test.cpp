// SPDX-License-Identifier: MIT
#include <election/train/trimmed_mean_aggregator.hpp>

#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/train/aggregation_reference.hpp>
#include <election/train/median_aggregator.hpp>
#include <support/aggregator_laws.hpp>

using namespace election;
using namespace election_test;

TEST_CASE("the trimmed mean: laws, and the definition bit for bit") {
    for (std::size_t n : {1U, 3U, 9U, 15U, 16U}) {
        for (std::size_t b = 0; 2 * b < n; ++b) {
            const trimmed_mean_aggregator<> a(b);
            check_laws(a, n, true);
            const auto rows = random_gradients(n, 333, n + b);
            const auto expected = reference_trimmed_mean(spans_of(rows), b);
            const auto out = aggregated(a, rows);
            for (std::size_t c = 0; c < out.size(); ++c) REQUIRE(out[c] == static_cast<float>(expected[c]));
        }
        const auto rows = random_gradients(n, 100, n);
        CHECK(aggregated(trimmed_mean_aggregator<>((n - 1) / 2), rows) == aggregated(median_aggregator<>(), rows));
    }
}

TEST_CASE("b liars do no harm, b + 1 do") {
    check_withstands(trimmed_mean_aggregator<>(3), 15, 3, 1);
    check_withstands(trimmed_mean_aggregator<>(1), 3, 1, 2);
    std::vector<std::vector<float>> rows(15, std::vector<float>{1});
    for (std::size_t i = 0; i < 4; ++i) rows[i][0] = 1e30F;
    CHECK(aggregated(trimmed_mean_aggregator<>(3), rows)[0] > 1e29F);
    CHECK(trimmed_mean_aggregator<>(3).name() == "trimmed-mean:b=3");
}

TEST_CASE("known answers") {
    CHECK(aggregated(trimmed_mean_aggregator<>(1), {{1}, {2}, {6}, {-100}, {100}}) == std::vector<float>{3});
    CHECK(aggregated(trimmed_mean_aggregator<>(0), {{1}, {2}, {6}}) == std::vector<float>{3});
}
