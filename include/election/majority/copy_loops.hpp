// SPDX-License-Identifier: MIT
// copy_loops: copies words, past the caches where they are not read again soon.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/bits/bit_block.hpp>

namespace election::detail {

/// Kernels only touch raw memory: no function that another translation unit could share is instantiated with this one's
/// flags.
template <class Arch>
struct copy_loops {
    /// Copies `count` words; with `stream` past the caches (a fence is the caller's), whatever the alignment of `to`.
    static void copy(std::uint64_t* to, const std::uint64_t* from, std::size_t count, bool stream) {
        using block = bit_block<Arch>;
        std::size_t w = 0;
        if (stream) {
            constexpr std::uintptr_t line = block::bits / 8;
            while (w < count && reinterpret_cast<std::uintptr_t>(to + w) % line != 0) {
                to[w] = from[w];
                ++w;
            }
            for (; w + block::words <= count; w += block::words) block::load_unaligned(from + w).stream(to + w);
        } else {
            for (; w + block::words <= count; w += block::words) block::load_unaligned(from + w).store_unaligned(to + w);
        }
        for (; w < count; ++w) to[w] = from[w];
    }
};

} // namespace election::detail
