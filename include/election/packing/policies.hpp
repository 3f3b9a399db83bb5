// SPDX-License-Identifier: MIT
// zero_policy, nan_policy and pack_options: which sign a number has that is neither positive nor negative.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace election {

/// Which sign 0 has, and −0 likewise.
enum class zero_policy : std::uint8_t {
    positive, ///< +1; the default
    negative, ///< −1
    abstain   ///< 0: numpy.sign; where the result can abstain
};

/// All zero policies, for loops.
inline constexpr std::array<zero_policy, 3> zero_policies{zero_policy::positive, zero_policy::negative,
                                                          zero_policy::abstain};

/// The name that options and results use: "positive", "negative" or "abstain".
[[nodiscard]] constexpr std::string_view name_of(zero_policy zero) noexcept {
    constexpr std::array<std::string_view, 3> names{"positive", "negative", "abstain"};
    return names[static_cast<std::size_t>(zero)];
}

/// The zero policy of that name, or nothing.
[[nodiscard]] constexpr std::optional<zero_policy> zero_policy_named(std::string_view name) noexcept {
    for (zero_policy zero : zero_policies) {
        if (name_of(zero) == name) return zero;
    }
    return std::nullopt;
}

/// What becomes of a NaN, whatever its sign bit.
enum class nan_policy : std::uint8_t {
    error,  ///< parameter_error with the place of the first one; the default
    abstain ///< 0; where the result cannot abstain, the sign that zero_policy gives to 0
};

/// All NaN policies, for loops.
inline constexpr std::array<nan_policy, 2> nan_policies{nan_policy::error, nan_policy::abstain};

/// The name that options and results use: "error" or "abstain".
[[nodiscard]] constexpr std::string_view name_of(nan_policy nan) noexcept {
    constexpr std::array<std::string_view, 2> names{"error", "abstain"};
    return names[static_cast<std::size_t>(nan)];
}

/// The NaN policy of that name, or nothing.
[[nodiscard]] constexpr std::optional<nan_policy> nan_policy_named(std::string_view name) noexcept {
    for (nan_policy nan : nan_policies) {
        if (name_of(nan) == name) return nan;
    }
    return std::nullopt;
}

/// How pack() and momentum_pack() turn numbers into signs.
struct pack_options {
    zero_policy zero = zero_policy::positive; ///< the sign of 0 and −0
    nan_policy nan = nan_policy::error;       ///< what becomes of a NaN
};

} // namespace election
