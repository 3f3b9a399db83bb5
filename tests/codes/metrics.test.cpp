// SPDX-License-Identifier: MIT
#include <election/codes/metrics.hpp>

#include <vector>

#include <doctest/doctest.h>

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
