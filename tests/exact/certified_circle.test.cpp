// SPDX-License-Identifier: MIT
#include <election/exact/certified_circle.hpp>

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/exact/certificate_lines.hpp>
#include <election/exact/certified_problem.hpp>
#include <election/exact/exact_model.hpp>
#include <support/certificate_text.hpp>

namespace {

using election::packed_allocation;
using election::detail::certified_circle;
using election::detail::certified_problem;
using election_test::matrix;
using costs_by_places = certified_circle::rows_by_places;

certified_circle circle_of(const certified_problem& problem, const std::string& text) {
    std::istringstream stream(text);
    election::detail::certificate_lines lines(stream, "F");
    REQUIRE(lines.next());
    return {problem, lines};
}

/// How much must be paid at least, and bytes of the numbers for it; nothing: all choices cost more.
std::string enough_for(const certified_circle& circle, std::int64_t target) {
    std::string said = "nothing";
    const bool is_so = circle.with_enough(target, [&](auto enough) {
        said = std::to_string(+enough);
        said.append(" in ").append(std::to_string(sizeof enough));
        return false;
    });
    CHECK(is_so == (said == "nothing"));
    return said;
}

} // namespace

TEST_CASE("certified_circle: what rows cost by the losers among their places") {
    // Two of five lose. The first two rows are one; the third is looked at by columns 3 and 4; the fourth always ties.
    const packed_allocation code(matrix({"11000", "11000", "11100", "00000", "10000"}));
    const certified_problem problem(code, {}, 1, {});
    const auto circle = circle_of(problem, "0,1,2,3,4\n");
    CHECK(circle.columns() == 5);
    CHECK(circle.budget() == 2);
    CHECK(circle.rows() == costs_by_places{{{0}, {1, 0}}, {{0, 1}, {2, 1, 0}}, {{3, 4}, {0, 1, 1}}}); // 2 a unit
    CHECK(circle_of(problem, "4,2,0,1,3\n").rows() ==
          costs_by_places{{{2}, {1, 0}}, {{2, 3}, {2, 1, 0}}, {{0, 4}, {0, 1, 1}}});
    CHECK(enough_for(circle, 0) == "nothing"); // a tie is left
    CHECK(enough_for(circle, 1) == "1 in 1");
    CHECK(enough_for(circle, 2) == "1 in 1");
    CHECK(enough_for(circle, 3) == "2 in 1");
    CHECK(enough_for(circle, 509) == "255 in 1");
    CHECK(enough_for(circle, 511) == "256 in 2");
    CHECK(enough_for(circle, 131069) == "65535 in 2");
    CHECK(enough_for(circle, 131071) == "65536 in 8");
    // With weights, and a row whose losers are never so few that it wins, nor so many that all of it loses.
    const packed_allocation heavy(matrix({"1111110", "1000000"}));
    const certified_problem weighed(heavy, {.weights = {3, 5}}, 1, {});
    CHECK(circle_of(weighed, "0,1,2,3,4,5,6\n").rows() == costs_by_places{{{0}, {10, 0}}, {{6}, {0, 3}}});
    // Rows by others of as many places, and by their own, cost together what both do; half of the columns are a row's own.
    const packed_allocation both(matrix({"110000", "001111", "111000"}));
    CHECK(circle_of(certified_problem(both, {}, 1, {}), "0,1,2,3,4,5\n").rows() ==
          costs_by_places{{{0, 1}, {2, 2, 1}}, {{0, 1, 2}, {2, 2, 0, 0}}});
}

TEST_CASE("certified_circle: turns of the circle that keep the rows") {
    const auto closed = [](const std::vector<std::string>& rows, const election::exact_model& model,
                           const std::string& order) {
        const packed_allocation code(matrix(rows));
        const certified_problem problem(code, model, 1, {});
        const auto circle = circle_of(problem, order);
        std::string steps;
        for (std::size_t step = 1; step <= circle.columns(); ++step) {
            if (circle.is_closed_under_steps_of(step)) steps += std::to_string(step);
        }
        if (circle.is_closed_under_reflection()) steps += 'r';
        return steps;
    };
    CHECK(closed({"11000", "01100", "00110", "00011", "10001"}, {}, "0,1,2,3,4\n") == "12345r");
    CHECK(closed({"11000", "01100", "00110", "00011", "10001"}, {}, "0,2,4,1,3\n") == "12345r");
    CHECK(closed({"11000", "01100", "00110", "00011", "10001"}, {}, "0,1,2,4,3\n") == "5");
    CHECK(closed({"11000", "01100", "00110", "00011"}, {}, "0,1,2,3,4\n") == "5r");
    CHECK(closed({"11000", "01100", "00110", "00011", "10001", "10001"}, {}, "0,1,2,3,4\n") == "5r");
    CHECK(closed({"11000", "01100", "00110", "00011", "10001", "00011"}, {}, "0,1,2,3,4\n") == "5");
    CHECK(closed({"11000", "01100", "00110", "00011", "10001"}, {.weights = {1, 1, 1, 2, 1}}, "0,1,2,3,4\n") == "5");
    CHECK(closed({"11000", "01100", "00110", "00011", "10001"}, {.liars = {3}}, "0,1,2,3,4\n") == "5");
    CHECK(closed({"1100000", "0110000", "0011000", "0001100", "0000110", "0000011", "1000001", "1111111"}, {},
                 "0,1,2,3,4,5,6\n") == "1234567r");
    CHECK(closed({"110100", "001101", "010011"}, {}, "0,1,2,3,4,5\n") == "246");
    CHECK(closed({"110000", "001100", "000011"}, {}, "0,1,2,3,4,5\n") == "246r");
    CHECK(closed({"110000", "001100", "000011"}, {}, "1,2,3,4,5,0\n") == "246r");
    CHECK(closed({"100000", "001000", "000010"}, {}, "0,1,2,3,4,5\n") == "246");
    // Whether by their own columns or by the others, as many votes for as many hits: two rows of one are as much as one of two.
    CHECK(closed({"1000", "1000", "0100", "0010", "0001"}, {.weights = {1, 1, 2, 2, 2}}, "0,1,2,3\n") == "1234r");
    // A row that turns at another number of hits because of what it holds beside the circle.
    CHECK(closed({"1000", "0100", "0010"}, {.may_lose = {0, 1, 2}}, "0,1,2\n") == "123r");
    CHECK(closed({"1000", "0100", "0011"}, {.may_lose = {0, 1, 2}}, "0,1,2\n") == "3");
    CHECK(closed({"1001", "0101", "0010"}, {.weights = {2, 2, 1}, .may_lose = {0, 1, 2}}, "0,1,2\n") ==
          "123r"); // a tie each
    // Three of four lose. Two votes that a second hit turns from a tie to wrong are as much as one that it turns from right.
    CHECK(closed({"11000", "00110", "01101", "10011"}, {.weights = {2, 2, 1, 1}, .may_lose = {0, 1, 2, 3}, .corrupted = 1},
                 "0,1,2,3\n") == "1234r");
}
