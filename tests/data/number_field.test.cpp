// SPDX-License-Identifier: MIT
#include <election/data/number_field.hpp>

#include <cmath>
#include <string>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("what is a number") {
    CHECK(detail::number_of("0") == 0.0);
    CHECK(detail::number_of("12") == 12.0);
    CHECK(detail::number_of("+12") == 12.0);
    CHECK(detail::number_of("-0.5") == -0.5);
    CHECK(detail::number_of("1e3") == 1000.0);
    CHECK(detail::number_of("1.5E-2") == 0.015);
    CHECK(detail::number_of(".5") == 0.5);
    CHECK(detail::number_of("1e-60") == 1e-60);
    CHECK(detail::number_of("3.4028234663852886e38").has_value());
}

TEST_CASE("what is none") {
    for (const std::string text : {"",    " ",   "x",   "1x",   "1 ",   " 1",    "+",     "-",    "+-1", "++1",  "1,5",
                                   "nan", "NAN", "inf", "-inf", "1e39", "-1e39", "1e400", "0x10", "1e",  "\"1\""}) {
        CAPTURE(text);
        CHECK(!detail::number_of(text).has_value());
    }
    CHECK(detail::no_number_text("") == "an empty field is no number that a float can hold");
    CHECK(detail::no_number_text("x\t") == "'x\\x09' is no number that a float can hold");
}

TEST_CASE("blanks around a field") {
    CHECK(detail::trimmed(" \t a b\t ") == "a b");
    CHECK(detail::trimmed("ab") == "ab");
    CHECK(detail::trimmed(" \t").empty());
    CHECK(detail::trimmed("").empty());
}
