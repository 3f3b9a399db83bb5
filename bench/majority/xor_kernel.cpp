// SPDX-License-Identifier: MIT
// Compiled once for each architecture: XOR across all rows, column by column, the least that a majority must do.
#include <cstddef>
#include <cstdint>

#include <election/bits/bit_block.hpp>
#include <kernels/arch_macros.hpp>

namespace election::bench {

void ELECTION_CONCAT(xor_rows_, ELECTION_KERNEL_ARCH)(const std::uint64_t* const* rows, std::size_t n, std::size_t words,
                                                      std::uint64_t* out);

void ELECTION_CONCAT(xor_rows_, ELECTION_KERNEL_ARCH)(const std::uint64_t* const* rows, std::size_t n, std::size_t words,
                                                      std::uint64_t* out) {
    using block = bit_block<arch::ELECTION_KERNEL_ARCH>;
    for (std::size_t w = 0; w < words; w += block::words) {
        block sums[4] = {block::zeros(), block::zeros(), block::zeros(), block::zeros()};
        std::size_t i = 0;
        for (; i + 4 <= n; i += 4) {
#pragma GCC unroll 4
            for (std::size_t s = 0; s < 4; ++s) sums[s] = sums[s] ^ block::load_unaligned(rows[i + s] + w);
        }
        for (; i < n; ++i) sums[0] = sums[0] ^ block::load_unaligned(rows[i] + w);
        ((sums[0] ^ sums[1]) ^ (sums[2] ^ sums[3])).store_unaligned(out + w);
    }
}

} // namespace election::bench
