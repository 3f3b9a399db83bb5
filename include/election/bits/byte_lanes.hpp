// SPDX-License-Identifier: MIT
// byte_lanes<Arch>: eight words of 64 bits each, read across: the bit matrix transposed into 64 bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/bits/bit_block.hpp>

namespace election {

/// Reads eight words across: byte j is made of bit j of every word. How bit-sliced counters become numbers.
/// \tparam Arch  a tag of election::arch
///
/// \code
/// const std::uint64_t digits[8] = {0b01, 0b11};            // counters of two digits: lane 0 has 3, lane 1 has 2
/// std::uint8_t counts[64];
/// election::byte_lanes<election::arch::word64>::transpose(digits, counts);
/// assert(counts[0] == 3 && counts[1] == 2 && counts[2] == 0);
/// \endcode
template <class Arch>
struct byte_lanes {
    /// out[j] bit q = bit j of words[q].
    /// \param words  eight
    /// \param out    64 bytes
    /// \par Complexity
    /// Eight masked additions with AVX-512; else about four operations a byte (a transposition of 8 × 8 bits by three
    /// exchanges of smaller squares, Warren, *Hacker's Delight*, section 7-3)
    static ELECTION_ALWAYS_INLINE void transpose(const std::uint64_t* words, std::uint8_t* out) noexcept {
#if defined(__AVX512F__) && defined(__AVX512BW__)
        if constexpr (Arch::bits == 512) {
            __m512i bytes = _mm512_setzero_si512();
#pragma GCC unroll 8
            for (int q = 0; q < 8; ++q) {
                const __mmask64 lanes = _cvtu64_mask64(words[q]);
                bytes = _mm512_mask_add_epi8(bytes, lanes, bytes, _mm512_set1_epi8(static_cast<char>(1U << q)));
            }
            _mm512_storeu_si512(out, bytes);
            return;
        }
#endif
        for (std::size_t b = 0; b < 8; ++b) {
            // Row q of the square is byte b of word q; the wanted byte j is its column j.
            std::uint64_t square = 0;
            for (std::size_t q = 0; q < 8; ++q) square |= (words[q] >> (8 * b) & 0xFFU) << (8 * q);
            std::uint64_t moved = (square ^ square >> 7U) & 0x00AA00AA00AA00AAU;
            square ^= moved ^ moved << 7U;
            moved = (square ^ square >> 14U) & 0x0000CCCC0000CCCCU;
            square ^= moved ^ moved << 14U;
            moved = (square ^ square >> 28U) & 0x00000000F0F0F0F0U;
            square ^= moved ^ moved << 28U;
            for (std::size_t j = 0; j < 8; ++j) out[8 * b + j] = static_cast<std::uint8_t>(square >> (8 * j));
        }
    }
};

} // namespace election
