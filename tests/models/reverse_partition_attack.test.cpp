// SPDX-License-Identifier: MIT
#include <election/models/reverse_partition_attack.hpp>

#include <cstddef>

#include <doctest/doctest.h>
#include <election/models/draw_liars.hpp>
#include <election/models/gaussian_gradients.hpp>
#include <election/models/scaling_attack.hpp>
#include <support/attack_checks.hpp>

using namespace election;
using election_test::one_election;

static_assert(vote_attack<reverse_partition_attack>);

TEST_CASE("liars vote on the opposite message, and ties are as ever") {
    election_test::for_random_batches(
        gaussian_gradients{1}, [](const packed_allocation& code, tie_policy ties, const election_batch& batch) {
            election_test::check_attack(reverse_partition_attack{code}, batch, [&](one_election& one) {
                sign_list opposite = one.message;
                for (std::int8_t& sign : opposite) sign = static_cast<std::int8_t>(-sign);
                const sign_list votes = votes_of(code, opposite, ties);
                for (std::size_t i = 0; i < votes.size(); ++i) {
                    if (one.liars[i]) one.votes[i] = votes[i];
                }
            });
            // It is what a negative factor does, and, where ties abstain, minus the honest vote.
            const election_batch reversed = election_test::attacked(reverse_partition_attack{code}, batch);
            const election_batch scaled = election_test::attacked(scaling_attack{code, ties, -3}, batch);
            const election_batch opposite = election_test::attacked(reverse_attack{}, batch);
            bool as_scaled = true;
            bool as_opposite = true;
            for (std::size_t i = 0; i < code.workers(); ++i) {
                as_scaled = as_scaled && std::ranges::equal(reversed.signs[i], scaled.signs[i]);
                as_opposite = as_opposite && std::ranges::equal(reversed.signs[i], opposite.signs[i]);
            }
            CHECK(as_scaled);
            CHECK((as_opposite || ties != tie_policy::abstain));
        });
}

TEST_CASE("partitions that abstain count on no side") {
    const packed_allocation code = election_test::random_code(5, 6, 0.5, election_test::seed());
    election_batch batch = election_test::random_batch(code, tie_policy::positive, uniform_messages{}, 0.5, 9);
    random_stream random(election_test::sampling, election_test::seed(), 51);
    batch.absent = bit_planes(6, election_batch::words);
    for (std::size_t j = 0; j < 6; ++j) {
        random.fill_bernoulli(0.5, batch.absent[j]);
        for (std::size_t w = 0; w < election_batch::words; ++w) batch.messages[j][w] &= ~batch.absent[j][w];
    }
    const election_batch sent = election_test::attacked(reverse_partition_attack{code}, batch);
    std::size_t wrong = 0;
    for (std::size_t e = 0; e < election_batch::elections; ++e) {
        one_election one = election_test::election_of(batch, e);
        for (std::size_t i = 0; i < 5; ++i) {
            int sum = 0;
            for (std::size_t j = 0; j < 6; ++j)
                sum += code(i, j) && !election_test::bit(batch.absent[j], e) ? one.message[j] : 0;
            if (one.liars[i] && sum != 0) one.votes[i] = static_cast<std::int8_t>(-one.votes[i]);
        }
        wrong += election_test::election_of(sent, e).votes != one.votes ? 1U : 0U;
    }
    CHECK(wrong == 0);
}

TEST_CASE("a code of another size is refused") {
    election_batch batch(3, 5, true);
    random_stream random(election_test::sampling, 1, 1);
    CHECK_THROWS_WITH(send_lies(reverse_partition_attack{packed_allocation(4, 3)}, batch, random),
                      "election::reverse_partition: workers = 4 must be as many as vote, 5");
    CHECK_THROWS_WITH(send_lies(reverse_partition_attack{packed_allocation(5, 2)}, batch, random),
                      "election::reverse_partition: partitions = 2 must be as many as the messages have, 3");
}
