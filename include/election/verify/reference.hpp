// SPDX-License-Identifier: MIT
// verify_reference(): the worst election by trying every message, as plainly as the definition; every other verifier is held
// to it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/verify/verdict.hpp>
#include <election/verify/vote.hpp>

namespace election {

/// The most partitions that verify_reference() takes.
inline constexpr std::size_t reference_max_partitions = 24;

/// Finds the worst election of a code by trying all messages that have a truth, not only the nearest ones.
///
/// The witness is the smallest in ASCII order ('+' before '-') among the nearest elections (|Σ m| = 1 or 2) that attain the
/// margin: one always does, since a row's vote is monotone in the message.
/// \param code  n × k, k ≤ 24, any 0/1 matrix
/// \param ties  how tied workers vote
/// \returns margin, tolerance, witness, always exact; see verdict
/// \throws parameter_error  more partitions
/// \throws error            a matrix that is not 0/1
/// \par Complexity
/// O(2ᵏ·n·k) time, O(n + k) memory
///
/// \code
/// auto verdict = election::verify_reference(election::deterministic(5, 1));
/// assert(verdict.tolerance == 1 && verdict.margin == 3);
/// \endcode
template <allocation A>
[[nodiscard]] verdict verify_reference(const A& code, tie_policy ties = tie_policy::abstain) {
    const packed_allocation& matrix = packed(code);
    const std::size_t k = matrix.partitions();
    detail::require(k <= reference_max_partitions, "verify_reference", "partitions", k,
                    "must be at most 24; use election::verify");

    const auto start = std::chrono::steady_clock::now();
    verdict result;
    result.workers = matrix.workers();
    result.partitions = k;
    result.ties = ties;
    result.method = "reference";
    result.exact = true;

    sign_list message(k);
    bool witness_is_nearest = false;
    for (std::uint32_t index = 0; index < std::uint32_t{1} << k; ++index) { // ASCII order: the first partition leads
        int sum = 0;
        for (std::size_t j = 0; j < k; ++j) {
            message[j] = (index >> (k - 1 - j) & 1U) != 0 ? -1 : 1;
            sum += message[j];
        }
        if (sum == 0) continue;
        ++result.messages;
        const bool nearest = std::abs(sum) <= 2;
        const sign_list votes = votes_of(matrix, message, ties);
        const int margin = margin_of(votes, truth_of(message), ties);
        const bool worse = result.witness.empty() || margin < result.margin;
        if (worse || (margin == result.margin && nearest && !witness_is_nearest)) {
            result.margin = margin;
            result.witness = message;
            result.witness_votes = votes;
            witness_is_nearest = nearest;
        }
    }
    result.margin_lower = result.margin;
    result.tolerance = tolerance_of(result.margin);
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

} // namespace election
