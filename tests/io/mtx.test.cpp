// SPDX-License-Identifier: MIT
#include <election/io/mtx.hpp>

#include <doctest/doctest.h>
#include <support/io.hpp>

using namespace election;
using namespace election_test;

constexpr auto as_mtx = matrix_format::mtx;

TEST_CASE("round trips and damage: mtx") {
    check_round_trips(as_mtx);
    check_damage(as_mtx);
}

TEST_CASE("coordinate and array, every field, both symmetries") {
    const auto text = [](const std::string& file) { return write_string(read_string(file, as_mtx), matrix_format::text); };
    CHECK(text("%%MatrixMarket matrix coordinate pattern general\n% c\n\n2 3 2\n1 1\n2 3\n") == "100\n001\n");
    CHECK(text("%%matrixmarket MATRIX Coordinate Integer General\n2 2 3\n1 1 1\n2 2 1\n1 2 0\n") == "10\n01\n");
    CHECK(text("%%MatrixMarket matrix coordinate real general\n1 2 1\n1 2 1.0e0\n") == "01\n");
    CHECK(text("%%MatrixMarket matrix coordinate pattern symmetric\n3 3 2\n2 1\n3 3\n") == "010\n100\n001\n");
    CHECK(text("%%MatrixMarket matrix array integer general\n2 3\n1\n0\n0\n1\n1\n1\n") == "101\n011\n");
    CHECK(text("%%MatrixMarket matrix array integer symmetric\n2 2\n1\n1\n0\n") == "11\n10\n");
}

TEST_CASE("malformed files are refused with their line") {
    const std::string banner = "%%MatrixMarket matrix coordinate pattern general\n";
    const std::string valued = "%%MatrixMarket matrix coordinate integer general\n";
    const std::string array = "%%MatrixMarket matrix array integer general\n";
    check_malformed(
        {
            {"", "F: is empty; a matrix has at least one worker"},
            {"1 0\n", "F:1: must be '%%MatrixMarket matrix coordinate|array pattern|integer|real general|symmetric'"},
            {"%%MatrixMarket matrix banded pattern general\n", "F:1: 'banded' must be coordinate or array"},
            {"%%MatrixMarket matrix coordinate complex general\n", "F:1: 'complex' must be pattern, integer or real"},
            {"%%MatrixMarket matrix array pattern general\n", "F:1: an array has values and cannot be a pattern"},
            {"%%MatrixMarket matrix coordinate pattern hermitian\n", "F:1: 'hermitian' must be general or symmetric"},
            {banner, "F:1: the size line is missing"},
            {banner + "2 3\n", "F:2: the size line must be three counts: workers, partitions, entries"},
            {banner + "2 -3 1\n", "F:2: the size line must be three counts: workers, partitions, entries"},
            {banner + "0 3 0\n", "F:2: the matrix is 0 x 3, but it needs at least one worker and one partition"},
            {banner + "1000000 1000000000 1\n1 1\n",
             "F:2: the matrix is 1000000 x 1000000000, more than the 2^36 entries that are read"},
            {banner + "2 3 2\n1 1\n", "F:3: the file ends after 1 entry of 2"},
            {banner + "2 3 1\n1 1\n2 2\n", "F:4: the file has more entries than the size line says"},
            {banner + "2 3 1\n3 1\n", "F:3: worker '3' must be 1 to 2"},
            {banner + "2 3 1\n0 1\n", "F:3: worker '0' must be 1 to 2"},
            {banner + "2 3 1\n1 4\n", "F:3: partition '4' must be 1 to 3"},
            {banner + "2 3 1\n1 x\n", "F:3: partition 'x' must be 1 to 3"},
            {banner + "2 3 2\n1 1\n1 1\n", "F:4: the entry 1 1 stands twice"},
            {banner + "2 3 1\n1 1 1\n", "F:3: an entry must be two numbers: worker, partition"},
            {valued + "2 3 1\n1 1\n", "F:3: an entry must be three numbers: worker, partition, value"},
            {valued + "2 3 1\n1 1 2\n", "F:3: the value '2' is neither 0 nor 1"},
            {"%%MatrixMarket matrix coordinate pattern symmetric\n2 3 1\n",
             "F:2: a symmetric matrix must have as many workers as partitions"},
            {"%%MatrixMarket matrix coordinate pattern symmetric\n2 2 1\n1 2\n",
             "F:3: an entry of a symmetric matrix must not be above the diagonal"},
            {array + "2\n", "F:2: the size line must be two counts: workers, partitions"},
            {array + "2 2\n1\n0\n1\n", "F:5: the array has fewer entries than the size line says"},
            {array + "100000 100000\n1\n", "F:2: the array has fewer entries than the size line says"},
            {array + "1 2\n1\n5\n", "F:4: '5' is neither 0 nor 1"},
        },
        as_mtx);
}
