// SPDX-License-Identifier: MIT
#include <election/codes/uncoded.hpp>

#include <string>

#include <doctest/doctest.h>
#include <election/codes/metrics.hpp>
#include <support/rows_of.hpp>

using namespace election;
using election_test::rows_of;

TEST_CASE("uncoded is the identity") {
    CHECK(rows_of(uncoded(3)) == "100 010 001");
    CHECK(uncoded(3).name.str() == "uncoded:n=3");
    CHECK_THROWS_WITH_AS((void)uncoded(0), "election::uncoded: n = 0 must be at least 1", parameter_error);
}
