// SPDX-License-Identifier: MIT
#include <election/bits/ternary.hpp>

#include <sstream>
#include <unordered_set>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("votes are +1, -1 or 0, and always in canonical form") {
    ternary_vector votes(66);
    CHECK(votes.size() == 66);
    votes.set(0, 5);
    votes.set(1, -5);
    votes.set(65, 1);
    CHECK(votes[0] == 1);
    CHECK(votes[1] == -1);
    CHECK(votes[2] == 0);
    CHECK(to_string(votes) == "+-" + std::string(63, '0') + "+");
    votes.set(0, 0);
    CHECK(votes[0] == 0);
    CHECK(votes.view().signs()[0] == -1); // the sign of an absent vote is 0 in bits
    ternary_vector same(66);
    same.set(1, -1);
    same.set(65, 1);
    CHECK(votes == same);
    const std::unordered_set<ternary_vector> known{votes, same, ternary_vector(66)};
    CHECK(known.size() == 2);
    std::ostringstream out;
    out << ternary_vector(2);
    CHECK(out.str() == "00");
}
