// SPDX-License-Identifier: MIT
#include <election/verify/reference.hpp>

#include <vector>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>

using namespace election;

TEST_CASE("worked by hand: three workers, three partitions") {
    const std::vector<std::vector<int>> identity{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    const verdict plain = verify_reference(identity);
    CHECK(plain.margin == 1);
    CHECK(plain.tolerance == 0);
    CHECK(to_string(plain.witness) == "++-");
    CHECK(to_string(plain.witness_votes) == "++-");
    CHECK(plain.messages == 8); // all have a truth

    const std::vector<std::vector<int>> one_voter{{1, 0, 0}}; // the others' partitions are not heard
    const verdict alone = verify_reference(one_voter);
    CHECK(alone.margin == -1);
    CHECK(alone.tolerance == -1);
    CHECK(to_string(alone.witness) == "+--");
}

TEST_CASE("messages without a truth are not counted") {
    const std::vector<std::vector<int>> pair{{1, 1}};
    const verdict v = verify_reference(pair);
    CHECK(v.messages == 2);
    CHECK(v.margin == 1);
    CHECK(to_string(v.witness) == "++");
}

TEST_CASE("the reference covers 24 partitions") {
    CHECK_THROWS_WITH_AS((void)verify_reference(packed_allocation(1, 25)),
                         "election::verify_reference: partitions = 25 must be at most 24; use election::verify",
                         parameter_error);
}
