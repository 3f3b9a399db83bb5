// SPDX-License-Identifier: MIT
#include <election/exact/certified_conflicts.hpp>

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

TEST_CASE("certified_conflicts: workers who can't lose together") {
    // Windows of 5 of 9 columns, four lose: a window is wrong with three of them, and two that share one column or none can't both be.
    const packed_allocation code(election::cyclic(9, 9, 5));
    const auto with = [&](const std::string& conflicts, int claimed) {
        return outcome_of_margin(code, claimed, std::string("conflict").append(conflicts));
    };
    // Row i and row i + 4 share one column: 3 + 3 − 1 > 4. The steps of 4 are a cycle of all nine.
    CHECK(with(" cycle 0,4,8,3,7,2,6,1,5", 1) == "proved");
    CHECK(election::verify_reference(code).margin == 1);
    CHECK(with(" cycle 0,4,8,3,7,2,6,1,5", 2) == "line 6: the conflicts leave a loss that does not exceed the target");
    CHECK(with(" clique 0,4 clique 8,3 clique 7,2 clique 6,1", -1) == "proved");
    CHECK(with(" clique 0,4 clique 8,3 clique 7,2 clique 6,1", 0) ==
          "line 6: the conflicts leave a loss that does not exceed the target");
    CHECK(with(" cycle 0,4,8", -5) == "line 6: workers 8 and 0 can lose together");
    CHECK(with(" cycle 8,0,4", -5) == "line 6: workers 8 and 0 can lose together");
    CHECK(with(" cycle 0,8,4", -5) == "line 6: workers 0 and 8 can lose together");
    CHECK(with(" clique 0,4,8", -5) == "line 6: workers 8 and 0 can lose together");
    CHECK(with(" cycle 0,4", -5) == "F:6: a cycle has at least three workers");
    CHECK(with(" clique 0,4 clique 4,8", -5) == "line 6: worker 4 is there twice");
    CHECK(with(" clique 0,0", -5) == "line 6: worker 0 is there twice");
    CHECK(with(" path 0,4", -5) == "F:6: must be 'conflict', then 'clique' or 'cycle' and workers");
    CHECK(with(" clique 0,9", -5) == "F:6: a worker must be a whole number up to 8");
    CHECK(with(" clique 0,4;", -5) == "F:6: has more than its line may have");
    CHECK(with("", -9) == "proved");
    // A clique of three that share nothing, in a code where two lose.
    const packed_allocation blocks(matrix({"11100000", "00011100", "00000011", "11111111", "00000000"}));
    CHECK(outcome(blocks, "claim margin at least 2\nside + loss 7\nconflict clique 0,1,2\n") ==
          "line 6: workers 2 and 0 can lose together"); // three lose: one for the pair to tie, two for a triple
    CHECK(outcome(blocks, "claim margin at least 0\nside + loss 5\nconflict clique 0,1\n") == "proved");
    // Every pair of cycle and clique is held to the reference, for all ties.
    std::mt19937 random(11);
    CHECK(election_test::times_proved({"conflict cycle 0,1,2,3,4", "conflict clique 0,1,2 clique 3,4",
                                       "conflict cycle 0,1,2 clique 3,4", "conflict clique 0,1,2,3,4", "conflict clique 0,1",
                                       "conflict cycle 0,1,2,3"},
                                      random) > 0);
}
