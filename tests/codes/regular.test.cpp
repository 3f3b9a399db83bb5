// SPDX-License-Identifier: MIT
#include <election/codes/regular.hpp>

#include <string>

#include <doctest/doctest.h>
#include <election/codes/metrics.hpp>
#include <support/rows_of.hpp>

using namespace election;
using election_test::rows_of;

TEST_CASE("degrees are equal and loads differ by one at most, for all small sizes") {
    for (std::size_t n = 1; n <= 7; ++n) {
        for (std::size_t k = 1; k <= 7; ++k) {
            for (std::size_t degree = 1; degree <= n; ++degree) {
                const allocation_metrics m = metrics(regular(n, k, degree, n * k));
                CHECK(m.min_degree == degree);
                CHECK(m.max_degree == degree);
                CHECK(m.max_load - m.min_load <= 1);
            }
        }
    }
}

TEST_CASE("seeds choose the matrix, the same on every platform") {
    CHECK(rows_of(regular(9, 9, 3, 1)) != rows_of(regular(9, 9, 3, 2)));
    CHECK(election_test::checksum(regular(31, 31, 5, 7)) == 11268977759499409176U);
    CHECK(regular(9, 9, 3, 1).name.str() == "regular:n=9,k=9,degree=3,seed=1");
}

TEST_CASE("a degree that cannot be is refused") {
    CHECK_THROWS_WITH_AS((void)regular(3, 3, 0, 0), "election::regular: degree = 0 must be 1 to n = 3", parameter_error);
    CHECK_THROWS_WITH_AS((void)regular(3, 3, 4, 0), "election::regular: degree = 4 must be 1 to n = 3", parameter_error);
}
