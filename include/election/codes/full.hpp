// SPDX-License-Identifier: MIT
// full(): every worker holds every partition.
#pragma once

#include <cstddef>

#include <election/codes/code.hpp>

namespace election {

/// The all-ones matrix: every honest worker votes the truth, so any minority of liars is tolerated.
///
/// \param workers     n ≥ 1
/// \param partitions  k ≥ 1
/// \returns the code; tolerance exactly ⌊(n−1)/2⌋, redundancy n, load k
/// \throws parameter_error  n = 0, k = 0, or more than 2³² entries
/// \par Complexity
/// O(n·k)
///
/// \code
/// auto code = election::full(5, 3);
/// assert(code.guaranteed.tolerance == 2);
/// \endcode
[[nodiscard]] inline code full(std::size_t workers, std::size_t partitions) {
    code result = detail::blank_code("full", workers, partitions);
    result.matrix.fill(1);
    result.name.with("n", workers).with("k", partitions);
    result.guaranteed = {.tolerance = static_cast<int>((workers - 1) / 2),
                         .tolerance_is_exact = true,
                         .redundancy = static_cast<double>(workers),
                         .max_load = partitions,
                         .source = "every vote is the truth"};
    return result;
}

} // namespace election
