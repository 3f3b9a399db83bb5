// SPDX-License-Identifier: MIT
// Metrics of an allocation matrix: ones, redundancy, loads (row sums) and degrees (column sums).
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <election/codes/packed_allocation.hpp>

namespace election {

/// What an allocation costs. Loads are row sums (the work of a worker), degrees are column sums (holders of a partition).
struct allocation_metrics {
    std::size_t workers = 0;          ///< n
    std::size_t partitions = 0;       ///< k
    std::size_t ones = 0;             ///< ones in the matrix
    double redundancy = 0;            ///< r = ones / k: workers a partition is held by, on average
    double largest_share = 0;         ///< max_load / k: the part of all data that the slowest worker processes
    std::vector<std::size_t> loads;   ///< one a worker
    std::vector<std::size_t> degrees; ///< one a partition
    std::size_t max_load = 0;         ///< the largest of `loads`
    std::size_t min_load = 0;         ///< the smallest of `loads`; 0 when a worker is idle
    std::size_t max_degree = 0;       ///< the largest of `degrees`
    std::size_t min_degree = 0;       ///< the smallest of `degrees`; 0 when nobody holds a partition
};

/// Measures an allocation. O(n·k / 64 + ones), or O(n·k) where it is not packed.
/// \param code  n × k, every entry exactly 0 or 1
/// \returns its costs
/// \throws error  a matrix that packed_allocation does not take
///
/// \code
/// auto m = election::metrics(std::vector<std::vector<int>>{{1, 0}, {1, 1}});
/// assert(m.redundancy == 1.5 && m.max_load == 2 && m.degrees == std::vector<std::size_t>({2, 1}));
/// \endcode
template <allocation A>
[[nodiscard]] allocation_metrics metrics(const A& code) {
    const packed_allocation& matrix = packed(code);
    allocation_metrics m;
    m.workers = matrix.workers();
    m.partitions = matrix.partitions();
    m.loads.resize(m.workers);
    m.degrees.resize(m.partitions);
    std::vector<std::size_t> full(matrix.words_per_row(), 0); // words of ones alone: in a full row all but the last
    for (std::size_t i = 0; i < m.workers; ++i) {
        m.loads[i] = matrix.load(i);
        m.ones += m.loads[i];
        const std::span<const std::uint64_t> row = matrix.row(i);
        for (std::size_t w = 0; w < row.size(); ++w) {
            std::uint64_t word = row[w];
            if (word == ~std::uint64_t{0}) {
                ++full[w];
                continue;
            }
            for (; word != 0; word &= word - 1) ++m.degrees[w * 64 + static_cast<std::size_t>(std::countr_zero(word))];
        }
    }
    for (std::size_t j = 0; j < m.partitions; ++j) m.degrees[j] += full[j / 64];
    const auto [min_load, max_load] = std::minmax_element(m.loads.begin(), m.loads.end());
    const auto [min_degree, max_degree] = std::minmax_element(m.degrees.begin(), m.degrees.end());
    m.min_load = *min_load;
    m.max_load = *max_load;
    m.min_degree = *min_degree;
    m.max_degree = *max_degree;
    m.redundancy = static_cast<double>(m.ones) / static_cast<double>(m.partitions);
    m.largest_share = static_cast<double>(m.max_load) / static_cast<double>(m.partitions);
    return m;
}

} // namespace election
