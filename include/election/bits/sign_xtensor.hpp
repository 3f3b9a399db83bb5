// SPDX-License-Identifier: MIT
// Packed signs and xtensor without copies: signs over its words, its arrays over our words, and signs as lazy expressions.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <election/bits/sign_matrix.hpp>
#include <election/bits/sign_span.hpp>
#include <election/bits/ternary.hpp>
#include <election/bits/ternary_matrix.hpp>
#include <election/core/error.hpp>
#include <election/core/xtensor.hpp>

namespace election {

/// An xtensor container, adaptor or strided view whose elements are words in memory.
///
/// Holds when: E has a pointer to std::uint64_t, an offset from it, a shape and strides.
/// Example: xt::xtensor<std::uint64_t, 2>, xt::xarray<std::uint64_t>, a view of a range of its rows. Non-example: xt::zeros(),
/// a sum, which are computed.
template <class E>
concept word_expression = requires(E& words) {
    { *words.data() } -> std::convertible_to<std::uint64_t>;
    requires std::same_as<std::remove_cvref_t<decltype(*words.data())>, std::uint64_t>;
    { words.data_offset() } -> std::convertible_to<std::size_t>;
    { words.dimension() } -> std::convertible_to<std::size_t>;
    {words.strides()[0]};
    { words.shape()[0] } -> std::convertible_to<std::size_t>;
};

namespace detail {

/// std::uint64_t, const where the expression's elements are.
template <class E>
using word_of = std::remove_reference_t<decltype(*std::declval<E&>().data())>;

/// The first element. (Elements of a view are behind an offset.)
template <class E>
[[nodiscard]] word_of<E>* first_word(E& words) {
    return words.data() + static_cast<std::ptrdiff_t>(words.data_offset());
}

/// \throws parameter_error  not so many dimensions; elements of the last dimension do not follow each other; fewer than `least`
template <class E>
void require_contiguous_rows(E& words, std::size_t dimension, std::size_t least, std::string_view where) {
    require(words.dimension() == dimension, where, "dimension", words.dimension(), "must be ", dimension);
    const auto in_row = static_cast<std::size_t>(words.shape()[dimension - 1]);
    const auto stride = static_cast<std::ptrdiff_t>(words.strides()[dimension - 1]);
    require(in_row >= least, where, dimension == 1 ? "shape[0]" : "shape[1]", in_row, "are fewer words than the signs need");
    // The stride of one element means nothing; xtensor sets it to 0.
    require(in_row <= 1 || stride == 1, where, dimension == 1 ? "strides[0]" : "strides[1]", stride,
            "must be 1: the words of a row follow each other");
}

} // namespace detail

/// Signs over the words of a one-dimensional xtensor container, adaptor or view. Nothing is copied: the words must outlive it.
/// \tparam E     the expression
/// \param words  the words; const ones give signs that can only be read
/// \param signs  how many signs they hold
/// \throws parameter_error  not one dimension, words that do not follow each other, or fewer of them than the signs need
/// \par Complexity
/// O(1)
///
/// \code
/// xt::xtensor<std::uint64_t, 1> words{0b101, 0};
/// const auto signs = election::sign_span_over(words, 70);
/// signs.set(1, true);
/// assert(words(0) == 0b111 && signs.size() == 70);
/// \endcode
template <word_expression E>
[[nodiscard]] sign_span<detail::word_of<E>> sign_span_over(E& words, std::size_t signs) {
    detail::require_contiguous_rows(words, 1, words_for(signs), "sign_span_over");
    return {detail::first_word(words), signs};
}

/// Rows of signs over the words of a two-dimensional xtensor container, adaptor or view, a row of words a row of signs. Nothing
/// is copied: the words must outlive it.
/// \tparam E     the expression; rows may have a distance, as those of a view of columns have
/// \param words  the words; const ones give signs that can only be read
/// \param signs  how many signs each row holds
/// \throws parameter_error  not two dimensions, words of a row that do not follow each other (as in column-major order) or are
///                          fewer than the signs need, rows that overlap or go backwards
/// \par Complexity
/// O(1)
///
/// \code
/// xt::xtensor<std::uint64_t, 2> words{{0b01, 0}, {0b10, 0}};
/// const auto rows = election::sign_matrix_span_over(words, 70);
/// assert(rows.rows() == 2 && rows[0][0] == 1 && rows[1][1] == 1 && rows[1][0] == -1);
/// \endcode
template <word_expression E>
[[nodiscard]] sign_matrix_span<detail::word_of<E>> sign_matrix_span_over(E& words, std::size_t signs) {
    detail::require_contiguous_rows(words, 2, words_for(signs), "sign_matrix_span_over");
    const auto rows = static_cast<std::size_t>(words.shape()[0]);
    const auto stride = static_cast<std::ptrdiff_t>(words.strides()[0]);
    detail::require(rows <= 1 || (stride >= 0 && static_cast<std::size_t>(stride) >= words_for(signs)),
                    "sign_matrix_span_over", "strides[0]", stride, "must be the words of a row at least");
    return {detail::first_word(words), rows, signs, rows <= 1 ? words_for(signs) : static_cast<std::size_t>(stride)};
}

/// The words of signs as a one-dimensional xtensor adaptor, which owns nothing: writing to it writes the signs.
///
/// Bits past the last sign are words' bits too; who writes them calls clear_padding().
/// \tparam Word  std::uint64_t, or const std::uint64_t for words that cannot be written
/// \par Complexity
/// O(1)
///
/// \code
/// election::sign_vector signs(70);
/// auto words = election::words_of(signs.span());
/// words(0) = 0b101;
/// assert(words.size() == 2 && signs[0] == 1 && signs[1] == -1 && signs[2] == 1);
/// \endcode
template <class Word>
[[nodiscard]] auto words_of(sign_span<Word> signs) {
    const std::size_t count = words_for(signs.size());
    return xt::adapt(signs.data(), count, xt::no_ownership(), std::array<std::size_t, 1>{count});
}
/// The words of signs that can be written.
[[nodiscard]] inline auto words_of(sign_vector& signs) { return words_of(signs.span()); }
/// The words of signs that can only be read.
[[nodiscard]] inline auto words_of(const sign_vector& signs) { return words_of(signs.view()); }
/// Not of signs that are about to go.
void words_of(const sign_vector&&) = delete;

/// The words of rows of signs as a two-dimensional xtensor view, which owns nothing: rows × words in a row, at the rows'
/// distance. What lies between rows is not in it.
/// \tparam Word  std::uint64_t, or const std::uint64_t for words that cannot be written
/// \par Complexity
/// O(1)
///
/// \code
/// election::sign_matrix rows(3, 70);
/// auto words = election::words_of(rows);
/// words(2, 1) = 1;
/// assert(words.shape()[0] == 3 && words.shape()[1] == 2 && rows[2][64] == 1);
/// \endcode
template <class Word>
[[nodiscard]] auto words_of(sign_matrix_span<Word> matrix) {
    const std::size_t count = words_for(matrix.signs());
    // All words from row to row, of which the row's are shown. An adaptor with strides of its own would do, if xtensor 0.24 did
    // not fill() such a one as if it had no gaps.
    const std::array<std::size_t, 2> whole{matrix.rows(), std::max(matrix.stride_words(), count)};
    return xt::view(xt::adapt(matrix.data(), whole[0] * whole[1], xt::no_ownership(), whole), xt::all(),
                    xt::range(std::size_t{0}, count));
}
/// The words of rows that can be written.
[[nodiscard]] inline auto words_of(sign_matrix& matrix) { return words_of(matrix.span()); }
/// The words of rows that can only be read.
[[nodiscard]] inline auto words_of(const sign_matrix& matrix) { return words_of(matrix.view()); }
/// Not of rows that are about to go.
void words_of(const sign_matrix&&) = delete;

namespace detail {

/// Gives an xgenerator the element at an index, of a vector of signs or votes.
template <class View>
struct element_of_vector {
    using value_type = std::int8_t;

    View view;

    [[nodiscard]] std::int8_t operator()(std::size_t j) const { return static_cast<std::int8_t>(view[j]); }
    template <class It>
    [[nodiscard]] std::int8_t element(It first, It /*last*/) const {
        return (*this)(static_cast<std::size_t>(*first));
    }
};

/// The same of a matrix.
template <class View>
struct element_of_matrix {
    using value_type = std::int8_t;

    View view;

    [[nodiscard]] std::int8_t operator()(std::size_t i, std::size_t j) const { return static_cast<std::int8_t>(view[i][j]); }
    template <class It>
    [[nodiscard]] std::int8_t element(It first, It /*last*/) const {
        const auto i = static_cast<std::size_t>(*first);
        return (*this)(i, static_cast<std::size_t>(*++first));
    }
};

template <class View>
[[nodiscard]] auto vector_expression(View view) {
    using shape = std::array<std::size_t, 1>;
    return xt::xgenerator<element_of_vector<View>, std::int8_t, shape>(element_of_vector<View>{view}, shape{view.size()});
}
template <class View>
[[nodiscard]] auto matrix_expression(View view, std::size_t columns) {
    using shape = std::array<std::size_t, 2>;
    return xt::xgenerator<element_of_matrix<View>, std::int8_t, shape>(element_of_matrix<View>{view},
                                                                       shape{view.rows(), columns});
}

} // namespace detail

/// Signs as a lazy xtensor expression of +1 and −1, std::int8_t, with one dimension.
///
/// Nothing is unpacked until something asks for an element; the words must outlive the expression. xtensor adds such numbers as
/// int; sums over 2^31 signs and more want xt::sum<std::int64_t>(…).
/// \par Complexity
/// O(1); each element that is asked for costs a shift and a mask, so that the operators of election/majority.hpp are far faster
/// where they do what is wanted
///
/// \code
/// const election::sign_vector signs("+-+");
/// assert(xt::sum(election::as_expression(signs))() == 1);
/// const xt::xtensor<double, 1> steps = 0.5 * election::as_expression(signs);
/// assert(steps(0) == 0.5 && steps(1) == -0.5);
/// \endcode
[[nodiscard]] inline auto as_expression(sign_view signs) { return detail::vector_expression(signs); }
/// Votes as a lazy xtensor expression of +1, −1 and 0, std::int8_t, with one dimension; the words must outlive it.
[[nodiscard]] inline auto as_expression(ternary_view votes) { return detail::vector_expression(votes); }
/// Rows of signs as a lazy xtensor expression of +1 and −1, std::int8_t, with two dimensions; the words must outlive it.
///
/// \code
/// election::sign_matrix rows(3, 70);
/// rows[2].set(69, true);
/// const xt::xtensor<int, 1> sums = xt::sum(election::as_expression(rows), {0});
/// assert(sums.size() == 70 && sums(0) == -3 && sums(69) == -1);
/// \endcode
[[nodiscard]] inline auto as_expression(sign_matrix_view matrix) {
    return detail::matrix_expression(matrix, matrix.signs());
}
/// Rows of votes as a lazy xtensor expression of +1, −1 and 0, std::int8_t, with two dimensions; the words must outlive it.
[[nodiscard]] inline auto as_expression(ternary_matrix_view matrix) {
    return detail::matrix_expression(matrix, matrix.votes());
}

} // namespace election
