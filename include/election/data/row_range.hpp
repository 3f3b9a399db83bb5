// SPDX-License-Identifier: MIT
// row_range(): the numbers of consecutive samples, as learners take them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include <election/core/error.hpp>

namespace election {

/// The numbers first, first + 1, …, last − 1. A data set is split by naming rows, without copying it: the first T to train on
/// are row_range(0, T), the rest to test on row_range(T, data.size()).
///
/// \param first  number of the first sample
/// \param last   one beyond the last one, at least `first`
/// \throws parameter_error  last below first, or beyond 2³²
/// \par Complexity
/// O(last − first)
///
/// \code
/// assert((election::row_range(2, 5) == std::vector<std::uint32_t>{2, 3, 4}) && election::row_range(7, 7).empty());
/// \endcode
[[nodiscard]] inline std::vector<std::uint32_t> row_range(std::size_t first, std::size_t last) {
    detail::require(first <= last, "row_range", "last", last, "must not be below first, ", first);
    detail::require(last - (last > 0) <= std::numeric_limits<std::uint32_t>::max(), "row_range", "last", last,
                    "must be at most 2^32, since the numbers of samples have 32 bits");
    std::vector<std::uint32_t> rows(last - first);
    std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(first));
    return rows;
}

} // namespace election
