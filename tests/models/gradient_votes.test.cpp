// SPDX-License-Identifier: MIT
#include <election/models/gradient_votes.hpp>

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/full.hpp>
#include <support/attack_checks.hpp>

using namespace election;
using election_test::election_of;
using election_test::one_election;

namespace {

/// Liars look at what is left of a gradient of 0.5.
struct half_attack {
    packed_allocation code;
    tie_policy ties;
    static constexpr bool reads_gradients = true;
};
void send_lies(const half_attack& attack, election_batch& batch, random_stream& random) {
    detail::send_majorities("half", attack.code, attack.ties, batch, random, [](double gradient) { return gradient - 0.5; });
}

/// All liars send the sign of the largest gradient's excess over 1.
struct largest_attack {};
void send_lies(const largest_attack& /*attack*/, election_batch& batch, random_stream& /*random*/) {
    detail::send_common_sign("largest", batch, [](std::span<const float> gradient) {
        return static_cast<double>(*std::max_element(gradient.begin(), gradient.end())) - 1;
    });
}

static_assert(gradient_attack<half_attack> && !gradient_attack<largest_attack> && !gradient_attack<against_attack>);

} // namespace

TEST_CASE("majorities of numbers, with the tie policy") {
    election_test::for_random_batches(
        gaussian_gradients{1, 0.2}, [](const packed_allocation& code, tie_policy ties, const election_batch& batch) {
            election_test::check_attack(half_attack{code, ties}, batch, [&](one_election& one) {
                sign_list seen;
                for (float number : one.gradient) seen.push_back(number < 0.5F ? -1 : 1);
                const sign_list votes = votes_of(code, seen, ties);
                for (std::size_t i = 0; i < votes.size(); ++i) {
                    if (one.liars[i]) one.votes[i] = votes[i];
                }
            });
        });
}

TEST_CASE("coins of tied liars are fair, and not the same for all") {
    CAPTURE(election_test::seed());
    const packed_allocation idle(2, 3); // always tied
    const auto batch = election_test::random_batch(idle, tie_policy::coin, gaussian_gradients{1}, 1, 1);
    const auto sent = election_test::attacked(half_attack{idle, tie_policy::coin}, batch);
    double plus = 0;
    double same = 0;
    for (std::size_t e = 0; e < election_batch::elections; ++e) {
        const one_election one = election_of(sent, e);
        REQUIRE((one.votes[0] != 0 && one.votes[1] != 0));
        plus += one.votes[0] > 0 ? 1 : 0;
        same += one.votes[0] == one.votes[1] ? 1 : 0;
    }
    // Two counts within five standard deviations: fails for one seed in 870,000.
    const double n = election_batch::elections;
    CHECK(std::abs(plus - n / 2) < 5 * std::sqrt(n) / 2);
    CHECK(std::abs(same - n / 2) < 5 * std::sqrt(n) / 2);
}

TEST_CASE("one sign for all liars") {
    election_test::for_random_batches(gaussian_gradients{1, 0.2}, [](const auto&, tie_policy, const election_batch& batch) {
        election_test::check_attack(largest_attack{}, batch, [](one_election& one) {
            one.lie(*std::max_element(one.gradient.begin(), one.gradient.end()) < 1 ? -1 : 1);
        });
    });
}

TEST_CASE("the mean") { CHECK(detail::mean_of(std::vector<float>{1, 2, 6}) == 3); }

TEST_CASE("what is not allowed") {
    election_batch batch(3, 5, true);
    random_stream random(election_test::sampling, 1, 1);
    CHECK_THROWS_WITH(send_lies(half_attack{packed_allocation(5, 3), {}}, batch, random),
                      "election::half: gradients = 0 must be drawn with the messages, as gaussian_gradients does");
    CHECK_THROWS_WITH(send_lies(largest_attack{}, batch, random),
                      "election::largest: gradients = 0 must be drawn with the messages, as gaussian_gradients does");
    message_sampler(gaussian_gradients{1}, 3, election_test::majority)(batch, random);
    CHECK_THROWS_WITH(send_lies(half_attack{packed_allocation(4, 3), {}}, batch, random),
                      "election::half: workers = 4 must be as many as vote, 5");
    CHECK_THROWS_WITH(send_lies(half_attack{packed_allocation(5, 2), {}}, batch, random),
                      "election::half: partitions = 2 must be as many as the messages have, 3");
}

TEST_CASE("0 and NaN have the sign of the policy, or none") {
    using election::detail::sign_of;
    const double nan = std::nan("");
    for (double number : {0.0, -0.0, nan, -nan}) {
        CHECK(sign_of(number, zero_policy::positive) == 1);
        CHECK(sign_of(number, zero_policy::negative) == -1);
        CHECK(sign_of(number, zero_policy::abstain) == 0);
        CHECK(election::detail::is_plus(number));
    }
    for (zero_policy zero : zero_policies) CHECK((sign_of(1e-300, zero) == 1 && sign_of(-1e-300, zero) == -1));
    const packed_allocation code(full(2, 3));
    for (zero_policy zero : zero_policies) {
        CAPTURE(name_of(zero));
        election_batch batch(3, 2, true);
        batch.zero = zero;
        batch.gradients.resize(3 * election_batch::elections);
        for (std::size_t w = 0; w < election_batch::words; ++w) batch.liars[1][w] = ~std::uint64_t{0};
        batch.gradients[3 * 70] = 2; // election 70: + 0 NaN; all others: 0 0 0
        batch.gradients[3 * 70 + 2] = std::nanf("");
        random_stream random(election_test::sampling, 1, 0);
        election::detail::send_majorities("test", code, tie_policy::abstain, batch, random, [](double g) { return g; });
        const auto vote = [&](std::size_t e) {
            CHECK(election_test::bit(batch.signs[0], e) == false); // who does not lie is let alone
            return election_test::bit(batch.tied[1], e) ? 0 : election_test::bit(batch.signs[1], e) ? 1 : -1;
        };
        const int of_zero = sign_of(0, zero);
        CHECK(vote(70) == (zero == zero_policy::negative ? -1 : 1));
        CHECK(vote(71) == of_zero);
        election::detail::send_common_sign("test", batch, [](std::span<const float> g) { return g[0]; });
        CHECK(vote(70) == 1);
        CHECK(vote(71) == of_zero);
        CHECK(batch.silent_liars == (zero == zero_policy::abstain));
    }
}
