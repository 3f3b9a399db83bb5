// SPDX-License-Identifier: MIT
// sign_matrix and sign_matrix_span: rows of d signs each, owned or viewed.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include <election/bits/aligned.hpp>
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

/// A view of rows of d signs each, in words that somebody else owns, at equal distances.
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
        detail::require(rows == 0 || words.size() >= (rows - 1) * stride_words + words_for(signs), "sign_matrix_span",
                        "words", words.size(), "are fewer than the rows need");
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

private:
    Word* words_ = nullptr;
    std::size_t rows_ = 0;
    std::size_t signs_ = 0;
    std::size_t stride_words_ = 0;
};

template <class Word, class... Sizes>
sign_matrix_span(Word*, Sizes...) -> sign_matrix_span<Word>;
template <class Word, class... Sizes>
sign_matrix_span(std::span<Word>, Sizes...) -> sign_matrix_span<Word>;

/// A view of rows that only reads.
using sign_matrix_view = sign_matrix_span<const std::uint64_t>;

/// Owns rows of d signs each.
///
/// Invariants: rows begin on cache lines, at a distance of an odd number of them; padding is zero.
///
/// \code
/// election::sign_matrix rows(31, 1000);
/// rows[0].set(7, true);
/// assert(rows[0][7] == 1 && rows[1][7] == -1);
/// \endcode
class sign_matrix {
public:
    sign_matrix() = default;
    /// All −1. O(n·d / 64). \param rows   n \param signs  d, in each row
    sign_matrix(std::size_t rows, std::size_t signs)
        : words_(rows * padded_stride_words(signs)), rows_(rows), signs_(signs) {}

    /// The number of rows n.
    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    /// The number of signs in a row, d.
    [[nodiscard]] std::size_t signs() const noexcept { return signs_; }
    /// Row i; unchecked.
    [[nodiscard]] sign_span<std::uint64_t> operator[](std::size_t i) noexcept { return span()[i]; }
    [[nodiscard]] sign_view operator[](std::size_t i) const noexcept { return view()[i]; }

    [[nodiscard]] sign_matrix_span<std::uint64_t> span() noexcept {
        return {words_.data(), rows_, signs_, padded_stride_words(signs_)};
    }
    [[nodiscard]] sign_matrix_view view() const noexcept {
        return {words_.data(), rows_, signs_, padded_stride_words(signs_)};
    }
    operator sign_matrix_span<std::uint64_t>() noexcept { return span(); }
    operator sign_matrix_view() const noexcept { return view(); }

    friend bool operator==(const sign_matrix&, const sign_matrix&) = default;

private:
    aligned_vector<std::uint64_t> words_;
    std::size_t rows_ = 0;
    std::size_t signs_ = 0;
};

} // namespace election
