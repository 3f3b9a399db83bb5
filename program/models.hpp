// SPDX-License-Identifier: MIT
// How commands name elections and liars: --messages, --corrupt, --liars, --placement and --attack, read into the library's models.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/models/alie_attack.hpp>
#include <election/models/any_model.hpp>
#include <election/models/collude_attack.hpp>
#include <election/models/corrupted_messages.hpp>
#include <election/models/gaussian_gradients.hpp>
#include <election/models/gradient_noise_attack.hpp>
#include <election/models/ipm_attack.hpp>
#include <election/models/liars.hpp>
#include <election/models/messages.hpp>
#include <election/models/mimic_attack.hpp>
#include <election/models/scaling_attack.hpp>
#include <election/models/stealth_attack.hpp>
#include <election/models/zero_sum_attack.hpp>

#include "options.hpp"

namespace election::program {

/// What --messages may name, with the numbers behind the signs where --attack reads them.
using uncorrupted_model = std::variant<nearest_messages, uniform_messages, weight_messages, independent_messages,
                                       gaussian_messages, gaussian_gradients, partition_messages, recorded_messages>;

/// What --messages and --corrupt may name together.
using message_model =
    std::variant<nearest_messages, uniform_messages, weight_messages, independent_messages, gaussian_messages,
                 gaussian_gradients, partition_messages, recorded_messages, corrupted_messages<uncorrupted_model>>;

/// The messages whose law is known in closed form.
using basic_message_model =
    std::variant<nearest_messages, uniform_messages, weight_messages, independent_messages, gaussian_messages>;

/// What --placement may name; each knows how many liars there are.
using placement_model = std::variant<worst_placement, random_placement, fixed_placement>;

/// What --attack may name.
using attack_model = std::variant<against_attack, reverse_attack, directional_attack, noise_attack, flip_attack,
                                  mimic_attack, zero_sum_attack, stealth_attack, collude_attack, gradient_noise_attack,
                                  scaling_attack, alie_attack, ipm_attack>;

/// The attacks that look at nothing but the truth and the own vote.
using basic_attack_model = std::variant<against_attack, reverse_attack, directional_attack, noise_attack, flip_attack>;

/// Which elections come up, who lies in them, and what liars send.
struct election_models {
    message_model messages = nearest_messages{};
    placement_model placement = worst_placement{0};
    attack_model attack = against_attack{};
};

/// Those for which probabilities are known in closed form.
struct basic_election_models {
    basic_message_model messages;
    placement_model placement;
    basic_attack_model attack;
};

/// Adds the options --messages, --corrupt, --liars, --placement and --attack to a command.
void declare_models(command_line& line);

/// The chapters of a command's help that say what these options accept.
void describe_models(command_line& line);

/// Whether any of the options was given.
[[nodiscard]] bool models_are_given(const command_line& line);

/// Reads the options of declare_models(). Without them: nearest messages, no liar, who would send the opposite of the truth
/// and be placed worst.
/// \param code  whose rows are the workers
/// \param ties  how tied workers vote
/// \throws bad_use  an unknown name, no probability, more liars than workers, a liar twice, messages without a truth, more
///                  corrupted partitions than there are, or options that contradict each other
[[nodiscard]] election_models read_models(const command_line& line, const packed_allocation& code, tie_policy ties);

/// The same for commands that know the basic models only; \throws bad_use others too.
/// \param workers     of the code; liars are its rows
/// \param partitions  of the code
[[nodiscard]] election_models read_models(const command_line& line, std::size_t workers, std::size_t partitions);

/// The models as basic ones.
/// \throws bad_use  they are not
[[nodiscard]] basic_election_models basic_models(const election_models& models);

/// What liars send, without the options around it and without the short forms of --attack.
/// \returns nothing if no attack has that name
/// \throws bad_use  a parameter of an attack that is not allowed; the line names --attack
[[nodiscard]] std::optional<attack_model> read_attack(std::string_view text, const packed_allocation& code, tie_policy ties);

/// "I,J,…": different workers, increasing.
/// \param option   whose value that is, for errors
/// \param workers  n
/// \throws bad_use  one that is not there or comes twice
[[nodiscard]] std::vector<std::size_t> read_liar_set(const std::string& option, std::string_view text, std::size_t workers);

/// \{
/// The definitions of attacks, a line or more each, for the help of all commands that have them.
inline constexpr std::string_view attacks_on_own_votes =
    R"( reverse         minus the own honest vote; who is tied still abstains
 directional     always +, which helps where the truth is always +;
                 directional:-1 always -
 noise           fair signs
 flip:P          the own honest vote, reversed with probability P
)";
inline constexpr std::string_view attacks_on_all_votes =
    R"( mimic           the vote of the honest worker with the smallest number
 zero-sum        votes that bring the sum of all votes to 0, one of them
                 silent if need be, or as near to 0 as they can
 stealth         minus the truth, only in elections whose right result
                 that turns; else the own honest vote
 collude         minus the sign that most of the partitions have that some
                 liar holds; on a tie the own honest vote
)";
inline constexpr std::string_view attacks_on_gradients =
    R"( gradient-noise:S  the own majority of signs, after noise of standard
                 deviation S is added to each gradient
 scaling:F       the own majority of signs, after each gradient is
                 multiplied by F: only the sign of F matters; inf, -inf and
                 nan are factors too
 alie:T          the sign of mean - T*std of all gradients ("a little is
                 enough"; std divides by k)
 ipm             minus the sign of the mean of all gradients
                 ("inner-product manipulation")
)";
/// \}

/// The liars of a placement.
[[nodiscard]] std::size_t liars_of(const placement_model& placement) noexcept;

/// The model as options name it, in full: what reads it gives the same model ("gaussian:2.5", "fixed:0,3", "directional:-1"). With
/// --corrupt the name of messages has both options' values, without a blank: "nearest+corrupt:2".
[[nodiscard]] std::string name_of(const message_model& messages);
[[nodiscard]] std::string name_of(const placement_model& placement);
[[nodiscard]] std::string name_of(const attack_model& attack);

} // namespace election::program
