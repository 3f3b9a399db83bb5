// SPDX-License-Identifier: MIT
// deterministic(): the paper's Algorithm 1, the deterministic election code.
#pragma once

#include <cstddef>
#include <string>

#include <election/codes/code.hpp>
#include <election/core/error.hpp>

namespace election {

/// The deterministic election code of Algorithm 1: `workers` workers and as many partitions, tolerates `tolerance` liars.
///
/// With s = (n − (2b+1)) / 2 and L = ⌊s / (b+1)⌋: s unit rows, L + 1 windows of 2b+1 ones that start at column s + i(b+1),
/// and all-ones rows. All rows have odd weight, so the tie policy does not matter.
/// \param workers    n, odd, at least 1; also the number of partitions
/// \param tolerance  b, 0 … (n−1)/2
/// \returns the code, guaranteed to tolerate b, with redundancy (n+2b+1)/2 − (L+½)(n−(2b+1))/n
/// \throws parameter_error  n even, b out of range, or more than 2³² entries
/// \par Complexity
/// O(n²)
/// \par Reference
/// Sohn, Han, Choi, Moon, *Election Coding for Distributed Learning: Protecting SignSGD against Byzantine Attacks*, NeurIPS
/// 2020, Algorithm 1 and Theorem 2
///
/// \code
/// auto code = election::deterministic(5, 1); // 10000, 01110, 11111, 11111, 11111
/// assert(election::metrics(code).ones == 19);
/// \endcode
[[nodiscard]] inline code deterministic(std::size_t workers, std::size_t tolerance) {
    const std::size_t n = workers;
    const std::size_t b = tolerance;
    detail::require(n % 2 == 1, "deterministic", "n", n, "must be odd");
    detail::require(b <= (n - 1) / 2, "deterministic", "b", b, "must be at most (n - 1) / 2 = ", (n - 1) / 2);

    const std::size_t s = (n - (2 * b + 1)) / 2;
    const std::size_t last_window = s / (b + 1);
    code result = detail::blank_code("deterministic", n, n);
    for (std::size_t i = 0; i < s; ++i) result.matrix(i, i) = 1;
    for (std::size_t i = 0; i <= last_window; ++i) {
        for (std::size_t j = 0; j < 2 * b + 1; ++j) result.matrix(s + i, s + i * (b + 1) + j) = 1;
    }
    for (std::size_t i = s + last_window + 1; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) result.matrix(i, j) = 1;
    }
    result.name.with("n", n).with("b", b);
    const auto real = [](std::size_t x) { return static_cast<double>(x); };
    result.guaranteed = {.tolerance = static_cast<int>(b),
                         .redundancy = real(n + 2 * b + 1) / 2 - (real(last_window) + 0.5) * real(n - (2 * b + 1)) / real(n),
                         .max_load = b == 0 ? 1 : n,
                         .source = "Sohn et al., NeurIPS 2020, Algorithm 1 and Theorem 2"};
    return result;
}

} // namespace election
