// SPDX-License-Identifier: MIT
#include <election/exact/big_count.hpp>

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <support/seed.hpp>

using election::big_binomial;
using election::big_count;

TEST_CASE("small numbers are as those of the language") {
    std::mt19937_64 random(election_test::seed());
    for (int trial = 0; trial < 2000; ++trial) {
        const std::uint64_t a = random() >> (trial % 63 + 1);
        const std::uint64_t b = random() >> (64 - trial % 20 - 1);
        big_count sum(a);
        sum += big_count(b);
        CHECK(sum == big_count(a + b));
        CHECK(sum.to_string() == std::to_string(a + b));
        if (a < std::uint64_t{1} << 40) CHECK((big_count(a) * big_count(b)).to_string() == std::to_string(a * b));
        big_count quotient(a);
        quotient /= b + 1;
        CHECK(quotient == big_count(a / (b + 1)));
        CHECK((big_count(a) < big_count(b)) == (a < b));
        CHECK(big_count(a).is_zero() == (a == 0));
    }
    CHECK(big_count().to_string() == "0");
}

TEST_CASE("sums and products carry over any number of digits") {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    big_count power(1); // of 2
    for (int i = 0; i < 256; ++i) {
        const big_count before = power;
        power += before;
        CHECK(before < power);
        CHECK(power > before);
        CHECK(power == before * big_count(2));
        big_count half = power;
        half /= 2;
        CHECK(half == before);
    }
    CHECK(power.to_string() == "115792089237316195423570985008687907853269984665640564039457584007913129639936");
    big_count below(most); // 2^256 − 1, out of digits that are all ones
    for (int i = 0; i < 3; ++i) {
        below = below * (big_count(std::uint64_t{1} << 32) * big_count(std::uint64_t{1} << 32));
        below += most;
    }
    CHECK(below < power);
    below += 1;
    CHECK(below == power);
    CHECK_FALSE(power.is_zero());
    CHECK((power * big_count(0)).is_zero());
    CHECK((power * power).to_string().size() == 155);
    big_count tens(1);
    for (int i = 0; i < 60; ++i) tens = tens * big_count(10);
    CHECK(tens.to_string() == "1" + std::string(60, '0')); // groups of noughts
    for (int i = 0; i < 60; ++i) tens /= 10;
    CHECK(tens == big_count(1)); // and back to one without memory of its own
}

TEST_CASE("binomial coefficients are those of Pascal's triangle") {
    std::vector<big_count> row{big_count(1)};
    for (std::uint64_t n = 0; n <= 140; ++n) {
        big_count sum;
        for (std::uint64_t k = 0; k <= n; ++k) {
            CHECK(big_binomial(n, k) == row[k]);
            sum += row[k];
        }
        CHECK(big_binomial(n, n + 1).is_zero());
        std::vector<big_count> next{big_count(1)};
        for (std::size_t k = 1; k <= n; ++k) {
            big_count entry = row[k - 1];
            entry += row[k];
            next.push_back(entry);
        }
        next.emplace_back(1);
        row = std::move(next);
    }
    CHECK(big_binomial(67, 33).to_string() == "14226520737620288370");
}
