// SPDX-License-Identifier: MIT
// table: names and values in two aligned columns.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace election::program {

/// Names and values in two aligned columns, indented by two blanks.
class table {
public:
    void row(std::string name, std::string value) { rows_.emplace_back(std::move(name), std::move(value)); }

    [[nodiscard]] std::string str() const {
        std::size_t width = 0;
        for (const auto& [name, value] : rows_) width = std::max(width, name.size());
        std::string text;
        for (const auto& [name, value] : rows_) {
            text += "  " + name + std::string(width - name.size() + 3, ' ') + value + '\n';
        }
        return text;
    }

private:
    std::vector<std::pair<std::string, std::string>> rows_;
};

} // namespace election::program
