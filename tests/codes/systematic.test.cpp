// SPDX-License-Identifier: MIT
#include <election/codes/systematic.hpp>

#include <string>

#include <doctest/doctest.h>
#include <election/codes/metrics.hpp>
#include <support/rows_of.hpp>

using namespace election;
using election_test::rows_of;

TEST_CASE("systematic is the identity over 2b full rows") {
    CHECK(rows_of(systematic(3, 1)) == "100 010 001 111 111");
    CHECK(rows_of(systematic(2, 0)) == "10 01");
    CHECK(systematic(3, 1).name.str() == "systematic:k=3,b=1");
    CHECK_THROWS_WITH_AS((void)systematic(0, 1), "election::systematic: k = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS((void)systematic(0, 0), "election::systematic: k = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS((void)systematic(3, std::size_t{1} << 40),
                         "election::systematic: b = 1099511627776 must be less than 2^32", parameter_error);
}
