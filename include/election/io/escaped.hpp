// SPDX-License-Identifier: MIT
// escaped(), printable(): text from files and file names, made fit for an error message of one line.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace election {
namespace detail {

/// The length of the printable character that begins a text, 0 if none does: ASCII from blank to ~, and UTF-8 but for the
/// control characters U+0080 to U+009F, surrogates and overlong forms.
[[nodiscard]] inline std::size_t printable_prefix(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(text[i])); };
    const unsigned lead = byte(0);
    if (lead < 0x80) return lead >= 0x20 && lead != 0x7F ? 1 : 0;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (text.size() < length) return 0;
    unsigned point = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return 0;
        point = point << 6U | (byte(i) & 0x3FU);
    }
    const unsigned least = length == 2 ? 0xA0 : length == 3 ? 0x800 : 0x10000;
    return point < least || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000) ? 0 : length;
}

/// Appends the character that begins a text, escaped if it does not print, and returns how many bytes it has.
inline std::size_t append_printable(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::size_t length = printable_prefix(text);
    if (length == 0) {
        const auto byte = static_cast<unsigned char>(text.front());
        out += {'\\', 'x', digits[byte >> 4U], digits[byte & 15U]};
        return 1;
    }
    out += text.substr(0, length);
    return length;
}

/// More characters than escaped() shows, so that a reader need not keep the rest of a word of any length.
inline constexpr std::size_t shown_bytes = 128;

} // namespace detail

/// A file name for an error message: bytes that don't print become \xHH, everything else stays.
///
/// \code
/// election::printable("a\x1b.txt");   // a\x1b.txt
/// \endcode
[[nodiscard]] inline std::string printable(std::string_view name) {
    std::string out;
    while (!name.empty()) name.remove_prefix(detail::append_printable(out, name));
    return out;
}

/// A word of a file for an error message: in quotes, bytes that don't print as \xHH, quotes and backslashes as in C, and cut
/// off with "…" after 24 characters.
///
/// \code
/// election::escaped("it's\t2");   // 'it\'s\x092'
/// \endcode
[[nodiscard]] inline std::string escaped(std::string_view text) {
    std::string out = "'";
    for (std::size_t characters = 0; !text.empty(); ++characters) {
        if (characters == 24) return out + "…'";
        if (text.front() == '\'' || text.front() == '\\') out += '\\';
        text.remove_prefix(detail::append_printable(out, text));
    }
    return out + "'";
}

} // namespace election
