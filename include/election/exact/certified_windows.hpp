// SPDX-License-Identifier: MIT
// certified_windows: runs the tables over blocks of a circle of columns whose rows are windows of whole blocks.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <numeric>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/certificate_lines.hpp>
#include <election/exact/certified_circle.hpp>
#include <election/exact/certified_problem.hpp>
#include <election/exact/certified_step.hpp>

namespace election::detail {

/// For every way to share the losers out to the blocks, goes through the columns of all blocks at once and keeps, by the losers of each
/// block so far, how much may still be paid.
///
/// With T_t losers in block t and P_t of them before its column r, a row of c blocks that begins there has T_t + … + T_(t+c−1) − P_t +
/// P_(t+c) losers. A choice that is turned by `step` columns costs the same: of the windows of one block's length that begin at multiples
/// of step, block 0 may be taken to have the fewest losers. With step 1 the reflection that leaves block 0 in its place keeps the rows, too,
/// so that T_1 ≤ T_(m−1) may be taken. docs/certificates.md has more words.
class certified_windows {
public:
    static constexpr std::size_t most_blocks = 8;

    /// \param circle  of any rows
    /// \param width   of a block; there are 2 … 8
    certified_windows(const certified_circle& circle, std::size_t width)
        : circle_(circle), width_(width), blocks_(circle.columns() / width), rows_(width + 1) {
        for (const auto& [places, costs] : circle.rows()) add(places, costs);
        while (circle.columns() % step_ != 0 || !circle.is_closed_under_steps_of(step_)) ++step_; // all columns at last
    }

    /// Whether all choices cost as much as `enough`, in units.
    template <class Value>
    [[nodiscard]] bool all_cost(Value enough, certificate_lines& lines) {
        // The product of the blocks' states is largest where they have as many; those of the last one are rounded up.
        constexpr std::size_t most_bytes = std::size_t{1} << 30;
        const std::size_t states = (circle_.budget() + 2 * blocks_ + certified_block - 2) / blocks_;
        std::size_t bytes = sizeof(Value);
        for (std::size_t t = 0; t < blocks_; ++t) {
            if (bytes > most_bytes / states) lines.malformed("has tables of more than 1 GiB");
            bytes *= states;
        }
        find_bounds();
        if (bounds_[0] >= enough) return true;
        table<Value> tables(*this, enough);
        std::vector<std::size_t> totals(blocks_);
        return for_each_share(totals, 0, circle_.budget(), true, [&] { return tables.all_cost(totals); });
    }

private:
    struct window {
        std::size_t from;                ///< block where it begins
        std::size_t to;                  ///< block behind its last whole one
        std::size_t blocks;              ///< length
        bool is_turned;                  ///< whether a rotation maps block 0 to it
        std::vector<std::int64_t> costs; ///< by losers
    };

    void add(const std::vector<std::uint32_t>& places, const std::vector<std::int64_t>& costs) {
        const std::size_t k = circle_.columns();
        std::size_t starts = 0;
        std::size_t start = 0;
        for (std::size_t i = 0; i < places.size(); ++i) {
            const std::size_t before = i == 0 ? places.back() : places[i - 1];
            if ((before + 1) % k == places[i]) continue;
            ++starts;
            start = places[i];
        }
        require_step(starts == 1 && places.size() % width_ == 0, "a row is no window of whole blocks");
        add(start, places.size() / width_, costs);
    }
    void add(std::size_t start, std::size_t blocks, const std::vector<std::int64_t>& costs) {
        rows_[start % width_].push_back({start / width_, (start / width_ + blocks) % blocks_, blocks, false, costs});
    }

    /// Columns of a block that differ: rotations by the step and by blocks map a column to those that are so many behind it.
    [[nodiscard]] std::size_t different() const noexcept { return std::gcd(step_, width_); }

    /// From each column of the blocks on, the least that rows cost. The windows of one block's length that begin at one column of the blocks
    /// hold all losers: they share them out, too.
    void find_bounds() {
        bounds_.assign(width_ + 2, 0);
        std::vector<std::int64_t> least(width_, std::numeric_limits<std::int64_t>::max());
        std::vector<std::size_t> totals(blocks_);
        (void)for_each_share(totals, 0, circle_.budget(), false, [&] {
            for (std::size_t r = 0; r < different(); ++r) {
                std::int64_t cost = 0;
                for (const window& each : rows_[r]) {
                    std::size_t losers = 0;
                    for (std::size_t i = 0; i < each.blocks; ++i) losers += totals[(each.from + i) % blocks_];
                    cost += each.costs[losers];
                }
                least[r] = std::min(least[r], cost);
            }
            return true;
        });
        for (std::size_t r = width_; r-- > 0;) {
            bounds_[r] = bounds_[r + 1] + static_cast<std::uint64_t>(least[r % different()]);
        }
        // Windows of one block's length are looked at by their losers alone, too, wherever a rotation maps block 0.
        for (std::size_t start = 0; start < circle_.columns(); start += step_) {
            std::vector<window>& here = rows_[start % width_];
            auto same = std::ranges::find_if(
                here, [&](const window& each) { return each.from == start / width_ && each.blocks == 1; });
            if (same == here.end()) {
                add(start, 1, std::vector<std::int64_t>(width_ + 1, 0));
                same = std::prev(here.end());
            }
            same->is_turned = true;
        }
    }

    /// Calls visit() with all ways to share `left` losers out to the blocks from t on, or those that the symmetries leave.
    /// \returns whether it always returned true
    template <class Visit>
    [[nodiscard]] bool for_each_share(std::vector<std::size_t>& totals, std::size_t t, std::size_t left, bool symmetric,
                                      const Visit& visit) const {
        if (t == blocks_) return !(symmetric && step_ == 1 && totals[1] > totals.back()) ? visit() : true;
        const std::size_t behind = width_ * (blocks_ - 1 - t);
        const bool is_turned = symmetric && t > 0 && t * width_ % step_ == 0;
        const std::size_t fewest = std::max(is_turned ? totals[0] : 0, left > behind ? left - behind : 0);
        for (totals[t] = fewest; totals[t] <= std::min(width_, left); ++totals[t]) {
            if (!for_each_share(totals, t + 1, left - totals[t], symmetric, visit)) return false;
        }
        return true;
    }

    /// The tables of one share after the other.
    template <class Value>
    class table {
    public:
        table(const certified_windows& all, Value enough)
            : all_(all), enough_(enough), pad_(all.width_ + certified_block), rows_(all.rows_.size()),
              last_(all.blocks_ - 1) {
            for (std::size_t r = 0; r < rows_.size(); ++r) {
                for (const window& each : all.rows_[r]) rows_[r].push_back({&each, {}, {}, 0});
            }
        }

        /// Whether all choices with these losers of the blocks cost enough.
        [[nodiscard]] bool all_cost(const std::vector<std::size_t>& totals) {
            if (totals_.empty() || totals[0] != totals_[0]) spread(totals[0]);
            totals_ = totals;
            begin();
            for (std::size_t r = 0; r <= all_.width_; ++r) {
                for (std::size_t t = 0; r > 0 && t < last_; ++t) take_column(r, t);
                if (!pay(r)) return true;
            }
            return false; // a choice is left
        }

    private:
        using digits = std::array<std::size_t, most_blocks>;
        struct line {
            const window* of;
            std::vector<Value>
                upwards; ///< costs by losers, behind `pad_` that are enough to end a choice and before as many
            std::vector<Value> downwards; ///< the same backwards
            std::size_t whole;            ///< losers of its blocks
        };

        /// \param fewest  losers of windows where a rotation maps block 0
        void spread(std::size_t fewest) {
            for (std::vector<line>& lines : rows_) {
                for (line& each : lines) {
                    const std::vector<std::int64_t>& costs = each.of->costs;
                    each.upwards.assign(costs.size() + 2 * pad_, enough_);
                    for (std::size_t i = each.of->is_turned ? fewest : 0; i < costs.size(); ++i) {
                        each.upwards[pad_ + i] = capped(static_cast<std::uint64_t>(costs[i]));
                    }
                    each.downwards.assign(each.upwards.rbegin(), each.upwards.rend());
                }
            }
        }
        [[nodiscard]] Value capped(std::uint64_t cost) const noexcept {
            return static_cast<Value>(std::min<std::uint64_t>(cost, enough_));
        }

        void begin() {
            std::size_t size = in_certified_blocks(totals_[last_] + 1);
            before_.assign(size + certified_block, 0);
            outside_.assign(size, 0);
            for (std::size_t t = last_; t-- > 0;) {
                strides_[t] = size;
                size *= totals_[t] + 1;
            }
            values_.assign(size, 0);
            values_[0] = enough_;
            for (std::vector<line>& lines : rows_) {
                for (line& each : lines) {
                    each.whole = 0;
                    for (std::size_t i = 0; i < each.of->blocks; ++i) {
                        each.whole += totals_[(each.of->from + i) % all_.blocks_];
                    }
                }
            }
        }

        /// Losers of a block before its column r: the fewest from which it can come to all, and the most.
        [[nodiscard]] std::size_t fewest(std::size_t t, std::size_t r) const noexcept {
            return totals_[t] + r > all_.width_ ? totals_[t] + r - all_.width_ : 0;
        }
        [[nodiscard]] std::size_t most(std::size_t t, std::size_t r) const noexcept { return std::min(totals_[t], r); }

        /// Calls visit(state, entries of the last block) for the others' losers before column r, the largest first.
        /// \param back  columns back from there, where the fewest losers are counted
        template <class Visit>
        void for_each_state(std::size_t r, std::size_t back, const Visit& visit) {
            digits state{};
            std::size_t at = 0;
            for (std::size_t t = 0; t < last_; ++t) {
                state[t] = most(t, r);
                at += state[t] * strides_[t];
            }
            while (true) {
                visit(state, values_.data() + at);
                std::size_t t = last_;
                while (t > 0 && state[t - 1] == fewest(t - 1, r - back)) {
                    --t;
                    at += (most(t, r) - state[t]) * strides_[t];
                    state[t] = most(t, r);
                }
                if (t == 0) return;
                --state[t - 1];
                at -= strides_[t - 1];
            }
        }

        /// The column before r of block t, not the last one: it loses or not. What an entry comes from is smaller and not changed yet.
        void take_column(std::size_t r, std::size_t t) {
            const std::size_t size = outside_.size();
            for_each_state(r, 1, [&](const digits& state, Value* to) {
                if (state[t] == fewest(t, r - 1)) return;
                const Value* const from = to - strides_[t];
                for (std::size_t i = 0; i < size; i += certified_block) {
                    for (std::size_t j = i; j < i + certified_block; ++j) to[j] = std::max(to[j], from[j]);
                }
            });
        }

        /// That column of the last block, and what the rows cost that begin at column r. \returns whether there is an entry left
        [[nodiscard]] bool pay(std::size_t r) {
            for (std::size_t i = 0; i < outside_.size(); ++i) {
                const bool is_outside = i < fewest(last_, r) || i > most(last_, r);
                outside_[i] = is_outside ? enough_ : Value{0};
            }
            const Value to_come = capped(all_.bounds_[r + 1]);
            bool any = false;
            for_each_state(r, 0, [&](const digits& state, Value* values) {
                std::copy_n(values, outside_.size(), before_.data() + certified_block); // behind entries that are 0
                std::uint64_t alike = 0;                                                // whatever the last block has
                costs_.clear();
                costs_.push_back(outside_.data());
                for (const line& each : rows_[r]) {
                    const std::size_t from = each.of->from;
                    const std::size_t to = each.of->to;
                    const std::size_t length = each.of->costs.size() - 1;
                    if (from == last_) {
                        costs_.push_back(each.downwards.data() + pad_ + length - each.whole - state[to]);
                    } else if (to == last_) {
                        costs_.push_back(each.upwards.data() + pad_ + each.whole - state[from]);
                    } else {
                        alike += each.upwards[pad_ + each.whole - state[from] + state[to]];
                    }
                }
                any = settle(values, capped(alike), to_come) || any;
            });
            return any;
        }
        [[nodiscard]] bool settle(Value* values, Value alike, Value to_come) const {
            Value any = 0;
            for (std::size_t i = 0; i < outside_.size(); i += certified_block) {
                Value left[certified_block];
                const Value* const wins = before_.data() + certified_block + i;
                const Value* const loses = wins - 1; // a block is before the first
                for (std::size_t j = 0; j < certified_block; ++j) {
                    left[j] = left_after(std::max(wins[j], loses[j]), alike);
                }
                for (const Value* costs : costs_) {
                    for (std::size_t j = 0; j < certified_block; ++j) left[j] = left_after(left[j], costs[i + j]);
                }
                for (std::size_t j = 0; j < certified_block; ++j) {
                    left[j] = left[j] > to_come ? left[j] : Value{0};
                    any = static_cast<Value>(any | left[j]);
                }
                for (std::size_t j = 0; j < certified_block; ++j) values[i + j] = left[j];
            }
            return any != 0;
        }

        const certified_windows& all_;
        Value enough_;
        std::size_t pad_;
        std::vector<std::vector<line>> rows_; ///< by the column of the blocks where they begin
        std::size_t last_;                    ///< block, whose losers are next to each other
        std::vector<std::size_t> totals_;
        digits strides_{};
        std::vector<Value> values_;  ///< what may still be paid and a little more: 0 is for none
        std::vector<Value> before_;  ///< entries of the last block, before they are changed
        std::vector<Value> outside_; ///< enough for losers of the last block that it cannot have
        std::vector<const Value*> costs_;
    };

    const certified_circle& circle_;
    std::size_t width_;
    std::size_t blocks_;
    std::size_t step_ = 1;
    std::vector<std::vector<window>> rows_; ///< by the column of the blocks where they begin
    std::vector<std::uint64_t> bounds_;
};

/// Replays a line "windows", of which this word was read.
/// \param problem  the question
/// \param target   that all choices exceed if the line is true
inline void replay_windows(const certified_problem& problem, std::int64_t target, certificate_lines& lines) {
    const std::size_t width = lines.natural(problem.columns(), "the width");
    lines.expect(" ", "must be 'windows', a width and all columns");
    if (width == 0) lines.malformed("must have a width of at least 1");
    const certified_circle circle(problem, lines);
    require_step(problem.columns() % width == 0, "the columns are no whole blocks of ", width);
    const std::size_t blocks = problem.columns() / width;
    if (blocks < 2 || blocks > certified_windows::most_blocks) {
        lines.malformed(
            joined({"blocks must be 2 to ", shown(certified_windows::most_blocks), ", and are ", shown(blocks)}));
    }
    certified_windows tables(circle, width);
    require_step(circle.with_enough(target, [&](auto enough) { return tables.all_cost(enough, lines); }),
                 "a choice has no more loss than the target");
}

} // namespace election::detail
