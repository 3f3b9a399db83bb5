// SPDX-License-Identifier: MIT
// How train names liars: --liars, --liar-set, --placement, --attack and when they lie, read into the library's attacks and schedules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/models/liars.hpp>
#include <election/models/reverse_partition_attack.hpp>
#include <election/train/liar_placement.hpp>
#include <election/train/lie_schedule.hpp>

#include "models.hpp"
#include "options.hpp"

namespace election::program {

/// Attacks that vote_lies sends: those of estimate and one more.
using sent_attack = std::variant<against_attack, reverse_attack, directional_attack, noise_attack, flip_attack, mimic_attack,
                                 zero_sum_attack, stealth_attack, collude_attack, gradient_noise_attack, scaling_attack,
                                 alie_attack, ipm_attack, reverse_partition_attack>;

/// Nobody lies.
struct no_attack {};
/// Liars learn from flipped labels: label_flip_lies, for which the command needs the data.
struct label_flip_attack {};
/// Liars send nothing, in a share of the steps: silent_lies.
struct silent_attack {
    double share = 1; ///< 0 … 1
};
/// Liars send the same random signs in every step: fixed_vote_lies.
struct fixed_vote_attack {};
/// Coordinates of liars' votes are missing: sparse_vote_lies.
struct sparse_vote_attack {
    double share; ///< 0 … 1
};

/// What --attack may name.
using training_attack =
    std::variant<no_attack, sent_attack, label_flip_attack, silent_attack, fixed_vote_attack, sparse_vote_attack>;

/// Who lies in a run of training, and how.
struct training_lies {
    training_attack attack;
    lie_schedule who{1, std::vector<std::size_t>{}}; ///< nobody where `attack` is no_attack
    bool needs_gradients = false;                    ///< partitions' numbers must be kept: gradient_options::keep_reported
    std::size_t liars = 0;                           ///< b
    bool always = true;                              ///< they lie in all steps, and are always the same
    std::string attack_name = "none";                ///< in full, as the option names it
    std::string placement_name = "random";           ///< in full; "fixed:I,J,…"
    std::string times_name = "always";               ///< when they lie: "from:T,every:Q,renew:R"
    std::optional<worst_liars_result> worst;         ///< what placement `worst` found
};

/// Adds the options --liars, --liar-set, --placement, --attack, --attack-from, --attack-every and --attack-renew to a command.
void declare_lies(command_line& line);

/// The chapter of a command's help that says what these options accept.
void describe_lies(command_line& line);

/// Reads the options of declare_lies(). Without them nobody lies; with liars and no attack they reverse their votes.
/// \param code  whose rows are the workers
/// \param ties  how tied workers vote
/// \param seed  of random placements
/// \throws bad_use  an unknown name, a parameter that is not allowed, more liars than workers, a liar twice, or options that
///                  contradict each other
[[nodiscard]] training_lies read_lies(const command_line& line, const packed_allocation& code, tie_policy ties,
                                      std::uint64_t seed);

} // namespace election::program
