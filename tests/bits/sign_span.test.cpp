// SPDX-License-Identifier: MIT
#include <election/bits/sign_span.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <ranges>
#include <sstream>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

using namespace election;

static_assert(std::ranges::random_access_range<sign_view>);
static_assert(std::ranges::sized_range<sign_view>);
static_assert(std::ranges::borrowed_range<sign_view>);
static_assert(std::is_convertible_v<sign_span<std::uint64_t>, sign_view>);
static_assert(!std::is_convertible_v<sign_view, sign_span<std::uint64_t>>);
static_assert(words_for(0) == 0 && words_for(1) == 1 && words_for(64) == 1 && words_for(65) == 2);
static_assert(last_word_mask(3) == 7 && last_word_mask(64) == ~std::uint64_t{0});

TEST_CASE("signs are read, written, gone through and printed") {
    std::array<std::uint64_t, 2> words{0b101, 0};
    const sign_span signs(std::span<std::uint64_t>(words), 67);
    CHECK(signs.size() == 67);
    CHECK(signs.words().size() == 2);
    CHECK(signs[0] == 1);
    CHECK(signs[1] == -1);
    signs.set(66, true);
    CHECK(words[1] == 4);
    signs.set(0, false);
    CHECK(words[0] == 4);
    CHECK(std::ranges::count(signs, 1) == 2);
    CHECK(std::vector<int>(signs.begin(), signs.begin() + 3) == std::vector<int>{-1, -1, 1});
    CHECK(signs.end() - signs.begin() == 67);
    CHECK(signs.begin()[2] == 1);
    CHECK(*(signs.end() - 1) == 1);
    std::ostringstream out;
    out << sign_view(words.data(), 3);
    CHECK(out.str() == "--+");
    CHECK(to_string(signs.tile(1, 3)) == "--+");
}

TEST_CASE("the padding does not count") {
    const std::uint64_t a[] = {0b0101};
    const std::uint64_t b[] = {0b1101};
    CHECK(equal(sign_view(a, 3), sign_view(b, 3)));
    CHECK_FALSE(equal(sign_view(a, 4), sign_view(b, 4)));
    CHECK_FALSE(equal(sign_view(a, 3), sign_view(a, 4)));
    CHECK(equal(sign_view(a, 0), sign_view()));
    CHECK(hash_of(sign_view(a, 3)) == hash_of(sign_view(b, 3)));
    CHECK(hash_of(sign_view(a, 4)) != hash_of(sign_view(b, 4)));
    CHECK(hash_of(sign_view(a, 3)) != hash_of(sign_view(a, 2)));
    std::uint64_t c[] = {~std::uint64_t{0}};
    sign_span(c, 5).clear_padding();
    CHECK(c[0] == 31);
}

TEST_CASE("a span that is too short is refused") {
    std::uint64_t words[1] = {};
    CHECK_THROWS_WITH_AS(sign_view(std::span<const std::uint64_t>(words), 65),
                         "election::sign_span: words = 1 are fewer than the signs need", parameter_error);
}
