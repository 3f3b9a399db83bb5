// SPDX-License-Identifier: MIT
#include <election/io/matrix_file.hpp>

#include <filesystem>
#include <string>

#include <unistd.h>

#include <doctest/doctest.h>
#include <support/random_code.hpp>

using namespace election;
namespace fs = std::filesystem;

TEST_CASE("files of every format are written and read by their extension") {
    const fs::path folder = fs::temp_directory_path() / ("election-matrix-" + std::to_string(::getpid()));
    fs::create_directories(folder);
    const packed_allocation code = election_test::random_code(6, 70, 0.4, 5);
    for (matrix_format format : matrix_formats) {
        const std::string path = (folder / ("code." + std::string(name_of(format)))).string();
        write_matrix(path, code);
        CHECK(read_matrix(path) == code);
        CHECK(read_matrix(path, format) == code);
    }
    CHECK_THROWS_AS((void)read_matrix((folder / "code.npy").string(), matrix_format::text), format_error);
    fs::remove_all(folder);
}

TEST_CASE("a missing file and a folder are named without a line") {
    CHECK_THROWS_WITH_AS((void)read_matrix("/no/such/file"), "/no/such/file: cannot be opened: No such file or directory",
                         format_error);
    CHECK_THROWS_WITH_AS((void)read_matrix("/"), "/: is a folder; a matrix file must be given", format_error);
}
