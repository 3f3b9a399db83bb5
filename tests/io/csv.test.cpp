// SPDX-License-Identifier: MIT
#include <election/io/csv.hpp>

#include <doctest/doctest.h>
#include <support/io.hpp>

using namespace election;
using namespace election_test;

constexpr auto as_csv = matrix_format::csv;

TEST_CASE("round trips and damage: csv") {
    check_round_trips(as_csv);
    check_damage(as_csv);
}

TEST_CASE("blanks around fields, comment lines and empty lines are taken") {
    CHECK(write_string(read_string("# c\n1, 0 ,1\n\n0,\t1,1\r\n", as_csv), as_csv) == "1,0,1\n0,1,1\n");
}

TEST_CASE("malformed values are refused with line and field") {
    check_malformed(
        {
            {"", "F: is empty; a matrix has at least one worker"},
            {"# only\n", "F: has no rows of 0 and 1; a matrix has at least one worker"},
            {"p0,p1\n1,0\n", "F:1: field 1: 'p0' is neither 0 nor 1"},
            {"1,2\n", "F:1: field 2: '2' is neither 0 nor 1"},
            {"1,\n", "F:1: field 2: an empty field is neither 0 nor 1"},
            {"1,0\n1\n", "F:2: 1 entry, but the first worker (line 1) has 2 entries"},
            {"\"1\",0\n", "F:1: field 1: '\"1\"' is neither 0 nor 1"},
            {"1 0\n", "F:1: field 1: '1 0' is neither 0 nor 1"},
            {"1,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "F:1: field 2: 'aaaaaaaaaaaaaaaaaaaaaaaa…' is neither 0 nor 1"},
        },
        as_csv);
}
