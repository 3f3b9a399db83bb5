// SPDX-License-Identifier: MIT
// at_commas(): the parts of an option's value.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace election::program {

/// "1,,x" becomes "1", "" and "x"; an empty text is one empty part.
[[nodiscard]] inline std::vector<std::string_view> at_commas(std::string_view text) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t comma = text.find(',');
        parts.push_back(text.substr(0, comma));
        if (comma == std::string_view::npos) return parts;
        text.remove_prefix(comma + 1);
    }
}

} // namespace election::program
