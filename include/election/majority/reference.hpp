// SPDX-License-Identifier: MIT
// The majority of sign vectors as plainly as the definition; every kernel is held to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <election/bits/sign_span.hpp>

namespace election {

/// How many of the rows have +1 at sign j. O(n); constexpr.
[[nodiscard]] constexpr std::size_t reference_count(std::span<const sign_view> rows, std::size_t j) {
    std::size_t count = 0;
    for (const sign_view& row : rows) count += row[j] > 0 ? 1U : 0U;
    return count;
}

/// Where at least `threshold` of the rows have +1, sign by sign. O(n·d); constexpr.
/// \param out  as many signs as the rows have
constexpr void reference_at_least(std::span<const sign_view> rows, std::size_t threshold, sign_span<std::uint64_t> out) {
    for (std::size_t j = 0; j < out.size(); ++j) out.set(j, reference_count(rows, j) >= threshold);
    out.clear_padding();
}

} // namespace election
