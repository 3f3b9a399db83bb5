// SPDX-License-Identifier: MIT
#include <election/io/source.hpp>

#include <sstream>
#include <string>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("text in messages is escaped and cut off") {
    CHECK(escaped("abc") == "'abc'");
    CHECK(escaped("a'b\\c") == "'a\\'b\\\\c'");
    CHECK(escaped(std::string("\x00\x1b\x7f\xff", 4)) == "'\\x00\\x1b\\x7f\\xff'");
    CHECK(escaped(std::string(24, 'x')) == "'" + std::string(24, 'x') + "'");
    CHECK(escaped(std::string(25, 'x')) == "'" + std::string(24, 'x') + "…'");
}

TEST_CASE("lines come with their numbers, blank ones and comments can be passed over") {
    std::istringstream stream("a\r\n\n  % c\nb");
    detail::line_source source(stream, "F");
    CHECK(source.next() == "a");
    CHECK(source.next_content('%') == "b");
    CHECK(source.line() == 4);
    CHECK_FALSE(source.next().has_value());
}

TEST_CASE("words and counts") {
    CHECK(detail::words_of(" a\tbc  d ") == std::vector<std::string_view>{"a", "bc", "d"});
    CHECK(detail::words_of("  ").empty());
    CHECK(detail::as_count("12") == 12U);
    for (const char* text : {"", "-1", "+1", "1.0", "1x", "99999999999999999999"})
        CHECK_FALSE(detail::as_count(text).has_value());
}
