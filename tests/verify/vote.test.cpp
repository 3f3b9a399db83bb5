// SPDX-License-Identifier: MIT
#include <election/verify/vote.hpp>

#include <vector>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("the truth is the sign of the sum, and a split message has none") {
    CHECK(truth_of({1, 1, -1}) == 1);
    CHECK(truth_of({1, -1, -1}) == -1);
    CHECK(truth_of({1, -1}) == 0);
}

TEST_CASE("the two elections of the published example, worked by hand") {
    // Three partitions a worker; the votes are those that a reviewer of the paper reports.
    const std::vector<std::vector<int>> code{
        {1, 0, 1, 1, 0}, {1, 1, 0, 0, 1}, {0, 0, 1, 1, 1}, {0, 1, 0, 1, 1}, {1, 1, 1, 0, 0}};
    CHECK(to_string(votes_of(code, {-1, -1, 1, -1, 1}, tie_policy::abstain)) == "--+--");
    const sign_list second = votes_of(code, {-1, 1, -1, -1, 1}, tie_policy::abstain);
    CHECK(to_string(second) == "-+-+-");
    CHECK(margin_of(second, -1, tie_policy::abstain) == 1); // three of five: one liar wins
}

TEST_CASE("tied and idle workers vote by the policy") {
    const std::vector<std::vector<int>> code{{1, 1, 0}, {0, 0, 0}, {1, 1, 1}};
    const sign_list message{1, -1, 1};
    CHECK(to_string(votes_of(code, message, tie_policy::abstain)) == "00+");
    CHECK(to_string(votes_of(code, message, tie_policy::coin)) == "00+");
    CHECK(to_string(votes_of(code, message, tie_policy::positive)) == "+++");
    CHECK(to_string(votes_of(code, message, tie_policy::negative)) == "--+");
    CHECK(margin_of({0, 0, 1}, 1, tie_policy::abstain) == 1);
    CHECK(margin_of({0, 0, 1}, 1, tie_policy::coin) == -1); // both coins fall on the wrong side
    CHECK(margin_of({0, -1, 1, 1}, -1, tie_policy::abstain) == -1);
}
