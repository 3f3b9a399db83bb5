// SPDX-License-Identifier: MIT
// window_states(): how much the tables of solve_windows() would be, by all guesses of how many losers each block has, and their bounds.
#pragma once

// What guesses are for, and by which tables each is examined, see window_tables.hpp.
//
// Symmetry. Let the rows be closed under rotation by `step` columns. Of all choices that arise from a best one by such rotations take one
// whose first d columns hold the fewest losers: no d columns that begin at a multiple of step have fewer than T_0. States that break
// this are forbidden, guesses too. If step is 1, the rows are closed under reflection as well, since a window reflected is a window. The
// reflection of block 0 in itself exchanges blocks t and m − t: T_1 ≤ T_(m−1) may be asked for.
//
// Bound. At any r, the m times d columns from column r of the blocks on hold B losers in all: their totals are a guess of their own. So
// the rows that begin at column r cost at least the least that they cost for any guess. A guess is left as soon as the least cost so far
// and these bounds for all columns to come are not below the loss that is known.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include <election/exact/cover_problem.hpp>
#include <election/exact/window_blocks.hpp>

namespace election {
namespace detail {

/// All ways to share the losers out to the blocks that symmetry leaves, in lexicographic order.
class window_guesses {
public:
    /// \param turned  of every block, whether a rotation moves the first block there
    window_guesses(std::size_t budget, std::size_t width, std::vector<char> turned, bool reflects)
        : budget_(budget), width_(width), turned_(std::move(turned)), reflects_(reflects), totals_(turned_.size()) {
        turned_[0] = 1; // itself
    }
    window_guesses(const window_blocks& windows, std::size_t budget)
        : window_guesses(budget, windows.width, turned_by(windows), windows.step == 1) {}

    /// Goes to the first one or the next. \returns whether there is one
    [[nodiscard]] bool next() {
        while (advance()) {
            if (!reflects_ || totals_[1] <= totals_.back()) return true;
        }
        return false;
    }
    [[nodiscard]] const std::vector<std::uint32_t>& totals() const noexcept { return totals_; }

private:
    static std::vector<char> turned_by(const window_blocks& windows) {
        std::vector<char> result(windows.count);
        for (std::size_t t = 0; t < windows.count; ++t) result[t] = t * windows.width % windows.step == 0 ? 1 : 0;
        return result;
    }
    /// What a block has at least.
    [[nodiscard]] std::size_t low(std::size_t t) const { return t > 0 && turned_[t] != 0 ? totals_[0] : 0; }
    /// Gives the blocks from t on as few as possible, the first ones first.
    void fill(std::size_t t) {
        std::size_t left = budget_;
        for (std::size_t u = 0; u < t; ++u) left -= totals_[u];
        for (; t < totals_.size(); ++t) {
            const std::size_t behind = width_ * (totals_.size() - 1 - t);
            totals_[t] = static_cast<std::uint32_t>(std::max(low(t), left > behind ? left - behind : 0));
            left -= totals_[t];
        }
    }
    [[nodiscard]] bool advance() {
        if (!begun_) {
            begun_ = true;
            fill(0);
            return true;
        }
        std::size_t left = totals_.back();
        std::size_t needed = low(totals_.size() - 1); // by the blocks behind t
        for (std::size_t t = totals_.size() - 1; t-- > 0;) {
            left += totals_[t];
            const std::size_t more = totals_[t] + 1U;
            if (t == 0) {
                const auto turned =
                    static_cast<std::size_t>(std::ranges::count_if(turned_, [](char is) { return is != 0; }));
                if (more > width_ || more * turned > left) return false;
            } else if (more > width_ || more + needed > left) {
                needed += low(t);
                continue;
            }
            ++totals_[t];
            fill(t + 1);
            return true;
        }
        return false;
    }

    std::size_t budget_;
    std::size_t width_;
    std::vector<char> turned_;
    bool reflects_;
    std::vector<std::uint32_t> totals_;
    bool begun_ = false;
};

/// What the rows cost that begin at column r of the blocks, if from there on the blocks had these losers.
[[nodiscard]] inline std::int64_t cost_at(const window_blocks& windows, const std::vector<const window_row*>& rows,
                                          const std::vector<std::uint32_t>& totals) {
    std::int64_t cost = 0;
    for (const window_row* row : rows) {
        std::size_t hits = 0;
        for (std::size_t i = 0; i < row->blocks; ++i) hits += totals[(row->start / windows.width + i) % windows.count];
        cost += row->costs[hits];
    }
    return cost;
}

/// The rows by the column of a block where they begin.
[[nodiscard]] inline std::vector<std::vector<const window_row*>> rows_by_column(const window_blocks& windows) {
    std::vector<std::vector<const window_row*>> rows(windows.width);
    for (const window_row& row : windows.rows) rows[row.start % windows.width].push_back(&row);
    return rows;
}

/// How many columns of a block differ: rotations move a column to any as many columns further.
[[nodiscard]] inline std::size_t different_columns(const window_blocks& windows) noexcept {
    return std::gcd(windows.step, windows.width);
}

/// At each column of a block, the least that the rows cost that begin there and behind: at least, of any choice; then 0.
/// \param should_stop  asked now and then
/// \returns nothing if it has stopped
template <class Stop>
[[nodiscard]] std::optional<std::vector<std::int64_t>> window_bounds(const window_blocks& windows, std::size_t budget,
                                                                     const Stop& should_stop) {
    const auto rows = rows_by_column(windows);
    const std::size_t alike = different_columns(windows);
    std::vector<std::int64_t> least(alike, std::numeric_limits<std::int64_t>::max());
    // Symmetries of the guesses keep what these rows cost: they move rows that begin at column r of blocks to such rows.
    window_guesses guesses(windows, budget);
    constexpr std::size_t between_looks = 64;
    for (std::size_t i = 1; guesses.next(); ++i) {
        if (i % between_looks == 0 && should_stop()) return std::nullopt;
        for (std::size_t r = 0; r < alike; ++r) least[r] = std::min(least[r], cost_at(windows, rows[r], guesses.totals()));
    }
    std::vector<std::int64_t> result(windows.width + 1, 0);
    for (std::size_t r = windows.width; r-- > 0;) result[r] = result[r + 1] + least[r % alike];
    return result;
}

} // namespace detail

/// How many looks at rows window_states() takes unless asked: some 20 ms.
inline constexpr std::size_t window_most_looks = std::size_t{1} << 22;

/// How many states the tables of solve_windows() have at most, about; it sees few of them where the bounds are good.
/// \param problem  any
/// \param windows  what find_windows() says of it
/// \param loss     of the choice that is known; only guesses count whose rows at the blocks' first columns leave something better
/// \param most_looks  at rows, of all guesses
/// \returns infinity if there are so many guesses that it would take more looks
/// \par Complexity
/// O(guesses·rows / columns)
///
/// \code
/// const election::cover_problem ring{4, 1, {{{0, 1}, 2, true}, {{1, 2}, 2, true}, {{2, 3}, 2, true}, {{0, 3}, 2, true}}, -4};
/// assert(election::window_states(ring, *election::find_windows(ring), 6) == 0); // 6 is a bound
/// \endcode
[[nodiscard]] inline double window_states(const cover_problem& problem, const window_blocks& windows, std::int64_t loss,
                                          std::size_t most_looks = window_most_looks) {
    const std::size_t looks = windows.rows.size() * detail::different_columns(windows) / windows.width + windows.count;
    detail::window_guesses all(problem.budget, windows.width, std::vector<char>(windows.count, 0), false);
    for (std::size_t i = 0; all.next(); ++i) {
        if (i > most_looks / looks) return std::numeric_limits<double>::infinity();
    }
    const std::int64_t best = (loss - windows.constant) / windows.unit;
    const std::int64_t limit = best - 1 - detail::window_bounds(windows, problem.budget, [] { return false; }).value()[1];
    const auto rows = detail::rows_by_column(windows);
    double states = 0;
    detail::window_guesses guesses(windows, problem.budget);
    while (guesses.next()) {
        if (detail::cost_at(windows, rows[0], guesses.totals()) > limit) continue;
        auto of_guess = static_cast<double>(windows.width);
        for (const std::uint32_t total : guesses.totals()) {
            of_guess *= 1 + static_cast<double>(std::min<std::size_t>(total, windows.width - total));
        }
        states += of_guess;
    }
    return states;
}

} // namespace election
