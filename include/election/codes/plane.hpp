// SPDX-License-Identifier: MIT
// plane(): the lines of a projective plane over any finite field.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <election/codes/code.hpp>
#include <election/codes/galois_field.hpp>
#include <election/core/error.hpp>

namespace election {

/// The projective plane PG(2, q): workers are its lines, partitions its points, n = k = q² + q + 1.
///
/// Points and lines are the vectors of GF(q)³ whose first non-zero coordinate is 1, in lexicographic order; a line holds the
/// points that are orthogonal to it.
/// \param q  a prime power, at most 128
/// \returns the code; every load and degree is q + 1, two workers share exactly one partition; no proved tolerance
/// \throws parameter_error  q is no prime power or too large
/// \par Complexity
/// O(q⁴)
/// \par Reference
/// Kadhe, Koyluoglu, Ramchandran, *Gradient coding based on block designs*, arXiv 1904.13373
///
/// \code
/// auto code = election::plane(2); // the Fano plane
/// assert(election::workers(code) == 7 && election::metrics(code).max_load == 3);
/// \endcode
[[nodiscard]] inline code plane(std::size_t q) {
    constexpr std::size_t most = 128;
    detail::require(q <= most && as_prime_power(q), "plane", "q", q, "must be a prime power up to 128");
    const galois_field field(q);
    std::vector<std::array<std::uint32_t, 3>> points{{0, 0, 1}};
    for (std::uint32_t z = 0; z < q; ++z) points.push_back({0, 1, z});
    for (std::uint32_t y = 0; y < q; ++y) {
        for (std::uint32_t z = 0; z < q; ++z) points.push_back({1, y, z});
    }
    code result = detail::blank_code("plane", points.size(), points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        for (std::size_t j = 0; j < points.size(); ++j) {
            std::uint32_t product = 0;
            for (std::size_t c = 0; c < 3; ++c) product = field.add(product, field.multiply(points[i][c], points[j][c]));
            result.matrix(i, j) = product == 0 ? 1 : 0;
        }
    }
    result.name.with("q", q);
    result.guaranteed = {.redundancy = static_cast<double>(q + 1), .max_load = q + 1, .source = "q + 1 points on a line"};
    return result;
}

} // namespace election
