// SPDX-License-Identifier: MIT
// exact_election: one election under an exact model, made from the losers of its cover problem and counted by the definition.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/exact/exact_model.hpp>
#include <election/verify/verdict.hpp>
#include <election/verify/vote.hpp>

namespace election {

/// One election in full.
struct exact_election {
    int truth = 1;                      ///< +1 or −1, the sign of the sum of `message`
    sign_list message;                  ///< what partitions would report honestly
    sign_list reported;                 ///< what they report: the message, but for the corrupted ones
    std::vector<std::size_t> corrupted; ///< partitions that report something else, ascending: no more than it takes
    sign_list votes;                    ///< of all workers; liars vote wrong, a coin shows 0
    std::int64_t margin = 0;            ///< weight of the right votes − weight of the wrong ones
};

/// The election in which these columns of make_cover_problem() lose. Votes and margin follow from what partitions report by the
/// definition, not from the cover problem, so that they check it.
/// \param code    n × k
/// \param model   what may happen
/// \param truth   +1 or −1
/// \param losers  distinct columns, at most as many as the cover problem's budget
/// \returns the election; its margin is the cover problem's constant + loss
/// \throws parameter_error  as make_cover_problem(), and for a loser that is not there or comes twice, or too many of them
/// \par Complexity
/// O(n·k)
///
/// \code
/// const election::packed_allocation code(election::deterministic(5, 1)); // 10000, 01110, 11111, 11111, 11111
/// const std::vector<std::uint32_t> losers{0, 4};
/// const auto worst = election::election_of(code, {}, 1, losers);
/// assert(election::to_string(worst.message) == "-+++-" && election::to_string(worst.votes) == "-++++" && worst.margin == 3);
/// \endcode
[[nodiscard]] inline exact_election election_of(const packed_allocation& code, const exact_model& model, int truth,
                                                std::span<const std::uint32_t> losers) {
    detail::require_valid(model, code, truth, "election_of");
    const std::vector<std::size_t> partition_of = detail::column_partitions(model, code.partitions());
    const std::size_t budget = detail::losing_columns(model, code.partitions(), partition_of.size());
    detail::require(losers.size() <= budget, "election_of", "number of losers", losers.size(), "must be at most ", budget);
    std::vector<char> loses(partition_of.size(), 0);
    std::vector<std::size_t> away(code.partitions(), 0); // how far a report is from the truth, in steps of the alphabet
    for (std::uint32_t column : losers) {
        detail::require(column < loses.size(), "election_of", "loser", column, "must be less than ", loses.size());
        detail::require(loses[column] == 0, "election_of", "loser", column, "must be given once");
        loses[column] = 1;
        ++away[partition_of[column]];
    }

    exact_election result;
    result.truth = truth;
    const auto sign_at = [&](std::size_t steps) {
        const int size =
            model.alphabet == sign_alphabet::ternary ? 1 - static_cast<int>(steps) : 1 - 2 * static_cast<int>(steps);
        return static_cast<std::int8_t>(truth * size);
    };
    for (std::size_t steps : away) result.reported.push_back(sign_at(steps));
    result.message = result.reported;
    std::size_t excess = losers.size();
    const std::size_t honest = detail::honest_budget(model.alphabet, code.partitions());
    for (std::size_t steps = detail::columns_per_partition(model.alphabet); steps > 0; --steps) { // the largest steps first
        for (std::size_t j = code.partitions(); j-- > 0 && excess > honest;) {
            if (away[j] != steps) continue;
            excess -= steps;
            result.message[j] = sign_at(0);
            result.corrupted.push_back(j);
        }
    }
    std::sort(result.corrupted.begin(), result.corrupted.end());

    result.votes = votes_by_words(code, result.reported, model.ties);
    for (std::size_t worker : model.liars) result.votes[worker] = static_cast<std::int8_t>(-truth);
    for (std::size_t i = 0; i < code.workers(); ++i) {
        const std::int64_t weight = model.weights.empty() ? 1 : std::int64_t{model.weights[i]};
        const int vote = result.votes[i] == 0 && model.ties == tie_policy::coin ? -truth : result.votes[i];
        result.margin += weight * truth * vote;
    }
    return result;
}

} // namespace election
