// SPDX-License-Identifier: MIT
#include <election/io/source.hpp>

#include <algorithm>
#include <cstddef>
#include <ios>
#include <sstream>
#include <string>
#include <vector>

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

TEST_CASE("lines of any length come whole, wherever a window ends") {
    std::string text;
    std::vector<std::string> lines;
    for (std::size_t length :
         {0U, 1U, 3U, 16360U, 1U, 5U, 16384U, 16383U, 2U, 40000U, 0U, 100000U, 7U, 8190U, 8192U, 0U, 30U}) {
        std::string line;
        for (std::size_t i = 0; i < length; ++i) line += static_cast<char>('a' + (i + lines.size()) % 26);
        text += line + (lines.size() % 3 == 0 ? "\r\n" : "\n");
        lines.push_back(line);
    }
    for (std::size_t shift = 0; shift < 40; ++shift) { // ends move over the edges of windows
        std::istringstream stream(std::string(shift, 'x') + "\n" + text + "end");
        detail::line_source source(stream, "F");
        CHECK(source.next() == std::string(shift, 'x'));
        for (const std::string& line : lines) CHECK(source.next() == line);
        CHECK(source.next() == "end");
        CHECK_FALSE(source.next().has_value());
        CHECK_FALSE(source.next().has_value());
        CHECK(source.line() == lines.size() + 2);
    }
}

TEST_CASE("the bytes left are those of the whole file, and the lines go on behind them") {
    const std::string line(999, 'x');
    std::string text;
    for (int i = 0; i < 100; ++i) text += line + '\n';
    std::istringstream stream(text);
    detail::line_source source(stream, "F");
    CHECK(source.next() == line);
    CHECK(source.bytes_left() == 99000);
    for (int i = 1; i < 100; ++i) CHECK(source.next() == line);
    CHECK(source.bytes_left() == 0);
    CHECK_FALSE(source.next().has_value());
}

TEST_CASE("a stream that fails is an error, one that ends is none, whether or not it throws") {
    struct failing_buffer : std::stringbuf {
        explicit failing_buffer(const std::string& text) : std::stringbuf(text) {}
        int_type underflow() override { throw 1; }
        std::streamsize xsgetn(char*, std::streamsize) override { throw 1; }
    };
    failing_buffer buffer("1\n");
    std::istream failing(&buffer);
    CHECK_THROWS_WITH(detail::line_source(failing, "F"), "F: cannot be read");
    std::istringstream throwing("1\n0\n");
    throwing.exceptions(std::ios::failbit | std::ios::badbit | std::ios::eofbit);
    detail::line_source source(throwing, "F");
    CHECK(source.next() == "1");
    CHECK(source.next() == "0");
    CHECK_FALSE(source.next().has_value());
    std::istringstream whole("ab");
    whole.exceptions(std::ios::eofbit);
    CHECK(detail::whole_text(whole, "F") == "ab");
}

TEST_CASE("a stream that fails in a later window is an error, whoever reads on") {
    struct short_buffer : std::stringbuf {
        explicit short_buffer(const std::string& text) : std::stringbuf(text) {}
        std::streamsize xsgetn(char* bytes, std::streamsize most) override {
            const std::streamsize count = std::stringbuf::xsgetn(bytes, most);
            if (count < most) throw std::ios_base::failure("no more");
            return count;
        }
    };
    const std::string line(99, 'x');
    std::string text;
    for (int i = 0; i < 200; ++i) text += line + '\n';
    for (const bool throws : {false, true}) {
        short_buffer buffer(text);
        std::istream stream(&buffer);
        if (throws) stream.exceptions(std::ios::badbit);
        const auto read_all = [&] {
            detail::line_source source(stream, "F");
            while (const auto next = source.next()) CHECK(*next == line);
        };
        CHECK_THROWS_WITH_AS(read_all(), "F: cannot be read", format_error);
        short_buffer other(text);
        std::istream failing(&other);
        if (throws) failing.exceptions(std::ios::badbit);
        detail::line_source source(failing, "F");
        CHECK(source.next() == line); // of the first window
        CHECK_THROWS_WITH_AS((void)source.bytes_left(), "F: cannot be read", format_error);
    }
}

TEST_CASE("a window of short lines stays as it is, and one of a long line has room for it") {
    struct watched_buffer : std::stringbuf {
        explicit watched_buffer(const std::string& text) : std::stringbuf(text) {}
        std::streamsize xsgetn(char* bytes, std::streamsize most) override {
            largest = std::max(largest, most);
            smallest = std::min(smallest, most);
            return std::stringbuf::xsgetn(bytes, most);
        }
        std::streamsize largest = 0;
        std::streamsize smallest = 1 << 30;
    };
    for (const std::size_t length : {1U, 100U, 8000U, 8192U, 8193U, 14000U, 50000U}) {
        CAPTURE(length);
        const std::string first(3000, 'y');
        std::string text = first + '\n';
        for (int i = 0; i < 100; ++i) text += std::string(length - 1, 'x') + '\n';
        watched_buffer buffer(text);
        std::istream stream(&buffer);
        detail::line_source source(stream, "F");
        CHECK(source.next() == first);
        for (int i = 0; i < 100; ++i) CHECK(source.next().value_or("").size() == length - 1);
        CHECK_FALSE(source.next().has_value());
        CHECK(buffer.smallest >= 8192);
        CHECK(buffer.largest <= (length <= 8192 ? 16384 : 4 * 50000));
    }
}

TEST_CASE("words and counts") {
    CHECK(detail::words_of(" a\tbc  d ") == std::vector<std::string_view>{"a", "bc", "d"});
    CHECK(detail::words_of("  ").empty());
    CHECK(detail::as_count("12") == 12U);
    for (const char* text : {"", "-1", "+1", "1.0", "1x", "99999999999999999999"})
        CHECK_FALSE(detail::as_count(text).has_value());
}
