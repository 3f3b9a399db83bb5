// SPDX-License-Identifier: MIT
// solve_windows(): the least loss of problems whose rows are long windows of a circle of columns, by tables over blocks side by side.
#pragma once

// Why it is right. Let k columns lie on a circle, and let every row hold consecutive ones, their number a multiple of d, where d divides k.
// Cut the circle into m = k / d blocks of d columns. Guess how many losers each block has: T_0 … T_(m−1), with sum B. Let P_t(r) be the
// losers among the first r columns of block t. A row of c blocks' length that begins at column r of block t holds the rest of that block,
// c − 1 whole blocks, and the first r columns of block t + c. So its hits are
//
//   T_t − P_t(r) + T_(t+1) + … + T_(t+c−1) + P_(t+c)(r).
//
// Everything here is in the guess or belongs to the same r. So go through r = 0 … d − 1 with the state (P_0(r), …, P_(m−1)(r)): a state
// costs what the rows that begin at column r of the blocks cost, and then the r-th column of each block loses or not, of each by itself.
// From (0, …, 0) at r = 0 to (T_0, …, T_(m−1)) at r = d every path is one choice with these totals, its cost is the loss, and every choice
// is a path for one guess. The decisions of a step are independent: instead of 2^m predecessors of a state there are m passes of two.
//
// Which guesses symmetry leaves out, and what they cost at least, see window_guesses.hpp.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <numeric>
#include <optional>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/core/parallel.hpp>
#include <election/core/progress.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/window_blocks.hpp>
#include <election/exact/window_guesses.hpp>

namespace election {

/// How to solve_windows(), and when to give up.
struct window_options {
    unsigned threads = 1;                   ///< at least 1
    std::vector<std::uint32_t> losers = {}; ///< a good choice to begin with, any order; empty: none is known
    /// Of all tables, about.
    std::size_t max_bytes = std::size_t{1} << 30;
    /// More than 0 s.
    std::optional<std::chrono::duration<double>> time_limit = {};
    /// Give up when asked.
    std::stop_token stop = {};
    /// Called about ten times a second with the guesses that were begun; may be empty.
    progress_function on_progress = {};
};

namespace detail {

/// Tables over blocks side by side. Value may be too small for some costs: the largest number stands for "that or more".
template <class Value>
class window_table {
public:
    static constexpr Value most = std::numeric_limits<Value>::max();
    using layer = std::vector<Value>;

    explicit window_table(const window_blocks& windows)
        : windows_(windows), width_(windows.width), count_(windows.count), pad_(width_ + 2 * block), terms_(width_) {
        for (const window_row& row : windows.rows) add(row);
        if (windows.step >= width_ * count_) return; // no rotations: nothing is forbidden
        // Windows of one block's length are looked at by their losers, too, wherever a rotation may move the first one.
        for (std::size_t start = 0; start < width_ * count_; start += windows.step) {
            auto& terms = terms_[start % width_];
            auto place = std::ranges::find_if(
                terms, [&](const term& each) { return each.from == start / width_ && each.blocks == 1; });
            if (place == terms.end()) {
                add({start, 1, std::vector<std::int64_t>(width_ + 1, 0)});
                place = std::prev(terms.end());
            }
            place->is_turned = true;
        }
    }

    /// The least cost of choices with these totals, if it is at most the last number of `limits`, else perhaps most.
    /// \param totals       of the blocks
    /// \param limits       what may have been paid after the rows that begin at each column of a block, at most
    /// \param should_stop  asked at every column of a block
    /// \param layers       if not null, gets the tables after each column
    template <class Stop>
    [[nodiscard]] Value least(const std::vector<std::uint32_t>& totals, std::span<const std::int64_t> limits,
                              const Stop& should_stop, std::vector<layer>* layers = nullptr) {
        totals_ = totals;
        forbid(totals[0]);
        std::size_t stride = rounded_up_to_block(totals.back() + 1U);
        row_.assign(stride + block, most);
        shut_.assign(stride, most);
        strides_.assign(count_ - 1, 0);
        for (std::size_t t = count_ - 1; t-- > 0;) {
            strides_[t] = stride;
            stride *= totals[t] + 1U;
        }
        set_column(0);
        now_.resize(std::max(now_.size(), stride)); // never smaller: guesses come by the thousand
        now_[0] = cost_of_start();
        if (over(now_[0], limits[0])) return most;
        std::fill(now_.begin() + 1, now_.begin() + static_cast<std::ptrdiff_t>(stride), most);
        if (layers != nullptr) layers->push_back(now_);
        for (std::size_t r = 1; r < width_; ++r) {
            if (should_stop()) return most;
            set_column(r);
            take_columns();
            if (over(add_costs(), limits[r])) return most;
            if (layers != nullptr) layers->push_back(now_);
        }
        return now_[best_before(now_, totals_).first];
    }

    /// The losers of a best choice with these totals, ascending.
    [[nodiscard]] std::vector<std::uint32_t> losers(const std::vector<std::uint32_t>& totals,
                                                    std::span<const std::int64_t> limits) {
        std::vector<layer> layers;
        (void)least(
            totals, limits, [] { return false; }, &layers);
        std::vector<std::uint32_t> result;
        std::vector<std::uint32_t> state = totals_;
        for (std::size_t r = width_; r-- > 0;) {
            const std::uint32_t lost = best_before(layers[r], state).second;
            for (std::size_t t = 0; t < count_; ++t) {
                if ((lost >> t & 1U) == 0) continue;
                --state[t];
                result.push_back(static_cast<std::uint32_t>(t * width_ + r));
            }
        }
        std::ranges::sort(result);
        return result;
    }

    [[nodiscard]] std::uint64_t states() const noexcept { return states_; }

private:
    static constexpr std::size_t block = 16; ///< entries that are added and compared together

    /// What the windows of one length cost that begin in one block, at one column.
    struct term {
        std::size_t from = 0; ///< block where they begin
        std::size_t to = 0;   ///< block where they end
        std::size_t blocks = 1;
        std::size_t length = 0;
        bool is_turned = false;     ///< whether a rotation moves the first block there
        std::vector<Value> upwards; ///< costs by hits, with impossible ones before and behind
        std::vector<Value> downwards;
        std::vector<Value> costs;
        std::size_t whole = 0; ///< losers in its blocks but the last: hits = whole − P(from) + P(to)
    };

    static std::size_t rounded_up_to_block(std::size_t entries) { return (entries + block - 1) / block * block; }
    [[nodiscard]] static bool over(Value value, std::int64_t limit) noexcept {
        return value == most || limit < 0 || static_cast<std::uint64_t>(value) > static_cast<std::uint64_t>(limit);
    }
    [[nodiscard]] static Value sum(Value a, Value b) noexcept {
        return static_cast<Value>(std::min<Value>(a, static_cast<Value>(most - b)) + b);
    }

    void add(const window_row& row) {
        term& added = terms_[row.start % width_].emplace_back();
        added.from = row.start / width_;
        added.to = (added.from + row.blocks) % count_;
        added.blocks = row.blocks;
        added.length = row.blocks * width_;
        for (std::int64_t cost : row.costs) {
            added.costs.push_back(
                static_cast<Value>(std::min(static_cast<std::uint64_t>(cost), static_cast<std::uint64_t>(most))));
        }
        added.upwards.assign(added.length + 1 + 2 * pad_, most);
        added.downwards = added.upwards;
        spread(added, 0);
    }
    void spread(term& target, std::size_t fewest) {
        for (std::size_t hits = 0; hits <= target.length; ++hits) {
            const Value cost = hits < fewest ? most : target.costs[hits];
            target.upwards[pad_ + hits] = cost;
            target.downwards[pad_ + target.length - hits] = cost;
        }
    }
    /// Makes fewer losers in a turned window than in the first block impossible.
    void forbid(std::size_t fewest) {
        if (fewest == forbidden_) return;
        forbidden_ = fewest;
        for (auto& terms : terms_) {
            for (term& each : terms) {
                if (each.is_turned) spread(each, fewest);
            }
        }
    }

    /// Before column r of the blocks: what they can have lost by then, and which rows begin there.
    void set_column(std::size_t r) {
        column_ = r;
        for (std::size_t t = 0; t < count_; ++t) {
            first_[t] = low(t, r);
            last_[t] = std::min<std::size_t>(totals_[t], r);
        }
        for (std::size_t i = 0; i < shut_.size(); ++i) {
            shut_[i] = i < first_[count_ - 1] || i > last_[count_ - 1] ? most : Value{0};
        }
        for (term& each : terms_[r]) {
            each.whole = 0;
            for (std::size_t i = 0; i < each.blocks; ++i) each.whole += totals_[(each.from + i) % count_];
        }
    }
    /// The fewest losers of a block so far from which it can still have all.
    [[nodiscard]] std::size_t low(std::size_t t, std::size_t r) const {
        return totals_[t] + r > width_ ? totals_[t] + r - width_ : 0;
    }

    [[nodiscard]] Value cost_of_start() const {
        Value cost = 0;
        for (const term& each : terms_[0]) cost = sum(cost, each.upwards[pad_ + each.whole]);
        return cost;
    }

    using digits = std::array<std::size_t, window_max_blocks>;

    /// Calls visit(state, place of its row) for all states but for the last block, from the largest on.
    template <class Visit>
    void for_each_row(const digits& first, const Visit& visit) const {
        digits state = last_;
        std::size_t place = 0;
        for (std::size_t t = 0; t + 1 < count_; ++t) place += state[t] * strides_[t];
        while (true) {
            visit(state, place);
            std::size_t t = count_ - 1;
            while (t > 0 && state[t - 1] == first[t - 1]) {
                --t;
                place += (last_[t] - first[t]) * strides_[t];
                state[t] = last_[t];
            }
            if (t == 0) return;
            --state[t - 1];
            place -= strides_[t - 1];
        }
    }

    /// The column before this one of every block but the last: it loses or not. In place: what an entry comes from is smaller and has
    /// not been changed yet. Entries from which the totals could be met one column ago are all there; those of more losers than could be so
    /// far are still impossible.
    void take_columns() {
        digits before{};
        for (std::size_t t = 0; t < count_; ++t) before[t] = low(t, column_ - 1);
        const std::size_t entries = rounded_up_to_block(last_[count_ - 1] + 1);
        for (std::size_t t = 0; t + 1 < count_; ++t) {
            for_each_row(before, [&](const digits& state, std::size_t place) {
                if (state[t] == before[t]) return;
                Value* to = now_.data() + place;
                const Value* from = to - strides_[t];
                for (std::size_t i = 0; i < entries; i += block) keep_less(to + i, from + i);
            });
        }
    }

    /// The same for the last block, and what the rows cost that begin at this column. \returns the least entry
    Value add_costs() {
        const std::size_t entries = rounded_up_to_block(last_[count_ - 1] + 1);
        std::array<Value, block> least;
        least.fill(most);
        for_each_row(first_, [&](const digits& state, std::size_t place) {
            Value* const row = now_.data() + place;
            std::copy_n(row, entries, row_.begin() + block); // the entry before is impossible
            Value same = 0;
            for (const term& each : terms_[column_]) {
                if (each.from + 1 == count_ || each.to + 1 == count_) continue;
                same = sum(same, each.upwards[pad_ + each.whole - state[each.from] + state[each.to]]);
            }
            for (std::size_t i = 0; i < entries; i += block) less_of_two(row + i, row_.data() + block + i, same);
            for (const term& each : terms_[column_]) {
                const Value* costs = nullptr;
                if (each.from + 1 == count_) {
                    costs = each.downwards.data() + pad_ + each.length - each.whole - state[each.to];
                } else if (each.to + 1 == count_) {
                    costs = each.upwards.data() + pad_ + each.whole - state[each.from];
                } else {
                    continue;
                }
                for (std::size_t i = 0; i < entries; i += block) raise(row + i, costs + i);
            }
            for (std::size_t i = 0; i < entries; i += block) shut(row + i, shut_.data() + i);
            for (std::size_t i = 0; i < entries; i += block) keep_less(least.data(), row + i);
            states_ += last_[count_ - 1] - first_[count_ - 1] + 1;
        });
        return *std::ranges::min_element(least);
    }

    static void keep_less(Value* __restrict to, const Value* __restrict from) noexcept {
        for (std::size_t i = 0; i < block; ++i) to[i] = std::min(to[i], from[i]);
    }
    static void less_of_two(Value* __restrict to, const Value* __restrict from, Value cost) noexcept {
        const auto most_before = static_cast<Value>(most - cost);
        const Value* const before = from - 1;
        for (std::size_t i = 0; i < block; ++i) {
            to[i] = static_cast<Value>(std::min(std::min(from[i], before[i]), most_before) + cost);
        }
    }
    static void shut(Value* __restrict to, const Value* __restrict mask) noexcept {
        for (std::size_t i = 0; i < block; ++i) to[i] = static_cast<Value>(to[i] | mask[i]);
    }
    static void raise(Value* __restrict to, const Value* __restrict costs) noexcept {
        for (std::size_t i = 0; i < block; ++i) to[i] = sum(to[i], costs[i]);
    }

    /// The least entry from which one more column of each block leads to a state. \returns its place, and which of the columns lose
    [[nodiscard]] std::pair<std::size_t, std::uint32_t> best_before(const layer& values,
                                                                    const std::vector<std::uint32_t>& state) const {
        std::pair<std::size_t, std::uint32_t> best{0, 0};
        bool has_one = false;
        for (std::uint32_t lost = 0; lost < 1U << count_; ++lost) {
            std::size_t place = 0;
            bool is_possible = true;
            for (std::size_t t = 0; t < count_; ++t) {
                const std::uint32_t bit = lost >> t & 1U;
                is_possible = is_possible && state[t] >= bit;
                place += (state[t] - bit) * (t + 1 < count_ ? strides_[t] : 1);
            }
            if (!is_possible || (has_one && values[place] >= values[best.first])) continue;
            best = {place, lost};
            has_one = true;
        }
        return best;
    }

    const window_blocks& windows_;
    std::size_t width_;
    std::size_t count_;
    std::size_t pad_;                      ///< of costs: states of the last block are looked at in whole blocks
    std::vector<std::vector<term>> terms_; ///< by the column of a block where they begin
    std::size_t forbidden_ = 0;
    std::vector<std::uint32_t> totals_;
    std::vector<std::size_t> strides_; ///< of all blocks but the last, whose stride is 1
    std::size_t column_ = 0;           ///< of the blocks
    digits first_{};                   ///< the fewest losers of each block so far that matter
    digits last_{};                    ///< and the most
    layer now_;
    layer row_;  ///< of the last block, before a column; behind impossible entries
    layer shut_; ///< which states of the last block are impossible
    std::uint64_t states_ = 0;
};

/// The guesses on their way through the tables, on several threads.
class window_solver {
public:
    window_solver(const cover_problem& problem, const window_blocks& windows, const window_options& options)
        : problem_(problem), windows_(windows), options_(options), guesses_(windows, problem.budget) {}

    [[nodiscard]] std::optional<cover_answer> run() {
        cover_answer answer;
        answer.losers = options_.losers;
        if (answer.losers.empty()) {
            answer.losers.resize(problem_.budget);
            std::iota(answer.losers.begin(), answer.losers.end(), 0U);
        }
        std::ranges::sort(answer.losers);
        require(answer.losers.size() == problem_.budget, "solve_windows", "losers", answer.losers.size(),
                "must be as many as the budget");
        require(std::ranges::adjacent_find(answer.losers) == answer.losers.end() &&
                    (answer.losers.empty() || answer.losers.back() < problem_.columns),
                "solve_windows", "losers", answer.losers.empty() ? 0 : answer.losers.back(),
                "must be distinct columns that are there");
        answer.loss = loss_of(problem_, answer.losers);
        best_ = (answer.loss - windows_.constant) / windows_.unit;
        if (!fits(static_cast<double>(options_.threads + windows_.width))) return std::nullopt; // even in single bytes
        auto bounds = window_bounds(windows_, problem_.budget, [this] { return should_stop(); });
        if (!bounds) return std::nullopt;
        bounds_ = std::move(*bounds);
        if (bounds_.front() < best_) {
            // What is known already need not fit.
            const auto most = static_cast<std::uint64_t>(best_) - 1;
            const auto is_done = [&](auto zero) {
                if (most >= std::numeric_limits<decltype(zero)>::max()) return false;
                search<decltype(zero)>(answer);
                return true;
            };
            if (!is_done(std::uint8_t{0}) && !is_done(std::uint16_t{0}) && !is_done(std::uint32_t{0})) {
                is_done(std::uint64_t{0});
            }
            if (stopped_.load()) return std::nullopt;
        }
        answer.loss = windows_.constant + windows_.unit * best_;
        answer.loss_lower = answer.loss;
        return answer;
    }

private:
    template <class Value>
    void search(cover_answer& answer) {
        const unsigned threads = std::max(1U, options_.threads);
        if (!fits(static_cast<double>(sizeof(Value)) * static_cast<double>(threads + windows_.width))) {
            stopped_.store(true);
            return;
        }
        if (options_.on_progress) {
            window_guesses all = guesses_;
            while (all.next()) ++total_;
        }
        std::vector<std::uint32_t> best_totals;
        run_on_threads(
            threads,
            [&](unsigned) {
                window_table<Value> table(windows_);
                std::vector<std::uint32_t> totals;
                std::vector<std::int64_t> limits;
                while (true) {
                    {
                        const std::lock_guard lock(mutex_);
                        if (should_stop() || !guesses_.next()) break;
                        report();
                        totals = guesses_.totals();
                        limits = limits_below(best_);
                    }
                    const Value cost = table.least(totals, limits, [this] { return should_stop(); });
                    if (cost == window_table<Value>::most) continue;
                    const std::lock_guard lock(mutex_);
                    if (static_cast<std::int64_t>(cost) >= best_) continue;
                    best_ = static_cast<std::int64_t>(cost);
                    best_totals = totals;
                }
                const std::lock_guard lock(mutex_);
                answer.nodes += table.states();
            },
            [this] { stopped_.store(true); });
        if (stopped_.load() || best_totals.empty()) return;
        answer.losers = window_table<Value>(windows_).losers(best_totals, limits_below(best_ + 1));
    }

    /// Whether so many times the largest table are not too much. The product of the blocks' states is largest where they have as many.
    [[nodiscard]] bool fits(double bytes) const {
        const auto count = static_cast<double>(windows_.count);
        const double states = std::pow((static_cast<double>(problem_.budget) + count + 15) / count, count);
        return states * bytes <= static_cast<double>(options_.max_bytes);
    }
    /// What may be paid after each column of the blocks by a choice that costs less than the best one.
    [[nodiscard]] std::vector<std::int64_t> limits_below(std::int64_t best) const {
        std::vector<std::int64_t> result(windows_.width);
        for (std::size_t r = 0; r < result.size(); ++r) result[r] = best - 1 - bounds_[r + 1];
        return result;
    }
    [[nodiscard]] double elapsed() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }
    [[nodiscard]] bool should_stop() {
        if (options_.stop.stop_requested() || (options_.time_limit && elapsed() > options_.time_limit->count())) {
            stopped_.store(true);
        }
        return stopped_.load();
    }
    void report() {
        ++begun_;
        if (!options_.on_progress) return;
        const double seconds = elapsed();
        if (seconds < next_report_) return;
        next_report_ = seconds + 0.1;
        options_.on_progress(
            {begun_, total_, seconds, seconds * static_cast<double>(total_ - begun_) / static_cast<double>(begun_)});
    }

    const cover_problem& problem_;
    const window_blocks& windows_;
    const window_options& options_;
    window_guesses guesses_;
    std::vector<std::int64_t> bounds_;
    std::int64_t best_ = 0; ///< in units
    std::uint64_t begun_ = 0;
    std::uint64_t total_ = 0; ///< of guesses, if somebody asks
    std::mutex mutex_;        ///< of guesses, best choice and counts
    std::atomic<bool> stopped_{false};
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    double next_report_ = 0.1;
};

} // namespace detail

/// Finds the least loss of a problem whose rows are windows of whole blocks.
/// \param problem  any
/// \param windows  what find_windows() says of it
/// \param options  how, and when to give up
/// \returns a best choice, proved, with the states of all tables as nodes; nothing if it gave up
/// \throws parameter_error  a problem that breaks an invariant, losers that are no choice, a time limit that is not positive
/// \par Complexity
/// O(width^(2·count)·count) time and far less, O(width^count) memory for each thread and as much for each column of a block
///
/// \code
/// const election::cover_problem ring{4, 1, {{{0, 1}, 2, true}, {{1, 2}, 2, true}, {{2, 3}, 2, true}, {{0, 3}, 2, true}}, -4};
/// const auto answer = election::solve_windows(ring, *election::find_windows(ring));
/// assert(answer->loss == 6); // two ties and two right votes
/// \endcode
[[nodiscard]] inline std::optional<cover_answer> solve_windows(const cover_problem& problem, const window_blocks& windows,
                                                               const window_options& options = {}) {
    detail::require_valid(problem, "solve_windows");
    detail::require(!options.time_limit || options.time_limit->count() > 0, "solve_windows", "time_limit",
                    options.time_limit ? options.time_limit->count() : 0.0, "must be more than 0 s");
    return detail::window_solver(problem, windows, options).run();
}

} // namespace election
