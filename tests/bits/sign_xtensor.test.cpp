// SPDX-License-Identifier: MIT
#include <election/bits/sign_xtensor.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <support/packed_signs.hpp>
#include <support/seed.hpp>

using namespace election;

using words_1d = xt::xtensor<std::uint64_t, 1>;
using words_2d = xt::xtensor<std::uint64_t, 2>;
using words_dynamic = xt::xarray<std::uint64_t>;

static_assert(word_expression<words_1d> && word_expression<const words_2d> && word_expression<words_dynamic>);
static_assert(!word_expression<xt::xtensor<std::uint32_t, 1>> && !word_expression<xt::xtensor<std::int64_t, 1>>);
static_assert(!word_expression<decltype(xt::zeros<std::uint64_t>({2}))>);
static_assert(!word_expression<decltype(std::declval<words_1d&>() + 1)>);
static_assert(!word_expression<std::vector<std::uint64_t>>);

TEST_CASE("signs over xtensor's words: containers, adaptors and views, read and written in place") {
    words_1d words{0b101, 0, 7};
    const auto signs = sign_span_over(words, 130);
    static_assert(std::is_same_v<decltype(signs), const sign_span<std::uint64_t>>);
    CHECK(signs.data() == words.data());
    signs.set(129, true);
    CHECK(words(2) == 7);
    signs.set(129, false);
    CHECK(words(2) == 5);
    static_assert(std::is_same_v<decltype(sign_span_over(std::as_const(words), 1)), sign_view>);
    CHECK(equal(sign_span_over(std::as_const(words), 130), signs));

    words_dynamic dynamic{{1, 2, 3}, {4, 5, 6}};
    CHECK(sign_matrix_span_over(dynamic, 192)[1].data()[2] == 6);
    auto row = xt::view(dynamic, 1, xt::range(1, 3));
    CHECK(to_string(sign_span_over(row, 3)) == "+-+");
    CHECK(sign_span_over(row, 128).data() == dynamic.data() + 4);
    std::vector<std::uint64_t> memory{1, 2, 3, 4};
    auto adaptor = xt::adapt(memory, std::array<std::size_t, 2>{2, 2});
    CHECK(sign_matrix_span_over(adaptor, 65)[1].data() == memory.data() + 2);
}

TEST_CASE("rows of a view keep their distance") {
    words_2d words(std::array<std::size_t, 2>{5, 7}, 0);
    std::iota(words.begin(), words.end(), std::uint64_t{0});
    auto part = xt::view(words, xt::range(1, 4), xt::range(2, 5));
    const auto rows = sign_matrix_span_over(part, 129);
    CHECK(rows.rows() == 3);
    CHECK(rows.stride_words() == 7);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(rows[i].data() == &words(i + 1, 2));
        CHECK(rows[i].data()[0] == 7 * (i + 1) + 2);
    }
    auto every_second = xt::view(words, xt::range(0, 5, 2), xt::all());
    CHECK(sign_matrix_span_over(every_second, 448).stride_words() == 14);
    CHECK(sign_matrix_span_over(every_second, 448)[2].data() == &words(4, 0));
    auto one_row = xt::view(words, xt::range(3, 4), xt::all());
    CHECK(sign_matrix_span_over(one_row, 448)[0].data() == &words(3, 0));
    auto one_column = xt::view(words, xt::all(), xt::range(6, 7));
    CHECK(sign_matrix_span_over(one_column, 64)[4].data() == &words(4, 6));
}

TEST_CASE("words that cannot be seen as signs are refused") {
    words_1d words{1, 2, 3};
    CHECK_THROWS_WITH_AS((void)sign_span_over(words, 193),
                         "election::sign_span_over: shape[0] = 3 are fewer words than the signs need", parameter_error);
    auto gaps = xt::view(words, xt::range(0, 3, 2));
    CHECK_THROWS_WITH_AS((void)sign_span_over(gaps, 65),
                         "election::sign_span_over: strides[0] = 2 must be 1: the words of a row follow each other",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)sign_matrix_span_over(words, 1), "election::sign_matrix_span_over: dimension = 1 must be 2",
                         parameter_error);
    words_2d matrix{{1, 2}, {3, 4}};
    CHECK_THROWS_WITH_AS((void)sign_span_over(matrix, 1), "election::sign_span_over: dimension = 2 must be 1",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)sign_matrix_span_over(matrix, 129),
                         "election::sign_matrix_span_over: shape[1] = 2 are fewer words than the signs need",
                         parameter_error);
    xt::xtensor<std::uint64_t, 2, xt::layout_type::column_major> columns{{1, 2}, {3, 4}};
    CHECK_THROWS_WITH_AS((void)sign_matrix_span_over(columns, 128),
                         "election::sign_matrix_span_over: strides[1] = 2 must be 1: the words of a row follow each other",
                         parameter_error);
    auto backwards = xt::view(matrix, xt::range(1, xt::placeholders::_, -1), xt::all());
    CHECK_THROWS_WITH_AS((void)sign_matrix_span_over(backwards, 128),
                         "election::sign_matrix_span_over: strides[0] = -2 must be the words of a row at least",
                         parameter_error);
    std::vector<std::uint64_t> memory(8);
    const std::array<std::size_t, 2> shape{3, 2};
    auto overlapping = xt::adapt(memory.data(), 6, xt::no_ownership(), shape, std::array<std::ptrdiff_t, 2>{1, 1});
    CHECK_THROWS_AS((void)sign_matrix_span_over(overlapping, 128), parameter_error);
    CHECK(sign_matrix_span_over(overlapping, 64).rows() == 3); // rows of one word do not overlap
}

TEST_CASE("our words as xtensor's: nothing is copied, nothing between rows is touched") {
    sign_vector signs(130);
    auto words = words_of(signs);
    CHECK(words.dimension() == 1);
    CHECK(words.size() == 3);
    CHECK(&words(0) == signs.span().data());
    words(2) = 2;
    CHECK(signs[129] == 1);
    words = xt::zeros<std::uint64_t>({3});
    CHECK(signs == sign_vector(130));
    const auto read_only = words_of(std::as_const(signs));
    static_assert(std::is_const_v<std::remove_reference_t<decltype(read_only(0))>>);
    CHECK(&read_only(2) == signs.view().data() + 2);
    CHECK(words_of(sign_view()).size() == 0);

    CAPTURE(election_test::seed());
    for (std::size_t d : {0U, 1U, 64U, 65U, 200U}) {
        for (std::size_t n : {0U, 1U, 3U}) {
            CAPTURE(d);
            CAPTURE(n);
            auto loose = election_test::loose_signs(election_test::random_vote_rows(n, d, false, election_test::seed()),
                                                    election_test::seed());
            const sign_matrix_span<std::uint64_t> span = n == 0 ? sign_matrix_span<std::uint64_t>() : loose.span();
            const std::size_t count = words_for(span.signs());
            auto matrix = words_of(span);
            REQUIRE(matrix.dimension() == 2);
            REQUIRE(matrix.shape()[0] == n);
            REQUIRE(matrix.shape()[1] == count);
            std::vector<std::uint64_t> expected = loose.words();
            std::uint64_t sum = 0;
            for (std::size_t i = 0; i < n; ++i) {
                for (std::size_t w = 0; w < count; ++w) {
                    REQUIRE(&matrix(i, w) == span[i].data() + w);
                    sum += matrix(i, w);
                    expected[1 + i * span.stride_words() + w] = 42;
                }
            }
            if (matrix.size() == 0) continue; // xtensor 0.24 computes addresses before a null pointer
            REQUIRE(xt::sum(matrix)() == sum);
            matrix.fill(42);
            REQUIRE(loose.words() == expected);
            matrix = matrix + 1;
            for (std::uint64_t& word : expected) word += word == 42 ? 1 : 0;
            REQUIRE(loose.words() == expected);
            REQUIRE(equal(sign_matrix_span_over(matrix, d), span)); // there and back
        }
    }
    sign_matrix owner(3, 100);
    auto owned = words_of(owner);
    owned(2, 1) = 1;
    CHECK(owner[2][64] == 1);
    CHECK(words_of(std::as_const(owner))(2, 1) == 1);
}

TEST_CASE("every size: signs and votes as lazy expressions") {
    CAPTURE(election_test::seed());
    for (std::size_t d = 0; d <= 200; ++d) {
        CAPTURE(d);
        const std::uint64_t seed = election_test::seed() + 10 * d;
        const auto model = election_test::random_vote_rows(1 + d % 3, d, false, seed);
        const auto vote_model = election_test::random_vote_rows(1 + d % 3, d, true, seed + 1);
        const auto signs = election_test::loose_signs(model, seed + 2);
        const election_test::loose_votes votes(vote_model, seed + 3);
        const auto row = as_expression(signs.view()[0]);
        static_assert(std::is_same_v<std::decay_t<decltype(row(0))>, std::int8_t>);
        REQUIRE(row.dimension() == 1);
        REQUIRE(row.size() == d);
        REQUIRE(std::equal(row.begin(), row.end(), model[0].begin(), model[0].end()));
        const auto vote_row = as_expression(votes.view()[0]);
        REQUIRE(std::equal(vote_row.begin(), vote_row.end(), vote_model[0].begin(), vote_model[0].end()));
        REQUIRE(xt::sum(row)() == std::accumulate(model[0].begin(), model[0].end(), 0));
        const auto matrix = as_expression(signs.view());
        const auto vote_matrix = as_expression(votes.view());
        REQUIRE(matrix.shape()[0] == model.size());
        REQUIRE(matrix.shape()[1] == d);
        const xt::xtensor<int, 2> sums = matrix + 10 * vote_matrix; // evaluated
        for (std::size_t i = 0; i < model.size(); ++i) {
            for (std::size_t j = 0; j < d; ++j) REQUIRE(sums(i, j) == model[i][j] + 10 * vote_model[i][j]);
        }
        if (d == 0) continue;
        const xt::xtensor<int, 1> columns = xt::sum(matrix, {0});
        const xt::xtensor<int, 1> broadcast = xt::sum(matrix * row, {1}); // the first row times all rows
        for (std::size_t i = 0; i < model.size(); ++i) {
            REQUIRE(broadcast(i) == std::inner_product(model[0].begin(), model[0].end(), model[i].begin(), 0));
        }
        REQUIRE(columns(d - 1) == xt::sum(xt::view(matrix, xt::all(), d - 1))());
    }
    const sign_vector many(std::string(1000, '+'));
    CHECK(xt::sum(as_expression(many))() == 1000); // does not wrap at 128
    CHECK(xt::mean(as_expression(ternary_vector("+0-+")))() == 0.25);
}

TEST_CASE("an expression is lazy: it shows what is written later") {
    sign_vector signs("---");
    const auto expression = as_expression(signs);
    const auto sum = xt::sum(expression);
    CHECK(sum() == -3);
    signs.set(1, true);
    CHECK(expression(1) == 1);
    CHECK(sum() == -1);
}
