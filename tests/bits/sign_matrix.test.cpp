// SPDX-License-Identifier: MIT
#include <election/bits/sign_matrix.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <ranges>
#include <sstream>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <support/packed_signs.hpp>
#include <support/seed.hpp>

using namespace election;

static_assert(std::ranges::random_access_range<sign_matrix_view> && std::ranges::sized_range<sign_matrix_view>);
static_assert(std::ranges::borrowed_range<sign_matrix_view> && std::ranges::view<sign_matrix_span<std::uint64_t>>);
static_assert(std::ranges::random_access_range<sign_matrix> && std::ranges::sized_range<const sign_matrix>);
static_assert(!std::ranges::borrowed_range<sign_matrix> && !std::ranges::view<sign_matrix>);
static_assert(std::is_same_v<std::ranges::range_reference_t<sign_matrix>, sign_span<std::uint64_t>>);
static_assert(std::is_same_v<std::ranges::range_reference_t<const sign_matrix>, sign_view>);
static_assert(std::is_nothrow_move_constructible_v<sign_matrix> && std::is_nothrow_swappable_v<sign_matrix>);

namespace {

constexpr bool constant_matrix() {
    sign_matrix rows(3, 65);
    rows[1].set(64, true);
    const sign_matrix copy(rows.view().subrows(1, 2));
    int sum = 0;
    for (sign_view row : copy) {
        for (int sign : row) sum += sign;
    }
    return sum == 2 - 130 && rows != copy && equal(copy, rows.view().subrows(1, 2)) && rows.view().tile(1, 1)[1][0] == 1;
}
static_assert(constant_matrix());

bool same_rows(sign_matrix_view view, const std::vector<std::vector<int>>& model) {
    return std::ranges::equal(view, model,
                              [](sign_view row, const std::vector<int>& signs) { return std::ranges::equal(row, signs); });
}

} // namespace

TEST_CASE("rows begin on cache lines, an odd number of lines apart") {
    for (std::size_t d : {0U, 1U, 511U, 512U, 513U, 1024U, 32768U}) {
        const std::size_t stride = padded_stride_words(d);
        CHECK(stride >= words_for(d));
        CHECK(stride % 8 == 0);
        CHECK(stride / 8 % 2 == 1);
        const sign_matrix rows(3, d);
        CHECK(rows.view().stride_words() == stride);
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
    std::ostringstream out;
    out << gaps << '/' << sign_matrix(gaps.subrows(1, 1));
    CHECK(out.str() == "++\n-+\n++/-+");
}

TEST_CASE("every size: copies, equality and iteration, whatever lies between the signs") {
    CAPTURE(election_test::seed());
    for (std::size_t d = 0; d <= 200; ++d) {
        CAPTURE(d);
        const std::size_t n = 1 + d % 4;
        const auto model = election_test::random_vote_rows(n, d, false, election_test::seed() + d);
        auto loose = election_test::loose_signs(model, election_test::seed() + 1000 + d);
        const auto twin = election_test::loose_signs(model, election_test::seed() + 2000 + d);
        REQUIRE(same_rows(loose.view(), model));
        REQUIRE(equal(loose.view(), twin.view()));
        sign_matrix copy(loose.view());
        REQUIRE(same_rows(copy, model));
        REQUIRE(equal(copy, twin.view()));
        for (sign_view row : std::as_const(copy)) {
            if (d % 64 != 0) REQUIRE((row.words().back() & ~last_word_mask(d)) == 0);
        }
        if (d != 0) {
            const sign_matrix before = copy;
            copy[n - 1].set(d - 1, copy[n - 1][d - 1] < 0);
            REQUIRE_FALSE(copy == before);
            REQUIRE_FALSE(equal(copy, twin.view()));
        }
        // Nothing but the padding is cleared.
        std::vector<std::uint64_t> expected = loose.words();
        for (std::size_t i = 0; i < n && d % 64 != 0; ++i) {
            expected[1 + i * loose.view().stride_words() + d / 64] &= last_word_mask(d);
        }
        loose.span().clear_padding();
        REQUIRE(loose.words() == expected);
    }
    CHECK_FALSE(equal(sign_matrix(2, 3), sign_matrix(3, 3)));
    CHECK_FALSE(equal(sign_matrix(2, 3), sign_matrix(2, 4)));
    CHECK(equal(sign_matrix(), sign_matrix_view()));
}

TEST_CASE("parts: rows that are checked, and columns from a word boundary on") {
    CAPTURE(election_test::seed());
    const auto model = election_test::random_vote_rows(5, 200, false, election_test::seed());
    const auto loose = election_test::loose_signs(model, election_test::seed());
    const sign_matrix_view view = loose.view();
    for (std::size_t first = 0; first <= 5; ++first) {
        for (std::size_t count = 0; first + count <= 5; ++count) {
            const auto from = model.begin() + static_cast<std::ptrdiff_t>(first);
            CHECK(same_rows(view.subrows(first, count), {from, from + static_cast<std::ptrdiff_t>(count)}));
        }
    }
    CHECK_THROWS_WITH_AS((void)view.subrows(6, 0), "election::sign_matrix_span::subrows: first = 6 is behind the last row",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)view.subrows(2, 4),
                         "election::sign_matrix_span::subrows: count = 4 is more than the rows that follow",
                         parameter_error);
    CHECK_THROWS_AS((void)view.subrows(1, ~std::size_t{0}), parameter_error);
    const sign_matrix_view tile = view.tile(2, 70);
    CHECK(tile.rows() == 5);
    CHECK(tile.signs() == 70);
    for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t j = 0; j < 70; ++j) REQUIRE(tile[i][j] == model[i][128 + j]);
    }
}

TEST_CASE("rows are a range whose elements write through") {
    sign_matrix rows(3, 70);
    for (sign_span<std::uint64_t> row : rows) row.set(69, true);
    CHECK(rows[0][69] + rows[1][69] + rows[2][69] == 3);
    CHECK(std::ranges::size(rows) == 3);
    CHECK((rows.end() - 1)[-1][69] == 1);
    CHECK(std::ranges::find_if(std::as_const(rows), [](sign_view row) { return row[0] > 0; }) == std::as_const(rows).end());
}

TEST_CASE("what was moved from is empty and can be used again") {
    sign_matrix a(2, 3);
    a[1].set(2, true);
    sign_matrix b = std::move(a);
    CHECK(a.rows() == 0); // NOLINT(bugprone-use-after-move): that is what is tested
    CHECK(a.signs() == 0);
    CHECK(to_string(b) == "---\n--+");
    a = sign_matrix(1, 1);
    swap(a, b);
    CHECK(to_string(b) == "-");
    b = std::move(a);
    CHECK(to_string(b) == "---\n--+");
    CHECK(a == sign_matrix()); // NOLINT(bugprone-use-after-move)
}

TEST_CASE("spans that are too short are refused") {
    std::array<std::uint64_t, 6> words{};
    const std::span<std::uint64_t> all(words);
    CHECK_THROWS_WITH_AS(sign_matrix_span(all, std::size_t{4}, std::size_t{2}, std::size_t{2}),
                         "election::sign_matrix_span: words = 6 are fewer than the rows need", parameter_error);
    CHECK_THROWS_WITH_AS(sign_matrix_span(all, std::size_t{2}, std::size_t{65}, std::size_t{1}),
                         "election::sign_matrix_span: stride_words = 1 is shorter than a row", parameter_error);
    CHECK(sign_matrix_span(all, std::size_t{3}, std::size_t{2}, std::size_t{2}).rows() == 3);
    CHECK(sign_matrix_span(all, std::size_t{2}, std::size_t{65}, std::size_t{4}).rows() ==
          2); // no words behind the last row
    CHECK_THROWS_AS(sign_matrix_span(all, std::size_t{2}, std::size_t{65}, std::size_t{5}), parameter_error);
    // A product that is 2^64 times too large to be told from 0.
    const std::size_t huge = std::size_t{1} << 63;
    CHECK_THROWS_AS(sign_matrix_span(all, huge + 1, std::size_t{2}, std::size_t{2}), parameter_error);
    CHECK_THROWS_AS(sign_matrix_span(all, std::size_t{3}, std::size_t{2}, huge), parameter_error);
}

TEST_CASE("matrices that no memory could hold are refused before anything is allocated") {
    CHECK_THROWS_WITH_AS(sign_matrix(std::size_t{1} << 61, 1),
                         "election::sign_matrix: rows = 2305843009213693952 are more than memory can hold", parameter_error);
    CHECK_THROWS_AS(sign_matrix(8, std::numeric_limits<std::size_t>::max()), parameter_error);
}
