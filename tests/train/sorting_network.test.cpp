// SPDX-License-Identifier: MIT
#include <election/train/sorting_network.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/random.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

template <class T>
std::vector<T> applied(const std::vector<comparator>& network, std::vector<T> numbers) {
    for (const comparator& c : network) {
        if (numbers[c.high] < numbers[c.low]) std::swap(numbers[c.low], numbers[c.high]);
    }
    return numbers;
}

} // namespace

TEST_CASE("what sorts all zeros and ones sorts everything: every n up to 12, every choice of order statistics") {
    for (std::size_t n = 0; n <= 12; ++n) {
        for (std::size_t first = 0; first <= n; ++first) {
            for (std::size_t last = first; last <= n; ++last) {
                const auto network = selection_network(n, first, last);
                for (const comparator& c : network) REQUIRE(c.low < c.high);
                bool right = true;
                for (std::uint32_t bits = 0; bits < (1U << n); ++bits) {
                    std::vector<int> numbers(n);
                    for (std::size_t i = 0; i < n; ++i) numbers[i] = static_cast<int>(bits >> i & 1U);
                    const std::vector<int> out = applied(network, numbers);
                    std::ranges::sort(numbers);
                    for (std::size_t place = first; place < last; ++place) right = right && out[place] == numbers[place];
                }
                CAPTURE(n);
                CAPTURE(first);
                CAPTURE(last);
                REQUIRE(right);
            }
        }
    }
}

TEST_CASE("larger ones, at random") {
    CAPTURE(election_test::seed());
    for (std::size_t n : {15U, 16U, 17U, 31U, 64U, 101U}) {
        CAPTURE(n);
        const auto network = selection_network(n, n / 3, n - n / 3);
        for (std::uint64_t trial = 0; trial < 50; ++trial) {
            const counter_random random(election_test::seed() + trial, n);
            std::vector<std::uint64_t> numbers(n);
            for (std::size_t i = 0; i < n; ++i) numbers[i] = random.below(trial < 25 ? 1000 : 5, i);
            const auto out = applied(network, numbers);
            std::ranges::sort(numbers);
            for (std::size_t place = n / 3; place < n - n / 3; ++place) REQUIRE(out[place] == numbers[place]);
        }
    }
}

TEST_CASE("sizes that are known, and nothing that is not needed") {
    CHECK(selection_network(0, 0, 0).empty());
    CHECK(selection_network(1, 0, 1).empty());
    CHECK(selection_network(2, 0, 2).size() == 1);
    CHECK(selection_network(16, 0, 16).size() == 63); // Knuth, 5.2.2, table
    CHECK(selection_network(15, 0, 15).size() == 59);
    CHECK(selection_network(15, 0, 0).empty());
    CHECK(selection_network(15, 7, 8).size() == 49);
    CHECK(selection_network(9, 0, 1).size() == 8); // a tournament
}

TEST_CASE("what cannot be is refused") {
    CHECK_THROWS_WITH_AS((void)selection_network(3, 2, 1), "election::selection_network: first = 2 must be at most last, 1",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)selection_network(3, 2, 4),
                         "election::selection_network: last = 4 must be at most the number of rows, 3", parameter_error);
}
