// SPDX-License-Identifier: MIT
// collude_attack: liars who know together what they hold, and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/plane_counter.hpp>
#include <election/models/random_stream.hpp>

namespace election {

/// Liars see the partitions that at least one of them holds, and all send minus the sign that most of those have; where that is
/// a tie, each sends its honest vote. Partitions that abstain count on no side.
///
/// Limited knowledge: they do not know the truth, only their joint estimate of it. With a partition held by nobody among them
/// they are at times wrong about it, and then help.
///
/// \code
/// const election::packed_allocation code(election::uncoded(3));
/// constexpr auto kernel = election::sampling_kernel_for<election::default_arch>();
/// election::random_stream random(kernel, 1, 0);
/// election::election_batch batch(3, 3, true);
/// batch.messages[0][0] = batch.signs[0][0] = 1; // partition 0 has + in election 0, and worker 0 alone votes +
/// batch.liars[1][0] = batch.liars[2][0] = 1;    // those who lie hold partitions 1 and 2, which have −
/// send_lies(election::collude_attack{code}, batch, random);
/// assert(batch.signs[1][0] == 1 && batch.signs[2][0] == 1);
/// \endcode
struct collude_attack {
    packed_allocation code; ///< who holds what, n × k
};

/// Turns the honest votes of marked liars into what they send.
/// \param attack  what that is
/// \param batch  messages, liars and honest votes; votes are changed
/// \param random  is not needed
/// \throws parameter_error  a batch that is not of the code's size
/// \par Complexity
/// O((ones of the code + k log k) · elections / 64)
inline void send_lies(const collude_attack& attack, election_batch& batch, [[maybe_unused]] random_stream& random) {
    const packed_allocation& code = attack.code;
    detail::require(code.workers() == batch.liars.size(), "collude", "workers", code.workers(), "must be as many as vote, ",
                    batch.liars.size());
    detail::require(code.partitions() == batch.messages.size(), "collude", "partitions", code.partitions(),
                    "must be as many as the messages have, ", batch.messages.size());
    plane_counter plus(code.partitions());
    plane_counter minus(code.partitions());
    std::vector<std::uint64_t> seen(election_batch::words);
    for (std::size_t j = 0; j < code.partitions(); ++j) {
        seen.assign(seen.size(), 0);
        for (std::size_t i = 0; i < code.workers(); ++i) {
            if (!code(i, j)) continue;
            const auto lies = batch.liars[i];
            for (std::size_t w = 0; w < seen.size(); ++w) seen[w] |= lies[w];
        }
        const auto signs = batch.messages[j];
        if (batch.absent.size() != 0) {
            for (std::size_t w = 0; w < seen.size(); ++w) seen[w] &= ~batch.absent[j][w];
        }
        plus.add([&](std::size_t w) { return seen[w] & signs[w]; });
        minus.add([&](std::size_t w) { return seen[w] & ~signs[w]; });
    }
    for (std::size_t w = 0; w < election_batch::words; ++w) {
        const std::uint64_t sent = compare(minus, plus, w).more;
        const std::uint64_t decided = sent | compare(plus, minus, w).more;
        for (std::size_t i = 0; i < code.workers(); ++i) {
            const std::uint64_t lies = batch.liars[i][w] & decided;
            batch.signs[i][w] = (batch.signs[i][w] & ~lies) | (sent & lies);
            batch.tied[i][w] &= ~lies;
        }
    }
}

} // namespace election
