// SPDX-License-Identifier: MIT
#include <election/bits/ternary_matrix.hpp>

#include <algorithm>
#include <cstdint>
#include <ranges>
#include <sstream>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <support/packed_signs.hpp>
#include <support/seed.hpp>

using namespace election;

static_assert(std::ranges::random_access_range<ternary_matrix_view> && std::ranges::sized_range<ternary_matrix_view>);
static_assert(std::ranges::borrowed_range<ternary_matrix_view> && std::ranges::view<ternary_matrix_span<std::uint64_t>>);
static_assert(std::ranges::random_access_range<ternary_matrix> && std::ranges::sized_range<const ternary_matrix>);
static_assert(!std::ranges::borrowed_range<ternary_matrix>);
static_assert(std::is_same_v<std::ranges::range_reference_t<const ternary_matrix>, ternary_view>);
static_assert(std::is_nothrow_move_constructible_v<ternary_matrix> && std::is_nothrow_swappable_v<ternary_matrix>);

namespace {

constexpr bool constant_ternary_matrix() {
    ternary_matrix rows(2, 65);
    rows[1].set(64, 1);
    rows[0].set(0, -1);
    const ternary_matrix copy(rows.view().subrows(1, 1));
    int sum = 0;
    for (ternary_view row : copy) {
        for (int vote : row) sum += vote;
    }
    return sum == 1 && copy != rows && equal(copy, rows.view().subrows(1, 1)) && rows.view().tile(1, 1)[1][0] == 1;
}
static_assert(constant_ternary_matrix());

bool same_rows(ternary_matrix_view view, const std::vector<std::vector<int>>& model) {
    return std::ranges::equal(
        view, model, [](ternary_view row, const std::vector<int>& votes) { return std::ranges::equal(row, votes); });
}

} // namespace

TEST_CASE("rows of votes are read, written and printed, owned or viewed") {
    ternary_matrix rows(3, 70);
    CHECK(rows.rows() == 3);
    CHECK(rows.votes() == 70);
    rows[1].set(69, -1);
    for (ternary_span<std::uint64_t> row : rows) row.set(0, 1);
    CHECK(std::as_const(rows)[1][69] == -1);
    CHECK(rows[2][0] == 1);
    CHECK(rows[2][69] == 0);
    CHECK(rows.view().signs()[1][69] == -1);
    CHECK(rows.view().present()[1][69] == 1);
    std::ostringstream out;
    out << ternary_matrix(rows.view().tile(1, 6)) << '/' << rows.view().subrows(1, 1).tile(1, 6);
    CHECK(out.str() == "000000\n00000-\n000000/00000-");
    CHECK(ternary_matrix_view().rows() == 0);
}

TEST_CASE("every size: copies, equality, iteration and canonical form, whatever lies between the votes") {
    CAPTURE(election_test::seed());
    for (std::size_t d = 0; d <= 200; ++d) {
        CAPTURE(d);
        const std::size_t n = 1 + d % 4;
        const auto model = election_test::random_vote_rows(n, d, true, election_test::seed() + d);
        election_test::loose_votes loose(model, election_test::seed() + 1000 + d);
        const election_test::loose_votes twin(model, election_test::seed() + 2000 + d);
        REQUIRE(same_rows(loose.view(), model));
        REQUIRE(equal(loose.view(), twin.view()));
        ternary_matrix copy(loose.view());
        REQUIRE(same_rows(copy, model));
        REQUIRE(equal(copy, twin.view()));
        loose.span().canonicalise();
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < d; ++j) REQUIRE(loose.view().signs()[i][j] == (model[i][j] > 0 ? 1 : -1));
            REQUIRE(std::ranges::equal(std::as_const(copy)[i].signs().words(), loose.view()[i].signs().words()));
            REQUIRE(std::ranges::equal(std::as_const(copy)[i].present().words(), loose.view()[i].present().words()));
            if (d % 64 != 0) REQUIRE((loose.view()[i].present().words().back() & ~last_word_mask(d)) == 0);
        }
        if (d != 0) {
            const ternary_matrix before = copy;
            copy[n - 1].set(d - 1, copy[n - 1][d - 1] == 0 ? 1 : 0);
            REQUIRE_FALSE(copy == before);
            REQUIRE_FALSE(equal(copy, twin.view()));
        }
    }
    CHECK_FALSE(equal(ternary_matrix(2, 3), ternary_matrix(3, 3)));
    CHECK_FALSE(equal(ternary_matrix(2, 3), ternary_matrix(2, 4)));
}

TEST_CASE("clear_padding leaves the signs of absent votes") {
    std::uint64_t signs[] = {~std::uint64_t{0}, ~std::uint64_t{0}};
    std::uint64_t present[] = {~std::uint64_t{1}, ~std::uint64_t{0}};
    const ternary_matrix_span votes(sign_matrix_span(signs, 2, 3), sign_matrix_span(present, 2, 3));
    votes.clear_padding();
    CHECK(signs[0] == 0b111);
    CHECK(present[0] == 0b110);
    CHECK(signs[1] == 0b111);
    CHECK(present[1] == 0b111);
}

TEST_CASE("rows of signs become votes that are all present") {
    CAPTURE(election_test::seed());
    for (std::size_t d : {0U, 1U, 64U, 65U, 200U}) {
        const auto model = election_test::random_vote_rows(3, d, false, election_test::seed() + d);
        const auto loose = election_test::loose_signs(model, election_test::seed() + 1000 + d);
        const ternary_matrix votes(loose.view());
        CHECK(same_rows(votes, model));
        for (ternary_view row : votes) {
            if (d % 64 != 0) CHECK(row.present().words().back() == last_word_mask(d));
        }
    }
}

TEST_CASE("rows that are not there are refused; what was moved from is empty") {
    ternary_matrix a(2, 3);
    CHECK_THROWS_WITH_AS((void)a.view().subrows(3, 0),
                         "election::ternary_matrix_span::subrows: first = 3 is behind the last row", parameter_error);
    CHECK_THROWS_WITH_AS((void)a.view().subrows(1, 2),
                         "election::ternary_matrix_span::subrows: count = 2 is more than the rows that follow",
                         parameter_error);
    CHECK_THROWS_AS(ternary_matrix(std::size_t{1} << 61, 1), parameter_error);
    ternary_matrix b = std::move(a);
    CHECK(a.rows() == 0); // NOLINT(bugprone-use-after-move): that is what is tested
    CHECK(b == ternary_matrix(2, 3));
    swap(a, b);
    CHECK(a.votes() == 3);
    CHECK(b.rows() == 0);
}
