// SPDX-License-Identifier: MIT
// The allocation concept: any 0/1 matrix that says which worker (row) holds which partition (column).
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>

#include <election/core/error.hpp>

namespace election {

/// A matrix of numbers with a two-dimensional shape and an element function.
///
/// Holds when `shape()` has indexable extents and `matrix(i, j)` is a number. Examples: `xt::xtensor<int, 2>`, an xtensor
/// expression such as `a * b`, election::code. Non-example: `std::vector<int>`.
template <class A>
concept matrix_like = requires(const A& a, std::size_t i) {
    { a.shape()[i] } -> std::convertible_to<std::size_t>;
    { a.shape().size() } -> std::convertible_to<std::size_t>;
    { a(i, i) } -> std::convertible_to<double>;
};

/// A container of rows, each a container of numbers.
///
/// Holds when the rows and their entries can be indexed. Example: `std::vector<std::vector<int>>`. Non-example:
/// `std::vector<std::string>`, whose entries are characters, not numbers.
template <class A>
concept nested_rows = !matrix_like<A> && std::ranges::random_access_range<const A> &&
                      std::ranges::random_access_range<std::ranges::range_reference_t<const A>> &&
                      std::is_arithmetic_v<std::ranges::range_value_t<std::ranges::range_reference_t<const A>>> &&
                      !std::same_as<char, std::ranges::range_value_t<std::ranges::range_reference_t<const A>>>;

/// An allocation matrix G: G(i, j) = 1 when worker i holds partition j, else 0.
///
/// Holds for every matrix_like and nested_rows type. That the entries are 0 or 1, that the matrix is not empty and its rows
/// are equally long is checked where it is read, by packed_allocation.
///
/// \code
/// static_assert(election::allocation<std::vector<std::vector<int>>>);
/// static_assert(election::allocation<xt::xtensor<double, 2>>);
/// static_assert(!election::allocation<std::vector<int>>); // one row is no matrix
/// \endcode
template <class A>
concept allocation = matrix_like<A> || nested_rows<A>;

/// The number of workers n, the matrix's rows. O(1).
/// \throws error  a run-time shape that is not two-dimensional
template <allocation A>
[[nodiscard]] std::size_t workers(const A& code) {
    if constexpr (matrix_like<A>) {
        if (code.shape().size() != 2) {
            throw error("election::allocation: dimension = " + std::to_string(code.shape().size()) +
                        " must be 2 (workers × partitions)");
        }
        return static_cast<std::size_t>(code.shape()[0]);
    } else {
        return static_cast<std::size_t>(std::ranges::size(code));
    }
}

/// The number of partitions k, the matrix's columns (for nested rows those of row 0); 0 for a matrix without rows. O(1).
/// \throws error  a run-time shape that is not two-dimensional
template <allocation A>
[[nodiscard]] std::size_t partitions(const A& code) {
    if constexpr (matrix_like<A>) {
        if (workers(code) == 0) return 0;
        return static_cast<std::size_t>(code.shape()[1]);
    } else {
        return std::ranges::empty(code) ? 0 : static_cast<std::size_t>(std::ranges::size(*std::ranges::begin(code)));
    }
}

/// An entry as it stands in the matrix. O(1) where the matrix's own access is.
/// \param code       n × k
/// \param worker     row, 0 … n − 1; unchecked
/// \param partition  column, 0 … k − 1; unchecked
/// \returns the entry in the matrix's own type, not checked to be 0 or 1
template <allocation A>
[[nodiscard]] auto entry(const A& code, std::size_t worker, std::size_t partition) {
    if constexpr (matrix_like<A>) {
        return code(worker, partition);
    } else {
        const auto& row = std::ranges::begin(code)[static_cast<std::ranges::range_difference_t<const A>>(worker)];
        using row_type = std::remove_reference_t<decltype(row)>;
        return std::ranges::begin(row)[static_cast<std::ranges::range_difference_t<row_type>>(partition)];
    }
}

} // namespace election
