// SPDX-License-Identifier: MIT
#include <election/io/alist.hpp>

#include <doctest/doctest.h>
#include <support/io.hpp>

using namespace election;
using namespace election_test;

constexpr auto as_alist = matrix_format::alist;

TEST_CASE("round trips and damage: alist") {
    check_round_trips(as_alist);
    check_damage(as_alist);
}

TEST_CASE("partitions are columns, workers rows; lists may be padded or not") {
    const std::string padded = "3 2\n2 2\n1 1 2\n2 2\n1 0\n2 0\n1 2\n1 3\n2 3\n";
    const std::string irregular = "3 2\n2 2\n1 1 2\n2 2\n1\n2\n1 2\n1 3\n2 3\n";
    CHECK(write_string(read_string(padded, as_alist), matrix_format::text) == "101\n011\n");
    CHECK(write_string(read_string(irregular, as_alist), matrix_format::text) == "101\n011\n");
    CHECK(write_string(read_string(padded, as_alist), as_alist) == padded);
    const std::string idle = "2 2\n1 2\n1 1\n2 0\n1\n1\n1 2\n\n";
    CHECK(write_string(read_string(idle, as_alist), matrix_format::text) == "11\n00\n");
}

TEST_CASE("malformed lists are refused with their line") {
    check_malformed(
        {
            {"", "F: is empty; a matrix has at least one worker"},
            {"3\n", "F:1: the first line (partitions, workers): 1 numbers where 2 must be"},
            {"3 x\n", "F:1: 'x' is not a count"},
            {"0 2\n1 1\n", "F:1: the matrix is 2 x 0, but it needs at least one worker and one partition"},
            {"999999999 2\n1 1\n", "F:1: the file is too short for 999999999 partitions and 2 workers"},
            {"3 2\n2 2\n1 1\n2 2\n", "F:3: the partitions' weights: 2 numbers where 3 must be"},
            {"3 2\n3 2\n1 1 2\n2 2\n1 0\n2 0\n1 2\n1 3\n2 3\n",
             "F:3: the largest weight of a partition is 2, but line 2 says 3"},
            {"3 2\n2 2\n1 1 2\n2 2\n1 2\n2 0\n1 2\n1 3\n2 3\n",
             "F:5: the list of partition 1: 2 indices where its weight is 1"},
            {"3 2\n2 2\n1 1 2\n2 2\n3 0\n2 0\n1 2\n1 3\n2 3\n", "F:5: the list of partition 1: '3' must be 1 to 2"},
            {"3 2\n2 2\n1 1 2\n2 2\n0 1\n2 0\n1 2\n1 3\n2 3\n",
             "F:5: the list of partition 1: an index behind the padding zeros"},
            {"3 2\n2 2\n1 1 2\n2 2\n1 0\n2 0\n1 1\n1 3\n2 3\n", "F:7: the list of partition 3: worker 1 stands twice"},
            {"3 2\n2 2\n1 1 2\n2 2\n1 0\n2 0\n1 2\n1 2\n2 3\n",
             "F:8: the list of worker 1: partition 2 does not list this worker"},
            {"3 2\n2 2\n1 1 2\n2 2\n1 0\n2 0\n1 2\n1 3\n", "F:8: the file ends before the list of worker 2"},
            {"3 2\n2 2\n1 1 2\n2 2\n1 0\n2 0\n1 2\n1 3\n2 3\n7\n", "F:10: text behind the last list"},
            {"3 2\n2 2\n1 1 2\n2 1\n1 0\n2 0\n1 2\n1 3\n2\n",
             "F:9: the list of worker 2: another partition lists this worker too"},
        },
        as_alist);
}
