// SPDX-License-Identifier: MIT
// ternary_row_set: which rows of votes that may abstain an operator reads, in place.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <string>
#include <utility>

#include <election/bits/sign_matrix.hpp>
#include <election/bits/ternary.hpp>
#include <election/bits/ternary_matrix.hpp>
#include <election/core/error.hpp>
#include <election/majority/row_set.hpp>

namespace election {

namespace detail {

/// A range of vectors of votes that is no matrix.
template <class R>
concept vote_rows =
    std::ranges::sized_range<R> && std::convertible_to<std::ranges::range_reference_t<const R>, ternary_view> &&
    !std::convertible_to<const R&, ternary_matrix_view>;

} // namespace detail

/// The rows of votes +1, −1 and 0 that an operator reads, by address. The rows stay where they are and must outlive the set.
///
/// Invariants: all rows have the same number of votes; they must be in canonical form (see ternary_span), which is not checked.
///
/// \code
/// std::vector<election::ternary_vector> votes(5, election::ternary_vector(1000));
/// election::ternary_row_set rows(votes);
/// assert(rows.size() == 5 && rows.signs() == 1000);
/// \endcode
class ternary_row_set {
public:
    /// The rows of two matrices of one shape: signs, and which votes are there. O(n).
    /// \throws parameter_error  matrices of different shapes
    ternary_row_set(sign_matrix_view signs, sign_matrix_view present) : signs_(signs), present_(present) {
        detail::require(signs.rows() == present.rows(), "ternary_row_set", "present.rows()", present.rows(),
                        "must be those of the signs, ", signs.rows());
        detail::require(signs.signs() == present.signs(), "ternary_row_set", "present.signs()", present.signs(),
                        "must be those of the signs, ", signs.signs());
    }

    /// Rows of signs, and which of their votes are there. O(1): the addresses are moved.
    /// \throws parameter_error  other numbers of rows or signs
    template <std::same_as<row_set> Rows> // not what converts to one: matrices have a constructor of their own
    ternary_row_set(Rows signs, Rows present) : signs_(std::move(signs)), present_(std::move(present)) {
        detail::require(signs_.size() == present_.size(), "ternary_row_set", "present.size()", present_.size(),
                        "must be the number of rows of signs, ", signs_.size());
        detail::require(signs_.signs() == present_.signs(), "ternary_row_set", "present.signs()", present_.signs(),
                        "must be those of the signs, ", signs_.signs());
    }

    /// All rows of a matrix of votes. O(n).
    ternary_row_set(ternary_matrix_view matrix) : ternary_row_set(matrix.signs(), matrix.present()) {}
    /// All rows of a matrix of votes. O(n).
    ternary_row_set(const ternary_matrix& matrix) : ternary_row_set(matrix.view()) {}
    /// All rows of a matrix of votes that could also be written. O(n).
    ternary_row_set(ternary_matrix_span<std::uint64_t> matrix) : ternary_row_set(ternary_matrix_view(matrix)) {}

    /// Votes from anywhere: a range whose elements convert to ternary_view. O(n).
    /// \throws parameter_error  vectors of different lengths
    template <detail::vote_rows R>
    ternary_row_set(const R& vectors)
        : ternary_row_set(std::ranges::size(vectors),
                          std::ranges::empty(vectors) ? 0 : ternary_view(*std::ranges::begin(vectors)).size()) {
        std::size_t i = 0;
        for (const auto& element : vectors) {
            const ternary_view row = element;
            detail::require(row.size() == signs(), "ternary_row_set", "votes", row.size(),
                            "must be those of the first vector, ", signs());
            signs_.address(i) = row.signs().data();
            present_.address(i++) = row.present().data();
        }
    }

    /// The number of rows n.
    [[nodiscard]] std::size_t size() const noexcept { return signs_.size(); }
    /// The number of votes in a row, d.
    [[nodiscard]] std::size_t signs() const noexcept { return signs_.signs(); }
    /// The planes of signs.
    [[nodiscard]] const row_set& sign_rows() const noexcept { return signs_; }
    /// The planes that say which votes are there.
    [[nodiscard]] const row_set& present_rows() const noexcept { return present_; }
    /// Row i; unchecked.
    [[nodiscard]] ternary_view operator[](std::size_t i) const noexcept { return {signs_[i], present_[i]}; }
    /// The same rows from a word boundary on: `count` votes from vote 64·first_word. O(n); unchecked.
    [[nodiscard]] ternary_row_set tile(std::size_t first_word, std::size_t count) const {
        ternary_row_set part(size(), count);
        for (std::size_t i = 0; i < size(); ++i) {
            part.signs_.address(i) = signs_.data()[i] + first_word;
            part.present_.address(i) = present_.data()[i] + first_word;
        }
        return part;
    }

private:
    ternary_row_set(std::size_t size, std::size_t signs) : signs_(size, signs), present_(size, signs) {}

    row_set signs_;
    row_set present_;
};

} // namespace election
