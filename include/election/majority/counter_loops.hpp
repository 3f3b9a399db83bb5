// SPDX-License-Identifier: MIT
// counter_loops: bit-sliced counters in memory, one plane a binary digit; rows are added, subtracted, compared and read out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <election/bits/bit_block.hpp>
#include <election/bits/byte_lanes.hpp>
#include <election/bits/carry_save.hpp>

namespace election::detail {

/// The loops over counters of many coordinates: planes[q] holds digit q of every counter. Planes begin on cache lines.
///
/// Kernels only touch raw memory: no function that another translation unit could share is instantiated with this one's
/// flags. Rows are read from word `first` on; planes and outputs are those of a tile and begin with its first word.
template <class Arch>
struct counter_loops {
    using planes_type = std::uint64_t* const*;
    using rows_type = const std::uint64_t* const*;

    /// Adds n rows of weight 2^digit. The counters must be able to hold the sums: carries out of the last plane are lost.
    static void add(planes_type planes, std::size_t count, std::size_t digit, rows_type rows, std::size_t n,
                    std::size_t first, std::size_t words) {
        add_all<false>(planes, count, digit, binary_rows{rows, first}, n, words);
    }

    /// Takes away n rows of weight 2^digit. No counter may be less than what is taken from it.
    static void subtract(planes_type planes, std::size_t count, std::size_t digit, rows_type rows, std::size_t n,
                         std::size_t first, std::size_t words) {
        add_all<true>(planes, count, digit, binary_rows{rows, first}, n, words);
    }

    /// Adds 2^digit·(1 + vote) for n rows of votes +1, −1 and 0 in canonical form.
    static void add_ternary(planes_type planes, std::size_t count, std::size_t digit, rows_type signs, rows_type present,
                            std::size_t n, std::size_t first, std::size_t words) {
        add_all<false>(planes, count, digit, ternary_rows{signs, present, first}, 2 * n, words);
    }
    /// Takes the same away.
    static void subtract_ternary(planes_type planes, std::size_t count, std::size_t digit, rows_type signs,
                                 rows_type present, std::size_t n, std::size_t first, std::size_t words) {
        add_all<true>(planes, count, digit, ternary_rows{signs, present, first}, 2 * n, words);
    }

    /// Adds other counters of `digits` planes, times 2^digit.
    static void add_counters(planes_type planes, std::size_t count, std::size_t digit, rows_type others, std::size_t digits,
                             std::size_t first, std::size_t words) {
        for_blocks(words, [&](auto block_of, std::size_t w) ELECTION_ALWAYS_INLINE_LAMBDA {
            using block = decltype(block_of);
            block carry = block::zeros();
            for (std::size_t l = 0; l < digits && digit + l < count; ++l) {
                block sum = block::load(planes[digit + l] + w);
                carry = block::full_add(sum, block::load_unaligned(others[l] + first + w), carry, sum);
                sum.store(planes[digit + l] + w);
            }
            ripple<false>(planes, count, digit + digits, w, carry);
        });
    }

    /// out = counter ≥ threshold and, unless null, tied = counter == threshold − 1; 1 ≤ threshold.
    static void compare(planes_type planes, std::size_t count, std::size_t threshold, std::size_t words, std::uint64_t* out,
                        std::uint64_t* tied) {
        const std::size_t below = threshold - 1;
        const bool reachable = below >> count == 0;
        for_blocks(words, [&](auto block_of, std::size_t w) ELECTION_ALWAYS_INLINE_LAMBDA {
            using block = decltype(block_of);
            block above = block::zeros(); // of the digits so far
            block same = reachable ? block::ones() : block::zeros();
            for (std::size_t q = 0; q < count; ++q) {
                const block digit = block::load(planes[q] + w);
                const bool one = (below >> q & 1U) != 0;
                above = one ? above & digit : above | digit;
                same = same & (one ? digit : ~digit);
            }
            if (!reachable) above = block::zeros();
            above.store_unaligned(out + w);
            if (tied != nullptr) same.store_unaligned(tied + w);
        });
    }

    /// Reads the counters out: out[64·w + j] is that of bit j of word w. At most 8 planes.
    static void read8(planes_type planes, std::size_t count, std::size_t words, std::uint8_t* out) {
        std::uint64_t digits[8] = {};
        for (std::size_t w = 0; w < words; ++w) {
            for (std::size_t q = 0; q < count; ++q) digits[q] = planes[q][w];
            byte_lanes<Arch>::transpose(digits, out + 64 * w);
        }
    }

    /// The same for at most 16 planes.
    static void read16(planes_type planes, std::size_t count, std::size_t words, std::uint16_t* out) {
        std::uint64_t digits[16] = {};
        std::uint8_t low[64];
        std::uint8_t high[64];
        for (std::size_t w = 0; w < words; ++w) {
            for (std::size_t q = 0; q < count; ++q) digits[q] = planes[q][w];
            byte_lanes<Arch>::transpose(digits, low);
            byte_lanes<Arch>::transpose(digits + 8, high);
            for (std::size_t j = 0; j < 64; ++j) out[64 * w + j] = static_cast<std::uint16_t>(low[j] | high[j] << 8U);
        }
    }

private:
    /// Rows of bits.
    struct binary_rows {
        rows_type rows;
        std::size_t first;
        template <class Block>
        ELECTION_ALWAYS_INLINE Block load(std::size_t i, std::size_t w) const {
            return Block::load_unaligned(rows[i] + first + w);
        }
        [[nodiscard]] ELECTION_ALWAYS_INLINE binary_rows from(std::size_t i) const { return {rows + i, first}; }
    };

    /// A vote v as two bits whose sum is 1 + v: its sign, and whether it is not −1.
    struct ternary_rows {
        rows_type signs;
        rows_type present;
        std::size_t first;
        template <class Block>
        ELECTION_ALWAYS_INLINE Block load(std::size_t i, std::size_t w) const {
            const Block sign = Block::load_unaligned(signs[i / 2] + first + w);
            return i % 2 == 0 ? sign : ~(sign ^ Block::load_unaligned(present[i / 2] + first + w));
        }
        [[nodiscard]] ELECTION_ALWAYS_INLINE ternary_rows from(std::size_t i) const {
            return {signs + i / 2, present + i / 2, first};
        }
    };

    /// Calls work(a block, its first word) for whole blocks, then for the single words that are left.
    template <class Work>
    static ELECTION_ALWAYS_INLINE void for_blocks(std::size_t words, const Work& work) {
        using block = bit_block<Arch>;
        std::size_t w = 0;
        for (; w + block::words <= words; w += block::words) work(block{}, w);
        if constexpr (block::words > 1) {
            if (words % block::words == 0) return;
            for (; w < words; ++w) work(bit_block<arch::word64>{}, w);
        }
    }

    /// Adds a carry to digit `first` and on.
    template <bool Subtract, class Block>
    static ELECTION_ALWAYS_INLINE void ripple(planes_type planes, std::size_t count, std::size_t first, std::size_t w,
                                              Block carry) {
        for (std::size_t q = first; q < count; ++q) {
            const Block old = Block::load(planes[q] + w);
            (old ^ carry).store(planes[q] + w);
            carry = Subtract ? carry & ~old : carry & old;
        }
    }

    /// Calls work(0), …, work(Level − 1).
    template <std::size_t Level, class Work>
    static ELECTION_ALWAYS_INLINE void for_levels(const Work& work) {
        if constexpr (Level > 0) {
            for_levels<Level - 1>(work);
            work(Level - 1);
        }
    }

    template <bool Subtract, class Rows>
    static void add_all(planes_type planes, std::size_t count, std::size_t digit, const Rows& rows, std::size_t n,
                        std::size_t words) {
        std::size_t i = 0;
        if constexpr (!Subtract && std::is_same_v<Rows, binary_rows>) {
            // Where rows are short the upper digits cost more than the rows: they are touched more seldom.
            if (words <= 8) {
                for (; i + 64 <= n; i += 64) add_group<6, Subtract>(planes, count, digit, rows.from(i), words);
            }
        }
        for (; i + 16 <= n; i += 16) add_group<4, Subtract>(planes, count, digit, rows.from(i), words);
        if ((n & 8U) != 0) add_group<3, Subtract>(planes, count, digit, rows.from(i), words);
        i += n & 8U;
        if ((n & 4U) != 0) add_group<2, Subtract>(planes, count, digit, rows.from(i), words);
        i += n & 4U;
        if ((n & 2U) != 0) add_group<1, Subtract>(planes, count, digit, rows.from(i), words);
        i += n & 2U;
        if constexpr (!std::is_same_v<Rows, ternary_rows>) {
            if ((n & 1U) != 0) add_group<0, Subtract>(planes, count, digit, rows.from(i), words);
        }
    }

    /// Adds 2^Level rows. To subtract is to add to the complement: a − b = ~(~a + b).
    template <std::size_t Level, bool Subtract, class Rows>
    static void add_group(planes_type planes, std::size_t count, std::size_t digit, const Rows& rows, std::size_t words) {
        for_blocks(words, [&](auto block_of, std::size_t w) ELECTION_ALWAYS_INLINE_LAMBDA {
            using block = decltype(block_of);
            block low[Level + 1]; // of which the last is not used
            for_levels<Level>([&](std::size_t l) ELECTION_ALWAYS_INLINE_LAMBDA {
                low[l] = block::load(planes[digit + l] + w);
                if constexpr (Subtract) low[l] = ~low[l];
            });
            const auto row = [&](std::size_t i) ELECTION_ALWAYS_INLINE_LAMBDA { return rows.template load<block>(i, w); };
            const block carry = carry_save_add<(std::size_t{1} << Level)>(low, row);
            for_levels<Level>([&](std::size_t l) ELECTION_ALWAYS_INLINE_LAMBDA {
                if constexpr (Subtract) low[l] = ~low[l];
                low[l].store(planes[digit + l] + w);
            });
            ripple<Subtract>(planes, count, digit + Level, w, carry);
        });
    }
};

} // namespace election::detail
