// SPDX-License-Identifier: MIT
#include <election/bits/sign_vector.hpp>

#include <algorithm>
#include <cstdint>
#include <ranges>
#include <sstream>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <support/packed_signs.hpp>
#include <support/seed.hpp>

using namespace election;

static_assert(std::ranges::random_access_range<sign_vector> && std::ranges::sized_range<const sign_vector>);
static_assert(!std::ranges::borrowed_range<sign_vector> && !std::ranges::view<sign_vector>);
static_assert(std::is_nothrow_move_constructible_v<sign_vector> && std::is_nothrow_move_assignable_v<sign_vector>);
static_assert(std::is_nothrow_swappable_v<sign_vector>);
static_assert(std::is_convertible_v<const sign_vector&, sign_view> &&
              !std::is_convertible_v<const sign_vector&, sign_span<std::uint64_t>>);

namespace {

constexpr bool constant_sign_vector() {
    sign_vector signs("+-+");
    signs.set(1, true);
    sign_vector copy(signs.view());
    const sign_vector taken(std::move(signs));
    copy.set(0, false);
    swap(copy, signs);
    return taken[0] == 1 && taken[1] == 1 && copy.empty() && signs == sign_vector("-++") && signs != taken &&
           sign_vector(70)[69] == -1;
}
static_assert(constant_sign_vector());

} // namespace

TEST_CASE("all -1 at first, equal by signs, hashable, printable") {
    sign_vector a(70);
    CHECK(to_string(a) == std::string(70, '-'));
    a.set(69, true);
    const sign_vector b = a;
    CHECK(a == b);
    CHECK_FALSE(a == sign_vector(70));
    CHECK_FALSE(sign_vector(3) == sign_vector(4));
    const std::unordered_set<sign_vector> known{a, b, sign_vector(70)};
    CHECK(known.size() == 2);
    std::ostringstream out;
    out << sign_vector(2);
    CHECK(out.str() == "--");
    CHECK(reinterpret_cast<std::uintptr_t>(a.view().data()) % alignment_bytes == 0);
}

TEST_CASE("a copy of a view has clean padding") {
    const std::uint64_t words[] = {~std::uint64_t{0}};
    const sign_vector copy(sign_view(words, 3));
    CHECK(copy.view().data()[0] == 7);
    CHECK(equal(copy, sign_view(words, 3)));
}

TEST_CASE("every size: copies of views, text and back") {
    CAPTURE(election_test::seed());
    for (std::size_t d = 0; d <= 200; ++d) {
        CAPTURE(d);
        const std::vector<int> model = election_test::random_vote_row(d, false, election_test::seed() + d);
        const auto plane = election_test::loose_signs({model}, election_test::seed() + 1000 + d);
        const sign_vector copy(plane.view()[0]);
        REQUIRE(std::ranges::equal(copy, model));
        if (d % 64 != 0) REQUIRE((copy.view().data()[d / 64] & ~last_word_mask(d)) == 0);
        REQUIRE(sign_vector(election_test::text_of(model)) == copy);
        REQUIRE(std::hash<sign_vector>()(copy) == hash_of(plane.view()[0]));
        // Bits that somebody left in the padding do not make signs differ.
        sign_vector same = copy;
        for (std::uint64_t& word : same.span().words()) word |= d % 64 == 0 ? 0 : std::uint64_t{1} << 63;
        if (d % 64 == 0 || d > 64) continue;
        REQUIRE(same == copy);
    }
}

TEST_CASE("text that is no signs is refused, with the place and the character") {
    CHECK_THROWS_WITH_AS(sign_vector("+-0"), "election::sign_vector: text[2] = '0' must be '+' or '-'", parameter_error);
    CHECK_THROWS_WITH_AS(sign_vector("\n"), "election::sign_vector: text[0] = \\x0A must be '+' or '-'", parameter_error);
    CHECK_THROWS_WITH_AS(sign_vector("+\xE2\x88\x92"), "election::sign_vector: text[1] = \\xE2 must be '+' or '-'",
                         parameter_error);
    CHECK(sign_vector("").empty());
}

TEST_CASE("what was moved from is empty and can be used again") {
    sign_vector a("+-+");
    sign_vector b = std::move(a);
    CHECK(a.empty()); // NOLINT(bugprone-use-after-move): that is what is tested
    CHECK(to_string(b) == "+-+");
    a = sign_vector("--");
    b = std::move(a);
    CHECK(to_string(b) == "--");
    CHECK(a.empty()); // NOLINT(bugprone-use-after-move)
    sign_vector& self = b;
    b = std::move(self);
    CHECK(to_string(b) == "--");
    a = b;
    a.set(0, true);
    CHECK(to_string(b) == "--");
    swap(a, b);
    CHECK(to_string(a) == "--");
    CHECK(to_string(b) == "+-");
}
