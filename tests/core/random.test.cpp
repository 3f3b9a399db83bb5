// SPDX-License-Identifier: MIT
#include <election/core/random.hpp>

#include <cstdint>
#include <set>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("known words: the same on every platform") {
    // Philox4x32-10 of counter 0 and key 0 begins 6627e8d5 e169c58d (Random123's known answers).
    CHECK(counter_random(0)(0) == 0xe169c58d6627e8d5U);
    CHECK(counter_random(5)(0) == 0x11d85194c417681dU);
}

TEST_CASE("seeds, streams and indices give different words; a copy gives the same") {
    std::set<std::uint64_t> words;
    for (std::uint64_t seed : {0U, 1U, 2U}) {
        for (std::uint64_t stream : {0U, 1U, 2U}) {
            const counter_random random(seed, stream);
            for (std::uint64_t index = 0; index < 100; ++index) {
                CHECK(words.insert(random(index)).second);
                CHECK(counter_random(random)(index) == random(index));
            }
        }
    }
}

TEST_CASE("probabilities 0 and 1 are certain, others within 5 sigma (false alarm 6e-7 each)") {
    const counter_random random(1);
    for (double p : {0.001, 0.3, 0.5, 0.9}) {
        int happened = 0;
        constexpr int trials = 100000;
        for (std::uint64_t i = 0; i < trials; ++i) happened += random.happens(p, i) ? 1 : 0;
        const double sigma = std::sqrt(p * (1 - p) * trials);
        CHECK(std::abs(happened - p * trials) < 5 * sigma);
    }
    for (std::uint64_t i = 0; i < 10000; ++i) {
        CHECK_FALSE(random.happens(0, i));
        CHECK(random.happens(1, i));
    }
}

TEST_CASE("numbers below a bound are below it and reach all values") {
    const counter_random random(2);
    std::set<std::uint64_t> values;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        CHECK(random.below(1, i) == 0);
        CHECK(random.below(7, i) < 7);
        values.insert(random.below(7, i));
    }
    CHECK(values.size() == 7);
}
