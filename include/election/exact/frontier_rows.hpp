// SPDX-License-Identifier: MIT
// frontier_rows: the rows of a cover problem as a table over columns follows them, each by whichever of its two sides is smaller.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include <election/exact/cover_problem.hpp>

namespace election {

/// A row that is followed by its hits in `columns`: it costs `below`, `middle` or `above`, as hits are below, one below, or not below
/// `threshold`.
///
/// It is *decided* as soon as its cost can no longer change; until then, what it still needs (threshold − hits) is all there is to know.
struct frontier_row {
    std::vector<std::uint32_t> columns; ///< that are counted: ascending, each once
    std::uint32_t threshold = 1;        ///< hits, 1 … columns (one more with a middle)
    bool has_middle = false;            ///< whether threshold − 1 hits cost `middle`; otherwise they cost `below`
    std::int64_t below = 0;             ///< cost with fewer hits
    std::int64_t middle = 0;            ///< cost with threshold − 1 hits; 0 without a middle
    std::int64_t above = 0;             ///< cost with threshold hits or more

    /// Member by member.
    friend bool operator==(const frontier_row&, const frontier_row&) = default;

    /// What the row costs with so many hits. O(1).
    [[nodiscard]] constexpr std::int64_t cost(std::size_t hits) const noexcept {
        if (hits >= threshold) return above;
        return has_middle && hits + 1 == threshold ? middle : below;
    }
    /// Whether a row that needs so many more hits has still two costs before it, with so many of its columns left. O(1).
    [[nodiscard]] constexpr bool is_open(std::uint32_t needed, std::uint32_t left) const noexcept {
        return left >= 1 && needed >= 1 && needed <= left + (has_middle ? 1U : 0U);
    }
};

/// The rows of a cover problem that vary, and what the others cost.
struct frontier_rows {
    std::vector<frontier_row> rows; ///< each open at the start, no two with the same columns and thresholds
    std::int64_t constant = 0;      ///< loss of the rows whose loss is the same in all choices
    /// All costs are multiples of this, at least 1.
    std::int64_t unit = 1;
};

namespace detail {

/// Keeps rows that vary, equal ones as one.
class frontier_row_collector {
public:
    void add(frontier_row row) {
        if (row.threshold == 0) { // reached before it starts
            result_.constant += row.above;
        } else if (!row.is_open(row.threshold, static_cast<std::uint32_t>(row.columns.size()))) {
            result_.constant += row.cost(0); // never reached; without columns its hits are 0
        } else {
            const auto [place, is_new] =
                places_.try_emplace({row.columns, row.threshold, row.has_middle}, result_.rows.size());
            if (is_new) {
                result_.rows.push_back(std::move(row));
            } else {
                frontier_row& twin = result_.rows[place->second];
                twin.below += row.below;
                twin.middle += row.middle;
                twin.above += row.above;
            }
        }
    }
    void add_constant(std::int64_t loss) { result_.constant += loss; }

    [[nodiscard]] frontier_rows finish() {
        std::int64_t unit = 0;
        for (const frontier_row& row : result_.rows) {
            unit = std::gcd(std::gcd(unit, row.below), std::gcd(row.middle, row.above));
        }
        result_.unit = unit == 0 ? 1 : unit;
        return std::move(result_);
    }

private:
    frontier_rows result_;
    std::map<std::tuple<std::vector<std::uint32_t>, std::uint32_t, bool>, std::size_t> places_;
};

/// The row by its own columns: hits are losers.
[[nodiscard]] inline frontier_row followed_by_columns(const cover_row& row) {
    return {row.columns, row.need, row.may_tie, 2 * std::int64_t{row.weight}, row.may_tie ? std::int64_t{row.weight} : 0, 0};
}

/// The row by the columns that it does not hold. Its loss must vary, so that budget ≥ need − (may_tie ? 1 : 0).
///
/// With y losers outside the row its hits are budget − y. So it is wrong while y ≤ budget − need, ties at y = budget − need + 1 if
/// it may, and is right beyond.
[[nodiscard]] inline frontier_row followed_by_complement(const cover_row& row, const cover_problem& problem) {
    frontier_row result;
    std::size_t next = 0;
    for (std::uint32_t column = 0; column < problem.columns; ++column) {
        if (next < row.columns.size() && row.columns[next] == column) {
            ++next;
        } else {
            result.columns.push_back(column);
        }
    }
    const auto first_not_wrong = static_cast<std::uint32_t>(problem.budget + 1 - row.need);
    result.threshold = first_not_wrong + (row.may_tie ? 1U : 0U);
    result.has_middle = row.may_tie;
    result.below = 0;
    result.middle = row.may_tie ? std::int64_t{row.weight} : 0;
    result.above = 2 * std::int64_t{row.weight};
    return result;
}

} // namespace detail

/// The rows that vary when exactly `budget` columns lose. A row that holds more than half of the columns is followed by the others.
/// \param problem  valid
/// \returns rows and constant, such that the loss of every choice of `budget` columns is constant + Σ cost(hits)
/// \par Complexity
/// O(rows·columns) at most, for rows that hold more than half
///
/// \code
/// // Of three columns one loses. Row 0 may lose; row 1 would need two.
/// const election::frontier_rows rows = election::make_frontier_rows({3, 1, {{{0}, 1}, {{0, 1, 2}, 2}}, 0});
/// assert(rows.rows.size() == 1 && rows.constant == 2);
/// \endcode
[[nodiscard]] inline frontier_rows make_frontier_rows(const cover_problem& problem) {
    detail::frontier_row_collector collector;
    for (const cover_row& row : problem.rows) {
        const std::size_t load = row.columns.size();
        const std::size_t others = problem.columns - load;
        const std::size_t most = std::min(load, problem.budget);
        const std::size_t fewest = problem.budget > others ? problem.budget - others : 0;
        if (loss_of(row, fewest) == loss_of(row, most)) { // losses only fall with hits
            collector.add_constant(loss_of(row, most));
        } else if (load <= others) {
            collector.add(detail::followed_by_columns(row));
        } else {
            collector.add(detail::followed_by_complement(row, problem));
        }
    }
    return collector.finish();
}

/// The rows that vary over all choices of whatever many columns, each followed by its own columns.
/// \param problem  valid; its budget does not matter
/// \par Complexity
/// O(ones)
[[nodiscard]] inline frontier_rows make_frontier_rows_of_any_budget(const cover_problem& problem) {
    detail::frontier_row_collector collector;
    for (const cover_row& row : problem.rows) collector.add(detail::followed_by_columns(row));
    return collector.finish();
}

} // namespace election
