// SPDX-License-Identifier: MIT
#include <election/codes/deterministic.hpp>

#include <string>

#include <doctest/doctest.h>
#include <election/codes/metrics.hpp>
#include <support/rows_of.hpp>

using namespace election;
using election_test::rows_of;

TEST_CASE("Algorithm 1: the published matrix for 5 workers, and the extremes") {
    CHECK(rows_of(deterministic(5, 1)) == "10000 01110 11111 11111 11111");
    CHECK(rows_of(deterministic(3, 0)) == "100 010 001");
    CHECK(rows_of(deterministic(3, 1)) == "111 111 111");
    CHECK(rows_of(deterministic(1, 0)) == "1");
    CHECK(rows_of(deterministic(7, 1)) == "1000000 0100000 0011100 0000111 1111111 1111111 1111111");
    CHECK(deterministic(15, 3).name.str() == "deterministic:n=15,b=3");
}

TEST_CASE("even n and too many liars are refused") {
    CHECK_THROWS_WITH_AS((void)deterministic(4, 1), "election::deterministic: n = 4 must be odd", parameter_error);
    CHECK_THROWS_WITH_AS((void)deterministic(0, 0), "election::deterministic: n = 0 must be odd", parameter_error);
    CHECK_THROWS_WITH_AS((void)deterministic(5, 3), "election::deterministic: b = 3 must be at most (n - 1) / 2 = 2",
                         parameter_error);
}
