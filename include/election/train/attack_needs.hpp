// SPDX-License-Identifier: MIT
// attack_needs: what an attack looks at, so that no more is computed and copied for it.
#pragma once

#include <variant>

#include <election/models/alie_attack.hpp>
#include <election/models/collude_attack.hpp>
#include <election/models/draw_liars.hpp>
#include <election/models/gradient_noise_attack.hpp>
#include <election/models/gradient_votes.hpp>
#include <election/models/ipm_attack.hpp>
#include <election/models/liars.hpp>
#include <election/models/mimic_attack.hpp>
#include <election/models/reverse_partition_attack.hpp>
#include <election/models/scaling_attack.hpp>
#include <election/models/stealth_attack.hpp>
#include <election/models/zero_sum_attack.hpp>

namespace election {

/// What an attack looks at besides the liar's honest vote.
struct attack_needs {
    bool everything = false; ///< other workers, or partitions that the liar does not hold
    bool truth = false;      ///< election_batch::truth; where there is none, liars are honest
    bool partitions = false; ///< election_batch::messages; of the liar's own partitions unless `everything`
    bool gradients = false;  ///< election_batch::gradients; of the liar's own partitions unless `everything`

    /// Whether the same is needed.
    friend constexpr bool operator==(const attack_needs&, const attack_needs&) = default;
};

/// \{
/// What an attack looks at. An attack of one's own is taken to look at all there is; with a function needs_of(attack) beside
/// it, it says what it really looks at.
/// \returns the same for all values of a type, but for variants, which need what they hold needs
///
/// \code
/// static_assert(!needs_of(election::reverse_attack{}).everything && needs_of(election::stealth_attack{}).truth);
/// \endcode
template <vote_attack A>
[[nodiscard]] constexpr attack_needs needs_of([[maybe_unused]] const A& attack) noexcept {
    return {true, true, true, gradient_attack<A>};
}
[[nodiscard]] constexpr attack_needs needs_of([[maybe_unused]] const reverse_attack& attack) noexcept { return {}; }
[[nodiscard]] constexpr attack_needs needs_of([[maybe_unused]] const directional_attack& attack) noexcept { return {}; }
[[nodiscard]] constexpr attack_needs needs_of([[maybe_unused]] const noise_attack& attack) noexcept { return {}; }
[[nodiscard]] constexpr attack_needs needs_of([[maybe_unused]] const flip_attack& attack) noexcept { return {}; }
[[nodiscard]] inline attack_needs needs_of([[maybe_unused]] const reverse_partition_attack& attack) noexcept {
    return {.partitions = true};
}
[[nodiscard]] inline attack_needs needs_of([[maybe_unused]] const gradient_noise_attack& attack) noexcept {
    return {.gradients = true};
}
[[nodiscard]] inline attack_needs needs_of([[maybe_unused]] const scaling_attack& attack) noexcept {
    return {.gradients = true};
}
[[nodiscard]] constexpr attack_needs needs_of([[maybe_unused]] const against_attack& attack) noexcept {
    return {.everything = true, .truth = true};
}
[[nodiscard]] constexpr attack_needs needs_of([[maybe_unused]] const stealth_attack& attack) noexcept {
    return {.everything = true, .truth = true};
}
[[nodiscard]] constexpr attack_needs needs_of([[maybe_unused]] const mimic_attack& attack) noexcept {
    return {.everything = true};
}
[[nodiscard]] constexpr attack_needs needs_of([[maybe_unused]] const zero_sum_attack& attack) noexcept {
    return {.everything = true};
}
[[nodiscard]] inline attack_needs needs_of([[maybe_unused]] const collude_attack& attack) noexcept {
    return {.everything = true, .partitions = true};
}
[[nodiscard]] constexpr attack_needs needs_of([[maybe_unused]] const alie_attack& attack) noexcept {
    return {.everything = true, .gradients = true};
}
[[nodiscard]] constexpr attack_needs needs_of([[maybe_unused]] const ipm_attack& attack) noexcept {
    return {.everything = true, .gradients = true};
}
template <class... Attacks>
    requires(vote_attack<Attacks>&&...)
[[nodiscard]] constexpr attack_needs needs_of(const std::variant<Attacks...>& attack) {
    return std::visit([](const auto& chosen) { return needs_of(chosen); }, attack);
}
/// \}

} // namespace election
