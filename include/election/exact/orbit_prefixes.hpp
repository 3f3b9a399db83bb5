// SPDX-License-Identifier: MIT
// orbit_prefixes(): the beginnings of choices that hold one of each orbit under symmetries, so that the others need not be searched.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
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
    /// Columns that lose, ascending.
    std::vector<std::uint32_t> losers;
    /// Columns that do not, ascending.
    std::vector<std::uint32_t> winners;

    /// Member by member.
    friend bool operator==(const orbit_prefix&, const orbit_prefix&) = default;
};

namespace detail {

/// Searches the tree of prefixes.
///
/// Of every orbit only the choice is wanted that is first when choices are read as words, column after column in the order, losers before
/// winners. Such a choice is not behind its image under any symmetry. At every place let z be what the choice says of the place's column,
/// and y what it says of the column where a symmetry maps that: the word of the image under the inverse. As long as both are known and
/// equal, go on. If z loses and y wins, the image is behind whatever comes; if z wins and y loses, it is before: no such choice. If z
/// wins and y is open, y must win. Otherwise wait for whichever is open: a symmetry is looked at again only when a column is decided that
/// it waits for. (That z is open and y loses does not come up: what follows from a prefix only wins, so all losers are in it, and as many
/// places before have a y that loses.)
class prefix_tree {
public:
    static constexpr std::int8_t open = -1, wins = 0, loses = 1;

    /// \param symmetries  permutations of the columns; the identity and repetitions are left out
    prefix_tree(std::size_t columns, std::size_t budget, std::span<const column_permutation> symmetries)
        : columns_(columns), budget_(budget), state_(columns, open), waiting_(columns) {
        std::set<column_permutation> known;
        for (const column_permutation& g : symmetries) {
            if (std::ranges::is_sorted(g) || !known.insert(g).second) continue;
            sources_.insert(sources_.end(), g.begin(), g.end());
        }
        places_.assign(known.size(), 0);
    }

    /// Calls visit() at every prefix, first those whose first columns lose.
    /// \param order  all columns
    /// \param depth  at most columns
    /// \param visit  gets a span of states by column; returns whether to go on
    template <class Visit>
    void walk(std::span<const std::uint32_t> order, std::size_t depth, const Visit& visit) {
        undo({0, 0}); // a visit may have thrown
        for (auto& list : waiting_) list.clear();
        std::ranges::fill(places_, 0U);
        order_ = order;
        bool is_possible = true;
        for (std::uint32_t g = 0; g < places_.size() && is_possible; ++g) is_possible = advance(g);
        if (is_possible && settle(0)) descend(0, depth, visit);
    }

    /// Of the current prefix, with what follows from it.
    [[nodiscard]] std::size_t losers() const noexcept { return losers_; }
    [[nodiscard]] std::size_t winners() const noexcept { return winners_; }

private:
    /// A symmetry that waits at a place; out of date where the symmetry has gone on.
    struct ticket {
        std::uint32_t symmetry;
        std::uint32_t place;
    };
    /// A symmetry that has gone on from a place, and the tickets that it took.
    struct move {
        std::uint32_t symmetry;
        std::uint32_t from;
        std::uint32_t first, second; ///< columns, or no_column
    };
    /// How far to go back.
    struct mark {
        std::size_t decided;
        std::size_t moves;
    };
    static constexpr std::uint32_t no_column = ~std::uint32_t{0};

    template <class Visit>
    bool descend(std::size_t at, std::size_t depth, const Visit& visit) {
        while (at < depth && state_[order_[at]] != open) ++at;
        if (at == depth) return visit(std::span<const std::int8_t>(state_));
        for (const std::int8_t value : {loses, wins}) {
            const mark before{decided_.size(), moves_.size()};
            const bool more = !decide(order_[at], value) || !settle(before.decided) || descend(at + 1, depth, visit);
            undo(before);
            if (!more) return false;
        }
        return true;
    }

    /// Calls on all that wait for the columns decided since, and for those decided meanwhile.
    /// \returns whether the prefix may be the beginning of a first choice
    [[nodiscard]] bool settle(std::size_t since) {
        for (; since < decided_.size(); ++since) {
            const std::vector<ticket>& called = waiting_[decided_[since]]; // nobody joins a list whose column is decided
            for (const ticket& t : called) {
                if (places_[t.symmetry] == t.place && !advance(t.symmetry)) return false;
            }
        }
        return true;
    }

    /// Takes a symmetry as far as it goes.
    /// \returns false if the image comes before, or a choice would have too many losers or winners
    [[nodiscard]] bool advance(std::uint32_t g) {
        const std::uint32_t* source = sources_.data() + std::size_t{g} * columns_;
        const std::uint32_t from = places_[g];
        for (std::uint32_t place = from; place < columns_; ++place) {
            const std::uint32_t here = order_[place];
            const std::uint32_t there = source[here];
            if (here == there) continue;
            const std::int8_t z = state_[here], y = state_[there];
            if (z == wins) {
                if (y == loses) return false;
                if (y == open && !decide(there, wins)) return false;
            } else if (z == loses && y == wins) {
                return go(g, from, static_cast<std::uint32_t>(columns_), no_column, no_column);
            } else if (z == open || y == open) { // nothing follows yet
                return place == from && from != 0
                           ? true // it holds its tickets already
                           : go(g, from, place, z == open ? here : no_column, y == open ? there : no_column);
            }
        }
        return go(g, from, static_cast<std::uint32_t>(columns_), no_column, no_column);
    }

    bool go(std::uint32_t g, std::uint32_t from, std::uint32_t to, std::uint32_t first, std::uint32_t second) {
        places_[g] = to;
        if (first != no_column) waiting_[first].push_back({g, to});
        if (second != no_column) waiting_[second].push_back({g, to});
        moves_.push_back({g, from, first, second});
        return true;
    }

    [[nodiscard]] bool decide(std::uint32_t column, std::int8_t value) {
        state_[column] = value;
        decided_.push_back(column);
        (value == loses ? losers_ : winners_) += 1;
        return losers_ <= budget_ && winners_ <= columns_ - budget_;
    }

    void undo(mark before) {
        while (moves_.size() > before.moves) {
            const move& last = moves_.back();
            places_[last.symmetry] = last.from;
            if (last.second != no_column) waiting_[last.second].pop_back();
            if (last.first != no_column) waiting_[last.first].pop_back();
            moves_.pop_back();
        }
        while (decided_.size() > before.decided) {
            const std::uint32_t column = decided_.back();
            (state_[column] == loses ? losers_ : winners_) -= 1;
            state_[column] = open;
            decided_.pop_back();
        }
    }

    std::size_t columns_;
    std::size_t budget_;
    std::vector<std::uint32_t> sources_;       ///< of each symmetry in turn
    std::vector<std::uint32_t> places_;        ///< where each symmetry is
    std::vector<std::int8_t> state_;           ///< of each column
    std::vector<std::vector<ticket>> waiting_; ///< for each column
    std::span<const std::uint32_t> order_;
    std::size_t losers_ = 0;
    std::size_t winners_ = 0;
    std::vector<std::uint32_t> decided_; ///< columns, in the order in which they were decided
    std::vector<move> moves_;
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

/// The prefixes of orbit_prefixes(), or nothing if they are too many or somebody does not want to wait for them.
/// \param problem     as there
/// \param symmetries  as there
/// \param order       as there
/// \param depth       as there
/// \param most        prefixes
/// \param go_on       asked at every prefix; false gives up
/// \returns as there
/// \throws parameter_error  a problem that breaks an invariant, or permutations of something else
template <std::predicate GoOn>
[[nodiscard]] std::optional<std::vector<orbit_prefix>>
try_orbit_prefixes(const cover_problem& problem, std::span<const column_permutation> symmetries,
                   std::span<const std::uint32_t> order, std::size_t depth, std::size_t most, const GoOn& go_on) {
    detail::require_orbit_input(problem, symmetries, order, "orbit_prefixes");
    std::vector<orbit_prefix> found;
    bool done = true;
    detail::prefix_tree tree(problem.columns, problem.budget, symmetries);
    tree.walk(order, std::min(depth, problem.columns), [&](std::span<const std::int8_t> state) {
        done = found.size() < most && go_on();
        if (!done) return false;
        orbit_prefix prefix;
        for (std::uint32_t j = 0; j < problem.columns; ++j) {
            if (state[j] == detail::prefix_tree::loses) prefix.losers.push_back(j);
            if (state[j] == detail::prefix_tree::wins) prefix.winners.push_back(j);
        }
        found.push_back(std::move(prefix));
        return true;
    });
    if (!done) return std::nullopt;
    return found;
}

/// The beginnings of choices that hold, for every choice, one that symmetries make of it.
///
/// Read as words in the order of columns, losers before winners, the first choice of every orbit begins with exactly one of the
/// prefixes. Each comes with what else follows for first choices: columns behind the depth that must lose or win.
/// \param problem     any that is valid
/// \param symmetries  elements of its group, any of them: more leave fewer prefixes; that they are symmetries is not checked
/// \param order       of the columns
/// \param depth       of the prefixes; more than there are columns means all of them: then every orbit of a whole group is there once
/// \param most        prefixes
/// \returns disjoint parts of all choices, in the order of words; none is empty
/// \throws parameter_error  a problem that breaks an invariant, permutations of something else, or more prefixes than that
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
                                                              std::span<const std::uint32_t> order, std::size_t depth,
                                                              std::size_t most = std::numeric_limits<std::size_t>::max()) {
    auto found = try_orbit_prefixes(problem, symmetries, order, depth, most, [] { return true; });
    detail::require(found.has_value(), "orbit_prefixes", "symmetries", symmetries.size(), "leave more than ", most,
                    " beginnings; use another method");
    return std::move(*found);
}

/// How many choices a part of them has. A double: 10^300 and more are possible. O(columns).
/// \param problem  any that is valid
/// \param prefix   distinct columns of it; unchecked
[[nodiscard]] inline double completions(const cover_problem& problem, const orbit_prefix& prefix) noexcept {
    const std::size_t losers = prefix.losers.size(), winners = prefix.winners.size();
    if (losers > problem.budget || winners > problem.columns - problem.budget) return 0;
    const std::size_t left = problem.columns - losers - winners;
    const std::size_t fewer = std::min(problem.budget - losers, problem.columns - problem.budget - winners);
    double count = 1;
    for (std::size_t i = 1; i <= fewer; ++i) count = count * static_cast<double>(left - fewer + i) / static_cast<double>(i);
    return count;
}

/// An order of columns in which few prefixes, with few completions, hold all first choices.
///
/// Greedy: the next column is the one after which the least is left to search, until there are 64 prefixes. The others, and those that
/// are equally good, come from both ends in turn, 0, k − 1, 1, k − 2, …, which suits rings: for Paley 43 it leaves half of what the natural
/// order leaves.
/// \param problem     any that is valid
/// \param symmetries  elements of its group
/// \param go_on       asked now and then; after false the order stays as it is by then
/// \returns all columns, each once
/// \throws parameter_error  a problem that breaks an invariant, or permutations of something else
/// \par Complexity
/// O(columns·64·symmetries) as a rule; the next column is chosen from 64 at most
template <std::predicate GoOn>
[[nodiscard]] std::vector<std::uint32_t> orbit_order(const cover_problem& problem,
                                                     std::span<const column_permutation> symmetries, const GoOn& go_on) {
    const std::size_t k = problem.columns;
    std::vector<std::uint32_t> order;
    for (std::uint32_t low = 0, high = static_cast<std::uint32_t>(k); low < high;) {
        order.push_back(low++);
        if (low < high) order.push_back(--high);
    }
    detail::require_orbit_input(problem, symmetries, order, "orbit_order");
    std::vector<double> log_factorial(k + 1, 0);
    for (std::size_t i = 1; i <= k; ++i) log_factorial[i] = log_factorial[i - 1] + std::log(static_cast<double>(i));
    const auto log_choose = [&](std::size_t n, std::size_t m) {
        return log_factorial[n] - log_factorial[m] - log_factorial[n - m];
    };
    const double log_all = log_choose(k, problem.budget);

    detail::prefix_tree tree(k, problem.budget, symmetries);
    constexpr std::size_t enough = 64;
    for (std::size_t depth = 0, prefixes = 1; depth < k && prefixes < enough; ++depth) {
        double best_share = 2;
        std::size_t best = depth, best_prefixes = prefixes;
        std::vector<std::uint32_t> tried(order);
        for (std::size_t next = depth; next < std::min(k, depth + enough); ++next) {
            std::ranges::copy(order, tried.begin());
            std::rotate(tried.begin() + static_cast<std::ptrdiff_t>(depth),
                        tried.begin() + static_cast<std::ptrdiff_t>(next),
                        tried.begin() + static_cast<std::ptrdiff_t>(next + 1));
            double share = 0; // of all choices
            std::size_t count = 0;
            tree.walk(tried, depth + 1, [&](std::span<const std::int8_t>) {
                const std::size_t left = k - tree.losers() - tree.winners();
                share += std::exp(log_choose(left, problem.budget - tree.losers()) - log_all);
                ++count;
                return share < best_share && go_on();
            });
            if (!go_on()) return order;
            if (share < best_share * (1 - 1e-9)) best_share = share, best = next, best_prefixes = count;
        }
        std::rotate(order.begin() + static_cast<std::ptrdiff_t>(depth), order.begin() + static_cast<std::ptrdiff_t>(best),
                    order.begin() + static_cast<std::ptrdiff_t>(best + 1));
        prefixes = best_prefixes;
    }
    return order;
}

/// The same, however long it takes.
[[nodiscard]] inline std::vector<std::uint32_t> orbit_order(const cover_problem& problem,
                                                            std::span<const column_permutation> symmetries) {
    return orbit_order(problem, symmetries, [] { return true; });
}

/// The least depth at which there are so many prefixes, or the number of columns where there never are.
/// \param problem     any that is valid
/// \param symmetries  as for orbit_prefixes()
/// \param order       as for orbit_prefixes()
/// \param target      at least so many
/// \throws parameter_error  as orbit_prefixes() does
/// \par Complexity
/// O(target·depth·symmetries) as a rule
[[nodiscard]] inline std::size_t orbit_depth(const cover_problem& problem, std::span<const column_permutation> symmetries,
                                             std::span<const std::uint32_t> order, std::size_t target) {
    detail::require_orbit_input(problem, symmetries, order, "orbit_depth");
    detail::prefix_tree tree(problem.columns, problem.budget, symmetries);
    std::size_t depth = 0;
    for (; depth < problem.columns; ++depth) {
        std::size_t count = 0;
        tree.walk(order, depth, [&](std::span<const std::int8_t>) { return ++count < target; });
        if (count >= target) break;
    }
    return depth;
}

} // namespace election
