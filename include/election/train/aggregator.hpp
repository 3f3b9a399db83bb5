// SPDX-License-Identifier: MIT
// The aggregator concept: how a master makes one gradient of those that workers sent, in 32-bit floats.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <election/bits/aligned.hpp>
#include <election/core/error.hpp>
#include <election/train/aggregation_kernel.hpp>
#include <election/train/sorting_network.hpp>

namespace election {

/// What a worker sent: d floats.
using gradient_row = std::span<const float>;

/// Scratch memory of aggregators, one a thread; it grows to what the largest call needs and is then only reused.
struct aggregation_workspace {
    std::vector<gradient_row> rows;     ///< those that count
    std::vector<const float*> pointers; ///< where they begin
    std::vector<float> weights;         ///< one a row
    std::vector<double> numbers;        ///< one a row, or one a pair of rows
    std::vector<double> sums;           ///< running sums of squares
    std::vector<double> ordered;        ///< distances from one row
    std::vector<std::size_t> chosen;    ///< rows in some order
    std::vector<float> centre;          ///< a point of the last iteration
    aligned_vector<float> tile;         ///< columns that are being sorted
    std::vector<comparator> network;    ///< for `network_rows` rows
    std::size_t network_rows = 0;       ///< how many rows the network is for
    std::size_t network_first = 0;      ///< the first order statistic that it finds
    std::size_t network_last = 0;       ///< one beyond the last
};

/// Makes d numbers of n rows of d numbers, against b liars among the n rows or against none.
///
/// Holds when:
/// - `a.name()` is its name and parameters, in the form of code names;
/// - `a.least_rows()` is the smallest n with which it works; rows that did not arrive are simply not there;
/// - `a(rows, out, workspace)` reads n rows and writes d floats that overlap none of them. `out` holds what the last call left there (at
///   first: zeros), for those that start from it. It may be called at the same time with different workspaces. The result is the same
///   bit for bit on every architecture. It throws parameter_error where rows are too few or of other sizes than `out`. A NaN or
///   an infinity in as many rows as there may be liars does what the aggregator says; what cannot be a number is a NaN in `out`.
///
/// Example: median_aggregator. Non-example: a function that returns a vector for each call.
template <class A>
concept aggregator = std::copy_constructible<A> &&
    requires(const A& a, std::span<const gradient_row> rows, std::span<float> out, aggregation_workspace& workspace) {
    { a.name() } -> std::convertible_to<std::string>;
    { a.least_rows() } -> std::convertible_to<std::size_t>;
    a(rows, out, workspace);
};

/// The rows of a matrix that lies in memory row after row. O(n).
/// \param numbers  n·d floats
/// \param n        how many rows, at least 1
/// \throws parameter_error  no row, or a size that is no multiple of n
///
/// \code
/// const std::vector<float> numbers{1, 2, 3, 4, 5, 6};
/// assert(election::gradient_rows(numbers, 2)[1][0] == 4);
/// \endcode
[[nodiscard]] inline std::vector<gradient_row> gradient_rows(std::span<const float> numbers, std::size_t n) {
    detail::require(n >= 1, "gradient_rows", "n", n, "must be at least 1");
    detail::require(numbers.size() % n == 0, "gradient_rows", "numbers.size()", numbers.size(),
                    "must be a multiple of the number of rows, ", n);
    std::vector<gradient_row> rows(n);
    for (std::size_t i = 0; i < n; ++i) rows[i] = numbers.subspan(i * (numbers.size() / n), numbers.size() / n);
    return rows;
}

namespace detail {

/// Refuses rows that are too few or of other sizes.
inline void require_rows(const char* where, std::span<const gradient_row> rows, std::span<float> out, std::size_t least) {
    require(rows.size() >= least, where, "rows", rows.size(), "must be at least ", least);
    for (gradient_row row : rows) {
        require(row.size() == out.size(), where, "row.size()", row.size(), "must be the number of parameters, ", out.size());
    }
}

/// Where rows begin.
inline const float* const* pointers_to(std::span<const gradient_row> rows, aggregation_workspace& workspace) {
    workspace.pointers.clear();
    for (gradient_row row : rows) workspace.pointers.push_back(row.data());
    return workspace.pointers.data();
}

/// The mean of the order statistics first … last − 1 of every column; NaNs are +∞.
inline void mean_of_middle(std::span<const gradient_row> rows, std::size_t first, std::size_t last, std::span<float> out,
                           aggregation_workspace& workspace, const aggregation_kernel& kernel) {
    const std::size_t n = rows.size();
    if (workspace.network_rows != n || workspace.network_first != first || workspace.network_last != last) {
        workspace.network = selection_network(n, first, last);
        workspace.network_rows = n;
        workspace.network_first = first;
        workspace.network_last = last;
    }
    workspace.tile.resize(std::max(workspace.tile.size(), n * aggregation_kernel::tile));
    kernel.mean_of_middle(pointers_to(rows, workspace), n, out.size(), workspace.network.data(), workspace.network.size(),
                          first, last, workspace.tile.data(), out.data());
}

/// The sum of the lanes, in one order.
[[nodiscard]] inline double sum_of_lanes(const double* sums) {
    double sum = 0;
    for (std::size_t l = 0; l < aggregation_kernel::lanes; ++l) sum += sums[l];
    return sum;
}

/// ‖a − b‖², or +∞ where it is no number. \param b  of the same size, or empty: ‖a‖²
[[nodiscard]] inline double squared_distance(gradient_row a, gradient_row b, const aggregation_kernel& kernel) {
    double sums[aggregation_kernel::lanes] = {};
    kernel.add_squares(a.data(), b.data(), a.size(), sums);
    const double sum = sum_of_lanes(sums);
    return std::isnan(sum) ? std::numeric_limits<double>::infinity() : sum;
}

/// Rows without a NaN or an infinity, in workspace.rows.
inline std::span<const gradient_row> finite_rows(std::span<const gradient_row> rows, aggregation_workspace& workspace,
                                                 const aggregation_kernel& kernel) {
    workspace.rows.clear();
    for (gradient_row row : rows) {
        if (std::isfinite(squared_distance(row, {}, kernel))) workspace.rows.push_back(row);
    }
    return workspace.rows;
}

} // namespace detail
} // namespace election
