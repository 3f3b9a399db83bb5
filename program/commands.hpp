// SPDX-License-Identifier: MIT
// The commands of the program, one function each, and what they share.
#pragma once

#include <string>
#include <vector>

#include "options.hpp"

namespace election::program {

/// The words after a command's name.
using words = std::vector<std::string>;

[[nodiscard]] status generate_command(words arguments);
[[nodiscard]] status info_command(words arguments);
[[nodiscard]] status verify_command(words arguments);
[[nodiscard]] status failures_command(words arguments);
[[nodiscard]] status check_command(words arguments);
[[nodiscard]] status enumerate_command(words arguments);
[[nodiscard]] status estimate_command(words arguments);
[[nodiscard]] status bound_command(words arguments);
[[nodiscard]] status merge_command(words arguments);
[[nodiscard]] status train_command(words arguments);
[[nodiscard]] status export_command(words arguments);

} // namespace election::program
