// SPDX-License-Identifier: MIT
#include "files.hpp"

#include <string_view>
#include <vector>

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

} // namespace election::program
