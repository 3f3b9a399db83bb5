// SPDX-License-Identifier: MIT
// Presolve steps on rows: those that cannot vary become a number, equal ones become one.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include <election/exact/cover_problem.hpp>
#include <election/exact/presolved.hpp>

namespace election {

/// The hits that a row can have when exactly `budget` of `columns` lose.
struct hit_range {
    std::size_t fewest = 0; ///< the losers that find no room outside the row
    std::size_t most = 0;   ///< as many as fit into it
    /// Member by member.
    friend bool operator==(const hit_range&, const hit_range&) = default;
};

/// The hits that a row of a problem can have. O(1).
[[nodiscard]] inline hit_range hits_of(const cover_row& row, const cover_problem& problem) noexcept {
    const std::size_t others = problem.columns - row.columns.size();
    return {problem.budget > others ? problem.budget - others : 0, std::min(row.columns.size(), problem.budget)};
}

/// Puts the rows that have the same loss under every choice into the constant: those that can never err or tie (full ones, those with
/// more need than there is budget), those that are wrong or tied whatever loses, and empty ones.
///
/// *Proof.* A row's loss does not rise with its hits, and every choice gives it hits within hits_of(). If both ends have the same loss, so
/// has everything between. ∎ Budget 0 and a budget of all columns leave no row that varies.
/// \returns whether there was one
/// \par Complexity
/// O(rows)
///
/// \code
/// auto state = election::unchanged({3, 1, {{{0, 1, 2}, 2}, {{2}, 1}}});
/// assert(election::drop_constant_rows(state)); // the full row is right with one loser
/// assert(state.problem.constant == 2 && state.problem.rows.size() == 1 && state.rows[0][0] == 1);
/// \endcode
inline bool drop_constant_rows(presolved& state) {
    std::size_t kept = 0;
    std::vector<cover_row>& rows = state.problem.rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const hit_range hits = hits_of(rows[i], state.problem);
        const std::int64_t least = loss_of(rows[i], hits.most);
        if (least == loss_of(rows[i], hits.fewest)) {
            state.problem.constant += least;
            continue;
        }
        if (kept != i) {
            rows[kept] = std::move(rows[i]);
            state.rows[kept] = std::move(state.rows[i]);
        }
        ++kept;
    }
    const bool changed = kept < rows.size();
    rows.resize(kept);
    state.rows.resize(kept);
    return changed;
}

namespace detail {

/// A hash of a row's columns, need and tie, of whose bits the higher ones are the better ones.
[[nodiscard]] inline std::uint64_t hash_of(const cover_row& row) noexcept {
    constexpr std::uint64_t factor = 0x9E3779B97F4A7C15; // 2⁶⁴ divided by the golden ratio
    std::uint64_t hash = (std::uint64_t{row.need} << 1 | (row.may_tie ? 1U : 0U)) * factor;
    for (std::uint32_t column : row.columns) hash = (std::rotl(hash, 32) ^ column) * factor;
    return hash;
}

} // namespace detail

/// Merges rows with the same columns, need and tie into the first of them, with the sum of their weights.
///
/// *Proof.* They have the same hits under every choice, and a loss is proportional to the weight. ∎ Rows whose weights would no longer fit
/// 32 bits stay apart.
/// \returns whether there were any
/// \par Complexity
/// O(ones), expected
///
/// \code
/// auto state = election::unchanged({3, 1, {{{0}, 1}, {{2}, 1}, {{0}, 1}}});
/// assert(election::merge_equal_rows(state) && state.problem.rows[0].weight == 2);
/// assert((state.rows[0] == std::vector<std::size_t>{0, 2}));
/// \endcode
inline bool merge_equal_rows(presolved& state) {
    constexpr std::uint64_t heaviest_merged = 8192; // what a search tree's 16-bit numbers hold
    std::vector<cover_row>& rows = state.problem.rows;
    const auto key = [&](std::size_t i) { return std::tie(rows[i].need, rows[i].may_tie, rows[i].columns); };
    constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    const auto bits = static_cast<unsigned>(std::bit_width(2 * rows.size())); // of a place in the table
    std::vector<std::size_t> table(std::size_t{1} << bits, none);
    std::vector<std::uint64_t> hashes(rows.size());
    std::vector<char> merged(rows.size(), 0);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        hashes[i] = detail::hash_of(rows[i]);
        auto place = static_cast<std::size_t>(hashes[i] >> (64 - bits));
        const auto is_other = [&](std::size_t other) { return hashes[other] != hashes[i] || key(other) != key(i); };
        while (table[place] != none && is_other(table[place])) place = (place + 1) % table.size();
        const std::size_t target = table[place];
        if (target == none || rows[target].weight + std::uint64_t{rows[i].weight} > heaviest_merged) {
            table[place] = i;
            continue;
        }
        rows[target].weight += rows[i].weight;
        std::vector<std::size_t>& originals = state.rows[target];
        originals.insert(originals.end(), state.rows[i].begin(), state.rows[i].end());
        merged[i] = 1;
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (merged[i] != 0) continue;
        if (kept != i) {
            rows[kept] = std::move(rows[i]);
            state.rows[kept] = std::move(state.rows[i]);
        }
        std::sort(state.rows[kept].begin(), state.rows[kept].end());
        ++kept;
    }
    const bool changed = kept < rows.size();
    rows.resize(kept);
    state.rows.resize(kept);
    return changed;
}

} // namespace election
