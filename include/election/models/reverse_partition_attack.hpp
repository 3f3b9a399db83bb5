// SPDX-License-Identifier: MIT
// reverse_partition_attack: liars who turn the signs of their partitions around before they vote.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/plane_counter.hpp>
#include <election/models/random_stream.hpp>

namespace election {

/// Every liar votes the majority of minus its partitions' signs: minus its honest vote, but where its partitions' signs sum to 0,
/// and it votes as any tied worker does, the honest vote is what it sends.
///
/// Where ties abstain that is reverse_attack. What scaling_attack does with a negative factor, for whoever has no gradients.
///
/// \code
/// const election::packed_allocation code(election::full(1, 2)); // one worker holds two partitions
/// constexpr auto kernel = election::sampling_kernel_for<election::default_arch>();
/// election::random_stream random(kernel, 1, 0);
/// election::election_batch batch(2, 1, true);
/// batch.messages[0][0] = 0b11; // ++, +− and −− in elections 0 to 2
/// batch.messages[1][0] = 0b01;
/// batch.signs[0][0] = 0b011; // a tied worker votes +
/// batch.liars[0][0] = 0b111;
/// send_lies(election::reverse_partition_attack{code}, batch, random);
/// assert(batch.signs[0][0] == 0b110);
/// \endcode
struct reverse_partition_attack {
    packed_allocation code; ///< who holds what, n × k
};

/// Turns the honest votes of marked liars into what they send.
/// \param attack  what that is
/// \param batch   messages, liars and honest votes; votes are changed
/// \param random  is not needed
/// \throws parameter_error  a batch that is not of the code's size
/// \par Complexity
/// O(ones of the liars' rows · elections / 64)
inline void send_lies(const reverse_partition_attack& attack, election_batch& batch,
                      [[maybe_unused]] random_stream& random) {
    const packed_allocation& code = attack.code;
    detail::require(code.workers() == batch.liars.size(), "reverse_partition", "workers", code.workers(),
                    "must be as many as vote, ", batch.liars.size());
    detail::require(code.partitions() == batch.messages.size(), "reverse_partition", "partitions", code.partitions(),
                    "must be as many as the messages have, ", batch.messages.size());
    for (std::size_t i = 0; i < code.workers(); ++i) {
        const auto lies = batch.liars[i];
        std::uint64_t any = 0;
        for (std::uint64_t word : lies) any |= word;
        if (any == 0) continue;
        plane_counter plus(code.load(i));
        plane_counter minus(code.load(i));
        for (std::size_t j = 0; j < code.partitions(); ++j) {
            if (!code(i, j)) continue;
            const auto signs = batch.messages[j];
            plus.add([&](std::size_t w) { return signs[w]; });
            if (batch.absent.size() != 0) {
                const auto absent = batch.absent[j];
                minus.add([&](std::size_t w) { return ~signs[w] & ~absent[w]; });
            } else {
                minus.add([&](std::size_t w) { return ~signs[w]; });
            }
        }
        for (std::size_t w = 0; w < lies.size(); ++w) {
            batch.signs[i][w] ^= lies[w] & ~batch.tied[i][w] & ~compare(plus, minus, w).equal;
        }
    }
}

} // namespace election
