// SPDX-License-Identifier: MIT
// float_lanes<Arch, T>: registers of floats, their comparisons gathered into words of bits, and bits spread over their signs.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <election/bits/bit_block.hpp>
#include <election/core/arch.hpp>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace election::detail {

/// What float_lanes can hold.
template <class T>
concept lane_type = std::same_as<T, float> || std::same_as<T, double>;

/// The unsigned integer of a float's size.
template <lane_type T>
using bits_of_float = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

/// The sign bit alone.
template <lane_type T>
inline constexpr bits_of_float<T> sign_bit = bits_of_float<T>{1} << (8 * sizeof(T) - 1);

/// A product as it is rounded: no compiler flag makes it part of a fused multiply-add, which would round once less and give
/// other bits on other processors.
template <lane_type T>
[[nodiscard]] ELECTION_ALWAYS_INLINE constexpr T rounded(T product) noexcept {
    if (!std::is_constant_evaluated()) {
#if defined(__SSE2__)
        asm("" : "+x"(product));
#elif defined(__aarch64__)
        asm("" : "+w"(product));
#else
        asm("" : "+m"(product));
#endif
    }
    return product;
}

/// A part of a word where words lie, whatever type the memory has.
using half_word [[gnu::may_alias]] = int;
using quarter_word [[gnu::may_alias]] = std::uint16_t; ///< the same

/// A register of `count` floats of type T. The general form is a single float: it works everywhere, and the vector registers are
/// tested against it.
///
/// 64 floats make one word of bits, and register i of the word holds the floats from i·count on. `mask` says yes or no for each
/// lane; `word` is 64 bits prepared for spreading.
template <class Arch, lane_type T>
struct float_lanes {
    static_assert(is_enabled<Arch>, "this architecture's instructions are not enabled by the compiler's flags");
    using reg = T;
    using mask = bool;
    using word = std::uint64_t;
    static constexpr std::size_t count = 1;

    static ELECTION_ALWAYS_INLINE reg load(const T* from) noexcept { return *from; }
    static ELECTION_ALWAYS_INLINE void store(T* to, reg a) noexcept { *to = a; }
    static ELECTION_ALWAYS_INLINE reg filled(T value) noexcept { return value; }
    /// a·b, rounded on its own.
    static ELECTION_ALWAYS_INLINE reg multiply(reg a, reg b) noexcept { return rounded<T>(a * b); }
    static ELECTION_ALWAYS_INLINE reg add(reg a, reg b) noexcept { return a + b; }
    static ELECTION_ALWAYS_INLINE reg subtract(reg a, reg b) noexcept { return a - b; }

    static ELECTION_ALWAYS_INLINE mask no_lane() noexcept { return false; }
    static ELECTION_ALWAYS_INLINE mask either(mask a, mask b) noexcept { return a || b; }
    static ELECTION_ALWAYS_INLINE bool any(mask a) noexcept { return a; }
    /// a < b; not where one is NaN.
    static ELECTION_ALWAYS_INLINE mask less(reg a, reg b) noexcept { return a < b; }
    /// Whether one of two is NaN.
    static ELECTION_ALWAYS_INLINE mask has_nan(reg a, reg b) noexcept { return a != a || b != b; }

    /// The bits of 64 lanes. \param mask_of  gives the mask of the word's register i
    template <class MaskOf>
    static ELECTION_ALWAYS_INLINE std::uint64_t gather(const MaskOf& mask_of) noexcept {
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < 64; ++i) bits |= std::uint64_t{mask_of(i)} << i;
        return bits;
    }

    static ELECTION_ALWAYS_INLINE word prepared(const std::uint64_t* bits) noexcept { return *bits; }
    /// The register with the signs of those lanes flipped whose bits, those of the word's register i, are 1.
    static ELECTION_ALWAYS_INLINE reg flipped(reg a, word bits, std::size_t i) noexcept {
        using integer = bits_of_float<T>;
        const auto flip = static_cast<integer>((bits >> i & 1U) << (8 * sizeof(T) - 1));
        return std::bit_cast<T>(std::bit_cast<integer>(a) ^ flip);
    }
    /// The register with +0 in the lanes whose bits are 0.
    static ELECTION_ALWAYS_INLINE reg kept(reg a, word bits, std::size_t i) noexcept {
        using integer = bits_of_float<T>;
        const integer keep = integer{0} - static_cast<integer>(bits >> i & 1U);
        return std::bit_cast<T>(std::bit_cast<integer>(a) & keep);
    }
};

#if defined(__SSE2__)
/// Four floats.
template <>
struct float_lanes<arch::sse2, float> {
    using reg = __m128;
    using mask = __m128;
    struct word {
        __m128i half[2]; ///< 32 bits each, in every lane
    };
    static constexpr std::size_t count = 4;

    static ELECTION_ALWAYS_INLINE reg load(const float* from) noexcept { return _mm_loadu_ps(from); }
    static ELECTION_ALWAYS_INLINE void store(float* to, reg a) noexcept { _mm_storeu_ps(to, a); }
    static ELECTION_ALWAYS_INLINE reg filled(float value) noexcept { return _mm_set1_ps(value); }
    static ELECTION_ALWAYS_INLINE reg multiply(reg a, reg b) noexcept {
        reg product = _mm_mul_ps(a, b);
        asm("" : "+x"(product));
        return product;
    }
    static ELECTION_ALWAYS_INLINE reg add(reg a, reg b) noexcept { return _mm_add_ps(a, b); }
    static ELECTION_ALWAYS_INLINE reg subtract(reg a, reg b) noexcept { return _mm_sub_ps(a, b); }

    static ELECTION_ALWAYS_INLINE mask no_lane() noexcept { return _mm_setzero_ps(); }
    static ELECTION_ALWAYS_INLINE mask either(mask a, mask b) noexcept { return _mm_or_ps(a, b); }
    static ELECTION_ALWAYS_INLINE bool any(mask a) noexcept { return _mm_movemask_ps(a) != 0; }
    static ELECTION_ALWAYS_INLINE mask less(reg a, reg b) noexcept { return _mm_cmplt_ps(a, b); }
    static ELECTION_ALWAYS_INLINE mask has_nan(reg a, reg b) noexcept { return _mm_cmpunord_ps(a, b); }

    template <class MaskOf>
    static ELECTION_ALWAYS_INLINE std::uint64_t gather(const MaskOf& mask_of) noexcept {
        const auto pair = [&](std::size_t i) ELECTION_ALWAYS_INLINE_LAMBDA {
            return _mm_packs_epi32(_mm_castps_si128(mask_of(i)), _mm_castps_si128(mask_of(i + 1)));
        };
        std::uint64_t bits = 0;
#pragma GCC unroll 4
        for (std::size_t i = 0; i < 16; i += 4) {
            const int sixteen = _mm_movemask_epi8(_mm_packs_epi16(pair(i), pair(i + 2)));
            bits |= std::uint64_t{static_cast<std::uint32_t>(sixteen)} << (4 * i);
        }
        return bits;
    }

    static ELECTION_ALWAYS_INLINE word prepared(const std::uint64_t* bits) noexcept {
        const auto* half = reinterpret_cast<const half_word*>(bits);
        return {{_mm_set1_epi32(half[0]), _mm_set1_epi32(half[1])}};
    }
    static ELECTION_ALWAYS_INLINE reg flipped(reg a, const word& bits, std::size_t i) noexcept {
        return _mm_xor_ps(a, _mm_and_ps(spread(bits, i), _mm_set1_ps(-0.0F)));
    }
    static ELECTION_ALWAYS_INLINE reg kept(reg a, const word& bits, std::size_t i) noexcept {
        return _mm_and_ps(a, spread(bits, i));
    }

private:
    static ELECTION_ALWAYS_INLINE mask spread(const word& bits, std::size_t i) noexcept {
        const __m128i lanes = _mm_slli_epi32(_mm_setr_epi32(1, 2, 4, 8), static_cast<int>(i % 8 * 4));
        const __m128i there = _mm_cmpeq_epi32(_mm_and_si128(bits.half[i / 8], lanes), lanes);
        return _mm_castsi128_ps(there);
    }
};

/// Two doubles.
template <>
struct float_lanes<arch::sse2, double> {
    using reg = __m128d;
    using mask = __m128d;
    struct word {
        __m128i half[2]; ///< 32 bits each, in every lane
    };
    static constexpr std::size_t count = 2;

    static ELECTION_ALWAYS_INLINE reg load(const double* from) noexcept { return _mm_loadu_pd(from); }
    static ELECTION_ALWAYS_INLINE void store(double* to, reg a) noexcept { _mm_storeu_pd(to, a); }
    static ELECTION_ALWAYS_INLINE reg filled(double value) noexcept { return _mm_set1_pd(value); }
    static ELECTION_ALWAYS_INLINE reg multiply(reg a, reg b) noexcept {
        reg product = _mm_mul_pd(a, b);
        asm("" : "+x"(product));
        return product;
    }
    static ELECTION_ALWAYS_INLINE reg add(reg a, reg b) noexcept { return _mm_add_pd(a, b); }
    static ELECTION_ALWAYS_INLINE reg subtract(reg a, reg b) noexcept { return _mm_sub_pd(a, b); }

    static ELECTION_ALWAYS_INLINE mask no_lane() noexcept { return _mm_setzero_pd(); }
    static ELECTION_ALWAYS_INLINE mask either(mask a, mask b) noexcept { return _mm_or_pd(a, b); }
    static ELECTION_ALWAYS_INLINE bool any(mask a) noexcept { return _mm_movemask_pd(a) != 0; }
    static ELECTION_ALWAYS_INLINE mask less(reg a, reg b) noexcept { return _mm_cmplt_pd(a, b); }
    static ELECTION_ALWAYS_INLINE mask has_nan(reg a, reg b) noexcept { return _mm_cmpunord_pd(a, b); }

    template <class MaskOf>
    static ELECTION_ALWAYS_INLINE std::uint64_t gather(const MaskOf& mask_of) noexcept {
        // A mask's lanes are all ones or zeros, so that packing halves them whatever size it takes them for.
        const auto pair = [&](std::size_t i) ELECTION_ALWAYS_INLINE_LAMBDA {
            return _mm_packs_epi32(_mm_castpd_si128(mask_of(i)), _mm_castpd_si128(mask_of(i + 1)));
        };
        std::uint64_t bits = 0;
#pragma GCC unroll 4
        for (std::size_t i = 0; i < 32; i += 8) {
            const __m128i low = _mm_packs_epi32(pair(i), pair(i + 2));
            const __m128i high = _mm_packs_epi32(pair(i + 4), pair(i + 6));
            const int sixteen = _mm_movemask_epi8(_mm_packs_epi16(low, high));
            bits |= std::uint64_t{static_cast<std::uint32_t>(sixteen)} << (2 * i);
        }
        return bits;
    }

    static ELECTION_ALWAYS_INLINE word prepared(const std::uint64_t* bits) noexcept {
        const auto* half = reinterpret_cast<const half_word*>(bits);
        return {{_mm_set1_epi32(half[0]), _mm_set1_epi32(half[1])}};
    }
    static ELECTION_ALWAYS_INLINE reg flipped(reg a, const word& bits, std::size_t i) noexcept {
        return _mm_xor_pd(a, _mm_and_pd(spread(bits, i), _mm_set1_pd(-0.0)));
    }
    static ELECTION_ALWAYS_INLINE reg kept(reg a, const word& bits, std::size_t i) noexcept {
        return _mm_and_pd(a, spread(bits, i));
    }

private:
    static ELECTION_ALWAYS_INLINE mask spread(const word& bits, std::size_t i) noexcept {
        const __m128i lanes = _mm_slli_epi32(_mm_setr_epi32(1, 1, 2, 2), static_cast<int>(i % 16 * 2));
        const __m128i there = _mm_cmpeq_epi32(_mm_and_si128(bits.half[i / 16], lanes), lanes);
        return _mm_castsi128_pd(there);
    }
};
#endif

#if defined(__AVX2__)
/// Eight floats.
template <>
struct float_lanes<arch::avx2, float> {
    using reg = __m256;
    using mask = __m256;
    struct word {
        __m256i half[2]; ///< 32 bits each, in every lane
    };
    static constexpr std::size_t count = 8;

    static ELECTION_ALWAYS_INLINE reg load(const float* from) noexcept { return _mm256_loadu_ps(from); }
    static ELECTION_ALWAYS_INLINE void store(float* to, reg a) noexcept { _mm256_storeu_ps(to, a); }
    static ELECTION_ALWAYS_INLINE reg filled(float value) noexcept { return _mm256_set1_ps(value); }
    static ELECTION_ALWAYS_INLINE reg multiply(reg a, reg b) noexcept {
        reg product = _mm256_mul_ps(a, b);
        asm("" : "+x"(product));
        return product;
    }
    static ELECTION_ALWAYS_INLINE reg add(reg a, reg b) noexcept { return _mm256_add_ps(a, b); }
    static ELECTION_ALWAYS_INLINE reg subtract(reg a, reg b) noexcept { return _mm256_sub_ps(a, b); }

    static ELECTION_ALWAYS_INLINE mask no_lane() noexcept { return _mm256_setzero_ps(); }
    static ELECTION_ALWAYS_INLINE mask either(mask a, mask b) noexcept { return _mm256_or_ps(a, b); }
    static ELECTION_ALWAYS_INLINE bool any(mask a) noexcept { return _mm256_movemask_ps(a) != 0; }
    static ELECTION_ALWAYS_INLINE mask less(reg a, reg b) noexcept { return _mm256_cmp_ps(a, b, _CMP_LT_OQ); }
    static ELECTION_ALWAYS_INLINE mask has_nan(reg a, reg b) noexcept { return _mm256_cmp_ps(a, b, _CMP_UNORD_Q); }

    template <class MaskOf>
    static ELECTION_ALWAYS_INLINE std::uint64_t gather(const MaskOf& mask_of) noexcept {
        const auto pair = [&](std::size_t i) ELECTION_ALWAYS_INLINE_LAMBDA {
            return _mm256_packs_epi32(_mm256_castps_si256(mask_of(i)), _mm256_castps_si256(mask_of(i + 1)));
        };
        // Packing works on halves of registers: what belongs together is four apart.
        const auto half = [&](std::size_t i) ELECTION_ALWAYS_INLINE_LAMBDA {
            const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
            const __m256i bytes = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(pair(i), pair(i + 2)), order);
            return std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes))};
        };
        return half(0) | half(4) << 32U;
    }

    static ELECTION_ALWAYS_INLINE word prepared(const std::uint64_t* bits) noexcept {
        const auto* half = reinterpret_cast<const half_word*>(bits);
        return {{_mm256_set1_epi32(half[0]), _mm256_set1_epi32(half[1])}};
    }
    static ELECTION_ALWAYS_INLINE reg flipped(reg a, const word& bits, std::size_t i) noexcept {
        return _mm256_blendv_ps(a, _mm256_xor_ps(a, _mm256_set1_ps(-0.0F)), on_top(bits, i));
    }
    static ELECTION_ALWAYS_INLINE reg kept(reg a, const word& bits, std::size_t i) noexcept {
        return _mm256_blendv_ps(_mm256_setzero_ps(), a, on_top(bits, i));
    }

private:
    /// Every lane's bit at the place of its sign, which is where blending looks; other bits below.
    static ELECTION_ALWAYS_INLINE reg on_top(const word& bits, std::size_t i) noexcept {
        const __m256i places = _mm256_setr_epi32(31, 30, 29, 28, 27, 26, 25, 24);
        const __m256i shift = _mm256_sub_epi32(places, _mm256_set1_epi32(static_cast<int>(i % 4 * 8)));
        return _mm256_castsi256_ps(_mm256_sllv_epi32(bits.half[i / 4], shift));
    }
};

/// Four doubles.
template <>
struct float_lanes<arch::avx2, double> {
    using reg = __m256d;
    using mask = __m256d;
    using word = __m256i; ///< in every lane
    static constexpr std::size_t count = 4;

    static ELECTION_ALWAYS_INLINE reg load(const double* from) noexcept { return _mm256_loadu_pd(from); }
    static ELECTION_ALWAYS_INLINE void store(double* to, reg a) noexcept { _mm256_storeu_pd(to, a); }
    static ELECTION_ALWAYS_INLINE reg filled(double value) noexcept { return _mm256_set1_pd(value); }
    static ELECTION_ALWAYS_INLINE reg multiply(reg a, reg b) noexcept {
        reg product = _mm256_mul_pd(a, b);
        asm("" : "+x"(product));
        return product;
    }
    static ELECTION_ALWAYS_INLINE reg add(reg a, reg b) noexcept { return _mm256_add_pd(a, b); }
    static ELECTION_ALWAYS_INLINE reg subtract(reg a, reg b) noexcept { return _mm256_sub_pd(a, b); }

    static ELECTION_ALWAYS_INLINE mask no_lane() noexcept { return _mm256_setzero_pd(); }
    static ELECTION_ALWAYS_INLINE mask either(mask a, mask b) noexcept { return _mm256_or_pd(a, b); }
    static ELECTION_ALWAYS_INLINE bool any(mask a) noexcept { return _mm256_movemask_pd(a) != 0; }
    static ELECTION_ALWAYS_INLINE mask less(reg a, reg b) noexcept { return _mm256_cmp_pd(a, b, _CMP_LT_OQ); }
    static ELECTION_ALWAYS_INLINE mask has_nan(reg a, reg b) noexcept { return _mm256_cmp_pd(a, b, _CMP_UNORD_Q); }

    template <class MaskOf>
    static ELECTION_ALWAYS_INLINE std::uint64_t gather(const MaskOf& mask_of) noexcept {
        const auto pair = [&](std::size_t i) ELECTION_ALWAYS_INLINE_LAMBDA {
            return _mm256_packs_epi32(_mm256_castpd_si256(mask_of(i)), _mm256_castpd_si256(mask_of(i + 1)));
        };
        const auto four = [&](std::size_t i)
                              ELECTION_ALWAYS_INLINE_LAMBDA { return _mm256_packs_epi32(pair(i), pair(i + 2)); };
        // Two bytes of the lower half, two of the upper one, in turn.
        const auto half = [&](std::size_t i) ELECTION_ALWAYS_INLINE_LAMBDA {
            const __m256i order = _mm256_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15, 0, 1, 8, 9, 2, 3,
                                                   10, 11, 4, 5, 12, 13, 6, 7, 14, 15);
            const __m256i halves = _mm256_permute4x64_epi64(_mm256_packs_epi16(four(i), four(i + 4)), 0xD8);
            const __m256i bytes = _mm256_shuffle_epi8(halves, order);
            return std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes))};
        };
        return half(0) | half(8) << 32U;
    }

    static ELECTION_ALWAYS_INLINE word prepared(const std::uint64_t* bits) noexcept {
        return _mm256_set1_epi64x(static_cast<long long>(*bits));
    }
    static ELECTION_ALWAYS_INLINE reg flipped(reg a, word bits, std::size_t i) noexcept {
        return _mm256_blendv_pd(a, _mm256_xor_pd(a, _mm256_set1_pd(-0.0)), on_top(bits, i));
    }
    static ELECTION_ALWAYS_INLINE reg kept(reg a, word bits, std::size_t i) noexcept {
        return _mm256_blendv_pd(_mm256_setzero_pd(), a, on_top(bits, i));
    }

private:
    static ELECTION_ALWAYS_INLINE reg on_top(word bits, std::size_t i) noexcept {
        const __m256i places = _mm256_setr_epi64x(63, 62, 61, 60);
        const __m256i shift = _mm256_sub_epi64(places, _mm256_set1_epi64x(static_cast<long long>(4 * i)));
        return _mm256_castsi256_pd(_mm256_sllv_epi64(bits, shift));
    }
};
#endif

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && defined(__AVX512CD__)
/// Sixteen floats.
template <>
struct float_lanes<arch::avx512, float> {
    using reg = __m512;
    using mask = __mmask16;
    struct word {
        __m512i half[2];           ///< 32 bits each, in every lane
        const std::uint64_t* bits; ///< where they lie: loading a mask is another unit's work than testing
    };
    static constexpr std::size_t count = 16;

    static ELECTION_ALWAYS_INLINE reg load(const float* from) noexcept { return _mm512_loadu_ps(from); }
    static ELECTION_ALWAYS_INLINE void store(float* to, reg a) noexcept { _mm512_storeu_ps(to, a); }
    static ELECTION_ALWAYS_INLINE reg filled(float value) noexcept { return _mm512_set1_ps(value); }
    static ELECTION_ALWAYS_INLINE reg multiply(reg a, reg b) noexcept {
        reg product = _mm512_mul_ps(a, b);
        asm("" : "+v"(product));
        return product;
    }
    static ELECTION_ALWAYS_INLINE reg add(reg a, reg b) noexcept { return _mm512_add_ps(a, b); }
    static ELECTION_ALWAYS_INLINE reg subtract(reg a, reg b) noexcept { return _mm512_sub_ps(a, b); }

    static ELECTION_ALWAYS_INLINE mask no_lane() noexcept { return 0; }
    static ELECTION_ALWAYS_INLINE mask either(mask a, mask b) noexcept { return _kor_mask16(a, b); }
    static ELECTION_ALWAYS_INLINE bool any(mask a) noexcept { return a != 0; }
    static ELECTION_ALWAYS_INLINE mask less(reg a, reg b) noexcept { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
    static ELECTION_ALWAYS_INLINE mask has_nan(reg a, reg b) noexcept { return _mm512_cmp_ps_mask(a, b, _CMP_UNORD_Q); }

    template <class MaskOf>
    static ELECTION_ALWAYS_INLINE std::uint64_t gather(const MaskOf& mask_of) noexcept {
        std::uint64_t bits = 0;
#pragma GCC unroll 4
        for (std::size_t i = 0; i < 4; ++i) bits |= std::uint64_t{mask_of(i)} << (16 * i);
        return bits;
    }

    static ELECTION_ALWAYS_INLINE word prepared(const std::uint64_t* bits) noexcept {
        const auto* half = reinterpret_cast<const half_word*>(bits);
        return {{_mm512_set1_epi32(half[0]), _mm512_set1_epi32(half[1])}, bits};
    }
    static ELECTION_ALWAYS_INLINE reg flipped(reg a, const word& bits, std::size_t i) noexcept {
        return _mm512_mask_blend_ps(spread(bits, i), a, _mm512_xor_ps(a, _mm512_set1_ps(-0.0F)));
    }
    static ELECTION_ALWAYS_INLINE reg kept(reg a, const word& bits, std::size_t i) noexcept {
        return _mm512_maskz_mov_ps(reinterpret_cast<const quarter_word*>(bits.bits)[i], a);
    }

private:
    /// A test of broadcast bits; moving them from a general register into a mask is slower.
    static ELECTION_ALWAYS_INLINE mask spread(const word& bits, std::size_t i) noexcept {
        const __m512i lanes = _mm512_setr_epi32(1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 6, 1 << 7, 1 << 8,
                                                1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15);
        return _mm512_test_epi32_mask(bits.half[i / 2], i % 2 == 0 ? lanes : _mm512_slli_epi32(lanes, 16));
    }
};

/// Eight doubles.
template <>
struct float_lanes<arch::avx512, double> {
    using reg = __m512d;
    using mask = __mmask8;
    struct word {
        __m512i all;               ///< in every lane
        const std::uint64_t* bits; ///< where they lie: loading a mask is another unit's work than testing
    };
    static constexpr std::size_t count = 8;

    static ELECTION_ALWAYS_INLINE reg load(const double* from) noexcept { return _mm512_loadu_pd(from); }
    static ELECTION_ALWAYS_INLINE void store(double* to, reg a) noexcept { _mm512_storeu_pd(to, a); }
    static ELECTION_ALWAYS_INLINE reg filled(double value) noexcept { return _mm512_set1_pd(value); }
    static ELECTION_ALWAYS_INLINE reg multiply(reg a, reg b) noexcept {
        reg product = _mm512_mul_pd(a, b);
        asm("" : "+v"(product));
        return product;
    }
    static ELECTION_ALWAYS_INLINE reg add(reg a, reg b) noexcept { return _mm512_add_pd(a, b); }
    static ELECTION_ALWAYS_INLINE reg subtract(reg a, reg b) noexcept { return _mm512_sub_pd(a, b); }

    static ELECTION_ALWAYS_INLINE mask no_lane() noexcept { return 0; }
    static ELECTION_ALWAYS_INLINE mask either(mask a, mask b) noexcept { return _kor_mask8(a, b); }
    static ELECTION_ALWAYS_INLINE bool any(mask a) noexcept { return a != 0; }
    static ELECTION_ALWAYS_INLINE mask less(reg a, reg b) noexcept { return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ); }
    static ELECTION_ALWAYS_INLINE mask has_nan(reg a, reg b) noexcept { return _mm512_cmp_pd_mask(a, b, _CMP_UNORD_Q); }

    template <class MaskOf>
    static ELECTION_ALWAYS_INLINE std::uint64_t gather(const MaskOf& mask_of) noexcept {
        std::uint64_t bits = 0;
#pragma GCC unroll 8
        for (std::size_t i = 0; i < 8; ++i) bits |= std::uint64_t{mask_of(i)} << (8 * i);
        return bits;
    }

    static ELECTION_ALWAYS_INLINE word prepared(const std::uint64_t* bits) noexcept {
        return {_mm512_set1_epi64(static_cast<long long>(*bits)), bits};
    }
    static ELECTION_ALWAYS_INLINE reg flipped(reg a, const word& bits, std::size_t i) noexcept {
        return _mm512_mask_blend_pd(spread(bits, i), a, _mm512_xor_pd(a, _mm512_set1_pd(-0.0)));
    }
    static ELECTION_ALWAYS_INLINE reg kept(reg a, const word& bits, std::size_t i) noexcept {
        return _mm512_maskz_mov_pd(reinterpret_cast<const unsigned char*>(bits.bits)[i], a);
    }

private:
    static ELECTION_ALWAYS_INLINE mask spread(const word& bits, std::size_t i) noexcept {
        const __m512i lanes = _mm512_setr_epi64(1, 2, 4, 8, 16, 32, 64, 128);
        return _mm512_test_epi64_mask(bits.all, _mm512_slli_epi64(lanes, static_cast<unsigned>(8 * i)));
    }
};
#endif

} // namespace election::detail
