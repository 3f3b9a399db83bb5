// SPDX-License-Identifier: MIT
// write_file(): writes a file whole or not at all.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
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

/// A host's name in at most 16 letters, digits and dashes: as it is if that is all it has, otherwise some of it and a checksum, since long names
/// may differ anywhere. Nothing for nothing.
[[nodiscard]] inline std::string short_host(std::string_view name) {
    constexpr std::size_t most = 16;
    constexpr std::size_t checksum_digits = 8;
    std::string plain;
    std::uint32_t checksum = 2166136261; // FNV-1a
    for (const char c : name) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-') plain += c;
        checksum = (checksum ^ static_cast<unsigned char>(c)) * 16777619U;
    }
    if (plain == name && plain.size() <= most) return plain;
    plain.resize(std::min(plain.size(), most - checksum_digits - 1));
    plain += '-';
    for (std::size_t digit = 0; digit < checksum_digits; ++digit) {
        plain += "0123456789abcdef"[checksum >> 28];
        checksum <<= 4;
    }
    return plain;
}

/// A new file beside another one, FILE.part-el-HOST-PID-NUMBER, gone in the end unless it was renamed. Its process holds a lock on it, which
/// the operating system lets go of if the process dies: a file of such a name that nobody holds was left behind. Not all file systems show
/// a lock to other machines, so that each looks only at those of its own.
class part_file {
public:
    /// \param target   the file beside which it is
    /// \param path     how errors call that
    /// \param is_kept  whether a path leads to a file that is open
    part_file(const std::filesystem::path& target, const std::string& path,
              bool (*is_kept)(const std::string&, int) = is_at) {
        static std::atomic<unsigned> serial = 0; // threads may write the same file
        const std::string beginning = (target.string() += mark()) + std::to_string(::getpid()) + "-";
        for (int round = 0; round < 100;) {
            path_ = beginning + std::to_string(serial.fetch_add(1));
            handle_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
            if (handle_ < 0 && errno == EEXIST) continue; // left behind, or of a process elsewhere with this number
            if (handle_ < 0) {
                throw format_error(path, 0, "cannot be written: " + std::generic_category().message(errno));
            }
            // Where files cannot be locked, nobody can take it for a stale one either. Whoever does so before it is locked removes it.
            const bool is_locked = ::flock(handle_, LOCK_EX | LOCK_NB) == 0;
            if ((is_locked || errno != EWOULDBLOCK) && is_kept(path_, handle_)) return;
            ::unlink(path_.c_str()); // where a file system gives a file other numbers each time, it is still there
            ::close(handle_);
            ++round;
        }
        throw format_error(path, 0, "cannot be written: its temporary file cannot be kept");
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
        if (host().empty()) return; // whose they are cannot be told
        const std::string beginning = (target.filename().string() += mark());
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
    /// This machine's name; nothing if it cannot be told.
    [[nodiscard]] static std::string host() {
        std::array<char, 257> name{}; // Linux has 64 at most, POSIX 255
        return ::gethostname(name.data(), name.size() - 1) == 0 ? short_host(name.data()) : std::string();
    }
    /// What comes between the file's name and the process.
    [[nodiscard]] static std::string mark() { return ".part-el-" + host() + "-"; }

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
/// A process that is killed meanwhile leaves the temporary file, FILE.part-el-HOST-PID-NUMBER; the next write to FILE from a machine of that
/// name removes it. A lock tells that nobody writes it any more, since it ends with its process: what a process still writes stays. What
/// another machine left stays too, since not all file systems show its locks here.
/// \param path   the file
/// \param write  called as write(stream) with a binary std::ostream, whose state is checked afterwards
/// \throws format_error  "PATH: …": a folder, no such folder, no permission, no space, or a temporary file that is gone again and again
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
