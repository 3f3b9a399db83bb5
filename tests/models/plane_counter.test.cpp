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
