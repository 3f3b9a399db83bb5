// SPDX-License-Identifier: MIT
#include <election/exact/window_blocks.hpp>

#include <string>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/uncoded.hpp>
#include <support/cover_problems.hpp>

using namespace election;
using election_test::nearest_cover;

TEST_CASE("windows are found where they are") {
    const auto shape = [](const cover_problem& problem) {
        const auto windows = find_windows(problem);
        if (!windows) return std::string("none");
        std::string text = std::to_string(windows->count);
        text.append(" of ").append(std::to_string(windows->width)).append(", step ").append(std::to_string(windows->step));
        return text;
    };
    CHECK(shape(nearest_cover(cyclic(63, 63, 21))) == "3 of 21, step 1");
    CHECK(shape(nearest_cover(cyclic(63, 63, 42))) == "3 of 21, step 1"); // followed by the other 21 columns
    CHECK(shape(nearest_cover(cyclic(100, 100, 40))) == "5 of 20, step 1");
    CHECK(shape(nearest_cover(cyclic(126, 63, 21))) == "3 of 21, step 1"); // every row twice
    CHECK(shape(nearest_cover(cyclic(64, 63, 21))) == "3 of 21, step 63"); // one twice
    CHECK(shape(nearest_cover(cyclic(62, 63, 21))) == "3 of 21, step 63"); // one missing
    CHECK(shape(nearest_cover(cyclic(21, 63, 21, 3))) == "3 of 21, step 3");
    CHECK(shape(nearest_cover(cyclic(63, 63, 7))) == "none"); // nine blocks
    CHECK(shape(nearest_cover(cyclic(64, 64, 8))) == "8 of 8, step 1");
    CHECK(shape(nearest_cover(cyclic(63, 63, 20))) == "none"); // no divisor
    CHECK(shape(nearest_cover(uncoded(63))) == "none");
    CHECK(shape(nearest_cover(deterministic(63, 3))) == "none");
    CHECK(shape({0, 0, {}, 0}) == "none");
    CHECK(shape({6, 2, {{{0, 1}, 1}, {{2, 4}, 1}}, 0}) == "none");       // a row with a gap
    CHECK(shape({6, 2, {{{0, 1}, 1}, {{0, 1, 3, 5}, 2}}, 0}) == "none"); // and one that leaves out two columns apart
    CHECK(shape({6, 2, {{{0, 5}, 1}, {{}, 1}, {{0, 1, 2, 3, 4, 5}, 4}, {{2, 4}, 3}}, 0}) ==
          "3 of 2, step 6"); // others cannot vary
    cover_problem ring = nearest_cover(cyclic(12, 12, 4));
    ring.rows[7].weight = 2;
    CHECK(find_windows(ring)->step == 12);
    ring.rows[1].weight = 2;
    CHECK(find_windows(ring)->step == 6);
    ring.rows[1].need = 2;
    CHECK(find_windows(ring)->step == 12);
}
