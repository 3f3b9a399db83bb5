// SPDX-License-Identifier: MIT
// A file that a test writes, gone when the test ends.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <unistd.h>

namespace election_test {

/// A file with the given bytes in the folder for temporary files; its name is that of no other process's file.
class temporary_file {
public:
    temporary_file(const std::string& name, std::string_view bytes)
        : path_(
              (std::filesystem::temp_directory_path() / ("election-" + std::to_string(::getpid()) + "-" + name)).string()) {
        std::ofstream(path_, std::ios::binary) << bytes;
    }
    temporary_file(const temporary_file&) = delete;
    temporary_file& operator=(const temporary_file&) = delete;
    ~temporary_file() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

} // namespace election_test
