// SPDX-License-Identifier: MIT
// How commands read and write code files.
#pragma once

#include <optional>
#include <string>

#include <election/codes/packed_allocation.hpp>
#include <election/io/format.hpp>

#include "options.hpp"

namespace election::program {

/// The rule of --format options: "must be text, csv, npy, mtx or alist".
[[nodiscard]] std::string format_rule();

/// The format that an option names; nothing if it was not given.
/// \throws bad_use  another word
[[nodiscard]] std::optional<matrix_format> chosen_format(const command_line& line, const std::string& option);

/// Reads a code; "-" is standard input. \throws format_error
[[nodiscard]] packed_allocation read_code(const std::string& file, std::optional<matrix_format> format);

/// Refuses a file that could not be written, before hours are spent on what is to stand in it.
/// \param option  whose value that is
/// \throws bad_use  a folder, in a folder that is not there or must not be written
void require_writable(const std::string& option, const std::string& file);

} // namespace election::program
