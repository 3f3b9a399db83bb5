// SPDX-License-Identifier: MIT
// search_state: what a search tree knows between two steps: what is left of it and the best choice seen.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/cover_tables.hpp>

namespace election {

/// A part of a search tree that is still to be searched: one bit a column, in 64-bit words.
struct open_subtree {
    std::vector<std::uint64_t> open;   ///< columns that are not decided
    std::vector<std::uint64_t> losers; ///< columns that lose; those in neither do not
    std::int64_t loss_lower = 0;       ///< proved: no choice in it has less loss
    double share = 1;                  ///< of the whole tree, if both branches of every node were alike
    std::uint64_t id = 0;              ///< its name in a proof
    /// What its bounds begin with, those of its parent, one a row; empty: nothing is known. Neither kept in files nor compared.
    std::vector<std::int16_t> multipliers = {};

    /// Whether they are the same part, named alike.
    friend bool operator==(const open_subtree& a, const open_subtree& b) noexcept {
        return a.open == b.open && a.losers == b.losers && a.loss_lower == b.loss_lower && a.share == b.share &&
               a.id == b.id;
    }
};

/// Everything that a search knows; enough to go on from.
struct search_state {
    std::vector<open_subtree> open;    ///< what is left; together with what is done, all choices
    std::vector<std::uint32_t> losers; ///< the best choice seen, ascending; empty if there is none below the cutoff
    std::int64_t loss = 0;             ///< no choice in what is done has less than this; that of `losers` if there is one
    std::uint64_t nodes = 0;           ///< examined
    double done = 0;                   ///< share of the tree
    int looks = 0;      ///< how often a good choice has been looked for; once more whenever the search is twice as long
    double seconds = 0; ///< searched so far; a file knows only how long it was when good choices were last looked for
    std::uint64_t next_id = 1; ///< of subtrees
};

namespace detail {

inline constexpr int most_looks = 60; ///< of one search: millions of years

/// Seconds of search after which a good choice is looked for once more: each time twice as many.
[[nodiscard]] inline double look_after(int looks) noexcept {
    constexpr double first = 0.004;
    return looks < most_looks ? std::ldexp(first, looks) : std::numeric_limits<double>::infinity();
}

/// \throws parameter_error  a state that does not belong to the problem
inline void require_valid(const search_state& state, const cover_problem& problem, const char* where) {
    require(state.losers.empty() || state.losers.size() == problem.budget, where, "number of the state's losers",
            state.losers.size(), "must be the budget, ", problem.budget);
    for (std::size_t i = 0; i < state.losers.size(); ++i) {
        require(state.losers[i] < problem.columns, where, "loser", state.losers[i], "of the state is no column");
        require(i == 0 || state.losers[i - 1] < state.losers[i], where, "loser", state.losers[i],
                "of the state is out of order");
    }
    if (!state.losers.empty()) {
        const std::int64_t loss = loss_of(problem, state.losers);
        require(state.loss == loss, where, "loss", state.loss, "of the state must be that of its losers, ", loss);
    }
    const std::size_t words = cover_tables::column_words(problem.columns);
    for (const open_subtree& part : state.open) {
        bool fits = part.open.size() == words && part.losers.size() == words;
        for (std::size_t w = 0; fits && w < words; ++w) {
            const std::size_t left = problem.columns - std::min(problem.columns, w * 64);
            const std::uint64_t there = left >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
            fits = (part.open[w] & part.losers[w]) == 0 && ((part.open[w] | part.losers[w]) & ~there) == 0;
        }
        require(fits, where, "open subtree", part.id, "does not belong to a problem with ", problem.columns, " columns");
        const bool bounds = (part.multipliers.empty() || part.multipliers.size() == problem.rows.size()) &&
                            std::ranges::all_of(part.multipliers, [](std::int16_t multiplier) { return multiplier >= 0; });
        require(bounds, where, "open subtree", part.id, "has multipliers that are not one for each of ", problem.rows.size(),
                " rows, from 0 on");
    }
}

} // namespace detail

/// What a search begins with: everything open. O(columns).
/// \param problem  any
/// \param start    a choice, from tabu_search() or by hand; its loss is the first that is to be beaten. Without losers the loss is a bare
///                 cutoff: is there a choice with less?
///
/// \code
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
/// const auto state = election::search_from(uncoded, election::tabu_search(uncoded));
/// assert(state.open.size() == 1 && state.loss == 4 && election::answer_of(state).loss_lower == 0);
/// \endcode
[[nodiscard]] inline search_state search_from(const cover_problem& problem, const cover_answer& start) {
    search_state state;
    open_subtree all;
    all.open.assign(detail::cover_tables::column_words(problem.columns), 0);
    all.losers.assign(all.open.size(), 0);
    for (std::size_t j = 0; j < problem.columns; ++j) all.open[j / 64] |= std::uint64_t{1} << (j % 64);
    state.open.push_back(std::move(all));
    state.losers = start.losers;
    state.loss = start.loss;
    return state;
}

/// What a search's state says: the best choice seen, and the least loss that is not excluded. O(open subtrees).
///
/// Where a search began with a bare cutoff and found nothing below, there are no losers (unless the budget is 0), and loss_lower is
/// the cutoff once nothing is open: no choice has less.
[[nodiscard]] inline cover_answer answer_of(const search_state& state) {
    cover_answer answer;
    answer.losers = state.losers;
    answer.loss = state.loss;
    answer.loss_lower = state.loss;
    for (const open_subtree& part : state.open) answer.loss_lower = std::min(answer.loss_lower, part.loss_lower);
    answer.nodes = state.nodes;
    return answer;
}

} // namespace election
