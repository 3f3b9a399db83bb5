// SPDX-License-Identifier: MIT
// One election by the definition: honest votes of all workers on a message, and the margin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <election/codes/allocation.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/verify/verdict.hpp>

namespace election {

/// The truth of a message: the sign of the sum of its signs, 0 where they are split evenly and there is no truth. O(k).
[[nodiscard]] inline int truth_of(const sign_list& message) noexcept {
    std::ptrdiff_t sum = 0;
    for (std::int8_t sign : message) sum += sign;
    return sum > 0 ? 1 : sum < 0 ? -1 : 0;
}

/// The honest vote of one worker: the sign of the sum over its partitions; a tie votes by the policy, where a coin shows 0.
/// \param code     n × k, entries 0 or 1; not checked
/// \param worker   0 … n − 1; not checked
/// \param message  k signs, +1 or −1; not checked
/// \param ties     how a tied worker votes
/// \returns +1, −1, or 0 for an abstention or a coin
/// \par Complexity
/// O(k)
template <allocation A>
[[nodiscard]] int vote_of(const A& code, std::size_t worker, const sign_list& message, tie_policy ties) {
    std::ptrdiff_t sum = 0;
    for (std::size_t j = 0; j < message.size(); ++j) {
        if (entry(code, worker, j) != 0) sum += message[j];
    }
    if (sum != 0) return sum > 0 ? 1 : -1;
    return ties == tie_policy::positive ? 1 : ties == tie_policy::negative ? -1 : 0;
}

/// The honest votes of all workers.
/// \param code     n × k, entries 0 or 1; not checked
/// \param message  k signs, +1 or −1; not checked
/// \param ties     how tied workers vote
/// \returns n votes: +1, −1, or 0 for an abstention or a coin
/// \par Complexity
/// O(n·k)
///
/// \code
/// const std::vector<std::vector<int>> rows{{1, 0, 0}, {1, 1, 0}, {1, 1, 1}};
/// const election::sign_list message{1, -1, -1};
/// auto votes = election::votes_of(rows, message, election::tie_policy::abstain);
/// assert(election::to_string(votes) == "+0-");
/// assert(election::margin_of(votes, election::truth_of(message), election::tie_policy::abstain) == 0);
/// \endcode
template <allocation A>
[[nodiscard]] sign_list votes_of(const A& code, const sign_list& message, tie_policy ties) {
    sign_list votes(workers(code));
    for (std::size_t i = 0; i < votes.size(); ++i) votes[i] = static_cast<std::int8_t>(vote_of(code, i, message, ties));
    return votes;
}

/// The same votes as votes_of() gives, with the + and − of a worker's partitions counted by words.
/// \param code     n × k
/// \param message  k signs, +1, −1 or 0; not checked
/// \param ties     how tied workers vote
/// \returns n votes: +1, −1, or 0 for an abstention or a coin
/// \par Complexity
/// O(n·k / 64)
///
/// \code
/// const election::packed_allocation code(2, 3, {0b011, 0b111});
/// assert(election::to_string(election::votes_by_words(code, {1, -1, -1}, election::tie_policy::abstain)) == "0-");
/// \endcode
[[nodiscard]] inline sign_list votes_by_words(const packed_allocation& code, const sign_list& message, tie_policy ties) {
    const std::size_t words = code.words_per_row();
    std::vector<std::uint64_t> pluses(words, 0);
    std::vector<std::uint64_t> minuses(words, 0);
    for (std::size_t j = 0; j < message.size(); ++j) {
        if (message[j] != 0) (message[j] > 0 ? pluses : minuses)[j / 64] |= std::uint64_t{1} << (j % 64);
    }
    sign_list votes(code.workers());
    for (std::size_t i = 0; i < votes.size(); ++i) {
        const std::span<const std::uint64_t> row = code.row(i);
        const std::size_t plus = detail::ones_of(words, [&](std::size_t w) { return row[w] & pluses[w]; });
        const std::size_t minus = detail::ones_of(words, [&](std::size_t w) { return row[w] & minuses[w]; });
        const int tied = ties == tie_policy::positive ? 1 : ties == tie_policy::negative ? -1 : 0;
        votes[i] = static_cast<std::int8_t>(plus > minus ? 1 : plus < minus ? -1 : tied);
    }
    return votes;
}

/// The margin of an election: correct minus wrong votes.
/// \param votes  honest votes of all workers
/// \param truth  +1 or −1
/// \param ties   under tie_policy::coin a vote of 0 is a coin that, at worst, falls on the wrong side
/// \returns −n … n
/// \par Complexity
/// O(n)
[[nodiscard]] inline int margin_of(const sign_list& votes, int truth, tie_policy ties) noexcept {
    int margin = 0;
    for (std::int8_t vote : votes) {
        margin += vote == 0 ? (ties == tie_policy::coin ? -1 : 0) : vote * truth;
    }
    return margin;
}

} // namespace election
