// SPDX-License-Identifier: MIT
#include <election/data/data_file.hpp>

#include <iterator>
#include <string>

#include <doctest/doctest.h>
#include <support/temporary_file.hpp>

using namespace election;
using election_test::temporary_file;

TEST_CASE("a data file is read from its beginning") {
    for (const std::string bytes : {"", "a", "ab\n", "\x1f", "\x1f\x8a", "\x1f\x1f"}) {
        const temporary_file file("plain", bytes);
        std::ifstream stream = open_data_file(file.path());
        CHECK(std::string(std::istreambuf_iterator<char>(stream), {}) == bytes);
    }
}

TEST_CASE("what cannot be read is said in one line") {
    CHECK_THROWS_WITH_AS((void)open_data_file("/no/such/file"), "/no/such/file: cannot be opened: No such file or directory",
                         format_error);
    CHECK_THROWS_WITH_AS((void)open_data_file("/"), "/: is a folder; a data file must be given", format_error);
    const temporary_file file("packed.gz", "\x1f\x8b\x08");
    CHECK_THROWS_WITH_AS((void)open_data_file(file.path()),
                         (file.path() + ": is compressed with gzip; unpack it first, with gunzip").c_str(), format_error);
}
