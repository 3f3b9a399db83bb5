// SPDX-License-Identifier: MIT
// detail::file_lock: a file that one process or thread changes at a time, whatever the name by which they call it.
#pragma once

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <election/core/error.hpp>

namespace election::detail {

/// Holds a file for this process (and this thread) alone, against all others who ask the same way; the operating system lets
/// go of it if the process dies.
///
/// It locks FILE.lock, which is removed afterwards, and not the file itself, which is replaced while it is held.
class file_lock {
public:
    /// Where the file is that was locked.
    enum class place {
        here,     ///< where it was opened
        removed,  ///< nowhere: whoever held it before has removed it
        elsewhere ///< at another name, or its file system gives it other numbers each time
    };

    /// \param file  which is locked; it need not be there
    /// \param look  tells where the file is that was opened at a path
    /// \throws format_error  "FILE: cannot be locked: …"
    explicit file_lock(const std::filesystem::path& file, place (*look)(const std::string&, int) = place_of)
        : path_(file.string() + ".lock") {
        for (int round = 0; round < 100;) {
            handle_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
            if (handle_ < 0) fail(file);
            while (::flock(handle_, LOCK_EX) != 0) {
                if (errno == EINTR) continue;
                const int reason = errno;
                ::close(handle_);
                errno = reason;
                fail(file);
            }
            // A lock on a removed file is one that nobody else will find. Where many wait, that may happen any number of times.
            const place found = look(path_, handle_);
            if (found == place::here) return;
            ::close(handle_);
            if (found == place::elsewhere) ++round;
        }
        throw format_error(file.string(), 0, "cannot be locked: its lock file cannot be kept");
    }
    file_lock(const file_lock&) = delete;
    file_lock& operator=(const file_lock&) = delete;
    ~file_lock() {
        ::unlink(path_.c_str()); // while it is held, see above
        ::close(handle_);
    }

    [[nodiscard]] static place place_of(const std::string& path, int handle) {
        struct stat mine {};
        struct stat there {};
        if (::fstat(handle, &mine) != 0) return errno == ESTALE ? place::removed : place::elsewhere; // by another machine
        if (mine.st_nlink == 0) return place::removed;
        const bool is_same = ::stat(path.c_str(), &there) == 0 && mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
        return is_same ? place::here : place::elsewhere;
    }

private:
    [[noreturn]] static void fail(const std::filesystem::path& file) {
        throw format_error(file.string(), 0, "cannot be locked: " + std::generic_category().message(errno));
    }

    std::string path_;
    int handle_ = -1;
};

/// The file that a name means, links followed, so that all names of a file have one lock.
[[nodiscard]] inline std::filesystem::path link_target(std::filesystem::path path) {
    namespace fs = std::filesystem;
    std::error_code failure;
    for (int links = 0; links < 40 && fs::is_symlink(fs::symlink_status(path, failure)); ++links) {
        const fs::path next = fs::read_symlink(path, failure);
        if (failure) break;
        path = path.parent_path() / next; // an absolute one replaces all
    }
    return path;
}

} // namespace election::detail
