// SPDX-License-Identifier: MIT
#include <election/exact/certificate_lines.hpp>

#include <cstdint>
#include <functional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace {

using election::detail::certificate_lines;

/// The error that reading a text gives, after its first line is there.
std::string error_of(const std::string& text, const std::function<void(certificate_lines&)>& read) {
    std::istringstream stream(text);
    certificate_lines lines(stream, "F");
    try {
        (void)lines.next();
        read(lines);
    } catch (const election::format_error& failure) {
        return failure.what();
    }
    return "";
}

} // namespace

TEST_CASE("certificate_lines: lines and checksums of a text longer than what is read at a time") {
    std::mt19937 random(7);
    std::vector<std::string> expected;
    std::string text;
    for (std::size_t i = 0; i < 300; ++i) {
        // Lines of nothing, of some bytes, and of more than one read.
        const std::size_t length = i % 3 == 0 ? 0 : i == 100 ? 200000 : random() % 2000;
        expected.push_back(std::string(length, static_cast<char>('a' + i % 26)));
        text += expected.back() + '\n';
    }
    std::istringstream stream(text);
    certificate_lines lines(stream, "F");
    election::detail::fnv64 hash;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        REQUIRE(lines.next());
        CHECK(lines.rest() == expected[i]);
        CHECK(lines.number() == i + 1);
        CHECK(lines.hash() == hash.value());
        hash.add(expected[i] + "\n");
    }
    CHECK_FALSE(lines.next());
}

TEST_CASE("certificate_lines: what a line has, from the left") {
    std::istringstream stream("word 17 -3,-4 1,2,30 5/6\n");
    certificate_lines lines(stream, "F");
    std::vector<std::uint32_t> list;
    REQUIRE(lines.next());
    CHECK_FALSE(lines.take("work"));
    lines.expect("word ", "");
    CHECK(lines.natural(17, "") == 17);
    CHECK(lines.take(" "));
    CHECK(lines.integer(5, "") == -3);
    CHECK(lines.take(","));
    CHECK(lines.integer(5, "") == -4);
    CHECK(lines.take(" "));
    lines.numbers_until(" ", list, 31, "");
    CHECK(list == std::vector<std::uint32_t>{1, 2, 30});
    lines.numbers(list, 31, "");
    CHECK(list == std::vector<std::uint32_t>{5});
    lines.numbers_until("/", list, 31, "");
    CHECK(list.empty());
    CHECK(lines.rest() == "6");
}

TEST_CASE("certificate_lines: multipliers as they are written") {
    std::mt19937 random(3);
    for (int round = 0; round < 2000; ++round) {
        std::vector<std::uint16_t> written(random() % 100);
        const unsigned sparse = random() % 4;
        for (std::uint16_t& value : written) {
            if (random() % 4 >= sparse) value = static_cast<std::uint16_t>(random() >> (random() % 17) & 0xffff);
        }
        std::string text;
        election::detail::append_multipliers(text, written);
        std::istringstream stream(text + "\n");
        certificate_lines lines(stream, "F");
        REQUIRE(lines.next());
        std::vector<std::int64_t> read;
        lines.multipliers(read, written.size());
        REQUIRE(read == std::vector<std::int64_t>(written.begin(), written.end()));
    }
}

TEST_CASE("certificate_lines: whatever is wrong gets its line") {
    std::vector<std::uint32_t> list;
    std::vector<std::int64_t> values;
    const auto nothing = [](certificate_lines&) {};
    const auto number = [](certificate_lines& lines) { (void)lines.natural(9, "N"); };
    const auto multipliers = [&](certificate_lines& lines) { lines.multipliers(values, 2); };
    CHECK(error_of("abc", nothing) == "F:1: is cut off: a line must end with a line end");
    CHECK(error_of("a\n", [](certificate_lines& lines) { lines.require_next("X"); }) ==
          "F:1: is cut off after this line: X must follow");
    CHECK(error_of("a\n", [](certificate_lines& lines) { lines.expect("b", "must be b"); }) == "F:1: must be b");
    CHECK(error_of("a\n", [](certificate_lines& lines) { lines.expect_end(); }) == "F:1: has more than its line may have");
    for (const char* text : {"10\n", "-1\n", "+1\n", " 1\n", "x\n", "\n", "99999999999999999999\n"}) {
        CHECK(error_of(text, number) == "F:1: N must be a whole number up to 9");
    }
    CHECK(error_of("-10\n", [](certificate_lines& lines) { (void)lines.integer(9, "N"); }) ==
          "F:1: N must be a whole number up to 9");
    CHECK(error_of("1,2,9\n", [&](certificate_lines& lines) { lines.numbers(list, 9, "N"); }) ==
          "F:1: N must be a whole number up to 8");
    CHECK(error_of("1,2;\n", [&](certificate_lines& lines) { lines.numbers_until("/", list, 9, "N"); }) ==
          "F:1: has other than numbers, commas and '/'");
    CHECK(error_of("123\n", multipliers) == "F:1: has more multipliers than there are rows");
    CHECK(error_of("1.0\n", multipliers) == "F:1: has more multipliers than there are rows");
    CHECK(error_of(".0\n", multipliers).empty());
    CHECK(error_of("1G\n", multipliers) == "F:1: is cut off within a multiplier");
    CHECK(error_of("m1\n", multipliers) == "F:1: is cut off within a multiplier");
    CHECK(error_of(".\n", multipliers) == "F:1: is cut off within a multiplier");
    CHECK(error_of("1 2\n", multipliers) == "F:1: has a multiplier that is not in digits 0-9, A-Z, a-z, - and _");
}
