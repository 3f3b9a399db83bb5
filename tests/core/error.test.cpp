// SPDX-License-Identifier: MIT
#include <election/core/error.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("a parameter error says place, parameter, value and rule, and keeps them apart") {
    const parameter_error failure("deterministic", "n", "4", "must be odd");
    CHECK(std::string(failure.what()) == "election::deterministic: n = 4 must be odd");
    CHECK(failure.parameter() == "n");
    CHECK(failure.value() == "4");
    CHECK(failure.rule() == "must be odd");
}

TEST_CASE("a format error names the file, and the line where there is one") {
    const format_error in_line("code.txt", 7, "what is wrong");
    CHECK(std::string(in_line.what()) == "code.txt:7: what is wrong");
    CHECK(in_line.line() == 7);
    CHECK(std::string(format_error("code.npy", 0, "is empty").what()) == "code.npy: is empty");
}

TEST_CASE("require throws only where the rule is broken") {
    CHECK_NOTHROW(detail::require(true, "f", "x", 1, "must be 1"));
    CHECK_THROWS_WITH_AS(detail::require(false, "f", "x", 0.5, "must be 1"), "election::f: x = 0.5 must be 1",
                         parameter_error);
}
