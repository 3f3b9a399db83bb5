// SPDX-License-Identifier: MIT
#include <election/exact/certified_moments.hpp>

#include <cstddef>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/codes/plane.hpp>
#include <election/verify/reference.hpp>
#include <support/certificate_text.hpp>

namespace {

using election::packed_allocation;
using election_test::matrix;
using election_test::outcome;
using election_test::outcome_of_margin;
using election_test::step;

} // namespace

TEST_CASE("certified_moments: second moments") {
    // A plane of order 2: seven lines of three points, three points lose, and a line in a fourth is wrong at most.
    const packed_allocation fano(election::plane(2));
    const int margin = election::verify_reference(fano).margin;
    const auto with = [&](const std::string& numbers, int claimed) {
        return outcome_of_margin(fano, claimed, std::string("moment ").append(numbers));
    };
    // Some (a, c) with small denominators prove the margin, and none proves more.
    int best = -99;
    for (int a = -12; a <= 12; ++a) {
        for (int c = -12; c <= 12; ++c) {
            const std::string numbers = std::to_string(a) + " " + std::to_string(c) + " 6";
            for (int claimed = -7; claimed <= 7; ++claimed) {
                if (with(numbers, claimed) == "proved") best = std::max(best, claimed);
            }
        }
    }
    CHECK(best == margin);
    for (const step& c : std::vector<step>{
             {"0 0 1 7", "F:6: a worker must be a whole number up to 6"},
             {"0 0 1 0,1,2,3,4,5,5", "line 6: worker 5 is there twice"},
             {"0 0 0", "F:6: the divisor must be at least 1"},
             {"1048577 0 1", "F:6: the first numerator must be a whole number up to 1048576"},
             {"0 -1048577 1", "F:6: the second numerator must be a whole number up to 1048576"},
             {"0 0", "F:6: must be 'moment', two numerators, a divisor and perhaps workers"},
             {"0", "F:6: must be 'moment', two numerators, a divisor and perhaps workers"},
             {"0 0 1x", "F:6: has more than its line may have"},
             {"0 0 1 0,1,2,3,4,5", "line 6: columns 0 and 2 are in different numbers of these workers"},
             {"0 0 1", "line 6: the bound does not exceed the target"},
         }) {
        CAPTURE(c.lines);
        CHECK(with(c.lines, margin) == c.outcome);
    }
    // All columns alike, but pairs are not.
    CHECK(outcome(matrix({"11000", "01100", "00110", "00011", "10001"}),
                  "claim margin at least 5\nside + loss 10\nmoment 0 0 1\n") ==
          "line 6: columns 0 and 2 are together in other than 1 of these workers");
    CHECK(outcome(matrix({"111", "100"}), "claim margin at least 2\nside + loss 4\nmoment 2 0 1 0\n") ==
          "line 6: the bound does not exceed the target");
    CHECK(outcome(matrix({"111", "100"}), "claim margin at least 0\nside + loss 2\nmoment 2 0 1 0\n") == "proved");
    // Workers outside of the design count by themselves: an idle one abstains, a single one may be wrong.
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < 7; ++i) {
        rows.emplace_back();
        for (std::size_t j = 0; j < 7; ++j) rows[i] += fano(i, j) ? '1' : '0';
    }
    rows.insert(rows.begin() + 3, "0000000");
    rows.insert(rows.begin() + 1, "0000001");
    const packed_allocation mixed(matrix(rows));
    const auto mixed_with = [&](const std::string& numbers, int claimed) {
        return outcome_of_margin(mixed, claimed, std::string("moment ").append(numbers).append(" 0,2,3,5,6,7,8"));
    };
    int best_mixed = -99;
    for (int a = -12; a <= 12; ++a) {
        for (int c = -12; c <= 12; ++c) {
            for (int claimed = -9; claimed <= 9; ++claimed) {
                if (mixed_with(std::to_string(a) + " " + std::to_string(c) + " 6", claimed) == "proved") {
                    best_mixed = std::max(best_mixed, claimed);
                }
            }
        }
    }
    CHECK(best_mixed == margin - 1);
}
