// SPDX-License-Identifier: MIT
// aggregation_kernel: the inner loops of aggregators, over many columns at a time.
#pragma once

#include <cstddef>
#include <limits>
#include <string_view>

#include <election/bits/bit_block.hpp>
#include <election/core/arch.hpp>
#include <election/train/sorting_network.hpp>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace election {

/// The inner loops of one architecture, as plain functions of raw memory, so that a program can compile several with their
/// own compiler flags and choose at run time.
///
/// Results are the same bit for bit on every architecture: sums of a column run over the rows in order, and every product
/// of two floats is exact in double, so that nothing changes where a compiler fuses it with a sum.
struct aggregation_kernel {
    /// Columns that are sorted at a time: the tile has as many floats for each row.
    static constexpr std::size_t tile = 128;
    /// Sums of squares that run side by side; column c goes to number c mod lanes.
    static constexpr std::size_t lanes = 16;

    std::string_view arch; ///< e.g. "avx512"

    /// For each of `count` columns: the mean of the order statistics first … last − 1 of its n numbers, summed in
    /// increasing order. A NaN counts as +∞. `network` must bring those order statistics to their places; `scratch` has
    /// n·tile floats.
    void (*mean_of_middle)(const float* const* rows, std::size_t n, std::size_t count, const comparator* network,
                           std::size_t comparators, std::size_t first, std::size_t last, float* scratch,
                           float* out) = nullptr;
    /// out[c] ← (Σ weights[i]·rows[i][c]) / divisor + (rest·out[c]) / divisor; rows of weight 0 are not read, and out is
    /// not where rest is 0. Null weights are all 1.
    void (*weighted_mean)(const float* const* rows, const float* weights, std::size_t n, std::size_t count, double divisor,
                          double rest, float* out) = nullptr;
    /// sums[c mod lanes] += (a[c] − b[c])², where the difference is rounded to float; of a alone where b is null.
    void (*add_squares)(const float* a, const float* b, std::size_t count, double* sums) = nullptr;
};

namespace detail {

/// As many floats as a register of 64, 128, … bits has. (g++ loses a vector's attributes that depend on a parameter.)
template <std::size_t Bits>
struct float_register;
template <>
struct float_register<64> {
    using type [[gnu::vector_size(8), gnu::aligned(4), gnu::may_alias]] = float;
};
template <>
struct float_register<128> {
    using type [[gnu::vector_size(16), gnu::aligned(4), gnu::may_alias]] = float;
};
template <>
struct float_register<256> {
    using type [[gnu::vector_size(32), gnu::aligned(4), gnu::may_alias]] = float;
};
template <>
struct float_register<512> {
    using type [[gnu::vector_size(64), gnu::aligned(4), gnu::may_alias]] = float;
};

/// The smaller and the larger of two registers, lane by lane: b < a ? b : a, and b < a ? a : b. Not every compiler sees the
/// processor's minimum in that.
template <class Arch>
struct float_order {
    using reg = typename float_register<Arch::bits>::type;
    static ELECTION_ALWAYS_INLINE reg low(reg a, reg b) noexcept { return b < a ? b : a; }
    static ELECTION_ALWAYS_INLINE reg high(reg a, reg b) noexcept { return b < a ? a : b; }
};
#if defined(__SSE2__)
template <>
struct float_order<arch::sse2> {
    using reg = float_register<128>::type;
    static ELECTION_ALWAYS_INLINE reg low(reg a, reg b) noexcept { return _mm_min_ps(b, a); }
    static ELECTION_ALWAYS_INLINE reg high(reg a, reg b) noexcept { return _mm_max_ps(a, b); }
};
#endif
#if defined(__AVX2__)
template <>
struct float_order<arch::avx2> {
    using reg = float_register<256>::type;
    static ELECTION_ALWAYS_INLINE reg low(reg a, reg b) noexcept { return _mm256_min_ps(b, a); }
    static ELECTION_ALWAYS_INLINE reg high(reg a, reg b) noexcept { return _mm256_max_ps(a, b); }
};
#endif
#if defined(__AVX512F__)
template <>
struct float_order<arch::avx512> {
    using reg = float_register<512>::type;
    static constexpr __mmask16 all = 0xFFFF; ///< without a mask g++ warns of what is not initialised in its own header
    static ELECTION_ALWAYS_INLINE reg low(reg a, reg b) noexcept { return _mm512_maskz_min_ps(all, b, a); }
    static ELECTION_ALWAYS_INLINE reg high(reg a, reg b) noexcept { return _mm512_maskz_max_ps(all, a, b); }
};
#endif

/// Kernels only touch raw memory: no function that another translation unit could share is instantiated with this one's
/// flags.
template <class Arch>
struct aggregation_loops {
    static constexpr std::size_t tile = aggregation_kernel::tile;
    static constexpr std::size_t lanes = aggregation_kernel::lanes;
    static constexpr std::size_t width = 64; ///< columns whose sums stay in registers or nearly so

    static void mean_of_middle(const float* const* rows, std::size_t n, std::size_t count, const comparator* network,
                               std::size_t comparators, std::size_t first, std::size_t last, float* scratch, float* out) {
        for (std::size_t begin = 0; begin < count; begin += tile) {
            const std::size_t here = count - begin < tile ? count - begin : tile;
            for (std::size_t i = 0; i < n; ++i) load(rows[i] + begin, here, scratch + i * tile);
            for (std::size_t k = 0; k < comparators; ++k)
                exchange(scratch + network[k].low * tile, scratch + network[k].high * tile);
            if (last - first == 1) {
                for (std::size_t c = 0; c < here; ++c) out[begin + c] = scratch[first * tile + c];
                continue;
            }
            double sums[tile] = {};
            for (std::size_t i = first; i < last; ++i) {
                const float* row = scratch + i * tile;
                for (std::size_t c = 0; c < tile; ++c) sums[c] += static_cast<double>(row[c]);
            }
            const auto number = static_cast<double>(last - first);
            for (std::size_t c = 0; c < here; ++c) out[begin + c] = static_cast<float>(sums[c] / number);
        }
    }

    static void weighted_mean(const float* const* rows, const float* weights, std::size_t n, std::size_t count,
                              double divisor, double rest, float* out) {
        std::size_t begin = 0;
        for (; begin + width <= count; begin += width) {
            double sums[width] = {};
            for (std::size_t i = 0; i < n; ++i) {
                const double weight = weights == nullptr ? 1.0 : static_cast<double>(weights[i]);
                if (weight == 0) continue;
                const float* row = rows[i] + begin;
                for (std::size_t c = 0; c < width; ++c) sums[c] += weight * static_cast<double>(row[c]);
            }
            if (rest != 0) {
                // Quotients of two sums: nothing that could be fused.
                for (std::size_t c = 0; c < width; ++c)
                    out[begin + c] =
                        static_cast<float>(sums[c] / divisor + rest * static_cast<double>(out[begin + c]) / divisor);
            } else {
                for (std::size_t c = 0; c < width; ++c) out[begin + c] = static_cast<float>(sums[c] / divisor);
            }
        }
        for (; begin < count; ++begin) {
            double sum = 0;
            for (std::size_t i = 0; i < n; ++i) {
                const double weight = weights == nullptr ? 1.0 : static_cast<double>(weights[i]);
                if (weight != 0) sum += weight * static_cast<double>(rows[i][begin]);
            }
            const double kept = rest == 0 ? 0.0 : rest * static_cast<double>(out[begin]) / divisor;
            out[begin] = static_cast<float>(rest == 0 ? sum / divisor : sum / divisor + kept);
        }
    }

    static void add_squares(const float* a, const float* b, std::size_t count, double* sums) {
        double here[lanes];
        for (std::size_t l = 0; l < lanes; ++l) here[l] = sums[l];
        std::size_t begin = 0;
        for (; begin + lanes <= count; begin += lanes) {
            float differences[lanes];
            if (b == nullptr) {
                for (std::size_t l = 0; l < lanes; ++l) differences[l] = a[begin + l];
            } else {
                for (std::size_t l = 0; l < lanes; ++l) differences[l] = a[begin + l] - b[begin + l];
            }
            for (std::size_t l = 0; l < lanes; ++l)
                here[l] += static_cast<double>(differences[l]) * static_cast<double>(differences[l]);
        }
        for (std::size_t l = 0; begin + l < count; ++l) {
            const float difference = b == nullptr ? a[begin + l] : a[begin + l] - b[begin + l];
            here[l] += static_cast<double>(difference) * static_cast<double>(difference);
        }
        for (std::size_t l = 0; l < lanes; ++l) sums[l] = here[l];
    }

private:
    using reg = typename float_register<Arch::bits>::type;
    static constexpr std::size_t in_register = sizeof(reg) / sizeof(float);

    /// The columns of a row. NaNs are +∞; zeros have one sign, or the order of rows would show in the result.
    static void load(const float* row, std::size_t count, float* to) {
        float rest[tile] = {};
        if (count < tile) {
            for (std::size_t c = 0; c < count; ++c) rest[c] = row[c];
            row = rest;
        }
        const reg zero = {};
        constexpr float largest = std::numeric_limits<float>::infinity();
        const reg infinity = zero + largest;
        for (std::size_t c = 0; c < tile; c += in_register) {
            const reg x = *reinterpret_cast<const reg*>(row + c);
            *reinterpret_cast<reg*>(to + c) = x == x ? x + zero : infinity;
        }
    }

    static void exchange(float* low, float* high) {
        for (std::size_t c = 0; c < tile; c += in_register) {
            const reg a = *reinterpret_cast<const reg*>(low + c);
            const reg b = *reinterpret_cast<const reg*>(high + c);
            *reinterpret_cast<reg*>(low + c) = float_order<Arch>::low(a, b);
            *reinterpret_cast<reg*>(high + c) = float_order<Arch>::high(a, b);
        }
    }
};

} // namespace detail

/// The kernel of an architecture; instantiate it only where its instructions are enabled (is_enabled<Arch>).
///
/// \code
/// constexpr auto kernel = election::aggregation_kernel_for<election::default_arch>();
/// const float a[] = {1, 5};
/// const float b[] = {3, 6};
/// const float* rows[] = {a, b};
/// float out[2];
/// kernel.weighted_mean(rows, nullptr, 2, 2, 2.0, 0.0, out);
/// assert(out[0] == 2 && out[1] == 5.5f);
/// \endcode
template <class Arch>
[[nodiscard]] constexpr aggregation_kernel aggregation_kernel_for() noexcept {
    using loops = detail::aggregation_loops<Arch>;
    return {Arch::name, &loops::mean_of_middle, &loops::weighted_mean, &loops::add_squares};
}

} // namespace election
