// SPDX-License-Identifier: MIT
// conflict_bound(): a lower bound on the loss from rows that cannot both turn, as any two halves of the partitions that hardly meet.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <election/exact/cover_problem.hpp>

namespace election {

/// A row that turns: it has so many hits that it abstains (need − 1, where it may tie) or is wrong (need).
struct row_turn {
    std::uint32_t row = 0;  ///< of the problem
    std::uint32_t hits = 0; ///< at least

    /// Member by member.
    friend bool operator==(const row_turn&, const row_turn&) = default;
};

/// Turns of which only few happen at once: one where all pairs are in conflict, and half of them, rounded down, where they are a cycle
/// and each is in conflict with the next.
struct conflict_part {
    std::vector<row_turn> turns; ///< in the order of the cycle
    bool is_cycle = false;       ///< else all pairs are in conflict
    std::int64_t votes = 1;      ///< multiplier: so much of the weight of each of them is counted here, at least 1

    /// Member by member.
    friend bool operator==(const conflict_part&, const conflict_part&) = default;
};

/// A bound with its proof.
///
/// A turn costs the liars' opponents its weight: that of its row, and twice that where the row goes from right to wrong at once. The
/// turns of a part lose at most votes × (1, or half of the cycle), and what weight of a turn no part counts is taken to be lost.
struct conflict_proof {
    std::int64_t loss_lower = 0;      ///< no choice has less loss
    std::vector<conflict_part> parts; ///< multipliers of a dual solution: any are valid

    /// Member by member.
    friend bool operator==(const conflict_proof&, const conflict_proof&) = default;
};

namespace detail {

/// A turn that some choice makes and another does not.
struct open_turn {
    row_turn turn;
    std::int64_t weight = 0;
};

/// All of these, in the order of rows.
[[nodiscard]] inline std::vector<open_turn> open_turns(const cover_problem& problem) {
    std::vector<open_turn> turns;
    for (std::size_t i = 0; i < problem.rows.size(); ++i) {
        const cover_row& row = problem.rows[i];
        const std::size_t others = problem.columns - row.columns.size();
        const std::size_t least = problem.budget > others ? problem.budget - others : 0;
        const std::size_t most = std::min(row.columns.size(), problem.budget);
        const auto add = [&](std::uint32_t hits, std::int64_t weight) {
            if (hits > least && hits <= most) turns.push_back({{static_cast<std::uint32_t>(i), hits}, weight});
        };
        if (row.may_tie) add(row.need - 1, row.weight);
        add(row.need, (row.may_tie ? 1 : 2) * std::int64_t{row.weight});
    }
    return turns;
}

/// What the rows keep if all open turns happen.
[[nodiscard]] inline std::int64_t loss_when_all_turn(const cover_problem& problem) {
    std::int64_t loss = 0;
    for (const cover_row& row : problem.rows) loss += loss_of(row, std::min(row.columns.size(), problem.budget));
    return loss;
}

/// Whether rows that share `shared` columns need more losers than there are: the fewest that give both their hits. Turns of one row never
/// are, nor is an open turn and itself.
[[nodiscard]] constexpr bool in_conflict(std::size_t hits, std::size_t other_hits, std::size_t shared,
                                         std::size_t budget) noexcept {
    return hits + other_hits - std::min({shared, hits, other_hits}) > budget;
}

/// The greatest weight of an independent set of a path. O(length).
[[nodiscard]] inline std::int64_t independent_weight_of_path(std::span<const std::int64_t> weights) noexcept {
    std::int64_t with = 0; // the last one
    std::int64_t without = 0;
    for (std::int64_t weight : weights) {
        const std::int64_t best = std::max(with, without);
        with = without + weight;
        without = best;
    }
    return std::max(with, without);
}

/// Covers a graph's weights by cliques and odd cycles.
///
/// A vertex whose neighbours are a clique is taken first: with them it makes a part of its own weight, which an independent set loses
/// nothing by. That alone is exact on trees and all chordal graphs. A component that is a cycle is cut where the rest, a path, is
/// cheapest. Elsewhere greedy cliques are taken, from the vertex with the fewest neighbours.
class conflict_cover {
public:
    explicit conflict_cover(std::vector<open_turn> turns)
        : turns_(std::move(turns)), words_((turns_.size() + 63) / 64), neighbours_(turns_.size() * words_, 0),
          degree_(turns_.size(), 0) {}

    void connect(std::size_t a, std::size_t b) {
        neighbours_[a * words_ + b / 64] |= std::uint64_t{1} << (b % 64);
        neighbours_[b * words_ + a / 64] |= std::uint64_t{1} << (a % 64);
        ++degree_[a];
        ++degree_[b];
    }

    /// Covers all of it; the weights are used up.
    [[nodiscard]] std::vector<conflict_part> parts() {
        std::vector<conflict_part> found;
        while (const std::optional<std::size_t> vertex = next()) {
            const std::size_t v = *vertex;
            std::vector<std::size_t> members{v};
            if (is_simplicial(v)) {
                append_neighbours(v, members);
            } else if (std::vector<std::size_t> cycle = cycle_through(v); !cycle.empty()) {
                cut(cycle, found);
                continue;
            } else {
                extend_to_clique(members);
            }
            take(members, false, turns_[v].weight, found);
        }
        return found;
    }

private:
    [[nodiscard]] bool adjacent(std::size_t a, std::size_t b) const {
        return (neighbours_[a * words_ + b / 64] >> (b % 64) & 1U) != 0;
    }

    /// Appends the neighbours that have weight left. Bits of those that have none are taken out of all rows by take().
    void append_neighbours(std::size_t v, std::vector<std::size_t>& to) const {
        for (std::size_t word = 0; word < words_; ++word) {
            for (std::uint64_t bits = neighbours_[v * words_ + word]; bits != 0; bits &= bits - 1) {
                to.push_back(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
            }
        }
    }

    /// Whether the neighbours of v are a clique.
    [[nodiscard]] bool is_simplicial(std::size_t v) const {
        if (degree_[v] <= 1) return true;
        for (std::size_t word = 0; word < words_; ++word) {
            for (std::uint64_t bits = neighbours_[v * words_ + word]; bits != 0; bits &= bits - 1) {
                const std::size_t u = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
                for (std::size_t w = 0; w < words_; ++w) {
                    std::uint64_t missing = neighbours_[v * words_ + w] & ~neighbours_[u * words_ + w];
                    if (w == u / 64) missing &= ~(std::uint64_t{1} << (u % 64));
                    if (missing != 0) return false;
                }
            }
        }
        return true;
    }

    /// A vertex with the fewest neighbours, of these one whose neighbours are a clique if that is quickly found.
    [[nodiscard]] std::optional<std::size_t> next() const {
        std::size_t fewest = std::numeric_limits<std::size_t>::max();
        std::vector<std::size_t> candidates;
        constexpr std::size_t most_candidates = 16;
        for (std::size_t v = 0; v < turns_.size(); ++v) {
            if (degree_[v] == 0 || degree_[v] > fewest) continue;
            if (degree_[v] < fewest) candidates.clear();
            fewest = degree_[v];
            if (candidates.size() < most_candidates) candidates.push_back(v);
        }
        if (candidates.empty()) return std::nullopt;
        const auto simplicial = std::ranges::find_if(candidates, [&](std::size_t v) { return is_simplicial(v); });
        return simplicial != candidates.end() ? *simplicial : candidates.front();
    }

    /// The component of v in order if it is a cycle, else nothing.
    [[nodiscard]] std::vector<std::size_t> cycle_through(std::size_t v) const {
        std::vector<std::size_t> cycle{v};
        std::vector<std::size_t> around;
        while (true) {
            const std::size_t last = cycle.back();
            if (degree_[last] != 2) return {};
            around.clear();
            append_neighbours(last, around);
            const std::size_t before = cycle.size() == 1 ? around[1] : cycle[cycle.size() - 2];
            const std::size_t onward = around[0] == before ? around[1] : around[0];
            if (onward == v) return cycle;
            cycle.push_back(onward);
        }
    }

    /// Takes the part of a cycle after which the rest, a path or more, is cheapest: the whole of it if it is odd, or two neighbours.
    void cut(const std::vector<std::size_t>& cycle, std::vector<conflict_part>& found) {
        const std::size_t length = cycle.size();
        std::int64_t lightest = std::numeric_limits<std::int64_t>::max();
        for (std::size_t v : cycle) lightest = std::min(lightest, turns_[v].weight);
        // The weights that are left, from the place behind the cut on.
        std::vector<std::int64_t> left(length);
        std::int64_t best = std::numeric_limits<std::int64_t>::max();
        std::size_t best_cut = length;
        if (length % 2 == 1) {
            std::size_t first = 0;
            while (turns_[cycle[first]].weight != lightest) ++first;
            for (std::size_t i = 0; i < length; ++i) left[i] = turns_[cycle[(first + i) % length]].weight - lightest;
            best = lightest * static_cast<std::int64_t>(length / 2) + independent_weight_of_path(left);
        }
        constexpr std::size_t most_cuts = 64;
        const bool is_even_handed = std::ranges::all_of(cycle, [&](std::size_t v) { return turns_[v].weight == lightest; });
        for (std::size_t i = 0; i < (is_even_handed ? 1 : std::min(length, most_cuts)); ++i) {
            for (std::size_t j = 0; j < length; ++j) left[j] = turns_[cycle[(i + j) % length]].weight;
            const std::int64_t both = std::min(left[0], left[1]);
            left[0] -= both;
            left[1] -= both;
            std::rotate(left.begin(), left[0] == 0 ? left.begin() : left.begin() + 1,
                        left.end()); // begin where nothing is left
            const std::int64_t cost = both + independent_weight_of_path(left);
            if (cost < best) best = cost, best_cut = i;
        }
        if (best_cut == length) {
            take(cycle, true, lightest, found);
        } else {
            const std::size_t a = cycle[best_cut], b = cycle[(best_cut + 1) % length];
            take({a, b}, false, std::min(turns_[a].weight, turns_[b].weight), found);
        }
    }

    /// Adds common neighbours, those with the fewest neighbours first.
    void extend_to_clique(std::vector<std::size_t>& members) const {
        std::vector<std::size_t> candidates;
        append_neighbours(members[0], candidates);
        std::ranges::stable_sort(candidates, {}, [&](std::size_t u) { return degree_[u]; });
        for (std::size_t u : candidates) {
            if (std::ranges::all_of(members, [&](std::size_t m) { return adjacent(m, u); })) members.push_back(u);
        }
    }

    /// Makes a part of these and takes its votes off their weights; those with nothing left leave the graph.
    void take(const std::vector<std::size_t>& members, bool is_cycle, std::int64_t votes,
              std::vector<conflict_part>& found) {
        conflict_part part{{}, is_cycle, votes};
        for (std::size_t v : members) part.turns.push_back(turns_[v].turn);
        found.push_back(std::move(part));
        for (std::size_t v : members) {
            turns_[v].weight -= std::min(votes, turns_[v].weight);
            if (turns_[v].weight != 0) continue;
            std::vector<std::size_t> around;
            append_neighbours(v, around);
            for (std::size_t u : around) {
                neighbours_[u * words_ + v / 64] &= ~(std::uint64_t{1} << (v % 64));
                --degree_[u];
            }
            std::fill_n(neighbours_.begin() + static_cast<std::ptrdiff_t>(v * words_), words_, std::uint64_t{0});
            degree_[v] = 0;
        }
    }

    std::vector<open_turn> turns_; ///< with the weight that is left
    std::size_t words_;
    std::vector<std::uint64_t> neighbours_; ///< a row of bits for each, of neighbours with weight left
    std::vector<std::size_t> degree_;
};

} // namespace detail

/// The most turns that conflict_bound() looks at; with more that may be in conflict it says nothing.
inline constexpr std::size_t conflict_max_turns = 4096;

/// The conflict bound: rows that together need more losers than there are do not both turn.
///
/// Two turns with m and m' hits, of rows that share s columns, take at least m + m' − min(s, m, m') losers. Where that is more than the
/// budget they are in conflict, and the weight that is lost is at most that of an independent set of the graph of conflicts. It is
/// exact on graphs without cycles of four and more, and on cycles; elsewhere an upper bound from cliques. A row that may tie has two
/// turns of one weight each; so a pair that may both abstain but not both be wrong counts for what it is.
/// \param problem  any that is valid
/// \returns the bound and its proof; nothing where no two turns are in conflict, or more than conflict_max_turns may be
/// \throws parameter_error  a problem that breaks an invariant
/// \par Complexity
/// O(rows) where rows are too light to be in conflict, else O(rows²·columns / 64) and the cover, O(rows²·rows / 64) at most as a rule
///
/// \code
/// // Of five windows of three in a circle two lose two columns each to two losers only if they share both: an odd cycle of conflicts.
/// election::cover_problem ring{5, 2, {}, -5};
/// for (std::uint32_t i = 0; i < 5; ++i) {
///     ring.rows.push_back({{i, (i + 1) % 5, (i + 2) % 5}, 2});
///     std::ranges::sort(ring.rows.back().columns);
/// }
/// const auto bound = election::conflict_bound(ring);
/// assert(bound && bound->loss_lower == 6 && election::is_proved(ring, *bound)); // two windows wrong at most: margin 1
/// \endcode
[[nodiscard]] inline std::optional<conflict_proof> conflict_bound(const cover_problem& problem) {
    detail::require_valid(problem, "conflict_bound");
    std::vector<detail::open_turn> turns = detail::open_turns(problem);
    const std::int64_t all = detail::loss_when_all_turn(problem);
    std::size_t most_hits = 0;
    for (const detail::open_turn& t : turns) most_hits = std::max<std::size_t>(most_hits, t.turn.hits);
    std::erase_if(turns, [&](const detail::open_turn& t) { return t.turn.hits + most_hits <= problem.budget; });
    if (turns.size() < 2 || turns.size() > conflict_max_turns) return std::nullopt;

    const std::size_t words = (problem.columns + 63) / 64;
    std::vector<std::uint64_t> bits(turns.size() * words, 0);
    for (std::size_t t = 0; t < turns.size(); ++t) {
        for (std::uint32_t column : problem.rows[turns[t].turn.row].columns) {
            bits[t * words + column / 64] |= std::uint64_t{1} << (column % 64);
        }
    }
    detail::conflict_cover cover(turns);
    bool is_any = false;
    for (std::size_t a = 0; a < turns.size(); ++a) {
        for (std::size_t b = a + 1; b < turns.size(); ++b) {
            const std::size_t sum = std::size_t{turns[a].turn.hits} + turns[b].turn.hits;
            if (sum <= problem.budget) continue;
            std::size_t shared = 0;
            for (std::size_t word = 0; word < words; ++word) {
                shared += static_cast<std::size_t>(std::popcount(bits[a * words + word] & bits[b * words + word]));
            }
            if (!detail::in_conflict(turns[a].turn.hits, turns[b].turn.hits, shared, problem.budget)) continue;
            cover.connect(a, b);
            is_any = true;
        }
    }
    if (!is_any) return std::nullopt;

    conflict_proof proof{0, cover.parts()};
    std::vector<std::int64_t> left(2 * problem.rows.size(), 0);
    const auto place = [&](const row_turn& t) {
        return 2 * std::size_t{t.row} + (t.hits == problem.rows[t.row].need ? 1 : 0);
    };
    std::int64_t saved = 0; // of the weight of all open turns
    for (const detail::open_turn& t : turns) left[place(t.turn)] = t.weight;
    for (const conflict_part& part : proof.parts) {
        for (const row_turn& t : part.turns) {
            const std::int64_t counted = std::min(part.votes, left[place(t)]);
            left[place(t)] -= counted;
            saved += counted;
        }
        saved -= part.votes * static_cast<std::int64_t>(part.is_cycle ? part.turns.size() / 2 : 1);
    }
    proof.loss_lower = all + saved;
    return proof;
}

/// Whether the proof holds: the plain check, which takes nothing from how the bound was found.
/// \param problem  one that is valid
/// \param proof    any, from anywhere
/// \returns whether all conflicts are there and what is lost leaves loss_lower or more
/// \par Complexity
/// O(rows + columns of all pairs of a part)
[[nodiscard]] inline bool is_proved(const cover_problem& problem, const conflict_proof& proof) {
    constexpr std::int64_t most_votes = 2 * std::int64_t{std::numeric_limits<std::uint32_t>::max()};
    const std::vector<detail::open_turn> turns = detail::open_turns(problem);
    std::vector<std::int64_t> left(turns.size());
    for (std::size_t t = 0; t < turns.size(); ++t) left[t] = turns[t].weight;
    const auto conflict = [&](const row_turn& a, const row_turn& b) {
        const auto& x = problem.rows[a.row].columns;
        const auto shared = std::ranges::count_if(
            problem.rows[b.row].columns, [&](std::uint32_t column) { return std::ranges::binary_search(x, column); });
        return detail::in_conflict(a.hits, b.hits, static_cast<std::size_t>(shared), problem.budget);
    };
    std::int64_t lost = 0;
    for (const conflict_part& part : proof.parts) {
        if (part.votes < 1 || part.votes > most_votes) return false;
        std::vector<std::size_t> places;
        for (const row_turn& turn : part.turns) {
            const auto at = std::ranges::find(turns, turn, &detail::open_turn::turn);
            if (at == turns.end()) return false;
            places.push_back(static_cast<std::size_t>(at - turns.begin()));
        }
        for (std::size_t a = 0; a < part.turns.size(); ++a) {
            if (part.is_cycle && !conflict(part.turns[a], part.turns[(a + 1) % part.turns.size()])) return false;
            for (std::size_t b = a + 1; b < part.turns.size(); ++b) {
                if (!part.is_cycle && !conflict(part.turns[a], part.turns[b])) return false;
            }
        }
        for (std::size_t at : places) left[at] -= std::min(left[at], part.votes);
        lost += part.votes * static_cast<std::int64_t>(part.is_cycle ? part.turns.size() / 2 : 1);
    }
    std::int64_t open = 0;
    for (std::size_t t = 0; t < turns.size(); ++t) {
        open += turns[t].weight;
        lost += left[t];
    }
    return detail::loss_when_all_turn(problem) + open - lost >= proof.loss_lower;
}

} // namespace election
