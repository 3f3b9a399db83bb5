// SPDX-License-Identifier: MIT
#include <election/codes/allocation.hpp>

#include <array>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/code.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/xtensor.hpp>

using namespace election;

static_assert(allocation<xt::xtensor<int, 2>>);
static_assert(allocation<code>);
static_assert(allocation<packed_allocation>);
static_assert(allocation<std::vector<std::vector<int>>>);
static_assert(allocation<std::vector<std::vector<bool>>>);
static_assert(allocation<std::array<std::array<unsigned char, 3>, 2>>);
static_assert(!allocation<std::vector<int>>);
static_assert(!allocation<std::vector<std::string>>);
static_assert(!allocation<int>);
static_assert(matrix_like<code> && !nested_rows<code>);
static_assert(nested_rows<std::vector<std::vector<int>>> && !matrix_like<std::vector<std::vector<int>>>);

TEST_CASE("size and entries are read from matrices, expressions and containers alike") {
    const xt::xtensor<int, 2> matrix{{1, 0, 1}, {0, 1, 1}};
    const std::vector<std::vector<int>> rows{{1, 0, 1}, {0, 1, 1}};
    const auto check = [](const auto& code) {
        CHECK(workers(code) == 2);
        CHECK(partitions(code) == 3);
        CHECK(entry(code, 0, 2) == 1);
        CHECK(entry(code, 1, 0) == 0);
    };
    check(matrix);
    check(matrix * matrix);
    check(rows);
    CHECK(partitions(std::vector<std::vector<int>>{}) == 0);
}
