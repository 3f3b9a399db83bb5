// SPDX-License-Identifier: MIT
#include <election/models/gradient_noise_attack.hpp>

#include <cmath>
#include <cstddef>

#include <doctest/doctest.h>
#include <election/codes/full.hpp>
#include <election/codes/uncoded.hpp>
#include <support/attack_checks.hpp>

using namespace election;
using election_test::election_of;
using election_test::one_election;

static_assert(gradient_attack<gradient_noise_attack>);

TEST_CASE("votes are the majorities of noisy gradients") {
    election_test::for_random_batches(
        gaussian_gradients{1, 0.3}, [](const packed_allocation& code, tie_policy ties, const election_batch& batch) {
            // The same numbers, in the order that is documented: liar by liar, election by election, partition by partition.
            election_batch expected = batch;
            random_stream random(election_test::sampling, election_test::seed(), 1000);
            for (std::size_t i = 0; i < code.workers(); ++i) {
                for (std::size_t e = 0; e < election_batch::elections; ++e) {
                    if (!election_test::bit(batch.liars[i], e)) continue;
                    sign_list seen(code.partitions(), 1);
                    for (std::size_t j = 0; j < code.partitions(); ++j) {
                        if (!code(i, j)) continue;
                        const double noisy = static_cast<double>(batch.gradient(e)[j]) + 0.7 * random.normal();
                        seen[j] = noisy < 0 ? -1 : 1;
                    }
                    const int vote = vote_of(code, i, seen, ties);
                    const std::uint64_t bit = std::uint64_t{1} << (e % 64);
                    expected.signs[i][e / 64] &= ~bit;
                    expected.tied[i][e / 64] &= ~bit;
                    if (vote > 0) expected.signs[i][e / 64] |= bit;
                    if (vote == 0) expected.tied[i][e / 64] |= bit;
                }
            }
            const election_batch sent = election_test::attacked(gradient_noise_attack{code, ties, 0.7}, batch);
            std::size_t wrong = 0;
            for (std::size_t e = 0; e < election_batch::elections; ++e) {
                wrong += election_of(sent, e).votes != election_of(expected, e).votes ? 1U : 0U;
            }
            CHECK(wrong == 0);
        });
}

TEST_CASE("no noise and next to none change nothing") {
    election_test::for_random_batches(
        gaussian_gradients{1, 0.3}, [](const packed_allocation& code, tie_policy ties, const election_batch& batch) {
            election_test::check_attack(gradient_noise_attack{code, ties, 0}, batch, [](one_election&) {});
            // A gradient within 10⁻¹⁴ of 0 comes up once in 10¹⁴.
            election_test::check_attack(gradient_noise_attack{code, ties, 1e-15}, batch, [](one_election&) {});
        });
}

TEST_CASE(
    "a sign flips as often as the angle between a gradient and its noisy self says, and each liar has noise of its own") {
    CAPTURE(election_test::seed());
    // Two normal numbers of correlation ρ differ in sign with probability arccos(ρ)/π: a gradient g and g + X, of correlation
    // 1/√2, in a quarter of all elections; what two liars make of it, g + X and g + Y, of correlation 1/2, in a third.
    const packed_allocation code(full(3, 1));
    const auto batch = election_test::random_batch(code, tie_policy::abstain, gaussian_gradients{0}, 1, 1);
    const auto sent = election_test::attacked(gradient_noise_attack{code, tie_policy::abstain, 1}, batch);
    double flipped = 0;
    double apart = 0;
    for (std::size_t e = 0; e < election_batch::elections; ++e) {
        const one_election one = election_of(sent, e);
        flipped += one.votes[0] != one.message[0] ? 1 : 0;
        apart += one.votes[1] != one.votes[2] ? 1 : 0;
    }
    // Within five standard deviations, two counts: fails for one seed in 870,000.
    const double n = election_batch::elections;
    CHECK(std::abs(flipped - n / 4) < 5 * std::sqrt(n * 3 / 16));
    CHECK(std::abs(apart - n / 3) < 5 * std::sqrt(n * 2 / 9));
}

TEST_CASE("what is not allowed") {
    election_batch batch(3, 3, true);
    random_stream random(election_test::sampling, 1, 1);
    const packed_allocation code(uncoded(3));
    CHECK_THROWS_WITH(send_lies(gradient_noise_attack{code, tie_policy::abstain, -1}, batch, random),
                      "election::gradient_noise: sigma = -1 must be a finite number, not negative");
    CHECK_THROWS_WITH(send_lies(gradient_noise_attack{code, tie_policy::abstain, NAN}, batch, random),
                      "election::gradient_noise: sigma = nan must be a finite number, not negative");
    CHECK_THROWS_WITH(send_lies(gradient_noise_attack{code, tie_policy::abstain, 1}, batch, random),
                      "election::gradient_noise: gradients = 0 must be drawn with the messages, as gaussian_gradients does");
}
