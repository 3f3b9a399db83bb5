// SPDX-License-Identifier: MIT
#include <election/analysis/tally_enumerator.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("counts beyond 64 bits are printed in full") {
    CHECK(to_string(message_count{0}) == "0");
    CHECK(to_string(message_count{1000}) == "1000");
    CHECK(to_string(~message_count{0}) == "340282366920938463463374607431768211455");
}

TEST_CASE("messages of a weight: Pascal's triangle up to 128 partitions") {
    for (std::size_t k = 1; k <= 128; ++k) {
        CAPTURE(k);
        CHECK(messages_of_weight(k, 0) == 1);
        CHECK(messages_of_weight(k, k) == 1);
        CHECK(messages_of_weight(k, k + 1) == 0);
        for (std::size_t w = 1; w <= k; w += 5) {
            CHECK(messages_of_weight(k, w) == messages_of_weight(k - 1, w) + messages_of_weight(k - 1, w - 1));
        }
    }
    CHECK(to_string(messages_of_weight(128, 64)) == "23951146041928082866135587776380551750");
    CHECK_THROWS_WITH_AS((void)messages_of_weight(129, 1),
                         "election::messages_of_weight: partitions = 129 must be at most 128", parameter_error);
}

TEST_CASE("the truth's view leaves out messages that have none, and turns the others round") {
    const tally_enumerator tally(3, 2, {{0, 0, 1, 1}, {1, 1, 1, 2}, {2, 2, 1, 1}});
    CHECK(tally.by_truth() == std::vector<truth_cell>{{0, 2, 1, 1}, {2, 2, 1, 1}});
    CHECK(tally.messages(1) == 2);
    const tally_enumerator one_sided(2, 3, {{1, 0, 0, 2}, {1, 1, 0, 1}});
    CHECK(one_sided.by_truth() == std::vector<truth_cell>{{1, 1, 0, 1}, {1, 2, 0, 2}});
}

TEST_CASE("idle workers are tied, and idle partitions have either sign") {
    detail::tally_counts counts(3);
    counts.add(0, 0, 0, 1);
    counts.add(1, 2, 0, 1);
    const tally_enumerator tally = counts.finish(3, 1, 2);
    CHECK(tally.cells() ==
          std::vector<tally_cell>{{0, 0, 1, 1}, {1, 0, 1, 2}, {1, 2, 1, 1}, {2, 0, 1, 1}, {2, 2, 1, 2}, {3, 2, 1, 1}});
}
