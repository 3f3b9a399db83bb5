// SPDX-License-Identifier: MIT
#include <election/io/npy.hpp>

#include <cstdint>
#include <string>

#include <doctest/doctest.h>
#include <support/io.hpp>

using namespace election;
using namespace election_test;

constexpr auto as_npy = matrix_format::npy;

namespace {

/// A file of that header, padded as NumPy does, and those element bytes.
std::string npy(std::string header, const std::string& elements, char version = 1) {
    header.append(63 - (10 + header.size()) % 64, ' ');
    header += '\n';
    std::string file = "\x93NUMPY";
    file += {version, '\0', static_cast<char>(header.size() & 255), static_cast<char>(header.size() >> 8)};
    if (version > 1) file += {'\0', '\0'};
    return file + header + elements;
}

std::string dictionary(const std::string& type, const std::string& order, const std::string& shape) {
    return "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
}

/// Elements of that many bytes, the value in the lowest or the highest.
std::string elements(const std::string& bits, std::size_t bytes, bool big) {
    std::string all;
    for (char bit : bits) {
        std::string element(bytes, '\0');
        element[big ? bytes - 1 : 0] = bit == '1' ? '\1' : '\0';
        all += element;
    }
    return all;
}

} // namespace

TEST_CASE("round trips and damage: npy") {
    check_round_trips(as_npy);
    check_damage(as_npy);
}

TEST_CASE("integers of every size and byte order, bool, both orders, every version, keys in any order") {
    for (const char* kind : {"i", "u"}) {
        for (std::size_t bytes : {1U, 2U, 4U, 8U}) {
            for (const char* order : {"<", ">", "="}) {
                const std::string type = order + std::string(kind) + std::to_string(bytes);
                CAPTURE(type);
                const bool big = *order == '>';
                CHECK(write_string(
                          read_string(npy(dictionary(type, "False", "(2, 3)"), elements("101011", bytes, big)), as_npy),
                          matrix_format::text) == "101\n011\n");
                CHECK(write_string(
                          read_string(npy(dictionary(type, "True", "(2, 3)"), elements("100111", bytes, big)), as_npy),
                          matrix_format::text) == "101\n011\n");
            }
        }
    }
    CHECK(write_string(read_string(npy(dictionary("|b1", "False", "(1, 2)"), elements("01", 1, false)), as_npy),
                       matrix_format::text) == "01\n");
    for (char version : {'\2', '\3'}) {
        CHECK(write_string(read_string(npy(dictionary("|u1", "False", "(1, 2)"), elements("01", 1, false), version), as_npy),
                           matrix_format::text) == "01\n");
    }
    CHECK(
        write_string(
            read_string(npy("{'shape': (1, 2), 'fortran_order': False, 'descr': '|u1'}", elements("10", 1, false)), as_npy),
            matrix_format::text) == "10\n");
}

TEST_CASE("the writer's bytes are NumPy's: data begin on a multiple of 64") {
    const std::string file = write_string(packed_allocation(2, 3), as_npy);
    CHECK(file.starts_with(std::string("\x93NUMPY\x01\x00\x76\x00", 10)));
    CHECK(file.size() == 128 + 6);
    CHECK(file.substr(10, 59) == "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }");
    CHECK(file[127] == '\n');
}

TEST_CASE("malformed arrays are refused") {
    const std::string two(2, '\1');
    check_malformed(
        {
            {"", "F: is empty; a matrix has at least one worker"},
            {"101\n", "F: is no NumPy file: it does not begin with \\x93NUMPY"},
            {"\x93NUMPY", "F: is cut off inside its header"},
            {std::string("\x93NUMPY\x01\x00\xFF\xFF", 10), "F: is cut off inside its header"},
            {std::string("\x93NUMPY\x09\x00\x01\x00", 10), "F: is of version 9.0; 1.0, 2.0 and 3.0 are read"},
            {npy(dictionary("<f8", "False", "(1, 2)"), two), "F: has elements of type '<f8'; they must be integers or bool"},
            {npy(dictionary("<c16", "False", "(1, 2)"), two),
             "F: has elements of type '<c16'; they must be integers or bool"},
            {npy(dictionary("|u1", "Maybe", "(1, 2)"), two), "F: the header's fortran_order is neither True nor False"},
            {npy(dictionary("|u1", "False", "(2,)"), two), "F: has 1 dimensions; a matrix has 2 (workers x partitions)"},
            {npy(dictionary("|u1", "False", "(1, 1, 2)"), two),
             "F: has 3 dimensions; a matrix has 2 (workers x partitions)"},
            {npy(dictionary("|u1", "False", "(-1, 2)"), two), "F: the header's shape is not a list of counts"},
            {npy(dictionary("|u1", "False", "(1, 3)"), two),
             "F: has 2 bytes of elements, which does not fit its shape (1, 3) of 1-byte elements"},
            {npy(dictionary("|u1", "False", "(1, 1)"), two),
             "F: has 2 bytes of elements, which does not fit its shape (1, 1) of 1-byte elements"},
            {npy(dictionary("|u1", "False", "(18446744073709551615, 18446744073709551615)"), two),
             "F: has 2 bytes of elements, which does not fit its shape (18446744073709551615, 18446744073709551615) of "
             "1-byte elements"},
            {npy(dictionary("|u1", "False", "(0, 2)"), ""),
             "F: the matrix is 0 x 2, but it needs at least one worker and one partition"},
            {npy(dictionary("|u1", "False", "(1, 2)"), std::string("\1\2")), "F: element (0, 1) is neither 0 nor 1"},
            {npy(dictionary("<i2", "False", "(1, 1)"), std::string("\1\1")), "F: element (0, 0) is neither 0 nor 1"},
            {npy("{'descr': '|u1', 'shape': (1, 2), }", two), "F: the header lacks descr, fortran_order or shape"},
            {npy("{'descr': '|u1', 'x': 1}", two), "F: the header has the key 'x' that does not belong there"},
            {npy("'descr'", two), "F: the header is malformed: '{' is missing"},
            {npy(dictionary("|u1", "False", "(1, 2)") + "x", two), "F: the header has text behind its dictionary"},
        },
        as_npy);
}
