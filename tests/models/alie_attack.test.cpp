// SPDX-License-Identifier: MIT
#include <election/models/alie_attack.hpp>

#include <cmath>
#include <cstddef>

#include <doctest/doctest.h>
#include <support/attack_checks.hpp>

using namespace election;
using election_test::one_election;

static_assert(gradient_attack<alie_attack>);

TEST_CASE("liars send the sign of mean − tau · std") {
    election_test::for_random_batches(gaussian_gradients{2, 0.3}, [](const auto&, tie_policy, const election_batch& batch) {
        for (double tau : {-0.5, 0.0, 0.3, 1.5}) {
            CAPTURE(tau);
            election_test::check_attack(alie_attack{tau}, batch, [tau](one_election& one) {
                double mean = 0;
                double pairs = 0; // the variance by differences of pairs, another way to the same number
                const auto k = static_cast<double>(one.gradient.size());
                for (float a : one.gradient) {
                    mean += static_cast<double>(a) / k;
                    for (float b : one.gradient) {
                        pairs += (static_cast<double>(a) - static_cast<double>(b)) *
                                 (static_cast<double>(a) - static_cast<double>(b));
                    }
                }
                one.lie(mean < tau * std::sqrt(pairs / 2) / k ? -1 : 1);
            });
        }
    });
}

TEST_CASE("the authors' tau has as many workers beyond it as the liars need, if gradients are normal") {
    for (const std::size_t n : {3U, 4U, 15U, 50U, 101U}) {
        for (std::size_t b = 0; b <= n / 2; ++b) {
            CAPTURE(n);
            CAPTURE(b);
            const double beyond = std::erfc(alie_tau(n, b) / std::sqrt(2.0)) / 2 * static_cast<double>(n - b);
            CHECK(std::abs(beyond - (static_cast<double>(n / 2 + 1) - static_cast<double>(b))) < 1e-9); // supporters
        }
    }
    CHECK(std::abs(alie_tau(50, 24) - 1.4260768722728) < 1e-10);
    CHECK(std::abs(alie_tau(15, 3) - 0.2104283942479) < 1e-10);
    CHECK_THROWS_WITH((void)alie_tau(15, 8), "election::alie_tau: liars = 8 must be at most half of the workers, 7");
    CHECK_THROWS_WITH((void)alie_tau(2, 1), "election::alie_tau: workers = 2 must be at least 3");
}

TEST_CASE("a large tau is against the truth, a large negative one helps") {
    const auto batch =
        election_test::random_batch(packed_allocation(5, 6), tie_policy::abstain, gaussian_gradients{2}, 0.4, 1);
    election_test::check_attack(alie_attack{1e9}, batch, [](one_election& one) { one.lie(-1); });
    election_test::check_attack(alie_attack{-1e9}, batch, [](one_election& one) { one.lie(1); });
}

TEST_CASE("what is not allowed") {
    election_batch batch(3, 3, true);
    random_stream random(election_test::sampling, 1, 1);
    CHECK_THROWS_WITH(send_lies(alie_attack{INFINITY}, batch, random), "election::alie: tau = inf must be a finite number");
    CHECK_THROWS_WITH(send_lies(alie_attack{1}, batch, random),
                      "election::alie: gradients = 0 must be drawn with the messages, as gaussian_gradients does");
}
