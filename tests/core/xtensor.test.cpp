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

TEST_CASE("what views over signs need is there too: adaptors, views, generators, sums") {
    std::array<int, 6> memory{1, 2, 3, 4, 5, 6};
    auto adaptor = xt::adapt(memory.data(), memory.size(), xt::no_ownership(), std::array<std::size_t, 2>{2, 3});
    adaptor(1, 2) = 7;
    CHECK(memory[5] == 7);
    auto part = xt::view(adaptor, xt::all(), xt::range(0, 2));
    CHECK(xt::sum(part)() == 1 + 2 + 4 + 5);
    struct index {
        std::size_t operator()(std::size_t i) const { return i; }
    };
    CHECK(xt::xgenerator<index, std::size_t, std::array<std::size_t, 1>>(index(), {4})(3) == 3);
}
