// SPDX-License-Identifier: MIT
#include <election/codes/full.hpp>

#include <string>

#include <doctest/doctest.h>
#include <election/codes/metrics.hpp>
#include <support/rows_of.hpp>

using namespace election;
using election_test::rows_of;

TEST_CASE("full is all ones") {
    CHECK(rows_of(full(2, 3)) == "111 111");
    CHECK(full(2, 3).name.str() == "full:n=2,k=3");
    CHECK_THROWS_WITH_AS((void)full(2, 0), "election::full: k = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS((void)full(std::size_t{1} << 20, std::size_t{1} << 20),
                         "election::full: n = 1048576 makes a matrix of more than 2^32 entries with k = 1048576",
                         parameter_error);
}
