// SPDX-License-Identifier: MIT
#include <election/core/xtensor.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

#include <doctest/doctest.h>

TEST_CASE("xt::xtensor is there, with the interface that codes are kept in") {
    xt::xtensor<std::uint8_t, 2> matrix(std::array<std::size_t, 2>{2, 3}, std::uint8_t{0});
    matrix(1, 2) = 1;
    CHECK(matrix.shape()[0] == 2);
    CHECK(matrix.shape()[1] == 3);
    CHECK(matrix(1, 2) == 1);
    CHECK(matrix(0, 2) == 0);
    matrix.fill(1);
    CHECK(matrix(0, 0) == 1);
}
