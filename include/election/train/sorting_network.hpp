// SPDX-License-Identifier: MIT
// selection_network(): which pairs of rows to compare, so that chosen order statistics of every column end in their places.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <election/core/error.hpp>

namespace election {

/// Two places whose contents are exchanged when the one at `low` is larger.
struct comparator {
    std::uint32_t low;  ///< where the smaller one goes
    std::uint32_t high; ///< where the larger one goes; above `low`
};

/// Comparators that bring the order statistics first … last − 1 of n numbers to the places of that name, whatever the
/// numbers are; what the other places hold then is not said.
///
/// Batcher's merge exchange, which sorts any number of things (Knuth, *The Art of Computer Programming* 3, section 5.2.2,
/// algorithm M), without the comparators on which the wanted places do not depend. The comparators do not depend on the
/// numbers, so that many columns are sorted at the same time, one a lane.
/// \param n      how many numbers, below 2³²
/// \param first  the first order statistic that is wanted, from 0
/// \param last   one beyond the last, at most n
/// \throws parameter_error  first above last, or last above n
/// \par Complexity
/// O(n log² n) comparators, and as much time; 59 for n = 15, 49 of which the median needs
///
/// \code
/// const auto network = election::selection_network(3, 1, 2);
/// int numbers[] = {7, 1, 5};
/// for (auto [low, high] : network) {
///     if (numbers[high] < numbers[low]) std::swap(numbers[low], numbers[high]);
/// }
/// assert(numbers[1] == 5);
/// \endcode
[[nodiscard]] inline std::vector<comparator> selection_network(std::size_t n, std::size_t first, std::size_t last) {
    detail::require(first <= last, "selection_network", "first", first, "must be at most last, ", last);
    detail::require(last <= n, "selection_network", "last", last, "must be at most the number of rows, ", n);
    std::vector<comparator> network;
    const std::size_t half = n < 2 ? 0 : std::bit_ceil(n) / 2;
    for (std::size_t p = half; p > 0; p /= 2) {
        std::size_t r = 0;
        std::size_t d = p;
        for (std::size_t q = half;; q /= 2) {
            for (std::size_t i = 0; i + d < n; ++i) {
                if ((i & p) == r) network.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i + d)});
            }
            if (q == p) break;
            d = q - p;
            r = p;
        }
    }
    std::vector<bool> wanted(n);
    for (std::size_t place = first; place < last; ++place) wanted[place] = true;
    std::vector<comparator> needed;
    for (auto at = network.rbegin(); at != network.rend(); ++at) {
        if (!wanted[at->low] && !wanted[at->high]) continue;
        wanted[at->low] = wanted[at->high] = true;
        needed.push_back(*at);
    }
    return {needed.rbegin(), needed.rend()};
}

} // namespace election
