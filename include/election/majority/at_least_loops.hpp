// SPDX-License-Identifier: MIT
// at_least_loops: coordinate-wise "at least t of n rows" on packed bits, as fast as the rows can be read.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/bits/bit_block.hpp>
#include <election/bits/carry_save.hpp>
#include <election/majority/counter_loops.hpp>

namespace election::detail {

/// How the rows are gone through; the fastest one depends on where they lie.
enum class at_least_path : std::uint8_t {
    automatic,
    direct,     ///< a block of columns of all rows at once, counters in registers
    direct_far, ///< the same, fetching ahead in every row; rows beyond the second cache
    eights,     ///< tiles of columns, eight rows at a time; rows whose columns share the sets of a cache, and many rows
    eights_far  ///< the same with larger tiles, fetching ahead in every row; rows beyond the second cache
};

/// Two blocks side by side, as one.
template <class Block>
struct block_pair {
    static constexpr std::size_t bits = 2 * Block::bits;
    static constexpr std::size_t words = 2 * Block::words;

    Block low;
    Block high;

    static ELECTION_ALWAYS_INLINE block_pair load(const std::uint64_t* from) {
        return {Block::load(from), Block::load(from + Block::words)};
    }
    static ELECTION_ALWAYS_INLINE block_pair load_unaligned(const std::uint64_t* from) {
        return {Block::load_unaligned(from), Block::load_unaligned(from + Block::words)};
    }
    ELECTION_ALWAYS_INLINE void store(std::uint64_t* to) const {
        low.store(to);
        high.store(to + Block::words);
    }
    ELECTION_ALWAYS_INLINE void store_unaligned(std::uint64_t* to) const {
        low.store_unaligned(to);
        high.store_unaligned(to + Block::words);
    }
    ELECTION_ALWAYS_INLINE void stream(std::uint64_t* to) const {
        low.stream(to);
        high.stream(to + Block::words);
    }
    static ELECTION_ALWAYS_INLINE block_pair zeros() { return {Block::zeros(), Block::zeros()}; }
    static ELECTION_ALWAYS_INLINE block_pair ones() { return {Block::ones(), Block::ones()}; }
    [[nodiscard]] ELECTION_ALWAYS_INLINE bool any() const { return low.any() || high.any(); }
    friend ELECTION_ALWAYS_INLINE block_pair operator&(block_pair a, block_pair b) {
        return {a.low & b.low, a.high & b.high};
    }
    friend ELECTION_ALWAYS_INLINE block_pair operator|(block_pair a, block_pair b) {
        return {a.low | b.low, a.high | b.high};
    }
    friend ELECTION_ALWAYS_INLINE block_pair operator^(block_pair a, block_pair b) {
        return {a.low ^ b.low, a.high ^ b.high};
    }
    friend ELECTION_ALWAYS_INLINE block_pair operator~(block_pair a) { return {~a.low, ~a.high}; }
    static ELECTION_ALWAYS_INLINE block_pair full_add(block_pair a, block_pair b, block_pair c, block_pair& sum) {
        const Block carry = Block::full_add(a.low, b.low, c.low, sum.low);
        return {carry, Block::full_add(a.high, b.high, c.high, sum.high)};
    }
};

/// The loops of one architecture: counters start at 2^planes − threshold, so that the carry out of the last plane says that the
/// threshold is reached.
///
/// Kernels only touch raw memory: no function that another translation unit could share is instantiated with this one's
/// flags.
template <class Arch>
struct at_least_loops {
    using block = bit_block<Arch>;
    static constexpr std::size_t words = block::words;
    static constexpr std::size_t most_planes = 16; ///< thresholds up to 2^16
    /// Counters in registers up to thresholds of 1024, or, with 16 registers and five instructions an adder, of 32.
    static constexpr std::size_t most_direct_planes = block::bits == 512 ? 10 : 5;
    static constexpr std::size_t fewest_far_planes = 3;   ///< of few rows the processor notices by itself what comes next
    static constexpr std::size_t most_far_planes = 8;     ///< thresholds of 256 where rows are fetched ahead
    static constexpr std::size_t few_rows = 9;            ///< the adder tree is compiled for each number up to this
    static constexpr std::size_t near_bytes = 12U << 20U; ///< rows of this size together lie in the caches of one core
    static constexpr std::size_t far_bytes = 40U << 20U;  ///< rows of this size together lie in memory
    static constexpr std::size_t far_direct_rows = 63;    ///< of more rows in memory, tiles are faster
    static constexpr std::size_t near_tile = 256;         ///< words of a tile
    static constexpr std::size_t far_tile = 512;
    static constexpr std::size_t near_ahead = 32;       ///< words that are fetched ahead in every row
    static constexpr std::size_t far_ahead = 128;       ///< and where more than 15 rows lie in memory
    static constexpr std::size_t carries_together = 16; ///< of eight rows each

    static void at_least(const std::uint64_t* const* rows, std::size_t n, std::size_t count, std::size_t threshold,
                         std::uint64_t* out, std::uint64_t* tied) {
        run(at_least_path::automatic, rows, n, count, threshold, out, tied);
    }

    /// at_least() on a path of one's choice, streaming results from a size of one's choice; for tests and measurements.
    static void run(at_least_path path, const std::uint64_t* const* rows, std::size_t n, std::size_t count,
                    std::size_t threshold, std::uint64_t* out, std::uint64_t* tied, std::size_t stream_bytes = near_bytes) {
        if (count < words) return single_words(rows, n, 0, count, threshold, out, tied);
        const std::size_t bytes = n * count * sizeof(std::uint64_t);
        const bool stream = bytes > stream_bytes && reinterpret_cast<std::uintptr_t>(out) % (words * sizeof(*out)) == 0;
        const std::size_t ahead = bytes > far_bytes && planes_of(threshold) > fewest_far_planes ? far_ahead : near_ahead;
        go(path, {rows, n, count, threshold, out, tied, ahead, stream});
        if (stream) __atomic_thread_fence(__ATOMIC_SEQ_CST); // what went past the caches is seen by all
    }

    static at_least_path best_path(const std::uint64_t* const* rows, std::size_t n, std::size_t count,
                                   std::size_t threshold) {
        const std::size_t bytes = n * count * sizeof(std::uint64_t);
        const std::size_t planes = planes_of(threshold);
        if (n >= 15 && share_sets(rows, n)) return bytes > near_bytes ? at_least_path::eights_far : at_least_path::eights;
        if (bytes <= near_bytes) return planes <= most_direct_planes ? at_least_path::direct : at_least_path::eights;
        if (planes < fewest_far_planes || (planes == fewest_far_planes && bytes <= far_bytes)) return at_least_path::direct;
        if (planes > most_far_planes || (bytes > far_bytes && n > far_direct_rows)) return at_least_path::eights_far;
        return at_least_path::direct_far;
    }

private:
    struct request {
        const std::uint64_t* const* rows;
        std::size_t n;
        std::size_t count;
        std::size_t threshold;
        std::uint64_t* out;
        std::uint64_t* tied;
        std::size_t ahead; ///< words that are fetched ahead in every row
        bool stream;       ///< write `out`, which begins on a block's boundary, past the caches: half the traffic of a store
    };

    static void go(at_least_path path, const request& asked) {
        if (path == at_least_path::automatic) {
            if (asked.n <= few_rows && asked.threshold <= asked.n / 2 + 1) return few_of<few_rows>(asked);
            path = best_path(asked.rows, asked.n, asked.count, asked.threshold);
        }
        const std::size_t planes = planes_of(asked.threshold);
        if (path == at_least_path::direct && planes <= most_direct_planes)
            return direct_of<false, most_direct_planes>(asked);
        if (path == at_least_path::direct_far && planes >= fewest_far_planes && planes <= most_far_planes) {
            return direct_of<true, most_far_planes, fewest_far_planes>(asked);
        }
        if (path == at_least_path::direct || path == at_least_path::eights) return eights<near_tile, false>(asked);
        eights<far_tile, true>(asked);
    }

    /// Fetches a line into the second cache; one behind the end of a row does no harm.
    static ELECTION_ALWAYS_INLINE void fetch(const std::uint64_t* row, std::size_t word) {
        __builtin_prefetch(row + word, 0, 2);
    }

    /// Whether the first rows begin at the same place of a page: then their columns compete for the same cache lines.
    static bool share_sets(const std::uint64_t* const* rows, std::size_t n) {
        constexpr std::uintptr_t page = 4096;
        constexpr std::size_t ways = 8;
        std::size_t same = 0;
        for (std::size_t i = 1; i < n && i <= 2 * ways; ++i) {
            const auto difference = reinterpret_cast<std::uintptr_t>(rows[i]) - reinterpret_cast<std::uintptr_t>(rows[0]);
            same += difference % page / 64 == 0 ? 1U : 0U;
        }
        return same >= ways;
    }

    /// Planes of a counter that starts at 2^planes − threshold, so that reaching the threshold carries out of the last one.
    static std::size_t planes_of(std::size_t threshold) {
        std::size_t planes = 0;
        while ((std::size_t{1} << planes) < threshold) ++planes;
        return planes;
    }

    template <class Block>
    static ELECTION_ALWAYS_INLINE Block filled(bool ones) {
        return ones ? Block::ones() : Block::zeros();
    }

    /// Word by word, for what is shorter than a block.
    static void single_words(const std::uint64_t* const* rows, std::size_t n, std::size_t first, std::size_t end,
                             std::size_t threshold, std::uint64_t* out, std::uint64_t* tied) {
        const std::size_t planes = planes_of(threshold);
        const std::size_t start = (std::size_t{1} << planes) - threshold;
        for (std::size_t w = first; w < end; ++w) {
            std::uint64_t count[most_planes + 1];
            for (std::size_t q = 0; q < planes; ++q) count[q] = (start >> q & 1U) != 0 ? ~std::uint64_t{0} : 0;
            std::uint64_t above = 0;
            for (std::size_t i = 0; i < n; ++i) {
                std::uint64_t carry = rows[i][w];
                for (std::size_t q = 0; q < planes && carry != 0; ++q) {
                    const std::uint64_t next = count[q] & carry;
                    count[q] ^= carry;
                    carry = next;
                }
                above |= carry;
            }
            out[w] = above;
            if (tied != nullptr) {
                std::uint64_t full = ~above;
                for (std::size_t q = 0; q < planes; ++q) full &= count[q];
                tied[w] = full;
            }
        }
    }

    // --- counters in registers ---------------------------------------------------------------------------------------

    /// direct() with as many planes as the threshold needs.
    template <bool Fetch, std::size_t Most, std::size_t Least = 0>
    static void direct_of(const request& asked) {
        if constexpr (Most > Least) {
            if (planes_of(asked.threshold) < Most) return direct_of<Fetch, Most - 1, Least>(asked);
        }
        direct<Most, Fetch>(asked);
    }

    /// Whether two blocks are done at a time. It takes registers for both; where it is faster was measured.
    template <std::size_t Planes, bool Fetch>
    static constexpr bool in_pairs = block::bits == 512 && !Fetch && (Planes == 3 || Planes == 6 || Planes == 7);

    template <std::size_t Planes, bool Fetch>
    static void direct(const request& asked) {
        const request local = asked; // what is stored could not be what `asked` refers to, but compilers don't know
        const std::size_t start = (std::size_t{1} << Planes) - local.threshold;
        for_blocks<in_pairs<Planes, Fetch>>(local.count, [&](auto block_of, std::size_t w) ELECTION_ALWAYS_INLINE_LAMBDA {
            column<decltype(block_of), Planes, Fetch>(local, local.rows, local.n, start, w);
        });
    }

    /// The same for few rows, whose number and so the whole adder tree is known, and whose addresses stay in registers.
    template <std::size_t Rows>
    static void few(const request& asked) {
        constexpr std::size_t planes = Rows < 2 ? 0 : 64 - static_cast<std::size_t>(__builtin_clzll(Rows / 2));
        const request local = asked;
        const std::uint64_t* rows[Rows];
        for (std::size_t i = 0; i < Rows; ++i) rows[i] = local.rows[i];
        const std::size_t start = (std::size_t{1} << planes) - local.threshold;
        constexpr bool pairs = block::bits == 512 && Rows == few_rows;
        for_blocks<pairs>(local.count, [&](auto block_of, std::size_t w) ELECTION_ALWAYS_INLINE_LAMBDA {
            column<decltype(block_of), planes, false>(local, rows, Rows, start, w);
        });
    }

    template <std::size_t Most>
    static void few_of(const request& asked) {
        if constexpr (Most > 1) {
            if (asked.n < Most) return few_of<Most - 1>(asked);
        }
        few<Most>(asked);
    }

    /// Calls work(a block or two, their first word) for blocks that cover everything; the last may begin inside the one before
    /// it, whose results it only repeats.
    template <bool Pairs, class Work>
    static ELECTION_ALWAYS_INLINE void for_blocks(std::size_t count, const Work& work) {
        std::size_t w = 0;
        if constexpr (Pairs) {
            for (; w + 2 * words <= count; w += 2 * words) work(block_pair<block>{}, w);
        }
        for (; w + words <= count; w += words) work(block{}, w);
        if (count % words != 0) work(block{}, count - words);
    }

    template <class Block, std::size_t Planes, bool Fetch>
    static ELECTION_ALWAYS_INLINE void column(const request& asked, const std::uint64_t* const* rows, std::size_t n,
                                              std::size_t start, std::size_t w) {
        Block planes[Planes == 0 ? 1 : Planes];
#pragma GCC unroll 16
        for (std::size_t q = 0; q < Planes; ++q) planes[q] = filled<Block>((start >> q & 1U) != 0);
        Block above = Block::zeros();
        constexpr std::size_t level = Planes < 5 ? Planes : 5;
        constexpr std::size_t most = std::size_t{1} << level;
        std::size_t i = 0;
        for (; i + most <= n; i += most) add_rows<most, Planes, Fetch>(planes, above, rows + i, w, asked.ahead);
        add_rest<level, Planes, Fetch>(planes, above, rows + i, n - i, w, asked.ahead);
        if (asked.stream && w % words == 0) {
            above.stream(asked.out + w);
        } else {
            above.store_unaligned(asked.out + w);
        }
        if (asked.tied != nullptr) {
            Block full = ~above;
#pragma GCC unroll 16
            for (std::size_t q = 0; q < Planes; ++q) full = full & planes[q];
            full.store_unaligned(asked.tied + w);
        }
    }

    template <std::size_t Count, std::size_t Planes, bool Fetch, class Block>
    static ELECTION_ALWAYS_INLINE void add_rows(Block* planes, Block& above, const std::uint64_t* const* rows, std::size_t w,
                                                std::size_t ahead) {
        const auto row = [&](std::size_t i) ELECTION_ALWAYS_INLINE_LAMBDA {
            if constexpr (Fetch) fetch(rows[i], ahead + w);
            return Block::load_unaligned(rows[i] + w);
        };
        constexpr auto next_plane = static_cast<std::size_t>(__builtin_ctzll(Count));
        const Block carry = carry_save_add<Count>(planes, row);
        above = above | ripple_add<next_plane, Planes>(planes, carry);
    }

    /// Fewer than 2^Level rows.
    template <std::size_t Level, std::size_t Planes, bool Fetch, class Block>
    static ELECTION_ALWAYS_INLINE void add_rest(Block* planes, Block& above, const std::uint64_t* const* rows,
                                                std::size_t left, std::size_t w, std::size_t ahead) {
        if constexpr (Level > 0) {
            constexpr std::size_t half = std::size_t{1} << (Level - 1);
            if ((left & half) != 0) {
                add_rows<half, Planes, Fetch>(planes, above, rows, w, ahead);
                rows += half;
            }
            add_rest<Level - 1, Planes, Fetch>(planes, above, rows, left, w, ahead);
        }
    }

    // --- eight rows at a time ----------------------------------------------------------------------------------------

    /// What a tile needs: three planes of a counter, and carries of weight 8, a cache line apart so that they share no sets.
    template <std::size_t Tile>
    struct tile_memory {
        static constexpr std::size_t stride = Tile + 8;
        alignas(64) std::uint64_t memory[(3 + carries_together + most_planes) * stride];
        ELECTION_ALWAYS_INLINE std::uint64_t* plane(std::size_t i) { return memory + i * stride; }
    };

    /// Eight rows fit into the ways of one set of a cache. Every eight are added to three planes; what carries out of them,
    /// with weight 8, is a row of its own, and the majority of these rows is taken in turn.
    template <std::size_t Tile, bool Far>
    static void eights(const request& asked) {
        const request local = asked;
        tile_memory<Tile> memory;
        std::uint64_t* low[3] = {memory.plane(0), memory.plane(1), memory.plane(2)};
        std::uint64_t* carries[carries_together];
        for (std::size_t g = 0; g < carries_together; ++g) carries[g] = memory.plane(3 + g);
        std::uint64_t* digits[3 + most_planes];
        for (std::size_t q = 0; q < 3; ++q) digits[q] = low[q];
        for (std::size_t q = 0; q < most_planes; ++q) digits[3 + q] = memory.plane(3 + carries_together + q);

        const std::size_t groups = (local.n + 7) / 8;
        // Few carries are compared straight away, and the counter starts so that the last carry is the answer. Many are counted,
        // from zero, and compared at the end.
        const bool few_carries = groups <= carries_together;
        std::size_t planes = planes_of(local.threshold);
        if (planes < 3) planes = 3;
        const std::size_t start = few_carries ? (std::size_t{1} << planes) - local.threshold : 0;
        const std::size_t upper_threshold = (std::size_t{1} << (planes - 3)) - (start >> 3U);
        std::size_t upper_digits = 0;
        while (groups >> upper_digits != 0) ++upper_digits;

        for_tiles<Tile>(local.count, [&](std::size_t first, std::size_t size) {
            if (!few_carries) fill(digits + 3, upper_digits, size);
            std::size_t waiting = 0;
            for (std::size_t g = 0; g < groups; ++g) {
                const std::size_t i = 8 * g;
                if (i + 8 > local.n) {
                    add_last(low, carries[waiting++], local, i, first, size, g == 0, start);
                } else if (g == 0) {
                    add_eight<Far, true>(low, carries[waiting++], local.rows + i, first, size, start);
                } else {
                    add_eight<Far, false>(low, carries[waiting++], local.rows + i, first, size, start);
                }
                if (!few_carries && waiting == carries_together) {
                    counter_loops<Arch>::add(digits + 3, upper_digits, 0, carries, waiting, 0, size);
                    waiting = 0;
                }
            }
            std::uint64_t* tied = local.tied == nullptr ? nullptr : local.tied + first;
            if (!few_carries) {
                counter_loops<Arch>::add(digits + 3, upper_digits, 0, carries, waiting, 0, size);
                counter_loops<Arch>::compare(digits, 3 + upper_digits, local.threshold, size, local.out + first, tied);
                return;
            }
            direct_of<false, 5>(
                {carries, waiting, size, upper_threshold, local.out + first, tied, 0, local.stream && first % words == 0});
            if (tied == nullptr) return;
            for (std::size_t w = 0; w < size; w += words) { // one short of the threshold: all digits are ones
                block full = block::load_unaligned(tied + w);
                for (std::size_t q = 0; q < 3; ++q) full = full & block::load(low[q] + w);
                full.store_unaligned(tied + w);
            }
        });
    }

    /// Zeros in the first words of planes.
    static void fill(std::uint64_t* const* planes, std::size_t count, std::size_t size) {
        for (std::size_t q = 0; q < count; ++q) {
            for (std::size_t w = 0; w < size; w += words) block::zeros().store(planes[q] + w);
        }
    }

    template <bool Far, bool First>
    static void add_eight(std::uint64_t* const* low, std::uint64_t* carries, const std::uint64_t* const* rows,
                          std::size_t first, std::size_t size, std::size_t start) {
        const std::uint64_t* at[8];
        for (std::size_t i = 0; i < 8; ++i) at[i] = rows[i] + first;
        std::uint64_t* const low0 = low[0];
        std::uint64_t* const low1 = low[1];
        std::uint64_t* const low2 = low[2];
        for (std::size_t w = 0; w < size; w += words) {
            if constexpr (Far) { // as many lines as are read here; beyond the tile they are those of its neighbour
                if (w % 8 == 0) {
#pragma GCC unroll 8
                    for (std::size_t i = 0; i < 8; ++i) fetch(at[i], w + far_ahead);
                }
            }
            block planes[3];
            if constexpr (First) {
                for (std::size_t q = 0; q < 3; ++q) planes[q] = filled<block>((start >> q & 1U) != 0);
            } else {
                planes[0] = block::load(low0 + w);
                planes[1] = block::load(low1 + w);
                planes[2] = block::load(low2 + w);
            }
            const auto row = [&](std::size_t i) ELECTION_ALWAYS_INLINE_LAMBDA { return block::load_unaligned(at[i] + w); };
            const block carry = carry_save_add<8>(planes, row);
            planes[0].store(low0 + w);
            planes[1].store(low1 + w);
            planes[2].store(low2 + w);
            carry.store(carries + w);
        }
    }

    /// The rows from i on, fewer than eight; together with what the planes hold they carry once at most.
    static void add_last(std::uint64_t* const* low, std::uint64_t* carries, const request& asked, std::size_t i,
                         std::size_t first, std::size_t size, bool is_first, std::size_t start) {
        for (std::size_t w = 0; w < size; w += words) {
            block planes[3];
            for (std::size_t q = 0; q < 3; ++q) {
                planes[q] = is_first ? filled<block>((start >> q & 1U) != 0) : block::load(low[q] + w);
            }
            block carry = block::zeros();
            add_rest<3, 3, false>(planes, carry, asked.rows + i, asked.n - i, first + w, 0);
            for (std::size_t q = 0; q < 3; ++q) planes[q].store(low[q] + w);
            carry.store(carries + w);
        }
    }

    /// Calls work(first word, size) for tiles of whole blocks that cover everything; the last may overlap the one before it.
    template <std::size_t Tile, class Work>
    static ELECTION_ALWAYS_INLINE void for_tiles(std::size_t count, const Work& work) {
        std::size_t w = 0;
        for (; w + Tile <= count; w += Tile) work(w, Tile);
        const std::size_t whole = (count - w) / words * words;
        if (whole != 0) work(w, whole);
        if (w + whole != count) work(count - words, words);
    }
};

} // namespace election::detail
