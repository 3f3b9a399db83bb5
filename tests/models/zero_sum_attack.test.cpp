// SPDX-License-Identifier: MIT
#include <election/models/zero_sum_attack.hpp>

#include <cstddef>
#include <cstdlib>

#include <doctest/doctest.h>
#include <election/models/draw_liars.hpp>
#include <support/attack_checks.hpp>

using namespace election;
using election_test::election_of;
using election_test::one_election;

static_assert(vote_attack<zero_sum_attack>);

TEST_CASE("votes are spent in the order that is documented") {
    election_test::for_random_batches(uniform_messages{}, [](const auto&, tie_policy, const election_batch& batch) {
        election_test::check_attack(zero_sum_attack{}, batch, [](one_election& one) {
            // One vote after the other, from a sum of all liars at the side that h has: the plain way to the same end.
            const int b = one.liar_count();
            const int h = one.honest_sum();
            int minus = 0;
            int plus = 0;
            int best = 1 << 20;
            for (int m = 0; m <= b; ++m) {
                for (int p = 0; m + p <= b; ++p) {
                    // Nearest to 0; then as few as possible are silent.
                    const int badness = 1000 * std::abs(h + p - m) + (b - m - p);
                    if (badness >= best) continue;
                    best = badness;
                    minus = m;
                    plus = p;
                }
            }
            for (std::size_t i = 0; i < one.votes.size(); ++i) {
                if (!one.liars[i]) continue;
                one.votes[i] = minus > 0 ? -1 : plus > 0 ? 1 : 0;
                if (minus > 0) {
                    --minus;
                } else {
                    --plus;
                }
            }
        });
    });
}

TEST_CASE("the sum is 0 wherever liars can reach that, and what fails is what fails against the truth") {
    for (double right : {0.3, 0.8}) { // the full message is at times wrong itself: truths are + here
        election_test::for_random_batches(
            independent_messages{right}, [](const auto&, tie_policy, const election_batch& batch) {
                const election_batch zero = election_test::attacked(zero_sum_attack{}, batch);
                const election_batch against = election_test::attacked(against_attack{}, batch);
                std::size_t differ = 0;
                std::size_t not_zero = 0;
                for (std::size_t e = 0; e < election_batch::elections; ++e) {
                    const one_election one = election_of(zero, e);
                    differ += one.fails() != election_of(against, e).fails() ? 1U : 0U;
                    not_zero += std::abs(one.honest_sum()) <= one.liar_count() && one.sum() != 0 ? 1U : 0U;
                }
                CHECK(differ == 0);
                CHECK(not_zero == 0);
            });
    }
}

TEST_CASE("where votes cannot abstain, the one who would be silent votes against the honest, or -") {
    election_test::for_random_batches(uniform_messages{}, [](const auto&, tie_policy ties, const election_batch& batch) {
        if (ties == tie_policy::abstain) return;
        const election_batch silent = election_test::attacked(zero_sum_attack{}, batch);
        election_batch binary = batch;
        binary.votes_abstain = false;
        binary = election_test::attacked(zero_sum_attack{}, binary);
        std::size_t wrong = 0;
        std::size_t met = 0;
        for (std::size_t e = 0; e < election_batch::elections; ++e) {
            one_election expected = election_of(silent, e);
            const int h = expected.honest_sum();
            for (std::int8_t& vote : expected.votes) {
                if (vote != 0) continue;
                vote = static_cast<std::int8_t>(h < 0 ? 1 : -1);
                ++met;
            }
            wrong += election_of(binary, e).votes != expected.votes ? 1U : 0U;
        }
        CHECK(wrong == 0);
        CHECK((met > 0 || batch.liars.size() % 2 == 0));
        CHECK(!binary.silent_liars);
    });
}
