// SPDX-License-Identifier: MIT
// read_text(), write_text(): 0/1 text, one worker a line.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <istream>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include <election/codes/packed_allocation.hpp>
#include <election/io/source.hpp>

namespace election {

namespace detail {

/// The next characters as entries, eight for each block, the first one in the lowest bit, if all of them are 0 or 1. Those of a block are
/// looked at together, as a number whose lowest byte comes first.
template <std::size_t Blocks>
[[nodiscard]] std::optional<std::uint64_t> entries_at(std::string_view text, std::size_t begin) noexcept {
    constexpr bool lowest_comes_first = std::endian::native == std::endian::little;
    if (!lowest_comes_first || text.size() - begin < 8 * Blocks) return std::nullopt;
    constexpr std::uint64_t one_each = 0x0101010101010101;
    std::uint64_t entries = 0;
    std::uint64_t others = 0; // bits that neither 0 nor 1 have
    for (std::size_t b = 0; b < Blocks; ++b) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, text.data() + begin + 8 * b, sizeof bytes);
        bytes ^= std::uint64_t{'0'} * one_each;
        others |= bytes & ~one_each;
        entries |= (bytes * 0x0102040810204080 >> 56) << (8 * b); // the product's highest byte has a bit of each
    }
    if (others != 0) return std::nullopt;
    return entries;
}

} // namespace detail

/// Reads a matrix of 0 and 1, one worker a line, with optional blanks, or one comma, between entries.
///
/// `#` begins a comment; lines without entries are skipped; a row of zeros is an idle worker.
/// \param stream  read to its end
/// \param file    the name that errors give
/// \returns the matrix
/// \throws format_error  another character, rows of different lengths, no row
/// \par Complexity
/// O(bytes)
///
/// \code
/// std::istringstream file("# two workers\n101\n0 1 1\n");
/// auto matrix = election::read_text(file, "example");
/// assert(matrix.workers() == 2 && matrix(1, 2));
/// \endcode
[[nodiscard]] inline packed_allocation read_text(std::istream& stream, std::string_view file) {
    detail::line_source source(stream, file);
    detail::row_collector rows;
    while (const auto line = source.next()) {
        const std::string_view content = line->substr(0, line->find('#'));
        bool any = false;
        bool comma = false; // the last thing seen, blanks aside
        for (std::size_t i = 0; i < content.size(); ++i) {
            const auto word = detail::entries_at<8>(content, i);
            if (const auto entries = word ? word : detail::entries_at<1>(content, i)) {
                const std::size_t count = word ? 64 : 8;
                rows.add(*entries, count);
                any = true;
                comma = false;
                i += count - 1;
                continue;
            }
            const char c = content[i];
            if (c == '0' || c == '1') {
                rows.add(c == '1');
                any = true;
                comma = false;
            } else if (c == ',') {
                if (!any || comma) source.fail("column " + std::to_string(i + 1) + ": a comma without an entry before it");
                comma = true;
            } else if (c != ' ' && c != '\t') {
                source.fail("column " + std::to_string(i + 1) + ": " + escaped(content.substr(i, 1)) +
                            " is neither 0 nor 1");
            }
        }
        if (comma) source.fail("the row ends with a comma; an entry must follow");
        if (any) rows.end_row(source);
    }
    return rows.finish(source);
}

/// Writes a matrix as 0/1 text. O(n·k).
/// \param stream    whose state says afterwards whether it was written
/// \param code      any 0/1 matrix
/// \param comments  lines that come first, each after "# "
/// \throws error  see packed_allocation
template <allocation A>
void write_text(std::ostream& stream, const A& code, std::span<const std::string> comments = {}) {
    const packed_allocation& matrix = packed(code);
    for (const std::string& comment : comments) stream << "# " << comment << '\n';
    std::string line(matrix.partitions() + 1, '\n');
    for (std::size_t i = 0; i < matrix.workers(); ++i) {
        for (std::size_t j = 0; j < matrix.partitions(); ++j) line[j] = matrix(i, j) ? '1' : '0';
        stream << line;
    }
}

} // namespace election
