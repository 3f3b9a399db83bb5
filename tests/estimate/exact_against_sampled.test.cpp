// SPDX-License-Identifier: MIT
// Monte Carlo against the tally enumerator, over codes, message models, placements, attacks and tie policies.
#include <election/analysis/failure_probability.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/analysis/enumerate.hpp>
#include <election/codes/bernoulli.hpp>
#include <election/codes/cyclic.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/regular.hpp>
#include <election/codes/repetition.hpp>
#include <election/codes/systematic.hpp>
#include <election/codes/uncoded.hpp>
#include <election/estimate/estimate.hpp>
#include <election/estimate/interval.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// All combinations together raise a false alarm with a probability of at most that of five standard deviations, 5.7e-7: each interval
/// misses with a share of it, and Clopper and Pearson's never misses more often than it says.
constexpr double false_alarm = 5.7e-7;
constexpr std::size_t most_combinations = 1000;
constexpr std::uint64_t sampled_elections = 12'000;

struct combinations {
    std::size_t count = 0;
    std::size_t varied = 0; ///< neither never nor always failing
    std::uint64_t seed = election_test::seed();

    template <class Messages, class Placement, class Attack>
    void check(const packed_allocation& code, tie_policy ties, double exact, const Messages& messages,
               const Placement& placement, const Attack& attack) {
        const estimate_result sampled = estimate(code, messages, placement, attack,
                                                 {.ties = ties, .seed = ++seed, .trials = sampled_elections, .threads = 1});
        const interval ends = confidence_interval(sampled.failures, sampled.trials, 1 - false_alarm / most_combinations);
        CAPTURE(exact);
        CAPTURE(sampled.failures);
        CHECK((ends.lower <= exact * (1 + 1e-9) && exact <= ends.upper));
        ++count;
        varied += exact > 1e-3 && exact < 0.999 ? 1U : 0U;
    }
};

template <class Messages>
void check_liars(combinations& all, const packed_allocation& code, const tally_enumerator& tally, tie_policy ties,
                 const Messages& messages) {
    const std::size_t b = code.workers() / 4;
    const auto with = [&](const auto& placement, const auto& attack) {
        all.check(code, ties, failure_probability(tally, messages, placement, attack, ties), messages, placement, attack);
    };
    with(worst_placement{0}, against_attack{});
    with(worst_placement{b}, against_attack{});
    with(random_placement{b}, against_attack{});
    with(random_placement{b + 1}, reverse_attack{});
    with(random_placement{b}, directional_attack{1});
    with(random_placement{b + 1}, noise_attack{});
    with(random_placement{b + 1}, flip_attack{0.7});
    const fixed_placement fixed{{0, code.workers() - 1}};
    all.check(code, ties, failure_probability(code, messages, fixed, against_attack{}, ties), messages, fixed,
              against_attack{});
}

} // namespace

TEST_CASE("sampled failures are within the joint band of five standard deviations of the exact ones") {
    CAPTURE(election_test::seed());
    const std::vector<std::pair<std::string, packed_allocation>> codes{
        {"uncoded", packed_allocation(uncoded(9))},
        {"deterministic", packed_allocation(deterministic(11, 1))},
        {"bernoulli", packed_allocation(bernoulli(12, 10, 0.4, 5))},
        {"cyclic", packed_allocation(cyclic(9, 9, 4))},
        {"regular", packed_allocation(regular(8, 12, 3, 1))},
        {"repetition", packed_allocation(repetition(10, 3))},
        {"systematic", packed_allocation(systematic(7, 2))},
        {"random", election_test::random_code(15, 11, 0.5, election_test::seed())},
    };
    combinations all;
    for (const auto& entry : codes) {
        const packed_allocation& code = entry.second;
        CAPTURE(entry.first);
        const tally_enumerator tally = enumerate_tally(code).tally;
        for (tie_policy ties : {tie_policy::abstain, tie_policy::positive, tie_policy::coin}) {
            check_liars(all, code, tally, ties, nearest_messages{});
            check_liars(all, code, tally, ties, uniform_messages{});
            check_liars(all, code, tally, ties, weight_messages{code.partitions() / 3});
            check_liars(all, code, tally, ties, independent_messages{0.7});
            if (ties != tie_policy::abstain) continue;
            check_liars(all, code, tally, ties, gaussian_messages{1.5});
            check_liars(all, code, tally, ties, gaussian_messages{2, 0.3});
        }
    }
    MESSAGE(all.count, " combinations, ", all.varied, " of them with a failure probability from 0.001 to 0.999");
    CHECK((all.count >= 200 && all.count <= most_combinations));
    CHECK(all.varied >= 200);
}

TEST_CASE("a model that is a little wrong is noticed") {
    CAPTURE(election_test::seed());
    const packed_allocation code(deterministic(11, 1));
    const tally_enumerator tally = enumerate_tally(code).tally;
    const double exact =
        failure_probability(tally, independent_messages{0.7}, random_placement{3}, against_attack{}, tie_policy::abstain);
    const estimate_result sampled = estimate(code, independent_messages{0.71}, random_placement{3}, against_attack{},
                                             {.seed = election_test::seed(), .trials = 400'000});
    const interval ends = confidence_interval(sampled.failures, sampled.trials, 1 - false_alarm / most_combinations);
    CHECK_FALSE((ends.lower <= exact && exact <= ends.upper));
}
