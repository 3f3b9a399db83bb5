// SPDX-License-Identifier: MIT
#include <election/exact/certified_windows.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/exact/certificate.hpp>
#include <election/exact/certified_problem.hpp>
#include <election/exact/exact_model.hpp>
#include <support/certificate_text.hpp>
#include <support/circular_problem.hpp>
#include <support/margin_claims.hpp>

namespace {

using election::packed_allocation;
using election::detail::certified_problem;
using election_test::matrix;
using election_test::outcome;

const char* const not_enough = "a choice has no more loss than the target";

std::string said_of_windows(const certified_problem& problem, std::int64_t target, std::size_t width,
                            const std::vector<std::uint32_t>& order) {
    const std::string line = election::window_lines(width, order)[0];
    REQUIRE(line.starts_with("windows "));
    return election_test::said_of_line(election::detail::replay_windows, problem, target, line.substr(line.find(' ') + 1));
}

/// Consecutive places.
election_test::circular_row window_row_of(std::size_t columns, std::size_t start, std::size_t length) {
    election_test::circular_row row(columns, 0);
    for (std::size_t i = 0; i < length; ++i) row[(start + i) % columns] = 1;
    return row;
}

struct drawn_windows {
    election_test::circular_problem made;
    std::size_t width; ///< of a block, in columns of the question
};

drawn_windows draw_windows(std::mt19937& random, bool plain, std::size_t most_columns) {
    std::size_t columns = 0;
    std::size_t width = 0;
    do {
        width = 1 + random() % 5;
        columns = width * (2 + random() % 7);
    } while (columns > most_columns);
    std::vector<std::size_t> steps; // or none: the step is all columns
    for (std::size_t step = 1; step <= columns; ++step) {
        if (columns % step == 0) steps.push_back(step);
    }
    const std::size_t step = random() % 2 == 0 ? 1 : steps[random() % steps.size()];
    std::vector<election_test::circular_row> rows;
    for (std::size_t i = 1 + random() % (step == columns ? columns : 3); i > 0; --i) {
        rows.push_back(window_row_of(columns, random() % columns, width * (1 + random() % (columns / width))));
    }
    auto made = election_test::made_circular(columns, step, rows, plain, random);
    const std::size_t scale = made.order.size() / columns;
    return {std::move(made), width * scale};
}

} // namespace

TEST_CASE("certified_windows: a target is shown exactly if all choices have more loss") {
    std::mt19937 random(81);
    std::size_t others = 0;
    for (int round = 0; round < 3000; ++round) {
        const bool plain = random() % 2 == 0;
        const drawn_windows drawn = draw_windows(random, plain, plain ? 14 : 7);
        const election_test::circular_problem& made = drawn.made;
        const std::size_t width = drawn.width;
        const certified_problem problem(made.code, made.model, random() % 2 == 0 ? 1 : -1, {});
        const std::int64_t least = election_test::least_certified_loss(problem);
        CAPTURE(round);
        CAPTURE(width);
        for (std::int64_t lift : {-3, -2, -1, 0, 1, 5}) {
            CAPTURE(lift);
            CHECK(said_of_windows(problem, least + lift, width, made.order) == (lift < 0 ? "" : not_enough));
        }
        // In any order that may still be a circle of the rows or not, and with any blocks, what is false is never shown.
        std::vector<std::uint32_t> order = made.order;
        const std::size_t all = order.size();
        std::swap(order[random() % all], order[random() % all]);
        if (random() % 2 == 0)
            std::rotate(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(random() % all), order.end());
        for (std::size_t other = 1; other <= all; ++other) {
            CHECK(said_of_windows(problem, least, other, order) != "");
            others += said_of_windows(problem, least - 1, other, order).empty() ? 1 : 0;
        }
    }
    CHECK(others > 1000);
}

TEST_CASE("certified_windows: claims about codes are accepted where the reference says that they are true") {
    std::mt19937 random(82);
    for (int round = 0; round < 300; ++round) {
        const drawn_windows drawn = draw_windows(random, false, 5);
        const election_test::circular_problem& made = drawn.made;
        const std::size_t width = drawn.width;
        election_test::check_margin_claims(made.code, made.model, election::window_lines(width, made.order));
    }
}

TEST_CASE("certified_windows: numbers of every size") {
    std::mt19937 random(83);
    for (const std::uint32_t scale : {1U, 31U, 32U, 8000U, 9000U, 300'000'000U}) {
        for (int round = 0; round < 30; ++round) {
            const std::size_t width = 1 + random() % 4;
            const std::size_t columns = width * (2 + random() % 2);
            auto made =
                election_test::made_circular(columns, 1,
                                             {window_row_of(columns, 0, width),
                                              window_row_of(columns, 0, width * (1 + random() % (columns / width - 1)))},
                                             true, random);
            for (std::size_t i = 0; i < made.code.workers(); ++i) {
                made.model.weights.push_back(i < columns ? scale : scale - 1 + static_cast<std::uint32_t>(width % 2));
            }
            const certified_problem problem(made.code, made.model, 1, {});
            const std::int64_t least = election_test::least_certified_loss(problem);
            CHECK(said_of_windows(problem, least - 1, width, made.order) == "");
            CHECK(said_of_windows(problem, least, width, made.order) == not_enough);
        }
    }
}

TEST_CASE("certified_windows: blocks whose losers are more than one vector") {
    struct known {
        std::size_t columns, width;
        int margin;
    };
    for (const known& one : {known{63, 21, -19}, {24, 8, -4}, {64, 16, -26}, {45, 5, -23}}) {
        const packed_allocation code(election::cyclic(one.columns, one.columns, one.width));
        const certified_problem problem(code, {}, 1, {});
        std::vector<std::uint32_t> order(one.columns);
        std::iota(order.begin(), order.end(), 0U);
        const std::int64_t loss = one.margin + static_cast<std::int64_t>(one.columns);
        CAPTURE(one.columns);
        if (one.columns > 8 * one.width) {
            CHECK(said_of_windows(problem, loss - 2, one.width, order) == "F:1: blocks must be 2 to 8, and are 9");
            continue;
        }
        CHECK(said_of_windows(problem, loss - 2, one.width, order) == "");
        CHECK(said_of_windows(problem, loss - 1, one.width, order) == "");
        CHECK(said_of_windows(problem, loss, one.width, order) == not_enough);
    }
    // Two blocks of 23 with losers that are 17 and more of one.
    packed_allocation heavy(46, 46);
    for (std::size_t i = 0; i < 46; ++i) {
        for (std::size_t j = 0; j < 23; ++j) heavy.set(i, (i + j) % 46);
    }
    const certified_problem problem(heavy, {.corrupted = 15}, 1, {}); // 37 lose, the least loss is 0
    std::vector<std::uint32_t> order(46);
    std::iota(order.begin(), order.end(), 0U);
    CHECK(said_of_windows(problem, -1, 23, order) == "");
    CHECK(said_of_windows(problem, 0, 23, order) == not_enough);
}

TEST_CASE("certified_windows: each rule broken alone") {
    const packed_allocation code(election::cyclic(9, 9, 3));
    const std::string start = "claim margin at least -1\nside + loss 8\nwindows ";
    const std::string columns = "0,1,2,3,4,5,6,7,8\n";
    CHECK(outcome(code, start + "3 " + columns) == "proved");
    CHECK(outcome(code, start + "3 4,3,2,1,0,8,7,6,5\n") == "proved");
    CHECK(outcome(code, "claim margin at least 0\nside + loss 9\nwindows 3 " + columns) ==
          "line 6: a choice has no more loss than the target");
    CHECK(outcome(code, start + "3 0,2,1,3,4,5,6,7,8\n") == "line 6: a row is no window of whole blocks");
    CHECK(outcome(code, start + "2 " + columns) == "line 6: the columns are no whole blocks of 2");
    CHECK(outcome(code, start + "1 " + columns) == "F:6: blocks must be 2 to 8, and are 9");
    CHECK(outcome(code, start + "9 " + columns) == "F:6: blocks must be 2 to 8, and are 1");
    CHECK(outcome(code, start + "0 " + columns) == "F:6: must have a width of at least 1");
    CHECK(outcome(code, start + "10 " + columns) == "F:6: the width must be a whole number up to 9");
    CHECK(outcome(code, start + "3," + columns) == "F:6: must be 'windows', a width and all columns");
    CHECK(outcome(code, start + "3 0,1,2,3,4,5,6,7,7\n") == "line 6: column 7 is twice in a list");
    CHECK(outcome(code, start + "3 0,1,2,3,4,5,6,7\n") == "F:6: has a list of 8 columns of 9");
    CHECK(outcome(code, start + "3 0,1,2,3,4,5,6,7,8,\n") == "F:6: a column must be a whole number up to 8");
    CHECK(outcome(code, start + "3 0,1,2,3,4,5,6,7,8 \n") == "F:6: has more than its line may have");
    // A cost that is more than the numbers of the table hold: 256 where one unit is enough.
    const packed_allocation heavy(matrix({"100", "010"}));
    CHECK(outcome(heavy, "claim margin at least -255\nside + loss 2\nwindows 1 0,1,2\n", "abstain\nweights 256,1") ==
          "proved");
    CHECK(outcome(heavy, "claim margin at least -254\nside + loss 3\nwindows 1 0,1,2\n", "abstain\nweights 256,1") ==
          "line 7: a choice has no more loss than the target");
    // Windows of half a block.
    const packed_allocation half(matrix({"11000000", "01100000", "00110000"}));
    CHECK(outcome(half, "claim margin at least -3\nside + loss 0\nwindows 4 0,1,2,3,4,5,6,7\n") ==
          "line 6: a row is no window of whole blocks");
    CHECK(outcome(half, "claim margin at least -3\nside + loss 0\nwindows 2 0,1,2,3,4,5,6,7\n") == "proved");
    // Tables that nobody has room for: eight blocks of 128 with some 64 losers each.
    packed_allocation wide(1024, 1024);
    for (std::size_t i = 0; i < 1024; ++i) {
        for (std::size_t j = 0; j < 128; ++j) wide.set(i, (i + j) % 1024);
    }
    std::string all = "0";
    for (std::size_t i = 1; i < 1024; ++i) all.append(",").append(std::to_string(i));
    CHECK(outcome(wide, "claim margin at least 0\nside + loss 1024\nwindows 128 " + all + "\n") ==
          "F:6: has tables of more than 1 GiB");
}
