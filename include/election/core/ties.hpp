// SPDX-License-Identifier: MIT
// tie_policy: how a worker votes when its partitions are split evenly.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace election {

/// How a worker whose partitions' signs sum to 0 votes; an idle worker (an empty row) is always tied.
enum class tie_policy : std::uint8_t {
    abstain,  ///< votes 0: numpy.sign in the authors' code; the default
    positive, ///< votes +1: what a packed bit operator gives
    negative, ///< votes −1
    coin      ///< votes a fair coin; the worst case counts it as a wrong vote
};

/// All tie policies, for loops.
inline constexpr std::array<tie_policy, 4> tie_policies{tie_policy::abstain, tie_policy::positive, tie_policy::negative,
                                                        tie_policy::coin};

/// The name that options and results use: "abstain", "positive", "negative" or "coin".
[[nodiscard]] constexpr std::string_view name_of(tie_policy ties) noexcept {
    constexpr std::array<std::string_view, 4> names{"abstain", "positive", "negative", "coin"};
    return names[static_cast<std::size_t>(ties)];
}

/// The tie policy of that name, or nothing.
[[nodiscard]] constexpr std::optional<tie_policy> tie_policy_named(std::string_view name) noexcept {
    for (tie_policy ties : tie_policies) {
        if (name_of(ties) == name) return ties;
    }
    return std::nullopt;
}

/// Whether a policy treats both signs alike, so that a worst election mirrored is a worst election.
[[nodiscard]] constexpr bool is_symmetric(tie_policy ties) noexcept {
    return ties == tie_policy::abstain || ties == tie_policy::coin;
}

} // namespace election
