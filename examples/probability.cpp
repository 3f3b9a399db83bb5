// SPDX-License-Identifier: MIT
// How often a code fails: exactly, by sampling, where failures are rare, and under a message model of one's own.
#include <algorithm>
#include <cstddef>
#include <iomanip>
#include <iostream>

#include <election/analysis.hpp>
#include <election/codes/deterministic.hpp>
#include <election/estimate.hpp>

// [model]
/// Messages in which the partitions of the first half always agree: they come from one data centre.
struct half_agrees {};

auto message_sampler(const half_agrees&, std::size_t partitions, const election::majority_kernel& kernel) {
    return [partitions, decide = election::majority_truth(kernel)](election::election_batch& batch,
                                                                   election::random_stream& random) mutable {
        random.fill(batch.messages[0]); // one bit an election
        for (std::size_t j = 1; j < partitions; ++j) {
            if (j < (partitions + 1) / 2) {
                std::copy_n(batch.messages[0].data(), election::election_batch::words, batch.messages[j].data());
            } else {
                random.fill(batch.messages[j]);
            }
        }
        decide(batch);
    };
}
// [/model]

int main() {
    // [estimate]
    const auto code = election::deterministic(/*workers*/ 15, /*tolerance*/ 2);
    const election::independent_messages noisy{/*right*/ 0.8};
    const election::worst_placement liars{3}; // one more than it tolerates
    const election::against_attack against;

    const auto tally = election::enumerate_tally(code).tally; // all 2^15 messages
    const double exact = election::failure_probability(tally, noisy, liars, against);
    const auto sampled = election::estimate(code, noisy, liars, against, {.seed = 1, .trials = 1'000'000});
    // [/estimate]
    std::cout << std::setprecision(5) << "exact   " << exact << '\n'
              << "sampled " << sampled.estimate << ", between " << sampled.lower << " and " << sampled.upper << '\n';

    // [rare]
    const auto rare = election::estimate_rare(code, election::independent_messages{0.97}, /*liars*/ 2);
    // [/rare]
    std::cout << "rare    " << rare.estimate << " (" << election::name_of(rare.method) << "), exactly "
              << election::failure_probability(tally, election::independent_messages{0.97}, election::worst_placement{2},
                                               against)
              << '\n';

    const auto own =
        election::estimate(code, half_agrees{}, election::worst_placement{5}, against, {.seed = 1, .trials = 1'000'000});
    std::cout << "own     " << own.estimate << '\n';
    return sampled.lower <= exact && exact <= sampled.upper ? 0 : 1;
}
