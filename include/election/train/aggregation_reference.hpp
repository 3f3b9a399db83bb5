// SPDX-License-Identifier: MIT
// Aggregators as plainly as their definitions, in double; the fast ones are held to them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <election/train/aggregator.hpp>

namespace election {

/// In every column, the mean of the numbers that are left without the `cut` lowest and the `cut` highest; a NaN counts as
/// +∞.
/// \param rows  n of d floats
/// \param cut   below n / 2; 0 for the mean, ⌊(n − 1) / 2⌋ for the median
/// \par Complexity
/// O(d·n log n)
///
/// \code
/// const std::vector<float> sent{1, 2, 30};
/// assert(election::reference_trimmed_mean(election::gradient_rows(sent, 3), 1) == std::vector<double>{2});
/// \endcode
[[nodiscard]] inline std::vector<double> reference_trimmed_mean(std::span<const gradient_row> rows, std::size_t cut) {
    std::vector<double> result(rows.front().size());
    for (std::size_t c = 0; c < result.size(); ++c) {
        std::vector<double> column;
        for (gradient_row row : rows) {
            column.push_back(std::isnan(row[c]) ? std::numeric_limits<double>::infinity() : static_cast<double>(row[c]));
        }
        std::ranges::sort(column);
        double sum = 0;
        for (std::size_t i = cut; i < column.size() - cut; ++i) sum += column[i];
        result[c] = sum / static_cast<double>(column.size() - 2 * cut);
    }
    return result;
}

namespace detail {

[[nodiscard]] inline double reference_distance(gradient_row a, std::span<const double> b) {
    double sum = 0;
    for (std::size_t c = 0; c < a.size(); ++c) {
        sum += (static_cast<double>(a[c]) - b[c]) * (static_cast<double>(a[c]) - b[c]);
    }
    return std::isnan(sum) ? std::numeric_limits<double>::infinity() : std::sqrt(sum);
}

} // namespace detail

/// ‖x₁ − z‖ + … + ‖xₙ − z‖, which the geometric median makes smallest. O(n·d).
/// \param rows  n of d floats
/// \param z     d numbers
[[nodiscard]] inline double reference_distance_sum(std::span<const gradient_row> rows, std::span<const double> z) {
    double sum = 0;
    for (gradient_row row : rows) sum += detail::reference_distance(row, z);
    return sum;
}

/// The rows that multi-Krum takes, best first.
/// \param rows    n ≥ 2·b + 3 of d floats
/// \param liars   b
/// \param chosen  m
/// \par Complexity
/// O(n²·d)
[[nodiscard]] inline std::vector<std::size_t> reference_krum(std::span<const gradient_row> rows, std::size_t liars,
                                                             std::size_t chosen) {
    std::vector<std::pair<double, std::size_t>> scores;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::vector<double> distances;
        for (std::size_t j = 0; j < rows.size(); ++j) {
            if (j == i) continue;
            const std::vector<double> other(rows[j].begin(), rows[j].end());
            const double distance = detail::reference_distance(rows[i], other);
            distances.push_back(distance * distance);
        }
        std::ranges::sort(distances);
        const auto near = distances.begin() + static_cast<std::ptrdiff_t>(rows.size() - liars - 2);
        scores.emplace_back(std::accumulate(distances.begin(), near, 0.0), i);
    }
    std::ranges::sort(scores);
    std::vector<std::size_t> best;
    for (std::size_t i = 0; i < chosen; ++i) best.push_back(scores[i].second);
    return best;
}

/// One step of centred clipping. O(n·d).
/// \param rows    n of d floats
/// \param centre  v, d numbers
/// \param radius  τ
[[nodiscard]] inline std::vector<double> reference_clipped_mean(std::span<const gradient_row> rows,
                                                                std::span<const double> centre, double radius) {
    std::vector<double> result(centre.begin(), centre.end());
    for (gradient_row row : rows) {
        const double distance = detail::reference_distance(row, centre);
        if (std::isinf(distance)) continue;
        const double factor = distance <= radius ? 1 : radius / distance;
        for (std::size_t c = 0; c < row.size(); ++c) {
            result[c] += factor * (static_cast<double>(row[c]) - centre[c]) / static_cast<double>(rows.size());
        }
    }
    return result;
}

} // namespace election
