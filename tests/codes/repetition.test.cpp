// SPDX-License-Identifier: MIT
#include <election/codes/repetition.hpp>

#include <string>

#include <doctest/doctest.h>
#include <election/codes/metrics.hpp>
#include <support/rows_of.hpp>

using namespace election;
using election_test::rows_of;

TEST_CASE("consecutive groups, the larger ones first, hold one partition each") {
    CHECK(rows_of(repetition(5, 2)) == "10 10 10 01 01");
    CHECK(rows_of(repetition(3, 3)) == "100 010 001");
    CHECK(repetition(9, 3).guaranteed.tolerance == 1);
    CHECK(repetition(10, 3).guaranteed.tolerance == 0); // groups of 4, 3 and 3: 6 against 4
}

TEST_CASE("with a weight, groups hold blocks of partitions") {
    CHECK(rows_of(repetition(4, 5, 2)) == "11100 11100 00011 00011");
    CHECK(rows_of(repetition(5, 4, 2)) == "1100 1100 1100 0011 0011"); // two groups of 2, the first one longer
    CHECK(repetition(4, 5, 2).name.str() == "repetition:n=4,k=5,weight=2");
    CHECK(metrics(repetition(6, 6, 3)).redundancy == 3);
}

TEST_CASE("groups that cannot be are refused") {
    CHECK_THROWS_WITH_AS((void)repetition(2, 3),
                         "election::repetition: n = 2 must be at least k = 3, a worker for every partition",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)repetition(2, 0), "election::repetition: k = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS((void)repetition(4, 4, 0), "election::repetition: weight = 0 must be 1 to n = 4", parameter_error);
    CHECK_THROWS_WITH_AS((void)repetition(4, 4, 5), "election::repetition: weight = 5 must be 1 to n = 4", parameter_error);
    CHECK_THROWS_WITH_AS((void)repetition(6, 2, 2),
                         "election::repetition: k = 2 must be at least n / weight = 3, a partition for every group",
                         parameter_error);
}
