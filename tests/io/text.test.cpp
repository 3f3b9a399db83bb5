// SPDX-License-Identifier: MIT
#include <election/io/text.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <support/io.hpp>

using namespace election;
using namespace election_test;

constexpr auto as_text = matrix_format::text;

TEST_CASE("round trips and damage: text") {
    check_round_trips(as_text);
    check_damage(as_text);
}

TEST_CASE("blanks, commas, comments, empty lines, carriage returns and a byte-order mark are taken") {
    const packed_allocation code =
        read_string("\xEF\xBB\xBF# a comment\r\n1 0\t1\r\n\n  \n0,1,1 # idle next\n000\n1, 0, 1", as_text);
    CHECK(write_string(code, as_text) == "101\n011\n000\n101\n");
}

TEST_CASE("entries that come eight at a time are those that come one by one, for all widths around words") {
    CAPTURE(seed());
    for (std::size_t width = 1; width <= 200; ++width) {
        const counter_random random(seed(), width);
        const packed_allocation code = random_code(3, width, 0.5, seed() + width);
        std::string dense = write_string(code, as_text);
        CHECK(read_string(dense, as_text) == code);
        std::string spaced; // a blank here and there, so that eight at a time begin anywhere
        for (std::size_t i = 0; i < dense.size(); ++i) {
            if (dense[i] != '\n' && random.happens(0.1, i)) spaced += ' ';
            spaced += dense[i];
        }
        CHECK(read_string(spaced, as_text) == code);
        std::string parted; // a comma between, too, before and behind as many as come at a time
        for (std::size_t i = 0; i < dense.size(); ++i) {
            const std::size_t column = i % (width + 1);
            const bool is_between = column > 0 && column < width;
            if (is_between && (column % 73 == 8 || column % 73 == 72 || random.happens(0.05, 1000 + i))) {
                if (random.happens(0.2, 2000 + i)) parted += ' ';
                parted += ',';
                if (random.happens(0.2, 3000 + i)) parted += '\t';
            }
            parted += dense[i];
        }
        CHECK(read_string(parted, as_text) == code);
        const std::size_t place = seed() % width;
        dense[(width + 1) + place] = '2';
        CHECK_THROWS_WITH((void)read_string(dense, as_text),
                          ("F:2: column " + std::to_string(place + 1) + ": '2' is neither 0 nor 1").c_str());
    }
}

TEST_CASE("comments are written before the rows") {
    std::ostringstream stream;
    const std::vector<std::string> comments{"one", "two"};
    write_text(stream, packed_allocation(1, 2), comments);
    CHECK(stream.str() == "# one\n# two\n00\n");
}

TEST_CASE("malformed text is refused with its line") {
    check_malformed(
        {
            {"", "F: is empty; a matrix has at least one worker"},
            {"\n\n", "F: has no rows of 0 and 1; a matrix has at least one worker"},
            {"# nothing\n", "F: has no rows of 0 and 1; a matrix has at least one worker"},
            {"101\n10\n", "F:2: 2 entries, but the first worker (line 1) has 3 entries"},
            {"\n1\n\n10\n", "F:4: 2 entries, but the first worker (line 2) has 1 entry"},
            {"102\n", "F:1: column 3: '2' is neither 0 nor 1"},
            {"10\n1x\n", "F:2: column 2: 'x' is neither 0 nor 1"},
            {"10\n1\x01\n", "F:2: column 2: '\\x01' is neither 0 nor 1"},
            {"1'\n", "F:1: column 2: '\\'' is neither 0 nor 1"},
            {"1\xC3\xA9\n", "F:1: column 2: '\\xc3' is neither 0 nor 1"},
            {",1\n", "F:1: column 1: a comma without an entry before it"},
            {"1,,0\n", "F:1: column 3: a comma without an entry before it"},
            {"1,0,\n", "F:1: the row ends with a comma; an entry must follow"},
            {"11111111,,1\n", "F:1: column 10: a comma without an entry before it"},
            {"0,11111111,\n", "F:1: the row ends with a comma; an entry must follow"},
            {"11111111,\n", "F:1: the row ends with a comma; an entry must follow"},
            {std::string(64, '0') + ", ,1\n", "F:1: column 67: a comma without an entry before it"},
            {std::string(64, '0') + ",\n", "F:1: the row ends with a comma; an entry must follow"},
            {"-1 0\n", "F:1: column 1: '-' is neither 0 nor 1"},
            {std::string("1\0", 2), "F:1: column 2: '\\x00' is neither 0 nor 1"},
        },
        as_text);
}
