// SPDX-License-Identifier: MIT
// solve_frontier(): the least loss by a table over the columns one after the other; exact for sparse, banded and tree-like codes.
#pragma once

// Why it is right. Take the columns in some order; let p of them be taken, m of these as losers. A row is open when some but not all
// of its columns are taken and its cost is not decided yet. The rest of the loss depends on the choice so far only through m and what
// each open row still needs: that is the state, with one number for "decided" since the cost of a decided row is paid when it is
// decided and never changes. So of all choices with the same state and the same m only one of least cost so far must be kept, and by
// induction over p the table holds these least costs. At the end no row is open, there is one state, and its entry at m = budget is
// the least loss. Entries from which the budget cannot be met (m > budget or m < budget − columns left) lead nowhere and are dropped.

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/core/progress.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/frontier_order.hpp>
#include <election/exact/frontier_rows.hpp>

namespace election {

/// When solve_frontier() gives up.
struct frontier_options {
    /// States after one column.
    std::size_t max_states = std::size_t{1} << 22;
    /// Of the table, about.
    std::size_t max_bytes = std::size_t{1} << 30;
    /// Of the layers that are kept to find the losers, about; others are made again.
    std::size_t kept_bytes = std::size_t{1} << 27;
    /// More than 0 s.
    std::optional<std::chrono::duration<double>> time_limit = {};
    /// Give up when asked.
    std::stop_token stop = {};
    /// Called about ten times a second with the columns taken; may be empty.
    progress_function on_progress = {};
};

/// A best choice and how it was proved.
struct frontier_answer : cover_answer {
    std::vector<std::uint32_t> order; ///< of the columns in the table: who repeats it in this order finds the same loss
    std::size_t most_states = 0;      ///< after one column
};

namespace detail {

/// target = min(target, source + cost), entry by entry, where the largest number stands for "impossible" and stays it.
template <class Value>
void take_least(Value* __restrict target, const Value* __restrict source, std::size_t count, Value cost) noexcept {
    const auto most = static_cast<Value>(std::numeric_limits<Value>::max() - cost);
    for (std::size_t i = 0; i < count; ++i) {
        const auto sum = static_cast<Value>(std::min(source[i], most) + cost);
        target[i] = std::min(target[i], sum);
    }
}

/// target = source + cost, as take_least() adds.
template <class Value>
void copy_raised(Value* __restrict target, const Value* __restrict source, std::size_t count, Value cost) noexcept {
    const auto most = static_cast<Value>(std::numeric_limits<Value>::max() - cost);
    for (std::size_t i = 0; i < count; ++i) target[i] = static_cast<Value>(std::min(source[i], most) + cost);
}

/// Where the open rows have their numbers in a state, and what every column does to them.
class frontier_layout {
public:
    /// What a column does to one of its rows.
    struct touch {
        std::uint32_t row = 0;
        std::uint32_t left = 0; ///< columns of the row behind this one
        bool opens = false;     ///< it is the row's first
    };
    /// Bits of a state that hold what a row needs: 0 before it opens, when it is decided, and after it closes.
    struct slot {
        std::size_t word = 0;
        unsigned shift = 0;
        std::uint64_t mask = 0; ///< before the shift
    };

    frontier_layout(const std::vector<frontier_row>& rows, std::span<const std::uint32_t> order)
        : slots_(rows.size()), begins_(order.size() + 1, 0) {
        const column_rows rows_of(rows, order.size());
        std::vector<std::uint32_t> left(rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) left[i] = static_cast<std::uint32_t>(rows[i].columns.size());
        std::vector<std::uint64_t> used;
        touches_.reserve(rows_of.columns());
        for (std::size_t p = 0; p < order.size(); ++p) {
            for (std::uint32_t i : rows_of[order[p]]) {
                const bool opens = left[i] == rows[i].columns.size();
                touches_.push_back({i, --left[i], opens});
            }
            begins_[p + 1] = touches_.size();
            // Closed rows keep their bits until the rows that open here have theirs: a column reads all before it writes.
            for (const touch& t : touches(p)) {
                if (t.opens && t.left > 0) slots_[t.row] = allot(used, rows[t.row].threshold);
            }
            for (const touch& t : touches(p)) {
                if (!t.opens && t.left == 0) used[slots_[t.row].word] &= ~(slots_[t.row].mask << slots_[t.row].shift);
            }
        }
        words_ = std::max<std::size_t>(used.size(), 1);
    }

    [[nodiscard]] std::size_t words() const noexcept { return words_; }
    [[nodiscard]] const slot& slot_of(std::uint32_t row) const { return slots_[row]; }
    [[nodiscard]] std::span<const touch> touches(std::size_t position) const {
        return {touches_.data() + begins_[position], begins_[position + 1] - begins_[position]};
    }

private:
    static slot allot(std::vector<std::uint64_t>& used, std::uint32_t most) {
        const auto bits = static_cast<unsigned>(std::bit_width(most));
        const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
        for (std::size_t word = 0;; ++word) {
            if (word == used.size()) used.push_back(0);
            for (unsigned shift = 0; shift + bits <= 64; ++shift) {
                if ((used[word] >> shift & mask) != 0) continue;
                used[word] |= mask << shift;
                return {word, shift, mask};
            }
        }
    }

    std::vector<slot> slots_;
    std::vector<touch> touches_;
    std::vector<std::size_t> begins_; ///< of touches, by position
    std::size_t words_ = 1;
};

/// The states after some columns, each with its least costs by losers so far.
template <class Value>
struct frontier_layer {
    std::size_t first = 0;             ///< losers of entry 0
    std::size_t width = 0;             ///< entries of a state
    std::vector<std::uint64_t> keys;   ///< words of the states, one after the other
    std::vector<Value> values;         ///< width entries a state
    std::vector<std::uint32_t> begins; ///< first entry of a state that may be possible
    std::vector<std::uint32_t> ends;   ///< one past the last

    [[nodiscard]] std::size_t states() const noexcept { return begins.size(); }
    [[nodiscard]] std::size_t bytes() const noexcept {
        return keys.size() * sizeof(std::uint64_t) + values.size() * sizeof(Value) +
               begins.size() * 2 * sizeof(std::uint32_t);
    }
    void clear() {
        keys.clear();
        values.clear();
        begins.clear();
        ends.clear();
    }
};

/// Which state of a layer has a key: open addressing.
class frontier_index {
public:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

    explicit frontier_index(std::size_t words) : words_(words) {}

    void reset(std::size_t states) {
        places_.assign(std::bit_ceil(std::max<std::size_t>(2 * states, 16)), none);
        count_ = 0;
    }
    /// \returns the state with this key, which was appended to `keys` if it is new
    std::pair<std::uint32_t, bool> find_or_add(std::vector<std::uint64_t>& keys, const std::uint64_t* key) {
        if (2 * count_ >= places_.size()) grow(keys);
        std::size_t at = hash(key) & (places_.size() - 1);
        while (places_[at] != none) {
            if (is_equal(keys.data() + places_[at] * words_, key)) return {places_[at], false};
            at = (at + 1) & (places_.size() - 1);
        }
        for (std::size_t i = 0; i < words_; ++i) keys.push_back(key[i]);
        places_[at] = static_cast<std::uint32_t>(count_);
        return {static_cast<std::uint32_t>(count_++), true};
    }

private:
    [[nodiscard]] bool is_equal(const std::uint64_t* a, const std::uint64_t* b) const noexcept {
        for (std::size_t i = 0; i < words_; ++i) {
            if (a[i] != b[i]) return false;
        }
        return true;
    }
    [[nodiscard]] std::size_t hash(const std::uint64_t* key) const noexcept {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < words_; ++i) {
            value = (value ^ key[i]) * 0x9E3779B97F4A7C15U;
            value ^= value >> 32U;
        }
        return static_cast<std::size_t>(value);
    }
    void grow(const std::vector<std::uint64_t>& keys) {
        const std::size_t states = count_;
        reset(2 * states);
        count_ = states;
        for (std::size_t s = 0; s < states; ++s) {
            std::size_t at = hash(keys.data() + s * words_) & (places_.size() - 1);
            while (places_[at] != none) at = (at + 1) & (places_.size() - 1);
            places_[at] = static_cast<std::uint32_t>(s);
        }
    }

    std::size_t words_;
    std::vector<std::uint32_t> places_; ///< a power of two, at most half of them taken
    std::size_t count_ = 0;
};

/// What makes a long table give up, asked for now and then.
class frontier_clock {
public:
    frontier_clock(const frontier_options& options, std::size_t columns) : options_(options), columns_(columns) {}

    [[nodiscard]] bool should_stop(std::size_t done) {
        if (options_.stop.stop_requested()) return true;
        if (!options_.time_limit && !options_.on_progress) return false;
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
        if (options_.on_progress && seconds >= next_report_ && done > 0) {
            next_report_ = seconds + 0.1;
            options_.on_progress(
                {done, columns_, seconds, seconds * static_cast<double>(columns_ - done) / static_cast<double>(done)});
        }
        return options_.time_limit && seconds > options_.time_limit->count();
    }

private:
    const frontier_options& options_;
    std::size_t columns_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    double next_report_ = 0.1;
};

/// The table. Costs are in units; Value holds the sum of all and one number more.
template <class Value>
class frontier_table {
public:
    using layer = frontier_layer<Value>;
    static constexpr Value impossible = std::numeric_limits<Value>::max();

    /// \param budget  of losers; nothing: every number
    frontier_table(const frontier_rows& rows, std::span<const std::uint32_t> order, std::optional<std::size_t> budget,
                   const frontier_options& options)
        : rows_(rows), order_(order), budget_(budget), options_(options), layout_(rows.rows, order), index_(layout_.words()),
          clock_(options, order.size()), key_if_kept_(layout_.words()), key_if_lost_(layout_.words()) {
        // Wide layers cost more to keep than to make again, since only few of their entries are needed then.
        if (budget && *budget * sizeof(Value) > 256) keep_every_ = 32;
    }

    /// Fills the table. \returns whether it came to the end
    [[nodiscard]] bool run(bool keeps_layers) {
        layer now = start();
        for (std::size_t p = 0; p < order_.size(); ++p) {
            layer next = std::move(spare_);
            if (!step(p, now, next, first_at(p + 1), last_at(p + 1))) return false;
            done_ = p + 1;
            states_ += next.states();
            most_states_ = std::max(most_states_, next.states());
            if (keeps_layers && p % keep_every_ == 0) {
                keep(p, std::move(now));
            } else {
                spare_ = std::move(now);
            }
            now = std::move(next);
        }
        last_ = std::move(now);
        return true;
    }

    /// After run(). Least costs by losers, from the fewest losers that are possible on.
    [[nodiscard]] std::span<const Value> costs() const { return last_.values; }
    [[nodiscard]] std::uint64_t states() const noexcept { return states_; }
    [[nodiscard]] std::size_t most_states() const noexcept { return most_states_; }

    /// After run(true). The losers of a best choice, ascending; nothing if time was over.
    ///
    /// Goes backwards. A predecessor of an entry is found by trying them all, as the table does forwards. Layers that were not kept
    /// are made again from the last one before them, with those entries only from which the one in hand can be reached.
    [[nodiscard]] std::optional<std::vector<std::uint32_t>> losers() {
        std::vector<std::uint32_t> result;
        std::vector<std::uint64_t> key(layout_.words(), 0);
        std::size_t losers = *budget_;
        Value value = last_.values.front();
        std::size_t end = order_.size();
        while (end > 0) {
            const auto kept = std::prev(kept_.lower_bound(end));
            std::vector<layer> block{std::move(kept->second)};
            const std::size_t begin = kept->first;
            kept_.erase(kept);
            while (begin + block.size() < end) {
                const std::size_t p = begin + block.size();
                layer next;
                if (!step(p - 1, block.back(), next, std::max(first_at(p), losers - std::min(losers, end - p)),
                          std::min(last_at(p), losers))) {
                    return std::nullopt;
                }
                block.push_back(std::move(next));
            }
            for (std::size_t p = end; p-- > begin;) {
                if (step_back(p, block.back(), key, losers, value)) result.push_back(order_[p]);
                block.pop_back();
            }
            end = begin;
        }
        std::ranges::sort(result);
        return result;
    }

private:
    /// What a column does to a row that needs so much, if it does not lose (0) or does (1).
    struct change {
        std::uint64_t flip[2] = {0, 0}; ///< of the bits, in place
        Value cost[2] = {0, 0};         ///< paid now
    };
    struct move {
        std::size_t word = 0;
        unsigned shift = 0;
        std::uint64_t mask = 0; ///< 0 for a row that opens: it has not been written
        std::size_t changes = 0;
    };

    [[nodiscard]] std::size_t first_at(std::size_t p) const {
        const std::size_t left = order_.size() - p;
        return budget_ && *budget_ > left ? *budget_ - left : 0;
    }
    [[nodiscard]] std::size_t last_at(std::size_t p) const { return budget_ ? std::min(*budget_, p) : p; }

    [[nodiscard]] layer start() const {
        layer result;
        result.width = 1;
        result.keys.assign(layout_.words(), 0);
        result.values = {0};
        result.begins = {0};
        result.ends = {1};
        return result;
    }

    [[nodiscard]] static std::pair<std::uint64_t, std::int64_t> outcome(const frontier_row& row, std::uint32_t needs,
                                                                        std::uint32_t left) {
        if (row.is_open(needs, left)) return {needs, 0};
        return {0, row.cost(row.threshold - needs)}; // decided: hits now or later don't matter, or there are no more
    }

    void prepare(std::size_t p) {
        moves_.clear();
        changes_.clear();
        for (const frontier_layout::touch& t : layout_.touches(p)) {
            const frontier_row& row = rows_.rows[t.row];
            const frontier_layout::slot& slot = layout_.slot_of(t.row);
            moves_.push_back({slot.word, slot.shift, t.opens ? 0 : slot.mask, changes_.size()});
            const auto add = [&](std::uint64_t from, std::uint32_t needs) {
                change c;
                for (std::uint32_t hit : {0U, 1U}) {
                    const auto [to, cost] = outcome(row, needs - hit, t.left);
                    c.flip[hit] = (from ^ to) << slot.shift;
                    c.cost[hit] = static_cast<Value>(cost / rows_.unit);
                }
                changes_.push_back(c);
            };
            if (t.opens) {
                add(0, row.threshold);
            } else {
                changes_.emplace_back(); // decided before
                for (std::uint32_t needs = 1; needs <= row.threshold; ++needs) add(needs, needs);
            }
        }
    }

    /// Where a state goes, kept or lost: key_if_kept_ and key_if_lost_. \returns what is paid
    std::pair<Value, Value> follow(const std::uint64_t* key) {
        for (std::size_t i = 0; i < layout_.words(); ++i) key_if_kept_[i] = key_if_lost_[i] = key[i];
        Value if_kept = 0;
        Value if_lost = 0;
        for (const move& m : moves_) {
            const change& c = changes_[m.changes + (key[m.word] >> m.shift & m.mask)];
            key_if_kept_[m.word] ^= c.flip[0];
            key_if_lost_[m.word] ^= c.flip[1];
            if_kept = static_cast<Value>(if_kept + c.cost[0]);
            if_lost = static_cast<Value>(if_lost + c.cost[1]);
        }
        return {if_kept, if_lost};
    }

    /// Takes column p; keeps entries of `first` to `last` losers.
    [[nodiscard]] bool step(std::size_t p, const layer& now, layer& next, std::size_t first, std::size_t last) {
        prepare(p);
        next.clear();
        next.first = first;
        next.width = last - first + 1;
        index_.reset(now.states());
        for (std::size_t s = 0; s < now.states(); ++s) {
            if (s % 1024 == 0 && (clock_.should_stop(done_) || now.bytes() + next.bytes() > options_.max_bytes))
                return false;
            const auto [if_kept, if_lost] = follow(now.keys.data() + s * layout_.words());
            enter(now, s, key_if_kept_, 0, if_kept, next);
            enter(now, s, key_if_lost_, 1, if_lost, next);
            if (next.states() > options_.max_states) return false;
        }
        return true;
    }

    void enter(const layer& now, std::size_t s, const std::vector<std::uint64_t>& key, std::size_t hit, Value cost,
               layer& next) {
        // Entries in the number of losers after the column; those outside of the next layer's range lead nowhere.
        const std::size_t begin = std::max(now.first + now.begins[s] + hit, next.first);
        const std::size_t end = std::min(now.first + now.ends[s] + hit, next.first + next.width);
        if (begin >= end) return;
        const auto [state, is_new] = index_.find_or_add(next.keys, key.data());
        const auto from = static_cast<std::uint32_t>(begin - next.first);
        const auto to = static_cast<std::uint32_t>(end - next.first);
        if (is_new) {
            next.values.resize(next.values.size() + next.width, impossible);
            next.begins.push_back(from);
            next.ends.push_back(to);
        } else {
            next.begins[state] = std::min(next.begins[state], from);
            next.ends[state] = std::max(next.ends[state], to);
        }
        const Value* source = now.values.data() + s * now.width + (begin - hit - now.first);
        Value* target = next.values.data() + state * next.width + from;
        if (is_new) {
            copy_raised(target, source, to - from, cost);
        } else {
            take_least(target, source, to - from, cost);
        }
    }

    /// Finds where an entry after column p came from. \returns whether the column lost
    bool step_back(std::size_t p, const layer& before, std::vector<std::uint64_t>& key, std::size_t& losers, Value& value) {
        prepare(p);
        for (std::size_t s = 0; s < before.states(); ++s) {
            const std::uint64_t* from = before.keys.data() + s * layout_.words();
            const auto [if_kept, if_lost] = follow(from);
            for (std::size_t hit : {0U, 1U}) {
                const std::size_t had = losers - hit - before.first; // wraps where it would be negative
                if (had < before.begins[s] || had >= before.ends[s] || (hit == 0 ? key_if_kept_ : key_if_lost_) != key)
                    continue;
                const Value was = before.values[s * before.width + had];
                if (was == impossible || static_cast<Value>(was + (hit == 0 ? if_kept : if_lost)) != value) continue;
                key.assign(from, from + layout_.words());
                losers -= hit;
                value = was;
                return hit != 0;
            }
        }
        throw error("election::solve_frontier: an entry without a predecessor"); // cannot be
    }

    /// Keeps a layer, and of those kept only every second while they take too much.
    void keep(std::size_t p, layer now) {
        kept_bytes_ += now.bytes();
        kept_.emplace(p, std::move(now));
        while (kept_bytes_ > options_.kept_bytes && keep_every_ < order_.size()) {
            keep_every_ *= 2;
            for (auto at = kept_.begin(); at != kept_.end();) {
                if (at->first % keep_every_ == 0) {
                    ++at;
                } else {
                    kept_bytes_ -= at->second.bytes();
                    at = kept_.erase(at);
                }
            }
        }
    }

    const frontier_rows& rows_;
    std::span<const std::uint32_t> order_;
    std::optional<std::size_t> budget_;
    const frontier_options& options_;
    frontier_layout layout_;
    frontier_index index_;
    frontier_clock clock_;
    std::vector<move> moves_;     ///< of the column in hand
    std::vector<change> changes_; ///< of its rows, by what they need
    std::vector<std::uint64_t> key_if_kept_;
    std::vector<std::uint64_t> key_if_lost_;
    std::size_t done_ = 0;              ///< columns that run() has taken
    layer spare_;                       ///< memory
    std::map<std::size_t, layer> kept_; ///< layers by columns taken
    std::size_t kept_bytes_ = 0;
    std::size_t keep_every_ = 1;
    layer last_;
    std::uint64_t states_ = 0;
    std::size_t most_states_ = 0;
};

/// Calls `solve` with a number of the smallest type that holds the sum of all costs in units and one number more.
template <class Solve>
auto with_frontier_value(const frontier_rows& rows, const Solve& solve) {
    std::uint64_t most = 0;
    for (const frontier_row& row : rows.rows) most += static_cast<std::uint64_t>(std::max(row.below, row.above) / rows.unit);
    if (most < std::numeric_limits<std::uint16_t>::max()) return solve(std::uint16_t{0});
    if (most < std::numeric_limits<std::uint32_t>::max()) return solve(std::uint32_t{0});
    return solve(std::uint64_t{0});
}

inline void require_valid(const frontier_options& options, const char* where) {
    require(options.max_states >= 1, where, "max_states", options.max_states, "must be at least 1");
    require(!options.time_limit || options.time_limit->count() > 0, where, "time_limit",
            options.time_limit ? options.time_limit->count() : 0.0, "must be more than 0 s");
}

inline void require_order(std::span<const std::uint32_t> order, std::size_t columns, const char* where) {
    require(order.size() == columns, where, "order", order.size(), "must be as long as there are columns: ", columns);
    std::vector<char> seen(columns, 0);
    for (std::uint32_t column : order) {
        require(column < columns, where, "column", column, "is not there");
        require(seen[column] == 0, where, "column", column, "is twice in the order");
        seen[column] = 1;
    }
}

} // namespace detail

/// Finds the least loss by a table over the columns in a given order.
/// \param problem  any
/// \param plan     whose order is taken: plan_frontier(), or one's own
/// \param options  when to give up
/// \returns a best choice, proved, with as many nodes as the table has states; nothing if it gave up
/// \throws parameter_error  a problem that breaks an invariant, an order that is none, no states, a time limit that is not positive
/// \par Complexity
/// O(states·(rows of a column + budget)) time, twice where the memory is not enough to keep everything; states as
/// frontier_states() bounds them
/// \par Reference
/// Bodlaender, *Treewidth: structure and algorithms*, SIROCCO 2007 (dynamic programs over path decompositions)
///
/// \code
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
/// const auto answer = election::solve_frontier(uncoded, election::plan_frontier(uncoded));
/// assert(answer->loss == 4 && answer->losers.size() == 1 && answer->nodes == 3);
/// \endcode
[[nodiscard]] inline std::optional<frontier_answer> solve_frontier(const cover_problem& problem, const frontier_plan& plan,
                                                                   const frontier_options& options = {}) {
    detail::require_valid(problem, "solve_frontier");
    detail::require_valid(options, "solve_frontier");
    detail::require_order(plan.order, problem.columns, "solve_frontier");
    const frontier_rows rows = make_frontier_rows(problem);
    return detail::with_frontier_value(rows, [&](auto zero) -> std::optional<frontier_answer> {
        detail::frontier_table<decltype(zero)> table(rows, plan.order, problem.budget, options);
        if (!table.run(true)) return std::nullopt;
        frontier_answer answer;
        answer.loss = rows.constant + rows.unit * static_cast<std::int64_t>(table.costs().front());
        answer.loss_lower = answer.loss;
        answer.nodes = table.states();
        answer.most_states = table.most_states();
        auto losers = table.losers();
        if (!losers) return std::nullopt;
        answer.losers = std::move(*losers);
        answer.order = plan.order;
        return answer;
    });
}

/// The same in the order that plan_frontier() finds.
[[nodiscard]] inline std::optional<frontier_answer> solve_frontier(const cover_problem& problem,
                                                                   const frontier_options& options = {}) {
    detail::require_valid(problem, "solve_frontier");
    return solve_frontier(problem, plan_frontier(problem), options);
}

/// Finds the least loss for every budget at once.
/// \param problem  any; its budget does not matter
/// \param options  when to give up
/// \returns entry m: the least loss_of() when exactly m columns lose, m = 0 … columns; nothing if it gave up
/// \throws parameter_error  as solve_frontier()
/// \par Complexity
/// O(states·(rows of a column + columns)), in an order for rows by their own columns
///
/// \code
/// const election::cover_problem pair{2, 0, {{{0}, 1}, {{0, 1}, 2, true}}, 0}; // a row of one column, and one that may tie
/// assert((*election::frontier_losses(pair) == std::vector<std::int64_t>{4, 1, 0}));
/// \endcode
[[nodiscard]] inline std::optional<std::vector<std::int64_t>> frontier_losses(const cover_problem& problem,
                                                                              const frontier_options& options = {}) {
    detail::require_valid(problem, "frontier_losses");
    detail::require_valid(options, "frontier_losses");
    const frontier_rows rows = make_frontier_rows_of_any_budget(problem);
    const frontier_plan plan = detail::frontier_planner(rows.rows, problem.columns, detail::frontier_hopeless).run();
    return detail::with_frontier_value(rows, [&](auto zero) -> std::optional<std::vector<std::int64_t>> {
        detail::frontier_table<decltype(zero)> table(rows, plan.order, std::nullopt, options);
        if (!table.run(false)) return std::nullopt;
        std::vector<std::int64_t> losses;
        for (auto cost : table.costs()) losses.push_back(rows.constant + rows.unit * static_cast<std::int64_t>(cost));
        return losses;
    });
}

} // namespace election
