// SPDX-License-Identifier: MIT
// paley(): quadratic-residue codes over any odd prime power.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/codes/code.hpp>
#include <election/codes/galois_field.hpp>
#include <election/core/error.hpp>

namespace election {

/// The Paley code: n = k = q; worker i holds the partitions j for which j − i is a non-zero square of GF(q), and i itself
/// where (q−1)/2 is even, so that all rows are odd.
///
/// \param q  an odd prime power, at most 4096; elements are numbered as in galois_field
/// \returns the code; every load and degree is (q−1)/2, or one more; no proved tolerance
/// \throws parameter_error  q is even, no prime power or too large
/// \par Complexity
/// O(q²)
/// \par Reference
/// Paley, *On orthogonal matrices*, J. Math. Phys. 1933
///
/// \code
/// auto code = election::paley(7); // row 0 holds partitions 1, 2 and 4
/// assert(code(0, 1) == 1 && code(0, 2) == 1 && code(0, 4) == 1 && code.guaranteed.max_load == 3);
/// \endcode
[[nodiscard]] inline code paley(std::size_t q) {
    detail::require(q <= galois_field::max_size && q % 2 == 1 && as_prime_power(q), "paley", "q", q,
                    "must be an odd prime power up to 4096");
    const galois_field field(q);
    const std::size_t squares = (q - 1) / 2;
    code result = detail::blank_code("paley", q, q);
    for (std::uint32_t i = 0; i < q; ++i) {
        for (std::uint32_t j = 0; j < q; ++j) {
            const bool itself = i == j && squares % 2 == 0;
            result.matrix(i, j) = itself || field.is_nonzero_square(field.subtract(j, i)) ? 1 : 0;
        }
    }
    result.name.with("q", q);
    const std::size_t load = squares + (squares % 2 == 0 ? 1 : 0);
    result.guaranteed = {
        .redundancy = static_cast<double>(load), .max_load = load, .source = "half of the non-zero elements are squares"};
    return result;
}

} // namespace election
