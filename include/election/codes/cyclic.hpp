// SPDX-License-Identifier: MIT
// cyclic(): every worker holds a window of consecutive partitions.
#pragma once

#include <cstddef>
#include <string>

#include <election/codes/code.hpp>
#include <election/core/error.hpp>

namespace election {

/// Cyclic repetition: worker i holds the W partitions from i·S on, modulo k.
///
/// \param workers     n ≥ 1
/// \param partitions  k ≥ 1
/// \param weight      W, 1 … k: the load of every worker
/// \param stride      S ≥ 1: how far the window moves from worker to worker
/// \returns the code; load W, redundancy n·W/k, no proved tolerance
/// \throws parameter_error  a parameter out of range, or more than 2³² entries
/// \par Complexity
/// O(n·k)
/// \par Reference
/// Tandon et al., *Gradient coding*, ICML 2017; Raviv, Tandon, Dimakis, Tamo, arXiv 1707.03858
///
/// \code
/// auto code = election::cyclic(5, 5, 3); // 11100, 01110, 00111, 10011, 11001
/// assert(code(3, 0) == 1 && code(3, 1) == 0);
/// \endcode
[[nodiscard]] inline code cyclic(std::size_t workers, std::size_t partitions, std::size_t weight, std::size_t stride = 1) {
    detail::require(weight >= 1 && weight <= partitions, "cyclic", "weight", weight, "must be 1 to k = ", partitions);
    detail::require(stride >= 1, "cyclic", "stride", stride, "must be at least 1");
    code result = detail::blank_code("cyclic", workers, partitions);
    const std::size_t step = stride % partitions; // i·S could overflow where i·(S mod k) cannot
    for (std::size_t i = 0; i < workers; ++i) {
        for (std::size_t j = 0; j < weight; ++j) result.matrix(i, (i * step + j) % partitions) = 1;
    }
    result.name.with("n", workers).with("k", partitions).with("weight", weight);
    if (stride != 1) result.name.with("stride", stride);
    result.guaranteed = {.redundancy =
                             static_cast<double>(workers) * static_cast<double>(weight) / static_cast<double>(partitions),
                         .max_load = weight,
                         .source = "definition"};
    return result;
}

} // namespace election
