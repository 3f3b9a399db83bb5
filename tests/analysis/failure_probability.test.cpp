// SPDX-License-Identifier: MIT
#include <election/analysis/failure_probability.hpp>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/analysis/enumerate.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/uncoded.hpp>
#include <election/verify/vote.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// P(failure) of one election with these honest votes (no coins left) and this set of liars, by trying all that they send.
template <class Attack>
double failure_of(const sign_list& votes, std::uint32_t liars, const Attack& attack, int truth) {
    std::vector<std::size_t> free; // liars who send one of two signs
    int sum = 0;
    for (std::size_t i = 0; i < votes.size(); ++i) {
        if ((liars >> i & 1U) == 0) {
            sum += votes[i];
        } else if constexpr (std::same_as<Attack, against_attack>) {
            sum -= truth;
        } else if constexpr (std::same_as<Attack, directional_attack>) {
            sum += attack.sign;
        } else if constexpr (std::same_as<Attack, reverse_attack>) {
            sum -= votes[i];
        } else if (std::same_as<Attack, noise_attack> || votes[i] != 0) {
            free.push_back(i);
        }
    }
    double failure = 0;
    for (std::uint32_t choice = 0; choice < 1U << free.size(); ++choice) {
        double probability = 1;
        int total = sum;
        for (std::size_t f = 0; f < free.size(); ++f) {
            const bool chosen = (choice >> f & 1U) != 0;
            if constexpr (std::same_as<Attack, flip_attack>) {
                probability *= chosen ? attack.probability : 1 - attack.probability;
                total += chosen ? -votes[free[f]] : votes[free[f]];
            } else {
                probability *= 0.5;
                total += chosen ? 1 : -1;
            }
        }
        if (total * truth <= 0) failure += probability;
    }
    return failure;
}

/// The same over all placements.
template <class Placement, class Attack>
double placed(const sign_list& votes, const Placement& placement, const Attack& attack, int truth) {
    if constexpr (std::same_as<Placement, fixed_placement>) {
        std::uint32_t liars = 0;
        for (std::size_t liar : placement.liars) liars |= 1U << liar;
        return failure_of(votes, liars, attack, truth);
    } else {
        double worst = 0;
        double sum = 0;
        double sets = 0;
        for (std::uint32_t liars = 0; liars < 1U << votes.size(); ++liars) {
            if (static_cast<std::size_t>(std::popcount(liars)) != placement.liars) continue;
            const double failure = failure_of(votes, liars, attack, truth);
            worst = std::max(worst, failure);
            sum += failure;
            ++sets;
        }
        return std::same_as<Placement, worst_placement> ? worst : sum / sets;
    }
}

/// P(failure) by trying all messages, coins, sets of liars and what they send.
template <class Messages, class Placement, class Attack>
double by_definition(const packed_allocation& code, const Messages& messages, const Placement& placement,
                     const Attack& attack, tie_policy ties) {
    const std::size_t k = code.partitions();
    const std::vector<double> weights = messages.weights(k);
    double failure = 0;
    for (std::uint32_t index = 0; index < 1U << k; ++index) {
        sign_list message(k);
        for (std::size_t j = 0; j < k; ++j) message[j] = (index >> j & 1U) != 0 ? 1 : -1;
        const auto weight = static_cast<std::size_t>(std::popcount(index));
        if (weights[weight] == 0) continue;
        const double probability = weights[weight] / static_cast<double>(messages_of_weight(k, weight));
        const int truth = Messages::truth == truth_rule::plus ? 1 : truth_of(message);
        const sign_list votes = votes_of(code, message, ties);
        std::vector<std::size_t> coins;
        for (std::size_t i = 0; i < votes.size(); ++i) {
            if (votes[i] == 0 && ties == tie_policy::coin) coins.push_back(i);
        }
        for (std::uint32_t heads = 0; heads < 1U << coins.size(); ++heads) {
            sign_list thrown = votes;
            for (std::size_t c = 0; c < coins.size(); ++c) {
                thrown[coins[c]] = static_cast<std::int8_t>((heads >> c & 1U) != 0 ? 1 : -1);
            }
            failure += probability * std::ldexp(placed(thrown, placement, attack, truth), -static_cast<int>(coins.size()));
        }
    }
    return failure;
}

template <class Messages, class Placement, class Attack>
void compare(const packed_allocation& code, const tally_enumerator& tally, const Messages& messages,
             const Placement& placement, const Attack& attack) {
    for (tie_policy ties : tie_policies) {
        CAPTURE(name_of(ties));
        const double expected = by_definition(code, messages, placement, attack, ties);
        const double found = [&] {
            if constexpr (std::same_as<Placement, fixed_placement>) {
                return failure_probability(code, messages, placement, attack, ties);
            } else {
                return failure_probability(tally, messages, placement, attack, ties);
            }
        }();
        CHECK(std::abs(found - expected) <= 1e-11 * expected);
    }
}

template <class Messages, class Placement>
void compare_attacks(const packed_allocation& code, const tally_enumerator& tally, const Messages& messages,
                     const Placement& placement) {
    compare(code, tally, messages, placement, against_attack{});
    compare(code, tally, messages, placement, directional_attack{1});
    compare(code, tally, messages, placement, directional_attack{-1});
    compare(code, tally, messages, placement, noise_attack{});
    if constexpr (!std::same_as<Placement, fixed_placement>) {
        compare(code, tally, messages, placement, reverse_attack{});
        compare(code, tally, messages, placement, flip_attack{0.3});
    }
}

template <class Messages>
void compare_placements(const packed_allocation& code, const tally_enumerator& tally, const Messages& messages) {
    for (std::size_t b = 0; b <= code.workers(); ++b) {
        CAPTURE(b);
        compare_attacks(code, tally, messages, worst_placement{b});
        compare_attacks(code, tally, messages, random_placement{b});
    }
    compare_attacks(code, tally, messages, fixed_placement{});
    compare_attacks(code, tally, messages, fixed_placement{{1}});
    compare_attacks(code, tally, messages, fixed_placement{{3, 0}});
    compare_attacks(code, tally, messages, fixed_placement{{0, 1, 2, 4, 3}});
}

} // namespace

TEST_CASE("every message model, placement, attack and tie policy, against the definition") {
    CAPTURE(election_test::seed());
    for (std::size_t k : {3U, 4U}) {
        CAPTURE(k);
        const packed_allocation code = election_test::random_code(5, k, 0.6, election_test::seed() + k);
        const tally_enumerator tally = enumerate_tally(code).tally;
        compare_placements(code, tally, nearest_messages{});
        compare_placements(code, tally, uniform_messages{});
        compare_placements(code, tally, weight_messages{1});
        compare_placements(code, tally, independent_messages{0.8});
        compare_placements(code, tally, gaussian_messages{1.5});
        compare_placements(code, tally, gaussian_messages{1.5, 0.4});
    }
}

TEST_CASE("tiny probabilities keep their digits") {
    const tally_enumerator tally = enumerate_tally(uncoded(9)).tally;
    const worst_placement nobody{0};
    // Five wrong signs of nine: the first terms of the sum are all that a double sees.
    const auto expected = [](long double error) {
        long double sum = 0;
        long double choose[] = {126, 84, 36, 9, 1};
        for (int j = 5; j <= 9; ++j) sum += choose[j - 5] * std::pow(error, j) * std::pow(1 - error, 9 - j);
        return static_cast<double>(sum);
    };
    for (double error : {1e-3, 1e-6, 0x1p-40}) {
        CAPTURE(error);
        const double found = failure_probability(tally, independent_messages{1 - error}, nobody, against_attack{});
        const double told = 1 - (1 - error); // the model is told 1 − error as it is rounded
        CHECK(std::abs(found / expected(told) - 1) < 1e-11);
    }
    for (double snr : {3.0, 10.0, 30.0}) {
        CAPTURE(snr);
        const long double error = std::erfc(static_cast<long double>(snr) / 3 / std::sqrt(2.0L)) / 2;
        const double found = failure_probability(tally, gaussian_messages{snr}, nobody, against_attack{});
        CHECK(std::abs(found / expected(error) - 1) < 1e-11);
    }
}

TEST_CASE("more liars never help, and who is against the truth does most harm") {
    const tally_enumerator tally = enumerate_tally(deterministic(9, 2)).tally;
    double last = 0;
    for (std::size_t b = 0; b <= 9; ++b) {
        const double worst = failure_probability(tally, uniform_messages{}, worst_placement{b}, against_attack{});
        const double random = failure_probability(tally, uniform_messages{}, random_placement{b}, against_attack{});
        const double noise = failure_probability(tally, uniform_messages{}, random_placement{b}, noise_attack{});
        CHECK(worst >= last);
        CHECK(worst * (1 + 1e-12) >= random);
        CHECK(random * (1 + 1e-12) >= noise);
        CHECK((worst == 0) == (b <= 2));
        last = worst;
    }
    CHECK(last == doctest::Approx(1).epsilon(1e-12));
}

TEST_CASE("a curve is its points") {
    const tally_enumerator tally = enumerate_tally(deterministic(7, 1)).tally;
    const auto by_weight = failure_by_weight(tally, truth_rule::plus, random_placement{2}, reverse_attack{});
    const std::vector<double> q{0.5, 0.9, 0.99};
    const auto curve = failure_curve(by_weight, q, [](double x) { return independent_messages{x}; });
    REQUIRE(curve.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(curve[i] == failure_probability(tally, independent_messages{q[i]}, random_placement{2}, reverse_attack{}));
    }
}

TEST_CASE("bad liars") {
    const packed_allocation code{uncoded(3)};
    const tally_enumerator tally = enumerate_tally(code).tally;
    const nearest_messages nearest;
    CHECK_THROWS_WITH_AS((void)failure_probability(tally, nearest, worst_placement{4}, against_attack{}),
                         "election::failure_probability: liars = 4 must be at most n = 3", parameter_error);
    CHECK_THROWS_WITH_AS((void)failure_probability(tally, nearest, worst_placement{1}, flip_attack{1.5}),
                         "election::flip_attack: probability = 1.5 must be 0 to 1", parameter_error);
    CHECK_THROWS_WITH_AS((void)failure_probability(tally, nearest, worst_placement{1}, directional_attack{2}),
                         "election::directional_attack: sign = 2 must be 1 or -1", parameter_error);
    CHECK_THROWS_WITH_AS((void)honest_rows(code, {{3}}), "election::fixed_placement: liar = 3 must be a worker, 0 to 2",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)honest_rows(code, {{1, 1}}), "election::fixed_placement: liar = 1 is named twice",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)honest_rows(code, {{0, 1, 2}}), "election::honest_rows: liars = 3 must be fewer than n = 3",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)enumerate_honest(code, {{0, 1, 1}}), "election::fixed_placement: liar = 1 is named twice",
                         parameter_error);
}

static_assert(vote_blind_attack<noise_attack> && !vote_blind_attack<reverse_attack>);
static_assert(known_attack<flip_attack> && !known_attack<worst_placement>);
static_assert(exchangeable_placement<random_placement> && !exchangeable_placement<fixed_placement>);
