// SPDX-License-Identifier: MIT
// bernoulli(): every worker holds every partition with the same probability, independently.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <election/codes/code.hpp>
#include <election/core/error.hpp>
#include <election/core/random.hpp>

namespace election {

/// What bernoulli() does with a worker that gets nothing.
enum class empty_rows : std::uint8_t {
    keep,  ///< it stays idle
    redraw ///< its row is drawn again until it holds a partition
};

/// The random Bernoulli code: entries are 1 with probability p, independently.
///
/// The same parameters give the same matrix on every platform.
/// \param workers      n ≥ 1
/// \param partitions   k ≥ 1
/// \param probability  p, 0 … 1; at least 10⁻⁶ / k if empty rows are drawn again
/// \param seed         chooses the matrix
/// \param empty        whether idle workers are drawn again, as the authors' image experiments do
/// \returns the code; expected redundancy p·n (unless empty rows are drawn again), nothing else is guaranteed
/// \throws parameter_error  a parameter out of range, or more than 2³² entries
/// \par Complexity
/// O(n·k); where empty rows are drawn again, divided by the probability 1 − (1−p)ᵏ of one that is not, in expectation
/// \par Reference
/// Sohn et al., NeurIPS 2020, Section 4.2; Charles, Papailiopoulos, Ellenberg, arXiv 1711.06771
///
/// \code
/// auto code = election::bernoulli(31, 31, 0.3, 7);
/// assert(code.name.str() == "bernoulli:n=31,k=31,p=0.3,seed=7");
/// \endcode
[[nodiscard]] inline code bernoulli(std::size_t workers, std::size_t partitions, double probability, std::uint64_t seed,
                                    empty_rows empty = empty_rows::keep) {
    detail::require(probability >= 0 && probability <= 1, "bernoulli", "p", probability, "must be 0 to 1");
    code result = detail::blank_code("bernoulli", workers, partitions);
    const bool redraw = empty == empty_rows::redraw;
    detail::require(!redraw || probability * static_cast<double>(partitions) >= 1e-6, "bernoulli", "p", probability,
                    "must be at least 0.000001 / k to draw empty rows again");
    for (std::size_t i = 0; i < workers; ++i) {
        bool idle = true;
        for (std::uint64_t attempt = 0; idle && (attempt == 0 || redraw); ++attempt) {
            const counter_random random(seed, attempt);
            for (std::size_t j = 0; j < partitions; ++j) {
                const bool holds = random.happens(probability, i * partitions + j);
                result.matrix(i, j) = holds ? 1 : 0;
                idle = idle && !holds;
            }
        }
    }
    result.name.with("n", workers).with("k", partitions).with("p", probability).with("seed", seed);
    if (redraw) {
        result.name.with("redraw-empty", 1);
    } else {
        result.guaranteed = {.redundancy = probability * static_cast<double>(workers),
                             .redundancy_is_expected = true,
                             .source = "linearity of expectation"};
    }
    return result;
}

} // namespace election
