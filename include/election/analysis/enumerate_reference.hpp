// SPDX-License-Identifier: MIT
// enumerate_tally_reference(): the tally enumerator message by message, as plainly as the definition; every other method is
// held to it.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/analysis/tally_enumerator.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/verify/vote.hpp>

namespace election {

/// The most partitions that enumerate_tally_reference() takes.
inline constexpr std::size_t enumerate_reference_max_partitions = 20;

/// Counts the votes of all messages one by one.
/// \param code  n × k, k ≤ 20, any 0/1 matrix
/// \returns all cells
/// \throws parameter_error  more partitions
/// \throws error            a matrix that is not 0/1
/// \par Complexity
/// O(2ᵏ·n·k)
///
/// \code
/// const auto tally = election::enumerate_tally_reference(election::full(3, 1));
/// assert((tally.cells()[1] == election::tally_cell{1, 3, 0, 1})); // the message + gets three votes
/// \endcode
template <allocation A>
[[nodiscard]] tally_enumerator enumerate_tally_reference(const A& code) {
    const packed_allocation& matrix = packed(code);
    const std::size_t k = matrix.partitions();
    detail::require(k <= enumerate_reference_max_partitions, "enumerate_tally_reference", "partitions", k,
                    "must be at most 20; use election::enumerate_tally");
    detail::tally_counts counts(matrix.workers());
    sign_list message(k);
    for (std::uint32_t index = 0; index < std::uint32_t{1} << k; ++index) {
        std::size_t weight = 0;
        for (std::size_t j = 0; j < k; ++j) {
            message[j] = (index >> j & 1U) != 0 ? 1 : -1;
            weight += message[j] > 0 ? 1U : 0U;
        }
        std::size_t plus = 0;
        std::size_t tied = 0;
        for (std::int8_t vote : votes_of(matrix, message, tie_policy::abstain)) {
            plus += vote > 0 ? 1U : 0U;
            tied += vote == 0 ? 1U : 0U;
        }
        counts.add(weight, plus, tied, 1);
    }
    return counts.finish(k, 0, 0);
}

} // namespace election
