// SPDX-License-Identifier: MIT
// systematic(): one worker a partition, and 2b workers that hold everything.
#pragma once

#include <cstddef>
#include <string>

#include <election/codes/code.hpp>
#include <election/core/error.hpp>

namespace election {

/// The systematic code [I_k; 2b all-ones rows]: n = k + 2b workers, redundancy 2b + 1, nobody idle.
///
/// \param partitions  k ≥ 1
/// \param tolerance   b ≥ 0
/// \returns the code; tolerance exactly b, load k (1 where b = 0)
/// \throws parameter_error  k = 0, or more than 2³² entries
/// \par Complexity
/// O(n·k)
///
/// \code
/// auto code = election::systematic(5, 1);
/// assert(election::workers(code) == 7 && code.guaranteed.tolerance == 1);
/// \endcode
[[nodiscard]] inline code systematic(std::size_t partitions, std::size_t tolerance) {
    detail::require(tolerance < detail::max_generated_entries, "systematic", "b", tolerance, "must be less than 2^32");
    detail::require(partitions < detail::max_generated_entries, "systematic", "k", partitions, "must be less than 2^32");
    const std::size_t n = partitions + 2 * tolerance;
    if (partitions != 0) {
        detail::require(n <= detail::max_generated_entries / partitions, "systematic", "b", tolerance,
                        "makes a matrix of more than 2^32 entries with k = ", partitions);
    }
    code result = detail::blank_code("systematic", n == 0 ? 1 : n, partitions);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < partitions; ++j) result.matrix(i, j) = i == j || i >= partitions ? 1 : 0;
    }
    result.name.with("k", partitions).with("b", tolerance);
    result.guaranteed = {.tolerance = static_cast<int>(tolerance), // the margin is 1 + 2b, or 2 + 2b for even k
                         .tolerance_is_exact = true,
                         .redundancy = static_cast<double>(2 * tolerance + 1),
                         .max_load = tolerance == 0 ? 1 : partitions,
                         .source = "the identity's margin plus 2b"};
    return result;
}

} // namespace election
