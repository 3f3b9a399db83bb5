// SPDX-License-Identifier: MIT
#include <election/codes/plane.hpp>

#include <string>

#include <doctest/doctest.h>
#include <election/codes/metrics.hpp>
#include <support/rows_of.hpp>

using namespace election;
using election_test::rows_of;

TEST_CASE("any two lines share one point, and any two points one line") {
    for (std::size_t q : {2U, 3U, 4U, 5U, 7U, 8U, 9U}) {
        CAPTURE(q);
        const code made = plane(q);
        const std::size_t size = q * q + q + 1;
        REQUIRE(made.shape()[0] == size);
        const allocation_metrics m = metrics(made);
        CHECK(m.min_load == q + 1);
        CHECK(m.max_load == q + 1);
        CHECK(m.min_degree == q + 1);
        CHECK(m.max_degree == q + 1);
        for (std::size_t a = 0; a < size; ++a) {
            for (std::size_t b = 0; b < a; ++b) {
                std::size_t shared = 0;
                for (std::size_t j = 0; j < size; ++j) shared += made(a, j) != 0 && made(b, j) != 0 ? 1U : 0U;
                REQUIRE(shared == 1);
            }
        }
    }
}

TEST_CASE("the Fano plane, and orders that are none") {
    CHECK(rows_of(plane(2)) == "0101010 1001100 0011001 1110000 0100101 1000011 0010110");
    for (std::size_t q : {0U, 1U, 6U, 10U, 131U}) {
        CHECK_THROWS_WITH_AS((void)plane(q),
                             ("election::plane: q = " + std::to_string(q) + " must be a prime power up to 128").c_str(),
                             parameter_error);
    }
}
