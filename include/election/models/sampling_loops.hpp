// SPDX-License-Identifier: MIT
// sampling_loops: random words, rows of a given weight, bits of a given probability, and rows turned into columns, for one
// architecture.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/bits/bit_block.hpp>
#include <election/core/arch.hpp>

namespace election::detail {

/// What random elections are made of. Elections are drawn in groups of 512, eight words: the same on every architecture.
///
/// Kernels only touch raw memory: no function that another translation unit could share is instantiated with this one's
/// flags.
template <class Arch>
struct sampling_loops {
    using block = bit_block<Arch>;
    static constexpr std::size_t words = block::words;
    static constexpr std::size_t line = 8; ///< words of a group of elections, and counters that are drawn together

    /// Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011), eight counters at a time. Word 16·g + l of the output holds words 0
    /// and 1 of counter first + 8·g + l, word 16·g + 8 + l its words 2 and 3.
    /// \param first  a multiple of 8
    /// \param count  words, a multiple of 16
    static void random_words(std::uint64_t seed, std::uint64_t stream, std::uint64_t first, std::uint64_t* out,
                             std::size_t count) {
        std::size_t w = 0;
        for (; w + many_lines * 2 * line <= count; w += many_lines * 2 * line) {
            random_lines<many_lines>(seed, stream, first + w / 2, out + w);
        }
        for (; w < count; w += 2 * line) random_lines<1>(seed, stream, first + w / 2, out + w);
    }

    /// Keeps the words whose ones within `mask` are `low` or `high` many or, with `others`, neither.
    /// \param n     words, a multiple of 8
    /// \param kept  has room for n + 8
    /// \returns how many were kept, in their order
    static std::size_t keep(const std::uint64_t* rows, std::size_t n, std::uint64_t mask, std::uint64_t low,
                            std::uint64_t high, bool others, std::uint64_t* kept) {
        std::size_t count = 0;
#if defined(__AVX512F__) && defined(__AVX512BW__)
        if constexpr (words == line) {
            const __m512i inside = _mm512_set1_epi64(static_cast<long long>(mask));
            const __m512i a = _mm512_set1_epi64(static_cast<long long>(low));
            const __m512i b = _mm512_set1_epi64(static_cast<long long>(high));
            const __m512i nibble = _mm512_set1_epi8(15);
            const __m512i ones_of =
                _mm512_maskz_broadcast_i32x4(0xFFFF, _mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
            for (std::size_t i = 0; i < n; i += line) {
                const __m512i row = _mm512_and_si512(_mm512_loadu_si512(rows + i), inside);
                const __m512i upper = _mm512_and_si512(_mm512_srli_epi16(row, 4), nibble);
                const __m512i bytes = _mm512_add_epi8(_mm512_shuffle_epi8(ones_of, _mm512_and_si512(row, nibble)),
                                                      _mm512_shuffle_epi8(ones_of, upper));
                const __m512i ones = _mm512_sad_epu8(bytes, _mm512_setzero_si512());
                unsigned chosen = static_cast<unsigned>(_mm512_cmpeq_epi64_mask(ones, a)) |
                                  static_cast<unsigned>(_mm512_cmpeq_epi64_mask(ones, b));
                if (others) chosen ^= 0xFFU;
                // Into a register first: compressing straight to memory takes a hundred cycles on some processors.
                _mm512_storeu_si512(kept + count, _mm512_maskz_compress_epi64(static_cast<__mmask8>(chosen), row));
                count += static_cast<std::size_t>(__builtin_popcount(chosen));
            }
            return count;
        }
#endif
        for (std::size_t i = 0; i < n; ++i) {
            const std::uint64_t row = rows[i] & mask;
            const auto ones = static_cast<std::uint64_t>(__builtin_popcountll(row));
            kept[count] = row;
            count += static_cast<std::size_t>((ones == low || ones == high) != others);
        }
        return count;
    }

    /// 512 rows of 64 bits to 64 columns of 512 bits: bit i of word l of column c is bit c of row 8·i + l.
    /// \param rows     512 words, begin on a cache line
    /// \param columns  512 words, begin on a cache line; column c begins at word 8·c
    static void transpose(const std::uint64_t* rows, std::uint64_t* columns) {
        for (std::size_t l = 0; l < line; l += words) {
            for (std::size_t s = 0; s < 8; ++s) {
                block a[8];
#pragma GCC unroll 8
                for (std::size_t t = 0; t < 8; ++t) a[t] = block::load(rows + line * (s + 8 * t) + l);
                exchange<4, 32>(a, 0x00000000FFFFFFFFU);
                exchange<2, 16>(a, 0x0000FFFF0000FFFFU);
                exchange<1, 8>(a, 0x00FF00FF00FF00FFU);
#pragma GCC unroll 8
                for (std::size_t t = 0; t < 8; ++t) a[t].store(columns + line * (s + 8 * t) + l);
            }
            for (std::size_t t = 0; t < 8; ++t) {
                block a[8];
#pragma GCC unroll 8
                for (std::size_t s = 0; s < 8; ++s) a[s] = block::load(columns + line * (s + 8 * t) + l);
                exchange<4, 4>(a, 0x0F0F0F0F0F0F0F0FU);
                exchange<2, 2>(a, 0x3333333333333333U);
                exchange<1, 1>(a, 0x5555555555555555U);
#pragma GCC unroll 8
                for (std::size_t s = 0; s < 8; ++s) a[s].store(columns + line * (s + 8 * t) + l);
            }
        }
    }

    /// Independent bits that are 1 with probability threshold / 2^64: a random binary fraction is compared with the threshold, digit
    /// by digit, until all lanes are decided.
    /// \param first  the first counter, a multiple of 8
    /// \param out    groups of eight words, on a cache line
    /// \returns the next counter
    static std::uint64_t bernoulli(std::uint64_t seed, std::uint64_t stream, std::uint64_t first, std::uint64_t threshold,
                                   std::uint64_t* out, std::size_t groups) {
        alignas(64) std::uint64_t random[2 * line];
        for (std::size_t g = 0; g < groups; ++g, out += line) {
            constexpr std::size_t blocks = line / words;
            block open[blocks]; // lanes whose fractions equal the threshold so far
            block below[blocks];
            for (std::size_t b = 0; b < blocks; ++b) {
                open[b] = block::ones();
                below[b] = block::zeros();
            }
            std::uint64_t digits = threshold;
            for (std::size_t half = 0; digits != 0; digits <<= 1U, half ^= 1U) {
                if (half == 0) {
                    random_lines<1>(seed, stream, first, random);
                    first += line;
                }
                bool any = false;
                for (std::size_t b = 0; b < blocks; ++b) {
                    const block digit = block::load(random + line * half + b * words);
                    if (digits >> 63U != 0) {
                        below[b] = below[b] | (open[b] & ~digit);
                        open[b] = open[b] & digit;
                    } else {
                        open[b] = open[b] & ~digit;
                    }
                    any = any || open[b].any();
                }
                if (!any) break;
            }
            for (std::size_t b = 0; b < blocks; ++b) below[b].store(out + b * words);
        }
        return first;
    }

private:
    using value = decltype(block::value);

    static ELECTION_ALWAYS_INLINE block filled(std::uint64_t word) { return {value(word)}; }

    /// a ^ b ^ c, one instruction where an adder's sum is.
    static ELECTION_ALWAYS_INLINE block parity(block a, block b, block c) {
        (void)block::full_add(a, b, c, a);
        return a;
    }

    // g++ 12 warns of AVX-512 intrinsics whose result has no value where a mask is 0 (PR 105593); those with zeros there are as
    // fast, and its vector types have shifts of their own.

    template <int Bits>
    static ELECTION_ALWAYS_INLINE block shifted_right(block a) {
#if defined(__AVX512F__)
        if constexpr (block::bits == 512) {
            const __m512i whole = a.value;
            return {value(reinterpret_cast<__m512i>(reinterpret_cast<__v8du>(whole) >> Bits))};
        } else
#endif
        {
            return {value(a.value >> Bits)};
        }
    }
    template <int Bits>
    static ELECTION_ALWAYS_INLINE block shifted_left(block a) {
#if defined(__AVX512F__)
        if constexpr (block::bits == 512) {
            const __m512i whole = a.value;
            return {value(reinterpret_cast<__m512i>(reinterpret_cast<__v8du>(whole) << Bits))};
        } else
#endif
        {
            return {value(a.value << Bits)};
        }
    }

    /// The products of the lower halves of all words.
    static ELECTION_ALWAYS_INLINE block multiply_halves(block a, block b) {
        if constexpr (block::bits == 64) {
            return {(a.value & 0xFFFFFFFFU) * (b.value & 0xFFFFFFFFU)};
        }
#if defined(__AVX512F__)
        else if constexpr (block::bits == 512) {
            return {value(_mm512_maskz_mul_epu32(0xFF, a.value, b.value))};
        }
#endif
#if defined(__AVX2__)
        else if constexpr (block::bits == 256) {
            return {value(_mm256_mul_epu32(a.value, b.value))};
        }
#endif
#if defined(__SSE2__)
        else {
            return {value(_mm_mul_epu32(a.value, b.value))};
        }
#elif defined(__aarch64__) && defined(__ARM_NEON)
        else {
            return {value(vmull_u32(vmovn_u64(a.value), vmovn_u64(b.value)))};
        }
#endif
    }

    /// Lines that are drawn together: a round waits for the one before it, and other lines fill the time.
    static constexpr std::size_t many_lines = words == line ? 4 : 1;
    /// Registers of counters that are worked on at a time.
    static constexpr std::size_t together(std::size_t lines) {
        constexpr std::size_t most = words == line ? 4 : words == 1 ? 1 : 2;
        return lines * line / words < most ? lines * line / words : most;
    }

    /// Lines of random_words(). Each counter word is the lower half of a lane; the upper halves are left dirty, as multiplication does
    /// not read them.
    template <std::size_t Lines>
    static ELECTION_ALWAYS_INLINE void random_lines(std::uint64_t seed, std::uint64_t stream, std::uint64_t first,
                                                    std::uint64_t* out) {
        alignas(64) static constexpr std::uint64_t lanes[line] = {0, 1, 2, 3, 4, 5, 6, 7};
        constexpr std::size_t count = together(Lines);
        const block low_half = filled(0xFFFFFFFFU);
        for (std::size_t done = 0; done < Lines * line; done += count * words) {
            block x0[count];
            block x1[count];
            block x2[count];
            block x3[count];
#pragma GCC unroll 4
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t at = done + i * words;
                x0[i] = block{value(block::load(lanes + at % line).value + filled(first + at / line * line).value)};
                x1[i] = filled((first + at / line * line) >> 32U);
                x2[i] = filled(stream & 0xFFFFFFFFU);
                x3[i] = filled(stream >> 32U);
            }
            auto k0 = static_cast<std::uint32_t>(seed);
            auto k1 = static_cast<std::uint32_t>(seed >> 32U);
#pragma GCC unroll 10
            for (int round = 0; round < 10; ++round) {
                const block key0 = filled(k0);
                const block key1 = filled(k1);
#pragma GCC unroll 4
                for (std::size_t i = 0; i < count; ++i) {
                    const block p0 = multiply_halves(x0[i], filled(0xD2511F53U));
                    const block p1 = multiply_halves(x2[i], filled(0xCD9E8D57U));
                    x0[i] = parity(shifted_right<32>(p1), x1[i], key0);
                    x2[i] = parity(shifted_right<32>(p0), x3[i], key1);
                    x1[i] = p1;
                    x3[i] = p0;
                }
                k0 += 0x9E3779B9U;
                k1 += 0xBB67AE85U;
            }
#pragma GCC unroll 4
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t at = done + i * words;
                std::uint64_t* to = out + at / line * 2 * line + at % line;
                ((x0[i] & low_half) | shifted_left<32>(x1[i])).store_unaligned(to);
                ((x2[i] & low_half) | shifted_left<32>(x3[i])).store_unaligned(to + line);
            }
        }
    }

    /// Transposes 2×2 parts of rows `Distance` apart: the upper half of one row's fields against the lower half of the other's.
    template <std::size_t Distance, int Bits>
    static ELECTION_ALWAYS_INLINE void exchange(block* a, std::uint64_t lower) {
        const block mask = filled(lower);
#pragma GCC unroll 8
        for (std::size_t i = 0; i < 8; ++i) {
            if ((i & Distance) != 0) continue;
            const block swapped = (shifted_right<Bits>(a[i]) ^ a[i + Distance]) & mask;
            a[i + Distance] = a[i + Distance] ^ swapped;
            a[i] = a[i] ^ shifted_left<Bits>(swapped);
        }
    }
};

} // namespace election::detail
