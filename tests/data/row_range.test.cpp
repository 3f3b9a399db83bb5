// SPDX-License-Identifier: MIT
#include <election/data/row_range.hpp>

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("consecutive rows") {
    CHECK(row_range(0, 3) == std::vector<std::uint32_t>{0, 1, 2});
    CHECK(row_range(3, 5) == std::vector<std::uint32_t>{3, 4});
    CHECK(row_range(0, 0).empty());
    CHECK(row_range(5, 5).empty());
    const std::size_t most = std::size_t{1} << 32;
    CHECK(row_range(most - 1, most) == std::vector<std::uint32_t>{4294967295U});
}

TEST_CASE("what is refused") {
    CHECK_THROWS_WITH_AS((void)row_range(3, 2), "election::row_range: last = 2 must not be below first, 3", parameter_error);
    const std::size_t beyond = (std::size_t{1} << 32) + 1;
    CHECK_THROWS_WITH_AS(
        (void)row_range(beyond, beyond),
        "election::row_range: last = 4294967297 must be at most 2^32, since the numbers of samples have 32 bits",
        parameter_error);
}
