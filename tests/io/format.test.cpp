// SPDX-License-Identifier: MIT
#include <election/io/format.hpp>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("formats have names that read back and are the extensions") {
    for (matrix_format format : matrix_formats) CHECK(matrix_format_named(name_of(format)) == format);
    CHECK_FALSE(matrix_format_named("json").has_value());
    CHECK(matrix_format_of("a/b.csv") == matrix_format::csv);
    CHECK(matrix_format_of("x.npy") == matrix_format::npy);
    CHECK(matrix_format_of("x.mtx") == matrix_format::mtx);
    CHECK(matrix_format_of("x.alist") == matrix_format::alist);
    CHECK(matrix_format_of("x.txt") == matrix_format::text);
    CHECK(matrix_format_of("csv") == matrix_format::text);
    CHECK(matrix_format_of("-") == matrix_format::text);
}
