// SPDX-License-Identifier: MIT
// Matrices where they lie, and multiply(): their products with every sum in one order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/learners/product_kernel.hpp>
#include <election/packing/float_lanes.hpp>

namespace election {

/// A matrix in somebody else's memory: element (i, j) is data[i·row_step + j·column_step].
/// \tparam T  float or double, const for one that is only read
template <class T>
struct matrix_view {
    T* data;                     ///< element (0, 0)
    std::size_t rows;            ///< how many
    std::size_t columns;         ///< how many
    std::size_t row_step;        ///< from a row to the next
    std::size_t column_step = 1; ///< from a column to the next

    /// The same numbers with rows for columns.
    [[nodiscard]] constexpr matrix_view transposed() const noexcept { return {data, columns, rows, column_step, row_step}; }
    /// A view for reading.
    [[nodiscard]] constexpr operator matrix_view<const T>() const noexcept requires(!std::is_const_v<T>) {
        return {data, rows, columns, row_step, column_step};
    }
    /// Element (i, j); unchecked.
    [[nodiscard]] constexpr T& operator()(std::size_t i, std::size_t j) const noexcept {
        return data[i * row_step + j * column_step];
    }
};

/// A matrix whose rows follow each other without gaps.
///
/// \code
/// const double numbers[] = {1, 2, 3, 4, 5, 6};
/// const auto matrix = election::row_major(numbers, 2, 3);
/// assert(matrix(1, 0) == 4 && matrix.transposed()(0, 1) == 4);
/// \endcode
template <class T>
[[nodiscard]] constexpr matrix_view<T> row_major(T* data, std::size_t rows, std::size_t columns) noexcept {
    return {data, rows, columns, columns, 1};
}

/// Where a product's sums start.
enum class product_start : std::uint8_t {
    zero, ///< at +0: C ← A·B
    kept  ///< at what is in C: C ← C + A·B
};

namespace detail {

template <class T>
void require_product(const matrix_view<const T>& a, const matrix_view<const T>& b, const matrix_view<T>& c) {
    require(b.rows == a.columns, "multiply", "b.rows", b.rows, "must be the columns of a, ", a.columns);
    require(c.rows == a.rows, "multiply", "c.rows", c.rows, "must be the rows of a, ", a.rows);
    require(c.columns == b.columns, "multiply", "c.columns", c.columns, "must be the columns of b, ", b.columns);
    require(b.column_step == 1, "multiply", "b.column_step", b.column_step, "must be 1; transpose b into other memory");
    require(c.column_step == 1, "multiply", "c.column_step", c.column_step, "must be 1");
}

} // namespace detail

/// C ← A·B or C + A·B, in the order of sums and with the roundings of matrix_product: the same bit for bit on every architecture.
///
/// Aᵀ·B is multiply(a.transposed(), b, c), and costs the same; for A·Bᵀ, transpose() B into other memory first.
///
/// \tparam Arch   instruction set; by default the best that this translation unit's compiler flags allow
/// \param a       m × k
/// \param b       k × n, rows contiguous
/// \param c       m × n, rows contiguous, overlaps neither
/// \param start   where the sums start
/// \param kernel  the inner loops; given where an architecture is chosen at run time
/// \throws parameter_error  shapes that do not fit; columns of b or c that are not next to each other
/// \par Complexity
/// O(m·n·k), no heap
///
/// \code
/// const double a[] = {1, 2, 3, 4};
/// const double b[] = {10, 100};
/// double c[2];
/// election::multiply(election::row_major(a, 2, 2), election::row_major(b, 2, 1), election::row_major(c, 2, 1));
/// assert(c[0] == 210 && c[1] == 430);
/// \endcode
template <class Arch = default_arch, class T>
    requires detail::lane_type<T>
void multiply(matrix_view<const T> a, std::type_identity_t<matrix_view<const T>> b, std::type_identity_t<matrix_view<T>> c,
              product_start start = product_start::zero, const product_kernel& kernel = product_kernel_for<Arch>()) {
    detail::require_product<T>(a, b, c);
    kernel.of<T>().multiply({c.rows, c.columns, a.columns, a.data, a.row_step, a.column_step, b.data, b.row_step, c.data,
                             c.row_step, start == product_start::kept});
}

/// What multiply() does, as its definition says it: slow, and what the kernels are held against.
/// \param a      m × k
/// \param b      k × n
/// \param c      m × n, overlaps neither
/// \param start  where the sums start
/// \throws parameter_error  as multiply()
template <class T>
    requires detail::lane_type<T>
void reference_multiply(matrix_view<const T> a, std::type_identity_t<matrix_view<const T>> b,
                        std::type_identity_t<matrix_view<T>> c, product_start start = product_start::zero) {
    detail::require_product<T>(a, b, c);
    for (std::size_t i = 0; i < c.rows; ++i) {
        for (std::size_t j = 0; j < c.columns; ++j) {
            T sum = start == product_start::kept ? c(i, j) : T{0};
            for (std::size_t p = 0; p < a.columns; ++p) sum += detail::rounded<T>(a(i, p) * b(p, j));
            c(i, j) = sum;
        }
    }
}

/// to ← fromᵀ.
/// \param from  m × n
/// \param to    n × m, does not overlap
/// \throws parameter_error  shapes that do not fit
/// \par Complexity
/// O(m·n), in squares that stay in the first cache
///
/// \code
/// const float from[] = {1, 2, 3, 4, 5, 6};
/// float to[6];
/// election::transpose(election::row_major(from, 2, 3), election::row_major(to, 3, 2));
/// assert(to[0] == 1 && to[1] == 4 && to[2] == 2);
/// \endcode
template <class T>
void transpose(matrix_view<const T> from, std::type_identity_t<matrix_view<T>> to) {
    detail::require(to.rows == from.columns, "transpose", "to.rows", to.rows, "must be the columns of from, ", from.columns);
    detail::require(to.columns == from.rows, "transpose", "to.columns", to.columns, "must be the rows of from, ", from.rows);
    constexpr std::size_t side = 16;
    for (std::size_t i = 0; i < from.rows; i += side) {
        const std::size_t last = std::min(i + side, from.rows);
        for (std::size_t j = 0; j < from.columns; ++j) {
            for (std::size_t row = i; row < last; ++row) to(j, row) = from(row, j);
        }
    }
}

} // namespace election
