// SPDX-License-Identifier: MIT
// exhaustive_kernel: the enumeration's inner loops for one architecture, behind two plain function pointers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <election/bits/bit_block.hpp>
#include <election/bits/carry_save.hpp>
#include <election/core/arch.hpp>
#include <election/verify/exhaustive_plan.hpp>

namespace election {

/// The enumeration's inner loops for one architecture.
///
/// A value, not a template, so that a program can compile each in a file with its own compiler flags and choose at run time.
/// Made by exhaustive_kernel_for(), used by verify_exhaustive().
struct exhaustive_kernel {
    std::string_view arch; ///< e.g. "avx512"
    std::size_t lanes = 0; ///< elections examined at once: bits of a vector register
    /// Fills the tables that an enumeration runs on.
    void (*fill_lines)(const detail::plan_view&) = nullptr;
    /// Examines all nearest elections of one unit of work, and calls back for those within a limit.
    void (*run_unit)(const detail::plan_view&, const detail::plan_scratch&, std::size_t top_weight, detail::limit_function,
                     detail::hit_function, void* context) = nullptr;
};

namespace detail {

/// Kernels only touch raw memory: no function that another translation unit could share is instantiated with this one's
/// flags.
template <class Arch>
struct exhaustive_loops {
    using block = bit_block<Arch>;
    static constexpr std::size_t words = block::words;

    /// Every line of every batch: lanes whose hits in a row reach a threshold, from the bit-sliced sum of the row's columns.
    static void fill_lines(const plan_view& plan) {
        for (std::size_t c = 0; c <= plan.low_columns; ++c) {
            const std::size_t losers = plan.low_columns - c;
            for (std::size_t batch = plan.class_start[c]; batch < plan.class_start[c + 1]; ++batch) {
                const std::uint64_t* columns = plan.column_lanes + batch * plan.low_columns * words;
                for (std::size_t b = 0; b < plan.block_count; ++b) {
                    const tap_block& rows = plan.blocks[b];
                    std::uint64_t* line = plan.lines + plan.line_start[batch * plan.block_count + b];
                    for (std::size_t r = 0; r < rows.rows; ++r)
                        line = fill_row(plan, columns, rows.first_row + r, c, losers, line);
                }
            }
        }
    }

    /// Examines the nearest elections whose top columns have `top_weight` winners; see plan_scratch for what it works on.
    static void run_unit(const plan_view& plan, const plan_scratch& scratch, std::size_t top_weight, limit_function limit,
                         hit_function on_hit, void* context) {
        // A few widths of counter are enough; each keeps its planes in registers.
        if (plan.block_count > 1) {
            run<block_planes, false>(plan, scratch, top_weight, limit, on_hit, context);
        } else if (plan.planes == 6) {
            run<6, true>(plan, scratch, top_weight, limit, on_hit, context);
        } else if (plan.planes == 7) {
            run<7, true>(plan, scratch, top_weight, limit, on_hit, context);
        } else if (plan.planes == 8) {
            run<8, true>(plan, scratch, top_weight, limit, on_hit, context);
        } else {
            run<block_planes, true>(plan, scratch, top_weight, limit, on_hit, context);
        }
    }

private:
    /// Middle words of one weight.
    struct middle_range {
        std::size_t first;
        std::size_t end;
    };

    static std::uint64_t* fill_row(const plan_view& plan, const std::uint64_t* columns, std::size_t row, std::size_t c,
                                   std::size_t losers, std::uint64_t* line) {
        constexpr std::size_t planes = 4;
        static_assert(max_low_columns < (1U << planes));
        block count[planes];
        for (block& plane : count) plane = block::zeros();
        std::size_t load = 0;
        for (std::uint64_t rest = plan.row_low[row]; rest != 0; rest &= rest - 1) {
            const auto column = static_cast<std::size_t>(__builtin_ctzll(rest));
            (void)ripple_add<0, planes>(count, block::load(columns + column * words));
            ++load;
        }
        const std::size_t lowest = load > losers ? load - losers : 0;
        const std::size_t highest = (load < c ? load : c) + 1;
        block::ones().store(line);
        line += words;
        for (std::size_t threshold = lowest + 1; threshold < highest; ++threshold) {
            // count + 2⁴ − threshold carries out of four planes exactly where count ≥ threshold.
            const std::size_t addend = (std::size_t{1} << planes) - threshold;
            block carry = block::zeros();
#pragma GCC unroll 16
            for (std::size_t q = 0; q < planes; ++q) carry = (addend >> q & 1U) != 0 ? count[q] | carry : count[q] & carry;
            carry.store(line);
            line += words;
        }
        block::zeros().store(line);
        return line + words;
    }

    /// \tparam Planes  of a block's counters
    /// \tparam Single  whether there is only one block
    template <std::size_t Planes, bool Single>
    static void run(const plan_view& plan, const plan_scratch& scratch, std::size_t top_weight, limit_function limit,
                    hit_function on_hit, void* context) {
        for (std::size_t c = 0; c <= plan.low_columns; ++c) {
            if (top_weight + c > plan.winners || plan.winners - top_weight - c > plan.middle_columns) continue;
            const std::size_t middle_weight = plan.winners - top_weight - c;
            const middle_range middle{plan.middle_start[middle_weight], plan.middle_start[middle_weight + 1]};
            for (std::size_t batch = plan.class_start[c]; batch < plan.class_start[c + 1]; ++batch) {
                const std::int64_t most = limit(context);
                if (most < 0) continue;
                // Counters start at 2^planes − most − 1, so that a score above `most` carries out of the last plane.
                const std::uint64_t preload = (std::uint64_t{1} << plan.planes) - static_cast<std::uint64_t>(most) - 1;
                for (std::size_t b = 0; b < plan.block_count; ++b) {
                    const std::uint64_t* lines = plan.lines + plan.line_start[batch * plan.block_count + b];
                    if (!Single || batch == plan.class_start[c]) find_offsets(plan, scratch, plan.blocks[b], c, middle);
                    if constexpr (Single) {
                        examine<Planes>(plan, scratch, lines, batch, middle, preload, on_hit, context);
                    } else {
                        accumulate<Planes>(plan, scratch, b, lines, batch, middle, preload, on_hit, context);
                    }
                }
            }
        }
    }

    /// Where the line of every tap of a block lies, for each middle word.
    static void find_offsets(const plan_view& plan, const plan_scratch& scratch, const tap_block& taps, std::size_t c,
                             middle_range middle) {
        const std::size_t count = padded(taps);
        const std::int16_t* need = scratch.top_need + taps.first_tap;
        const std::int16_t* lowest = plan.lowest + c * plan.taps + taps.first_tap;
        const std::int16_t* highest = plan.highest + c * plan.taps + taps.first_tap;
        const std::int16_t* bias = plan.bias + c * plan.taps + taps.first_tap;
        const std::int16_t* all_hits = plan.middle_hits + taps.first_tap * plan.middle_start[plan.middle_columns + 1];
        for (std::size_t m = middle.first; m < middle.end; ++m) {
            const std::int16_t* hits = all_hits + m * count;
            auto* offset = reinterpret_cast<std::int16_t*>(scratch.offsets + (m - middle.first) * count);
            for (std::size_t t = 0; t < count; t += step16) {
                auto missing = load16(need + t) - load16(hits + t);
                missing = max16(missing, load16(lowest + t));
                missing = min16(missing, load16(highest + t));
                store16(offset + t, missing + load16(bias + t));
            }
        }
    }

    /// Counts the only block for every middle word and reports scores within the limit.
    template <std::size_t Planes>
    static void examine(const plan_view& plan, const plan_scratch& scratch, const std::uint64_t* lines, std::size_t batch,
                        middle_range middle, std::uint64_t preload, hit_function on_hit, void* context) {
        const tap_block& taps = plan.blocks[0];
        const std::size_t stride = padded(taps);
        const block valid = block::load(plan.valid + batch * words);
        block start[Planes];
#pragma GCC unroll 16
        for (std::size_t q = 0; q < Planes; ++q) start[q] = (preload >> q & 1U) != 0 ? block::ones() : block::zeros();
        for (std::size_t m = middle.first; m < middle.end; ++m) {
            block planes[Planes];
#pragma GCC unroll 16
            for (std::size_t q = 0; q < Planes; ++q) planes[q] = start[q];
            block above = block::zeros(); // lanes whose score has passed the limit
            add_block<Planes>(planes, above, lines, scratch.offsets + (m - middle.first) * stride, taps);
            const block within = valid & ~above;
            if (within.any()) {
                within.store(scratch.hit_lanes);
#pragma GCC unroll 16
                for (std::size_t q = 0; q < Planes; ++q) planes[q].store(scratch.hit_planes + q * words);
                on_hit(context, m, batch, preload);
            }
        }
    }

    /// Counts one block of several for every middle word, adds it to the counters in memory, and after the last block
    /// reports scores within the limit.
    template <std::size_t Planes>
    static void accumulate(const plan_view& plan, const plan_scratch& scratch, std::size_t block_index,
                           const std::uint64_t* lines, std::size_t batch, middle_range middle, std::uint64_t preload,
                           hit_function on_hit, void* context) {
        const tap_block& taps = plan.blocks[block_index];
        const std::size_t stride = padded(taps);
        // With many rows the lines are far away: while one block is counted, the next one's are fetched.
        const std::size_t* place = plan.line_start + batch * plan.block_count + block_index;
        const std::uint64_t* fetched = lines + (place[1] - place[0]);
        const std::size_t fetches = (place[1] - place[0]) / ((middle.end - middle.first) * 8) + 1;
        for (std::size_t m = middle.first; m < middle.end; ++m) {
            for (std::size_t i = 0; i < fetches; ++i, fetched += 8) __builtin_prefetch(fetched, 0, 2);
            block planes[Planes];
#pragma GCC unroll 16
            for (std::size_t q = 0; q < Planes; ++q) planes[q] = block::zeros();
            block above = block::zeros();
            add_block<Planes>(planes, above, lines, scratch.offsets + (m - middle.first) * stride, taps);

            std::uint64_t* counters = scratch.counters + (m - middle.first) * plan.planes * words;
            block carry = block::zeros();
            for (std::size_t q = 0; q < plan.planes; ++q) {
                const block old = block_index == 0 ? ((preload >> q & 1U) != 0 ? block::ones() : block::zeros())
                                                   : block::load(counters + q * words);
                block sum;
                carry = block::full_add(old, carry, q < Planes ? planes[q] : block::zeros(), sum);
                sum.store(counters + q * words);
            }
            std::uint64_t* passed = scratch.passed + (m - middle.first) * words;
            const block all_passed = block_index == 0 ? carry : (carry | block::load(passed));
            all_passed.store(passed);
            if (block_index + 1 < plan.block_count) continue;
            const block within = block::load(plan.valid + batch * words) & ~all_passed;
            if (within.any()) {
                within.store(scratch.hit_lanes);
                for (std::size_t q = 0; q < plan.planes; ++q) {
                    block::load(counters + q * words).store(scratch.hit_planes + q * words);
                }
                on_hit(context, m, batch, preload);
            }
        }
    }

    template <std::size_t Planes>
    static ELECTION_ALWAYS_INLINE void add_block(block* planes, block& above, const std::uint64_t* lines,
                                                 const std::uint16_t* offset, const tap_block& taps) {
        add_taps<Planes, 0>(planes, above, lines, offset, taps.light_taps);
        if (taps.heavy_taps != 0) add_taps<Planes, 1>(planes, above, lines, offset + taps.light_taps, taps.heavy_taps);
    }

    template <std::size_t Planes, std::size_t Level>
    static ELECTION_ALWAYS_INLINE void add_taps(block* planes, block& above, const std::uint64_t* lines,
                                                const std::uint16_t* offset, std::size_t count) {
        const auto line = [&](std::size_t i) ELECTION_ALWAYS_INLINE_LAMBDA { return block::load(lines + offset[i]); };
        std::size_t i = 0;
        for (; i + 32 <= count; i += 32) add_some<32, Planes, Level>(planes, above, line, i);
        if ((count & 16) != 0) {
            add_some<16, Planes, Level>(planes, above, line, i);
            i += 16;
        }
        if ((count & 8) != 0) {
            add_some<8, Planes, Level>(planes, above, line, i);
            i += 8;
        }
        if ((count & 4) != 0) add_some<4, Planes, Level>(planes, above, line, i);
    }

    template <std::size_t Count, std::size_t Planes, std::size_t Level, class Line>
    static ELECTION_ALWAYS_INLINE void add_some(block* planes, block& above, const Line& line, std::size_t first) {
        constexpr std::size_t next_plane = Level + static_cast<std::size_t>(__builtin_ctzll(Count));
        const block carry = carry_save_add<Count>(planes + Level, line, first);
        above = above | ripple_add<next_plane, Planes>(planes, carry);
    }

    static constexpr std::size_t padded(const tap_block& taps) noexcept {
        return (taps.light_taps + taps.heavy_taps + tap_alignment - 1) / tap_alignment * tap_alignment;
    }

    // 16-bit lanes: the vector register's, or one number at a time with plain words.
    static constexpr bool plain = std::is_same_v<Arch, arch::word64>;
    static constexpr std::size_t step16 = plain ? 1 : block::bits / 16;

    static ELECTION_ALWAYS_INLINE auto load16(const std::int16_t* from) noexcept {
        if constexpr (plain) {
            return static_cast<int>(*from);
        } else {
            return xsimd::batch<std::int16_t, typename xsimd_arch_of<Arch>::type>::load_aligned(from);
        }
    }
    template <class V>
    static ELECTION_ALWAYS_INLINE void store16(std::int16_t* to, V value) noexcept {
        if constexpr (plain) {
            *to = static_cast<std::int16_t>(value);
        } else {
            value.store_aligned(to);
        }
    }
    template <class V>
    static ELECTION_ALWAYS_INLINE V min16(V a, V b) noexcept {
        if constexpr (plain) {
            return a < b ? a : b;
        } else {
            return xsimd::min(a, b);
        }
    }
    template <class V>
    static ELECTION_ALWAYS_INLINE V max16(V a, V b) noexcept {
        if constexpr (plain) {
            return a < b ? b : a;
        } else {
            return xsimd::max(a, b);
        }
    }
};

} // namespace detail

/// The kernel of an architecture. O(1).
/// \tparam Arch  a tag of election::arch whose instructions are enabled: `is_enabled<Arch>`
///
/// \code
/// constexpr auto kernel = election::exhaustive_kernel_for<election::arch::word64>();
/// static_assert(kernel.arch == "word64" && kernel.lanes == 64);
/// \endcode
template <class Arch>
[[nodiscard]] constexpr exhaustive_kernel exhaustive_kernel_for() noexcept {
    using loops = detail::exhaustive_loops<Arch>;
    return {Arch::name, Arch::bits, &loops::fill_lines, &loops::run_unit};
}

} // namespace election
