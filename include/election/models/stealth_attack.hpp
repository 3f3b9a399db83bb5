// SPDX-License-Identifier: MIT
// stealth_attack: liars who lie only where it turns the result.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/models/election_batch.hpp>
#include <election/models/plane_counter.hpp>
#include <election/models/random_stream.hpp>

namespace election {

/// Liars, who know the truth and all votes, send minus the truth in the elections whose result they turn by that: with their
/// honest votes it is right, and with minus the truth it is not; elsewhere they send their honest votes.
///
/// Right means that the sum of all votes has the sign of the truth; a sum of 0 is not right. The code fails in exactly those
/// elections in which it fails when the same liars always vote against the truth, and they are seen to disagree with the result
/// least often.
///
/// \code
/// constexpr auto kernel = election::sampling_kernel_for<election::default_arch>();
/// election::random_stream random(kernel, 1, 0);
/// election::election_batch batch(1, 3, true);
/// batch.truth[0][0] = 0b11;    // + is right in elections 0 and 1
/// batch.liars[0][0] = 0b11;    // worker 0 lies in both
/// batch.signs[0][0] = 0b11;    // and would vote +
/// batch.signs[1][0] = 0b11;    // as worker 1 does
/// batch.signs[2][0] = 0b10;    // worker 2 votes + only in election 1
/// send_lies(election::stealth_attack{}, batch, random);
/// assert((batch.signs[0][0] & 0b11) == 0b10); // 2 to 1 is turned, 3 to 0 cannot be
/// \endcode
struct stealth_attack {};

/// Turns the honest votes of marked liars into what they send.
/// \param attack  what that is
/// \param batch  truths, liars and honest votes; votes are changed
/// \param random  is not needed
inline void send_lies([[maybe_unused]] const stealth_attack& attack, election_batch& batch,
                      [[maybe_unused]] random_stream& random) {
    const std::size_t workers = batch.liars.size();
    const auto truth = batch.truth[0];
    plane_counter right(workers); // as all would vote
    plane_counter wrong(workers);
    plane_counter sure(workers); // right votes of those who do not lie
    plane_counter lost(workers); // wrong votes when all liars lie
    for (std::size_t i = 0; i < workers; ++i) {
        const auto lies = batch.liars[i];
        const auto signs = batch.signs[i];
        const auto tied = batch.tied[i];
        const auto is_right = [&](std::size_t w) { return ~(signs[w] ^ truth[w]) & ~tied[w]; };
        const auto is_wrong = [&](std::size_t w) { return (signs[w] ^ truth[w]) & ~tied[w]; };
        right.add(is_right);
        wrong.add(is_wrong);
        sure.add([&](std::size_t w) { return is_right(w) & ~lies[w]; });
        lost.add([&](std::size_t w) { return is_wrong(w) | lies[w]; });
    }
    for (std::size_t w = 0; w < election_batch::words; ++w) {
        const std::uint64_t turned = compare(right, wrong, w).more & ~compare(sure, lost, w).more;
        for (std::size_t i = 0; i < workers; ++i) {
            const std::uint64_t lies = batch.liars[i][w] & turned;
            batch.signs[i][w] = (batch.signs[i][w] & ~lies) | (~truth[w] & lies);
            batch.tied[i][w] &= ~lies;
        }
    }
}

} // namespace election
