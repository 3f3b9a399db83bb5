// SPDX-License-Identifier: MIT
#include <election/models/mimic_attack.hpp>

#include <algorithm>
#include <cstddef>

#include <doctest/doctest.h>
#include <election/models/draw_liars.hpp>
#include <support/attack_checks.hpp>

using namespace election;
using election_test::one_election;

static_assert(vote_attack<mimic_attack>);

TEST_CASE("liars copy the first honest worker, abstentions too") {
    election_test::for_random_batches(uniform_messages{}, [](const auto&, tie_policy, const election_batch& batch) {
        election_test::check_attack(mimic_attack{}, batch, [](one_election& one) {
            const auto first = std::find(one.liars.begin(), one.liars.end(), false);
            if (first != one.liars.end()) one.lie(one.votes[static_cast<std::size_t>(first - one.liars.begin())]);
        });
    });
}

TEST_CASE("workers who all hold the same gain nothing by copying") {
    const packed_allocation code(std::vector<std::vector<int>>(5, {1, 1, 0, 1}));
    const auto batch = election_test::random_batch(code, tie_policy::abstain, uniform_messages{}, 0.4, 1);
    election_test::check_attack(mimic_attack{}, batch, [](one_election&) {});
}
