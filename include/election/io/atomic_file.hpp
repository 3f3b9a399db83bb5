// SPDX-License-Identifier: MIT
// write_file(): writes a file whole or not at all.
#pragma once

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <system_error>

#include <unistd.h>

#include <election/core/error.hpp>

namespace election {

/// Writes a file under a temporary name beside it and renames it when everything is on it; an existing file is replaced.
///
/// When it throws, a file of that name is as it was and the temporary one is gone. What `write` throws is passed on.
/// \param path   the file
/// \param write  called as write(stream) with a binary std::ostream, whose state is checked afterwards
/// \throws format_error  "PATH: …": a folder, no such folder, no permission, no space
///
/// \code
/// const std::string path = (std::filesystem::temp_directory_path() / "election_write_file.txt").string();
/// election::write_file(path, [](std::ostream& stream) { stream << "101\n011\n"; });
/// assert(election::read_matrix(path).workers() == 2);
/// std::filesystem::remove(path);
/// \endcode
template <class Write>
void write_file(const std::string& path, Write&& write) {
    namespace fs = std::filesystem;
    const auto fail = [&](const std::string& what) { throw format_error(path, 0, what); };
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) fail("is a folder; a file name must be given");
    const std::string temporary = path + ".part" + std::to_string(::getpid());
    errno = 0;
    std::ofstream stream(temporary, std::ios::binary | std::ios::trunc);
    if (!stream) fail("cannot be written: " + std::generic_category().message(errno));
    try {
        write(static_cast<std::ostream&>(stream));
        stream.flush();
        const bool whole = stream.good();
        stream.close();
        if (!whole || stream.fail()) fail("cannot be written whole: " + std::generic_category().message(errno));
        std::error_code failure;
        fs::rename(temporary, path, failure);
        if (failure) fail("cannot be replaced: " + failure.message());
    } catch (...) {
        stream.close();
        fs::remove(temporary, ignored);
        throw;
    }
}

} // namespace election
