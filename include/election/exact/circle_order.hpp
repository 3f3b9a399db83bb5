// SPDX-License-Identifier: MIT
// circle_order(): the columns of a problem in the order of a circle on which its rows may be short.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/cover_problem.hpp>

namespace election {

/// A guess at the order that columns had on a circle before somebody mixed them up: each is followed by the one, of those that are left,
/// which differs from it in fewest rows.
///
/// Where all rows are windows of a circle, of two columns or more and without two at least, and begin everywhere, neighbours differ in
/// fewest rows, and the order is that of the circle. Nothing is promised of other problems: what follows from an order has to be seen, as find_rotations() and find_windows() do.
/// \param problem  valid
/// \returns all columns, from 0 on; nothing where they are not in equally many rows, which they are on a circle that may be turned by one
///          column, where some are in no row, or where it would take more than some 0.1 s
/// \par Complexity
/// O(columns²·rows / 64)
///
/// \code
/// // Windows of two of five columns, which stand in the order 0, 2, 4, 1, 3.
/// const election::cover_problem ring{5, 2, {{{0, 2}, 2}, {{2, 4}, 2}, {{1, 4}, 2}, {{1, 3}, 2}, {{0, 3}, 2}}, -5};
/// assert((*election::circle_order(ring) == std::vector<std::uint32_t>{0, 2, 4, 1, 3}));
/// \endcode
[[nodiscard]] inline std::optional<std::vector<std::uint32_t>> circle_order(const cover_problem& problem) {
    const std::size_t k = problem.columns;
    std::vector<std::size_t> rows_of(k, 0);
    for (const cover_row& row : problem.rows) {
        for (std::uint32_t j : row.columns) ++rows_of[j];
    }
    if (k == 0 || rows_of[0] == 0 || std::ranges::count(rows_of, rows_of[0]) != static_cast<std::ptrdiff_t>(k))
        return std::nullopt;

    const std::size_t words = (problem.rows.size() + 63) / 64;
    constexpr std::size_t most_words = std::size_t{1} << 27; // that are compared
    if (k > most_words / k / words) return std::nullopt;
    std::vector<std::uint64_t> holds(k * words, 0); // of every column the rows that it is in
    for (std::size_t i = 0; i < problem.rows.size(); ++i) {
        for (std::uint32_t j : problem.rows[i].columns) holds[j * words + i / 64] |= std::uint64_t{1} << (i % 64);
    }
    std::vector<std::uint32_t> order(k);
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t place = 1; place < k; ++place) {
        const std::uint64_t* const last = &holds[order[place - 1] * words];
        std::size_t nearest = place;
        std::size_t fewest = std::numeric_limits<std::size_t>::max();
        for (std::size_t other = place; other < k; ++other) {
            const std::uint64_t* const column = &holds[order[other] * words];
            std::size_t differ = 0;
            for (std::size_t w = 0; w < words; ++w) differ += static_cast<std::size_t>(std::popcount(last[w] ^ column[w]));
            if (differ >= fewest) continue;
            fewest = differ;
            nearest = other;
        }
        std::swap(order[place], order[nearest]);
    }
    return order;
}

/// A problem with its columns numbered by their places in an order.
/// \param problem  valid
/// \param order    all its columns, each once
/// \throws parameter_error  an order that is none
/// \par Complexity
/// O(ones·log columns)
[[nodiscard]] inline cover_problem in_order(const cover_problem& problem, std::span<const std::uint32_t> order) {
    constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    detail::require(order.size() == problem.columns, "in_order", "order", order.size(),
                    "must have as many columns as there are, ", problem.columns);
    std::vector<std::uint32_t> place(order.size(), none);
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        detail::require(order[i] < place.size() && place[order[i]] == none, "in_order", "order", order[i],
                        "must be a column that is there, once");
        place[order[i]] = i;
    }
    cover_problem result = problem;
    for (cover_row& row : result.rows) {
        for (std::uint32_t& column : row.columns) column = place[column];
        std::ranges::sort(row.columns);
    }
    return result;
}

} // namespace election
