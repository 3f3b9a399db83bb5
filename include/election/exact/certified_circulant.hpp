// SPDX-License-Identifier: MIT
// certified_circulant: runs the table over windows of a circle of columns whose rows are closed under rotation.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <election/exact/certificate_lines.hpp>
#include <election/exact/certified_circle.hpp>
#include <election/exact/certified_problem.hpp>
#include <election/exact/certified_step.hpp>

namespace election::detail {

/// Goes round the circle column by column and keeps, by the last `span` columns and the losers so far, how much may still be paid.
///
/// A choice is a word on the circle, 1 for losers. Turned by `step` columns it costs the same; so of its k / step windows of `span`
/// columns that begin at multiples of step the least, by ones and then as a number, may be taken for the first one, and of its mirror image's,
/// too, if the rows are closed under reflection. Its ones are at most the average, span·B / k, and windows that do not overlap have as many at
/// least. docs/certificates.md has more words.
class certified_circulant {
public:
    /// \param circle  closed under steps of `step`
    /// \param step    divides the span and the columns
    /// \param span    1 … 16, at most as many as columns
    certified_circulant(const certified_circle& circle, std::size_t step, std::size_t span)
        : circle_(circle), step_(step), span_(span), states_(std::size_t{1} << span), costs_(step * 2 * states_, 0),
          rank_(states_) {
        for (const auto& [places, costs] : circle.rows()) add(places, costs);
        const bool reflects = circle.is_closed_under_reflection();
        for (std::size_t window = 0; window < states_; ++window) {
            std::size_t backwards = 0;
            for (std::size_t i = 0; i < span; ++i) backwards |= (window >> i & 1U) << (span - 1 - i);
            rank_[window] = reflects ? std::min(order_of(window), order_of(backwards)) : order_of(window);
        }
    }

    /// Whether all choices cost as much as `enough`, in units.
    template <class Value>
    [[nodiscard]] bool all_cost(Value enough, certificate_lines& lines) const {
        for (std::size_t ones = 0; ones <= span_ && ones * circle_.columns() <= span_ * circle_.budget(); ++ones) {
            if (!table<Value>(*this, ones, enough, lines).run()) return false;
        }
        return true;
    }

private:
    /// What the rows cost that end at a place in the first `step`, by the windows of span + 1 columns that end there, the last one in bit 0.
    void add(const std::vector<std::uint32_t>& places, const std::vector<std::int64_t>& costs) {
        const std::size_t k = circle_.columns();
        std::size_t gap = 0; // the longest way from a place to the next one
        std::size_t end = 0;
        bool is_single = false;
        for (std::size_t i = 0; i < places.size(); ++i) {
            const std::size_t way = i + 1 < places.size() ? places[i + 1] - places[i] : places[0] + k - places[i];
            is_single = way == gap ? false : way > gap || is_single;
            if (way > gap) end = places[i];
            gap = std::max(gap, way);
        }
        require_step(is_single, "a row has several shortest arcs");
        require_step(k - gap <= span_, "a row is in no ", span_ + 1, " columns in a row");
        if (end >= step_) return; // a rotation of one that does not
        std::size_t mask = 0;
        for (std::uint32_t place : places) mask |= std::size_t{1} << (end + k - place) % k;
        for (std::size_t window = 0; window < 2 * states_; ++window) {
            const auto losers = static_cast<std::size_t>(std::popcount(window & mask));
            costs_[end * 2 * states_ + window] += static_cast<std::uint64_t>(costs[losers]);
        }
    }
    [[nodiscard]] std::size_t order_of(std::size_t window) const noexcept {
        return static_cast<std::size_t>(std::popcount(window)) * states_ + window;
    }

    /// The tables for all first windows of so many ones.
    template <class Value>
    class table {
    public:
        table(const certified_circulant& all, std::size_t ones, Value enough, certificate_lines& lines)
            : all_(all), ones_(ones), enough_(enough) {
            std::size_t width = 0;
            for (std::size_t d = all.span_; d <= columns(); ++d) width = std::max(width, last(d) - first(d) + 1);
            stride_ = in_certified_blocks(width) + certified_block;
            constexpr std::size_t most_bytes = std::size_t{1} << 29;
            if (stride_ > most_bytes / sizeof(Value) / all.states_) lines.malformed("has tables of more than 512 MiB");
            now_.assign(all.states_ * stride_ + certified_block, 0);
            next_ = now_;
            none_.assign(stride_ + certified_block, 0);
            alive_.assign(all.states_, 0);
            next_alive_ = alive_;
            for (std::uint64_t cost : all.costs_)
                costs_.push_back(static_cast<Value>(std::min<std::uint64_t>(cost, enough)));
        }

        [[nodiscard]] bool run() {
            for (std::size_t window = 0; window < all_.states_; ++window) {
                if (static_cast<std::size_t>(std::popcount(window)) != ones_) continue;
                if (all_.rank_[window] != all_.order_of(window)) continue; // its mirror image is as good
                if (!all_cost_behind(window)) return false;
            }
            return true;
        }

    private:
        [[nodiscard]] std::size_t columns() const noexcept { return all_.circle_.columns(); }
        /// The fewest and the most losers of the first d columns.
        [[nodiscard]] std::size_t first(std::size_t d) const noexcept {
            const std::size_t left = columns() - d;
            const std::size_t budget = all_.circle_.budget();
            return std::max(budget > left ? budget - left : 0, ones_ * (d / all_.span_));
        }
        [[nodiscard]] std::size_t last(std::size_t d) const noexcept {
            return std::min(d, all_.circle_.budget() - ones_ * ((columns() - d) / all_.span_));
        }
        [[nodiscard]] std::size_t width(std::size_t d) const noexcept { return in_certified_blocks(last(d) - first(d) + 1); }
        /// Entries of a state after d columns, of first(d) losers and more; the block before them is 0.
        [[nodiscard]] Value* row(std::vector<Value>& layer, std::size_t state) const noexcept {
            return layer.data() + certified_block + state * stride_;
        }

        [[nodiscard]] bool all_cost_behind(std::size_t window) {
            const std::size_t begin = all_.span_;
            if (ones_ < first(begin)) return true; // the other columns are too few
            std::ranges::fill(alive_, char{0});
            alive_[window] = 1;
            std::fill_n(row(now_, window), width(begin), Value{0});
            row(now_, window)[ones_ - first(begin)] = enough_;
            for (std::size_t d = begin; d < columns(); ++d) take(d, all_.rank_[window]);
            for (std::size_t state = 0; state < all_.states_; ++state) {
                if (alive_[state] != 0 && closed(state, window, *row(now_, state)) != 0) return false;
            }
            return true;
        }

        /// Column d: each state from the two that it may come from.
        void take(std::size_t d, std::size_t least) {
            const Value* const costs = costs_.data() + d % all_.step_ * 2 * all_.states_;
            const std::size_t jump = first(d + 1) - first(d); // at most the ones of a window, or 1
            const std::size_t entries = width(d + 1);
            for (std::size_t state = 0; state < all_.states_ && jump + entries > width(d); ++state) {
                // More than last(d) losers there cannot be: what stands here is of other columns.
                if (alive_[state] != 0) std::fill_n(row(now_, state) + width(d), jump + entries - width(d), Value{0});
            }
            const bool is_aligned = (d + 1) % all_.step_ == 0;
            const std::size_t top = all_.states_ / 2;
            for (std::size_t state = 0; state < all_.states_; ++state) {
                next_alive_[state] = 0;
                if (is_aligned && all_.rank_[state] < least) continue;
                const auto from = [&](std::size_t before, Value cost) {
                    const bool counts = alive_[before] != 0 && cost < enough_;
                    const Value* const begin = counts ? now_.data() + before * stride_ : none_.data();
                    return std::pair{begin + certified_block + jump - (state & 1U), counts};
                };
                const Value cost_a = costs[state];
                const Value cost_b = costs[state + all_.states_];
                const auto [a, has_a] = from(state / 2, cost_a);
                const auto [b, has_b] = from(state / 2 + top, cost_b);
                if (!has_a && !has_b) continue;
                next_alive_[state] = keep_better(row(next_, state), a, cost_a, b, cost_b, entries) ? 1 : 0;
            }
            now_.swap(next_);
            alive_.swap(next_alive_);
        }

        [[nodiscard]] static bool keep_better(Value* to, const Value* a, Value cost_a, const Value* b, Value cost_b,
                                              std::size_t width) noexcept {
            Value any = 0;
            for (std::size_t begin = 0; begin < width; begin += certified_block) {
                Value better[certified_block];
                for (std::size_t i = 0; i < certified_block; ++i) {
                    better[i] = std::max(left_after(a[begin + i], cost_a), left_after(b[begin + i], cost_b));
                }
                for (std::size_t i = 0; i < certified_block; ++i) any = static_cast<Value>(any | better[i]);
                for (std::size_t i = 0; i < certified_block; ++i) to[begin + i] = better[i];
            }
            return any != 0;
        }

        /// What is left after the rows that end in the first window.
        [[nodiscard]] Value closed(std::size_t state, std::size_t window, Value value) const {
            for (std::size_t j = 0; j < all_.span_; ++j) {
                state = state * 2 + (window >> (all_.span_ - 1 - j) & 1U);
                value = left_after(value, costs_[(columns() + j) % all_.step_ * 2 * all_.states_ + state]);
                state %= all_.states_;
            }
            return value;
        }

        const certified_circulant& all_;
        std::size_t ones_;
        Value enough_;
        std::size_t stride_ = 0;
        std::vector<Value> costs_;
        std::vector<Value> now_, next_; ///< what may still be paid and a little more: 0 is for none
        std::vector<Value> none_;
        std::vector<char> alive_, next_alive_; ///< whether a state has an entry but 0; others are not looked at
    };

    const certified_circle& circle_;
    std::size_t step_;
    std::size_t span_;
    std::size_t states_;
    std::vector<std::uint64_t> costs_;
    std::vector<std::size_t> rank_; ///< of a window or its mirror image
};

/// Replays a line "circulant", of which this word was read.
/// \param problem  the question
/// \param target   that all choices exceed if the line is true
inline void replay_circulant(const certified_problem& problem, std::int64_t target, certificate_lines& lines) {
    constexpr std::uint64_t most_span = 16;
    const std::size_t step = lines.natural(most_span, "the step");
    lines.expect(" ", "must be 'circulant', a step, a span and all columns");
    const std::size_t span = lines.natural(std::min<std::uint64_t>(most_span, problem.columns()), "the span");
    lines.expect(" ", "must be 'circulant', a step, a span and all columns");
    if (step == 0 || span == 0) lines.malformed("must have a step and a span of at least 1");
    const certified_circle circle(problem, lines);
    require_step(problem.columns() % step == 0 && span % step == 0, "the step divides not both the columns and the span");
    require_step(circle.is_closed_under_steps_of(step), "the rows are not closed under rotation by ", step);
    const certified_circulant tables(circle, step, span);
    require_step(circle.with_enough(target, [&](auto enough) { return tables.all_cost(enough, lines); }),
                 "a choice has no more loss than the target");
}

} // namespace election::detail
