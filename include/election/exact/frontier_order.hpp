// SPDX-License-Identifier: MIT
// plan_frontier(): an order of the columns in which few rows are open at a time, and what a table in this order would cost.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <election/exact/cover_problem.hpp>
#include <election/exact/frontier_rows.hpp>

namespace election {

/// An order of the columns for solve_frontier().
struct frontier_plan {
    std::vector<std::uint32_t> order; ///< all columns, each once
    /// At most so many states has the table, over all columns; infinite where that is more than anyone would want.
    double states = 0;
};

namespace detail {

/// Which rows hold a column: lists one behind the other.
class column_rows {
public:
    column_rows(const std::vector<frontier_row>& rows, std::size_t columns) : begins_(columns + 1, 0) {
        for (const frontier_row& row : rows) {
            for (std::uint32_t column : row.columns) ++begins_[column + 1];
        }
        std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
        rows_.resize(begins_.back());
        std::vector<std::size_t> ends(begins_.begin(), begins_.end() - 1);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (std::uint32_t column : rows[i].columns) rows_[ends[column]++] = static_cast<std::uint32_t>(i);
        }
    }
    /// Rows of a column, ascending.
    [[nodiscard]] std::span<const std::uint32_t> operator[](std::size_t column) const {
        return {rows_.data() + begins_[column], begins_[column + 1] - begins_[column]};
    }
    [[nodiscard]] std::size_t columns() const noexcept { return begins_.size() - 1; }

private:
    std::vector<std::size_t> begins_;
    std::vector<std::uint32_t> rows_;
};

/// Beyond this many states no order is looked at to its end.
inline constexpr double frontier_hopeless = 1e12;

/// Walks along an order and bounds the number of states after each column.
///
/// A state says of every open row whether it is decided and if not, what it needs. So there are at most as many states as the
/// product of these numbers. It also follows from which of the columns so far lose, and only those of open rows matter: at most
/// 2^columns. Rows that share no column so far are independent, so the smaller of the two counts for each component of the
/// open rows.
class frontier_walk {
public:
    frontier_walk(const std::vector<frontier_row>& rows, const column_rows& rows_of)
        : rows_(rows), rows_of_(rows_of), seen_(rows.size()), place_(rows.size()), parent_(rows.size()), bits_(rows.size()),
          touched_(rows.size()), owner_(rows_of.columns()), stamp_(rows_of.columns(), 0) {}

    /// Takes the next column. \returns at most so many states are there after it
    double take(std::uint32_t column) {
        for (std::uint32_t i : rows_of_[column]) {
            if (seen_[i].empty()) {
                place_[i] = open_.size();
                open_.push_back(i);
            }
            seen_[i].push_back(column);
            if (left(i) == 0) { // closed: the last takes its place
                open_[place_[i]] = open_.back();
                place_[open_.back()] = place_[i];
                open_.pop_back();
            }
        }
        const double now = std::exp2(std::min(1000.0, log2_states()));
        states_ += now;
        return now;
    }
    /// Over all columns taken so far.
    [[nodiscard]] double states() const noexcept { return states_; }
    [[nodiscard]] const std::vector<std::uint32_t>& open() const noexcept { return open_; }
    [[nodiscard]] bool is_new(std::uint32_t row) const noexcept { return seen_[row].empty(); }
    /// Columns of a row that were not taken.
    [[nodiscard]] std::size_t left(std::uint32_t row) const noexcept {
        return rows_[row].columns.size() - seen_[row].size();
    }

private:
    /// Numbers that a row may need, and one more if it may be decided.
    [[nodiscard]] std::size_t values(std::uint32_t i) const {
        const frontier_row& row = rows_[i];
        const std::size_t taken = seen_[i].size();
        const std::size_t reach = left(i) + (row.has_middle ? 1U : 0U);
        const std::size_t first = row.threshold > reach ? row.threshold - reach : 0; // hits with which it is open
        const std::size_t end = std::min<std::size_t>(taken + 1, row.threshold);
        const std::size_t open = end > first ? end - first : 0;
        return open + (open < taken + 1 ? 1U : 0U);
    }

    std::uint32_t root(std::uint32_t i) {
        while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
        return i;
    }

    double log2_states() {
        std::size_t ones = 0;
        for (std::uint32_t i : open_) ones += seen_[i].size();
        if (ones > most_ones) { // too many to tell components apart
            double bits = 0;
            for (std::uint32_t i : open_) bits += std::log2(static_cast<double>(values(i)));
            return bits;
        }
        ++now_;
        for (std::uint32_t i : open_) {
            parent_[i] = i;
            bits_[i] = std::log2(static_cast<double>(values(i)));
            touched_[i] = 0;
        }
        for (std::uint32_t i : open_) {
            for (std::uint32_t column : seen_[i]) {
                const std::uint32_t mine = root(i);
                if (stamp_[column] != now_) {
                    stamp_[column] = now_;
                    owner_[column] = i;
                    ++touched_[mine];
                } else if (const std::uint32_t other = root(owner_[column]); other != mine) {
                    parent_[other] = mine;
                    bits_[mine] += bits_[other];
                    touched_[mine] += touched_[other];
                }
            }
        }
        double bits = 0;
        for (std::uint32_t i : open_) {
            if (root(i) == i) bits += std::min(bits_[i], static_cast<double>(touched_[i]));
        }
        return bits;
    }

    static constexpr std::size_t most_ones = 1U << 14;

    const std::vector<frontier_row>& rows_;
    const column_rows& rows_of_;
    std::vector<std::vector<std::uint32_t>> seen_; ///< columns taken, by row
    std::vector<std::uint32_t> open_;              ///< rows with some but not all columns taken
    std::vector<std::size_t> place_;               ///< of open rows in open_
    double states_ = 0;
    // Of one call of log2_states(): components of the open rows, by their roots.
    std::vector<std::uint32_t> parent_;
    std::vector<double> bits_;
    std::vector<std::size_t> touched_;
    std::vector<std::uint32_t> owner_;
    std::vector<std::uint64_t> stamp_;
    std::uint64_t now_ = 0;
};

/// Makes orders and keeps the best.
class frontier_planner {
public:
    frontier_planner(const std::vector<frontier_row>& rows, std::size_t columns, double most)
        : rows_(rows), rows_of_(rows, columns), most_(most), looked_at_(columns, 0) {
        best_.order.resize(columns);
        std::iota(best_.order.begin(), best_.order.end(), 0U);
        best_.states = std::numeric_limits<double>::infinity();
    }

    [[nodiscard]] frontier_plan run() {
        const std::size_t k = rows_of_.columns();
        std::vector<std::uint32_t> order = best_.order;
        offer(order);
        if (best_.states <= 2 * static_cast<double>(k)) return best_; // as good as free
        std::ranges::reverse(order);
        offer(order);
        for (std::size_t i = 0; i < k; ++i) order[i] = static_cast<std::uint32_t>(i % 2 == 0 ? i / 2 : k - 1 - i / 2);
        offer(order);
        by_degree_.resize(k);
        std::iota(by_degree_.begin(), by_degree_.end(), 0U);
        std::ranges::stable_sort(by_degree_, {}, [&](std::uint32_t column) {
            return rows_of_[column].empty() ? std::numeric_limits<std::size_t>::max() : rows_of_[column].size();
        });
        const std::uint32_t start = by_degree_.front();
        grow(start);
        if (const std::uint32_t far = farthest(start); far != start) {
            grow(far);
            if (const std::uint32_t back = farthest(far); back != start) grow(back);
        }
        return best_;
    }

private:
    [[nodiscard]] bool is_worse(double states) const { return states >= std::min(best_.states, most_); }

    void offer(const std::vector<std::uint32_t>& order) {
        frontier_walk walk(rows_, rows_of_);
        for (std::uint32_t column : order) {
            walk.take(column);
            if (is_worse(walk.states())) return;
        }
        best_ = {order, walk.states()};
    }

    /// Takes from the columns of open rows the one that opens the fewest rows net of those that it closes; of these the one with
    /// most open rows.
    void grow(std::uint32_t start) {
        frontier_walk walk(rows_, rows_of_);
        std::vector<char> taken(rows_of_.columns(), 0);
        std::vector<std::uint32_t> order;
        std::size_t next_by_degree = 0;
        std::size_t work = 0;
        std::uint32_t column = start;
        while (true) {
            taken[column] = 1;
            order.push_back(column);
            walk.take(column);
            if (is_worse(walk.states())) return;
            if (order.size() == rows_of_.columns()) break;
            column = next_of_open(walk, taken, work);
            if (work > most_work) return;
            while (column == nobody) {
                if (taken[by_degree_[next_by_degree]] == 0) {
                    column = by_degree_[next_by_degree];
                } else {
                    ++next_by_degree;
                }
            }
        }
        best_ = {std::move(order), walk.states()};
    }

    [[nodiscard]] std::uint32_t next_of_open(const frontier_walk& walk, const std::vector<char>& taken, std::size_t& work) {
        std::uint32_t best = nobody;
        std::pair<std::ptrdiff_t, std::ptrdiff_t> best_score;
        ++now_;
        for (std::uint32_t i : walk.open()) {
            work += rows_[i].columns.size();
            for (std::uint32_t column : rows_[i].columns) {
                if (taken[column] != 0 || looked_at_[column] == now_) continue;
                looked_at_[column] = now_;
                work += 1 + rows_of_[column].size();
                std::pair<std::ptrdiff_t, std::ptrdiff_t> score{0, 0};
                for (std::uint32_t row : rows_of_[column]) {
                    if (walk.is_new(row)) {
                        score.first += walk.left(row) > 1 ? 1 : 0;
                    } else {
                        score.first -= walk.left(row) == 1 ? 1 : 0;
                        --score.second;
                    }
                }
                if (best == nobody || score < best_score || (score == best_score && column < best)) {
                    best = column;
                    best_score = score;
                }
            }
        }
        return best;
    }

    /// The last column that a search in breadth comes to, from column to column by rows.
    [[nodiscard]] std::uint32_t farthest(std::uint32_t start) const {
        std::vector<char> column_seen(rows_of_.columns(), 0);
        std::vector<char> row_seen(rows_.size(), 0);
        std::vector<std::uint32_t> queue{start};
        column_seen[start] = 1;
        for (std::size_t at = 0; at < queue.size(); ++at) {
            for (std::uint32_t row : rows_of_[queue[at]]) {
                if (row_seen[row] != 0) continue;
                row_seen[row] = 1;
                for (std::uint32_t column : rows_[row].columns) {
                    if (column_seen[column] != 0) continue;
                    column_seen[column] = 1;
                    queue.push_back(column);
                }
            }
        }
        return queue.back();
    }

    static constexpr std::size_t most_work =
        2'000'000; ///< rows and columns looked at for one order: codes that take more are too dense
    static constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();

    const std::vector<frontier_row>& rows_;
    column_rows rows_of_;
    double most_;                          ///< states
    std::vector<std::uint32_t> by_degree_; ///< columns without rows come last
    std::vector<std::uint64_t> looked_at_; ///< in which call of next_of_open(), by column
    std::uint64_t now_ = 0;
    frontier_plan best_;
};

} // namespace detail

/// Bounds how many states solve_frontier() has in an order.
/// \param rows    of a problem
/// \param order   its columns, each once
/// \returns at most so many states, over all columns; the order of 10¹² or more is not told exactly
/// \par Complexity
/// O(columns·ones of the open rows)
[[nodiscard]] inline double frontier_states(const frontier_rows& rows, std::span<const std::uint32_t> order) {
    const detail::column_rows rows_of(rows.rows, order.size());
    detail::frontier_walk walk(rows.rows, rows_of);
    for (std::uint32_t column : order) {
        if (walk.states() < detail::frontier_hopeless) walk.take(column);
    }
    return walk.states();
}

/// Finds an order of the columns in which few rows are open at a time: as they are, backwards, from both ends, or grown from a column
/// with few rows or one far from it, whichever has the smallest bound on the states.
/// \param problem  valid
/// \param most     states: orders with so many are of no interest, and not looked at to their end
/// \returns an order and its states; infinite and the order as it is where every order has too many
/// \par Complexity
/// O(columns·ones of the open rows) for an order that is of interest
///
/// \code
/// const election::frontier_plan plan = election::plan_frontier({3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3});
/// assert(plan.order.size() == 3 && plan.states == 3); // no row is ever open: one state after every column
/// \endcode
[[nodiscard]] inline frontier_plan plan_frontier(const cover_problem& problem, double most = detail::frontier_hopeless) {
    const frontier_rows rows = make_frontier_rows(problem);
    return detail::frontier_planner(rows.rows, problem.columns, std::min(most, detail::frontier_hopeless)).run();
}

} // namespace election
