// SPDX-License-Identifier: MIT
// expected_failures(): how many wrong decisions the exact probabilities foretell for a recorded run, beside those that were counted.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <election/analysis/enumerate.hpp>
#include <election/analysis/failure_probability.hpp>
#include <election/codes/allocation.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/models/liars.hpp>
#include <election/models/messages.hpp>
#include <election/train/vote_record.hpp>

namespace election {

/// The most partitions of codes whose messages are gone through one by one, where always the same workers reverse their votes.
inline constexpr std::size_t reverse_max_partitions = 24;

/// The exact probability that a decision is not strictly the truth, for each number of partitions with +, where all messages of that
/// weight are alike: by the tally enumerator.
/// \param code       n × k
/// \param placement  worst_placement or random_placement
/// \param attack     what liars send
/// \param ties       how tied workers vote
/// \returns k + 1 probabilities; 0 where there is no truth
/// \throws parameter_error  see enumerate_tally() and failure_by_weight()
/// \par Complexity
/// that of enumerate_tally()
template <allocation A, exchangeable_placement Placement, known_attack Attack>
[[nodiscard]] std::vector<double> failures_by_weight(const A& code, const Placement& placement, const Attack& attack,
                                                     tie_policy ties = tie_policy::abstain) {
    return failure_by_weight(enumerate_tally(code).tally, truth_rule::majority, placement, attack, ties);
}

/// The same where always the same workers lie, as in a run, who send what does not depend on their honest votes.
/// \throws parameter_error  see enumerate_honest()
///
/// \code
/// // Uncoded, worker 0 lies: where two of three partitions have +, it is decisive unless partition 0 is the third.
/// const auto by_weight =
///     election::failures_by_weight(election::uncoded(3), election::fixed_placement{{0}}, election::against_attack{});
/// assert(std::abs(by_weight[2] - 2.0 / 3) < 1e-12 && by_weight[3] == 0);
/// \endcode
template <allocation A, vote_blind_attack Attack>
[[nodiscard]] std::vector<double> failures_by_weight(const A& code, const fixed_placement& placement, const Attack& attack,
                                                     tie_policy ties = tie_policy::abstain) {
    const enumeration_result honest = enumerate_honest(packed(code), placement);
    return failure_by_weight(honest.tally, truth_rule::majority, placement.liars.size(), attack, ties);
}

/// The same where always the same workers send minus their honest votes: all 2^k messages are gone through.
/// \throws parameter_error  more than reverse_max_partitions partitions, a worker that does not exist or is named twice
/// \par Complexity
/// O(n·2^k)
template <allocation A>
[[nodiscard]] std::vector<double> failures_by_weight(const A& code, const fixed_placement& placement,
                                                     [[maybe_unused]] const reverse_attack& attack,
                                                     tie_policy ties = tie_policy::abstain) {
    const packed_allocation& matrix = packed(code);
    const std::size_t n = matrix.workers();
    const std::size_t k = matrix.partitions();
    detail::require(k <= reverse_max_partitions, "failures_by_weight", "partitions", k, "must be at most ",
                    reverse_max_partitions, " where fixed liars reverse their votes");
    const std::vector<bool> lies = detail::liar_marks(n, placement);
    std::vector<std::uint64_t> rows(n);
    for (std::size_t i = 0; i < n; ++i) rows[i] = matrix.row(i)[0];
    std::vector<std::vector<double>> coins; // P(at least j of t coins fall against the truth)
    for (std::size_t t = 0; t <= n; ++t) coins.push_back(detail::binomial_tails(t, 0.5));

    std::vector<double> failures(k + 1);
    for (std::uint64_t message = 0; message < std::uint64_t{1} << k; ++message) {
        const auto weight = static_cast<std::size_t>(std::popcount(message));
        if (2 * weight == k) continue;
        const std::ptrdiff_t truth = 2 * weight > k ? 1 : -1;
        std::ptrdiff_t margin = 0;
        std::size_t tossed = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const std::ptrdiff_t sum = 2 * std::popcount(rows[i] & message) - std::popcount(rows[i]);
            std::ptrdiff_t vote = sum > 0 ? 1 : sum < 0 ? -1 : 0;
            if (vote == 0 && ties == tie_policy::coin) ++tossed; // a coin reversed is a coin
            if (vote == 0 && ties == tie_policy::positive) vote = 1;
            if (vote == 0 && ties == tie_policy::negative) vote = -1;
            margin += truth * (lies[i] ? -vote : vote);
        }
        const std::ptrdiff_t needed = detail::fails_from(margin + static_cast<std::ptrdiff_t>(tossed));
        failures[weight] += coins[tossed][detail::tail_place(needed, tossed)];
    }
    for (std::size_t w = 0; w <= k; ++w) failures[w] /= static_cast<double>(messages_of_weight(k, w));
    return failures;
}

/// Wrong decisions that were counted, and how many there would have been on average if messages of one weight were all alike.
struct failure_comparison {
    std::uint64_t elections = 0; ///< coordinates × rounds in which all partitions had a sign
    std::uint64_t measured = 0;  ///< of those, how many had a truth and were not decided as it says
    double expected = 0;         ///< Σ over weights of how often it came × its probability of failure
    double deviation = 0;        ///< the standard deviation of that, if elections were independent
};

/// Compares a record with exact probabilities.
///
/// The probabilities are for exchangeable partitions: each with the same say in who is right. In a run, how many partitions have + is
/// measured, but which ones is not drawn at random: data of partitions differ, signs of neighbouring rounds are alike (momentum), and so
/// are those of coordinates that belong together. So `measured` may be off by many deviations, and that is a statement about
/// the data. What must hold exactly is that where the expected number is 0 the measured one is.
/// \param counts     of a vote_record
/// \param by_weight  what failures_by_weight() returned for the code, liars, attack and ties of the run
/// \throws parameter_error  probabilities of another number of partitions
/// \par Complexity
/// O(k)
///
/// \code
/// election::vote_counts counts(3, 3);
/// counts.weights = {0, 0, 300, 100}; // in 300 elections two of three partitions had +
/// counts.failures = {0, 0, 190, 0};
/// const auto by_weight =
///     election::failures_by_weight(election::uncoded(3), election::fixed_placement{{0}}, election::against_attack{});
/// const auto found = election::expected_failures(counts, by_weight);
/// assert(found.elections == 400 && found.measured == 190 && std::abs(found.expected - 200) < 1e-9);
/// \endcode
[[nodiscard]] inline failure_comparison expected_failures(const vote_counts& counts, std::span<const double> by_weight) {
    detail::require(by_weight.size() == counts.weights.size(), "expected_failures", "by_weight.size()", by_weight.size(),
                    "must be k + 1 = ", counts.weights.size());
    failure_comparison found;
    double variance = 0;
    for (std::size_t w = 0; w < by_weight.size(); ++w) {
        const auto times = static_cast<double>(counts.weights[w]);
        found.elections += counts.weights[w];
        found.measured += counts.failures[w];
        found.expected += times * by_weight[w];
        variance += times * by_weight[w] * (1 - by_weight[w]);
    }
    found.deviation = std::sqrt(variance);
    return found;
}

} // namespace election
