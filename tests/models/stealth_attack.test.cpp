// SPDX-License-Identifier: MIT
#include <election/models/stealth_attack.hpp>

#include <cstddef>

#include <doctest/doctest.h>
#include <election/models/draw_liars.hpp>
#include <support/attack_checks.hpp>

using namespace election;
using election_test::election_of;
using election_test::one_election;

static_assert(vote_attack<stealth_attack>);

TEST_CASE("liars lie where that turns a right result, and only there") {
    election_test::for_random_batches(independent_messages{0.7}, [](const auto&, tie_policy, const election_batch& batch) {
        election_test::check_attack(stealth_attack{}, batch, [](one_election& one) {
            one_election lied = one;
            lied.lie(-one.truth);
            if (!one.fails() && lied.fails()) one = lied;
        });
    });
}

TEST_CASE("what fails is what fails when the same liars always vote against the truth") {
    // Whether the honest result was right does not matter: where it was wrong, both fail.
    for (double right : {0.3, 0.8}) {
        election_test::for_random_batches(
            independent_messages{right}, [](const auto&, tie_policy, const election_batch& batch) {
                const election_batch stealth = election_test::attacked(stealth_attack{}, batch);
                const election_batch against = election_test::attacked(against_attack{}, batch);
                std::size_t differ = 0;
                for (std::size_t e = 0; e < election_batch::elections; ++e) {
                    differ += election_of(stealth, e).fails() != election_of(against, e).fails() ? 1U : 0U;
                }
                CHECK(differ == 0);
            });
    }
}
