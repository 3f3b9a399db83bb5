// SPDX-License-Identifier: MIT
#include <election/bits/sign_matrix.hpp>

#include <array>
#include <cstdint>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("rows begin on cache lines, an odd number of lines apart") {
    for (std::size_t d : {0U, 1U, 511U, 512U, 513U, 1024U, 32768U}) {
        const std::size_t stride = padded_stride_words(d);
        CHECK(stride >= words_for(d));
        CHECK(stride % 8 == 0);
        CHECK(stride / 8 % 2 == 1);
        const sign_matrix rows(3, d);
        CHECK(reinterpret_cast<std::uintptr_t>(rows[2].data()) % alignment_bytes == 0);
    }
}

TEST_CASE("rows are read and written, owned or viewed") {
    sign_matrix rows(4, 100);
    rows[2].set(99, true);
    CHECK(rows[2][99] == 1);
    CHECK(rows[1][99] == -1);
    CHECK(rows == rows);
    CHECK_FALSE(rows == sign_matrix(4, 100));
    const sign_matrix_view view = rows;
    CHECK(view.rows() == 4);
    CHECK(view.signs() == 100);
    CHECK(view[2].data() == rows[2].data());

    std::array<std::uint64_t, 6> words{1, 9, 2, 9, 3, 9};
    const sign_matrix_span gaps(std::span<std::uint64_t>(words), std::size_t{3}, std::size_t{2}, std::size_t{2});
    CHECK(to_string(gaps[0]) == "+-");
    CHECK(to_string(gaps[1]) == "-+");
    CHECK(to_string(gaps[2]) == "++");
    gaps[0].set(1, true);
    CHECK(words[0] == 3);
}

TEST_CASE("spans that are too short are refused") {
    std::array<std::uint64_t, 6> words{};
    const std::span<std::uint64_t> all(words);
    CHECK_THROWS_WITH_AS(sign_matrix_span(all, std::size_t{4}, std::size_t{2}, std::size_t{2}),
                         "election::sign_matrix_span: words = 6 are fewer than the rows need", parameter_error);
    CHECK_THROWS_WITH_AS(sign_matrix_span(all, std::size_t{2}, std::size_t{65}, std::size_t{1}),
                         "election::sign_matrix_span: stride_words = 1 is shorter than a row", parameter_error);
}
