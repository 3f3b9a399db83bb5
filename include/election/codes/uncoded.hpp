// SPDX-License-Identifier: MIT
// uncoded(): plain SignSGD with majority vote, worker i holds partition i.
#pragma once

#include <cstddef>

#include <election/codes/code.hpp>

namespace election {

/// The identity: n workers, n partitions, each worker holds its own.
///
/// \param workers  n ≥ 1, also the number of partitions
/// \returns the code; tolerance exactly 0, redundancy 1, load 1
/// \throws parameter_error  n = 0, or more than 2³² entries
/// \par Complexity
/// O(n²)
/// \par Reference
/// Bernstein, Wang, Azizzadenesheli, Anandkumar, *signSGD*, ICML 2018
///
/// \code
/// auto code = election::uncoded(3); // 100, 010, 001
/// assert(code.guaranteed.tolerance == 0);
/// \endcode
[[nodiscard]] inline code uncoded(std::size_t workers) {
    code result = detail::blank_code("uncoded", workers, workers);
    for (std::size_t i = 0; i < workers; ++i) result.matrix(i, i) = 1;
    result.name.with("n", workers);
    result.guaranteed = {.tolerance = 0, // the nearest margin is 1 for odd n and 2 for even n
                         .tolerance_is_exact = true,
                         .redundancy = 1.0,
                         .max_load = 1,
                         .source = "definition"};
    return result;
}

} // namespace election
