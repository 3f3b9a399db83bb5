// SPDX-License-Identifier: MIT
// row_set: which rows of packed signs an operator reads, in place.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ranges>
#include <span>
#include <string>
#include <utility>

#include <election/bits/sign_matrix.hpp>
#include <election/bits/sign_span.hpp>
#include <election/core/error.hpp>

namespace election {

namespace detail {

/// A range of sign vectors that is no matrix.
template <class R>
concept sign_rows = std::ranges::sized_range<R> && std::convertible_to<std::ranges::range_reference_t<const R>, sign_view> &&
    !std::convertible_to<const R&, sign_matrix_view>;

} // namespace detail

/// The rows that an operator reads, by address: rows of a matrix, some of its rows, or sign vectors from anywhere. The rows
/// stay where they are and must outlive the set; up to 64 rows are kept without allocating memory.
///
/// Invariant: all rows have the same number of signs.
///
/// \code
/// election::sign_matrix partitions(5, 1000);
/// const std::size_t held[] = {0, 2, 3};
/// election::row_set all(partitions);              // all five
/// election::row_set mine(partitions, held);       // what one worker holds
/// assert(mine.size() == 3 && mine.signs() == 1000);
/// \endcode
class row_set {
public:
    /// All rows of a matrix. O(n).
    row_set(sign_matrix_view matrix) : row_set(matrix.rows(), matrix.signs()) {
        for (std::size_t i = 0; i < size_; ++i) address(i) = matrix[i].data();
    }
    /// All rows of a matrix. O(n).
    row_set(const sign_matrix& matrix) : row_set(matrix.view()) {}
    /// All rows of a matrix that could also be written. O(n).
    row_set(sign_matrix_span<std::uint64_t> matrix) : row_set(sign_matrix_view(matrix)) {}

    /// The rows of a matrix with these indices; one may come more than once. O(number of indices).
    /// \throws parameter_error  an index that is no row
    row_set(sign_matrix_view matrix, std::span<const std::size_t> indices) : row_set(indices.size(), matrix.signs()) {
        for (std::size_t i = 0; i < size_; ++i) {
            detail::require(indices[i] < matrix.rows(), "row_set", "index", indices[i],
                            "must be less than the number of rows, ", matrix.rows());
            address(i) = matrix[indices[i]].data();
        }
    }

    /// Sign vectors from anywhere: a range whose elements convert to sign_view. O(n).
    /// \throws parameter_error  vectors of different lengths
    template <detail::sign_rows R>
    row_set(const R& vectors)
        : row_set(std::ranges::size(vectors),
                  std::ranges::empty(vectors) ? 0 : sign_view(*std::ranges::begin(vectors)).size()) {
        std::size_t i = 0;
        for (const auto& element : vectors) {
            const sign_view row = element;
            detail::require(row.size() == signs_, "row_set", "signs", row.size(), "must be those of the first vector, ",
                            signs_);
            address(i++) = row.data();
        }
    }

    /// The same rows from a word boundary on: `count` signs from sign 64·first_word. O(n); unchecked.
    [[nodiscard]] row_set tile(std::size_t first_word, std::size_t count) const {
        row_set part(size_, count);
        for (std::size_t i = 0; i < size_; ++i) part.address(i) = data()[i] + first_word;
        return part;
    }

    /// \{
    /// The addresses can be moved; a copy is made by tile(0, signs()).
    row_set(row_set&& other) noexcept
        : size_(std::exchange(other.size_, 0)), signs_(other.signs_), few_(other.few_), many_(std::move(other.many_)) {}
    /// Likewise; what was moved from has no rows.
    row_set& operator=(row_set&& other) noexcept {
        size_ = std::exchange(other.size_, 0);
        signs_ = other.signs_;
        few_ = other.few_;
        many_ = std::move(other.many_);
        return *this;
    }
    ~row_set() = default;
    /// \}

    /// The number of rows n.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// The number of signs in a row, d.
    [[nodiscard]] std::size_t signs() const noexcept { return signs_; }
    /// Where each row begins.
    [[nodiscard]] const std::uint64_t* const* data() const noexcept { return many_ ? many_.get() : few_.data(); }
    /// Row i; unchecked.
    [[nodiscard]] sign_view operator[](std::size_t i) const noexcept { return {data()[i], signs_}; }

private:
    friend class ternary_row_set;

    row_set(std::size_t size, std::size_t signs) : size_(size), signs_(signs) {
        if (size > few_.size()) many_ = std::make_unique<const std::uint64_t*[]>(size);
    }
    /// Where row i's address is kept.
    [[nodiscard]] const std::uint64_t*& address(std::size_t i) noexcept { return many_ ? many_[i] : few_[i]; }

    std::size_t size_;
    std::size_t signs_;
    std::array<const std::uint64_t*, 64> few_{};
    std::unique_ptr<const std::uint64_t*[]> many_;
};

} // namespace election
