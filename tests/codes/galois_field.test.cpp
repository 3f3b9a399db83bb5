// SPDX-License-Identifier: MIT
#include <election/codes/galois_field.hpp>

#include <cstdint>
#include <set>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("prime powers are told from other numbers") {
    CHECK(as_prime_power(2) == std::pair{2U, 1U});
    CHECK(as_prime_power(9) == std::pair{3U, 2U});
    CHECK(as_prime_power(4096) == std::pair{2U, 12U});
    CHECK(as_prime_power(4294967291) == std::pair{4294967291U, 1U});
    for (std::uint64_t q : {0U, 1U, 6U, 12U, 15U, 36U, 100U}) CHECK_FALSE(as_prime_power(q).has_value());
    CHECK_FALSE(as_prime_power(std::uint64_t{1} << 40).has_value());
}

TEST_CASE("the field laws hold for every element of small fields") {
    for (std::size_t q : {2U, 3U, 4U, 5U, 7U, 8U, 9U, 16U, 25U, 27U}) {
        CAPTURE(q);
        const galois_field field(q);
        std::set<std::uint32_t> squares;
        for (std::uint32_t x = 0; x < q; ++x) {
            REQUIRE(field.add(x, 0) == x);
            REQUIRE(field.multiply(x, 1) == x);
            REQUIRE(field.multiply(x, 0) == 0);
            if (x != 0) squares.insert(field.multiply(x, x));
            bool has_inverse = x == 0;
            for (std::uint32_t y = 0; y < q; ++y) {
                REQUIRE(field.add(x, y) < q);
                REQUIRE(field.add(x, y) == field.add(y, x));
                REQUIRE(field.subtract(field.add(x, y), y) == x);
                REQUIRE(field.multiply(x, y) == field.multiply(y, x));
                has_inverse = has_inverse || field.multiply(x, y) == 1;
                for (std::uint32_t z = 0; z < q; ++z) {
                    REQUIRE(field.add(field.add(x, y), z) == field.add(x, field.add(y, z)));
                    REQUIRE(field.multiply(field.multiply(x, y), z) == field.multiply(x, field.multiply(y, z)));
                    REQUIRE(field.multiply(x, field.add(y, z)) == field.add(field.multiply(x, y), field.multiply(x, z)));
                }
            }
            REQUIRE(has_inverse);
        }
        for (std::uint32_t x = 0; x < q; ++x) CHECK(field.is_nonzero_square(x) == squares.contains(x));
    }
}

TEST_CASE("prime fields are arithmetic modulo the prime, and 9 is built on the first irreducible polynomial") {
    const galois_field seven(7);
    CHECK(seven.multiply(3, 5) == 1);
    CHECK(seven.subtract(2, 5) == 4);
    const galois_field nine(9); // x² + 1 comes before x² + x + 2: x·x = 2
    CHECK(nine.multiply(3, 3) == 2);
    CHECK(nine.add(4, 5) == 6);
}

TEST_CASE("what is no field, or too large, is refused") {
    CHECK_THROWS_WITH_AS(galois_field(6), "election::galois_field: q = 6 must be a prime power", parameter_error);
    CHECK_THROWS_WITH_AS(galois_field(8192), "election::galois_field: q = 8192 must be at most 4096", parameter_error);
}
