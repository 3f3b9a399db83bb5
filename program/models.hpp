// SPDX-License-Identifier: MIT
// How commands name elections and liars: --messages, --liars, --placement and --attack, read into the library's models.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <election/models/liars.hpp>
#include <election/models/messages.hpp>

#include "options.hpp"

namespace election::program {

/// What --messages may name.
using message_model =
    std::variant<nearest_messages, uniform_messages, weight_messages, independent_messages, gaussian_messages>;

/// What --placement may name; each knows how many liars there are.
using placement_model = std::variant<worst_placement, random_placement, fixed_placement>;

/// What --attack may name.
using attack_model = std::variant<against_attack, reverse_attack, directional_attack, noise_attack, flip_attack>;

/// Which elections come up, who lies in them, and what liars send.
struct election_models {
    message_model messages = nearest_messages{};
    placement_model placement = worst_placement{0};
    attack_model attack = against_attack{};
};

/// Adds the options --messages, --liars, --placement and --attack to a command.
void declare_models(command_line& line);

/// The chapters of a command's help that say what these options accept.
void describe_models(command_line& line);

/// Whether any of the options was given.
[[nodiscard]] bool models_are_given(const command_line& line);

/// Reads the options of declare_models(). Without them: nearest messages, no liar, who would send the opposite of the truth
/// and be placed worst.
/// \param workers     of the code; liars are its rows
/// \param partitions  of the code
/// \throws bad_use  an unknown name, no probability, more liars than workers, a liar twice, messages without a truth, or
///                  options that contradict each other
[[nodiscard]] election_models read_models(const command_line& line, std::size_t workers, std::size_t partitions);

/// The liars of a placement.
[[nodiscard]] std::size_t liars_of(const placement_model& placement) noexcept;

/// The model as options name it, in full: what reads it gives the same model ("gaussian:2.5", "fixed:0,3", "directional:-1").
[[nodiscard]] std::string name_of(const message_model& messages);
[[nodiscard]] std::string name_of(const placement_model& placement);
[[nodiscard]] std::string name_of(const attack_model& attack);

} // namespace election::program
