// SPDX-License-Identifier: MIT
#include <election/models/plane_counter.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <support/attack_checks.hpp>

using namespace election;

TEST_CASE("counts are those of a loop, up to the most") {
    CAPTURE(election_test::seed());
    for (std::size_t most : {0U, 1U, 2U, 3U, 7U, 8U, 100U}) {
        CAPTURE(most);
        random_stream random(election_test::sampling, election_test::seed(), most);
        plane_counter counter(most);
        std::vector<int> plain(election_batch::elections);
        bit_planes plane(1, election_batch::words);
        for (std::size_t i = 0; i < most; ++i) {
            random.fill_bernoulli(i % 2 == 0 ? 0.9 : 0.5, plane[0]);
            plane[0][3] = ~std::uint64_t{0}; // some reach the most
            counter.add([&](std::size_t w) { return plane[0][w]; });
            for (std::size_t e = 0; e < plain.size(); ++e) plain[e] += election_test::bit(plane[0], e) ? 1 : 0;
        }
        bool same = true;
        for (std::size_t e = 0; e < plain.size(); ++e) same = same && counter(e) == plain[e];
        CHECK(same);
        CHECK(counter(3 * 64) == static_cast<int>(most));
    }
}

TEST_CASE("counts are compared as numbers, also where one counter has more digits") {
    CAPTURE(election_test::seed());
    for (std::size_t most : {1U, 3U, 8U, 20U}) {
        CAPTURE(most);
        random_stream random(election_test::sampling, election_test::seed(), 100 + most);
        plane_counter few(3);
        plane_counter many(most);
        bit_planes plane(1, election_batch::words);
        const auto add = [&](plane_counter& counter) {
            random.fill_bernoulli(0.5, plane[0]);
            counter.add([&](std::size_t w) { return plane[0][w]; });
        };
        for (std::size_t i = 0; i < 3; ++i) add(few);
        for (std::size_t i = 0; i < most; ++i) add(many);
        std::size_t wrong = 0;
        for (std::size_t e = 0; e < election_batch::elections; ++e) {
            const auto order = compare(few, many, e / 64);
            const auto back = compare(many, few, e / 64);
            wrong += (order.more >> (e % 64) & 1U) != (few(e) > many(e) ? 1U : 0U) ? 1U : 0U;
            wrong += (back.more >> (e % 64) & 1U) != (few(e) < many(e) ? 1U : 0U) ? 1U : 0U;
            wrong += (order.equal >> (e % 64) & 1U) != (few(e) == many(e) ? 1U : 0U) ? 1U : 0U;
            wrong += order.equal != back.equal ? 1U : 0U;
        }
        CHECK(wrong == 0);
    }
}
