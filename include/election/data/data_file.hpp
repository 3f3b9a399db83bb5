// SPDX-License-Identifier: MIT
// open_data_file(): a data file opened for reading, or one line on why it cannot be read.
#pragma once

#include <fstream>
#include <string>

#include <election/core/error.hpp>
#include <election/io/matrix_file.hpp>

namespace election {

/// Opens a file with samples, as bytes.
/// \param path  the file
/// \returns an open stream at the beginning of the file
/// \throws format_error  "FILE: …": a folder, no such file, no permission, compressed with gzip
/// \par Complexity
/// O(1)
[[nodiscard]] inline std::ifstream open_data_file(const std::string& path) {
    std::ifstream stream = open_for_reading(path, "a data file must be given");
    // No text and no IDX file begins with the first of gzip's two marks.
    if (stream.peek() == 0x1f) {
        stream.get();
        if (stream.peek() == 0x8b) throw format_error(path, 0, "is compressed with gzip; unpack it first, with gunzip");
        stream.unget();
    }
    stream.clear(stream.rdstate() & ~std::ios::eofbit);
    return stream;
}

} // namespace election
