// SPDX-License-Identifier: MIT
#include <election/bits/ternary.hpp>

#include <algorithm>
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

static_assert(std::ranges::random_access_range<ternary_view> && std::ranges::sized_range<ternary_view>);
static_assert(std::ranges::borrowed_range<ternary_view> && std::ranges::view<ternary_span<std::uint64_t>>);
static_assert(std::ranges::random_access_range<ternary_vector> && std::ranges::sized_range<ternary_vector>);
static_assert(!std::ranges::borrowed_range<ternary_vector> && !std::ranges::view<ternary_vector>);
static_assert(std::is_convertible_v<ternary_span<std::uint64_t>, ternary_view> &&
              !std::is_convertible_v<ternary_view, ternary_span<std::uint64_t>>);
static_assert(std::is_nothrow_move_constructible_v<ternary_vector> && std::is_nothrow_swappable_v<ternary_vector>);
static_assert(!std::is_convertible_v<sign_vector, ternary_vector>); // only when asked for

namespace {

constexpr bool constant_ternary() {
    ternary_vector votes("+0-");
    const ternary_vector copy(votes.view());
    votes.set(0, 0);
    int sum = 0;
    for (int vote : votes) sum += vote;
    return sum == -1 && votes == ternary_vector("00-") && copy != votes && hash_of(copy.view()) != hash_of(votes.view()) &&
           ternary_vector(sign_vector("+-").view()) == ternary_vector("+-") && votes.view().tile(0, 2)[0] == 0;
}
static_assert(constant_ternary());

} // namespace

TEST_CASE("votes are +1, -1 or 0, and always in canonical form") {
    ternary_vector votes(66);
    CHECK(votes.size() == 66);
    CHECK_FALSE(votes.empty());
    votes.set(0, 5);
    votes.set(1, -5);
    votes.set(65, 1);
    CHECK(votes[0] == 1);
    CHECK(votes[1] == -1);
    CHECK(votes[2] == 0);
    CHECK(to_string(votes) == "+-" + std::string(63, '0') + "+");
    votes.set(0, 0);
    CHECK(votes[0] == 0);
    CHECK(votes.view().signs()[0] == -1); // the sign of an absent vote is 0 in bits
    ternary_vector same(66);
    same.set(1, -1);
    same.set(65, 1);
    CHECK(votes == same);
    const std::unordered_set<ternary_vector> known{votes, same, ternary_vector(66)};
    CHECK(known.size() == 2);
    std::ostringstream out;
    out << ternary_vector(2) << votes.view().tile(1, 2);
    CHECK(out.str() == "000+");
}

TEST_CASE("every size: what is read is what was packed, whatever the padding and the signs of absent votes") {
    CAPTURE(election_test::seed());
    for (std::size_t d = 0; d <= 200; ++d) {
        CAPTURE(d);
        const std::vector<int> model = election_test::random_vote_row(d, true, election_test::seed() + d);
        election_test::loose_votes loose({model}, election_test::seed() + 1000 + d);
        const election_test::loose_votes twin({model}, election_test::seed() + 2000 + d);
        const ternary_span<std::uint64_t> votes = loose.span()[0];
        const ternary_view other = twin.view()[0];
        REQUIRE(std::ranges::equal(votes, model));
        REQUIRE(to_string(votes) == election_test::text_of(model));
        REQUIRE(equal(votes, other));
        REQUIRE(hash_of(votes) == hash_of(other));
        const ternary_vector copy(other);
        REQUIRE(std::ranges::equal(copy, model));
        REQUIRE(ternary_vector(election_test::text_of(model)) == copy);
        REQUIRE(std::hash<ternary_vector>()(copy) == hash_of(votes));
        for (std::size_t j = 0; j < d; ++j) {
            for (int vote : {-1, 0, 1}) {
                votes.set(j, vote);
                REQUIRE(equal(votes, other) == (vote == model[j]));
                REQUIRE((hash_of(votes) == hash_of(other)) == (vote == model[j]));
            }
            votes.set(j, model[j]);
        }
        // Canonical words are what the votes' bits say and nothing else; words around stay.
        std::vector<std::uint64_t> signs = loose.signs.words();
        std::vector<std::uint64_t> present = loose.present.words();
        for (std::size_t w = 0; w < words_for(d); ++w) signs[1 + w] = present[1 + w] = 0;
        for (std::size_t j = 0; j < d; ++j) {
            if (model[j] > 0) signs[1 + j / 64] |= std::uint64_t{1} << (j % 64);
            if (model[j] != 0) present[1 + j / 64] |= std::uint64_t{1} << (j % 64);
        }
        votes.canonicalise();
        REQUIRE(loose.signs.words() == signs);
        REQUIRE(loose.present.words() == present);
        REQUIRE(std::ranges::equal(copy.view().signs().words(), votes.signs().words()));
        REQUIRE(std::ranges::equal(copy.view().present().words(), votes.present().words()));
    }
}

TEST_CASE("clear_padding clears the padding of both planes and leaves the signs of absent votes") {
    std::uint64_t signs[] = {~std::uint64_t{0}};
    std::uint64_t present[] = {~std::uint64_t{0} << 1};
    const ternary_span votes(sign_span(signs, 3), sign_span(present, 3));
    votes.clear_padding();
    CHECK(signs[0] == 0b111);
    CHECK(present[0] == 0b110);
    votes.canonicalise();
    CHECK(signs[0] == 0b110);
}

TEST_CASE("views of different sizes, and votes that differ only in presence, are not equal") {
    CHECK_FALSE(equal(ternary_vector("+-"), ternary_vector("+-0")));
    CHECK_FALSE(equal(ternary_vector("-"), ternary_vector("0")));
    CHECK(equal(ternary_vector("").view(), ternary_view()));
}

TEST_CASE("signs become votes that are all present") {
    CAPTURE(election_test::seed());
    for (std::size_t d : {0U, 1U, 63U, 64U, 65U, 200U}) {
        const std::vector<int> model = election_test::random_vote_row(d, false, election_test::seed() + d);
        const auto plane = election_test::loose_signs({model}, election_test::seed() + 1000 + d);
        const ternary_vector votes(plane.view()[0]);
        CHECK(std::ranges::equal(votes, model));
        CHECK(votes == ternary_vector(election_test::text_of(model)));
        if (d % 64 != 0) CHECK(votes.view().present().words().back() == last_word_mask(d));
    }
    CHECK(to_string(ternary_vector(sign_vector("+-"))) == "+-");
}

TEST_CASE("text that is no votes is refused, with the place and the character") {
    CHECK_THROWS_WITH_AS(ternary_vector("+-0x"), "election::ternary_vector: text[3] = 'x' must be '+', '-' or '0'",
                         parameter_error);
    CHECK_THROWS_WITH_AS(ternary_vector("\x7F"), "election::ternary_vector: text[0] = \\x7F must be '+', '-' or '0'",
                         parameter_error);
}

TEST_CASE("what was moved from is empty and can be used again") {
    ternary_vector a("+0-");
    ternary_vector b = std::move(a);
    CHECK(a.empty()); // NOLINT(bugprone-use-after-move): that is what is tested
    CHECK(to_string(b) == "+0-");
    a = ternary_vector("0");
    swap(a, b);
    CHECK(to_string(a) == "+0-");
    CHECK(to_string(b) == "0");
}
