// SPDX-License-Identifier: MIT
// How verify, check, failures and export name the elections that count: --alphabet, --weights, --liar-set, --may-lose and --corrupted.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/exact/exact_model.hpp>

#include "json_fields.hpp"
#include "options.hpp"
#include "table.hpp"

namespace election::program {

/// Adds the options to a command.
/// \param corrupts  whether --corrupted is in its help, too; a command that refuses it does so with words of its own
void declare_exact_model(command_line& line, bool corrupts = true);

/// Reads the options of declare_exact_model(); without them the model is plain.
/// \throws bad_use  workers, partitions or weights that are not there, come twice or are too many
[[nodiscard]] exact_model read_exact_model(const command_line& line, const packed_allocation& code, tie_policy ties);

/// The first option of declare_exact_model() that was given, for commands that refuse them at times.
[[nodiscard]] std::optional<std::string> given_exact_model_option(const command_line& line);

/// Reads the fields that show_exact_model() writes, but for the ties; what is absent is as in the plain model.
/// \throws format_error  fields of another type, workers, partitions or weights that are not there, come twice or are too many
[[nodiscard]] exact_model read_exact_model(const json_fields& fields, std::size_t workers, std::size_t partitions);

/// What is not plain, a line each: "weights 1,1,2".
[[nodiscard]] std::vector<std::string> lines_of(const exact_model& model);

/// Adds what is not plain to a table of facts.
void show_exact_model(const exact_model& model, table& facts);

/// Adds a model that is not plain to a JSON object; nothing for one that is.
void show_exact_model(const exact_model& model, nlohmann::ordered_json& object);

/// What tells a model from all others with the same ties: numbers, of which a hash is enough, and words.
struct exact_model_identity {
    std::string lists;
    std::string words;
};
[[nodiscard]] exact_model_identity identity_of_model(const exact_model& model);

} // namespace election::program
