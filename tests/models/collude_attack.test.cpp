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
