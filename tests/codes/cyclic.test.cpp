// SPDX-License-Identifier: MIT
#include <election/codes/cyclic.hpp>

#include <string>

#include <doctest/doctest.h>
#include <election/codes/metrics.hpp>
#include <support/rows_of.hpp>

using namespace election;
using election_test::rows_of;

TEST_CASE("windows wrap around and move by the stride") {
    CHECK(rows_of(cyclic(5, 5, 3)) == "11100 01110 00111 10011 11001");
    CHECK(rows_of(cyclic(3, 4, 2, 2)) == "1100 0011 1100");
    CHECK(cyclic(5, 5, 3).name.str() == "cyclic:n=5,k=5,weight=3");
    CHECK(cyclic(3, 4, 2, 2).name.str() == "cyclic:n=3,k=4,weight=2,stride=2");
    CHECK(rows_of(cyclic(2, 3, 1, std::size_t{1} << 63)) == "100 001"); // 2^63 = 2 modulo 3
}

TEST_CASE("windows that cannot be are refused") {
    CHECK_THROWS_WITH_AS((void)cyclic(3, 3, 4), "election::cyclic: weight = 4 must be 1 to k = 3", parameter_error);
    CHECK_THROWS_WITH_AS((void)cyclic(3, 3, 0), "election::cyclic: weight = 0 must be 1 to k = 3", parameter_error);
    CHECK_THROWS_WITH_AS((void)cyclic(3, 3, 1, 0), "election::cyclic: stride = 0 must be at least 1", parameter_error);
}
