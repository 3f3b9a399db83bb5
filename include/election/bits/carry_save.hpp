// SPDX-License-Identifier: MIT
// Carry-save addition of bit blocks into bit-sliced counters: the adder tree under every counting kernel.
#pragma once

#include <bit>
#include <cstddef>

#include <election/bits/bit_block.hpp>

namespace election {

/// Adds `Count` blocks of bits, lane by lane, to a bit-sliced counter.
///
/// A bit-sliced counter keeps bit q of every lane's count in planes[q]. Planes 0 … log2(Count) − 1 are updated. Everything
/// stays in registers.
/// \tparam Count   how many blocks; 1, 2, 4, …
/// \tparam Block   a bit_block
/// \tparam Source  a function of an index
/// \param planes   log2(Count) blocks at least
/// \param source   called as source(i) for i = first … first + Count − 1, in order; returns a block
/// \param first    index of the first block
/// \returns the carry out, of weight Count, for the caller to add to plane log2(Count) (see ripple_add())
/// \par Complexity
/// Count − 1 full adders: the fewest for Count inputs and log2(Count) running planes
/// \par Reference
/// Harley, Seal; see Muła, Kurz, Lemire, *Faster population counts using AVX2 instructions*, Comput. J. 2018
///
/// \code
/// using block = election::bit_block<election::arch::word64>;
/// const block votes[4] = {{0b111}, {0b011}, {0b001}, {0b001}};
/// block planes[2] = {block::zeros(), block::zeros()};
/// const block fours = election::carry_save_add<4>(planes, [&](std::size_t i) { return votes[i]; });
/// assert(fours.value == 0b001 && planes[1].value == 0b010 && planes[0].value == 0b100); // lanes 0, 1, 2 count 4, 2, 1
/// \endcode
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

/// Adds a block of weight 2^First to a bit-sliced counter.
/// \tparam First   plane that the block is added to
/// \tparam Planes  planes of the counter
/// \tparam Block   a bit_block
/// \param planes   planes 0 … Planes − 1; those from First on are updated
/// \param carry    one bit a lane
/// \returns the carry out of the last plane; `carry` itself if First ≥ Planes
/// \par Complexity
/// Planes − First half adders
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
