// SPDX-License-Identifier: MIT
// find_windows(): whether the rows of a problem are long windows of a circle of columns, cut into blocks.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include <election/exact/cover_problem.hpp>
#include <election/exact/frontier_rows.hpp>

namespace election {

/// The most blocks that find_windows() takes: the tables have so many dimensions.
inline constexpr std::size_t window_max_blocks = 8;

/// The rows of one length that begin at one column.
struct window_row {
    std::size_t start = 0;           ///< first column
    std::size_t blocks = 1;          ///< length, in blocks
    std::vector<std::int64_t> costs; ///< in units, by losers among its columns: 0 … its length
};

/// A circle of columns that is cut into blocks, and rows that are windows of one or more blocks' length.
struct window_blocks {
    std::size_t width = 0;        ///< columns of a block; divides their number and the length of every row
    std::size_t count = 0;        ///< blocks, at least 2
    std::size_t step = 0;         ///< the rows are closed under rotation by so many columns; divides their number
    std::vector<window_row> rows; ///< that vary, one for a start and a length
    std::int64_t constant = 0;    ///< loss of the others
    std::int64_t unit = 1;        ///< all costs are multiples of it
};

namespace detail {

/// The first of some columns that are consecutive on a circle. \returns nothing if they are not, or all or none
[[nodiscard]] inline std::optional<std::uint32_t> window_start(const std::vector<std::uint32_t>& columns, std::size_t k) {
    if (columns.empty() || columns.size() == k) return std::nullopt;
    std::optional<std::uint32_t> start;
    for (std::size_t i = 0; i < columns.size(); ++i) { // exactly one column has no one before it
        const std::size_t before = (columns[i] + k - 1) % k;
        if (columns[(i + columns.size() - 1) % columns.size()] == before) continue;
        if (start) return std::nullopt;
        start = columns[i];
    }
    return start;
}

/// The smallest rotation that rows are closed under.
[[nodiscard]] inline std::size_t step_of(const window_blocks& windows) {
    const std::size_t k = windows.width * windows.count;
    std::map<std::pair<std::size_t, std::size_t>, const std::vector<std::int64_t>*> costs;
    for (const window_row& row : windows.rows) costs[{row.blocks, row.start}] = &row.costs;
    const auto is_closed = [&](std::size_t step) {
        return std::ranges::all_of(windows.rows, [&](const window_row& row) {
            const auto turned = costs.find({row.blocks, (row.start + step) % k});
            return turned != costs.end() && *turned->second == row.costs;
        });
    };
    std::size_t step = 1;
    while (step < k && (k % step != 0 || !is_closed(step))) ++step;
    return step;
}

} // namespace detail

/// Finds whether the rows of a problem are windows of whole blocks.
/// \param problem  valid
/// \returns the largest blocks and the smallest rotation; nothing if a row that varies is no window (nor the rest of the circle one), or if
///          there would be more than window_max_blocks
/// \par Complexity
/// O(ones·log rows + rows·columns)
///
/// \code
/// const election::cover_problem ring{4, 1, {{{0, 1}, 2, true}, {{1, 2}, 2, true}, {{2, 3}, 2, true}, {{0, 3}, 2, true}}, -4};
/// const auto windows = election::find_windows(ring);
/// assert(windows->width == 2 && windows->count == 2 && windows->step == 1);
/// \endcode
[[nodiscard]] inline std::optional<window_blocks> find_windows(const cover_problem& problem) {
    const std::size_t k = problem.columns;
    const frontier_rows rows = make_frontier_rows(problem);
    if (rows.rows.empty()) return std::nullopt;
    window_blocks result;
    result.constant = rows.constant;
    result.unit = rows.unit;
    result.width = k;
    std::map<std::pair<std::size_t, std::size_t>, std::vector<std::int64_t>> costs; // by length and start
    for (const frontier_row& row : rows.rows) {
        const auto start = detail::window_start(row.columns, k);
        if (!start) return std::nullopt;
        const std::size_t length = row.columns.size();
        result.width = std::gcd(result.width, length);
        if (k > result.width * window_max_blocks) return std::nullopt;
        std::vector<std::int64_t>& sums = costs[{length, *start}];
        sums.resize(length + 1, 0);
        for (std::size_t hits = 0; hits <= length; ++hits) sums[hits] += row.cost(hits) / rows.unit;
    }
    result.count = k / result.width;
    for (auto& [where, sums] : costs) result.rows.push_back({where.second, where.first / result.width, std::move(sums)});
    result.step = detail::step_of(result);
    return result;
}

} // namespace election
