// SPDX-License-Identifier: MIT
#include <election/exact/certified_circulant.hpp>

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

const char* const falls_short = "a choice has no more loss than the target";

std::string said_of_circulant(const certified_problem& problem, std::int64_t target, std::size_t step, std::size_t span,
                              const std::vector<std::uint32_t>& order) {
    const std::string line = election::circulant_lines(step, span, order)[0];
    REQUIRE(line.starts_with("circulant "));
    return election_test::said_of_line(election::detail::replay_circulant, problem, target, line.substr(line.find(' ') + 1));
}

/// Places from 0 to the length, the first and the last among them.
election_test::circular_row short_row(std::size_t columns, std::size_t length, std::mt19937& random) {
    election_test::circular_row row(columns, 0);
    for (std::size_t i = 0; i <= length; ++i) row[i] = i == 0 || i == length || random() % 2 == 0 ? 1 : 0;
    std::rotate(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(random() % columns), row.end());
    const auto held = static_cast<std::size_t>(std::count(row.begin(), row.end(), char{1}));
    if (2 * held < columns && random() % 4 == 0) { // all others
        for (char& bit : row) bit = static_cast<char>(1 - bit);
    }
    return row;
}

} // namespace

TEST_CASE("certified_circulant: a target is shown exactly if all choices have more loss") {
    std::mt19937 random(71);
    std::size_t shown = 0;
    std::size_t others = 0; // lines that say the same with another step or span
    std::size_t filled = 0; // spans of all columns
    for (int round = 0; round < 3000; ++round) {
        const bool plain = random() % 2 == 0;
        const std::size_t step = 1 + random() % 3;
        const std::size_t columns = step * (1 + random() % ((plain ? 13 : 7) / step));
        std::size_t longest = 0;
        std::vector<election_test::circular_row> rows;
        for (std::size_t i = 1 + random() % 3; i > 0; --i) {
            const std::size_t length = random() % ((columns + 1) / 2); // the rest of the circle is longer
            longest = std::max(longest, length);
            rows.push_back(short_row(columns, length, random));
        }
        const auto made = election_test::made_circular(columns, step, rows, plain, random);
        const int truth = random() % 2 == 0 ? 1 : -1;
        const certified_problem problem(made.code, made.model, truth, {});
        const std::size_t all = made.order.size();
        const std::size_t scale = all / columns; // 2 of ternary models
        std::size_t span = std::max<std::size_t>(1, scale * (longest + 1) - 1);
        span = (span + made.step - 1) / made.step * made.step;
        for (std::size_t more = random() % 3; more > 0 && span + made.step <= all; --more) span += made.step;
        if (span > all || span > 16) continue;
        filled += span == all ? 1 : 0;
        const std::int64_t least = election_test::least_certified_loss(problem);
        CAPTURE(round);
        CAPTURE(span);
        CAPTURE(made.step);
        for (std::int64_t lift : {-3, -2, -1, 0, 1, 5}) {
            CAPTURE(lift);
            const std::string said = said_of_circulant(problem, least + lift, made.step, span, made.order);
            CHECK(said == (lift < 0 ? "" : falls_short));
        }
        ++shown;
        // In any order that may still be a circle of the rows or not, what is false is never shown.
        std::vector<std::uint32_t> order = made.order;
        std::swap(order[random() % all], order[random() % all]);
        if (random() % 2 == 0)
            std::rotate(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(random() % all), order.end());
        for (std::size_t other = 1; other <= std::min<std::size_t>(all, 4); ++other) {
            const std::size_t wider = (span + other - 1) / other * other;
            if (wider > all || wider > 12) continue;
            CHECK(said_of_circulant(problem, least, other, wider, order) != "");
            others += said_of_circulant(problem, least - 1, other, wider, order) == "" ? 1 : 0;
        }
    }
    CHECK(shown > 2000);
    CHECK(others > 1000);
    CHECK(filled > 50);
}

TEST_CASE("certified_circulant: claims about codes are accepted where the reference says that they are true") {
    std::mt19937 random(72);
    for (int round = 0; round < 300; ++round) {
        const std::size_t step = 1 + random() % 2;
        const std::size_t columns = step * (1 + random() % (5 / step));
        const std::size_t length = random() % ((columns + 1) / 2);
        const auto made = election_test::made_circular(columns, step, {short_row(columns, length, random)}, false, random);
        const std::size_t scale = made.order.size() / columns;
        const std::size_t needed = std::max<std::size_t>(1, scale * (length + 1) - 1);
        const std::size_t span = (needed + made.step - 1) / made.step * made.step;
        election_test::check_margin_claims(made.code, made.model, election::circulant_lines(made.step, span, made.order));
    }
}

TEST_CASE("certified_circulant: numbers of every size") {
    std::mt19937 random(73);
    for (const std::uint32_t scale : {1U, 31U, 32U, 8000U, 9000U, 300'000'000U}) {
        for (int round = 0; round < 30; ++round) {
            const std::size_t columns = 3 + random() % 9;
            const std::size_t length = random() % ((columns + 1) / 2);
            auto made = election_test::made_circular(
                columns, 1, {short_row(columns, length, random), short_row(columns, length, random)}, true, random);
            for (std::size_t i = 0; i < made.code.workers(); ++i) {
                made.model.weights.push_back(i < columns ? scale : scale - 1 + static_cast<std::uint32_t>(columns % 2));
            }
            const certified_problem problem(made.code, made.model, 1, {});
            const std::int64_t least = election_test::least_certified_loss(problem);
            const std::size_t span = std::max<std::size_t>(1, length);
            CHECK(said_of_circulant(problem, least - 1, 1, span, made.order) == "");
            CHECK(said_of_circulant(problem, least, 1, span, made.order) == falls_short);
        }
    }
}

TEST_CASE("certified_circulant: long circles, whose losers are in many blocks") {
    struct known {
        std::size_t columns, width;
        int margin;
    };
    for (const known& one : {known{63, 9, -39}, {101, 5, -59}, {301, 3, -147}, {45, 5, -23}}) {
        const packed_allocation code(election::cyclic(one.columns, one.columns, one.width));
        const certified_problem problem(code, {}, 1, {});
        std::vector<std::uint32_t> order(one.columns);
        std::iota(order.begin(), order.end(), 0U);
        const std::int64_t loss = one.margin + static_cast<std::int64_t>(one.columns);
        CAPTURE(one.columns);
        CHECK(said_of_circulant(problem, loss - 2, 1, one.width - 1, order) == "");
        CHECK(said_of_circulant(problem, loss, 1, one.width - 1, order) == falls_short);
        CHECK(said_of_circulant(problem, loss - 2, 1, one.width, order) == "");
    }
}

TEST_CASE("certified_circulant: each rule broken alone") {
    const packed_allocation code(election::cyclic(9, 9, 3));
    const std::string start = "claim margin at least -1\nside + loss 8\ncirculant ";
    const std::string columns = "0,1,2,3,4,5,6,7,8\n";
    CHECK(outcome(code, start + "1 2 " + columns) == "proved");
    CHECK(outcome(code, start + "1 3 " + columns) == "proved");
    CHECK(outcome(code, start + "3 3 " + columns) == "proved");
    CHECK(outcome(code, start + "9 9 " + columns) == "proved");
    CHECK(outcome(code, start + "1 9 8,7,6,5,4,3,2,1,0\n") == "proved");
    CHECK(outcome(code, start + "1 1 " + columns) == "line 6: a row is in no 2 columns in a row");
    CHECK(outcome(code, start + "1 2 0,2,4,6,8,1,3,5,7\n") == "line 6: a row has several shortest arcs");
    CHECK(outcome(code, start + "1 3 0,5,1,6,2,7,3,8,4\n") == "line 6: a row is in no 4 columns in a row");
    CHECK(outcome(code, start + "1 4 0,5,1,6,2,7,3,8,4\n") == "proved");
    CHECK(outcome(code, start + "1 2 0,2,1,3,4,5,6,7,8\n") == "line 6: the rows are not closed under rotation by 1");
    CHECK(outcome(code, start + "3 4 " + columns) == "line 6: the step divides not both the columns and the span");
    CHECK(outcome(code, start + "2 2 " + columns) == "line 6: the step divides not both the columns and the span");
    CHECK(outcome(code, start + "9 3 " + columns) == "line 6: the step divides not both the columns and the span");
    CHECK(outcome(code, start + "0 3 " + columns) == "F:6: must have a step and a span of at least 1");
    CHECK(outcome(code, start + "1 0 " + columns) == "F:6: must have a step and a span of at least 1");
    CHECK(outcome(code, start + "1 10 " + columns) == "F:6: the span must be a whole number up to 9");
    CHECK(outcome(code, start + "17 3 " + columns) == "F:6: the step must be a whole number up to 16");
    CHECK(outcome(code, start + "1,2 " + columns) == "F:6: must be 'circulant', a step, a span and all columns");
    CHECK(outcome(code, start + "1 2\n") == "F:6: must be 'circulant', a step, a span and all columns");
    CHECK(outcome(code, start + "1 2 0,1,2,3,4,5,6,7,7\n") == "line 6: column 7 is twice in a list");
    CHECK(outcome(code, start + "1 2 0,1,2,3,4,5,6,7\n") == "F:6: has a list of 8 columns of 9");
    CHECK(outcome(code, start + "1 2 0,1,2,3,4,5,6,7,9\n") == "F:6: a column must be a whole number up to 8");
    CHECK(outcome(code, start + "1 2 0,1,2,3,4,5,6,7,8 \n") == "F:6: has more than its line may have");
    CHECK(outcome(code, "claim margin at least 0\nside + loss 9\ncirculant 1 2 " + columns) ==
          "line 6: a choice has no more loss than the target");
    const packed_allocation longer(election::cyclic(18, 18, 3));
    CHECK(outcome(longer, "claim margin at least -18\nside + loss 0\ncirculant 1 17 0,1,2\n") ==
          "F:6: the span must be a whole number up to 16");
    // A cost that is more than the numbers of the table hold: 256 where one unit is enough.
    const packed_allocation heavy(matrix({"100", "010"}));
    CHECK(outcome(heavy, "claim margin at least -255\nside + loss 2\ncirculant 3 3 0,1,2\n", "abstain\nweights 256,1") ==
          "proved");
    CHECK(outcome(heavy, "claim margin at least -254\nside + loss 3\ncirculant 3 3 0,1,2\n", "abstain\nweights 256,1") ==
          "line 7: a choice has no more loss than the target");
    // Two ways round the circle that are as long.
    const packed_allocation opposite(matrix({"100100", "010010", "001001"}));
    CHECK(outcome(opposite, "claim margin at least -3\nside + loss 0\ncirculant 1 3 0,1,2,3,4,5\n") ==
          "line 6: a row has several shortest arcs");
    CHECK(outcome(opposite, "claim margin at least 0\nside + loss 3\ncirculant 1 2 0,3,1,4,2,5\n") ==
          "line 6: the rows are not closed under rotation by 1");
    CHECK(outcome(opposite, "claim margin at least 2\nside + loss 5\ncirculant 2 2 0,3,1,4,2,5\n") ==
          "line 6: a choice has no more loss than the target");
    // Tables that nobody has room for: 65536 states of 8192 numbers.
    packed_allocation long_one(16384, 16384);
    for (std::size_t i = 0; i < 16384; ++i) long_one.set(i, i);
    std::string all = "0";
    for (std::size_t i = 1; i < 16384; ++i) all.append(",").append(std::to_string(i));
    CHECK(outcome(long_one, "claim margin at least 2\nside + loss 16386\ncirculant 1 16 " + all + "\n") ==
          "F:6: has tables of more than 512 MiB");
}
