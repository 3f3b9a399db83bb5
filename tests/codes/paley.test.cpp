// SPDX-License-Identifier: MIT
#include <election/codes/paley.hpp>

#include <string>

#include <doctest/doctest.h>
#include <election/codes/metrics.hpp>
#include <support/rows_of.hpp>

using namespace election;
using election_test::rows_of;

TEST_CASE("rows are the squares, shifted; rows of even size get their own partition") {
    CHECK(rows_of(paley(3)) == "010 001 100");
    CHECK(rows_of(paley(5)) == "11001 11100 01110 00111 10011");
    CHECK(rows_of(paley(7)).starts_with("0110100 "));
    CHECK(paley(7).name.str() == "paley:q=7");
}

TEST_CASE("any two rows share the same number of partitions where q = 3 modulo 4, prime powers too") {
    for (std::size_t q : {3U, 7U, 11U, 19U, 23U, 27U}) {
        CAPTURE(q);
        const code made = paley(q);
        for (std::size_t a = 0; a < q; ++a) {
            for (std::size_t b = 0; b < a; ++b) {
                std::size_t shared = 0;
                for (std::size_t j = 0; j < q; ++j) shared += made(a, j) != 0 && made(b, j) != 0 ? 1U : 0U;
                REQUIRE(shared == (q - 3) / 4);
            }
        }
    }
}

TEST_CASE("all rows are odd, and only odd prime powers are taken") {
    for (std::size_t q : {5U, 9U, 13U, 25U, 49U}) {
        for (std::size_t load : metrics(paley(q)).loads) CHECK(load % 2 == 1);
    }
    for (std::size_t q : {0U, 1U, 2U, 8U, 15U, 4099U}) {
        CHECK_THROWS_WITH_AS(
            (void)paley(q), ("election::paley: q = " + std::to_string(q) + " must be an odd prime power up to 4096").c_str(),
            parameter_error);
    }
}
