// SPDX-License-Identifier: MIT
// A number in a text file of samples: what is one, and what an error says of what is none.
#pragma once

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <election/core/error.hpp>
#include <election/io/source.hpp>

namespace election::detail {

/// A field without the blanks around it.
[[nodiscard]] inline std::string_view trimmed(std::string_view field) noexcept {
    while (!field.empty() && (field.front() == ' ' || field.front() == '\t')) field.remove_prefix(1);
    while (!field.empty() && (field.back() == ' ' || field.back() == '\t')) field.remove_suffix(1);
    return field;
}

/// A decimal number with or without exponent, also after a plus sign; nothing for anything else, for NaN and infinity, and for
/// what no float can hold. Numbers too small for a double are refused too, as their digits would be lost.
[[nodiscard]] inline std::optional<double> number_of(std::string_view field) noexcept {
    if (field.size() > 1 && field[0] == '+' && field[1] != '-') field.remove_prefix(1);
    double value = 0;
    const auto [stop, failure] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (failure != std::errc() || stop != field.data() + field.size()) return std::nullopt;
    // A number that rounds to the largest float or below; the comparison fails for NaN.
    if (!(std::abs(value) <= static_cast<double>(std::numeric_limits<float>::max()))) return std::nullopt;
    return value;
}

/// "'x' is no number that a float can hold".
[[nodiscard]] inline std::string no_number_text(std::string_view field) {
    return joined({field.empty() ? "an empty field" : escaped(field), " is no number that a float can hold"});
}

} // namespace election::detail
