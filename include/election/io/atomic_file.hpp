// SPDX-License-Identifier: MIT
// write_file(): writes a file whole or not at all.
#pragma once

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <election/core/error.hpp>

namespace election {
namespace detail {

/// A new file beside another one, FILE.part-election-PID-NUMBER, gone in the end unless it was renamed. Its process holds a lock on it,
/// which the operating system lets go of if the process dies: a file of such a name that nobody holds was left behind.
class part_file {
public:
    /// \param target  the file beside which it is
    /// \param path    how errors call that
    part_file(const std::filesystem::path& target, const std::string& path) {
        static std::atomic<unsigned> serial = 0; // threads may write the same file
        const std::string beginning = (target.string() += mark) + std::to_string(::getpid()) + "-";
        while (true) {
            path_ = beginning + std::to_string(serial.fetch_add(1));
            handle_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
            if (handle_ < 0 && errno == EEXIST) continue; // left behind, or of a process with this number on another machine
            if (handle_ < 0) {
                throw format_error(path, 0, "cannot be written: " + std::generic_category().message(errno));
            }
            // Where files cannot be locked, nobody can take it for a stale one either. Whoever does so before it is locked removes it.
            const bool is_locked = ::flock(handle_, LOCK_EX | LOCK_NB) == 0;
            if ((is_locked || errno != EWOULDBLOCK) && is_at(path_, handle_)) return;
            ::close(handle_);
        }
    }
    part_file(const part_file&) = delete;
    part_file& operator=(const part_file&) = delete;
    ~part_file() {
        if (!path_.empty()) ::unlink(path_.c_str());
        ::close(handle_);
    }

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// It has another name now.
    void renamed() noexcept { path_.clear(); }

    /// Removes those that were left beside a file. What cannot be looked at, or not be removed, stays.
    static void remove_stale(const std::filesystem::path& target) {
        namespace fs = std::filesystem;
        const std::string beginning = (target.filename().string() += mark);
        const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
        std::error_code failure;
        for (fs::directory_iterator file(folder, failure), end; !failure && file != end; file.increment(failure)) {
            const std::string name = file->path().filename().string();
            if (name.starts_with(beginning) && is_part(std::string_view(name).substr(beginning.size()))) {
                remove_if_stale(file->path().string());
            }
        }
    }

private:
    static constexpr const char* mark = ".part-election-";

    /// Whether a name ends as those of this class do.
    [[nodiscard]] static bool is_part(std::string_view end) {
        const std::size_t dash = end.find('-');
        const auto is_number = [](std::string_view text) {
            return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
        };
        return dash != std::string_view::npos && is_number(end.substr(0, dash)) && is_number(end.substr(dash + 1));
    }
    /// Whether a path leads to a regular file that is open.
    [[nodiscard]] static bool is_at(const std::string& path, int handle) {
        struct stat mine {};
        struct stat there {};
        return ::fstat(handle, &mine) == 0 && ::lstat(path.c_str(), &there) == 0 && S_ISREG(there.st_mode) &&
               mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
    }
    static void remove_if_stale(const std::string& path) {
        const int handle = ::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (handle < 0) return;
        if (::flock(handle, LOCK_EX | LOCK_NB) == 0 && is_at(path, handle)) ::unlink(path.c_str());
        ::close(handle);
    }

    std::string path_;
    int handle_ = -1;
};

} // namespace detail

/// Writes a file under a temporary name beside it and renames it when everything is on it.
///
/// An existing file is replaced and keeps its permissions; of a symbolic link, the file that it points to. When it throws, that file is as it
/// was and the temporary one is gone. What is no file (a device, a pipe) is written to directly. What `write` throws is passed on.
///
/// A process that is killed meanwhile leaves the temporary file, FILE.part-election-PID-NUMBER; the next write to FILE removes it. A lock tells
/// that nobody writes it any more, since it ends with its process: what a process still writes stays, of this machine or of another.
/// \param path   the file
/// \param write  called as write(stream) with a binary std::ostream, whose state is checked afterwards
/// \throws format_error  "PATH: …": a folder, no such folder, no permission, no space
/// \par Complexity
/// that of writing, and O(files in the folder)
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
    detail::part_file::remove_stale(target);
    detail::part_file part(target, path);
    fill(part.path());
    if (fs::is_regular_file(there)) fs::permissions(part.path(), there.permissions(), failure);
    fs::rename(part.path(), target, failure);
    if (failure) fail("cannot be replaced: " + failure.message());
    part.renamed();
}

} // namespace election
