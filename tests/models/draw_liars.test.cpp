// SPDX-License-Identifier: MIT
#include <election/models/draw_liars.hpp>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include <doctest/doctest.h>
#include <support/architectures.hpp>
#include <support/attack_checks.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::bit;

static_assert(drawn_placement<random_placement> && drawn_placement<fixed_placement> && !drawn_placement<worst_placement>);
static_assert(vote_attack<against_attack> && vote_attack<reverse_attack> && vote_attack<directional_attack>);
static_assert(vote_attack<noise_attack> && vote_attack<flip_attack> && !vote_attack<worst_placement>);

namespace {

constexpr sampling_kernel draws = sampling_kernel_for<default_arch>();

/// Five workers that vote, with abstentions, and lie at random.
election_batch random_votes(std::uint64_t seed) {
    election_batch batch(3, 5, true);
    random_stream random(draws, seed, 1);
    random.fill(batch.truth[0]);
    for (std::size_t i = 0; i < 5; ++i) {
        random.fill(batch.signs[i]);
        random.fill_bernoulli(0.3, batch.tied[i]);
        random.fill_bernoulli(0.5, batch.liars[i]);
        for (std::size_t w = 0; w < election_batch::words; ++w) batch.signs[i][w] &= ~batch.tied[i][w];
    }
    return batch;
}

/// What a vote shows: +1, −1 or 0.
int vote(const election_batch& batch, std::size_t i, std::size_t e) {
    return bit(batch.tied[i], e) ? 0 : bit(batch.signs[i], e) ? 1 : -1;
}

template <class Attack, class Expected>
void check_attack(const Attack& attack, const Expected& expected) {
    CAPTURE(election_test::seed());
    const election_batch before = random_votes(election_test::seed());
    election_batch after = before;
    random_stream random(draws, election_test::seed(), 2);
    send_lies(attack, after, random);
    bool right = true;
    for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t e = 0; e < election_batch::elections; ++e) {
            const int honest = vote(before, i, e);
            const int truth = bit(before.truth[0], e) ? 1 : -1;
            right = right && vote(after, i, e) == (bit(before.liars[i], e) ? expected(honest, truth) : honest);
            right = right && !(bit(after.tied[i], e) && bit(after.signs[i], e));
        }
    }
    CHECK(right);
}

} // namespace

TEST_CASE("what liars send") {
    check_attack(against_attack{}, [](int, int truth) { return -truth; });
    check_attack(reverse_attack{}, [](int honest, int) { return -honest; });
    check_attack(directional_attack{1}, [](int, int) { return 1; });
    check_attack(directional_attack{-1}, [](int, int) { return -1; });
    check_attack(flip_attack{0}, [](int honest, int) { return honest; });
    check_attack(flip_attack{1}, [](int honest, int) { return -honest; });
}

TEST_CASE("noise is fair, nobody's vote, and differs from liar to liar") {
    CAPTURE(election_test::seed());
    election_batch batch = random_votes(election_test::seed());
    for (std::size_t i = 0; i < 5; ++i) std::ranges::fill(batch.liars[i], ~std::uint64_t{0});
    random_stream random(draws, election_test::seed(), 3);
    send_lies(noise_attack{}, batch, random);
    std::map<int, double> counts; // of the five votes together
    for (std::size_t e = 0; e < election_batch::elections; ++e) {
        int votes = 0;
        for (std::size_t i = 0; i < 5; ++i) votes = 2 * votes + (vote(batch, i, e) > 0 ? 1 : 0);
        ++counts[votes];
    }
    const double expected = election_batch::elections / 32.0;
    // 32 patterns within five standard deviations: fails for one seed in 50,000.
    for (int pattern = 0; pattern < 32; ++pattern) CHECK(std::abs(counts[pattern] - expected) < 5 * std::sqrt(expected));
}

TEST_CASE("some votes are flipped") {
    CAPTURE(election_test::seed());
    const election_batch before = random_votes(election_test::seed());
    election_batch batch = before;
    random_stream random(draws, election_test::seed(), 4);
    send_lies(flip_attack{0.25}, batch, random);
    double lies = 0;
    double flipped = 0;
    for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t e = 0; e < election_batch::elections; ++e) {
            if (!bit(before.liars[i], e) || vote(before, i, e) == 0) continue;
            ++lies;
            flipped += vote(batch, i, e) != vote(before, i, e) ? 1 : 0;
        }
    }
    CHECK(std::abs(flipped - lies / 4) < 5 * std::sqrt(lies * 3 / 16)); // one seed in 1.7 million
}

TEST_CASE("sets of liars have the right size, and all come up alike") {
    CAPTURE(election_test::seed());
    election_batch batch(1, 6, true);
    for (std::size_t b : {0U, 1U, 2U, 5U, 6U}) {
        auto sampler = liar_sampler(random_placement{b}, 6);
        std::map<unsigned, double> counts;
        const int batches = 5;
        for (int i = 0; i < batches; ++i) {
            random_stream random(draws, election_test::seed(), static_cast<std::uint64_t>(i));
            sampler(batch, random);
            for (std::size_t e = 0; e < election_batch::elections; ++e) {
                unsigned set = 0;
                for (std::size_t w = 0; w < 6; ++w) set = 2 * set + (bit(batch.liars[w], e) ? 1U : 0U);
                REQUIRE(std::popcount(set) == static_cast<int>(b));
                ++counts[set];
            }
        }
        const double sets = b == 0 || b == 6 ? 1 : b == 2 ? 15 : 6;
        CHECK(static_cast<double>(counts.size()) == sets);
        const double expected = batches * static_cast<double>(election_batch::elections) / sets;
        for (const auto& [set, count] : counts) CHECK(std::abs(count - expected) <= 5 * std::sqrt(expected));
    }
}

TEST_CASE("fixed liars, and what is not allowed") {
    election_batch batch(1, 3, true);
    random_stream random(draws, 1, 1);
    liar_sampler(fixed_placement{{2, 0}}, 3)(batch, random);
    for (std::size_t e : {std::size_t{0}, election_batch::elections - 1})
        CHECK((bit(batch.liars[0], e) && !bit(batch.liars[1], e) && bit(batch.liars[2], e)));
    CHECK_THROWS_WITH((void)liar_sampler(random_placement{4}, 3),
                      "election::placement: liars = 4 must be at most the number of workers, 3");
    CHECK_THROWS_WITH((void)(liar_sampler(fixed_placement{{3}}, 3)),
                      "election::placement: liar = 3 must be below the number of workers, 3");
    CHECK_THROWS_WITH((void)(liar_sampler(fixed_placement{{1, 1}}, 3)), "election::placement: liar = 1 must be named once");
}
