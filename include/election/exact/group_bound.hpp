// SPDX-License-Identifier: MIT
// group_bound(): a lower bound on the loss from groups of rows that hold so few columns often that not all of them can turn.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <election/exact/cover_problem.hpp>
#include <election/exact/presolve_rows.hpp>

namespace election {

/// A bound with its proof: what the groups keep at least, and what each row that is in none keeps by itself.
///
/// Let m_j be how many rows of a group hold column j. A loser j is m_j hits of the group, so that its rows have at most the sum of the
/// `budget` largest m_j hits together, and keep the least loss of all ways to share so many out.
struct group_proof {
    std::int64_t loss_lower = 0;                    ///< no choice has less loss
    std::vector<std::vector<std::uint32_t>> groups; ///< rows of the problem; no row is in two, nor twice in one

    /// Member by member.
    friend bool operator==(const group_proof&, const group_proof&) = default;
};

namespace detail {

/// How a row's loss falls with its hits: what it has at the fewest, and up to two steps from there.
struct loss_steps {
    std::size_t fewest = 0; ///< hits that it has at least
    std::int64_t loss = 0;  ///< with these
    std::size_t tie = 0;    ///< more hits that make it abstain, 0 where that is no step
    std::int64_t tie_loss = 0;
    std::size_t wrong = 0; ///< more hits that make it wrong, 0 where that is no step; then it keeps nothing

    /// Member by member.
    friend bool operator==(const loss_steps&, const loss_steps&) = default;
};

[[nodiscard]] inline loss_steps loss_steps_of(const cover_row& row, const cover_problem& problem) {
    const hit_range hits = hits_of(row, problem);
    loss_steps steps{hits.fewest, loss_of(row, hits.fewest), 0, 0, 0};
    const std::size_t tied = row.need - 1;
    if (row.may_tie && tied > hits.fewest && tied <= hits.most) {
        steps.tie = tied - hits.fewest;
        steps.tie_loss = row.weight;
    }
    if (row.need > hits.fewest && row.need <= hits.most) steps.wrong = row.need - hits.fewest;
    return steps;
}

/// The least loss of so many rows alike that have `spare` hits beyond the fewest, in all. O(1).
///
/// *Proof.* With one step it is taken as often as it can be. With two, at a and a + 1 hits for half the loss each, let z rows take the
/// first and x ≤ z of these the second one: a·z + x ≤ spare, and z + x halves are lost. While z ≤ spare / (a + 1) all take both; beyond
/// that x = spare − a·z, and z + x does not grow with z but perhaps on the way there. So z is that quotient, or one more. ∎
[[nodiscard]] constexpr std::int64_t least_loss_alike(const loss_steps& row, std::size_t rows, std::size_t spare) noexcept {
    const std::int64_t full = static_cast<std::int64_t>(rows) * row.loss;
    if (row.tie == 0 || row.wrong == 0) {
        const std::size_t step = std::max(row.tie, row.wrong);
        if (step == 0) return full;
        return full -
               static_cast<std::int64_t>(std::min(rows, spare / step)) * (row.loss - (row.wrong == 0 ? row.tie_loss : 0));
    }
    const std::size_t both = std::min(rows, spare / row.wrong);
    std::size_t halves = 2 * both;
    if (both < rows && (both + 1) * row.tie <= spare) halves = std::max(halves, spare - (row.tie - 1) * (both + 1));
    return full - static_cast<std::int64_t>(halves) * row.tie_loss;
}

/// A group that grows: the most hits that its rows can have in all, and the least loss with so many.
class hit_group {
public:
    /// \param steps  of every row of the problem
    /// \param alike  whether they are the same for all
    hit_group(const cover_problem& problem, std::span<const loss_steps> steps, bool alike)
        : problem_(problem), steps_(steps), alike_(alike), multiplicity_(problem.columns, 0) {
        clear();
    }

    void clear() {
        std::fill(multiplicity_.begin(), multiplicity_.end(), 0U);
        columns_with_.assign(1, problem_.columns);
        rows_ = 0;
        fewest_ = 0;
        alone_ = 0;
        least_.assign(1, 0);
    }

    void add(std::uint32_t i) {
        const loss_steps& row = steps_[i];
        for (std::uint32_t column : problem_.rows[i].columns) {
            const std::size_t before = multiplicity_[column]++;
            if (before + 1 == columns_with_.size()) columns_with_.push_back(0);
            --columns_with_[before];
            ++columns_with_[before + 1];
        }
        ++rows_;
        fewest_ += row.fewest;
        alone_ += row.wrong != 0 ? 0 : row.tie != 0 ? row.tie_loss : row.loss;
        last_ = i;
        work_ += problem_.rows[i].columns.size();
        if (!alike_) add_to_table(row);
    }

    /// What the rows keep together beyond what they keep each alone.
    [[nodiscard]] std::int64_t gain() const {
        std::size_t hits = 0;
        std::size_t left = problem_.budget;
        for (std::size_t m = columns_with_.size(); --m > 0 && left > 0;) {
            const std::size_t taken = std::min(left, columns_with_[m]);
            hits += m * taken;
            left -= taken;
        }
        const std::size_t spare = hits - fewest_; // a choice has as many hits as all rows' fewest, and no more than `hits`
        if (rows_ == 0) return 0;
        if (alike_) return least_loss_alike(steps_[last_], rows_, spare) - alone_;
        return least_[std::min(spare, least_.size() - 1)] - alone_;
    }

    /// Steps of calculation so far.
    [[nodiscard]] std::size_t work() const noexcept { return work_; }

private:
    /// least_[c] is the least loss of the rows so far with c hits beyond the fewest: a row takes a step or none.
    void add_to_table(const loss_steps& row) {
        const std::size_t size = least_.size();
        least_.resize(size + std::max(row.tie, row.wrong), least_.back());
        for (std::size_t c = least_.size(); c-- > 0;) { // downwards, so that what is read is of the rows before
            std::int64_t best = least_[c] + row.loss;
            if (row.tie != 0 && c >= row.tie) best = std::min(best, least_[c - row.tie] + row.tie_loss);
            if (row.wrong != 0 && c >= row.wrong) best = std::min(best, least_[c - row.wrong]);
            least_[c] = best;
        }
        work_ += least_.size();
    }

    const cover_problem& problem_;
    std::span<const loss_steps> steps_;
    bool alike_;
    std::vector<std::uint32_t> multiplicity_;
    std::vector<std::size_t> columns_with_; ///< so many columns have the multiplicity
    std::size_t rows_ = 0;
    std::uint32_t last_ = 0;
    std::size_t fewest_ = 0;
    std::int64_t alone_ = 0;
    std::vector<std::int64_t> least_;
    std::size_t work_ = 0;
};

/// Looks for groups.
class group_search {
public:
    explicit group_search(const cover_problem& problem) : problem_(problem) {
        for (const cover_row& row : problem.rows) {
            steps_.push_back(loss_steps_of(row, problem));
            ones_ += row.columns.size();
        }
        alike_ = std::ranges::all_of(steps_, [&](const loss_steps& s) { return s == steps_.front(); });
    }

    /// The better of two ways.
    [[nodiscard]] std::optional<group_proof> best() {
        by_strides();
        by_overlap();
        if (gain_ == 0) return std::nullopt;
        std::int64_t alone = 0;
        for (const cover_row& row : problem_.rows) alone += loss_of(row, hits_of(row, problem_).most);
        return group_proof{alone + gain_, std::move(groups_)};
    }

private:
    static constexpr std::size_t most_alike = 1024;                ///< rows of a group of which all are alike
    static constexpr std::size_t most_rows = 64;                   ///< of another
    static constexpr std::size_t most_work = std::size_t{1} << 19; ///< of each way

    /// Rows i, i + s, i + 2s …, as they are numbered. In codes that rotation maps to themselves all such groups are alike, so that one
    /// shows what they give; in others they are of no use as a rule, and cost little.
    void by_strides() {
        const std::size_t rows = steps_.size();
        if (!alike_ || rows < 2) return;
        const std::size_t longest = std::clamp<std::size_t>(most_work / (ones_ / 2 + 1), 4, most_alike);
        std::vector<std::int64_t> gains{0}, best_gains;
        std::int64_t best = 0;
        std::size_t best_stride = 0;
        std::size_t best_size = 0;
        hit_group group(problem_, steps_, alike_);
        for (std::size_t stride = 1; stride <= rows / 2 && group.work() < 2 * most_work; ++stride) {
            const std::size_t orbits = std::gcd(rows, stride);
            const std::size_t orbit = rows / orbits;
            group.clear();
            gains.resize(1);
            for (std::size_t i = 0; i < std::min(orbit, longest); ++i) {
                group.add(static_cast<std::uint32_t>(i * stride % rows));
                gains.push_back(group.gain());
            }
            for (std::size_t size = 2; size < gains.size(); ++size) {
                const std::int64_t total = static_cast<std::int64_t>(orbits) *
                                           (static_cast<std::int64_t>(orbit / size) * gains[size] + gains[orbit % size]);
                // Of those that give the same, small groups are the shorter proof.
                if (total == 0 || total < best || (total == best && size >= best_size)) continue;
                best = total;
                best_size = size;
                best_stride = stride;
                best_gains = gains;
            }
        }
        if (best == 0) return;
        // An orbit is cut into the lengths that gain most.
        const std::size_t orbits = std::gcd(rows, best_stride);
        const std::size_t orbit = rows / orbits;
        std::vector<std::int64_t> most(orbit + 1, 0);
        std::vector<std::size_t> cut(orbit + 1, 0);
        for (std::size_t length = 1; length <= orbit; ++length) {
            most[length] = most[length - 1];
            cut[length] = 1;
            for (std::size_t size = 2; size < best_gains.size() && size <= length; ++size) {
                if (most[length - size] + best_gains[size] <= most[length]) continue;
                most[length] = most[length - size] + best_gains[size];
                cut[length] = size;
            }
        }
        std::vector<std::vector<std::uint32_t>> groups;
        for (std::size_t first = 0; first < orbits; ++first) {
            for (std::size_t left = orbit; left > 0; left -= cut[left]) {
                auto& made = groups.emplace_back();
                for (std::size_t i = left - cut[left]; i < left; ++i) {
                    made.push_back(static_cast<std::uint32_t>((first + i * best_stride) % rows));
                }
            }
        }
        keep_if_better(std::move(groups));
    }

    /// A row, and then always the one that has the fewest columns in common with those that are there, counted for each of them.
    void by_overlap() {
        const std::size_t rows = steps_.size();
        const std::size_t words = (problem_.columns + 63) / 64;
        if (rows * rows * words > most_work) return;
        std::vector<std::uint64_t> bits(rows * words, 0);
        for (std::size_t i = 0; i < rows; ++i) {
            for (std::uint32_t column : problem_.rows[i].columns) {
                bits[i * words + column / 64] |= std::uint64_t{1} << (column % 64);
            }
        }
        std::vector<std::uint32_t> common(rows * rows, 0);
        for (std::size_t a = 0; a < rows; ++a) {
            for (std::size_t b = 0; b < a; ++b) {
                std::uint32_t shared = 0;
                for (std::size_t word = 0; word < words; ++word) {
                    shared += static_cast<std::uint32_t>(std::popcount(bits[a * words + word] & bits[b * words + word]));
                }
                common[a * rows + b] = common[b * rows + a] = shared;
            }
        }
        // Only rows that could turn.
        std::vector<std::uint32_t> open;
        for (std::uint32_t i = 0; i < rows; ++i) {
            if (steps_[i].tie != 0 || steps_[i].wrong != 0) open.push_back(i);
        }
        std::vector<std::vector<std::uint32_t>> groups;
        hit_group group(problem_, steps_, alike_);
        std::vector<std::uint32_t> overlap(rows);
        std::size_t work = 0;
        std::size_t failures = 0;
        constexpr std::size_t most_failures = 16;
        while (open.size() >= 2 && failures < most_failures && work + group.work() < most_work) {
            std::vector<std::uint32_t> members;
            std::vector<std::uint32_t> candidates = open;
            std::ranges::fill(overlap, 0U);
            group.clear();
            std::size_t best_size = 0;
            std::int64_t best_gain = 0;
            while (!candidates.empty() && members.size() < most_rows) {
                const auto next =
                    members.empty() ? candidates.begin()
                                    : std::ranges::min_element(candidates, {}, [&](std::uint32_t i) { return overlap[i]; });
                const std::uint32_t row = *next;
                candidates.erase(next);
                for (std::size_t i = 0; i < rows; ++i) overlap[i] += common[row * rows + i];
                work += rows;
                members.push_back(row);
                group.add(row);
                const std::int64_t gain = group.gain();
                // More for each row than before.
                if (gain * static_cast<std::int64_t>(best_size) > best_gain * static_cast<std::int64_t>(members.size()) ||
                    (best_size == 0 && gain > 0)) {
                    best_gain = gain;
                    best_size = members.size();
                }
            }
            if (best_size == 0) {
                ++failures;
                open.erase(open.begin());
                continue;
            }
            members.resize(best_size);
            std::erase_if(open, [&](std::uint32_t i) { return std::ranges::find(members, i) != members.end(); });
            groups.push_back(std::move(members));
        }
        keep_if_better(std::move(groups));
    }

    void keep_if_better(std::vector<std::vector<std::uint32_t>> groups) {
        hit_group group(problem_, steps_, alike_);
        std::int64_t total = 0;
        std::erase_if(groups, [&](const std::vector<std::uint32_t>& rows) {
            group.clear();
            for (std::uint32_t i : rows) group.add(i);
            total += group.gain();
            return group.gain() == 0;
        });
        if (total <= gain_) return;
        gain_ = total;
        for (auto& rows : groups) std::ranges::sort(rows);
        groups_ = std::move(groups);
    }

    const cover_problem& problem_;
    std::vector<loss_steps> steps_;
    std::size_t ones_ = 0;
    bool alike_ = false;
    std::vector<std::vector<std::uint32_t>> groups_; ///< the best so far
    std::int64_t gain_ = 0;                          ///< of these
};

} // namespace detail

/// The group bound: so few losers do not serve all rows of a group.
///
/// A group's rows have at most H hits together, the sum of the B largest numbers of its rows that hold a column: B losers, each counted
/// as often as it is held. Where rows are disjoint H = B; where each column is held t times at most, H ≤ tB. So a knapsack of size H
/// bounds what the group loses: a row turns for as many hits as it needs, or does not. Rounding down is what that gains over any sum of
/// prices: of three disjoint rows that need 11 of 31 losers two are wrong, not 31/11.
///
/// *Proof.* For any choice S, Σ over the group's rows of their hits = Σ over j in S of m_j ≤ H, and each row's hits are within hits_of().
/// The knapsack takes the least loss of all hits with these properties. Groups share no row, so their losses add up, and a row in none
/// has no less than with all the hits that it can have. ∎
///
/// Two ways to find groups are tried: of rows that are all of one kind those whose numbers are i, i + s, i + 2s, …, for all s, as suits
/// rotations; and a row with others that have the fewest columns in common with those that are there. The better one is kept.
/// \param problem  any that is valid; rows may have any weights
/// \returns the bound and its proof, rows of each group ascending; nothing where it says no more than each row alone
/// \throws parameter_error  a problem that breaks an invariant
/// \par Complexity
/// O(rows·ones + rows²·columns / 64), with limits: about half a million steps each way, however large the problem
/// \par Reference
/// Rounding down a sum of inequalities: Chvátal, *Edmonds polytopes and a hierarchy of combinatorial problems*, Discrete Math. 1973
///
/// \code
/// // Nine windows of three in a circle of nine, and four losers: of three disjoint windows, which need two each, one is always right.
/// election::cover_problem ring{9, 4, {}, -9};
/// for (std::uint32_t i = 0; i < 9; ++i) {
///     ring.rows.push_back({{i, (i + 1) % 9, (i + 2) % 9}, 2});
///     std::ranges::sort(ring.rows.back().columns);
/// }
/// const auto bound = election::group_bound(ring);
/// assert(bound && bound->loss_lower == 6 && bound->groups.size() == 3 && election::is_proved(ring, *bound));
/// assert((bound->groups[0] == std::vector<std::uint32_t>{0, 3, 6}));
/// \endcode
[[nodiscard]] inline std::optional<group_proof> group_bound(const cover_problem& problem) {
    detail::require_valid(problem, "group_bound");
    return detail::group_search(problem).best();
}

/// Whether the proof holds: the plain check, which takes nothing from how the bound was found.
/// \param problem  one that is valid
/// \param proof    any, from anywhere
/// \returns whether no row is there twice, and what groups and other rows keep is loss_lower or more
/// \par Complexity
/// O(ones·hits of the groups), with Σ m_j of the B most held columns for hits
[[nodiscard]] inline bool is_proved(const cover_problem& problem, const group_proof& proof) {
    std::vector<char> seen(problem.rows.size(), 0);
    std::int64_t total = 0;
    const auto add = [&](const std::vector<std::uint32_t>& rows, std::size_t hits) {
        // The least loss of the rows so far with just so many hits in all.
        std::vector<std::optional<std::int64_t>> least(hits + 1), next;
        least[0] = 0;
        for (std::uint32_t i : rows) {
            next.assign(hits + 1, std::nullopt);
            const hit_range range = hits_of(problem.rows[i], problem);
            for (std::size_t before = 0; before <= hits; ++before) {
                if (!least[before]) continue;
                for (std::size_t h = range.fewest; h <= range.most && before + h <= hits; ++h) {
                    const std::int64_t loss = *least[before] + loss_of(problem.rows[i], h);
                    if (!next[before + h] || loss < *next[before + h]) next[before + h] = loss;
                }
            }
            least.swap(next);
        }
        std::optional<std::int64_t> best;
        for (const auto& loss : least) {
            if (loss && (!best || *loss < *best)) best = loss;
        }
        total += best.value_or(0);
    };
    for (const std::vector<std::uint32_t>& rows : proof.groups) {
        std::vector<std::size_t> multiplicity(problem.columns, 0);
        for (std::uint32_t i : rows) {
            if (i >= problem.rows.size() || seen[i]++ != 0) return false;
            for (std::uint32_t column : problem.rows[i].columns) ++multiplicity[column];
        }
        std::ranges::sort(multiplicity, std::greater<>());
        std::size_t hits = 0;
        for (std::size_t j = 0; j < problem.budget; ++j) hits += multiplicity[j];
        add(rows, hits);
    }
    for (std::uint32_t i = 0; i < problem.rows.size(); ++i) {
        if (seen[i] == 0) total += loss_of(problem.rows[i], hits_of(problem.rows[i], problem).most);
    }
    return total >= proof.loss_lower;
}

} // namespace election
