// SPDX-License-Identifier: MIT
// Majorities, sums, agreement and encoding as plainly as their definitions; every kernel is held to them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <election/bits/sign_span.hpp>
#include <election/bits/ternary.hpp>
#include <election/codes/allocation.hpp>

namespace election {

/// How many of the rows have +1 at sign j. O(n); constexpr.
[[nodiscard]] constexpr std::size_t reference_count(std::span<const sign_view> rows, std::size_t j) {
    std::size_t count = 0;
    for (const sign_view& row : rows) count += row[j] > 0 ? 1U : 0U;
    return count;
}

/// Where at least `threshold` of the rows have +1, sign by sign. O(n·d); constexpr.
/// \param rows       n rows of d signs
/// \param threshold  how many
/// \param out        as many signs as the rows have
constexpr void reference_at_least(std::span<const sign_view> rows, std::size_t threshold, sign_span<std::uint64_t> out) {
    for (std::size_t j = 0; j < out.size(); ++j) out.set(j, reference_count(rows, j) >= threshold);
    out.clear_padding();
}

/// The sum of the votes at coordinate j. O(n); constexpr.
/// \tparam View    sign_view or ternary_view
/// \param rows     n rows of votes
/// \param weights  of the rows; where there are none, each weighs 1
/// \param j        the coordinate
template <class View>
[[nodiscard]] constexpr std::int64_t reference_vote_sum(std::span<const View> rows, std::span<const std::uint32_t> weights,
                                                        std::size_t j) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        sum += (weights.empty() ? 1 : static_cast<std::int64_t>(weights[i])) * rows[i][j];
    }
    return sum;
}

/// −1, 0 or +1: what a sum of votes decodes to. Constexpr.
[[nodiscard]] constexpr int reference_sign(std::int64_t sum) { return sum > 0 ? 1 : sum < 0 ? -1 : 0; }

/// The majority of the partitions that worker i of an allocation holds, at coordinate j; 0 for a tie. O(k).
/// \param code        n × k
/// \param worker      i
/// \param partitions  k rows of signs
/// \param j           the coordinate
template <allocation A>
[[nodiscard]] int reference_encode(const A& code, std::size_t worker, std::span<const sign_view> partitions, std::size_t j) {
    std::int64_t sum = 0;
    for (std::size_t p = 0; p < partitions.size(); ++p) {
        if (entry(code, worker, p) != 0) sum += partitions[p][j];
    }
    return reference_sign(sum);
}

} // namespace election
