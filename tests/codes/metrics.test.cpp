// SPDX-License-Identifier: MIT
#include <election/codes/metrics.hpp>

#include <cstddef>
#include <vector>

#include <doctest/doctest.h>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("ones, redundancy, loads and degrees, worked by hand") {
    const std::vector<std::vector<int>> code{{1, 0, 0, 0}, {1, 1, 1, 0}, {0, 0, 0, 0}};
    const allocation_metrics m = metrics(code);
    CHECK(m.workers == 3);
    CHECK(m.partitions == 4);
    CHECK(m.ones == 4);
    CHECK(m.redundancy == 1);
    CHECK(m.largest_share == 0.75);
    CHECK(m.loads == std::vector<std::size_t>{1, 3, 0});
    CHECK(m.degrees == std::vector<std::size_t>{2, 1, 1, 0});
    CHECK(m.max_load == 3);
    CHECK(m.min_load == 0);
    CHECK(m.max_degree == 2);
    CHECK(m.min_degree == 0);
}

TEST_CASE("loads and degrees are those that entries give, for all widths around words and rows that are full") {
    CAPTURE(election_test::seed());
    for (std::size_t k : {1U, 63U, 64U, 65U, 129U, 2100U}) {
        for (double density : {0.0, 0.5, 1.0}) {
            packed_allocation code = election_test::random_code(7, k, density, election_test::seed() + k);
            for (std::size_t j = 0; j < k; ++j) code.set(2, j);
            for (std::size_t j = 0; j < k; ++j) code.reset(5, j);
            std::vector<std::size_t> loads(7, 0);
            std::vector<std::size_t> degrees(k, 0);
            std::size_t ones = 0;
            for (std::size_t i = 0; i < 7; ++i) {
                for (std::size_t j = 0; j < k; ++j) {
                    if (!code(i, j)) continue;
                    ++loads[i];
                    ++degrees[j];
                    ++ones;
                }
            }
            const allocation_metrics m = metrics(code);
            CHECK(m.loads == loads);
            CHECK(m.degrees == degrees);
            CHECK(m.ones == ones);
            CHECK(m.max_load == k);
            CHECK(m.min_load == 0);
        }
    }
}
