// SPDX-License-Identifier: MIT
#include <election/train/lies.hpp>

#include <vector>

#include <doctest/doctest.h>

using namespace election;

static_assert(lies<honest, binary_form, float> && lies<honest, ternary_form, double>);
static_assert(!lies<int, binary_form, float>);

TEST_CASE("who is honest changes nothing") {
    CHECK_FALSE(honest::knows_everything());
    CHECK_FALSE(honest::may_lie(0));
    CHECK(honest().liars(7).empty());
    sign_matrix votes(2, 70);
    votes[1].set(69, true);
    const sign_matrix before = votes;
    std::vector<std::uint8_t> silent(2);
    const std::vector<std::size_t> voters{0, 1};
    const sign_matrix partitions(2, 70);
    election_round<binary_form, float> round{0, {}, partitions.view(), voters, {}, voters, votes.span(), silent};
    honest().lie(round);
    CHECK(votes == before);
    CHECK(silent == std::vector<std::uint8_t>(2));
}
