// SPDX-License-Identifier: MIT
#include <election/models/scaling_attack.hpp>

#include <cmath>
#include <cstddef>
#include <limits>

#include <doctest/doctest.h>
#include <election/codes/uncoded.hpp>
#include <support/attack_checks.hpp>

using namespace election;
using election_test::one_election;

static_assert(gradient_attack<scaling_attack>);

namespace {

/// Liars vote honestly on another message.
void vote_on(one_election& one, const packed_allocation& code, tie_policy ties, const sign_list& message) {
    const sign_list votes = votes_of(code, message, ties);
    for (std::size_t i = 0; i < votes.size(); ++i) {
        if (one.liars[i]) one.votes[i] = votes[i];
    }
}

} // namespace

TEST_CASE("a positive factor changes nothing, a negative one reverses partitions, 0 and NaN make all +") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr double least = std::numeric_limits<double>::denorm_min();
    election_test::for_random_batches(
        gaussian_gradients{1, 0.3}, [&](const packed_allocation& code, tie_policy ties, const election_batch& batch) {
            for (double factor : {1.0, 2.5, least, infinity}) {
                CAPTURE(factor);
                election_test::check_attack(scaling_attack{code, ties, factor}, batch, [](one_election&) {});
            }
            for (double factor : {-1.0, -100.0, -least, -infinity}) {
                CAPTURE(factor);
                election_test::check_attack(scaling_attack{code, ties, factor}, batch, [&](one_election& one) {
                    sign_list reversed = one.message;
                    for (std::int8_t& sign : reversed) sign = static_cast<std::int8_t>(-sign);
                    vote_on(one, code, ties, reversed);
                });
            }
            for (double factor : {0.0, -0.0, std::nan("")}) {
                CAPTURE(factor);
                election_test::check_attack(scaling_attack{code, ties, factor}, batch, [&](one_election& one) {
                    vote_on(one, code, ties, sign_list(code.partitions(), 1));
                });
            }
        });
}

TEST_CASE("where ties abstain, a negative factor is the reverse attack") {
    election_test::for_random_batches(
        gaussian_gradients{1}, [](const packed_allocation& code, tie_policy ties, const election_batch& batch) {
            if (ties != tie_policy::abstain) return;
            election_test::check_attack(scaling_attack{code, ties, -1}, batch, [](one_election& one) {
                for (std::size_t i = 0; i < one.votes.size(); ++i) {
                    if (one.liars[i]) one.votes[i] = static_cast<std::int8_t>(-one.votes[i]);
                }
            });
        });
}

TEST_CASE("without gradients it is refused") {
    election_batch batch(3, 3, true);
    random_stream random(election_test::sampling, 1, 1);
    CHECK_THROWS_WITH(send_lies(scaling_attack{packed_allocation(uncoded(3)), tie_policy::abstain, 2}, batch, random),
                      "election::scaling: gradients = 0 must be drawn with the messages, as gaussian_gradients does");
}
