// SPDX-License-Identifier: MIT
// read_csv(), write_csv(): comma-separated 0 and 1, one worker a line.
#pragma once

#include <istream>
#include <ostream>
#include <string>
#include <string_view>

#include <election/codes/packed_allocation.hpp>
#include <election/io/source.hpp>

namespace election {

/// Reads comma-separated values, one worker a line, every field 0 or 1 with blanks around it at most.
///
/// Empty lines and lines that begin with `#` are skipped. There is no header row and no quoting.
/// \param stream  read to its end
/// \param file    the name that errors give
/// \returns the matrix
/// \throws format_error  another field, rows of different lengths, no row
/// \par Complexity
/// O(bytes)
///
/// \code
/// std::istringstream file("1,0,1\n0,1,1\n");
/// assert(election::read_csv(file, "example").load(0) == 2);
/// \endcode
[[nodiscard]] inline packed_allocation read_csv(std::istream& stream, std::string_view file) {
    detail::line_source source(stream, file);
    detail::row_collector rows;
    while (auto line = source.next_content('#')) {
        std::size_t number = 0;
        std::string_view rest = *line;
        while (true) {
            const std::size_t comma = rest.find(',');
            std::string_view field = rest.substr(0, comma);
            ++number;
            while (!field.empty() && (field.front() == ' ' || field.front() == '\t')) field.remove_prefix(1);
            while (!field.empty() && (field.back() == ' ' || field.back() == '\t')) field.remove_suffix(1);
            if (field != "0" && field != "1") {
                source.fail("field " + std::to_string(number) + ": " +
                            (field.empty() ? std::string("an empty field") : escaped(field)) + " is neither 0 nor 1");
            }
            rows.add(field == "1");
            if (comma == std::string_view::npos) break;
            rest.remove_prefix(comma + 1);
        }
        rows.end_row(source);
    }
    return rows.finish(source);
}

/// Writes a matrix as comma-separated values. O(n·k).
/// \param stream  whose state says afterwards whether it was written
/// \param code    any 0/1 matrix
/// \throws error  see packed_allocation
template <allocation A>
void write_csv(std::ostream& stream, const A& code) {
    const packed_allocation& matrix = packed(code);
    std::string line;
    for (std::size_t i = 0; i < matrix.workers(); ++i) {
        line.clear();
        for (std::size_t j = 0; j < matrix.partitions(); ++j) {
            line += matrix(i, j) ? '1' : '0';
            line += j + 1 < matrix.partitions() ? ',' : '\n';
        }
        stream << line;
    }
}

} // namespace election
