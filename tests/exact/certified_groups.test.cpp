// SPDX-License-Identifier: MIT
#include <election/exact/certified_groups.hpp>

#include <random>
#include <string>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/verify/reference.hpp>
#include <support/certificate_text.hpp>
#include <support/margin_claims.hpp>

namespace {

using election::packed_allocation;
using election_test::matrix;
using election_test::outcome;
using election_test::outcome_of_margin;

} // namespace

TEST_CASE("certified_groups: groups that so few losers do not serve") {
    // Windows of 5 of 15 columns, seven lose: a window is wrong with three of them, and of three that share nothing two are.
    const packed_allocation code(election::cyclic(15, 15, 5));
    const auto with = [&](const std::string& groups, int claimed) {
        return outcome_of_margin(code, claimed, std::string("group").append(groups));
    };
    const std::string too_little = "line 6: the groups keep a loss that does not exceed the target";
    CHECK(with(" 0,5,10 1,6,11 2,7,12 3,8,13 4,9,14", -5) == "proved");
    CHECK(with(" 0,5,10 1,6,11 2,7,12 3,8,13 4,9,14", -4) == too_little);
    CHECK(with(" 11,1,6 0,10,5", -11) == "proved");
    CHECK(with(" 11,1,6 0,10,5", -10) == too_little);
    CHECK(with(" 0,5,9", -13) == "proved");   // one column twice: eight hits, of nine
    CHECK(with(" 0,5,8", -13) == too_little); // two of them: nine
    CHECK(with(" 0,5", -13) == too_little);
    // All of them: a column is in five windows, 35 hits make eleven wrong.
    CHECK(with(" 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14", -7) == "proved");
    CHECK(with(" 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14", -6) == too_little);
    CHECK(with("", -15) == "proved");
    CHECK(with("", -14) == too_little);
    CHECK(with(" 0,5,10 1,5,11", -15) == "line 6: worker 5 is there twice");
    CHECK(with(" 0,5,5", -15) == "line 6: worker 5 is there twice");
    CHECK(with(" 0,15", -15) == "F:6: a worker must be a whole number up to 14");
    CHECK(with(" 0,5,10;", -15) == "F:6: has more than its line may have");
    CHECK(with(" ", -15) == "F:6: a worker must be a whole number up to 14");
    CHECK(with("s 0,5,10", -15) == "F:6: has more than its line may have");
    // Identical workers are one row with more votes: its hits count once, and it turns as one. Three hits are not enough for two rows;
    // if the twins were two rows, it would be six for three.
    const packed_allocation twins(matrix({"1110000", "1110000", "0001110", "0000001"}));
    REQUIRE(election::verify_reference(twins).margin == -2);
    CHECK(outcome(twins, "claim margin at least -2\nside + loss 2\ngroup 0,1,2\n") == "proved");
    CHECK(outcome(twins, "claim margin at least -1\nside + loss 3\ngroup 0,1,2\n") == too_little);
    CHECK(outcome(twins, "claim margin at least -2\nside + loss 2\ngroup 0,1 2\n") == too_little);
    CHECK(outcome(twins, "claim margin at least -2\nside + loss 2\ngroup 0,1,2,3\nside - loss 2\ngroup 1,0,2\n",
                  "positive") == "proved");
    // Ties: three hits make one of these abstain and one wrong.
    const packed_allocation pairs(matrix({"1100000", "0011000", "0000110"}));
    REQUIRE(election::verify_reference(pairs).margin == 0);
    CHECK(outcome(pairs, "claim margin at least 0\nside + loss 3\ngroup 0,1,2\n") == "proved");
    CHECK(outcome(pairs, "claim margin at least 1\nside + loss 4\ngroup 0,1,2\n") == too_little);
    // Groups are held to the reference, for all ties: never more than is true, and sometimes all of it.
    std::mt19937 random(13);
    CHECK(election_test::times_proved(
              {"group 0,1,2,3,4", "group 0,1,2 3,4", "group 0,1 2,3 4", "group 0,1,2,3", "group 2,3,4"}, random) > 1000);
}
