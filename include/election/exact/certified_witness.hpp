// SPDX-License-Identifier: MIT
// certified_witness: the election of a certificate, held by the definition.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/exact/certified_step.hpp>
#include <election/exact/exact_model.hpp>

namespace election::detail {

/// The value of a sign.
[[nodiscard]] constexpr int value_of_sign(char sign) noexcept { return sign == '+' ? 1 : sign == '-' ? -1 : 0; }

/// An election, counted by the definition of its model.
struct held_witness {
    int truth = 1;           ///< +1 or −1
    std::string votes;       ///< '+', '-' and '0', one a worker: liars vote wrong, a coin shows 0
    std::int64_t margin = 0; ///< votes for the truth less votes against it
};

/// Counts an election by the definition of its model.
/// \param message   what the partitions would report honestly, a sign each
/// \param reported  what they report
/// \throws false_step  the model has no such election
[[nodiscard]] inline held_witness hold_witness(const packed_allocation& code, const exact_model& model,
                                               std::string_view message, std::string_view reported) {
    std::int64_t sum = 0;
    for (char sign : message) sum += value_of_sign(sign);
    require_step(sum != 0, "the witness has as many + as -: such a message has no truth");
    const int truth = sum > 0 ? 1 : -1;
    std::vector<char> may_lose(code.partitions(), model.may_lose.empty() ? char{1} : char{0});
    for (std::size_t partition : model.may_lose) may_lose[partition] = 1;
    std::size_t changed = 0;
    for (std::size_t j = 0; j < code.partitions(); ++j) {
        if (message[j] != reported[j]) ++changed;
        require_step(may_lose[j] != 0 || (value_of_sign(message[j]) == truth && value_of_sign(reported[j]) == truth),
                     "partition ", j, " may not lose");
    }
    require_step(changed <= model.corrupted, changed, " partitions report another sign, and ", model.corrupted,
                 " can be corrupted");
    std::vector<char> lies(code.workers(), 0);
    for (std::size_t liar : model.liars) lies[liar] = 1;
    held_witness held;
    held.truth = truth;
    for (std::size_t i = 0; i < code.workers(); ++i) {
        std::int64_t votes = 0;
        for (std::size_t j = 0; j < code.partitions(); ++j) votes += code(i, j) ? value_of_sign(reported[j]) : 0;
        int vote = votes > 0 ? 1 : votes < 0 ? -1 : 0;
        if (vote == 0 && model.ties == tie_policy::positive) vote = 1;
        if (vote == 0 && model.ties == tie_policy::negative) vote = -1;
        if (lies[i] != 0) vote = -truth;
        held.votes += vote > 0 ? '+' : vote < 0 ? '-' : '0';
        if (vote == 0 && model.ties == tie_policy::coin) vote = -truth;
        held.margin += truth * vote * (model.weights.empty() ? 1 : std::int64_t{model.weights[i]});
    }
    return held;
}

/// The margin of such an election.
/// \throws false_step  the model has no such election
[[nodiscard]] inline std::int64_t margin_of_witness(const packed_allocation& code, const exact_model& model,
                                                    std::string_view message, std::string_view reported) {
    return hold_witness(code, model, message, reported).margin;
}

} // namespace election::detail
