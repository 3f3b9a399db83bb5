// SPDX-License-Identifier: MIT
// A folder of its own for a test that writes files, and whole files as strings.
#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <unistd.h>

#include <doctest/doctest.h>

namespace election_test {

/// Is there as long as the object is.
class temporary_folder {
public:
    temporary_folder() {
        static std::atomic<int> serial = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("election_test_" + std::to_string(::getpid()) + "_" + std::to_string(serial.fetch_add(1)));
        std::filesystem::remove_all(path_);
        std::filesystem::create_directory(path_);
    }
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    ~temporary_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    /// The path of a file in it.
    [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }
    /// How many files are in it.
    [[nodiscard]] std::size_t files() const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(path_)) count += entry.exists() ? 1 : 0;
        return count;
    }

private:
    std::filesystem::path path_;
};

inline std::string bytes_of(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    REQUIRE(stream);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
    std::ofstream stream(path, std::ios::binary | std::ios::trunc);
    stream << bytes;
    REQUIRE(stream.flush());
}

} // namespace election_test
