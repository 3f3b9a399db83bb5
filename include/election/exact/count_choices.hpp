// SPDX-License-Identifier: MIT
// count_choices(): how many choices of a cover problem have at most a given loss; exactly, be they as many as they like.
#pragma once

// Why it is right. The tree is that of branch_and_bound() but for what would lose choices: the bound closes a node, or decides columns,
// only where every choice that this excludes has more than the given loss, and there is no dominance. Instead, columns that are
// interchangeable are decided together. A node knows how many of a class lose, not which: it stands for as many choices as there are sets
// of this size, all with the same loss. Nodes whose open columns, undecided rows, budget and remaining loss are the same have equally many
// choices, so what was counted once is kept in a table.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/exact/big_count.hpp>
#include <election/exact/cover_kernel.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/cover_tables.hpp>
#include <election/exact/frontier_order.hpp>
#include <election/exact/interchangeable_columns.hpp>
#include <election/exact/presolve_rows.hpp>
#include <election/exact/presolved.hpp>

namespace election {

/// How to count or list choices.
struct choice_options {
    double seconds = std::numeric_limits<double>::infinity(); ///< end after this time
    std::stop_token stop = {};                                ///< end when asked
    std::size_t max_bytes = std::size_t{1} << 28;             ///< of the table of what was counted, about
    int iterations = 6;                                       ///< of the bound's ascent at a node, at least 1
};

/// How many choices there are.
struct choice_count {
    big_count count;         ///< so many were found, and no more there are if complete
    bool complete = true;    ///< false where a limit ended it
    std::uint64_t nodes = 0; ///< examined
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

/// Counts in one problem.
class choice_counter {
public:
    choice_counter(const cover_problem& problem, std::int64_t loss, const choice_options& options,
                   const cover_kernel& kernel)
        : options_(options), limits_(options), kernel_(kernel), problem_(problem), tables_(problem_), view_(tables_.view()),
          classes_(problem_), scratch_(view_), target_(capped_loss(problem_, loss) * view_.scale) {
        constexpr double few_states = 1e6;
        frontier_plan plan = plan_frontier(problem_);
        if (plan.states <= few_states) order_ = std::move(plan.order);
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
                return binomial_of(node.open_count, node.budget);
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
            if (!choices.is_zero()) count += binomial_of(size, losers) * choices;
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
                        add(binomial_of(more.node().open_count - in_class, more.node().budget - further));
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

    [[nodiscard]] const big_count& binomial_of(std::int64_t n, std::int64_t k) {
        static const big_count none;
        if (k < 0 || k > n) return none;
        const auto key = static_cast<std::uint64_t>(n) << 32 | static_cast<std::uint64_t>(k);
        const auto [place, is_new] = binomials_.try_emplace(key);
        if (is_new) place->second = big_binomial(static_cast<std::uint64_t>(n), static_cast<std::uint64_t>(k));
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
    std::unordered_map<std::uint64_t, big_count> binomials_;
    std::uint64_t nodes_ = 0;
};

} // namespace detail

/// Counts the choices whose loss is at most a given one: with the least loss, the best choices.
/// \param problem  up to 30000 columns
/// \param loss     that of branch_and_bound() for the best ones; more for all up to it
/// \param options  when to end
/// \param kernel   how to bound nodes
/// \returns how many; fewer than there are, and complete = false, where a limit ended it
/// \throws parameter_error  a problem that breaks an invariant or is too large
/// \par Complexity
/// That of a search that knows the least loss, in a tree without dominance. Classes of interchangeable columns cost no more than their size,
/// however many choices they make; codes with narrow frontiers (frontier_states()) take no more time than their tables
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
    const cover_problem merged = detail::with_rows_merged(problem);
    return detail::choice_counter(merged, loss + problem.constant - merged.constant, options, kernel).run();
}

} // namespace election
