// SPDX-License-Identifier: MIT
// narrowed(): some samples of a sparse data set with the features that they have, numbered so that a batch's lie together.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/data/dataset.hpp>

namespace election {

/// Samples of a data set without the features that none of them has.
struct narrowed_samples {
    sparse_dataset data;                ///< the samples, in the order in which they were asked for
    std::vector<std::uint32_t> columns; ///< which feature of the whole data set each feature is
};

/// The samples `rows` with the features that one of them has. Features are numbered by how many samples have them, in powers
/// of two, the most first, and among these by the first sample that has them: what consecutive samples touch is close
/// together, whether it is frequent or rare.
///
/// \param data  any sparse data set
/// \param rows  which samples, in the order in which they are mostly read; at least one, none twice
/// \returns as many samples as `rows`; feature 0 alone where none has one
/// \throws parameter_error  a sample that is not there
/// \par Complexity
/// O(features + n + m·log m) with n non-zeros of the rows in m features
///
/// \code
/// const election::sparse_dataset data({0, 2, 3}, {0, 4, 4}, {}, 5, {1, 0}, 2); // 1 0 0 0 1 and 0 0 0 0 1
/// const std::vector<std::uint32_t> rows{1, 0};
/// const auto few = election::narrowed(data, rows);
/// assert(few.columns == (std::vector<std::uint32_t>{4, 0}) && few.data.features() == 2);
/// assert(few.data.row(0).columns.size() == 1 && few.data.label(1) == 1);
/// \endcode
[[nodiscard]] inline narrowed_samples narrowed(const sparse_dataset& data, std::span<const std::uint32_t> rows) {
    std::vector<std::uint32_t> count(data.features());
    std::vector<std::uint32_t> columns; // in the order of first samples
    for (std::uint32_t row : rows) {
        detail::require(row < data.size(), "narrowed", "row", row, "must be below the number of samples, ", data.size());
        for (std::uint32_t column : data.row(row).columns) {
            if (count[column]++ == 0) columns.push_back(column);
        }
    }
    if (columns.empty() && data.features() > 0) columns.push_back(0);
    std::ranges::stable_sort(columns, std::greater<>(), [&](std::uint32_t c) { return std::bit_width(count[c]); });
    // Non-zeros by feature, then, in the order of features, back to their samples.
    std::vector<std::size_t> next(data.features()); // place of a feature's next non-zero
    std::size_t total = 0;
    for (std::uint32_t column : columns) {
        next[column] = total;
        total += count[column];
    }
    std::vector<std::size_t> begins{0};
    std::vector<std::uint32_t> labels;
    std::vector<std::uint32_t> sample(total);
    std::vector<float> sorted;
    bool has_values = false;
    for (std::uint32_t row : rows) has_values = has_values || !data.row(row).values.empty();
    if (has_values) sorted.resize(total);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const sparse_row from = data.row(rows[i]);
        for (std::size_t e = 0; e < from.columns.size(); ++e) {
            const std::size_t at = next[from.columns[e]]++;
            sample[at] = static_cast<std::uint32_t>(i);
            if (has_values) sorted[at] = from.values[e];
        }
        begins.push_back(begins.back() + from.columns.size());
        labels.push_back(data.label(rows[i]));
    }
    std::vector<std::size_t> end(begins.begin(), begins.end() - 1); // of what a sample has so far
    std::vector<std::uint32_t> few(total);
    std::vector<float> values(sorted.size());
    std::size_t at = 0;
    for (std::size_t n = 0; n < columns.size(); ++n) {
        for (std::uint32_t left = count[columns[n]]; left > 0; --left, ++at) {
            const std::size_t to = end[sample[at]]++;
            few[to] = static_cast<std::uint32_t>(n);
            if (has_values) values[to] = sorted[at];
        }
    }
    return {sparse_dataset(std::move(begins), std::move(few), std::move(values), columns.size(), std::move(labels),
                           data.classes()),
            std::move(columns)};
}

} // namespace election
