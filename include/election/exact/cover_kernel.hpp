// SPDX-License-Identifier: MIT
// cover_kernel: what a search does at one node of its tree, for one architecture, behind plain function pointers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <election/bits/bit_block.hpp>
#include <election/bits/short_lanes.hpp>
#include <election/core/arch.hpp>
#include <election/exact/tabu_kernel.hpp>

namespace election {

namespace detail {

/// What a kernel reads of a cover problem: plain pointers, so that kernels of different architectures share no inline functions.
///
/// Losses are counted in `scale`ths. Rows and columns are padded to cover_lanes; padding rows need no hits, padding columns are never open.
struct cover_view {
    std::size_t rows = 0;                     ///< without padding
    std::size_t row_lanes = 0;                ///< rows with padding
    std::size_t row_words = 0;                ///< 64-bit words of one bit a row
    std::size_t columns = 0;                  ///< without padding
    std::size_t column_lanes = 0;             ///< columns with padding
    std::size_t column_words = 0;             ///< 64-bit words of one bit a column
    const std::int16_t* may_tie = nullptr;    ///< [row]: −1 or 0
    const std::int16_t* half_loss = nullptr;  ///< [row]: scale · weight, what an abstention leaves
    const std::int16_t* cap = nullptr;        ///< [row]: no multiplier may be larger, or sums would not fit
    const std::int16_t* gain_needs = nullptr; ///< [gain_levels]: where a row needs more, its gain falls by that level's step
    const std::int16_t* holds = nullptr;      ///< [row][column lane]: −1 or 0
    const std::int16_t* row_fours =
        nullptr; ///< [four rows][column lane]: which of them hold it, a bit each, times 2; for 8 n rows
    const std::uint8_t* column_fours = nullptr; ///< [four columns][row lane]: which of them the row holds, a bit each
    const std::int16_t* held = nullptr;         ///< [column][row lane]: 1 or 0
    const std::uint64_t* column_rows = nullptr; ///< [column][row word]
    const std::uint64_t* branchable = nullptr;  ///< [column word]: columns that may be branched on
    std::int32_t scale = 1;                     ///< of losses and multipliers
};

/// A node: some columns are decided, so many losers are still to be chosen among the open ones.
struct cover_node {
    std::int16_t* need = nullptr;        ///< [row lane]: hits that are missing until it is wrong
    std::int16_t* open_held = nullptr;   ///< [row lane]: open columns that it holds
    std::int16_t* multipliers = nullptr; ///< [row lane]: those of the parent, replaced by better ones
    std::int16_t* direction = nullptr;   ///< [row lane]: in which they went last: gains times hits, up to 3600
    std::int16_t* open_lanes = nullptr;  ///< [column lane]: −1 where open
    std::uint64_t* open = nullptr;       ///< [column word]: the same, one bit each
    std::uint64_t* losers = nullptr;     ///< [column word]
    std::int64_t budget = 0;             ///< losers to be chosen; may be less than 0, which nobody can do
    std::int64_t open_count = 0;
};

/// What is to be done with a node.
enum class cover_step : std::uint8_t {
    closed,   ///< by counting: nobody can choose so, or the rows that are decided have a loss above the target
    bounded,  ///< the multipliers show a loss above the target
    fixed,    ///< some columns are known: fix them, and look again
    branched, ///< on a column
    decided   ///< the loss does not depend on what is still open
};

/// Scratch of one thread, and what came out.
struct cover_scratch {
    // By row lane, about the undecided rows; all after the hits that cannot be avoided.
    std::int16_t* unavoidable = nullptr; ///< hits that every choice gives
    std::int16_t* most = nullptr;        ///< loss (scaled) without further hits; 0 for decided rows
    std::int16_t* tie_need = nullptr;    ///< hits until it abstains; 0 if it cannot
    std::int16_t* tie_loss = nullptr;    ///< loss then; too much if it cannot
    std::int16_t* wrong_need = nullptr;  ///< hits until it is wrong; 0 if it cannot
    std::int16_t* wrong_loss = nullptr;  ///< 0; too much if it cannot
    std::int16_t* undecided = nullptr;   ///< −1 or 0
    std::int16_t* slack = nullptr;       ///< hits that it can get beyond what it needs
    std::int16_t* hits = nullptr;        ///< of the columns in `chosen`
    std::int16_t* gain = nullptr;        ///< how readily its multiplier moves: about 8 (usual need / need)^0.75
    std::int16_t* moves = nullptr;       ///< gain * direction / 16, where the multipliers can follow
    std::int16_t* trial = nullptr;       ///< multipliers
    std::int16_t* weights = nullptr;     ///< of rows, for branching
    // By column lane.
    std::int16_t* prices = nullptr;      ///< sums of multipliers, less 32767; −32768 where not open
    std::int16_t* best_prices = nullptr; ///< those of the best bound
    // By bits.
    std::uint32_t* rows = nullptr;           ///< indices of the undecided rows
    std::uint64_t* undecided_rows = nullptr; ///< [row word]
    std::uint64_t* chosen = nullptr;         ///< [column word]: the dearest columns, which `hits` counts
    std::uint64_t* trial_chosen = nullptr;   ///< [column word]
    std::uint64_t* best_chosen = nullptr;    ///< [column word]: those of the best bound
    // Results.
    std::uint64_t* zeros = nullptr;           ///< fixed: columns that do not lose, by the bound
    std::uint64_t* ones = nullptr;            ///< fixed: columns that lose, by the bound
    std::uint64_t* dominated_zeros = nullptr; ///< branched: these do not lose either where `column` does not
    std::uint64_t* dominated_ones = nullptr;  ///< branched: these lose too where `column` does
    std::size_t column = 0;                   ///< branched: on this
    bool loses_first = false;                 ///< branched: what the bound's best choice does with it
    std::int64_t bound = 0;                   ///< proved, in `scale`ths
    std::int32_t threshold = 0;      ///< price from which on columns are dear: the last one is a good guess for the next
    std::int32_t best_threshold = 0; ///< that of the best bound
};

inline constexpr std::size_t cover_lanes = 32;          ///< 16-bit lanes of the widest register
inline constexpr std::int16_t too_much_loss = 30000;    ///< above every scaled loss of a row
inline constexpr std::int32_t largest_half_loss = 8192; ///< scaled: twice that and a product fit 16 bits
inline constexpr std::int32_t no_price = -32768;        ///< of columns that are not open
inline constexpr std::size_t gain_levels = 10;          ///< of rows' gains
inline constexpr std::int16_t largest_gain = 20;        ///< of rows that need next to nothing

} // namespace detail

/// What a search does at one node, for one architecture.
///
/// A value, not a template, so that a program can compile each in a file with its own compiler flags and choose at run time.
/// Made by cover_kernel_for(), used by branch_and_bound().
struct cover_kernel {
    std::string_view arch; ///< e.g. "avx512"
    /// Bounds a node and says what is to be done with it; see detail::cover_scratch.
    detail::cover_step (*examine)(const detail::cover_view&, detail::cover_node&, detail::cover_scratch&,
                                  std::int64_t target, int iterations) = nullptr;
    /// The same of two nodes at once, which is faster; what comes out is the same. May be null.
    void (*examine_two)(const detail::cover_view&, detail::cover_node* const*, detail::cover_scratch* const*,
                        std::int64_t target, int iterations, detail::cover_step* steps) = nullptr;
    /// Fixes columns of a node.
    void (*fix)(const detail::cover_view&, detail::cover_node&, const std::uint64_t* zeros,
                const std::uint64_t* ones) = nullptr;
    /// Exchanges columns of a choice, once for each random number; see tabu_search(). May be null: one number at a time is slower than a
    /// plain walk.
    void (*exchange)(detail::tabu_view&, const std::uint64_t* random, std::size_t exchanges) = nullptr;
};

namespace detail {

/// Kernels only touch raw memory: no function that another translation unit could share is instantiated with this one's flags.
template <class Arch>
struct cover_loops {
    using lanes = short_lanes<Arch>;
    static constexpr std::size_t size = lanes::size;
    static constexpr int most_tries = 3;
    static constexpr std::int16_t steepest = 90;
    /// By how much a gain falls at each level. (Here, for no kernel to share it.)
    static constexpr std::int16_t gain_steps[gain_levels] = {4, 3, 2, 2, 1, 1, 1, 1, 1, 1};
    /// 65536 / (index + 1), rounded down.
    static constexpr std::int32_t reciprocals[32] = {65536, 32768, 21845, 16384, 13107, 10922, 9362, 8192, 7281, 6553, 5957,
                                                     5461,  5041,  4681,  4369,  4096,  3855,  3640, 3449, 3276, 3120, 2978,
                                                     2849,  2730,  2621,  2520,  2427,  2340,  2259, 2184, 2114, 2048};

    static void fix(const cover_view& view, cover_node& node, const std::uint64_t* zeros, const std::uint64_t* ones) {
        for (std::size_t w = 0; w < view.column_words; ++w) {
            for (std::uint64_t rest = zeros[w] | ones[w]; rest != 0; rest &= rest - 1) {
                const std::size_t bit = static_cast<std::size_t>(__builtin_ctzll(rest));
                const std::size_t column = w * 64 + bit;
                const std::int16_t* held = view.held + column * view.row_lanes;
                const bool loses = (ones[w] >> bit & 1U) != 0;
                for (std::size_t i = 0; i < view.row_lanes; i += size) {
                    const lanes row = lanes::load(held + i);
                    (lanes::load(node.open_held + i) - row).store(node.open_held + i);
                    if (loses) (lanes::load(node.need + i) - row).store(node.need + i);
                }
                node.open_lanes[column] = 0;
                --node.open_count;
                if (loses) --node.budget;
            }
            node.open[w] &= ~(zeros[w] | ones[w]);
            node.losers[w] |= ones[w];
        }
    }

    static cover_step examine(const cover_view& view, cover_node& node, cover_scratch& s, std::int64_t target,
                              int iterations) {
        std::size_t undecided = 0;
        const cover_step known = begin(view, node, s, target, undecided);
        if (known != cover_step::branched) return known;
        ascend_as_fits(view, node, s, undecided, target, iterations);
        return finish(view, node, s, target, undecided);
    }

    /// examine() of two nodes.
    static void examine_two(const cover_view& view, cover_node* const* nodes, cover_scratch* const* s, std::int64_t target,
                            int iterations, cover_step* steps) {
        std::size_t undecided[2] = {};
        for (int n = 0; n < 2; ++n) steps[n] = begin(view, *nodes[n], *s[n], target, undecided[n]);
        bool goes_on[2];
        for (int n = 0; n < 2; ++n) goes_on[n] = steps[n] == cover_step::branched;
        if (!goes_on[0] || !goes_on[1] || !ascend_two_if_fits(view, nodes, s, undecided, target, iterations)) {
            for (int n = 0; n < 2; ++n) {
                if (goes_on[n]) ascend_as_fits(view, *nodes[n], *s[n], undecided[n], target, iterations);
            }
        }
        for (int n = 0; n < 2; ++n) {
            if (goes_on[n]) steps[n] = finish(view, *nodes[n], *s[n], target, undecided[n]);
        }
    }

private:
    /// What counting says of a node; `branched` if its bound is needed.
    static cover_step begin(const cover_view& view, const cover_node& node, cover_scratch& s, std::int64_t target,
                            std::size_t& undecided) {
        s.bound = 0;
        if (node.budget < 0 || node.budget > node.open_count) return cover_step::closed;
        s.bound = set_up(view, node, s, undecided);
        if (s.bound > target) return cover_step::closed;
        return undecided == 0 ? cover_step::decided : cover_step::branched;
    }
    /// What the bound says.
    static cover_step finish(const cover_view& view, const cover_node& node, cover_scratch& s, std::int64_t target,
                             std::size_t undecided) {
        if (s.bound > target) return cover_step::bounded;
        if (find_fixed(view, node, s, target - s.bound)) return cover_step::fixed;
        choose_branch(view, node, s, undecided);
        return cover_step::branched;
    }

    static constexpr std::size_t most_registers = 4; // of each kind: there are 16 or 32
    static constexpr std::size_t few = 64;
    static constexpr std::size_t many = 128;
    /// ascend(), in registers where that is possible. From s.bound, what is certain, to the best bound.
    static void ascend_as_fits(const cover_view& view, cover_node& node, cover_scratch& s, std::size_t count,
                               std::int64_t target, int iterations) {
        if constexpr (few / size <= most_registers) {
            if (view.row_lanes == few && view.column_lanes == few) {
                return ascend_in_registers<few / size, few / size>(view, node, s, count, target, iterations);
            }
        }
        if constexpr (many / size <= most_registers) {
            if (view.row_lanes == many && view.column_lanes == few) {
                return ascend_in_registers<many / size, few / size>(view, node, s, count, target, iterations);
            }
            if (view.row_lanes == many && view.column_lanes == many) {
                return ascend_in_registers<many / size, many / size>(view, node, s, count, target, iterations);
            }
        }
        s.bound = ascend(view, node, s, s.bound, count, target, iterations);
    }
    /// Two at once, if they fit into registers.
    static bool ascend_two_if_fits(const cover_view& view, cover_node* const* nodes, cover_scratch* const* s,
                                   const std::size_t* counts, std::int64_t target, int iterations) {
        if constexpr (few / size <= most_registers) {
            if (view.row_lanes == few && view.column_lanes == few) {
                ascend_two_in_registers<few / size, few / size>(view, nodes, s, counts, target, iterations);
                return true;
            }
        }
        if constexpr (many / size <= most_registers) {
            if (view.row_lanes == many && view.column_lanes == few) {
                ascend_two_in_registers<many / size, few / size>(view, nodes, s, counts, target, iterations);
                return true;
            }
            if (view.row_lanes == many && view.column_lanes == many) {
                ascend_two_in_registers<many / size, many / size>(view, nodes, s, counts, target, iterations);
                return true;
            }
        }
        return false;
    }

    static ELECTION_ALWAYS_INLINE lanes at(const std::int16_t* from, std::size_t i) noexcept {
        return lanes::load(from + i);
    }

    /// What every row can still get; the loss of those that are decided.
    static std::int64_t set_up(const cover_view& view, const cover_node& node, cover_scratch& s, std::size_t& count) {
        const lanes zero = lanes::zeros();
        const lanes one = lanes::all(1);
        const lanes budget = lanes::all(static_cast<std::int16_t>(node.budget));
        const lanes surplus = lanes::all(static_cast<std::int16_t>(node.budget - node.open_count));
        const lanes too_much = lanes::all(too_much_loss);
        std::int64_t certain = 0;
        std::size_t found = 0;
        for (std::size_t w = 0; w < view.row_words; ++w) s.undecided_rows[w] = 0;
        for (std::size_t i = 0; i < view.row_lanes; i += size) {
            const lanes held = at(node.open_held, i);
            const lanes unavoidable = max(zero, held + surplus);
            const lanes room = min(held, budget) - unavoidable; // further hits that a choice can add
            const lanes need = at(node.need, i) - unavoidable;
            const lanes tie_need = need - one;
            const lanes half = at(view.half_loss, i);
            // −1 or 0 each:
            const lanes not_wrong = lanes::mask_less(zero, need);
            const lanes can_be_wrong = not_wrong & lanes::mask_less(need, room + one);
            const lanes can_tie =
                at(view.may_tie, i) & lanes::mask_less(zero, tie_need) & lanes::mask_less(tie_need, room + one);
            const lanes tied_now = not_wrong & at(view.may_tie, i) & lanes::mask_less(need, one + one);
            const lanes undecided = min(can_be_wrong, can_tie);
            const lanes now = (half + half + (tied_now * half)) & not_wrong;
            (now & undecided).store(s.most + i);
            unavoidable.store(s.unavoidable + i);
            (tie_need & can_tie).store(s.tie_need + i);
            lanes::if_less(can_tie, zero, half, too_much).store(s.tie_loss + i);
            (need & can_be_wrong).store(s.wrong_need + i);
            lanes::if_less(can_be_wrong, zero, zero, too_much).store(s.wrong_loss + i);
            undecided.store(s.undecided + i);
            max(zero, room - need + one).store(s.slack + i);
            lanes gain = lanes::all(largest_gain);
            for (std::size_t level = 0; level < gain_levels; ++level) {
                gain = gain - (lanes::mask_less(lanes::all(view.gain_needs[level]), need) & lanes::all(gain_steps[level]));
            }
            gain.store(s.gain + i);
            certain += lanes::sum_of_products(now, one) - lanes::sum_of_products(now & undecided, one);
            const std::uint64_t bits = lanes::less(undecided, zero);
            s.undecided_rows[i / 64] |= bits << (i % 64);
            found += static_cast<std::size_t>(__builtin_popcountll(bits));
        }
        count = found;
        return certain;
    }
    /// Lists the undecided rows, which what looks up tables does without.
    static void list_rows(const cover_view& view, cover_scratch& s) noexcept {
        std::uint32_t* next = s.rows;
        for (std::size_t w = 0; w < view.row_words; ++w) {
            for (std::uint64_t rest = s.undecided_rows[w]; rest != 0; rest &= rest - 1) {
                *next++ = static_cast<std::uint32_t>(w * 64) + static_cast<std::uint32_t>(__builtin_ctzll(rest));
            }
        }
    }

    /// Sums of `values` over the undecided rows that hold a column, for all columns; `first` where open, `closed` elsewhere.
    static void column_sums(const cover_view& view, const cover_node& node, const std::uint32_t* rows, std::size_t count,
                            const std::int16_t* values, std::int16_t first, std::int16_t closed, std::int16_t* sums) {
        const lanes start = lanes::all(first);
        const lanes none = lanes::all(closed);
        const std::size_t stride = view.column_lanes;
        std::size_t v = 0;
        for (; v + 2 * size <= stride; v += 2 * size) {
            lanes a = start;
            lanes b = start;
            lanes c = lanes::zeros();
            lanes d = lanes::zeros();
            std::size_t r = 0;
            for (; r + 2 <= count; r += 2) {
                const std::int16_t* x = view.holds + rows[r] * stride + v;
                const std::int16_t* y = view.holds + rows[r + 1] * stride + v;
                const lanes p = lanes::all(values[rows[r]]);
                const lanes q = lanes::all(values[rows[r + 1]]);
                a = a + (p & lanes::load(x));
                b = b + (p & lanes::load(x + size));
                c = c + (q & lanes::load(y));
                d = d + (q & lanes::load(y + size));
            }
            if (r < count) {
                const std::int16_t* x = view.holds + rows[r] * stride + v;
                const lanes p = lanes::all(values[rows[r]]);
                a = a + (p & lanes::load(x));
                b = b + (p & lanes::load(x + size));
            }
            lanes::if_less(at(node.open_lanes, v), lanes::zeros(), a + c, none).store(sums + v);
            lanes::if_less(at(node.open_lanes, v + size), lanes::zeros(), b + d, none).store(sums + v + size);
        }
        for (; v < stride; v += size) {
            lanes a = start;
            lanes c = lanes::zeros();
            std::size_t r = 0;
            for (; r + 2 <= count; r += 2) {
                a = a + (lanes::all(values[rows[r]]) & lanes::load(view.holds + rows[r] * stride + v));
                c = c + (lanes::all(values[rows[r + 1]]) & lanes::load(view.holds + rows[r + 1] * stride + v));
            }
            if (r < count) a = a + (lanes::all(values[rows[r]]) & lanes::load(view.holds + rows[r] * stride + v));
            lanes::if_less(at(node.open_lanes, v), lanes::zeros(), a + c, none).store(sums + v);
        }
    }

    /// Columns whose price is at least `least`, as bits, and how many.
    static ELECTION_ALWAYS_INLINE std::int64_t at_least(const cover_view& view, const std::int16_t* prices,
                                                        std::int32_t least, std::uint64_t* bits) noexcept {
        const lanes below = lanes::all(static_cast<std::int16_t>(least - 1));
        std::int64_t count = 0;
        for (std::size_t w = 0; w < view.column_words; ++w) {
            std::uint64_t word = 0;
            const std::size_t end = view.column_lanes - w * 64 < 64 ? view.column_lanes - w * 64 : 64;
            for (std::size_t v = 0; v < end; v += size) word |= lanes::less(below, at(prices, w * 64 + v)) << v;
            bits[w] = word;
            count += __builtin_popcountll(word);
        }
        return count;
    }

    /// A price, near `threshold`, which is set to it, that about `budget` columns attain, 0 < budget < open columns.
    /// \param at_least  how many attain a price; asked for the returned one last
    /// \returns how many
    template <class Count>
    static ELECTION_ALWAYS_INLINE std::int64_t choose_threshold(std::int32_t scale, std::int64_t budget,
                                                                std::int32_t& threshold, const Count& at_least) {
        // Every threshold gives a bound, the best one where just the budget is above it; a few guesses come near enough.
        std::int32_t low = no_price + 1; // at least so much: more than the budget; all open columns
        std::int32_t high = 32768;       // fewer
        std::int32_t guess = threshold <= low ? low + 1 : threshold > 32767 ? 32767 : threshold;
        const std::int32_t spacing = 1 + scale / 100; // of prices, about
        for (int tries = 1;; ++tries) {
            const std::int64_t count = at_least(guess);
            const auto excess = static_cast<std::int32_t>(count - budget);
            if (tries == most_tries) {
                threshold = guess;
                return count;
            }
            low = excess > 0 ? guess : low;
            high = excess > 0 ? high : guess;
            std::int32_t next = guess + excess * spacing; // at most 30000 · 42 away
            next = next >= high ? high - 1 : next;
            next = next <= low ? low + 1 : next;
            // To ask the same again is faster than a branch that nobody can foresee.
            guess = excess == 0 || next >= high ? guess : next;
        }
    }

    /// The columns whose price is at least `threshold`, which is moved so that they are about `budget`, 0 < budget < open columns.
    /// \returns how many
    static std::int64_t choose_dear(const cover_view& view, const std::int16_t* prices, std::int64_t budget,
                                    std::int32_t& threshold, std::uint64_t* bits) {
        return choose_threshold(view.scale, budget, threshold,
                                [&](std::int32_t least) { return at_least(view, prices, least, bits); });
    }

    /// Makes s.hits those of s.trial_chosen, and that s.chosen.
    static void count_hits(const cover_view& view, cover_scratch& s) {
        for (std::size_t w = 0; w < view.column_words; ++w) {
            for (std::uint64_t rest = s.chosen[w] ^ s.trial_chosen[w]; rest != 0; rest &= rest - 1) {
                const std::size_t bit = static_cast<std::size_t>(__builtin_ctzll(rest));
                const std::int16_t* held = view.held + (w * 64 + bit) * view.row_lanes;
                // A product rather than a branch that nobody could foresee.
                const lanes step = lanes::all((s.trial_chosen[w] >> bit & 1U) != 0 ? 1 : -1);
                for (std::size_t i = 0; i < view.row_lanes; i += size)
                    (at(s.hits, i) + at(held, i) * step).store(s.hits + i);
            }
            s.chosen[w] = s.trial_chosen[w];
        }
    }

    /// The least that the rows in a register keep or pay, added to `sum`, and where their multipliers should go.
    /// \param before     the direction of the last iteration
    /// \param direction  gets that of this one
    /// \param norm       gets its squares, where the multipliers can follow; wraps around from 149,000 rows on, where steps get small then
    /// \returns gain * direction / 16, where the multipliers can follow
    static ELECTION_ALWAYS_INLINE lanes look_at_rows(const cover_scratch& s, std::size_t i, lanes multiplier, lanes hits,
                                                     lanes before, lanes& direction, typename lanes::products& sum,
                                                     typename lanes::products& norm) noexcept {
        const lanes zero = lanes::zeros();
        const lanes undecided = at(s.undecided, i);
        lanes least = at(s.most, i);
        const lanes tie_need = at(s.tie_need, i);
        const lanes tied = at(s.tie_loss, i) + multiplier * tie_need;
        lanes further = lanes::if_less(tied, least, tie_need, zero);
        least = min(least, tied);
        const lanes wrong_need = at(s.wrong_need, i);
        const lanes wrong = at(s.wrong_loss, i) + multiplier * wrong_need;
        further = lanes::if_less(wrong, least, wrong_need, further);
        least = min(least, wrong);
        const lanes given = (hits - at(s.unavoidable, i)) & undecided;
        sum.add(least, lanes::all(1));
        sum.add(multiplier, zero - given);
        // So steep that it is cut anyway; the direction, at most 2 * 20 times as much, must not wrap when it is halved.
        const lanes slope = max(lanes::all(-steepest), min(lanes::all(steepest), further - given)) & undecided;
        // Multipliers of rows that need many hits are small, and have to move by less: a step along the gradient of gain * multiplier.
        const lanes gain = at(s.gain, i);
        // Where the multiplier is 0 it cannot fall.
        lanes next = lanes::if_less(zero, multiplier, slope, max(zero, slope)) * gain;
        next = next + (before * lanes::all(8)).template shifted_down<4>();
        direction = next;
        next = lanes::if_less(zero, multiplier, next, max(zero, next));
        next = max(lanes::all(-120), min(lanes::all(120), next));
        norm.add(next, next);
        next = (next * gain + lanes::all(8)).template shifted_down<4>();
        return max(lanes::all(-60), min(lanes::all(60), next));
    }

    /// How far to go, in 16ths of gain * direction / 16: 256 step gap / length, for a direction of that squared length.
    /// \param better         whether the last bound was the best
    /// \param gap            from the last bound to the target
    /// \param step, stalled  of the ascent
    static ELECTION_ALWAYS_INLINE lanes next_step(const cover_view& view, bool better, std::int64_t gap, std::int32_t length,
                                                  float& step, int& stalled) noexcept {
        stalled = better ? 0 : stalled + 1;
        step *= stalled >= 2 ? 0.6F : 1.0F;
        stalled = stalled >= 2 ? 0 : stalled;
        // No float is added to a product: what a compiler fuses may not make a difference between architectures.
        const std::int64_t tenths = 10 * gap + std::int64_t{view.scale};
        const float stretch = step * static_cast<float>(tenths) / static_cast<float>(length) * 25.6F;
        const int factor = stretch < 1.0F ? 1 : stretch > 540.0F ? 540 : static_cast<int>(stretch);
        return lanes::all(static_cast<std::int16_t>(factor));
    }
    static ELECTION_ALWAYS_INLINE lanes moved(lanes multiplier, lanes move, lanes factors, lanes cap) noexcept {
        return max(lanes::zeros(), min(cap, multiplier + (move * factors + lanes::all(8)).template shifted_down<4>()));
    }

    /// Raises the bound by deflected subgradient steps, until it passes the target or the iterations are over. Leaves the best
    /// multipliers in the node, with their prices and choice.
    static std::int64_t ascend(const cover_view& view, cover_node& node, cover_scratch& s, std::int64_t certain,
                               std::size_t count, std::int64_t target, int iterations) {
        list_rows(view, s);
        for (std::size_t i = 0; i < view.row_lanes; i += size) {
            (min(at(node.multipliers, i), at(view.cap, i)) & at(s.undecided, i)).store(s.trial + i);
        }
        std::int64_t best = 0;
        float step = 1.3F;
        int stalled = 0;
        for (int iteration = 0; iteration < iterations; ++iteration) {
            column_sums(view, node, s.rows, count, s.trial, no_price + 1, no_price, s.prices);
            const std::int64_t dear = choose_dear(view, s.prices, node.budget, s.threshold, s.trial_chosen);
            count_hits(view, s);
            typename lanes::products sum;
            typename lanes::products norm;
            for (std::size_t i = 0; i < view.row_lanes; i += size) {
                lanes direction;
                const lanes before = at(node.direction, i) & at(s.undecided, i);
                look_at_rows(s, i, at(s.trial, i), at(s.hits, i), before, direction, sum, norm).store(s.moves + i);
                direction.store(node.direction + i);
            }
            // The b dearest prices add up to at most those above a threshold, and the threshold for each that is missing.
            const std::int64_t bound = certain + sum.total() - (node.budget - dear) * (s.threshold - no_price - 1);
            const bool better = iteration == 0 || bound > best; // it may be less than 0
            if (better) {
                best = bound;
                for (std::size_t i = 0; i < view.row_lanes; i += size) at(s.trial, i).store(node.multipliers + i);
                for (std::size_t v = 0; v < view.column_lanes; v += size) at(s.prices, v).store(s.best_prices + v);
                for (std::size_t w = 0; w < view.column_words; ++w) s.best_chosen[w] = s.chosen[w];
                s.best_threshold = s.threshold;
                if (bound > target) return best;
            }
            const std::int32_t length = norm.total();
            if (length == 0) break;
            const lanes factors = next_step(view, better, target - bound, length, step, stalled);
            for (std::size_t i = 0; i < view.row_lanes; i += size) {
                moved(at(s.trial, i), at(s.moves, i), factors, at(view.cap, i)).store(s.trial + i);
            }
        }
        return best;
    }

    /// The same where so many registers hold all rows, and so many all columns: what the next iteration needs does not go through memory.
    template <std::size_t RowRegisters, std::size_t ColumnRegisters>
    class ascent {
    public:
        ELECTION_ALWAYS_INLINE ascent(const cover_view& view, cover_node& node, cover_scratch& s, std::int64_t certain,
                                      std::size_t count, std::int64_t target) noexcept
            : view_(view), node_(node), s_(s), certain_(certain), count_(count), target_(target), threshold_(s.threshold),
              best_threshold_(s.best_threshold) {
            if constexpr (!lanes::looks_up) list_rows(view, s);
            for (std::size_t r = 0; r < RowRegisters; ++r) {
                multipliers_[r] = min(at(node.multipliers, r * size), at(view.cap, r * size)) & at(s.undecided, r * size);
                hits_[r] = at(s.hits, r * size);
                directions_[r] = at(node.direction, r * size) & at(s.undecided, r * size);
                best_multipliers_[r] = lanes::zeros();
            }
            for (std::size_t c = 0; c < ColumnRegisters; ++c) best_prices_[c] = lanes::zeros();
            for (std::size_t w = 0; w < words; ++w) {
                chosen_[w] = s.chosen[w];
                best_chosen_[w] = 0;
            }
        }

        /// \{
        /// An iteration, in steps: two ascents may take turns, so that the processor works on one while it waits for the other.
        ELECTION_ALWAYS_INLINE void price() noexcept {
            for (std::size_t r = 0; r < RowRegisters; ++r) multipliers_[r].store(s_.trial + r * size);
            sum_columns<ColumnRegisters>(view_, node_, s_, count_, prices_);
        }
        ELECTION_ALWAYS_INLINE void choose() noexcept {
            dear_ = choose_dear_of<ColumnRegisters>(view_, prices_, node_.budget, threshold_, dearest_);
        }
        ELECTION_ALWAYS_INLINE void count() noexcept {
            if constexpr (lanes::counts_bits && RowRegisters % 2 == 0) {
                // All of them: how many columns changed nobody can foresee.
                for (std::size_t r = 0; r < RowRegisters; r += 2) {
                    lanes::common_bits(view_.column_fours + r * size, RowRegisters * size, dearest_, (view_.columns + 3) / 4,
                                       hits_ + r);
                }
                for (std::size_t w = 0; w < words; ++w) chosen_[w] = dearest_[w];
                return;
            }
            for (std::size_t w = 0; w < words; ++w) {
                for (std::uint64_t rest = chosen_[w] ^ dearest_[w]; rest != 0; rest &= rest - 1) {
                    const std::size_t bit = static_cast<std::size_t>(__builtin_ctzll(rest));
                    const std::int16_t* held = view_.held + (w * 64 + bit) * (RowRegisters * size);
                    const lanes sign = lanes::all((dearest_[w] >> bit & 1U) != 0 ? 1 : -1);
                    for (std::size_t r = 0; r < RowRegisters; ++r) hits_[r] = hits_[r] + at(held, r * size) * sign;
                }
                chosen_[w] = dearest_[w];
            }
        }
        /// \returns whether there is more to do
        ELECTION_ALWAYS_INLINE bool move(int iteration) noexcept {
            typename lanes::products sum;
            typename lanes::products norm;
            lanes moves[RowRegisters];
            for (std::size_t r = 0; r < RowRegisters; ++r) {
                moves[r] = look_at_rows(s_, r * size, multipliers_[r], hits_[r], directions_[r], directions_[r], sum, norm);
            }
            const std::int64_t bound = certain_ + sum.total() - (node_.budget - dear_) * (threshold_ - no_price - 1);
            const bool better = iteration == 0 || bound > best_; // nobody can foresee it: no branch
            const lanes choice = lanes::all(better ? -1 : 0);
            for (std::size_t r = 0; r < RowRegisters; ++r) {
                best_multipliers_[r] = lanes::if_less(choice, lanes::zeros(), multipliers_[r], best_multipliers_[r]);
            }
            for (std::size_t c = 0; c < ColumnRegisters; ++c) {
                best_prices_[c] = lanes::if_less(choice, lanes::zeros(), prices_[c], best_prices_[c]);
            }
            for (std::size_t w = 0; w < words; ++w) best_chosen_[w] = better ? chosen_[w] : best_chosen_[w];
            best_threshold_ = better ? threshold_ : best_threshold_;
            best_ = better ? bound : best_;
            const std::int32_t length = norm.total();
            if (best_ > target_ || length == 0) return false;
            const lanes factors = next_step(view_, better, target_ - bound, length, step_, stalled_);
            for (std::size_t r = 0; r < RowRegisters; ++r) {
                multipliers_[r] = moved(multipliers_[r], moves[r], factors, at(view_.cap, r * size));
            }
            return true;
        }
        /// \}
        ELECTION_ALWAYS_INLINE void go_on(int iteration, int iterations) noexcept {
            for (; iteration < iterations; ++iteration) {
                price();
                choose();
                count();
                if (!move(iteration)) return;
            }
        }
        ELECTION_ALWAYS_INLINE void end() noexcept {
            for (std::size_t r = 0; r < RowRegisters; ++r) {
                best_multipliers_[r].store(node_.multipliers + r * size);
                directions_[r].store(node_.direction + r * size);
                hits_[r].store(s_.hits + r * size);
            }
            for (std::size_t c = 0; c < ColumnRegisters; ++c) best_prices_[c].store(s_.best_prices + c * size);
            for (std::size_t w = 0; w < words; ++w) {
                s_.chosen[w] = chosen_[w];
                s_.best_chosen[w] = best_chosen_[w];
            }
            s_.threshold = threshold_;
            s_.best_threshold = best_threshold_;
            s_.bound = best_;
        }

    private:
        static constexpr std::size_t words = (ColumnRegisters * size + 63) / 64;
        const cover_view& view_;
        cover_node& node_;
        cover_scratch& s_;
        std::int64_t certain_;
        std::size_t count_;
        std::int64_t target_;
        std::int32_t threshold_;
        std::int32_t best_threshold_;
        std::int64_t dear_ = 0;
        std::int64_t best_ = 0;
        float step_ = 1.3F;
        int stalled_ = 0;
        lanes multipliers_[RowRegisters];
        lanes hits_[RowRegisters];
        lanes directions_[RowRegisters];
        lanes best_multipliers_[RowRegisters];
        lanes prices_[ColumnRegisters];
        lanes best_prices_[ColumnRegisters];
        std::uint64_t chosen_[words];
        std::uint64_t dearest_[words];
        std::uint64_t best_chosen_[words];
    };

    template <std::size_t RowRegisters, std::size_t ColumnRegisters>
    static void ascend_in_registers(const cover_view& view, cover_node& node, cover_scratch& s, std::size_t count,
                                    std::int64_t target, int iterations) {
        ascent<RowRegisters, ColumnRegisters> one(view, node, s, s.bound, count, target);
        one.go_on(0, iterations);
        one.end();
    }
    template <std::size_t RowRegisters, std::size_t ColumnRegisters>
    static void ascend_two_in_registers(const cover_view& view, cover_node* const* nodes, cover_scratch* const* s,
                                        const std::size_t* counts, std::int64_t target, int iterations) {
        ascent<RowRegisters, ColumnRegisters> a(view, *nodes[0], *s[0], s[0]->bound, counts[0], target);
        ascent<RowRegisters, ColumnRegisters> b(view, *nodes[1], *s[1], s[1]->bound, counts[1], target);
        bool a_goes_on = true;
        bool b_goes_on = true;
        int iteration = 0;
        for (; iteration < iterations && a_goes_on && b_goes_on; ++iteration) {
            a.price();
            b.price();
            a.choose();
            b.choose();
            a.count();
            b.count();
            a_goes_on = a.move(iteration);
            b_goes_on = b.move(iteration);
        }
        if (a_goes_on) a.go_on(iteration, iterations);
        if (b_goes_on) b.go_on(iteration, iterations);
        a.end();
        b.end();
    }

    /// column_sums() of s.trial, for prices.
    template <std::size_t ColumnRegisters>
    static ELECTION_ALWAYS_INLINE void sum_columns(const cover_view& view, const cover_node& node, const cover_scratch& s,
                                                   std::size_t count, lanes* prices) noexcept {
        constexpr std::size_t stride = ColumnRegisters * size;
        lanes others[ColumnRegisters];
        for (std::size_t c = 0; c < ColumnRegisters; ++c) {
            prices[c] = lanes::all(no_price + 1);
            others[c] = lanes::zeros();
        }
        if constexpr (lanes::looks_up) {
            // All rows, four at a time: few of them are decided, and their multipliers are 0.
            const std::int16_t* x = view.row_fours;
            for (std::size_t i = 0; i < view.rows; i += 8, x += 2 * stride) {
                const lanes p = lanes::subset_sums(s.trial + i);
                const lanes q = lanes::subset_sums(s.trial + i + 4);
                for (std::size_t c = 0; c < ColumnRegisters; ++c) {
                    prices[c] = prices[c] + lanes::looked_up(p, at(x, c * size));
                    others[c] = others[c] + lanes::looked_up(q, at(x, c * size + stride));
                }
            }
        } else {
            std::size_t r = 0;
            for (; r + 2 <= count; r += 2) {
                const std::int16_t* x = view.holds + s.rows[r] * stride;
                const std::int16_t* y = view.holds + s.rows[r + 1] * stride;
                const lanes p = lanes::all(s.trial[s.rows[r]]);
                const lanes q = lanes::all(s.trial[s.rows[r + 1]]);
                for (std::size_t c = 0; c < ColumnRegisters; ++c) {
                    prices[c] = prices[c] + (p & at(x, c * size));
                    others[c] = others[c] + (q & at(y, c * size));
                }
            }
            if (r < count) {
                const std::int16_t* x = view.holds + s.rows[r] * stride;
                const lanes p = lanes::all(s.trial[s.rows[r]]);
                for (std::size_t c = 0; c < ColumnRegisters; ++c) prices[c] = prices[c] + (p & at(x, c * size));
            }
        }
        for (std::size_t c = 0; c < ColumnRegisters; ++c) {
            prices[c] =
                lanes::if_less(at(node.open_lanes, c * size), lanes::zeros(), prices[c] + others[c], lanes::all(no_price));
        }
    }

    /// choose_dear() of prices in registers.
    template <std::size_t ColumnRegisters>
    static ELECTION_ALWAYS_INLINE std::int64_t choose_dear_of(const cover_view& view, const lanes* prices,
                                                              std::int64_t budget, std::int32_t& threshold,
                                                              std::uint64_t* bits) noexcept {
        return choose_threshold(view.scale, budget, threshold, [&](std::int32_t least) ELECTION_ALWAYS_INLINE_LAMBDA {
            const lanes below = lanes::all(static_cast<std::int16_t>(least - 1));
            constexpr std::size_t words = (ColumnRegisters * size + 63) / 64;
            std::uint64_t found[words] = {};
            for (std::size_t c = 0; c < ColumnRegisters; ++c) {
                found[c * size / 64] |= lanes::less(below, prices[c]) << (c * size % 64);
            }
            std::int64_t number = 0;
            for (std::size_t w = 0; w < words; ++w) {
                bits[w] = found[w];
                number += __builtin_popcountll(found[w]);
            }
            return number;
        });
    }

    /// Columns that the best bound decides: with the other value it would pass the target.
    ///
    /// What they dominate is among them. A column whose undecided rows are among those of another one is not dearer.
    static bool find_fixed(const cover_view& view, const cover_node& node, cover_scratch& s, std::int64_t gap) {
        const std::int64_t must = s.best_threshold + gap;   // columns that are dearer, all of them chosen
        const std::int64_t cannot = s.best_threshold - gap; // columns that are cheaper, none of them chosen
        const bool some_must = must < 32767;
        const bool some_cannot = cannot > no_price + 1;
        if (some_must) at_least(view, s.best_prices, static_cast<std::int32_t>(must + 1), s.ones);
        if (some_cannot) at_least(view, s.best_prices, static_cast<std::int32_t>(cannot), s.zeros);
        bool any = false;
        for (std::size_t w = 0; w < view.column_words; ++w) {
            s.ones[w] = some_must ? s.ones[w] : 0;
            s.zeros[w] = some_cannot ? node.open[w] & ~s.zeros[w] : 0;
            any = any || (s.ones[w] | s.zeros[w]) != 0;
        }
        return any;
    }

    /// Whether the undecided rows of `inner` are among those of `outer`.
    static ELECTION_ALWAYS_INLINE bool is_within(const cover_view& view, const cover_scratch& s, std::size_t inner,
                                                 std::size_t outer) noexcept {
        const std::uint64_t* a = view.column_rows + inner * view.row_words;
        const std::uint64_t* b = view.column_rows + outer * view.row_words;
        for (std::size_t w = 0; w < view.row_words; ++w) {
            if ((a[w] & ~b[w] & s.undecided_rows[w]) != 0) return false;
        }
        return true;
    }

    /// The column with the most undecided rows near their thresholds, dear ones first; and what follows for others from each of its values.
    static void choose_branch(const cover_view& view, const cover_node& node, cover_scratch& s, std::size_t count) {
        if constexpr (lanes::looks_up) list_rows(view, s); // else it has been done
        // A row weighs the more, the more hits it needs and the fewer it may miss; all weights together fit 16 bits.
        const auto importance = [&](std::uint32_t i) {
            return 2 + (s.wrong_need[i] > 0 ? s.wrong_need[i] : s.tie_need[i] + 1);
        };
        int largest = 1;
        for (std::size_t r = 0; r < count; ++r) {
            const int here = importance(s.rows[r]);
            largest = here > largest ? here : largest;
        }
        const int unit = (count < 64 ? 450 : 28800 / static_cast<int>(count)) * 64 / largest;
        for (std::size_t r = 0; r < count; ++r) {
            const std::uint32_t i = s.rows[r];
            const int weight = (unit * importance(i) >> 6) * reciprocals[s.slack[i] < 31 ? s.slack[i] : 31];
            s.weights[i] = static_cast<std::int16_t>(weight >> 16);
        }
        column_sums(view, node, s.rows, count, s.weights, 0, -1, s.prices);
        // What is dear counts for more: without it the bound of the other child rises at once.
        const std::int64_t usual = 2 * std::int64_t{view.scale};
        std::int64_t best = -1;
        for (std::size_t w = 0; w < view.column_words; ++w) {
            for (std::uint64_t rest = node.open[w] & view.branchable[w]; rest != 0; rest &= rest - 1) {
                const std::size_t column = w * 64 + static_cast<std::size_t>(__builtin_ctzll(rest));
                const std::int32_t dear = s.best_prices[column] - s.best_threshold;
                // (Where very many rows matter, all weights may be 0.)
                const std::int64_t score = (s.prices[column] + std::int64_t{1}) * (usual + (dear > 0 ? dear : 0));
                if (score > best) {
                    best = score;
                    s.column = column;
                }
            }
        }
        s.loses_first = (s.best_chosen[s.column / 64] >> (s.column % 64) & 1U) != 0;
        for (std::size_t w = 0; w < view.column_words; ++w) {
            s.dominated_zeros[w] = 0;
            s.dominated_ones[w] = 0;
            for (std::uint64_t rest = node.open[w]; rest != 0; rest &= rest - 1) {
                const std::uint64_t bit = rest & (~rest + 1);
                const std::size_t column = w * 64 + static_cast<std::size_t>(__builtin_ctzll(rest));
                if (column == s.column) continue;
                if (is_within(view, s, column, s.column)) {
                    s.dominated_zeros[w] |= bit;
                } else if (is_within(view, s, s.column, column)) {
                    s.dominated_ones[w] |= bit;
                }
            }
        }
    }
};

} // namespace detail

/// The kernel of an architecture. O(1).
/// \tparam Arch  a tag of election::arch whose instructions are enabled: `is_enabled<Arch>`
///
/// \code
/// constexpr auto kernel = election::cover_kernel_for<election::arch::word64>();
/// static_assert(kernel.arch == "word64");
/// \endcode
template <class Arch>
[[nodiscard]] constexpr cover_kernel cover_kernel_for() noexcept {
    using loops = detail::cover_loops<Arch>;
    return {Arch::name, &loops::examine, &loops::examine_two, &loops::fix,
            loops::size > 1 ? &detail::tabu_loops<Arch>::walk : nullptr};
}

} // namespace election
