// SPDX-License-Identifier: MIT
// sign_matrix and sign_matrix_span: rows of d signs each, owned or viewed.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <ostream>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <election/bits/aligned.hpp>
#include <election/bits/index_iterator.hpp>
#include <election/bits/sign_span.hpp>
#include <election/core/error.hpp>

namespace election {

/// The distance of rows that kernels like best: words_for(d), rounded up to an odd number of cache lines.
///
/// With an even number, and worst with a power of two, the same column of all rows falls into few sets of the cache; more
/// rows than these hold throw each other out, and reading them takes up to four times as long (docs/majority.md).
[[nodiscard]] constexpr std::size_t padded_stride_words(std::size_t signs) noexcept {
    constexpr std::size_t line = alignment_bytes / sizeof(std::uint64_t);
    return ((words_for(signs) + line - 1) / line | 1U) * line;
}

namespace detail {

/// Whether `words` are enough for rows at a distance; exact for all numbers, since nothing is multiplied.
[[nodiscard]] constexpr bool are_enough_words(std::size_t words, std::size_t rows, std::size_t signs,
                                              std::size_t stride_words) noexcept {
    if (rows == 0) return true;
    if (words < words_for(signs)) return false;
    return rows == 1 || stride_words == 0 || (words - words_for(signs)) / stride_words >= rows - 1;
}

/// \throws parameter_error  `count` rows from `first` on are not all among `rows`
constexpr void require_subrows(std::string_view where, std::size_t rows, std::size_t first, std::size_t count) {
    require(first <= rows, where, "first", first, "is behind the last row");
    require(count <= rows - first, where, "count", count, "is more than the rows that follow");
}

} // namespace detail

/// A view of rows of d signs each, in words that somebody else owns, at equal distances; a range of rows.
///
/// As with sign_span, the bits past a row's last sign are ignored when they are read.
/// \tparam Word  std::uint64_t, or const std::uint64_t for a view that cannot write
///
/// \code
/// std::uint64_t words[] = {0b01, 0b11, 0b10};
/// election::sign_matrix_span rows(words, 3, 2);
/// assert(to_string(rows[2]) == "-+");
/// \endcode
template <class Word>
    requires std::same_as<std::remove_const_t<Word>, std::uint64_t>
class sign_matrix_span {
public:
    using value_type = sign_span<Word>; ///< a row

    /// No rows.
    constexpr sign_matrix_span() noexcept = default;
    /// Views rows that follow each other without a gap, each beginning with a new word.
    constexpr sign_matrix_span(Word* words, std::size_t rows, std::size_t signs) noexcept
        : sign_matrix_span(words, rows, signs, words_for(signs)) {}
    /// Views rows that begin every `stride_words` words, at least words_for(signs) where there are several; unchecked.
    constexpr sign_matrix_span(Word* words, std::size_t rows, std::size_t signs, std::size_t stride_words) noexcept
        : words_(words), rows_(rows), signs_(signs), stride_words_(stride_words) {}
    /// The same over a span.
    /// \throws parameter_error  fewer words than the rows need, or a distance shorter than a row
    constexpr sign_matrix_span(std::span<Word> words, std::size_t rows, std::size_t signs, std::size_t stride_words)
        : sign_matrix_span(words.data(), rows, signs, stride_words) {
        detail::require(rows <= 1 || stride_words >= words_for(signs), "sign_matrix_span", "stride_words", stride_words,
                        "is shorter than a row");
        detail::require(detail::are_enough_words(words.size(), rows, signs, stride_words), "sign_matrix_span", "words",
                        words.size(), "are fewer than the rows need");
    }
    /// A view that can write is also one that can read.
    constexpr operator sign_matrix_span<const std::uint64_t>() const noexcept requires(!std::is_const_v<Word>) {
        return {words_, rows_, signs_, stride_words_};
    }

    /// The number of rows n.
    [[nodiscard]] constexpr std::size_t rows() const noexcept { return rows_; }
    /// The number of signs in a row, d.
    [[nodiscard]] constexpr std::size_t signs() const noexcept { return signs_; }
    /// Words from the beginning of a row to that of the next.
    [[nodiscard]] constexpr std::size_t stride_words() const noexcept { return stride_words_; }
    /// The first word of the first row.
    [[nodiscard]] constexpr Word* data() const noexcept { return words_; }
    /// Row i; unchecked.
    [[nodiscard]] constexpr sign_span<Word> operator[](std::size_t i) const noexcept {
        return {words_ + i * stride_words_, signs_};
    }
    /// `count` rows from row `first` on.
    /// \throws parameter_error  some of them are not rows of this view
    [[nodiscard]] constexpr sign_matrix_span subrows(std::size_t first, std::size_t count) const {
        detail::require_subrows("sign_matrix_span::subrows", rows_, first, count);
        return {words_ + first * stride_words_, count, signs_, stride_words_};
    }
    /// Of every row the signs from a word boundary on: `signs` signs from sign 64·first_word; unchecked.
    [[nodiscard]] constexpr sign_matrix_span tile(std::size_t first_word, std::size_t signs) const noexcept {
        return {words_ + first_word, rows_, signs, stride_words_};
    }
    /// Makes the padding of every row zero. What lies between rows stays.
    constexpr void clear_padding() const noexcept requires(!std::is_const_v<Word>) {
        for (sign_span<Word> row : *this) row.clear_padding();
    }

    /// Goes through the rows, each as a sign_span; random access.
    using iterator = detail::index_iterator<sign_matrix_span>;
    /// The first row.
    [[nodiscard]] constexpr iterator begin() const noexcept { return {*this, 0}; }
    /// Behind the last row.
    [[nodiscard]] constexpr iterator end() const noexcept { return {*this, rows_}; }

private:
    Word* words_ = nullptr;
    std::size_t rows_ = 0;
    std::size_t signs_ = 0;
    std::size_t stride_words_ = 0;
};

/// A pointer to words gives a view that can write, one to const words a view that cannot.
template <class Word, class... Sizes>
sign_matrix_span(Word*, Sizes...) -> sign_matrix_span<Word>;
/// The same of a span of any extent.
template <class Word, std::size_t Extent, class... Sizes>
sign_matrix_span(std::span<Word, Extent>, Sizes...) -> sign_matrix_span<Word>;

/// A view of rows that only reads.
using sign_matrix_view = sign_matrix_span<const std::uint64_t>;

/// Whether two views have the same signs in as many rows; padding and distances do not count. O(n·d / 64).
[[nodiscard]] constexpr bool equal(sign_matrix_view a, sign_matrix_view b) noexcept {
    if (a.rows() != b.rows() || a.signs() != b.signs()) return false;
    for (std::size_t i = 0; i < a.rows() && a.signs() != 0; ++i) {
        if (!equal(a[i], b[i])) return false;
    }
    return true;
}

/// One line a row, of "+" and "-"; lines are separated, not ended, by line feeds. O(n·d).
[[nodiscard]] inline std::string to_string(sign_matrix_view matrix) {
    std::string text;
    for (std::size_t i = 0; i < matrix.rows(); ++i) {
        if (i != 0) text += '\n';
        text += to_string(matrix[i]);
    }
    return text;
}

/// Prints a line a row, as to_string().
inline std::ostream& operator<<(std::ostream& out, sign_matrix_view matrix) { return out << to_string(matrix); }

/// Owns rows of d signs each; a range of rows.
///
/// Invariants: rows begin on cache lines, at a distance of an odd number of them; padding is zero. One who writes whole words
/// through span() calls span().clear_padding(). What was moved from is empty.
///
/// \code
/// election::sign_matrix rows(31, 1000);
/// rows[0].set(7, true);
/// assert(rows[0][7] == 1 && rows[1][7] == -1);
/// std::size_t count = 0;
/// for (election::sign_view row : rows) count += row.size();
/// assert(count == 31000);
/// \endcode
class sign_matrix {
public:
    using value_type = sign_span<std::uint64_t>; ///< a row

    /// No rows.
    sign_matrix() = default;
    /// All −1. O(n·d / 64). \param rows   n \param signs  d, in each row
    /// \throws parameter_error  more words than can be counted
    constexpr sign_matrix(std::size_t rows, std::size_t signs) : words_(words_of(rows, signs)), rows_(rows), signs_(signs) {}
    /// Copies rows, to distances of its own. O(n·d / 64).
    constexpr explicit sign_matrix(sign_matrix_view matrix) : sign_matrix(matrix.rows(), matrix.signs()) {
        for (std::size_t i = 0; i < rows_; ++i) {
            std::ranges::copy(matrix[i].words(), span()[i].data());
            span()[i].clear_padding();
        }
    }

    /// \{
    /// A copy has words of its own; what is moved from is empty.
    constexpr sign_matrix(const sign_matrix&) = default;
    constexpr sign_matrix(sign_matrix&& other) noexcept
        : words_(std::move(other.words_)), rows_(std::exchange(other.rows_, 0)), signs_(std::exchange(other.signs_, 0)) {}
    constexpr sign_matrix& operator=(const sign_matrix&) = default;
    constexpr sign_matrix& operator=(sign_matrix&& other) noexcept {
        sign_matrix taken(std::move(other));
        swap(*this, taken);
        return *this;
    }
    constexpr ~sign_matrix() = default;
    /// \}
    /// Exchanges the rows, without a copy. O(1).
    friend constexpr void swap(sign_matrix& a, sign_matrix& b) noexcept {
        a.words_.swap(b.words_);
        std::swap(a.rows_, b.rows_);
        std::swap(a.signs_, b.signs_);
    }

    /// The number of rows n.
    [[nodiscard]] constexpr std::size_t rows() const noexcept { return rows_; }
    /// The number of signs in a row, d.
    [[nodiscard]] constexpr std::size_t signs() const noexcept { return signs_; }
    /// Row i; unchecked.
    [[nodiscard]] constexpr sign_span<std::uint64_t> operator[](std::size_t i) noexcept { return span()[i]; }
    /// Row i, only to be read; unchecked.
    [[nodiscard]] constexpr sign_view operator[](std::size_t i) const noexcept { return view()[i]; }

    /// A view that can write.
    [[nodiscard]] constexpr sign_matrix_span<std::uint64_t> span() noexcept {
        return {words_.data(), rows_, signs_, padded_stride_words(signs_)};
    }
    /// A view that only reads.
    [[nodiscard]] constexpr sign_matrix_view view() const noexcept {
        return {words_.data(), rows_, signs_, padded_stride_words(signs_)};
    }
    /// The same as span().
    constexpr operator sign_matrix_span<std::uint64_t>() noexcept { return span(); }
    /// The same as view().
    constexpr operator sign_matrix_view() const noexcept { return view(); }
    /// The first row.
    [[nodiscard]] constexpr sign_matrix_span<std::uint64_t>::iterator begin() noexcept { return span().begin(); }
    /// Behind the last row.
    [[nodiscard]] constexpr sign_matrix_span<std::uint64_t>::iterator end() noexcept { return span().end(); }
    /// The first row, only to be read.
    [[nodiscard]] constexpr sign_matrix_view::iterator begin() const noexcept { return view().begin(); }
    /// Behind the last row.
    [[nodiscard]] constexpr sign_matrix_view::iterator end() const noexcept { return view().end(); }

    /// Whether both have the same signs in as many rows. O(n·d / 64).
    friend constexpr bool operator==(const sign_matrix& a, const sign_matrix& b) noexcept {
        return equal(a.view(), b.view());
    }
    /// Prints a line a row, as to_string().
    friend std::ostream& operator<<(std::ostream& out, const sign_matrix& matrix) { return out << matrix.view(); }

private:
    [[nodiscard]] static constexpr std::size_t words_of(std::size_t rows, std::size_t signs) {
        const std::size_t stride = padded_stride_words(signs);
        detail::require(rows <= std::numeric_limits<std::ptrdiff_t>::max() / sizeof(std::uint64_t) / stride, "sign_matrix",
                        "rows", rows, "are more than memory can hold");
        return rows * stride;
    }

    aligned_vector<std::uint64_t> words_;
    std::size_t rows_ = 0;
    std::size_t signs_ = 0;
};

/// One line a row, of "+" and "-". O(n·d).
[[nodiscard]] inline std::string to_string(const sign_matrix& matrix) { return to_string(matrix.view()); }

} // namespace election

/// \cond
// Iterators outlive the view, since the words are somebody else's.
template <class Word>
inline constexpr bool std::ranges::enable_borrowed_range<election::sign_matrix_span<Word>> = true;
// Copies refer to the same rows.
template <class Word>
inline constexpr bool std::ranges::enable_view<election::sign_matrix_span<Word>> = true;
/// \endcond
