// SPDX-License-Identifier: MIT
// write_file(): writes a file whole or not at all.
#pragma once

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <system_error>

#include <unistd.h>

#include <election/core/error.hpp>

namespace election {

/// Writes a file under a temporary name beside it and renames it when everything is on it.
///
/// An existing file is replaced and keeps its permissions; of a symbolic link, the file that it points to. When it throws, that file is as it was and
/// the temporary one is gone. What is no file (a device, a pipe) is written to directly. What `write` throws is passed on.
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
    const auto reason = [] { return std::generic_category().message(errno); };
    const auto fill = [&](const fs::path& target) {
        errno = 0;
        std::ofstream stream(target, std::ios::binary | std::ios::trunc);
        if (!stream) fail("cannot be written: " + reason());
        write(static_cast<std::ostream&>(stream));
        stream.close();
        if (!stream) fail("cannot be written whole: " + reason());
    };
    std::error_code failure;
    const fs::file_status there = fs::status(path, failure);
    if (fs::is_directory(there)) fail("is a folder; a file name must be given");
    if (fs::exists(there) && !fs::is_regular_file(there)) return fill(path);

    // A link that points nowhere yet is followed all the same.
    fs::path target = path;
    if (fs::is_symlink(fs::symlink_status(path, failure))) {
        target = fs::exists(there) ? fs::canonical(path, failure)
                                   : fs::path(path).parent_path() / fs::read_symlink(path, failure);
        if (failure) fail("cannot be written: " + failure.message());
    }
    static std::atomic<unsigned> serial = 0; // threads may write the same file
    fs::path temporary = target;
    temporary += ".part" + std::to_string(::getpid()) + "-" + std::to_string(serial.fetch_add(1));
    try {
        fill(temporary);
        if (fs::is_regular_file(there)) fs::permissions(temporary, there.permissions(), failure);
        fs::rename(temporary, target, failure);
        if (failure) fail("cannot be replaced: " + failure.message());
    } catch (...) {
        fs::remove(temporary, failure);
        throw;
    }
}

} // namespace election
