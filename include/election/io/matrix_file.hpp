// SPDX-License-Identifier: MIT
// read_matrix(), write_matrix(): matrix files of every format.
#pragma once

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <istream>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <system_error>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/io/alist.hpp>
#include <election/io/atomic_file.hpp>
#include <election/io/csv.hpp>
#include <election/io/format.hpp>
#include <election/io/mtx.hpp>
#include <election/io/npy.hpp>
#include <election/io/text.hpp>

namespace election {

/// Reads a matrix from a stream.
/// \param stream  read to its end
/// \param file    the name that errors give
/// \param format  of the stream
/// \returns the matrix
/// \throws format_error  "FILE:LINE: …" or "FILE: …"
/// \par Complexity
/// O(bytes + n·k/64)
///
/// \code
/// std::istringstream file("1,0,1\n0,1,1\n");
/// auto matrix = election::read_matrix(file, "example", election::matrix_format::csv);
/// assert(matrix.workers() == 2 && matrix.partitions() == 3);
/// \endcode
[[nodiscard]] inline packed_allocation read_matrix(std::istream& stream, std::string_view file, matrix_format format) {
    switch (format) {
    case matrix_format::csv:
        return read_csv(stream, file);
    case matrix_format::npy:
        return read_npy(stream, file);
    case matrix_format::mtx:
        return read_mtx(stream, file);
    case matrix_format::alist:
        return read_alist(stream, file);
    default:
        return read_text(stream, file);
    }
}

/// Opens a file for reading, as bytes.
/// \param path    the file
/// \param wanted  what a folder is not: "a matrix file must be given"
/// \returns an open stream
/// \throws format_error  "FILE: …": a folder, no such file, no permission
[[nodiscard]] inline std::ifstream open_for_reading(const std::string& path, const std::string& wanted) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) throw format_error(path, 0, "is a folder; " + wanted);
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw format_error(path, 0, "cannot be opened: " + std::generic_category().message(errno));
    return stream;
}

/// Reads a matrix file.
///
/// \param path    the file; "-" is standard input
/// \param format  by default what the extension says, text for any other and for standard input
/// \returns the matrix
/// \throws format_error  "FILE:LINE: …" or "FILE: …"
/// \par Complexity
/// O(bytes + n·k/64)
[[nodiscard]] inline packed_allocation read_matrix(const std::string& path, std::optional<matrix_format> format = {}) {
    if (path == "-") return read_matrix(std::cin, "standard input", format.value_or(matrix_format::text));
    std::ifstream stream = open_for_reading(path, "a matrix file must be given");
    return read_matrix(stream, path, format.value_or(matrix_format_of(path)));
}

/// Writes a matrix to a stream. O(n·k).
/// \param stream    whose state says afterwards whether it was written
/// \param code      any 0/1 matrix
/// \param format    of the stream
/// \param comments  lines that text begins with, each after "# "; the other formats leave them out
/// \throws error  see packed_allocation
template <allocation A>
void write_matrix(std::ostream& stream, const A& code, matrix_format format, std::span<const std::string> comments = {}) {
    switch (format) {
    case matrix_format::csv:
        return write_csv(stream, code);
    case matrix_format::npy:
        return write_npy(stream, code);
    case matrix_format::mtx:
        return write_mtx(stream, code);
    case matrix_format::alist:
        return write_alist(stream, code);
    default:
        return write_text(stream, code, comments);
    }
}

/// Writes a matrix file, whole or not at all. O(n·k).
///
/// \param path      the file; "-" is standard output
/// \param code      any 0/1 matrix
/// \param format    by default what the extension says, text for any other and for standard output
/// \param comments  lines that text begins with, each after "# "; the other formats leave them out
/// \throws format_error  "FILE: …"
/// \throws error         see packed_allocation
///
/// \code
/// const std::string path = (std::filesystem::temp_directory_path() / "election_write_matrix.npy").string();
/// const auto code = election::packed(election::deterministic(5, 1));
/// election::write_matrix(path, code);
/// assert(election::read_matrix(path) == code);
/// std::filesystem::remove(path);
/// \endcode
template <allocation A>
void write_matrix(const std::string& path, const A& code, std::optional<matrix_format> format = {},
                  std::span<const std::string> comments = {}) {
    if (path == "-") return write_matrix(std::cout, code, format.value_or(matrix_format::text), comments);
    write_file(path,
               [&](std::ostream& stream) { write_matrix(stream, code, format.value_or(matrix_format_of(path)), comments); });
}

} // namespace election
