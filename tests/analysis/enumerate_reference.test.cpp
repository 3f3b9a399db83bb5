// SPDX-License-Identifier: MIT
#include <election/analysis/enumerate_reference.hpp>

#include <vector>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("a code small enough to count by hand") {
    // Worker 0 holds partition 0, worker 1 both.
    const std::vector<std::vector<int>> rows{{1, 0}, {1, 1}};
    CHECK(enumerate_tally_reference(rows).cells() ==
          std::vector<tally_cell>{{0, 0, 0, 1}, {1, 0, 1, 1}, {1, 1, 1, 1}, {2, 2, 0, 1}});
}

TEST_CASE("too many partitions") {
    CHECK_THROWS_WITH_AS(
        (void)enumerate_tally_reference(packed_allocation(1, 21)),
        "election::enumerate_tally_reference: partitions = 21 must be at most 20; use election::enumerate_tally",
        parameter_error);
}
