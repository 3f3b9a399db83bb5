// SPDX-License-Identifier: MIT
// short_lanes<Arch>: one vector register of 16-bit numbers, with the few operations that bounds over many rows need.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <election/bits/bit_block.hpp>
#include <election/core/arch.hpp>

namespace election {

/// As many signed 16-bit numbers as one vector register of `Arch` holds, all operated on at once; sums and products wrap around.
///
/// This general form goes through xsimd, with the processor's own instructions for what xsimd has not: sums of products in 32 bits,
/// and comparisons as bits. arch::word64 holds one number and is the reference of the others.
/// \tparam Arch  a tag of election::arch for which `is_enabled<Arch>` holds
///
/// \code
/// using lanes = election::short_lanes<election::default_arch>;
/// const lanes three = lanes::all(3);
/// assert(lanes::less(lanes::zeros(), three) == lanes::every_bit && lanes::sum_of_products(three, three) == 9 * std::int32_t{lanes::size});
/// \endcode
template <class Arch>
struct short_lanes {
#if defined(XSIMD_VERSION_MAJOR)
    /// xsimd's register of 16-bit numbers.
    using batch_type = xsimd::batch<std::int16_t, typename detail::xsimd_arch_of<Arch>::type>;
    static constexpr std::size_t size = batch_type::size; ///< numbers in a register
    /// The bits of a comparison that holds everywhere.
    static constexpr std::uint64_t every_bit = (std::uint64_t{1} << size) - 1;

    batch_type value; ///< the numbers

    /// Loads `size` numbers from memory aligned to the register.
    static ELECTION_ALWAYS_INLINE short_lanes load(const std::int16_t* from) noexcept {
        return {batch_type::load_aligned(from)};
    }
    /// Stores `size` numbers to memory aligned to the register.
    ELECTION_ALWAYS_INLINE void store(std::int16_t* to) const noexcept { value.store_aligned(to); }
    /// The same number everywhere.
    static ELECTION_ALWAYS_INLINE short_lanes all(std::int16_t number) noexcept { return {batch_type(number)}; }
    /// 0 everywhere.
    static ELECTION_ALWAYS_INLINE short_lanes zeros() noexcept { return all(0); }

    /// \{
    /// Number by number.
    friend ELECTION_ALWAYS_INLINE short_lanes operator+(short_lanes a, short_lanes b) noexcept {
        return {a.value + b.value};
    }
    friend ELECTION_ALWAYS_INLINE short_lanes operator-(short_lanes a, short_lanes b) noexcept {
        return {a.value - b.value};
    }
    friend ELECTION_ALWAYS_INLINE short_lanes operator*(short_lanes a, short_lanes b) noexcept {
        return {a.value * b.value};
    }
    friend ELECTION_ALWAYS_INLINE short_lanes operator&(short_lanes a, short_lanes b) noexcept {
        return {a.value & b.value};
    }
    friend ELECTION_ALWAYS_INLINE short_lanes min(short_lanes a, short_lanes b) noexcept {
        return {xsimd::min(a.value, b.value)};
    }
    friend ELECTION_ALWAYS_INLINE short_lanes max(short_lanes a, short_lanes b) noexcept {
        return {xsimd::max(a.value, b.value)};
    }
    /// \}
    /// Every number shifted down by so many bits, towards minus infinity.
    template <int Bits>
    [[nodiscard]] ELECTION_ALWAYS_INLINE short_lanes shifted_down() const noexcept {
        return {value >> Bits};
    }
    /// −1 where a < b, else 0.
    static ELECTION_ALWAYS_INLINE short_lanes mask_less(short_lanes a, short_lanes b) noexcept {
        return {xsimd::select(a.value < b.value, batch_type(std::int16_t{-1}), batch_type(std::int16_t{0}))};
    }
    /// a where b < c, else d.
    static ELECTION_ALWAYS_INLINE short_lanes if_less(short_lanes b, short_lanes c, short_lanes a, short_lanes d) noexcept {
        return {xsimd::select(b.value < c.value, a.value, d.value)};
    }
    /// One bit a number, number 0 lowest: whether a < b.
    static ELECTION_ALWAYS_INLINE std::uint64_t less(short_lanes a, short_lanes b) noexcept {
        const auto holds = a.value < b.value;
#if defined(__AVX512BW__)
        if constexpr (size == 32) return static_cast<std::uint64_t>(static_cast<std::uint32_t>(holds.data));
#endif
#if defined(__AVX2__) && defined(__BMI2__)
        if constexpr (size == 16) {
            const auto bytes = static_cast<std::uint32_t>(_mm256_movemask_epi8(__m256i(holds.data)));
            return _pext_u32(bytes, 0x55555555U);
        }
#endif
#if defined(__SSE2__)
        if constexpr (size == 8) {
            const __m128i bytes = _mm_packs_epi16(__m128i(holds.data), _mm_setzero_si128());
            return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(bytes)));
        }
#endif
        alignas(64) std::int16_t all[size];
        mask_less(a, b).store(all);
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < size; ++i) bits |= static_cast<std::uint64_t>(all[i] & 1) << i;
        return bits;
    }
    /// The least of the numbers.
    [[nodiscard]] ELECTION_ALWAYS_INLINE std::int16_t least() const noexcept {
#if defined(__SSE4_1__)
        // minpos takes them as unsigned.
        const auto of_eight = [](__m128i eight) ELECTION_ALWAYS_INLINE_LAMBDA {
            const __m128i moved = _mm_xor_si128(eight, _mm_set1_epi16(-32768));
            return static_cast<std::int16_t>(_mm_extract_epi16(_mm_minpos_epu16(moved), 0) ^ 0x8000);
        };
        if constexpr (size == 8) return of_eight(value);
#endif
#if defined(__AVX2__)
        const auto of_sixteen = [&](__m256i all) ELECTION_ALWAYS_INLINE_LAMBDA {
            return of_eight(_mm_min_epi16(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1)));
        };
        if constexpr (size == 16) return of_sixteen(value);
#endif
#if defined(__AVX512BW__)
        if constexpr (size == 32) {
            return of_sixteen(_mm256_min_epi16(_mm512_maskz_extracti64x4_epi64(0xF, value, 0),
                                               _mm512_maskz_extracti64x4_epi64(0xF, value, 1)));
        }
#endif
        alignas(64) std::int16_t all[size];
        store(all);
        std::int16_t found = all[0];
        for (std::size_t i = 1; i < size; ++i) found = all[i] < found ? all[i] : found;
        return found;
    }
    /// Whether there are subset_sums() and looked_up().
    static constexpr bool looks_up =
#if defined(__AVX512BW__)
        size == 32;
#else
        false;
#endif
    /// The sums of all subsets of four numbers: at place 2 b of those whose bit is set in b. Only if `looks_up`.
    static ELECTION_ALWAYS_INLINE short_lanes subset_sums([[maybe_unused]] const std::int16_t* numbers) noexcept {
#if defined(__AVX512BW__)
        if constexpr (looks_up) {
            // Two numbers are one memory operand, and their sums one multiplication by bits.
            std::int32_t pairs[2];
            __builtin_memcpy(pairs, numbers, sizeof pairs);
            constexpr std::int32_t one = 0x10000; // in the second number's half
            const __m512i first =
                _mm512_setr_epi32(0, 1, one, one + 1, 0, 1, one, one + 1, 0, 1, one, one + 1, 0, 1, one, one + 1);
            const __m512i second =
                _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, one, one, one, one, one + 1, one + 1, one + 1, one + 1);
            return {batch_type(_mm512_add_epi16(_mm512_madd_epi16(_mm512_set1_epi32(pairs[0]), first),
                                                _mm512_madd_epi16(_mm512_set1_epi32(pairs[1]), second)))};
        }
#endif
        return zeros();
    }
    /// Of a table the number at each place in `places`, which are from 0 to 31. Only if `looks_up`.
    static ELECTION_ALWAYS_INLINE short_lanes looked_up(short_lanes table, [[maybe_unused]] short_lanes places) noexcept {
#if defined(__AVX512BW__)
        if constexpr (looks_up) return {batch_type(_mm512_permutexvar_epi16(places.value, table.value))};
#endif
        return table;
    }
    /// Whether there is common_bits().
    static constexpr bool counts_bits = looks_up
#if defined(__AVX2__)
                                        || size == 16
#endif
        ;
    /// How many bits of a set each of 2 * size rows holds. Only if `counts_bits`.
    /// \param quads     [four bits of the set][row]: which of them the row holds
    /// \param stride    bytes from one line of `quads` to the next
    /// \param set       4 * quarters bits, in 64-bit words; at most 252
    /// \param quarters  lines of `quads`
    /// \param counts    gets two registers
    static ELECTION_ALWAYS_INLINE void common_bits([[maybe_unused]] const std::uint8_t* quads,
                                                   [[maybe_unused]] std::size_t stride,
                                                   [[maybe_unused]] const std::uint64_t* set,
                                                   [[maybe_unused]] std::size_t quarters,
                                                   [[maybe_unused]] short_lanes* counts) noexcept {
#if defined(__AVX512BW__)
        if constexpr (size == 32) {
            __m512i sums = _mm512_setzero_si512();
            for (std::size_t q = 0; q < quarters; ++q) {
                const __m128i table =
                    _mm_load_si128(reinterpret_cast<const __m128i*>(common[set[q / 16] >> (q % 16 * 4) & 15]));
                const __m512i rows = _mm512_loadu_si512(quads + q * stride);
                sums = _mm512_add_epi8(sums, _mm512_shuffle_epi8(_mm512_maskz_broadcast_i32x4(0xFFFF, table), rows));
            }
            counts[0] = {batch_type(_mm512_cvtepu8_epi16(_mm512_maskz_extracti64x4_epi64(0xF, sums, 0)))};
            counts[1] = {batch_type(_mm512_cvtepu8_epi16(_mm512_maskz_extracti64x4_epi64(0xF, sums, 1)))};
        }
#endif
#if defined(__AVX2__)
        if constexpr (size == 16) {
            __m256i sums = _mm256_setzero_si256();
            for (std::size_t q = 0; q < quarters; ++q) {
                const __m128i table =
                    _mm_load_si128(reinterpret_cast<const __m128i*>(common[set[q / 16] >> (q % 16 * 4) & 15]));
                const __m256i rows = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(quads + q * stride));
                sums = _mm256_add_epi8(sums, _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(table), rows));
            }
            counts[0] = {batch_type(_mm256_cvtepu8_epi16(_mm256_castsi256_si128(sums)))};
            counts[1] = {batch_type(_mm256_cvtepu8_epi16(_mm256_extracti128_si256(sums, 1)))};
        }
#endif
    }
    /// A sum of products in 32 bits, gathered over several registers; wraps around.
    class products {
    public:
        /// 0.
        ELECTION_ALWAYS_INLINE products() noexcept {
#if defined(__AVX512BW__)
            if constexpr (size == 32) sums_ = wide_type(_mm512_setzero_si512());
#endif
#if defined(__AVX2__)
            if constexpr (size == 16) sums_ = wide_type(_mm256_setzero_si256());
#endif
#if defined(__SSE2__)
            if constexpr (size == 8) sums_ = wide_type(_mm_setzero_si128());
#endif
        }
        /// Adds a₀b₀ + a₁b₁ + …
        ELECTION_ALWAYS_INLINE void add(short_lanes a, short_lanes b) noexcept {
#if defined(__AVX512BW__)
            if constexpr (size == 32) {
                sums_ = wide_type(_mm512_add_epi32(sums_, _mm512_madd_epi16(a.value, b.value)));
                return;
            }
#endif
#if defined(__AVX2__)
            if constexpr (size == 16) {
                sums_ = wide_type(_mm256_add_epi32(sums_, _mm256_madd_epi16(a.value, b.value)));
                return;
            }
#endif
#if defined(__SSE2__)
            if constexpr (size == 8) {
                sums_ = wide_type(_mm_add_epi32(sums_, _mm_madd_epi16(a.value, b.value)));
                return;
            }
#endif
            alignas(64) std::int16_t x[size];
            alignas(64) std::int16_t y[size];
            a.store(x);
            b.store(y);
            for (std::size_t i = 0; i < size; ++i) rest_ += static_cast<std::uint32_t>(std::int32_t{x[i]} * y[i]);
        }
        /// The sum.
        [[nodiscard]] ELECTION_ALWAYS_INLINE std::int32_t total() const noexcept {
#if defined(__AVX512BW__)
            if constexpr (size == 32) { // g++ 12 warns of its own _mm512_reduce_add_epi32 and casts
                const __m256i sums = _mm256_add_epi32(_mm512_maskz_extracti64x4_epi64(0xF, sums_, 0),
                                                      _mm512_maskz_extracti64x4_epi64(0xF, sums_, 1));
                return low_total(_mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1)));
            }
#endif
#if defined(__AVX2__)
            if constexpr (size == 16) {
                const __m256i sums = sums_;
                return low_total(_mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1)));
            }
#endif
#if defined(__SSE2__)
            if constexpr (size == 8) return low_total(sums_);
#endif
            return static_cast<std::int32_t>(rest_);
        }

    private:
#if defined(__SSE2__)
        static ELECTION_ALWAYS_INLINE std::int32_t low_total(__m128i sums) noexcept {
            sums = _mm_add_epi32(sums, _mm_shuffle_epi32(sums, 0x4E));
            return _mm_cvtsi128_si32(_mm_add_epi32(sums, _mm_shuffle_epi32(sums, 0xB1)));
        }
#endif
        using wide_type = xsimd::batch<std::int32_t, typename detail::xsimd_arch_of<Arch>::type>;
        wide_type sums_;
        std::uint32_t rest_ = 0;
    };
    /// a₀b₀ + a₁b₁ + … in 32 bits.
    static ELECTION_ALWAYS_INLINE std::int32_t sum_of_products(short_lanes a, short_lanes b) noexcept {
        products sum;
        sum.add(a, b);
        return sum.total();
    }

private:
    /// [a][b]: how many bits two sets of four have in common.
    alignas(16) static constexpr std::uint8_t common[16][16] = {
        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1},
        {0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1}, {0, 1, 1, 2, 0, 1, 1, 2, 0, 1, 1, 2, 0, 1, 1, 2},
        {0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1}, {0, 1, 0, 1, 1, 2, 1, 2, 0, 1, 0, 1, 1, 2, 1, 2},
        {0, 0, 1, 1, 1, 1, 2, 2, 0, 0, 1, 1, 1, 1, 2, 2}, {0, 1, 1, 2, 1, 2, 2, 3, 0, 1, 1, 2, 1, 2, 2, 3},
        {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1}, {0, 1, 0, 1, 0, 1, 0, 1, 1, 2, 1, 2, 1, 2, 1, 2},
        {0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 2, 2, 1, 1, 2, 2}, {0, 1, 1, 2, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3},
        {0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2}, {0, 1, 0, 1, 1, 2, 1, 2, 1, 2, 1, 2, 2, 3, 2, 3},
        {0, 0, 1, 1, 1, 1, 2, 2, 1, 1, 2, 2, 2, 2, 3, 3}, {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4}};
#endif
};

/// One number: the portable form, and the reference of the others.
template <>
struct short_lanes<arch::word64> {
    static constexpr std::size_t size = 1;        ///< numbers in a register
    static constexpr std::uint64_t every_bit = 1; ///< the bits of a comparison that holds everywhere
    static constexpr bool looks_up = false;       ///< there are no tables in one number
    static constexpr bool counts_bits = false;    ///< nor rows

    std::int16_t value; ///< the number

    /// Loads a number.
    static ELECTION_ALWAYS_INLINE short_lanes load(const std::int16_t* from) noexcept { return {*from}; }
    /// Stores a number.
    ELECTION_ALWAYS_INLINE void store(std::int16_t* to) const noexcept { *to = value; }
    /// That number.
    static ELECTION_ALWAYS_INLINE short_lanes all(std::int16_t number) noexcept { return {number}; }
    /// 0.
    static ELECTION_ALWAYS_INLINE short_lanes zeros() noexcept { return {0}; }

    /// \{
    /// As numbers, wrapping around.
    friend ELECTION_ALWAYS_INLINE short_lanes operator+(short_lanes a, short_lanes b) noexcept {
        return wrapped(a.value + b.value);
    }
    friend ELECTION_ALWAYS_INLINE short_lanes operator-(short_lanes a, short_lanes b) noexcept {
        return wrapped(a.value - b.value);
    }
    friend ELECTION_ALWAYS_INLINE short_lanes operator*(short_lanes a, short_lanes b) noexcept {
        return wrapped(a.value * b.value);
    }
    friend ELECTION_ALWAYS_INLINE short_lanes operator&(short_lanes a, short_lanes b) noexcept {
        return wrapped(a.value & b.value);
    }
    friend ELECTION_ALWAYS_INLINE short_lanes min(short_lanes a, short_lanes b) noexcept {
        return a.value < b.value ? a : b;
    }
    friend ELECTION_ALWAYS_INLINE short_lanes max(short_lanes a, short_lanes b) noexcept {
        return a.value < b.value ? b : a;
    }
    /// \}
    /// Shifted down by so many bits, towards minus infinity.
    template <int Bits>
    [[nodiscard]] ELECTION_ALWAYS_INLINE short_lanes shifted_down() const noexcept {
        return wrapped(value >> Bits);
    }
    /// −1 where a < b, else 0.
    static ELECTION_ALWAYS_INLINE short_lanes mask_less(short_lanes a, short_lanes b) noexcept {
        return all(a.value < b.value ? -1 : 0);
    }
    /// a where b < c, else d.
    static ELECTION_ALWAYS_INLINE short_lanes if_less(short_lanes b, short_lanes c, short_lanes a, short_lanes d) noexcept {
        return b.value < c.value ? a : d;
    }
    /// Whether a < b.
    static ELECTION_ALWAYS_INLINE std::uint64_t less(short_lanes a, short_lanes b) noexcept {
        return a.value < b.value ? 1 : 0;
    }
    /// The number.
    [[nodiscard]] ELECTION_ALWAYS_INLINE std::int16_t least() const noexcept { return value; }
    /// A sum of products in 32 bits; wraps around.
    class products {
    public:
        /// Adds a·b.
        ELECTION_ALWAYS_INLINE void add(short_lanes a, short_lanes b) noexcept {
            sum_ += static_cast<std::uint32_t>(std::int32_t{a.value} * b.value);
        }
        /// The sum.
        [[nodiscard]] ELECTION_ALWAYS_INLINE std::int32_t total() const noexcept { return static_cast<std::int32_t>(sum_); }

    private:
        std::uint32_t sum_ = 0;
    };
    /// a·b in 32 bits.
    static ELECTION_ALWAYS_INLINE std::int32_t sum_of_products(short_lanes a, short_lanes b) noexcept {
        return std::int32_t{a.value} * b.value;
    }

private:
    static ELECTION_ALWAYS_INLINE short_lanes wrapped(int number) noexcept { return {static_cast<std::int16_t>(number)}; }
};

} // namespace election
