// SPDX-License-Identifier: MIT
#include <election/models/collude_attack.hpp>

#include <cstddef>

#include <doctest/doctest.h>
#include <election/codes/full.hpp>
#include <election/codes/uncoded.hpp>
#include <election/models/draw_liars.hpp>
#include <support/attack_checks.hpp>

using namespace election;
using election_test::one_election;

static_assert(vote_attack<collude_attack>);

TEST_CASE("liars vote against the majority of what they see together") {
    election_test::for_random_batches(uniform_messages{},
                                      [](const packed_allocation& code, tie_policy, const election_batch& batch) {
                                          election_test::check_attack(collude_attack{code}, batch, [&](one_election& one) {
                                              int sum = 0;
                                              for (std::size_t j = 0; j < code.partitions(); ++j) {
                                                  bool seen = false;
                                                  for (std::size_t i = 0; i < code.workers(); ++i)
                                                      seen = seen || (one.liars[i] && code(i, j));
                                                  sum += seen ? one.message[j] : 0;
                                              }
                                              if (sum != 0) one.lie(sum > 0 ? -1 : 1);
                                          });
                                      });
}

TEST_CASE("who sees everything votes against the truth, and who holds one partition each, against their own majority") {
    const packed_allocation full_code(full(5, 7));
    const auto all_seen = election_test::random_batch(full_code, tie_policy::abstain, uniform_messages{}, 0.4, 1);
    election_test::check_attack(collude_attack{full_code}, all_seen, [](one_election& one) { one.lie(-one.truth); });
    const packed_allocation alone(uncoded(5));
    const auto uncoded_batch = election_test::random_batch(alone, tie_policy::abstain, uniform_messages{}, 0.4, 2);
    election_test::check_attack(collude_attack{alone}, uncoded_batch, [](one_election& one) {
        const int of_liars = one.sum() - one.honest_sum();
        if (of_liars != 0) one.lie(of_liars > 0 ? -1 : 1);
    });
}

TEST_CASE("a code of another size is refused") {
    election_batch batch(3, 5, true);
    random_stream random(election_test::sampling, 1, 1);
    CHECK_THROWS_WITH(send_lies(collude_attack{packed_allocation(4, 3)}, batch, random),
                      "election::collude: workers = 4 must be as many as vote, 5");
    CHECK_THROWS_WITH(send_lies(collude_attack{packed_allocation(5, 2)}, batch, random),
                      "election::collude: partitions = 2 must be as many as the messages have, 3");
}

TEST_CASE("partitions that abstain count on no side") {
    for (std::size_t workers : {3U, 8U}) {
        const packed_allocation code = election_test::random_code(workers, 7, 0.4, election_test::seed() + workers);
        election_batch batch = election_test::random_batch(code, tie_policy::abstain, uniform_messages{}, 0.4, workers);
        random_stream random(election_test::sampling, election_test::seed(), 50);
        batch.absent = bit_planes(7, election_batch::words);
        for (std::size_t j = 0; j < 7; ++j) {
            random.fill_bernoulli(0.5, batch.absent[j]);
            for (std::size_t w = 0; w < election_batch::words; ++w) batch.messages[j][w] &= ~batch.absent[j][w];
        }
        const election_batch sent = election_test::attacked(collude_attack{code}, batch);
        std::size_t wrong = 0;
        for (std::size_t e = 0; e < election_batch::elections; ++e) {
            one_election one = election_test::election_of(batch, e);
            int sum = 0;
            for (std::size_t j = 0; j < 7; ++j) {
                bool seen = false;
                for (std::size_t i = 0; i < workers; ++i) seen = seen || (one.liars[i] && code(i, j));
                if (seen && !election_test::bit(batch.absent[j], e)) sum += one.message[j];
            }
            if (sum != 0) one.lie(sum > 0 ? -1 : 1);
            wrong += election_test::election_of(sent, e).votes != one.votes ? 1U : 0U;
        }
        CHECK(wrong == 0);
    }
}
