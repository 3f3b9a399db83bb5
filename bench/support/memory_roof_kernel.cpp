// SPDX-License-Identifier: MIT
// Compiled once for each architecture: reads and writes memory and does nothing else worth mentioning.
#include <cstddef>
#include <cstdint>

#include <election/bits/bit_block.hpp>
#include <kernels/arch_macros.hpp>

#include "support/memory_roof_kernel.hpp"

namespace election::bench {
namespace {

template <class Arch>
struct memory_loops {
    using block = bit_block<Arch>;
    static constexpr std::size_t words = block::words;

    /// Blocks are read in turn into `Sums` sums, so that no addition waits for the one before it.
    template <std::size_t Sums, std::size_t Ahead>
    static void read(std::uint64_t* a, const std::uint64_t*, std::size_t count) {
        block sums[Sums];
#pragma GCC unroll 16
        for (std::size_t s = 0; s < Sums; ++s) sums[s] = block::zeros();
        for (std::size_t w = 0; w < count; w += Sums * words) {
            if constexpr (Ahead > 0) {
                for (std::size_t line = 0; line < Sums * words; line += 8) __builtin_prefetch(a + w + line + Ahead, 0, 3);
            }
#pragma GCC unroll 16
            for (std::size_t s = 0; s < Sums; ++s) sums[s] = sums[s] ^ block::load(a + w + s * words);
        }
#pragma GCC unroll 16
        for (std::size_t s = 1; s < Sums; ++s) sums[0] = sums[0] ^ sums[s];
        asm volatile("" : : "r"(sums[0].any()));
    }

    template <std::size_t Blocks>
    static void read_write(std::uint64_t* a, const std::uint64_t*, std::size_t count) {
        const block all = block::ones();
        for (std::size_t w = 0; w < count; w += Blocks * words) {
#pragma GCC unroll 16
            for (std::size_t s = 0; s < Blocks; ++s) (block::load(a + w + s * words) ^ all).store(a + w + s * words);
        }
    }

    template <std::size_t Blocks>
    static void read_read_write(std::uint64_t* a, const std::uint64_t* b, std::size_t count) {
        for (std::size_t w = 0; w < count; w += Blocks * words) {
#pragma GCC unroll 16
            for (std::size_t s = 0; s < Blocks; ++s) {
                (block::load(a + w + s * words) ^ block::load(b + w + s * words)).store(a + w + s * words);
            }
        }
    }
};

using loops = memory_loops<arch::ELECTION_KERNEL_ARCH>;

} // namespace

extern const memory_roof_kernel ELECTION_CONCAT(memory_roof_, ELECTION_KERNEL_ARCH);
constinit const memory_roof_kernel ELECTION_CONCAT(memory_roof_, ELECTION_KERNEL_ARCH){
    {&loops::read<2, 0>, &loops::read<4, 0>, &loops::read<8, 0>, &loops::read<8, 128>},
    {&loops::read_write<1>, &loops::read_write<4>, &loops::read_write<8>},
    {&loops::read_read_write<1>, &loops::read_read_write<4>, &loops::read_read_write<8>},
};

} // namespace election::bench
