// SPDX-License-Identifier: MIT
// choice_lister: the choices of a cover problem that have at most a given loss, one after the other, in lexicographic order.
#pragma once

// A tree over the columns in their order, whose leaves come in the order of the words that choices are. Before a node is entered, a
// search with all that branch_and_bound() has, dominance included, makes sure that there is a choice in it; where that takes longer than a
// moment, solve_cover() is asked about what the node leaves open. What is found also serves the children that hold it. So the next choice is never more than a few such searches for each column away, however few there are.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/exact/count_choices.hpp>
#include <election/exact/cover_kernel.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/cover_tables.hpp>
#include <election/exact/interchangeable_columns.hpp>
#include <election/exact/presolve.hpp>
#include <election/exact/presolved.hpp>
#include <election/exact/solve_cover.hpp>

namespace election {

/// In which order choices come: they are read as words, the first column first.
enum class choice_order : std::uint8_t {
    winners_first, ///< a word in which a column wins before one in which it loses: the order of messages whose losers are −
    losers_first   ///< the other way round: the order of messages whose losers are +
};

/// Which choices are listed.
enum class choice_classes : std::uint8_t {
    all,   ///< every one
    firsts ///< of those with as many losers in every class of choice_lister::classes() the first
};

/// Goes through the choices whose loss is at most a given one.
///
/// \code
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
/// election::choice_lister lister(uncoded, 4, election::choice_order::winners_first);
/// assert(*lister.next() == std::vector<std::uint32_t>{2}); // ++-
/// assert(*lister.next() == std::vector<std::uint32_t>{1}); // +-+
/// assert(*lister.next() == std::vector<std::uint32_t>{0} && !lister.next() && lister.complete()); // -++
/// \endcode
class choice_lister {
public:
    /// \param problem  up to 30000 columns; copied
    /// \param loss     the least one for the best choices; more for all up to it
    /// \param order    of the choices
    /// \param which    all, or one of those that differ by interchangeable columns
    /// \param options  when to end; the time counts from here
    /// \param kernel   how to bound nodes
    /// \throws parameter_error  a problem that breaks an invariant or is too large, no iterations, columns that are not the pairs that
    ///                          options.identity says
    choice_lister(const cover_problem& problem, std::int64_t loss, choice_order order,
                  choice_classes which = choice_classes::all, const choice_options& options = {},
                  const cover_kernel& kernel = cover_kernel_for<default_arch>())
        : options_(checked(problem, options)), limits_(options_), kernel_(kernel),
          problem_(detail::with_rows_merged(problem)), tables_(problem_), view_(tables_.view()), scratch_(view_),
          classes_(options.identity == choice_identity::pairs && which == choice_classes::all
                       ? detail::column_classes::of_pairs(problem_.columns)
                       : detail::column_classes(problem_)),
          loss_(detail::capped_loss(problem_, loss + problem.constant - problem_.constant)), target_(loss_ * view_.scale),
          losers_first_(order == choice_order::losers_first),
          firsts_(which == choice_classes::firsts || options.identity == choice_identity::pairs) {
        std::vector<std::uint64_t> open(view_.column_words, 0);
        for (std::size_t j = 0; j < problem_.columns; ++j) open[j / 64] |= std::uint64_t{1} << (j % 64);
        push().memory.reset(tables_, kernel_, open, std::vector<std::uint64_t>(view_.column_words, 0));
        stack_[0]->has_known = false;
        stack_[0]->is_decided = false;
    }
    choice_lister(const choice_lister&) = delete;
    choice_lister& operator=(const choice_lister&) = delete;

    /// The next choice, its losers ascending; nothing after the last one, or when a limit is reached.
    /// \par Complexity
    /// O(columns) searches for a choice in a part of the tree, fewer where choices are many
    [[nodiscard]] std::optional<std::vector<std::uint32_t>> next() {
        while (depth_ > 0) {
            frame& top = *stack_[depth_ - 1];
            cover_node& node = top.memory.node();
            if (limits_.reached()) return std::nullopt;
            if (!top.is_decided) {
                const detail::cover_step step = examine(node);
                if (step == detail::cover_step::closed || step == detail::cover_step::bounded) {
                    --depth_;
                    continue;
                }
                if (step == detail::cover_step::fixed) {
                    if (!fix_found(node, false)) --depth_;
                    continue;
                }
                top.is_decided = step == detail::cover_step::decided;
                if (!top.is_decided && !top.has_known) {
                    if (!find_in(top)) {
                        if (limits_.was_reached()) return std::nullopt;
                        --depth_;
                        continue;
                    }
                }
            }
            if (node.budget < 0 || node.budget > node.open_count) { // a class was decided for which there is no room
                --depth_;
                continue;
            }
            if (node.budget == 0 || node.budget == node.open_count) {
                std::vector<std::uint32_t> losers = columns_of(node.losers);
                if (node.budget != 0) {
                    std::vector<std::uint32_t> open = columns_of(node.open);
                    losers.insert(losers.end(), open.begin(), open.end());
                    std::ranges::sort(losers);
                }
                --depth_;
                return losers;
            }
            branch();
        }
        return std::nullopt;
    }

    /// Whether the last call found that there are no more, not that a limit was reached. O(1).
    [[nodiscard]] bool complete() const noexcept { return !limits_.was_reached(); }
    /// Classes of columns any two of which may change places, as interchangeable_columns() finds them when rows that
    /// do not vary are left out and equal ones are one; where all choices of pairs are listed, the pairs. O(1).
    [[nodiscard]] const std::vector<std::vector<std::uint32_t>>& classes() const noexcept { return classes_.all(); }
    /// The same choices in fewer rows, which the search reads; the symmetries of this problem are those that matter. O(1).
    [[nodiscard]] const cover_problem& problem() const noexcept { return problem_; }
    /// Examined. O(1).
    [[nodiscard]] std::uint64_t nodes() const noexcept { return nodes_; }

private:
    using cover_node = detail::cover_node;

    struct frame {
        explicit frame(const detail::cover_view& view) : memory(view), known(view.column_words, 0) {}
        detail::cover_node_memory memory;
        std::vector<std::uint64_t> known; ///< losers of a choice in it
        bool has_known = false;
        bool is_decided = false; ///< whatever is chosen of the open columns, the loss is small enough
    };

    [[nodiscard]] static const choice_options& checked(const cover_problem& problem, const choice_options& options) {
        detail::require_valid(problem, "choice_lister");
        detail::require(options.iterations >= 1, "choice_lister", "iterations", options.iterations, "must be at least 1");
        detail::require_identity(problem, options.identity, "choice_lister");
        return options;
    }

    frame& push() {
        if (depth_ == stack_.size()) stack_.push_back(std::make_unique<frame>(view_));
        return *stack_[depth_++];
    }

    [[nodiscard]] detail::cover_step examine(cover_node& node) {
        constexpr int root_iterations = 400;
        return kernel_.examine(view_, node, scratch_.scratch(), target_,
                               nodes_++ == 0 ? root_iterations : options_.iterations);
    }

    /// Decides what the bound has found out.
    /// \param with_dominance  also what is so in one of the best choices only
    /// \returns false if no choice is left
    [[nodiscard]] bool fix_found(cover_node& node, bool with_dominance) {
        detail::cover_scratch& s = scratch_.scratch();
        if (!with_dominance && firsts_ && !classes_.widen(node.open, s.zeros, s.ones, view_.column_words)) {
            return false;
        }
        kernel_.fix(view_, node, s.zeros, s.ones);
        return true;
    }

    /// Looks for a choice in a node that has been examined. \returns whether there is one; false too when a limit is reached
    [[nodiscard]] bool find_in(frame& from) {
        std::size_t height = 0; // of a stack of its own
        const auto push_copy = [&](const detail::cover_node_memory& node) -> cover_node& {
            if (height == search_.size()) search_.push_back(std::make_unique<detail::cover_node_memory>(view_));
            search_[height]->copy_from(node);
            return search_[height++]->node();
        };
        (void)push_copy(from.memory);
        const std::uint64_t patience = nodes_ + options_.patience;
        while (height > 0) {
            if (limits_.reached()) return false;
            if (nodes_ >= patience) return solve_in(from);
            cover_node& node = search_[height - 1]->node();
            switch (examine(node)) {
            case detail::cover_step::closed:
            case detail::cover_step::bounded:
                --height;
                break;
            case detail::cover_step::fixed:
                (void)fix_found(node, true);
                break;
            case detail::cover_step::branched: {
                detail::cover_scratch& s = scratch_.scratch();
                const std::uint64_t bit = std::uint64_t{1} << (s.column % 64);
                s.dominated_zeros[s.column / 64] |= bit;
                s.dominated_ones[s.column / 64] |= bit;
                cover_node& child = push_copy(*search_[height - 1]);
                std::fill_n(s.trial_chosen, view_.column_words, std::uint64_t{0});
                kernel_.fix(view_, s.loses_first ? child : node, s.trial_chosen, s.dominated_ones);
                kernel_.fix(view_, s.loses_first ? node : child, s.dominated_zeros, s.trial_chosen);
                break;
            }
            case detail::cover_step::decided:
                std::copy_n(node.losers, view_.column_words, from.known.begin());
                note_known(from, node.open, node.budget);
                return true;
            }
        }
        return false;
    }

    /// The same by whatever method solves the rest of the problem.
    [[nodiscard]] bool solve_in(frame& from) {
        const cover_node& node = from.memory.node();
        std::vector<std::uint32_t> columns = columns_of(node.open);
        std::vector<std::uint32_t> place(view_.columns, 0);
        for (std::uint32_t c = 0; c < columns.size(); ++c) place[columns[c]] = c;
        cover_problem rest{columns.size(), static_cast<std::size_t>(node.budget), {}, 0};
        for (const cover_row& row : problem_.rows) {
            cover_row left = row;
            left.columns.clear();
            for (std::uint32_t j : row.columns) {
                if (is_in(node.open, j)) {
                    left.columns.push_back(place[j]);
                } else if (is_in(node.losers, j) && left.need > 0) {
                    --left.need;
                }
            }
            if (left.need > 0) rest.rows.push_back(std::move(left));
        }
        const presolved small = presolve(rest);
        solve_options how;
        how.enough = std::max<std::int64_t>(-1, loss_ - small.problem.constant);
        how.seconds = limits_.remaining();
        how.stop = options_.stop;
        if (how.seconds <= 0) {
            limits_.end();
            return false;
        }
        const cover_solution found = solve_cover(small.problem, how, kernel_);
        nodes_ += found.nodes;
        if (found.loss > *how.enough) {
            if (found.loss_lower <= *how.enough) limits_.end(); // it is not known
            return false;
        }
        std::copy_n(node.losers, view_.column_words, from.known.begin());
        for (std::uint32_t c : small.expand(found, 0).losers)
            from.known[columns[c] / 64] |= std::uint64_t{1} << (columns[c] % 64);
        note_known(from, node.open, 0);
        return true;
    }

    /// Completes a choice that is known of a node by any open columns, and where only firsts are listed, makes it the one that is first.
    void note_known(frame& to, const std::uint64_t* open_columns, std::int64_t missing) {
        for (std::size_t j = 0; j < view_.columns && missing > 0; ++j) {
            if (!is_in(open_columns, j)) continue;
            to.known[j / 64] |= std::uint64_t{1} << (j % 64);
            --missing;
        }
        to.has_known = true;
        for (std::uint32_t c = 0; c < classes_.all().size(); ++c) {
            std::vector<std::uint32_t> open;
            std::size_t losers = 0;
            for (std::uint32_t j : classes_.members(c)) {
                if (!is_in(to.memory.node().open, j)) continue;
                open.push_back(j);
                if (is_in(to.known.data(), j)) ++losers;
                to.known[j / 64] &= ~(std::uint64_t{1} << (j % 64));
            }
            for (std::size_t i = 0; i < losers; ++i) {
                const std::uint32_t j = losers_first_ ? open[i] : open[open.size() - 1 - i];
                to.known[j / 64] |= std::uint64_t{1} << (j % 64);
            }
        }
    }

    /// Replaces the top by its children on the first open column, the one that comes first on top.
    void branch() {
        frame& child = push();
        frame& parent = *stack_[depth_ - 2];
        child.memory.copy_from(parent.memory);
        child.is_decided = parent.is_decided;
        std::size_t column = 0;
        while (!is_in(parent.memory.node().open, column)) ++column;
        child.known = parent.known;
        const bool known_loses = parent.has_known && is_in(parent.known.data(), column);
        child.has_known = parent.has_known && known_loses == losers_first_;
        parent.has_known = parent.has_known && known_loses != losers_first_;
        decide(child, column, losers_first_);
        decide(parent, column, !losers_first_);
    }

    /// Of a class, firsts have first what comes first: once a column has the other value, so have all behind it.
    void decide(frame& of, std::size_t column, bool loses) {
        detail::cover_scratch& s = scratch_.scratch();
        std::fill_n(s.zeros, view_.column_words, std::uint64_t{0});
        std::fill_n(s.ones, view_.column_words, std::uint64_t{0});
        std::uint64_t* set = loses ? s.ones : s.zeros;
        set[column / 64] |= std::uint64_t{1} << (column % 64);
        if (firsts_ && loses != losers_first_ &&
            !classes_.widen(of.memory.node().open, s.zeros, s.ones, view_.column_words)) {
            return; // cannot be: one of both is empty
        }
        kernel_.fix(view_, of.memory.node(), s.zeros, s.ones);
    }

    [[nodiscard]] static bool is_in(const std::uint64_t* set, std::size_t column) noexcept {
        return (set[column / 64] >> (column % 64) & 1U) != 0;
    }
    [[nodiscard]] std::vector<std::uint32_t> columns_of(const std::uint64_t* set) const {
        std::vector<std::uint32_t> columns;
        for (std::uint32_t j = 0; j < view_.columns; ++j) {
            if (is_in(set, j)) columns.push_back(j);
        }
        return columns;
    }

    choice_options options_;
    detail::choice_limits limits_;
    cover_kernel kernel_;
    cover_problem problem_;
    detail::cover_tables tables_;
    const detail::cover_view& view_;
    detail::cover_scratch_memory scratch_;
    detail::column_classes classes_;
    std::int64_t loss_;
    std::int64_t target_; ///< the same in view_.scale-ths
    bool losers_first_;
    bool firsts_;
    std::vector<std::unique_ptr<frame>> stack_;
    std::size_t depth_ = 0;
    std::vector<std::unique_ptr<detail::cover_node_memory>> search_;
    std::uint64_t nodes_ = 0;
};

/// The first choices whose loss is at most a given one.
/// \param problem  any
/// \param loss     of a choice, at most
/// \param limit    at most so many
/// \param order    which of two choices comes first
/// \param options  when to give up
/// \param kernel   from `cover_kernel_for<Arch>()`
/// \returns their losers, ascending each; in order
/// \throws parameter_error  as choice_lister
[[nodiscard]] inline std::vector<std::vector<std::uint32_t>>
list_choices(const cover_problem& problem, std::int64_t loss, std::size_t limit,
             choice_order order = choice_order::winners_first, const choice_options& options = {},
             const cover_kernel& kernel = cover_kernel_for<default_arch>()) {
    choice_lister lister(problem, loss, order, choice_classes::all, options, kernel);
    std::vector<std::vector<std::uint32_t>> choices;
    while (choices.size() < limit) {
        auto choice = lister.next();
        if (!choice) break;
        choices.push_back(std::move(*choice));
    }
    return choices;
}

} // namespace election
