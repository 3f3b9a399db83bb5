// SPDX-License-Identifier: MIT
// ternary_matrix and ternary_matrix_span: rows of d votes each that may abstain, owned or viewed.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <ranges>
#include <string>
#include <type_traits>

#include <election/bits/index_iterator.hpp>
#include <election/bits/sign_matrix.hpp>
#include <election/bits/ternary.hpp>
#include <election/core/error.hpp>

namespace election {

/// A view of rows of d votes that may abstain: a matrix of signs and one that says which votes are there; a range of rows.
///
/// Invariant (*canonical form*): the sign bit of an absent vote is 0, as in ternary_span.
/// \tparam Word  std::uint64_t, or const std::uint64_t for a view that cannot write
///
/// \code
/// std::uint64_t signs[] = {0b01, 0b00};
/// std::uint64_t present[] = {0b11, 0b10};
/// const election::ternary_matrix_span votes(election::sign_matrix_span(signs, 2, 2),
///                                           election::sign_matrix_span(present, 2, 2));
/// assert(to_string(votes[0]) == "+-" && to_string(votes[1]) == "0-");
/// \endcode
template <class Word>
    requires std::same_as<std::remove_const_t<Word>, std::uint64_t>
class ternary_matrix_span {
public:
    using value_type = ternary_span<Word>; ///< a row

    /// No rows.
    constexpr ternary_matrix_span() noexcept = default;
    /// Two planes with equally many rows of equally many bits; unchecked. Their rows may be at different distances.
    constexpr ternary_matrix_span(sign_matrix_span<Word> signs, sign_matrix_span<Word> present) noexcept
        : signs_(signs), present_(present) {}
    /// A view that can write is also one that can read.
    constexpr operator ternary_matrix_span<const std::uint64_t>() const noexcept requires(!std::is_const_v<Word>) {
        return {signs_, present_};
    }

    /// The number of rows n.
    [[nodiscard]] constexpr std::size_t rows() const noexcept { return signs_.rows(); }
    /// The number of votes in a row, d.
    [[nodiscard]] constexpr std::size_t votes() const noexcept { return signs_.signs(); }
    /// Bit 1 where the vote is +1.
    [[nodiscard]] constexpr sign_matrix_span<Word> signs() const noexcept { return signs_; }
    /// Bit 1 where the vote is not 0.
    [[nodiscard]] constexpr sign_matrix_span<Word> present() const noexcept { return present_; }
    /// Row i; unchecked.
    [[nodiscard]] constexpr ternary_span<Word> operator[](std::size_t i) const noexcept { return {signs_[i], present_[i]}; }
    /// `count` rows from row `first` on.
    /// \throws parameter_error  some of them are not rows of this view
    [[nodiscard]] constexpr ternary_matrix_span subrows(std::size_t first, std::size_t count) const {
        detail::require_subrows("ternary_matrix_span::subrows", rows(), first, count);
        return {signs_.subrows(first, count), present_.subrows(first, count)};
    }
    /// Of every row the votes from a word boundary on: `votes` votes from vote 64·first_word; unchecked.
    [[nodiscard]] constexpr ternary_matrix_span tile(std::size_t first_word, std::size_t votes) const noexcept {
        return {signs_.tile(first_word, votes), present_.tile(first_word, votes)};
    }
    /// Makes the padding of every row zero, in both planes.
    constexpr void clear_padding() const noexcept requires(!std::is_const_v<Word>) {
        for (ternary_span<Word> row : *this) row.clear_padding();
    }
    /// Makes the sign bits of absent votes 0, and the padding too. O(n·d / 64).
    constexpr void canonicalise() const noexcept requires(!std::is_const_v<Word>) {
        for (ternary_span<Word> row : *this) row.canonicalise();
    }

    /// Goes through the rows, each as a ternary_span; random access.
    using iterator = detail::index_iterator<ternary_matrix_span>;
    /// The first row.
    [[nodiscard]] constexpr iterator begin() const noexcept { return {*this, 0}; }
    /// Behind the last row.
    [[nodiscard]] constexpr iterator end() const noexcept { return {*this, rows()}; }

private:
    sign_matrix_span<Word> signs_;
    sign_matrix_span<Word> present_;
};

/// Planes that can be written give votes that can be.
template <class Word>
ternary_matrix_span(sign_matrix_span<Word>, sign_matrix_span<Word>) -> ternary_matrix_span<Word>;

/// A view of rows of votes that only reads.
using ternary_matrix_view = ternary_matrix_span<const std::uint64_t>;

/// Whether two views have the same votes in as many rows; padding, distances and the sign bits of absent votes do not count.
/// O(n·d / 64).
[[nodiscard]] constexpr bool equal(ternary_matrix_view a, ternary_matrix_view b) noexcept {
    if (a.rows() != b.rows() || a.votes() != b.votes()) return false;
    for (std::size_t i = 0; i < a.rows() && a.votes() != 0; ++i) {
        if (!equal(a[i], b[i])) return false;
    }
    return true;
}

/// One line a row, of "+", "-" and "0"; lines are separated, not ended, by line feeds. O(n·d).
[[nodiscard]] inline std::string to_string(ternary_matrix_view matrix) {
    std::string text;
    for (std::size_t i = 0; i < matrix.rows(); ++i) {
        if (i != 0) text += '\n';
        text += to_string(matrix[i]);
    }
    return text;
}

/// Prints a line a row, as to_string().
inline std::ostream& operator<<(std::ostream& out, ternary_matrix_view matrix) { return out << to_string(matrix); }

/// Owns rows of d votes that may abstain, as two sign matrices; a range of rows.
///
/// Invariants: canonical form (see ternary_span), and padding zero. One who writes whole words through span() calls
/// span().canonicalise(). What was moved from is empty.
///
/// \code
/// election::ternary_matrix votes(3, 100);         // all 0
/// votes[1].set(99, -1);
/// assert(votes[1][99] == -1 && votes[0][99] == 0);
/// \endcode
class ternary_matrix {
public:
    using value_type = ternary_span<std::uint64_t>; ///< a row

    /// No rows.
    ternary_matrix() = default;
    /// All 0. O(n·d / 64). \param rows   n \param votes  d, in each row
    /// \throws parameter_error  more words than can be counted
    constexpr ternary_matrix(std::size_t rows, std::size_t votes) : signs_(rows, votes), present_(rows, votes) {}
    /// Copies rows, in canonical form whatever the view has. O(n·d / 64).
    constexpr explicit ternary_matrix(ternary_matrix_view matrix) : signs_(matrix.signs()), present_(matrix.present()) {
        span().canonicalise();
    }
    /// Rows of signs as votes, all of them present. O(n·d / 64).
    constexpr explicit ternary_matrix(sign_matrix_view matrix) : signs_(matrix), present_(matrix.rows(), matrix.signs()) {
        for (sign_span<std::uint64_t> row : present_.span()) {
            for (std::uint64_t& word : row.words()) word = ~std::uint64_t{0};
            row.clear_padding();
        }
    }

    /// The number of rows n.
    [[nodiscard]] constexpr std::size_t rows() const noexcept { return signs_.rows(); }
    /// The number of votes in a row, d.
    [[nodiscard]] constexpr std::size_t votes() const noexcept { return signs_.signs(); }
    /// Row i; unchecked.
    [[nodiscard]] constexpr ternary_span<std::uint64_t> operator[](std::size_t i) noexcept { return span()[i]; }
    /// Row i, only to be read; unchecked.
    [[nodiscard]] constexpr ternary_view operator[](std::size_t i) const noexcept { return view()[i]; }

    /// A view that can write.
    [[nodiscard]] constexpr ternary_matrix_span<std::uint64_t> span() noexcept { return {signs_.span(), present_.span()}; }
    /// A view that only reads.
    [[nodiscard]] constexpr ternary_matrix_view view() const noexcept { return {signs_.view(), present_.view()}; }
    /// The same as span().
    constexpr operator ternary_matrix_span<std::uint64_t>() noexcept { return span(); }
    /// The same as view().
    constexpr operator ternary_matrix_view() const noexcept { return view(); }
    /// The first row.
    [[nodiscard]] constexpr ternary_matrix_span<std::uint64_t>::iterator begin() noexcept { return span().begin(); }
    /// Behind the last row.
    [[nodiscard]] constexpr ternary_matrix_span<std::uint64_t>::iterator end() noexcept { return span().end(); }
    /// The first row, only to be read.
    [[nodiscard]] constexpr ternary_matrix_view::iterator begin() const noexcept { return view().begin(); }
    /// Behind the last row.
    [[nodiscard]] constexpr ternary_matrix_view::iterator end() const noexcept { return view().end(); }

    /// Exchanges the rows, without a copy. O(1).
    friend constexpr void swap(ternary_matrix& a, ternary_matrix& b) noexcept {
        swap(a.signs_, b.signs_);
        swap(a.present_, b.present_);
    }
    /// Whether both have the same votes in as many rows. O(n·d / 64).
    friend constexpr bool operator==(const ternary_matrix& a, const ternary_matrix& b) noexcept {
        return equal(a.view(), b.view());
    }
    /// Prints a line a row, as to_string().
    friend std::ostream& operator<<(std::ostream& out, const ternary_matrix& matrix) { return out << matrix.view(); }

private:
    sign_matrix signs_;
    sign_matrix present_;
};

/// One line a row, of "+", "-" and "0". O(n·d).
[[nodiscard]] inline std::string to_string(const ternary_matrix& matrix) { return to_string(matrix.view()); }

} // namespace election

/// \cond
// Iterators outlive the view, since the words are somebody else's.
template <class Word>
inline constexpr bool std::ranges::enable_borrowed_range<election::ternary_matrix_span<Word>> = true;
// Copies refer to the same rows.
template <class Word>
inline constexpr bool std::ranges::enable_view<election::ternary_matrix_span<Word>> = true;
/// \endcond
