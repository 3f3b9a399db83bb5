// SPDX-License-Identifier: MIT
// at_least_loops: coordinate-wise "at least t of n rows" on packed bits, as fast as the rows can be read.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/bits/bit_block.hpp>
#include <election/bits/carry_save.hpp>

namespace election::detail {

/// How the rows are gone through; the fastest one depends on where they lie.
enum class at_least_path : std::uint8_t {
    automatic,
    direct,     ///< a block of columns of all rows at once, counters in registers; n small, rows in a cache
    direct_far, ///< the same, fetching ahead in every row; rows in memory
    tiled,      ///< tiles of columns, 32 rows at a time, counters in the nearest cache; n large, rows in a cache
    tiled_far,  ///< larger tiles, 16 rows at a time, fetching ahead; rows in memory
    grouped,    ///< tiles, 7 rows at a time; rows whose columns all fall into the same few sets of the cache
    grouped_far ///< the same with larger tiles, fetching the next rows; rows in memory
};

/// Kernels only touch raw memory: no function that another translation unit could share is instantiated with this one's
/// flags.
template <class Arch>
struct at_least_loops {
    using block = bit_block<Arch>;
    static constexpr std::size_t words = block::words;
    static constexpr std::size_t most_planes = 16;        ///< thresholds up to 2^16
    static constexpr std::size_t most_direct_planes = 10; ///< counters in registers up to thresholds of 1024
    static constexpr std::size_t most_far_planes = 6;     ///< and to 64 where rows are fetched ahead
    static constexpr std::size_t far_direct_rows = 95;    ///< of more rows in memory, tiles are faster
    static constexpr std::size_t few_rows = 9;            ///< the adder tree is compiled for each number up to this
    static constexpr std::size_t far_bytes = 24U << 20U;  ///< rows of this size together lie in memory
    static constexpr std::size_t near_tile = 128;         ///< words of a tile
    static constexpr std::size_t far_tile = 512;
    static constexpr std::size_t ahead = 64; ///< words that are fetched ahead

    static void at_least(const std::uint64_t* const* rows, std::size_t n, std::size_t count, std::size_t threshold,
                         std::uint64_t* out, std::uint64_t* tied) {
        run(at_least_path::automatic, rows, n, count, threshold, out, tied);
    }

    /// at_least() on a path of one's choice; for tests and measurements.
    static void run(at_least_path path, const std::uint64_t* const* rows, std::size_t n, std::size_t count,
                    std::size_t threshold, std::uint64_t* out, std::uint64_t* tied) {
        if (count < words) return single_words(rows, n, 0, count, threshold, out, tied);
        if (path == at_least_path::automatic && n <= few_rows && threshold <= n / 2 + 1) {
            return few_of<few_rows>({rows, n, count, threshold, out, tied});
        }
        if (path == at_least_path::automatic) path = best_path(rows, n, count, threshold);
        const request asked{rows, n, count, threshold, out, tied};
        switch (path) {
        case at_least_path::direct:
        case at_least_path::direct_far:
            if (path == at_least_path::direct_far && planes_of(threshold) <= most_far_planes) {
                return direct_of<ahead, most_far_planes>(asked);
            }
            if (path == at_least_path::direct && planes_of(threshold) <= most_direct_planes) {
                return direct_of<0, most_direct_planes>(asked);
            }
            [[fallthrough]];
        case at_least_path::tiled:
            return tiled<32, near_tile, 0>(asked);
        case at_least_path::tiled_far:
            return tiled<16, far_tile, ahead>(asked);
        case at_least_path::grouped:
            return grouped<near_tile, false>(asked);
        default:
            return grouped<far_tile / 2, true>(asked);
        }
    }

    static at_least_path best_path(const std::uint64_t* const* rows, std::size_t n, std::size_t count,
                                   std::size_t threshold) {
        const bool far = n * count * sizeof(std::uint64_t) > far_bytes;
        if (n >= 15 && share_sets(rows, n)) return far ? at_least_path::grouped_far : at_least_path::grouped;
        const std::size_t planes = planes_of(threshold);
        if (far) {
            return n <= far_direct_rows && planes <= most_far_planes ? at_least_path::direct_far : at_least_path::tiled_far;
        }
        return planes <= most_direct_planes ? at_least_path::direct : at_least_path::tiled;
    }

private:
    struct request {
        const std::uint64_t* const* rows;
        std::size_t n;
        std::size_t count;
        std::size_t threshold;
        std::uint64_t* out;
        std::uint64_t* tied;
    };

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

    static ELECTION_ALWAYS_INLINE block filled(bool ones) { return ones ? block::ones() : block::zeros(); }

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
    template <std::size_t Ahead, std::size_t Most>
    static void direct_of(const request& asked) {
        if constexpr (Most > 0) {
            if (planes_of(asked.threshold) < Most) return direct_of<Ahead, Most - 1>(asked);
        }
        direct<Most, Ahead>(asked);
    }

    template <std::size_t Planes, std::size_t Ahead>
    static void direct(const request& asked) {
        const request local = asked; // what is stored could not be what `asked` refers to, but compilers don't know
        const std::size_t start = (std::size_t{1} << Planes) - local.threshold;
        for_blocks(local.count, [&](std::size_t w) ELECTION_ALWAYS_INLINE_LAMBDA {
            column<Planes, Ahead>(local, local.rows, local.n, start, w);
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
        for_blocks(local.count,
                   [&](std::size_t w) ELECTION_ALWAYS_INLINE_LAMBDA { column<planes, 0>(local, rows, Rows, start, w); });
    }

    template <std::size_t Most>
    static void few_of(const request& asked) {
        if constexpr (Most > 1) {
            if (asked.n < Most) return few_of<Most - 1>(asked);
        }
        few<Most>(asked);
    }

    /// Calls work(first word) for blocks that cover everything; the last may begin inside the one before it, whose results it
    /// only repeats.
    template <class Work>
    static ELECTION_ALWAYS_INLINE void for_blocks(std::size_t count, const Work& work) {
        for (std::size_t w = 0; w + words <= count; w += words) work(w);
        if (count % words != 0) work(count - words);
    }

    template <std::size_t Planes, std::size_t Ahead>
    static ELECTION_ALWAYS_INLINE void column(const request& asked, const std::uint64_t* const* rows, std::size_t n,
                                              std::size_t start, std::size_t w) {
        block planes[Planes == 0 ? 1 : Planes];
#pragma GCC unroll 16
        for (std::size_t q = 0; q < Planes; ++q) planes[q] = filled((start >> q & 1U) != 0);
        block above = block::zeros();
        constexpr std::size_t level = Planes < 5 ? Planes : 5;
        constexpr std::size_t most = std::size_t{1} << level;
        std::size_t i = 0;
        for (; i + most <= n; i += most) add_rows<most, Planes, Ahead>(planes, above, rows + i, w);
        add_rest<level, Planes, Ahead>(planes, above, rows + i, n - i, w);
        above.store_unaligned(asked.out + w);
        if (asked.tied != nullptr) {
            block full = ~above;
#pragma GCC unroll 16
            for (std::size_t q = 0; q < Planes; ++q) full = full & planes[q];
            full.store_unaligned(asked.tied + w);
        }
    }

    template <std::size_t Count, std::size_t Planes, std::size_t Ahead>
    static ELECTION_ALWAYS_INLINE void add_rows(block* planes, block& above, const std::uint64_t* const* rows,
                                                std::size_t w) {
        const auto row = [&](std::size_t i) ELECTION_ALWAYS_INLINE_LAMBDA {
            if constexpr (Ahead > 0) __builtin_prefetch(rows[i] + w + Ahead, 0, 3);
            return block::load_unaligned(rows[i] + w);
        };
        constexpr auto next_plane = static_cast<std::size_t>(__builtin_ctzll(Count));
        const block carry = carry_save_add<Count>(planes, row);
        above = above | ripple_add<next_plane, Planes>(planes, carry);
    }

    /// Fewer than 2^Level rows.
    template <std::size_t Level, std::size_t Planes, std::size_t Ahead>
    static ELECTION_ALWAYS_INLINE void add_rest(block* planes, block& above, const std::uint64_t* const* rows,
                                                std::size_t left, std::size_t w) {
        if constexpr (Level > 0) {
            constexpr std::size_t half = std::size_t{1} << (Level - 1);
            if ((left & half) != 0) {
                add_rows<half, Planes, Ahead>(planes, above, rows, w);
                rows += half;
            }
            add_rest<Level - 1, Planes, Ahead>(planes, above, rows, left, w);
        }
    }

    // --- counters in memory ------------------------------------------------------------------------------------------

    /// Counters of a tile: `planes` planes and one for what carried out of the last, a cache line apart so that they share no
    /// sets.
    template <std::size_t Tile>
    struct counters {
        static constexpr std::size_t stride = Tile + 8;
        alignas(64) std::uint64_t memory[(most_planes + 1) * stride];
        std::size_t planes;
        std::size_t start;

        explicit counters(std::size_t threshold, std::size_t least_planes) : planes(planes_of(threshold)) {
            if (planes < least_planes) planes = least_planes;
            start = (std::size_t{1} << planes) - threshold;
        }
        ELECTION_ALWAYS_INLINE std::uint64_t* plane(std::size_t q, std::size_t w) { return memory + q * stride + w; }
        void reset_from(std::size_t first_plane, std::size_t size) {
            for (std::size_t q = first_plane; q <= planes; ++q) {
                const block value = filled(q < planes && (start >> q & 1U) != 0);
                for (std::size_t w = 0; w < size; w += words) value.store(plane(q, w));
            }
        }
        /// Adds a carry of weight 2^first.
        ELECTION_ALWAYS_INLINE void ripple(std::size_t first, std::size_t w, block carry) {
            for (std::size_t q = first; q < planes; ++q) {
                const block old = block::load(plane(q, w));
                (old ^ carry).store(plane(q, w));
                carry = old & carry;
            }
            (block::load(plane(planes, w)) | carry).store(plane(planes, w));
        }
    };

    /// Calls work(first word, size) for tiles of whole blocks that cover everything; the last may overlap the one before it.
    template <std::size_t Tile, class Work>
    static ELECTION_ALWAYS_INLINE void for_tiles(std::size_t count, const Work& work) {
        std::size_t w = 0;
        for (; w + Tile <= count; w += Tile) work(w, Tile);
        const std::size_t whole = (count - w) / words * words;
        if (whole != 0) work(w, whole);
        if (w + whole != count) work(count - words, words);
    }

    template <std::size_t Group, std::size_t Tile, std::size_t Ahead>
    static void tiled(const request& asked) {
        constexpr auto level = static_cast<std::size_t>(__builtin_ctzll(Group));
        counters<Tile> counter(asked.threshold, level);
        const std::size_t groups = asked.n / Group;
        const std::size_t rest = asked.n % Group;
        const std::uint64_t* const* last = asked.rows + groups * Group;
        for_tiles<Tile>(asked.count, [&](std::size_t first, std::size_t size) {
            counter.reset_from(level, size);
            const place here{first, size, asked.out + first, asked.tied == nullptr ? nullptr : asked.tied + first};
            for (std::size_t g = 0; g < groups; ++g) {
                const std::uint64_t* const* rows = asked.rows + g * Group;
                const bool ends = g + 1 == groups && rest == 0;
                if (g == 0) {
                    ends ? add_group<level, Ahead, true, true>(counter, rows, here)
                         : add_group<level, Ahead, true, false>(counter, rows, here);
                } else {
                    ends ? add_group<level, Ahead, false, true>(counter, rows, here)
                         : add_group<level, Ahead, false, false>(counter, rows, here);
                }
            }
            if (rest != 0) {
                groups == 0 ? add_rest_group<level, Ahead, true>(counter, last, rest, here)
                            : add_rest_group<level, Ahead, false>(counter, last, rest, here);
            }
        });
    }

    /// Where a tile is, and where its results go.
    struct place {
        std::size_t first;
        std::size_t size;
        std::uint64_t* out;
        std::uint64_t* tied;
    };

    template <std::size_t Level, bool First, class Counters>
    static ELECTION_ALWAYS_INLINE void load_planes(block* planes, Counters& counter, std::size_t w) {
#pragma GCC unroll 16
        for (std::size_t q = 0; q < Level; ++q) {
            planes[q] = First ? filled((counter.start >> q & 1U) != 0) : block::load(counter.plane(q, w));
        }
    }

    /// Adds the carry of weight 2^Level and puts the lower planes back, or, at the end, gives the results.
    template <std::size_t Level, bool Last, class Counters>
    static ELECTION_ALWAYS_INLINE void store_planes(block* planes, Counters& counter, block carry, std::size_t w,
                                                    const place& here) {
        if constexpr (!Last) {
#pragma GCC unroll 16
            for (std::size_t q = 0; q < Level; ++q) planes[q].store(counter.plane(q, w));
            counter.ripple(Level, w, carry);
        } else {
            block full = block::ones();
            for (std::size_t q = Level; q < counter.planes; ++q) {
                const block old = block::load(counter.plane(q, w));
                full = full & (old ^ carry);
                carry = old & carry;
            }
            const block above = block::load(counter.plane(counter.planes, w)) | carry;
            above.store_unaligned(here.out + w);
            if (here.tied != nullptr) {
                full = full & ~above;
#pragma GCC unroll 16
                for (std::size_t q = 0; q < Level; ++q) full = full & planes[q];
                full.store_unaligned(here.tied + w);
            }
        }
    }

    template <std::size_t Level, std::size_t Ahead, bool First, bool Last, class Counters>
    static void add_group(Counters& counter, const std::uint64_t* const* rows, const place& here) {
        for (std::size_t w = 0; w < here.size; w += words) {
            const auto row = [&](std::size_t i) ELECTION_ALWAYS_INLINE_LAMBDA {
                if constexpr (Ahead > 0) __builtin_prefetch(rows[i] + here.first + w + Ahead, 0, 3);
                return block::load_unaligned(rows[i] + here.first + w);
            };
            block planes[Level];
            load_planes<Level, First>(planes, counter, w);
            const block carry = carry_save_add<(std::size_t{1} << Level)>(planes, row);
            store_planes<Level, Last>(planes, counter, carry, w, here);
        }
    }

    /// The last rows, fewer than 2^Level: together with what the lower planes hold they carry once at most.
    template <std::size_t Level, std::size_t Ahead, bool First, class Counters>
    static void add_rest_group(Counters& counter, const std::uint64_t* const* rows, std::size_t left, const place& here) {
        for (std::size_t w = 0; w < here.size; w += words) {
            block planes[Level];
            load_planes<Level, First>(planes, counter, w);
            block carry = block::zeros();
            add_rest<Level, Level, Ahead>(planes, carry, rows, left, here.first + w);
            store_planes<Level, true>(planes, counter, carry, w, here);
        }
    }

    // --- seven rows at a time ----------------------------------------------------------------------------------------

    static constexpr std::size_t groups_together = 8;

    /// Sums of seven rows, 0 … 7, in three planes.
    template <std::size_t Tile>
    struct sevens {
        static constexpr std::size_t stride = Tile + 8;
        alignas(64) std::uint64_t memory[groups_together * 3 * stride];
        ELECTION_ALWAYS_INLINE std::uint64_t* plane(std::size_t group, std::size_t q, std::size_t w) {
            return memory + (group * 3 + q) * stride + w;
        }
    };

    template <std::size_t Tile, bool Far>
    static void grouped(const request& asked) {
        counters<Tile> counter(asked.threshold, 4);
        sevens<Tile> sums;
        const std::size_t groups = asked.n / 7;
        for_tiles<Tile>(asked.count, [&](std::size_t first, std::size_t size) {
            counter.reset_from(0, size);
            for (std::size_t g = 0; g < groups; g += groups_together) {
                const std::size_t together = groups - g < groups_together ? groups - g : groups_together;
                for (std::size_t h = 0; h < together; ++h) {
                    const std::size_t next = 7 * (g + h + 1);
                    const bool in_tile = next + 7 <= asked.n;
                    const bool more = Far && (in_tile || first + size < asked.count);
                    sum_seven<Tile>(sums, h, asked.rows + 7 * (g + h), first, size,
                                    !more     ? nullptr
                                    : in_tile ? asked.rows + next
                                              : asked.rows,
                                    in_tile ? first : first + size);
                }
                add_sevens<Tile>(counter, sums, together, size);
            }
            add_rest_group<3, 0, false>(
                counter, asked.rows + 7 * groups, asked.n - 7 * groups,
                {first, size, asked.out + first, asked.tied == nullptr ? nullptr : asked.tied + first});
        });
    }

    /// While seven rows are summed, those that come next are fetched one after the other.
    template <std::size_t Tile>
    static void sum_seven(sevens<Tile>& sums, std::size_t group, const std::uint64_t* const* rows, std::size_t first,
                          std::size_t size, const std::uint64_t* const* next, std::size_t next_first) {
        std::size_t fetched_row = 0;
        std::size_t fetched = 0;
        for (std::size_t w = 0; w < size; w += words) {
            if (next != nullptr) {
                for (std::size_t line = 0; line < 7 * words / 8 + (words < 8 ? 1 : 0) && fetched_row < 7; ++line) {
                    __builtin_prefetch(next[fetched_row] + next_first + fetched, 0, 2);
                    fetched += 8;
                    if (fetched >= size) {
                        fetched = 0;
                        ++fetched_row;
                    }
                }
            }
            const auto row = [&](std::size_t i)
                                 ELECTION_ALWAYS_INLINE_LAMBDA { return block::load_unaligned(rows[i] + first + w); };
            block a;
            block b;
            block c;
            const block x = block::full_add(row(0), row(1), row(2), a);
            const block y = block::full_add(a, row(3), row(4), b);
            const block z = block::full_add(b, row(5), row(6), c);
            block twos;
            const block fours = block::full_add(x, y, z, twos);
            c.store(sums.plane(group, 0, w));
            twos.store(sums.plane(group, 1, w));
            fours.store(sums.plane(group, 2, w));
        }
    }

    template <std::size_t Tile>
    static void add_sevens(counters<Tile>& counter, sevens<Tile>& sums, std::size_t groups, std::size_t size) {
        for (std::size_t w = 0; w < size; w += words) {
            block ones = block::load(counter.plane(0, w));
            block twos = block::load(counter.plane(1, w));
            block fours = block::load(counter.plane(2, w));
            block eights = block::load(counter.plane(3, w));
            const auto part = [&](std::size_t g, std::size_t q)
                                  ELECTION_ALWAYS_INLINE_LAMBDA { return block::load(sums.plane(g, q, w)); };
            std::size_t g = 0;
            for (; g + 2 <= groups; g += 2) {
                const block two = block::full_add(ones, part(g, 0), part(g + 1, 0), ones);
                const block four = block::full_add(twos, part(g, 1), part(g + 1, 1), twos);
                const block four_again = twos & two;
                twos = twos ^ two;
                const block eight = block::full_add(fours, part(g, 2), part(g + 1, 2), fours);
                const block eight_again = block::full_add(fours, four, four_again, fours);
                counter.ripple(4, w, block::full_add(eights, eight, eight_again, eights));
            }
            if (g < groups) {
                const block one = part(g, 0);
                const block two = ones & one;
                ones = ones ^ one;
                const block four = block::full_add(twos, part(g, 1), two, twos);
                const block eight = block::full_add(fours, part(g, 2), four, fours);
                const block sixteen = eights & eight;
                eights = eights ^ eight;
                counter.ripple(4, w, sixteen);
            }
            ones.store(counter.plane(0, w));
            twos.store(counter.plane(1, w));
            fours.store(counter.plane(2, w));
            eights.store(counter.plane(3, w));
        }
    }
};

} // namespace election::detail
