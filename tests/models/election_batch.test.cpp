// SPDX-License-Identifier: MIT
#include <election/models/election_batch.hpp>

#include <cstdint>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("planes are apart, begin on a cache line, and are zero at first") {
    bit_planes planes(3, 16);
    CHECK((planes.size() == 3 && planes.words() == 16));
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(reinterpret_cast<std::uintptr_t>(planes[i].data()) % 64 == 0);
        for (std::uint64_t& word : planes[i]) {
            CHECK(word == 0);
            word = i + 1;
        }
    }
    const bit_planes& same = planes;
    CHECK((same[0][15] == 1 && same[1][0] == 2 && same[2][0] == 3));
}

TEST_CASE("a batch has room for what it is asked for") {
    const election_batch batch(5, 7, true);
    CHECK((batch.messages.size() == 5 && batch.signs.size() == 7 && batch.tied.size() == 7 && batch.liars.size() == 7));
    CHECK(batch.truth.size() == 1);
    CHECK(election_batch(5, 7, false).liars.size() == 0);
    CHECK((batch.absent.size() == 0 && batch.votes_abstain && batch.zero == zero_policy::positive));
}

TEST_CASE("gradients are there when drawn, k for each election") {
    election_batch batch(3, 2, true);
    CHECK((batch.gradients.empty() && !batch.silent_liars));
    batch.gradients.resize(3 * election_batch::elections);
    batch.gradients[3 * 70 + 2] = 5;
    CHECK((batch.gradient(70).size() == 3 && batch.gradient(70)[2] == 5 && batch.gradient(71)[0] == 0));
    CHECK(batch.gradient(election_batch::elections - 1).data() + 3 == batch.gradients.data() + batch.gradients.size());
}
