// SPDX-License-Identifier: MIT
// Carry-save addition of bit blocks into bit-sliced counters: the adder tree under every counting kernel.
#pragma once

#include <bit>
#include <cstddef>

#include <election/bits/bit_block.hpp>

namespace election {

/// Adds `Count` (a power of two) blocks of bits, lane by lane, to a bit-sliced counter; the carry out is returned.
///
/// A bit-sliced counter keeps bit q of every lane's count in planes[q]. Planes 0 … log2(Count) − 1 are updated; the returned
/// carry has weight Count and is for the caller to add to plane log2(Count) (see ripple_add). Everything stays in registers.
/// \tparam Count   how many blocks; 1, 2, 4, …
/// \param planes   log2(Count) blocks at least
/// \param source   called as source(i) for i = first … first + Count − 1, in order; returns a block
/// \par Complexity Count − 1 full adders: the fewest for Count inputs and log2(Count) running planes (Harley, Seal; see
/// Muła, Kurz, Lemire, *Faster population counts using AVX2 instructions*, 2018)
template <std::size_t Count, bit_block_like Block, class Source>
ELECTION_ALWAYS_INLINE Block carry_save_add(Block* planes, const Source& source, std::size_t first = 0) {
    static_assert(std::has_single_bit(Count), "Count must be a power of two");
    if constexpr (Count == 1) {
        return source(first);
    } else {
        constexpr std::size_t plane = static_cast<std::size_t>(std::countr_zero(Count)) - 1;
        const Block low = carry_save_add<Count / 2>(planes, source, first);
        const Block high = carry_save_add<Count / 2>(planes, source, first + Count / 2);
        return Block::full_add(planes[plane], low, high, planes[plane]);
    }
}

/// Adds a block of weight 2^First to a bit-sliced counter of Planes planes; returns the carry out of the last one.
/// \par Complexity Planes − First half adders
template <std::size_t First, std::size_t Planes, bit_block_like Block>
ELECTION_ALWAYS_INLINE Block ripple_add(Block* planes, Block carry) {
    if constexpr (First >= Planes) {
        return carry;
    } else {
        const Block next = planes[First] & carry;
        planes[First] = planes[First] ^ carry;
        return ripple_add<First + 1, Planes>(planes, next);
    }
}

} // namespace election
