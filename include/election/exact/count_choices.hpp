// SPDX-License-Identifier: MIT
// count_choices(): how many choices of a cover problem have at most a given loss; exactly, be they as many as they like.
#pragma once

// Why it is right. For the table see count_frontier(). The tree is that of branch_and_bound() but for what would lose choices: the bound closes a node, or decides columns,
// only where every choice that this excludes has more than the given loss, and there is no dominance. Instead, columns that are
// interchangeable are decided together. A node knows how many of a class lose, not which: it stands for as many choices as there are sets
// of this size, all with the same loss. Nodes whose open columns, undecided rows, budget and remaining loss are the same have equally many
// choices, so what was counted once is kept in a table.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/exact/big_count.hpp>
#include <election/exact/count_frontier.hpp>
#include <election/exact/cover_kernel.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/cover_tables.hpp>
#include <election/exact/frontier.hpp>
#include <election/exact/frontier_order.hpp>
#include <election/exact/interchangeable_columns.hpp>
#include <election/exact/presolve_rows.hpp>
#include <election/exact/presolved.hpp>

namespace election {

/// Ways to count choices.
enum class count_method : std::uint8_t {
    automatic, ///< whatever is expected to be fastest
    tree,      ///< a search tree that knows the loss
    frontier   ///< count_frontier()
};

/// A way to count that its caller knows of, and that count_choices() may take.
struct other_count {
    std::string name;                                                   ///< for the result
    double seconds = std::numeric_limits<double>::infinity();           ///< that it is expected to take
    std::function<std::optional<big_count>(double seconds)> count = {}; ///< in so much time; nothing if it gave up
};

/// How to count or list choices.
struct choice_options {
    double seconds = std::numeric_limits<double>::infinity(); ///< end after this time
    std::stop_token stop = {};                                ///< end when asked
    std::size_t max_bytes = std::size_t{1} << 28;             ///< of the table of what was counted, about
    int iterations = 6;                                       ///< of the bound's ascent at a node, at least 1
    std::uint64_t patience =
        100; ///< of choice_lister: nodes of a search for one choice, before solve_cover() is asked for it
    choice_identity identity = choice_identity::columns; ///< when two choices are the same
    count_method method = count_method::automatic;       ///< of count_choices()
    std::vector<other_count> others = {};                ///< what the caller knows of, if the method is automatic
};

/// How many choices there are.
struct choice_count {
    big_count count;         ///< so many were found, and no more there are if complete
    bool complete = true;    ///< false where a limit ended it
    std::uint64_t nodes = 0; ///< of search trees, and states of a table
    std::string method = {}; ///< "tree", "frontier", or another's name
};

namespace detail {

/// Whether a limit of choice_options is reached; asked at every node, looked at now and then.
class choice_limits {
public:
    explicit choice_limits(const choice_options& options) : options_(options), start_(std::chrono::steady_clock::now()) {}

    [[nodiscard]] bool reached() {
        if ((asked_++ & 63U) == 0 && !reached_) {
            reached_ = options_.stop.stop_requested() ||
                       std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count() >= options_.seconds;
        }
        return reached_;
    }
    /// What the last answer was.
    [[nodiscard]] bool was_reached() const noexcept { return reached_; }
    /// From now on the answer is yes.
    void end() noexcept { reached_ = true; }
    /// Seconds.
    [[nodiscard]] double remaining() const {
        return options_.seconds - std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

private:
    const choice_options& options_;
    std::chrono::steady_clock::time_point start_;
    std::uint64_t asked_ = 0;
    bool reached_ = false;
};

/// The same choices with the same constant + loss, with fewer rows.
[[nodiscard]] inline cover_problem with_rows_merged(const cover_problem& problem) {
    presolved state = unchanged(problem);
    (void)drop_constant_rows(state);
    (void)merge_equal_rows(state);
    return std::move(state.problem);
}

/// A bound on losses that is not larger than need be: all choices are below it if it is the sum of all rows.
[[nodiscard]] inline std::int64_t capped_loss(const cover_problem& problem, std::int64_t loss) {
    std::int64_t most = 0;
    for (const cover_row& row : problem.rows) most += 2 * std::int64_t{row.weight};
    return std::clamp<std::int64_t>(loss, -1, most);
}

/// Ways to choose k of n columns: sets, or with pairs how many of each of n / 2 pairs, the coefficient of x^k in (1 + x + x²)^(n/2).
[[nodiscard]] inline big_count ways_to_choose(std::uint64_t n, std::uint64_t k, choice_identity identity) {
    if (identity == choice_identity::columns) return big_binomial(n, k);
    if (k > n) return {};
    const std::uint64_t pairs = n / 2;
    k = std::min(k, n - k);
    // By how many pairs are both chosen: pairs! / (both! one! none!), each from the one before.
    big_count term = big_binomial(pairs, k);
    big_count sum = term;
    for (std::uint64_t both = 1; 2 * both <= k; ++both) {
        const std::uint64_t one = k - 2 * both;
        term = term * big_count((one + 1) * (one + 2));
        term /= both;
        term /= pairs - k + both;
        sum += term;
    }
    return sum;
}

/// Counts in one problem, by a tree.
class choice_counter {
public:
    /// \param plan  of the problem
    choice_counter(const cover_problem& problem, std::int64_t loss, const choice_options& options,
                   const cover_kernel& kernel, const frontier_plan& plan)
        : options_(options), limits_(options), kernel_(kernel), problem_(problem), tables_(problem_), view_(tables_.view()),
          classes_(problem_), scratch_(view_), target_(capped_loss(problem_, loss) * view_.scale) {
        constexpr double few_states = 1e6;
        if (plan.states <= few_states) order_ = plan.order;
    }

    [[nodiscard]] choice_count run() {
        cover_node_memory& root = frame(0);
        std::vector<std::uint64_t> open(view_.column_words, 0);
        for (std::size_t j = 0; j < problem_.columns; ++j) open[j / 64] |= std::uint64_t{1} << (j % 64);
        root.reset(tables_, kernel_, open, std::vector<std::uint64_t>(view_.column_words, 0));
        choice_count result;
        result.count = count_node(0);
        result.complete = !limits_.was_reached();
        result.nodes = nodes_;
        result.method = "tree";
        return result;
    }

private:
    [[nodiscard]] cover_node_memory& frame(std::size_t depth) {
        while (frames_.size() <= depth) frames_.push_back(std::make_unique<cover_node_memory>(view_));
        return *frames_[depth];
    }

    [[nodiscard]] cover_step examine(cover_node& node) {
        constexpr int root_iterations = 400;
        return kernel_.examine(view_, node, scratch_.scratch(), target_,
                               nodes_++ == 0 ? root_iterations : options_.iterations);
    }

    /// Decides what the bound has found out, for whole classes.
    /// \returns false if no choice is left
    [[nodiscard]] bool fix_found(cover_node& node) {
        cover_scratch& s = scratch_.scratch();
        if (!classes_.widen(node.open, s.zeros, s.ones, view_.column_words)) return false;
        kernel_.fix(view_, node, s.zeros, s.ones);
        return true;
    }

    /// Choices of a node in which every class is open or decided as a whole.
    [[nodiscard]] big_count count_node(std::size_t depth) {
        cover_node& node = frame(depth).node();
        const std::uint64_t nodes_before = nodes_;
        while (true) {
            if (limits_.reached()) return {};
            switch (examine(node)) {
            case cover_step::closed:
            case cover_step::bounded:
                return {};
            case cover_step::decided:
                return ways_of(node.open_count, node.budget);
            case cover_step::fixed:
                if (!fix_found(node)) return {};
                continue;
            case cover_step::branched:
                break;
            }
            break;
        }
        std::string key = key_of(node);
        if (const auto known = known_.find(key); known != known_.end()) return known->second;
        const std::size_t column = order_.empty() ? scratch_.scratch().column : first_open(node);
        big_count count = count_class(depth, classes_.class_of(column));
        constexpr std::uint64_t worth_keeping = 8;
        const std::size_t bytes = key.size() + sizeof(std::pair<std::string, big_count>) + 64;
        if (nodes_ - nodes_before >= worth_keeping && known_bytes_ + bytes <= options_.max_bytes) {
            known_bytes_ += bytes;
            known_.emplace(std::move(key), count);
        }
        return count;
    }

    /// The same, by how many of a class lose: none, one, two, …
    [[nodiscard]] big_count count_class(std::size_t depth, std::uint32_t c) {
        const std::vector<std::uint32_t>& members = classes_.members(c);
        const auto size = static_cast<std::int64_t>(members.size());
        cover_node_memory& more = frame(depth + 1); // at least so many lose: the first of them
        cover_node_memory& exactly = frame(depth + 2);
        more.copy_from(frame(depth));
        std::int64_t losers = 0;
        big_count count;
        const auto add = [&](const big_count& choices) {
            if (!choices.is_zero()) count += ways_of(size, losers) * choices;
        };
        while (true) {
            std::vector<std::uint32_t> open; // of the class; they are decided as a whole
            for (std::uint32_t column : members) {
                if (is_open(more.node(), column)) open.push_back(column);
            }
            if (open.empty()) {
                losers = 0;
                for (std::uint32_t column : members) losers += bit(more.node().losers, column);
                add(count_node(depth + 1));
                return count;
            }
            exactly.copy_from(more);
            decide(exactly.node(), open, false);
            add(count_node(depth + 2));
            if (more.node().budget == 0) return count;
            decide(more.node(), std::span(open).first(1), true);
            ++losers;
            while (open.size() > 1) { // look whether any choice has so many, before going on
                if (limits_.reached()) return count;
                const cover_step step = examine(more.node());
                if (step == cover_step::closed || step == cover_step::bounded) return count;
                if (step == cover_step::branched) break;
                if (step == cover_step::decided) {
                    const auto in_class = static_cast<std::int64_t>(open.size() - 1);
                    for (std::int64_t further = 0; further <= in_class; ++further, ++losers) {
                        add(ways_of(more.node().open_count - in_class, more.node().budget - further));
                    }
                    return count;
                }
                if (!fix_found(more.node())) return count;
                if (!is_open(more.node(), open.back())) break; // the class is decided
            }
        }
    }

    void decide(cover_node& node, std::span<const std::uint32_t> columns, bool lose) {
        cover_scratch& s = scratch_.scratch();
        std::fill_n(s.zeros, view_.column_words, std::uint64_t{0});
        std::fill_n(s.ones, view_.column_words, std::uint64_t{0});
        for (std::uint32_t column : columns) (lose ? s.ones : s.zeros)[column / 64] |= std::uint64_t{1} << (column % 64);
        kernel_.fix(view_, node, s.zeros, s.ones);
    }

    [[nodiscard]] static std::int64_t bit(const std::uint64_t* set, std::uint32_t column) noexcept {
        return static_cast<std::int64_t>(set[column / 64] >> (column % 64) & 1U);
    }
    [[nodiscard]] static bool is_open(const cover_node& node, std::uint32_t column) noexcept {
        return bit(node.open, column) != 0;
    }
    [[nodiscard]] std::uint32_t first_open(const cover_node& node) const noexcept {
        for (std::uint32_t column : order_) {
            if (is_open(node, column)) return column;
        }
        return 0; // a node that branches has open columns
    }

    /// All that the choices of an examined node depend on: open columns, budget, what the undecided rows need and what they may leave.
    [[nodiscard]] std::string key_of(const cover_node& node) {
        const cover_scratch& s = scratch_.scratch();
        std::string key(reinterpret_cast<const char*>(node.open), view_.column_words * sizeof(std::uint64_t));
        std::int64_t left = target_;
        const auto put = [&key](std::int64_t number) { key.append(reinterpret_cast<const char*>(&number), sizeof number); };
        for (std::size_t i = 0; i < problem_.rows.size(); ++i) {
            if ((s.undecided_rows[i / 64] >> (i % 64) & 1U) != 0) {
                key.append(reinterpret_cast<const char*>(node.need + i), sizeof(std::int16_t));
            } else {
                key.append(reinterpret_cast<const char*>(&decided_row), sizeof decided_row);
                const int need = node.need[i] - s.unavoidable[i];
                const std::int64_t half = view_.half_loss[i];
                if (need > 0) left -= view_.may_tie[i] != 0 && need == 1 ? half : 2 * half;
            }
        }
        put(node.budget);
        put(left);
        return key;
    }

    [[nodiscard]] const big_count& ways_of(std::int64_t n, std::int64_t k) {
        static const big_count none;
        if (k < 0 || k > n) return none;
        const auto key = static_cast<std::uint64_t>(n) << 32 | static_cast<std::uint64_t>(k);
        const auto [place, is_new] = ways_.try_emplace(key);
        if (is_new) {
            place->second = ways_to_choose(static_cast<std::uint64_t>(n), static_cast<std::uint64_t>(k), options_.identity);
        }
        return place->second;
    }

    static constexpr std::int16_t decided_row = std::numeric_limits<std::int16_t>::min();

    const choice_options& options_;
    choice_limits limits_;
    const cover_kernel& kernel_;
    const cover_problem& problem_;
    cover_tables tables_;
    const cover_view& view_;
    column_classes classes_;
    cover_scratch_memory scratch_;
    std::int64_t target_; ///< in view_.scale-ths
    std::vector<std::uint32_t> order_;
    std::vector<std::unique_ptr<cover_node_memory>> frames_;
    std::unordered_map<std::string, big_count> known_;
    std::size_t known_bytes_ = 0;
    std::unordered_map<std::uint64_t, big_count> ways_;
    std::uint64_t nodes_ = 0;
};

/// One problem on its way through the ways to count.
class choice_counting {
public:
    choice_counting(const cover_problem& problem, std::int64_t loss, const choice_options& options,
                    const cover_kernel& kernel)
        : problem_(problem), loss_(loss), options_(options), kernel_(kernel), plan_(plan_frontier(problem)) {}

    [[nodiscard]] choice_count run() {
        std::vector<other_count> ways;
        if (options_.method == count_method::automatic) ways = options_.others;
        if (options_.method != count_method::tree) {
            ways.push_back({"frontier", frontier_seconds(), [&](double seconds) { return by_frontier(seconds); }});
        }
        std::ranges::stable_sort(ways, {}, &other_count::seconds);
        for (const other_count& way : ways) {
            constexpr double too_long = 3600;
            constexpr double moment = 0.002;
            if (options_.method == count_method::automatic) {
                if (way.seconds > too_long) break;
                // What a tree has begun is lost. So it gets little time, and no time twice.
                if (way.seconds > moment && by_tree(std::max(moment, way.seconds / 5))) return std::move(result_);
            }
            if (stopped()) break;
            if (auto count = way.count(remaining())) {
                result_.count = std::move(*count);
                result_.complete = true;
                result_.method = way.name;
                return std::move(result_);
            }
        }
        result_.complete = false;
        if (options_.method != count_method::frontier) (void)by_tree(std::numeric_limits<double>::infinity());
        return std::move(result_);
    }

private:
    [[nodiscard]] double remaining() const {
        return options_.seconds - std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }
    [[nodiscard]] bool stopped() const { return options_.stop.stop_requested() || remaining() <= 0; }

    /// Measured: a nanosecond an entry for the least losses, and one for each word of a count and two more.
    [[nodiscard]] double frontier_seconds() const {
        const auto k = static_cast<double>(problem_.columns);
        const auto width =
            1 + static_cast<double>(std::min(problem_.budget, problem_.columns - problem_.budget)) / 2; // of most layers
        return plan_.states * (20 + width * (4 + k / 128)) * 2e-9;
    }

    [[nodiscard]] std::optional<big_count> by_frontier(double seconds) {
        frontier_options table;
        table.stop = options_.stop;
        table.max_bytes = options_.max_bytes * 2;
        if (seconds < 1e9) table.time_limit = std::chrono::duration<double>(std::max(1e-6, seconds));
        auto found = count_frontier(problem_, loss_, plan_, options_.identity, table);
        if (!found) return std::nullopt;
        result_.nodes += found->states;
        return std::move(found->count);
    }

    /// \returns whether that was all
    bool by_tree(double seconds) {
        if (std::isfinite(seconds) && (seconds < 2 * tried_ || !cover_tables::fits(problem_))) return false;
        tried_ = seconds;
        choice_options limited = options_;
        limited.seconds = std::min(seconds, remaining());
        choice_count found = choice_counter(problem_, loss_, limited, kernel_, plan_).run();
        found.nodes += result_.nodes;
        found.count = std::max(found.count, result_.count);
        result_ = std::move(found);
        return result_.complete;
    }

    const cover_problem& problem_;
    std::int64_t loss_;
    const choice_options& options_;
    const cover_kernel& kernel_;
    frontier_plan plan_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    double tried_ = 0; ///< the longest time that the tree had, s
    choice_count result_;
};

} // namespace detail

/// Counts the choices whose loss is at most a given one: with the least loss, the best choices.
/// \param problem  up to 30000 columns
/// \param loss     that of branch_and_bound() for the best ones; more for all up to it
/// \param options  when to end
/// \param kernel   how to bound nodes
/// \returns how many; fewer than there are, and complete = false, where a limit ended it
/// \throws parameter_error  a problem that breaks an invariant or is too large; columns that are not the pairs that they should be; no
///                          iterations
/// \par Complexity
/// The tree: that of a search that knows the least loss, without dominance. Classes of interchangeable columns cost no more than their size,
/// however many choices they make. The table: count_frontier(), for codes with narrow frontiers. The automatic choice takes whichever way
/// is expected to be done first, and gives the tree a fifth of that time before
///
/// \code
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3}; // whoever loses, two votes stay right
/// assert(election::count_choices(uncoded, 4).count == election::big_count(3));
/// assert(election::count_choices(uncoded, 3).count.is_zero());
/// \endcode
[[nodiscard]] inline choice_count count_choices(const cover_problem& problem, std::int64_t loss,
                                                const choice_options& options = {},
                                                const cover_kernel& kernel = cover_kernel_for<default_arch>()) {
    detail::require_valid(problem, "count_choices");
    detail::require(options.iterations >= 1, "count_choices", "iterations", options.iterations, "must be at least 1");
    detail::require_identity(problem, options.identity, "count_choices");
    const cover_problem merged = detail::with_rows_merged(problem);
    return detail::choice_counting(merged, loss + problem.constant - merged.constant, options, kernel).run();
}

} // namespace election
