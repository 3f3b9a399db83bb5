// SPDX-License-Identifier: MIT
// Compiled once for each architecture: full adders in registers, nothing loaded, the most that a counting kernel could reach.
#include <election/bits/bit_block.hpp>

#include <kernels/arch_macros.hpp>

namespace election::bench {

/// Does `rounds` times 64 full adds of whole blocks, in chains that can run side by side; the result keeps them alive.
std::uint64_t ELECTION_CONCAT(full_adds_, ELECTION_KERNEL_ARCH)(std::uint64_t rounds);

std::uint64_t ELECTION_CONCAT(full_adds_, ELECTION_KERNEL_ARCH)(std::uint64_t rounds) {
    using block = bit_block<arch::ELECTION_KERNEL_ARCH>;
    constexpr int chains = 4;
    constexpr int adds = 16;
    block sum[chains];
    block carry[chains];
    for (int c = 0; c < chains; ++c) {
        sum[c] = c % 2 == 0 ? block::zeros() : block::ones();
        carry[c] = block::ones();
    }
    for (std::uint64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 16
        for (int i = 0; i < adds; ++i) {
#pragma GCC unroll 4
            for (int c = 0; c < chains; ++c) carry[c] = block::full_add(sum[c], carry[c], sum[(c + 1) % chains], sum[c]);
        }
    }
    alignas(64) std::uint64_t words[block::words];
    std::uint64_t mixed = 0;
    for (int c = 0; c < chains; ++c) {
        (sum[c] ^ carry[c]).store(words);
        mixed ^= words[0];
    }
    return mixed;
}

} // namespace election::bench
