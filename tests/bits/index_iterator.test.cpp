// SPDX-License-Identifier: MIT
#include <election/bits/index_iterator.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <iterator>
#include <vector>

#include <doctest/doctest.h>

namespace {

/// Gives the squares of the indices.
struct squares {
    int factor = 1;
    constexpr int operator[](std::size_t i) const noexcept { return factor * static_cast<int>(i * i); }
};
using iterator = election::detail::index_iterator<squares>;

} // namespace

static_assert(std::random_access_iterator<iterator>);
static_assert(std::sized_sentinel_for<iterator, iterator>);
static_assert(std::same_as<std::iter_value_t<iterator>, int> && std::same_as<std::iter_reference_t<iterator>, int>);
static_assert(std::same_as<std::iterator_traits<iterator>::iterator_category, std::input_iterator_tag>);

namespace {

/// Every operation of a random-access iterator, in constant evaluation.
constexpr bool all_operations() {
    const iterator zero{{2}, 0};
    iterator at = zero;
    bool right = *at++ == 0 && *at == 2 && *++at == 8;
    right = right && *at-- == 8 && *at == 2 && *--at == 0;
    right = right && *(at += 5) == 50 && *(at -= 2) == 18;
    right = right && *(zero + 3) == 18 && *(3 + zero) == 18 && *(at - 3) == 0 && at[1] == 32 && at[-1] == 8;
    right = right && at - zero == 3 && zero - at == -3;
    right = right && zero < at && at > zero && zero <= zero && !(at <= zero) && zero != at && zero + 3 == at;
    return right;
}
static_assert(all_operations());

} // namespace

TEST_CASE("an iterator goes through what a view gives by index") {
    const iterator first{{1}, 0};
    CHECK(std::vector<int>(first, first + 5) == std::vector<int>{0, 1, 4, 9, 16});
    CHECK(std::ranges::lower_bound(first, first + 100, 50) - first == 8);
    CHECK(all_operations());
}
