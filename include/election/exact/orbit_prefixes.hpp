// SPDX-License-Identifier: MIT
// orbit_prefixes(): the beginnings of choices that hold one of each orbit under symmetries, so that the others need not be searched.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/symmetry.hpp>

namespace election {

/// A part of all choices: those in which some columns lose and some win. Both ascending.
struct orbit_prefix {
    std::vector<std::uint32_t> losers;
    std::vector<std::uint32_t> winners;

    friend bool operator==(const orbit_prefix&, const orbit_prefix&) = default;
};

namespace detail {

/// Searches the tree of prefixes. Columns are named by their place in the order here.
///
/// Of every orbit only the choice is wanted that is first when choices are read as words, column after column in the order, losers before
/// winners. Such a choice is not behind its image under any symmetry. At every place i let the word say z, and the image's word y, which
/// is what the choice says at place source[i]. As long as both are known and equal, go on. If z loses and y wins, the image is behind
/// whatever comes; if z wins and y loses, it is before: no such choice. If z wins and y is open, y must win; if z is open and y loses,
/// z must lose. If both can still be anything, wait.
class prefix_tree {
public:
    prefix_tree(std::size_t columns, std::size_t budget, std::span<const column_permutation> symmetries,
                std::span<const std::uint32_t> order)
        : columns_(columns), budget_(budget), state_(columns, open) {
        std::vector<std::uint32_t> place(columns);
        for (std::size_t i = 0; i < columns; ++i) place[order[i]] = static_cast<std::uint32_t>(i);
        std::set<std::vector<std::uint32_t>> known;
        for (const column_permutation& g : symmetries) {
            std::vector<std::uint32_t> source(columns); // the image says at g(j) what the choice says at j
            for (std::size_t j = 0; j < columns; ++j) source[place[g[j]]] = place[j];
            if (std::ranges::is_sorted(source) || !known.insert(source).second) continue; // the identity, or twice
            sources_.insert(sources_.end(), source.begin(), source.end());
            ++count_;
        }
    }

    /// Calls visit() at every prefix of the depth that is left, first those whose first columns lose.
    /// \param visit  gets a span of states by place; returns whether to go on
    template <class Visit>
    void walk(std::size_t depth, const Visit& visit) {
        std::vector<waiting> all(count_);
        for (std::size_t g = 0; g < count_; ++g) all[g] = {static_cast<std::uint32_t>(g), 0};
        state_.assign(columns_, open);
        losers_ = winners_ = 0;
        levels_.assign(depth + 1, {});
        trail_.clear();
        levels_[0] = std::move(all);
        if (settle(levels_[0])) descend(0, depth, visit);
    }

    static constexpr std::int8_t open = -1, wins = 0, loses = 1;

private:
    /// A symmetry whose image is the same up to a place.
    struct waiting {
        std::uint32_t symmetry;
        std::uint32_t place;
    };

    template <class Visit>
    bool descend(std::size_t at, std::size_t depth, const Visit& visit) {
        if (at == depth) return visit(std::span<const std::int8_t>(state_));
        const auto go_on = [&] {
            levels_[at + 1] = levels_[at];
            return !settle(levels_[at + 1]) || descend(at + 1, depth, visit);
        };
        if (state_[at] != open) return go_on();
        for (const std::int8_t value : {loses, wins}) {
            const std::size_t mark = trail_.size();
            const bool more = !assign(at, value) || go_on();
            while (trail_.size() > mark) undo();
            if (!more) return false;
        }
        return true;
    }

    /// Follows every symmetry as far as it goes, until nothing more follows. Drops those whose image is behind for good.
    /// \returns whether the prefix may be the beginning of a first choice
    [[nodiscard]] bool settle(std::vector<waiting>& symmetries) {
        std::size_t known;
        do {
            known = trail_.size();
            std::size_t kept = 0;
            for (waiting w : symmetries) {
                const std::uint32_t* source = sources_.data() + w.symmetry * columns_;
                bool is_behind = false;
                for (; w.place < columns_; ++w.place) {
                    const std::int8_t z = state_[w.place];
                    const std::int8_t y = state_[source[w.place]];
                    if (z == y) {
                        if (z == open && source[w.place] != w.place) break;
                    } else if (z == wins) { // the image must not lose here
                        if (y == loses || !assign(source[w.place], wins)) return false;
                    } else if (y == loses) { // and z is open
                        if (!assign(w.place, loses)) return false;
                    } else if (y == wins && z == loses) {
                        is_behind = true;
                        break;
                    } else {
                        break;
                    }
                }
                if (!is_behind && w.place < columns_) symmetries[kept++] = w;
            }
            symmetries.resize(kept);
        } while (trail_.size() != known);
        return true;
    }

    [[nodiscard]] bool assign(std::size_t place, std::int8_t value) {
        state_[place] = value;
        trail_.push_back(place);
        (value == loses ? losers_ : winners_) += 1;
        return losers_ <= budget_ && winners_ <= columns_ - budget_;
    }

    void undo() {
        const std::size_t place = trail_.back();
        trail_.pop_back();
        (state_[place] == loses ? losers_ : winners_) -= 1;
        state_[place] = open;
    }

    std::size_t columns_;
    std::size_t budget_;
    std::vector<std::uint32_t> sources_; ///< of each symmetry in turn
    std::size_t count_ = 0;
    std::vector<std::int8_t> state_; ///< by place
    std::size_t losers_ = 0;
    std::size_t winners_ = 0;
    std::vector<std::size_t> trail_;           ///< places in the order in which they were assigned
    std::vector<std::vector<waiting>> levels_; ///< what is undecided, by depth
};

/// \throws parameter_error  unless symmetries and order fit the problem
inline void require_orbit_input(const cover_problem& problem, std::span<const column_permutation> symmetries,
                                std::span<const std::uint32_t> order, const char* where) {
    require_valid(problem, where);
    require(order.size() == problem.columns && is_permutation_of_columns(order), where, "order", order.size(),
            "must be all columns, each once: ", problem.columns);
    for (std::size_t g = 0; g < symmetries.size(); ++g) {
        require(symmetries[g].size() == problem.columns && is_permutation_of_columns(symmetries[g]), where, "symmetry", g,
                "is no permutation of the columns");
    }
}

} // namespace detail

/// The beginnings of choices that hold, for every choice, one that symmetries make of it.
///
/// Read as words in the order of columns, losers before winners, the first choice of every orbit begins with exactly one of the
/// prefixes. Each comes with what else follows for first choices: columns behind the depth that must lose or win.
/// \param problem     any that is valid
/// \param symmetries  elements of its group, any of them: more leave fewer prefixes; that they are symmetries is not checked
/// \param order       of the columns
/// \param depth       of the prefixes; more than there are columns means all of them: then every orbit of a whole group is there once
/// \returns disjoint parts of all choices, in the order of words; none is empty
/// \throws parameter_error  a problem that breaks an invariant, or permutations of something else
/// \par Complexity
/// O(prefixes·depth·symmetries) as a rule, O(symmetries·columns) memory
/// \par Reference
/// Crawford, Ginsberg, Luks, Roy, *Symmetry-breaking predicates for search problems*, KR 1996, for the order of words (lex-leaders)
///
/// \code
/// // A ring of four columns, two of them lose: neighbours or not. Of six choices two are left.
/// election::cover_problem ring{4, 2, {{{0, 1}, 2}, {{1, 2}, 2}, {{2, 3}, 2}, {{0, 3}, 2}}, 0};
/// const auto group = election::close_group(election::affine_symmetries(ring), 100);
/// const std::vector<std::uint32_t> order{0, 1, 2, 3};
/// const auto prefixes = election::orbit_prefixes(ring, group, order, 4);
/// assert(prefixes.size() == 2 && prefixes[0].losers == std::vector<std::uint32_t>({0, 1}));
/// \endcode
[[nodiscard]] inline std::vector<orbit_prefix> orbit_prefixes(const cover_problem& problem,
                                                              std::span<const column_permutation> symmetries,
                                                              std::span<const std::uint32_t> order, std::size_t depth) {
    detail::require_orbit_input(problem, symmetries, order, "orbit_prefixes");
    std::vector<orbit_prefix> found;
    detail::prefix_tree tree(problem.columns, problem.budget, symmetries, order);
    tree.walk(std::min(depth, problem.columns), [&](std::span<const std::int8_t> state) {
        orbit_prefix prefix;
        for (std::uint32_t i = 0; i < problem.columns; ++i) {
            if (state[i] == detail::prefix_tree::loses) prefix.losers.push_back(order[i]);
            if (state[i] == detail::prefix_tree::wins) prefix.winners.push_back(order[i]);
        }
        std::ranges::sort(prefix.losers);
        std::ranges::sort(prefix.winners);
        found.push_back(std::move(prefix));
        return true;
    });
    return found;
}

} // namespace election
