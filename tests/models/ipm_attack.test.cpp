// SPDX-License-Identifier: MIT
#include <election/models/ipm_attack.hpp>

#include <cmath>
#include <cstddef>

#include <doctest/doctest.h>
#include <support/attack_checks.hpp>

using namespace election;
using election_test::election_of;
using election_test::one_election;

static_assert(gradient_attack<ipm_attack>);

TEST_CASE("liars send against the mean, whatever tau is") {
    election_test::for_random_batches(gaussian_gradients{1, 0.3}, [](const auto&, tie_policy, const election_batch& batch) {
        for (double tau : {1e-310, 0.5, 1.0, 100.0}) {
            CAPTURE(tau);
            election_test::check_attack(ipm_attack{tau}, batch, [](one_election& one) {
                double sum = 0;
                for (float number : one.gradient) sum += static_cast<double>(number);
                one.lie(sum > 0 ? -1 : 1);
            });
        }
    });
}

TEST_CASE("where the mean has the true sign it is the attack against the truth") {
    CAPTURE(election_test::seed());
    const packed_allocation code = election_test::random_code(7, 9, 0.4, election_test::seed());
    const auto batch = election_test::random_batch(code, tie_policy::abstain, gaussian_gradients{1}, 0.4, 1);
    const auto ipm = election_test::attacked(ipm_attack{}, batch);
    const auto against = election_test::attacked(against_attack{}, batch);
    double mean_wrong = 0;
    for (std::size_t e = 0; e < election_batch::elections; ++e) {
        const one_election one = election_of(ipm, e);
        const bool wrong = detail::mean_of(one.gradient) < 0;
        mean_wrong += wrong ? 1 : 0;
        if (!wrong) REQUIRE(one.votes == election_of(against, e).votes);
    }
    // Φ(−1) of them have a wrong mean, within five standard deviations: fails for one seed in 1.7 million.
    const double n = election_batch::elections;
    const double p = detail::normal_below(-1);
    CHECK(std::abs(mean_wrong - n * p) < 5 * std::sqrt(n * p * (1 - p)));
}

TEST_CASE("what is not allowed") {
    election_batch batch(3, 3, true);
    random_stream random(election_test::sampling, 1, 1);
    CHECK_THROWS_WITH(send_lies(ipm_attack{0}, batch, random),
                      "election::ipm: tau = 0 must be a finite number, more than 0");
    CHECK_THROWS_WITH(send_lies(ipm_attack{NAN}, batch, random),
                      "election::ipm: tau = nan must be a finite number, more than 0");
    CHECK_THROWS_WITH(send_lies(ipm_attack{}, batch, random),
                      "election::ipm: gradients = 0 must be drawn with the messages, as gaussian_gradients does");
}
