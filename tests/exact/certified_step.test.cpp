// SPDX-License-Identifier: MIT
#include <election/exact/certified_step.hpp>

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/error.hpp>
#include <election/exact/certificate_lines.hpp>

namespace {

using election::detail::certificate_lines;
using election::detail::false_step;
using election::detail::require_step;
using election::detail::take_workers;

std::string why_not(std::uint32_t number) {
    try {
        require_step(number == 7, "it is ", number, ", not ", 7);
    } catch (const false_step& step) {
        return step.why;
    }
    return "true";
}

} // namespace

TEST_CASE("certified_step: a step that is false says why") {
    CHECK(why_not(7) == "true");
    CHECK(why_not(8) == "it is 8, not 7");
}

TEST_CASE("certified_step: workers of several lists are there once, and there are no others") {
    std::istringstream text("0,2 1 3,0 4\n");
    certificate_lines lines(text, "F");
    std::vector<char> seen(4, 0);
    std::vector<std::uint32_t> workers;
    REQUIRE(lines.next());
    take_workers(lines, workers, seen);
    CHECK(workers == std::vector<std::uint32_t>{0, 2});
    REQUIRE(lines.take(" "));
    take_workers(lines, workers, seen);
    CHECK(workers == std::vector<std::uint32_t>{1});
    CHECK(seen == std::vector<char>{1, 1, 1, 0});
    REQUIRE(lines.take(" "));
    CHECK_THROWS_AS(take_workers(lines, workers, seen), false_step);
    REQUIRE(lines.take(" "));
    CHECK_THROWS_AS(take_workers(lines, workers, seen), election::format_error);
}
