// SPDX-License-Identifier: MIT
#include <election/verify/vote.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <support/random_code.hpp>
#include <support/seed.hpp>

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

TEST_CASE(
    "votes by words are those by the definition, for all widths around words, zeros among the signs, and all policies") {
    CAPTURE(election_test::seed());
    for (std::size_t k :
         {1U, 2U, 7U, 63U, 64U, 65U, 128U, 129U, 2100U}) { // the last one has more words than are added up at once
        for (double density : {0.0, 0.1, 0.5, 1.0}) {
            const packed_allocation code = election_test::random_code(9, k, density, election_test::seed() + k);
            for (double zeros : {0.0, 0.3}) {
                const counter_random random(election_test::seed(), k);
                sign_list message(k);
                for (std::size_t j = 0; j < k; ++j) {
                    const std::int8_t sign = random.happens(0.5, 2 * j) ? 1 : -1;
                    message[j] = random.happens(zeros, 2 * j + 1) ? 0 : sign;
                }
                for (tie_policy ties : {tie_policy::abstain, tie_policy::positive, tie_policy::negative, tie_policy::coin}) {
                    CHECK(votes_by_words(code, message, ties) == votes_of(code, message, ties));
                }
            }
        }
    }
}
