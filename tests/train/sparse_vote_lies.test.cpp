// SPDX-License-Identifier: MIT
#include <election/train/sparse_vote_lies.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/ternary_matrix.hpp>
#include <election/codes/uncoded.hpp>
#include <support/lie_rounds.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::lie_round;
using election_test::seed;

static_assert(lies<sparse_vote_lies, binary_form, float>);
static_assert(lies<sparse_vote_lies, ternary_form, double>);

TEST_CASE("coordinates are missing at random, each for itself, the same everywhere; others stay") {
    CAPTURE(seed());
    const packed_allocation code(uncoded(4));
    constexpr std::size_t d = 20'001;
    for (const double share : {0.0, 0.03, 0.5, 0.9, 1.0}) {
        CAPTURE(share);
        sparse_vote_lies gaps(lie_schedule(4, {1, 3}, {.from = 1}), share, seed());
        CHECK((!gaps.knows_everything() && gaps.may_lie(3) && !gaps.may_lie(2) && gaps.liars(0).empty()));
        double there = 0;
        double taken = 0;
        double taken_twice = 0; // at the same coordinate in two steps
        std::vector<char> last(d, 0);
        for (const std::uint64_t step : {1U, 2U}) {
            lie_round<abstaining_form> all(code, d, seed() + step);
            lie_round<abstaining_form> alone(code, d, seed() + step, tie_policy::abstain, zero_policy::positive, {3});
            const auto before = all.votes;
            gaps.lie(all.round(step));
            gaps.lie(alone.round(step));
            bool right = true;
            for (std::size_t j = 0; j < d; ++j) {
                for (const std::size_t honest : {0U, 2U})
                    right = right && all.votes.view()[honest][j] == before.view()[honest][j];
                const int was = before.view()[3][j];
                const int is = all.votes.view()[3][j];
                right = right && (is == was || is == 0) && alone.votes.view()[0][j] == is;
                there += was != 0 ? 1 : 0;
                const bool missing = was != 0 && is == 0;
                taken += missing ? 1 : 0;
                taken_twice += missing && last[j] != 0 ? 1 : 0;
                last[j] = missing ? 1 : 0;
            }
            CHECK(right);
            CHECK(all.silent == std::vector<std::uint8_t>(4, 0));
        }
        CHECK(there == 2 * d); // uncoded, and no gradient abstains
        CHECK(std::abs(taken - share * there) <= 5.5 * std::sqrt(there * share * (1 - share))); // one seed in 10^7
        const double both = share * share;
        CHECK(std::abs(taken_twice - both * d) <= 5.5 * std::sqrt(d * both * (1 - both)));
    }
    lie_round<abstaining_form> honest(code, 70, seed());
    const auto before = honest.votes;
    sparse_vote_lies(lie_schedule(4, {1}, {.from = 5}), 1).lie(honest.round(4));
    CHECK(honest.votes == before);
}

TEST_CASE("what has no gaps is refused") {
    CHECK_THROWS_WITH(sparse_vote_lies(lie_schedule(3, {0}), -0.5),
                      "election::sparse_vote_lies: share = -0.5 must be 0 to 1");
    CHECK_THROWS_WITH(sparse_vote_lies(lie_schedule(3, {0}), std::nan("")),
                      "election::sparse_vote_lies: share = nan must be 0 to 1");
    lie_round<binary_form> binary(packed_allocation(uncoded(3)), 10, 1);
    CHECK_THROWS_WITH(sparse_vote_lies(lie_schedule(3, {0}), 0.5).lie(binary.round(0)),
                      "election::sparse_vote_lies: votes = binary cannot abstain, must be ternary");
}
