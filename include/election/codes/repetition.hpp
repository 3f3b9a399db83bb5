// SPDX-License-Identifier: MIT
// repetition(): groups of workers that hold the same partitions.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <election/codes/code.hpp>
#include <election/core/error.hpp>

namespace election {
namespace detail {

/// The smallest margin when group g of workers holds partition g alone: the winners are the smallest groups.
[[nodiscard]] inline int group_margin(std::vector<std::size_t> sizes) {
    std::ranges::sort(sizes);
    std::ptrdiff_t margin = 0;
    for (std::size_t g = 0; g < sizes.size(); ++g) {
        margin += g <= sizes.size() / 2 ? static_cast<std::ptrdiff_t>(sizes[g]) : -static_cast<std::ptrdiff_t>(sizes[g]);
    }
    return static_cast<int>(margin);
}

/// Workers in `groups` consecutive groups as equal as possible, group g holding the g-th block of partitions.
inline void fill_groups(code& result, std::size_t groups) {
    const auto [n, k] = result.matrix.shape();
    for (std::size_t g = 0; g < groups; ++g) {
        for (std::size_t i = part_begin(n, groups, g); i < part_begin(n, groups, g + 1); ++i) {
            for (std::size_t j = part_begin(k, groups, g); j < part_begin(k, groups, g + 1); ++j) result.matrix(i, j) = 1;
        }
    }
}

} // namespace detail

/// Group repetition: the workers in k consecutive groups as equal as possible, larger ones first; group g holds partition g.
///
/// With n = (2b+1)k it tolerates b liars at redundancy 2b+1 and a load of one partition, both optimal for odd k.
/// \param workers     n ≥ k
/// \param partitions  k ≥ 1
/// \returns the code; its exact tolerance follows from the group sizes (the winners are the smallest groups), load 1
/// \throws parameter_error  k = 0, n < k, or more than 2³² entries
/// \par Complexity
/// O(n·k)
///
/// \code
/// auto code = election::repetition(9, 3); // three workers a partition
/// assert(code.guaranteed.tolerance == 1 && code.guaranteed.max_load == 1);
/// \endcode
[[nodiscard]] inline code repetition(std::size_t workers, std::size_t partitions) {
    detail::require(partitions >= 1, "repetition", "k", partitions, "must be at least 1");
    detail::require(workers >= partitions, "repetition", "n", workers, "must be at least k = ", partitions,
                    ", a worker for every partition");
    code result = detail::blank_code("repetition", workers, partitions);
    detail::fill_groups(result, partitions);
    result.name.with("n", workers).with("k", partitions);
    std::vector<std::size_t> sizes(partitions);
    for (std::size_t g = 0; g < partitions; ++g) {
        sizes[g] = detail::part_begin(workers, partitions, g + 1) - detail::part_begin(workers, partitions, g);
    }
    const int margin = detail::group_margin(sizes);
    result.guaranteed = {.tolerance = margin <= 0 ? -1 : (margin + 1) / 2 - 1,
                         .tolerance_is_exact = true,
                         .redundancy = static_cast<double>(workers) / static_cast<double>(partitions),
                         .max_load = 1,
                         .source = "the losers' groups are at most the larger half"};
    return result;
}

/// Fractional repetition: ⌊n/W⌋ consecutive groups of at least W workers; group g holds the g-th block of partitions.
///
/// Groups and blocks are as equal as possible, larger ones first.
/// \param workers     n ≥ W
/// \param partitions  k, at least ⌊n/W⌋
/// \param weight      W ≥ 1: workers that hold a partition
/// \returns the code; largest load k/⌊n/W⌋ rounded up, redundancy W exactly where W divides n, no proved tolerance
/// \throws parameter_error  W = 0, W > n, more groups than partitions, or more than 2³² entries
/// \par Complexity
/// O(n·k)
/// \par Reference
/// Tandon, Lei, Dimakis, Karampatziakis, *Gradient coding*, ICML 2017; Chen, Wang, Charles, Papailiopoulos,
/// *DRACO*, ICML 2018
///
/// \code
/// auto code = election::repetition(6, 6, 3); // 111000 three times, 000111 three times
/// assert(code.guaranteed.redundancy == 3.0 && code.guaranteed.max_load == 3);
/// \endcode
[[nodiscard]] inline code repetition(std::size_t workers, std::size_t partitions, std::size_t weight) {
    detail::require(weight >= 1 && weight <= workers, "repetition", "weight", weight, "must be 1 to n = ", workers);
    const std::size_t groups = workers / weight;
    detail::require(partitions >= groups, "repetition", "k", partitions, "must be at least n / weight = ", groups,
                    ", a partition for every group");
    code result = detail::blank_code("repetition", workers, partitions);
    detail::fill_groups(result, groups);
    result.name.with("n", workers).with("k", partitions).with("weight", weight);
    if (workers % weight == 0) result.guaranteed.redundancy = static_cast<double>(weight);
    result.guaranteed.max_load = (partitions + groups - 1) / groups;
    result.guaranteed.source = "definition";
    return result;
}

} // namespace election
