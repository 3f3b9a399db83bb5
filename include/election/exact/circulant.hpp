// SPDX-License-Identifier: MIT
// solve_circulant(): the least loss of problems whose rows are closed under rotation of the columns, by a table over windows of columns.
#pragma once

// Why it is right. Let the rows be closed under rotation by `step` columns, a divisor of their number k, and let every row lie within
// span + 1 cyclically consecutive columns, span a multiple of step. A choice is a cyclic word x of k bits, 1 for losers. The loss is a
// sum over the positions d of what the rows that end at d cost, and that depends on bits d − span … d and on d modulo step.
//
// Fix the first `span` bits P. Going from position span to k − 1 and once more over the first span positions, every d is visited once
// with the bits before it known; the state is the last span bits, the value the least cost by losers so far. The least over all P is
// the least loss.
//
// Only some P are needed. Call the k / step windows of span bits that start at multiples of step the aligned ones and order the words
// of span bits by (ones, value). Rotation by multiples of step does not change the loss and permutes the aligned windows, so that a best
// choice may be turned until its first window is the least of them: states at aligned positions that come before P in the order are
// forbidden. If the rows are also closed under reflection, the reflected choice has the reflected windows, and P may be taken as the
// least of both. Every column lies in span / step aligned windows, so these have span·budget / k ones on average and P has no more.
// Windows that don't overlap have at least ones(P) losers each: with d columns taken there are at least ones(P)·⌊d / span⌋ losers, and as
// many are left to come as fit into the other k − d columns.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/frontier.hpp>
#include <election/exact/frontier_rows.hpp>

namespace election {

/// The largest span that find_rotations() takes unless asked: 2²⁴ pairs of windows.
inline constexpr std::size_t circulant_max_span = 12;

/// A row and all its rotations by multiples of the step.
struct circulant_orbit {
    std::vector<std::uint32_t> offsets; ///< of its columns behind its first: ascending, from 0
    std::size_t phase = 0;              ///< its first column modulo the step
    frontier_row costs;                 ///< thresholds and costs; its columns mean nothing
};

/// The rotations that a cover problem is closed under, and its rows by their orbits.
struct circulant_rotations {
    std::size_t step = 1; ///< columns; divides their number
    std::size_t span =
        1; ///< bits of a state: every row lies in span + 1 columns; a multiple of the step, at most all columns
    bool reflects = false;               ///< whether the rows are also closed under reading the columns backwards
    std::vector<circulant_orbit> orbits; ///< of the rows that vary
    std::int64_t constant = 0;           ///< loss of the others
    std::int64_t unit = 1;               ///< all costs are multiples of it
    double work = 0;                     ///< entries of the tables, about
};

namespace detail {

/// The shortest cyclic interval that holds some columns. \returns first column and offsets; nothing if there are several
[[nodiscard]] inline std::optional<std::pair<std::uint32_t, std::vector<std::uint32_t>>>
cyclic_form(const std::vector<std::uint32_t>& columns, std::size_t k) {
    std::size_t best_gap = 0; // from a column to the next one
    std::size_t start = 0;    // the column behind the largest gap
    bool is_unique = false;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::size_t next = (i + 1) % columns.size();
        const std::size_t gap = columns[next] > columns[i] ? columns[next] - columns[i] : columns[next] + k - columns[i];
        if (gap == best_gap) is_unique = false;
        if (gap > best_gap) {
            best_gap = gap;
            start = next;
            is_unique = true;
        }
    }
    if (!is_unique) return std::nullopt;
    std::vector<std::uint32_t> offsets;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::uint32_t column = columns[(start + i) % columns.size()];
        const std::uint32_t first = columns[start];
        offsets.push_back(column >= first ? column - first : static_cast<std::uint32_t>(column + k - first));
    }
    return std::pair{columns[start], std::move(offsets)};
}

/// What makes two rows the same but for rotation.
using circulant_kind = std::tuple<std::vector<std::uint32_t>, std::uint32_t, bool, std::int64_t, std::int64_t, std::int64_t>;

[[nodiscard]] inline circulant_kind kind_of(const frontier_row& row, std::vector<std::uint32_t> offsets) {
    return {std::move(offsets), row.threshold, row.has_middle, row.below, row.middle, row.above};
}

/// Whether a set of places on a cycle is closed under rotation.
[[nodiscard]] inline bool is_closed(const std::vector<char>& places, std::size_t step) {
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i] != places[(i + step) % places.size()]) return false;
    }
    return true;
}

[[nodiscard]] inline std::size_t rounded_up(std::size_t value, std::size_t step) { return (value + step - 1) / step * step; }

/// The bits of a window backwards.
[[nodiscard]] constexpr std::uint32_t reflected(std::uint32_t window, std::size_t span) noexcept {
    std::uint32_t result = 0;
    for (std::size_t i = 0; i < span; ++i) result |= (window >> i & 1U) << (span - 1 - i);
    return result;
}

/// The windows in their order, and which of them may be first.
class circulant_windows {
public:
    circulant_windows(std::size_t span, bool reflects) : ordered_(std::size_t{1} << span), rank_(ordered_.size()) {
        std::iota(ordered_.begin(), ordered_.end(), 0U);
        std::ranges::stable_sort(ordered_, {}, [](std::uint32_t window) { return std::popcount(window); });
        for (std::size_t i = 0; i < ordered_.size(); ++i) rank_[ordered_[i]] = static_cast<std::uint32_t>(i);
        if (reflects) { // a window comes before P if it or its mirror image does
            std::vector<std::uint32_t> both(rank_);
            for (std::size_t w = 0; w < rank_.size(); ++w) {
                both[w] = std::min(rank_[w], rank_[reflected(static_cast<std::uint32_t>(w), span)]);
            }
            rank_.swap(both);
        }
    }
    /// All windows by (ones, value).
    [[nodiscard]] const std::vector<std::uint32_t>& ordered() const noexcept { return ordered_; }
    /// A window may stand at an aligned position behind a first window of rank r if its own rank is at least r.
    [[nodiscard]] std::uint32_t rank(std::uint32_t window) const { return rank_[window]; }
    /// Whether the i-th window may be first: it comes before its own mirror image.
    [[nodiscard]] bool may_be_first(std::size_t i) const { return rank_[ordered_[i]] == i; }

private:
    std::vector<std::uint32_t> ordered_;
    std::vector<std::uint32_t> rank_;
};

/// Losers after d columns, if every window has at least `ones`, where ones·columns ≤ span·budget: at least and at most, neither of them
/// falls with d, and the first is never more than the last.
struct circulant_range {
    std::size_t columns;
    std::size_t budget;
    std::size_t span;

    [[nodiscard]] std::size_t first(std::size_t d, std::size_t ones) const noexcept {
        const std::size_t left = columns - d;
        return std::max(budget > left ? budget - left : 0, ones * (d / span));
    }
    [[nodiscard]] std::size_t last(std::size_t d, std::size_t ones) const noexcept {
        const std::size_t to_come = ones * ((columns - d) / span);
        return std::min(d, budget - to_come);
    }
};

} // namespace detail

/// Finds whether the rows of a problem are closed under rotation of the columns and short.
/// \param problem   valid
/// \param max_span  1 … 16: rows must lie in so many consecutive columns and one more
/// \returns the smallest such rotation; nothing if there is none, if rows are longer, or if a row has no unique shortest interval
/// \par Complexity
/// O(ones·log rows + columns·span)
///
/// \code
/// const election::cover_problem ring{3, 1, {{{0, 1}, 2, true}, {{1, 2}, 2, true}, {{0, 2}, 2, true}}, -3};
/// const auto rotations = election::find_rotations(ring);
/// assert(rotations->step == 1 && rotations->span == 1 && rotations->orbits.size() == 1);
/// \endcode
[[nodiscard]] inline std::optional<circulant_rotations> find_rotations(const cover_problem& problem,
                                                                       std::size_t max_span = circulant_max_span) {
    detail::require(max_span >= 1 && max_span <= 16, "find_rotations", "max_span", max_span, "must be 1 to 16");
    const std::size_t k = problem.columns;
    const frontier_rows rows = make_frontier_rows(problem);
    if (k == 0 || rows.rows.empty()) return std::nullopt;

    // For every kind of row, where it stands. Equal rows are one already, so it stands nowhere twice.
    std::map<detail::circulant_kind, std::pair<std::vector<char>, const frontier_row*>> kinds;
    std::map<detail::circulant_kind, std::vector<char>> mirrored;
    circulant_rotations result;
    for (const frontier_row& row : rows.rows) {
        if (row.columns.size() > max_span + 1) return std::nullopt;
        auto form = detail::cyclic_form(row.columns, k);
        if (!form || form->second.back() > max_span) return std::nullopt;
        const std::uint32_t length = form->second.back();
        result.span = std::max<std::size_t>(result.span, length);
        std::vector<std::uint32_t> backwards;
        for (std::size_t i = form->second.size(); i-- > 0;) backwards.push_back(length - form->second[i]);
        auto& mirror = mirrored[detail::kind_of(row, std::move(backwards))];
        mirror.resize(k, 0);
        mirror[k - 1 - (form->first + length) % k] = 1; // column j becomes k − 1 − j
        auto& [places, example] = kinds[detail::kind_of(row, std::move(form->second))];
        places.resize(k, 0);
        places[form->first] = 1;
        example = &row;
    }
    const auto is_closed = [&](std::size_t step) {
        return std::ranges::all_of(kinds, [&](const auto& kind) { return detail::is_closed(kind.second.first, step); });
    };
    const std::size_t longest = result.span;
    while (result.step <= max_span && (k % result.step != 0 || !is_closed(result.step))) ++result.step;
    result.span = detail::rounded_up(longest, result.step);
    if (result.step > max_span || result.span > std::min(max_span, k)) return std::nullopt;

    for (const auto& [kind, where] : kinds) {
        for (std::size_t phase = 0; phase < result.step; ++phase) {
            if (where.first[phase] != 0) result.orbits.push_back({std::get<0>(kind), phase, *where.second});
        }
    }
    result.reflects = std::ranges::equal(
        kinds, mirrored, [](const auto& a, const auto& b) { return a.first == b.first && a.second.first == b.second; });
    result.constant = rows.constant;
    result.unit = rows.unit;

    const detail::circulant_range range{k, problem.budget, result.span};
    std::vector<double> entries(result.span + 1, 0); // of one state over all positions, by ones of the first window
    double states = std::exp2(static_cast<double>(result.span)); // not before the first window, about
    double first_windows = 1;
    for (std::size_t ones = 0; ones * k <= result.span * problem.budget && ones <= result.span; ++ones) {
        double width = 0;
        for (std::size_t d = result.span; d < k; ++d) {
            width += static_cast<double>(range.last(d + 1, ones) - range.first(d + 1, ones) + 32);
        }
        result.work += width * first_windows * states / (result.reflects ? 2 : 1);
        states -= first_windows;
        first_windows = first_windows * static_cast<double>(result.span - ones) / static_cast<double>(ones + 1);
    }
    return result;
}

/// A best choice and how it was proved.
struct circulant_answer : cover_answer {
    std::size_t step = 1; ///< the rows are closed under rotation by so many columns
    std::size_t span = 1; ///< of the windows
};

namespace detail {

/// Tables over the last span bits. Value may be too small for some costs: the largest number stands for "that or more".
template <class Value>
class circulant_table {
public:
    static constexpr Value most = std::numeric_limits<Value>::max();

    circulant_table(const cover_problem& problem, const circulant_rotations& rotations, const circulant_windows& windows,
                    const frontier_options& options)
        : columns_(problem.columns), budget_(problem.budget), rotations_(rotations), windows_(windows),
          span_(rotations.span), states_(std::size_t{1} << span_),
          stride_(rounded_up(budget_ + 1, block) + block), range_{columns_, budget_, span_}, clock_(options, 0),
          costs_(rotations.step * 2 * states_), now_(states_ * stride_ + block, most), next_(now_) {
        for (const circulant_orbit& orbit : rotations.orbits) {
            // It ends at columns ≡ phase + length; bit 0 is the last column of a window of span + 1.
            const std::size_t length = orbit.offsets.back();
            Value* costs = costs_of(orbit.phase + length);
            for (std::size_t window = 0; window < 2 * states_; ++window) {
                std::size_t hits = 0;
                for (std::uint32_t offset : orbit.offsets) hits += window >> (length - offset) & 1U;
                costs[window] = sum(costs[window], capped(orbit.costs.cost(hits) / rotations.unit));
            }
        }
    }

    enum class outcome : std::uint8_t {
        done,
        too_large, ///< the least cost does not fit Value
        stopped    ///< time is over
    };

    [[nodiscard]] outcome run() {
        for (std::size_t i = 0; i < windows_.ordered().size(); ++i) {
            const std::uint32_t first = windows_.ordered()[i];
            const auto ones = static_cast<std::size_t>(std::popcount(first));
            if (ones * columns_ > span_ * budget_) break; // and all behind it
            if (!windows_.may_be_first(i)) continue;
            if (clock_.should_stop(0)) return outcome::stopped;
            start(first);
            for (std::size_t d = span_; d < columns_; ++d) step(d, now_, next_);
            for (std::uint32_t last : allowed_at(columns_)) {
                const Value cost = closed(last, first, value_at(now_, last, budget_));
                if (cost >= best_) continue;
                best_ = cost;
                best_first_ = first;
                best_last_ = last;
            }
            // Then the others hardly fit: this is only a guess, and larger numbers are right too.
            if (i == 0 && best_ == most && budget_ + span_ <= columns_ && sizeof(Value) < 8) return outcome::too_large;
        }
        return best_ == most ? outcome::too_large : outcome::done;
    }

    /// After run() was done.
    [[nodiscard]] std::int64_t cost() const noexcept { return static_cast<std::int64_t>(best_); }
    [[nodiscard]] std::uint64_t nodes() const noexcept { return nodes_; }

    /// The losers of a best choice, ascending. The table of its first window is made again; of its layers every r-th is kept, where
    /// r² is about k, and the rest once more, block by block from behind.
    [[nodiscard]] std::vector<std::uint32_t> losers() {
        std::size_t every = 1;
        while (every * every < columns_) ++every;
        start(best_first_);
        std::vector<std::vector<Value>> kept;
        for (std::size_t d = span_; d < columns_; ++d) {
            if ((d - span_) % every == 0) kept.push_back(now_);
            step(d, now_, next_);
        }
        std::vector<std::uint32_t> result;
        for (std::size_t j = 0; j < span_; ++j) {
            if ((best_first_ >> (span_ - 1 - j) & 1U) != 0) result.push_back(static_cast<std::uint32_t>(j));
        }
        std::uint32_t state = best_last_;
        std::size_t losers = budget_;
        Value value = value_at(now_, state, losers);
        std::size_t end = columns_;
        while (!kept.empty()) {
            const std::size_t begin = span_ + (kept.size() - 1) * every;
            std::vector<std::vector<Value>> block_layers{std::move(kept.back())};
            kept.pop_back();
            for (std::size_t d = begin; d + 1 < end; ++d) {
                now_ = block_layers.back();
                std::ranges::fill(next_, most);
                step(d, now_, next_);
                block_layers.push_back(now_);
            }
            for (std::size_t d = end; d-- > begin;) {
                if (step_back(d, block_layers.back(), state, losers, value)) result.push_back(static_cast<std::uint32_t>(d));
                block_layers.pop_back();
            }
            end = begin;
        }
        std::ranges::sort(result);
        return result;
    }

private:
    static constexpr std::size_t block = 32; ///< entries that are added and compared together, and as many before the first

    [[nodiscard]] static Value capped(std::int64_t cost) noexcept {
        return static_cast<Value>(std::min(static_cast<std::uint64_t>(cost), static_cast<std::uint64_t>(most)));
    }
    [[nodiscard]] static Value sum(Value a, Value b) noexcept {
        return static_cast<Value>(std::min<Value>(a, static_cast<Value>(most - b)) + b);
    }
    [[nodiscard]] Value* costs_of(std::size_t column) { return costs_.data() + column % rotations_.step * 2 * states_; }
    [[nodiscard]] const Value* costs_of(std::size_t column) const {
        return costs_.data() + column % rotations_.step * 2 * states_;
    }
    [[nodiscard]] Value value_at(const std::vector<Value>& layer, std::uint32_t state, std::size_t losers) const {
        return layer[state * stride_ + block + losers];
    }

    void start(std::uint32_t first) {
        ones_ = static_cast<std::size_t>(std::popcount(first));
        allowed_.clear();
        for (std::uint32_t state = 0; state < states_; ++state) {
            if (windows_.rank(state) >= windows_.rank(first)) allowed_.push_back(state);
        }
        if (rotations_.step > 1 && all_.empty()) {
            all_.resize(states_);
            std::iota(all_.begin(), all_.end(), 0U);
        }
        std::ranges::fill(now_, most);
        std::ranges::fill(next_, most);
        now_[first * stride_ + block + ones_] = 0;
    }

    /// States after so many columns that are not forbidden.
    [[nodiscard]] const std::vector<std::uint32_t>& allowed_at(std::size_t columns) const {
        return columns % rotations_.step == 0 ? allowed_ : all_;
    }

    /// Takes column d: every state from the two that it may come from. Leaves the result in `now`.
    ///
    /// Entries are made in whole blocks. Those past the range of `now` were never written and are impossible, since ranges only
    /// move up; the one before it may be left from two columns ago, and is made impossible.
    void step(std::size_t d, std::vector<Value>& now, std::vector<Value>& next) {
        const std::size_t first = range_.first(d + 1, ones_) / block * block;
        const std::size_t end = rounded_up(range_.last(d + 1, ones_) + 1, block);
        const std::size_t before = range_.first(d, ones_) / block * block;
        if (before > 0) {
            for (std::uint32_t state : allowed_at(d)) now[state * stride_ + block + before - 1] = most;
        }
        if (rotations_.step > 1 && allowed_at(d + 1).size() < states_) forget_forbidden(next);
        const Value* costs = costs_of(d);
        for (std::uint32_t state : allowed_at(d + 1)) {
            const std::uint32_t a = state >> 1U;
            const std::uint32_t b = a | static_cast<std::uint32_t>(states_ >> 1U);
            const std::size_t bit = state & 1U;
            const Value* from_a = now.data() + a * stride_ + block - bit;
            const Value* from_b = now.data() + b * stride_ + block - bit;
            Value* to = next.data() + state * stride_ + block;
            for (std::size_t m = first; m < end; m += block) {
                least_of_two(to + m, from_a + m, costs[state], from_b + m, costs[state | states_]);
            }
        }
        nodes_ += allowed_at(d + 1).size();
        now.swap(next);
    }

    /// Where only some positions are aligned, forbidden states have been written at others.
    void forget_forbidden(std::vector<Value>& layer) {
        std::size_t at = 0;
        for (std::uint32_t state = 0; state < states_; ++state) {
            if (at < allowed_.size() && allowed_[at] == state) {
                ++at;
            } else {
                std::fill_n(layer.begin() + static_cast<std::ptrdiff_t>(state * stride_ + block), stride_ - block, most);
            }
        }
    }

    static void least_of_two(Value* __restrict to, const Value* __restrict a, Value cost_a, const Value* __restrict b,
                             Value cost_b) noexcept {
        const auto most_a = static_cast<Value>(most - cost_a);
        const auto most_b = static_cast<Value>(most - cost_b);
        for (std::size_t i = 0; i < block; ++i) {
            const auto x = static_cast<Value>(std::min(a[i], most_a) + cost_a);
            const auto y = static_cast<Value>(std::min(b[i], most_b) + cost_b);
            to[i] = std::min(x, y);
        }
    }

    /// Finds where an entry after column d came from. \returns whether the column lost
    bool step_back(std::size_t d, const std::vector<Value>& before, std::uint32_t& state, std::size_t& losers,
                   Value& value) const {
        const std::uint32_t bit = state & 1U;
        for (std::uint32_t top : {0U, static_cast<std::uint32_t>(states_)}) {
            const std::uint32_t from = (state | top) >> 1U;
            if (losers < bit + range_.first(d, ones_) / block * block) break; // not made, perhaps left from another column
            const Value was = value_at(before, from, losers - bit);
            if (was == most || sum(was, costs_of(d)[state | top]) != value) continue;
            state = from;
            losers -= bit;
            value = was;
            return bit != 0;
        }
        throw error("election::solve_circulant: an entry without a predecessor"); // cannot be
    }

    /// The cost of a choice with what the rows cost that end in its first window.
    [[nodiscard]] Value closed(std::uint32_t last, std::uint32_t first, Value cost) const {
        std::size_t state = last;
        for (std::size_t j = 0; j < span_ && cost != most; ++j) {
            const std::size_t window = state << 1U | (first >> (span_ - 1 - j) & 1U);
            cost = sum(cost, costs_of(columns_ + j)[window]);
            state = window & (states_ - 1);
        }
        return cost;
    }

    std::size_t columns_;
    std::size_t budget_;
    const circulant_rotations& rotations_;
    const circulant_windows& windows_;
    std::size_t span_;
    std::size_t states_;
    std::size_t stride_; ///< a block of impossible entries, then those of 0 … budget losers
    circulant_range range_;
    frontier_clock clock_;
    std::vector<Value> costs_; ///< of the rows that end at a column, by its phase and the span + 1 bits up to it
    std::vector<Value> now_;
    std::vector<Value> next_;
    std::vector<std::uint32_t> allowed_; ///< at aligned positions, ascending
    std::vector<std::uint32_t> all_;     ///< at others
    std::size_t ones_ = 0;               ///< of the first window
    Value best_ = most;
    std::uint32_t best_first_ = 0;
    std::uint32_t best_last_ = 0;
    std::uint64_t nodes_ = 0;
};

} // namespace detail

/// Finds the least loss of a problem that is closed under rotation.
/// \param problem    any
/// \param rotations  what find_rotations() says of it
/// \param options    when to give up: time limit and stop
/// \returns a best choice, proved, with as many nodes as the tables have states; nothing if it gave up
/// \throws parameter_error  a problem that breaks an invariant, a time limit that is not positive
/// \par Complexity
/// O(4^span·columns·budget) time and less, O(2^span·√columns·budget) memory
///
/// \code
/// const election::cover_problem ring{3, 1, {{{0, 1}, 2, true}, {{1, 2}, 2, true}, {{0, 2}, 2, true}}, -3};
/// const auto answer = election::solve_circulant(ring, *election::find_rotations(ring));
/// assert(answer->loss == 4); // two ties and a right vote
/// \endcode
[[nodiscard]] inline std::optional<circulant_answer>
solve_circulant(const cover_problem& problem, const circulant_rotations& rotations, const frontier_options& options = {}) {
    detail::require_valid(problem, "solve_circulant");
    detail::require_valid(options, "solve_circulant");
    const detail::circulant_windows windows(rotations.span, rotations.reflects);
    std::optional<circulant_answer> answer;
    const auto is_decided = [&](auto zero) {
        using table = detail::circulant_table<decltype(zero)>;
        table work(problem, rotations, windows, options);
        const auto outcome = work.run();
        if (outcome == table::outcome::too_large) return false;
        if (outcome == table::outcome::stopped) return true;
        answer.emplace();
        answer->loss = rotations.constant + rotations.unit * work.cost();
        answer->loss_lower = answer->loss;
        answer->nodes = work.nodes();
        answer->losers = work.losers();
        answer->step = rotations.step;
        answer->span = rotations.span;
        return true;
    };
    // Short numbers are fast, and enough wherever the answer fits them.
    if (!is_decided(std::uint8_t{0}) && !is_decided(std::uint16_t{0}) && !is_decided(std::uint32_t{0})) {
        is_decided(std::uint64_t{0});
    }
    return answer;
}

} // namespace election
