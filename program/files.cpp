// SPDX-License-Identifier: MIT
#include "files.hpp"

#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include <unistd.h>

#include <election/core/error.hpp>
#include <election/io/file_lock.hpp>
#include <election/io/matrix_file.hpp>

namespace election::program {

std::string format_rule() {
    std::vector<std::string> names;
    for (matrix_format format : matrix_formats) names.emplace_back(name_of(format));
    return "must be " + choices(names);
}

std::optional<matrix_format> chosen_format(const command_line& line, const std::string& option) {
    return line.choice(option, matrix_format_named);
}

packed_allocation read_code(const std::string& file, std::optional<matrix_format> format) {
    return read_matrix(file, format);
}

void require_writable(const std::string& option, const std::string& file) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    const auto fail = [&](std::string_view rule) {
        throw bad_use(detail::joined({option, ": ", shown_word(file), " ", rule}));
    };
    if (fs::is_directory(file, ignored)) fail("is a folder, must be a file name");
    const fs::path target = detail::link_target(file);
    if (fs::exists(target, ignored) && !fs::is_regular_file(target, ignored)) return; // a device or pipe
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    if (!fs::is_directory(folder, ignored)) fail("must be in a folder that is there");
    if (::access(folder.c_str(), W_OK) != 0) fail("must be in a folder that may be written");
}

} // namespace election::program
