// SPDX-License-Identifier: MIT
// tabu_loops: the steps of tabu_search() for one architecture, on plain memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/bits/short_lanes.hpp>
#include <election/core/arch.hpp>

namespace election::detail {

inline constexpr std::size_t tabu_lanes = 32;           ///< rows and columns are padded to so many
inline constexpr std::size_t longest_stay = 4;          ///< exchanges before a new loser may leave again
inline constexpr std::int16_t tabu_blocked = 32767;     ///< above what any column costs
inline constexpr std::int16_t tabu_free = -32768;       ///< below
inline constexpr std::size_t noise_windows = 32;        ///< of tabu_lanes numbers; a column has its place in each
inline constexpr std::int16_t most_tabu_noise = 31;     ///< where a loss of 1 counts tabu_loss
inline constexpr std::int16_t tabu_loss = 64;           ///< if it fits
inline constexpr std::int64_t largest_tabu_sum = 30000; ///< of what a column's rows count: with noise it fits 16 bits

/// What a random number says about an exchange: where the noise of its two halves is read, and how it is turned.
struct tabu_draw {
    std::size_t window[2]; ///< the noise of column 0
    std::int16_t turn[2];  ///< is added before it is cut
};

/// A walk through choices: plain pointers, so that kernels of different architectures share no inline functions. Rows and columns are
/// padded to tabu_lanes; padding rows are held by no column, padding columns always blocked.
struct tabu_view {
    std::size_t row_lanes = 0;
    std::size_t column_lanes = 0;
    std::size_t column_words = 0;
    const std::int16_t* holds = nullptr; ///< [row][column lane]: −1 or 0
    const std::int16_t* held = nullptr;  ///< [column][row lane]: −1 or 0
    const std::int16_t* row_fours =
        nullptr; ///< [four rows][column lane]: which of them hold it, a bit each, times 2; where looked up
    const std::int16_t* steps = nullptr; ///< [4][row lane]: by how much a lost hit costs more from that many missing hits on
    const std::int16_t* whole = nullptr; ///< [row lane]: loss where it is right
    const std::int16_t* tied = nullptr;  ///< [row lane]: and how much less where it abstains
    const std::int16_t* noise = nullptr; ///< [tabu_lanes * noise_windows + column lane]
    std::int16_t noise_mask = 0;
    std::size_t stay = 0;                     ///< up to longest_stay, and less than the losers
    std::int16_t* missing = nullptr;          ///< [row lane]: hits until it is wrong
    std::int16_t* fewer = nullptr;            ///< [row lane]: what it costs to lose one
    std::int16_t* more = nullptr;             ///< [row lane]: what one more gains
    std::int16_t* fewer_change = nullptr;     ///< [row lane], scratch
    std::int16_t* more_change = nullptr;      ///< [row lane], scratch
    std::int16_t* leaving = nullptr;          ///< [column lane]: sums of `fewer` of the rows that hold it
    std::int16_t* entering = nullptr;         ///< [column lane]: sums of `more`
    std::int16_t* leaving_blocked = nullptr;  ///< [column lane]: tabu_blocked where it may not move, else tabu_free
    std::int16_t* entering_blocked = nullptr; ///< [column lane]
    std::uint64_t* losers = nullptr;          ///< [column word]
    std::uint64_t* best_losers = nullptr;     ///< [column word]
    std::uint32_t recent[longest_stay] = {};  ///< new losers, in turn
    std::size_t next = 0;                     ///< of `recent`
    std::uint64_t exchanges = 0;
    std::int64_t loss = 0;
    std::int64_t best_loss = 0;
    std::int64_t target = 0; ///< a walk ends there
};

template <class Arch>
struct tabu_loops {
    using lanes = short_lanes<Arch>;
    static constexpr std::size_t size = lanes::size;

    static constexpr tabu_draw draw(std::uint64_t random) noexcept {
        tabu_draw drawn{};
        for (int half = 0; half < 2; ++half) {
            drawn.window[half] = static_cast<std::size_t>(random % noise_windows) * tabu_lanes;
            drawn.turn[half] = static_cast<std::int16_t>(random / noise_windows % (most_tabu_noise + 1));
            random >>= 16;
        }
        return drawn;
    }

    /// Exchanges columns so many times, or until the target is attained.
    /// \param random  a number for each exchange
    static void walk(tabu_view& v, const std::uint64_t* random, std::size_t exchanges) {
        if (v.row_lanes == few && v.column_lanes == few) return walk_as<few, few>(v, random, exchanges);
        if (v.row_lanes == many && v.column_lanes == few) return walk_as<many, few>(v, random, exchanges);
        if (v.row_lanes == many && v.column_lanes == many) return walk_as<many, many>(v, random, exchanges);
        walk_as<0, 0>(v, random, exchanges);
    }

private:
    // Lanes that are worth loops of their own, as in cover_loops: those of codes with up to 64, and up to 128, workers and partitions.
    static constexpr std::size_t few = 64;
    static constexpr std::size_t many = 128;

    static ELECTION_ALWAYS_INLINE lanes at(const std::int16_t* from, std::size_t i) noexcept {
        return lanes::load(from + i);
    }

    /// \tparam Rows, Columns  lanes, if they are known
    template <std::size_t Rows, std::size_t Columns>
    static void walk_as(tabu_view& v, const std::uint64_t* random, std::size_t exchanges) {
        const std::size_t rows = Rows != 0 ? Rows : v.row_lanes;
        const std::size_t columns = Columns != 0 ? Columns : v.column_lanes;
        constexpr bool looks_up = lanes::looks_up && Rows != 0;
        for (std::size_t turn = 0; turn < exchanges; ++turn) {
            const tabu_draw drawn = draw(random[turn]);
            const std::size_t out =
                cheapest<true, Columns>(columns, v.leaving, v.leaving_blocked, v, drawn.window[0], drawn.turn[0]);
            // What is loaded soon as whole registers is written early: a processor waits where that is just being written in parts.
            v.leaving_blocked[out] = tabu_blocked;
            if (v.exchanges >= v.stay && v.stay != 0)
                v.leaving_blocked[v.recent[v.next]] = tabu_free; // from the next exchange on
            change<true, Rows, Columns, looks_up>(rows, columns, v, out);
            const std::size_t in =
                cheapest<false, Columns>(columns, v.entering, v.entering_blocked, v, drawn.window[1], drawn.turn[1]);
            v.entering_blocked[out] = tabu_free;
            v.entering_blocked[in] = tabu_blocked;
            change<false, Rows, Columns, looks_up>(rows, columns, v, in);
            v.losers[out / 64] &= ~(std::uint64_t{1} << (out % 64));
            v.losers[in / 64] |= std::uint64_t{1} << (in % 64);
            if (v.stay == 0) {
                v.leaving_blocked[in] = tabu_free;
            } else {
                v.recent[v.next] = static_cast<std::uint32_t>(in);
                v.next = v.next + 1 == v.stay ? 0 : v.next + 1;
            }
            ++v.exchanges;
            v.loss = loss_of(rows, v);
            if (v.loss >= v.best_loss) continue;
            v.best_loss = v.loss;
            for (std::size_t w = 0; w < v.column_words; ++w) v.best_losers[w] = v.losers[w];
            if (v.loss <= v.target) return;
        }
    }

    /// The column that costs least to move, with noise; the first one of those that cost as much.
    /// \tparam Leaves  whether sums are costs, not gains
    template <bool Leaves, std::size_t Columns>
    static ELECTION_ALWAYS_INLINE std::size_t cheapest(std::size_t columns, const std::int16_t* sums,
                                                       const std::int16_t* blocked, const tabu_view& v, std::size_t window,
                                                       std::int16_t turn) noexcept {
        const lanes turns = lanes::all(turn);
        const lanes mask = lanes::all(v.noise_mask);
        const auto cost = [&](std::size_t j) ELECTION_ALWAYS_INLINE_LAMBDA {
            const lanes noise = (at(v.noise, window + j) + turns) & mask;
            return max(Leaves ? noise + at(sums, j) : noise - at(sums, j), at(blocked, j));
        };
        if constexpr (Columns != 0) {
            lanes costs[Columns / size];
            for (std::size_t c = 0; c < Columns / size; ++c) costs[c] = cost(c * size);
            lanes least = costs[0];
            for (std::size_t c = 1; c < Columns / size; ++c) least = min(least, costs[c]);
            const lanes above = lanes::all(static_cast<std::int16_t>(least.least() + 1));
            std::uint64_t found[Columns / 64] = {};
            for (std::size_t c = 0; c < Columns / size; ++c) {
                found[c * size / 64] |= lanes::less(costs[c], above) << (c * size % 64);
            }
            std::size_t word = 0;
            while (found[word] == 0) ++word;
            return word * 64 + static_cast<std::size_t>(__builtin_ctzll(found[word]));
        }
        lanes least = cost(0);
        for (std::size_t j = size; j < columns; j += size) least = min(least, cost(j));
        const lanes above = lanes::all(static_cast<std::int16_t>(least.least() + 1)); // never blocked: something is free
        for (std::size_t j = 0;; j += size) {
            const std::uint64_t found = lanes::less(cost(j), above);
            if (found != 0) return j + static_cast<std::size_t>(__builtin_ctzll(found));
        }
    }

    /// What it costs to lose a hit where so many are missing.
    static ELECTION_ALWAYS_INLINE lanes step(const tabu_view& v, std::size_t rows, std::size_t i, lanes missing) noexcept {
        lanes sum = lanes::zeros();
        for (std::int16_t from = 0; from < 4; ++from) {
            sum = sum + (lanes::mask_less(lanes::all(static_cast<std::int16_t>(from - 1)), missing) &
                         at(v.steps, static_cast<std::size_t>(from) * rows + i));
        }
        return sum;
    }

    /// Sums of `steps` over the rows that hold a column, four rows at a time.
    template <std::size_t Rows, std::size_t Columns>
    static ELECTION_ALWAYS_INLINE void look_up(const tabu_view& v, const std::int16_t* steps, std::int16_t* sums) noexcept {
        constexpr std::size_t registers = Columns / size;
        lanes a[registers];
        lanes b[registers];
        for (std::size_t c = 0; c < registers; ++c) a[c] = b[c] = lanes::zeros();
        for (std::size_t i = 0; i < Rows; i += 8) {
            const std::int16_t* const fours = v.row_fours + i / 4 * Columns;
            const lanes p = lanes::subset_sums(steps + i);
            const lanes q = lanes::subset_sums(steps + i + 4);
            for (std::size_t c = 0; c < registers; ++c) {
                a[c] = a[c] + lanes::looked_up(p, at(fours, c * size));
                b[c] = b[c] + lanes::looked_up(q, at(fours, Columns + c * size));
            }
        }
        for (std::size_t c = 0; c < registers; ++c) (a[c] + b[c]).store(sums + c * size);
    }

    /// The rows of a column lose a hit, or get one.
    /// \tparam LooksUp  the sums that the other half of an exchange needs are added up anew, else both are changed
    template <bool Leaves, std::size_t Rows, std::size_t Columns, bool LooksUp>
    static ELECTION_ALWAYS_INLINE void change(std::size_t rows, std::size_t columns, tabu_view& v,
                                              std::size_t column) noexcept {
        const lanes zero = lanes::zeros();
        const std::int16_t* held = v.held + column * rows;
        for (std::size_t w = 0; w < rows; w += 64) {
            std::uint64_t changed = 0;
            const std::size_t end = rows - w < 64 ? rows : w + 64;
            for (std::size_t i = w; i < end; i += size) {
                const lanes here = at(held, i);
                const lanes missing = Leaves ? at(v.missing, i) - here : at(v.missing, i) + here;
                missing.store(v.missing + i);
                const lanes fewer = at(v.fewer, i);
                const lanes more = at(v.more, i);
                // With one hit fewer the next one gains what the last one cost; and the other way round.
                const lanes fewer_change = ((Leaves ? step(v, rows, i, missing) : more) - fewer) & here;
                const lanes more_change = ((Leaves ? fewer : step(v, rows, i, missing - lanes::all(1))) - more) & here;
                (fewer + fewer_change).store(v.fewer + i);
                (more + more_change).store(v.more + i);
                if constexpr (LooksUp) continue;
                fewer_change.store(v.fewer_change + i);
                more_change.store(v.more_change + i);
                const lanes any = max(max(fewer_change, zero - fewer_change), max(more_change, zero - more_change));
                changed |= lanes::less(zero, any) << (i - w);
            }
            if constexpr (LooksUp) continue;
            for (; changed != 0; changed &= changed - 1) {
                const std::size_t row = w + static_cast<std::size_t>(__builtin_ctzll(changed));
                const std::int16_t* holds = v.holds + row * columns;
                const lanes fewer = lanes::all(v.fewer_change[row]);
                const lanes more = lanes::all(v.more_change[row]);
                for (std::size_t j = 0; j < columns; j += size) {
                    const lanes there = at(holds, j);
                    (at(v.leaving, j) + (fewer & there)).store(v.leaving + j);
                    (at(v.entering, j) + (more & there)).store(v.entering + j);
                }
            }
        }
        if constexpr (LooksUp) {
            Leaves ? look_up<Rows, Columns>(v, v.more, v.entering) : look_up<Rows, Columns>(v, v.fewer, v.leaving);
        }
    }

    static ELECTION_ALWAYS_INLINE std::int64_t loss_of(std::size_t rows, const tabu_view& v) noexcept {
        const lanes zero = lanes::zeros();
        const lanes one = lanes::all(1);
        typename lanes::products sum;
        for (std::size_t i = 0; i < rows; i += size) {
            const lanes missing = at(v.missing, i);
            const lanes right = lanes::mask_less(zero, missing);
            const lanes abstains = right & lanes::mask_less(missing, one + one);
            sum.add((right & at(v.whole, i)) - (abstains & at(v.tied, i)), one);
        }
        return sum.total();
    }
};

} // namespace election::detail
