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
#include <support/packed_signs.hpp>
#include <support/seed.hpp>

using namespace election;

static_assert(std::ranges::random_access_range<sign_view> && std::ranges::sized_range<sign_view>);
static_assert(std::ranges::common_range<sign_view> && std::ranges::view<sign_view>);
static_assert(std::ranges::borrowed_range<sign_view> && std::ranges::borrowed_range<sign_span<std::uint64_t>>);
static_assert(std::ranges::random_access_range<sign_span<std::uint64_t>>);
static_assert(std::is_convertible_v<sign_span<std::uint64_t>, sign_view>);
static_assert(!std::is_convertible_v<sign_view, sign_span<std::uint64_t>>);
static_assert(std::is_trivially_copyable_v<sign_view>);
static_assert(words_for(0) == 0 && words_for(1) == 1 && words_for(64) == 1 && words_for(65) == 2);
static_assert(words_for(~std::size_t{0}) == std::size_t{1} << 58);
static_assert(last_word_mask(3) == 7 && last_word_mask(64) == ~std::uint64_t{0});

namespace {

constexpr bool constant_sign_span() {
    std::uint64_t words[] = {0b101, 0xF0};
    const std::span<std::uint64_t, 2> both(words);
    const sign_span signs(both, 67);
    signs.set(1, true);
    signs.clear_padding();
    int sum = 0;
    for (int sign : signs) sum += sign;
    return words[0] == 7 && words[1] == 0 && sum == 3 - 64 && signs.tile(1, 3)[0] == -1 &&
           equal(signs, sign_view(words, 67)) && hash_of(signs) != hash_of(signs.tile(0, 66));
}
static_assert(constant_sign_span());

/// Whether a view of words can be written to; asked of a template, since elsewhere the question is an error.
template <class View>
constexpr bool can_write = requires(const View& view) {
    view.set(0, true);
};
static_assert(can_write<sign_span<std::uint64_t>> && !can_write<sign_view>);

} // namespace

TEST_CASE("signs are read, written, gone through and printed") {
    std::array<std::uint64_t, 2> words{0b101, 0};
    const sign_span signs(std::span<std::uint64_t>(words), 67);
    CHECK(signs.size() == 67);
    CHECK_FALSE(signs.empty());
    CHECK(sign_view().empty());
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
    out << sign_view(words.data(), 3) << '/' << signs.tile(1, 2);
    CHECK(out.str() == "--+/--");
    CHECK(to_string(signs.tile(1, 3)) == "--+");
}

TEST_CASE("every size: what is read is what was packed, whatever the padding") {
    CAPTURE(election_test::seed());
    for (std::size_t d = 0; d <= 200; ++d) {
        CAPTURE(d);
        const std::vector<int> model = election_test::random_vote_row(d, false, election_test::seed() + d);
        auto plane = election_test::loose_signs({model}, election_test::seed() + 1000 + d);
        auto twin = election_test::loose_signs({model}, election_test::seed() + 2000 + d);
        const sign_span<std::uint64_t> signs = plane.span()[0];
        const sign_view other = twin.view()[0];
        REQUIRE(signs.size() == d);
        REQUIRE(std::ranges::equal(signs, model));
        REQUIRE(to_string(signs) == election_test::text_of(model));
        REQUIRE(equal(signs, other));
        REQUIRE(hash_of(signs) == hash_of(other));
        for (std::size_t j = 0; j < d; ++j) {
            signs.set(j, model[j] < 0);
            REQUIRE(signs[j] == -model[j]);
            REQUIRE_FALSE(equal(signs, other));
            REQUIRE(hash_of(signs) != hash_of(other));
            signs.set(j, model[j] > 0);
        }
        REQUIRE(equal(signs, other));
        // Nothing but the padding is cleared.
        std::vector<std::uint64_t> expected = plane.words();
        if (d % 64 != 0) expected[1 + d / 64] &= last_word_mask(d);
        signs.clear_padding();
        REQUIRE(plane.words() == expected);
    }
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
    CHECK(hash_of(sign_view(a, 3)) == 11472970963130723236U); // on every platform
    std::uint64_t c[] = {~std::uint64_t{0}};
    sign_span(c, 5).clear_padding();
    CHECK(c[0] == 31);
}

TEST_CASE("a span that is too short is refused") {
    std::uint64_t words[1] = {};
    CHECK_THROWS_WITH_AS(sign_view(std::span<const std::uint64_t>(words), 65),
                         "election::sign_span: words = 1 are fewer than the signs need", parameter_error);
    CHECK(sign_view(std::span<const std::uint64_t>(words), 64).size() == 64);
}

TEST_CASE("signs are copied, and what lies behind them is not") {
    const std::uint64_t from[] = {~std::uint64_t{0}, ~std::uint64_t{0}};
    std::uint64_t to[] = {0, 0, 7};
    copy_signs(sign_view(from, 70), sign_span<std::uint64_t>(to, 70));
    CHECK(to[0] == ~std::uint64_t{0});
    CHECK(to[1] == 0x3F);
    CHECK(to[2] == 7);
    CHECK_THROWS_AS(copy_signs(sign_view(from, 70), sign_span<std::uint64_t>(to, 71)), parameter_error);
}
