// SPDX-License-Identifier: MIT
// certified_trees: replays the search trees of a certificate.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <unordered_map>
#include <vector>

#include <election/exact/certificate_lines.hpp>
#include <election/exact/certified_problem.hpp>
#include <election/exact/certified_step.hpp>

namespace election::detail {

/// Replays the search trees of one side: what is fixed at the current node, and what is said of it.
class certified_trees {
public:
    certified_trees(const certified_problem& problem, std::int64_t scale, std::int64_t target, std::size_t multiplied_rows,
                    certificate_lines& lines)
        : problem_(problem), lines_(lines), scale_(scale), target_(target), multiplied_(multiplied_rows),
          value_(problem.columns(), free_value), hits_(problem.rows().size(), 0), open_(problem.rows().size()),
          price_(problem.columns()), rows_of_(problem.columns()), words_((problem.rows().size() + 63) / 64),
          row_bits_(problem.columns() * words_, 0), undecided_(words_), free_(static_cast<std::int64_t>(problem.columns())),
          budget_(problem.budget()) {
        for (std::uint32_t i = 0; i < problem.rows().size(); ++i) {
            open_[i] = problem.rows()[i].load;
            for (std::uint32_t j : problem.rows()[i].columns) {
                rows_of_[j].push_back(i);
                row_bits_[j * words_ + i / 64] |= std::uint64_t{1} << (i % 64);
            }
        }
    }

    /// From the current line, which must begin a tree, to the line behind the last node.
    /// \returns how many nodes there are
    std::uint64_t run() {
        if (!lines_.rest().starts_with("tree ")) lines_.malformed("must begin a search tree: 'tree' and its number");
        while (lines_.take("tree ")) {
            begin_tree();
            do {
                lines_.require_next("a node of the search tree");
            } while (node());
            undo(0);
            lines_.require_next("another tree, side or sum");
        }
        require_step(places_.contains(0), "tree 0, the root, is missing before this line");
        for (const auto& [id, tree] : places_) {
            require_step(tree.stated, "tree ", id, " is referred to and missing before this line");
            require_step(tree.seen || id == 0, "tree ", id, " is not referred to");
        }
        return nodes_;
    }

private:
    static constexpr std::int8_t free_value = -1;
    static constexpr std::uint64_t most_trees = std::uint64_t{1} << 48;

    /// A branch whose first child, or second, is being replayed.
    struct frame {
        std::uint32_t column;
        std::int8_t second; ///< the column's value in the second child
        bool in_second;
        std::size_t fixed; ///< columns that were fixed at the branch
        std::size_t pool;  ///< where the second child's other columns begin in pool_
    };
    /// A tree that is not the root: whether it came, whether it was referred to, and what is fixed there until both are known.
    struct elsewhere {
        bool stated = false;
        bool seen = false;
        std::vector<std::int8_t> values;
    };

    void begin_tree() {
        const std::uint64_t id = lines_.natural(most_trees, "the number of a tree");
        if (lines_.take(" zeros ")) {
            lines_.numbers(zeros_, value_.size(), "a column");
            fix_all(zeros_, 0);
        }
        if (lines_.take(" ones ")) {
            lines_.numbers(ones_, value_.size(), "a column");
            fix_all(ones_, 1);
        }
        lines_.expect_end();
        require_step(id != 0 || trail_.empty(), "tree 0 is the root, where nothing is fixed");
        elsewhere& here = places_[id];
        require_step(!here.stated, "tree ", id, " is here twice");
        here.stated = true;
        meet(id, here);
    }

    /// Trees that are referred to once, and the root never: so whatever hangs on the root is one tree, without a circle.
    void see(std::uint64_t id) {
        require_step(id != 0, "tree 0 is the root");
        elsewhere& there = places_[id];
        require_step(!there.seen, "tree ", id, " is referred to twice");
        there.seen = true;
        meet(id, there);
    }

    /// Of the two who know what is fixed in a tree, the second compares.
    void meet(std::uint64_t id, elsewhere& tree) {
        if (id == 0) return;
        if (!(tree.stated && tree.seen)) {
            tree.values = value_;
        } else {
            require_step(tree.values == value_, "tree ", id, " fixes other columns than where it is referred to");
            tree.values = {};
        }
    }

    /// Replays a line; false when that was the last node of the tree.
    [[nodiscard]] bool node() {
        if (lines_.take("f ")) {
            fix_by_bound();
            return true;
        }
        ++nodes_;
        if (lines_.take("b ")) {
            branch();
            return true;
        }
        if (lines_.take("p")) {
            read_multipliers();
            require_step(feasible(), "no choice is left here, which is not for a bound to say");
            require_step(bound() > target_ * scale_, "the bound does not exceed the target");
        } else if (lines_.take("s ")) {
            const std::uint64_t id = lines_.natural(most_trees, "the number of a tree");
            lines_.expect_end();
            see(id);
        } else if (lines_.take("c")) {
            lines_.expect_end();
            require_step(!feasible() || least_loss() > target_, "the node is not closed: its votes can turn");
        } else if (lines_.take("e")) {
            lines_.expect_end();
            require_step(enumerate(), "a choice has no more loss than the target");
        } else {
            lines_.malformed("must be a node of the search tree: f, b, p, s, c or e");
        }
        return next_child();
    }

    /// Goes to the next child that is not replayed yet; false when there is none.
    [[nodiscard]] bool next_child() {
        while (!frames_.empty()) {
            frame& top = frames_.back();
            undo(top.fixed);
            if (!top.in_second) {
                top.in_second = true;
                fix(top.column, top.second);
                for (std::size_t i = top.pool; i < pool_.size(); ++i) fix(pool_[i], top.second);
                pool_.resize(top.pool);
                return true;
            }
            frames_.pop_back();
        }
        return false;
    }

    void branch() {
        const auto column = static_cast<std::uint32_t>(lines_.natural(value_.size() - 1, "a column"));
        const bool one_first = lines_.take(" 1");
        if (!one_first) lines_.expect(" 0", "must say which child comes first, 0 or 1");
        zeros_.clear();
        ones_.clear();
        if (lines_.take(" ")) {
            lines_.numbers_until("/", zeros_, value_.size(), "a column");
            if (!lines_.rest().empty()) lines_.numbers(ones_, value_.size(), "a column");
        }
        lines_.expect_end();
        require_step(value_[column] == free_value, "column ", column, " is fixed already");
        find_undecided();
        for (std::uint32_t other : zeros_) {
            require_step(within(other, column), "column ", other, " has undecided rows that column ", column, " has not");
        }
        for (std::uint32_t other : ones_) {
            require_step(within(column, other) && !within(other, column), "column ", other,
                         " has not strictly more undecided rows than column ", column);
        }
        const std::size_t fixed = trail_.size();
        const std::int8_t first = one_first ? 1 : 0;
        const std::int8_t last = one_first ? 0 : 1;
        const std::vector<std::uint32_t>& with_last = one_first ? zeros_ : ones_;
        frames_.push_back({column, last, false, fixed, pool_.size()});
        pool_.insert(pool_.end(), with_last.begin(), with_last.end());
        if (!with_last.empty()) { // tried now, so that what is false about the second child is found on this line
            fix(column, last);
            fix_all(with_last, last);
            undo(fixed);
        }
        fix(column, first);
        fix_all(one_first ? ones_ : zeros_, first);
    }

    void fix_by_bound() {
        lines_.numbers_until("/", zeros_, value_.size(), "a column");
        lines_.numbers_until("/", ones_, value_.size(), "a column");
        lines_.numbers_until("/", dominated_zeros_, value_.size(), "a column");
        dominated_ones_.clear();
        if (!lines_.rest().empty() && !lines_.rest().starts_with(' ')) {
            lines_.numbers(dominated_ones_, value_.size(), "a column");
        }
        read_multipliers();
        require_step(feasible(), "no choice is left here, which is not for a bound to say");
        const std::int64_t all = bound();
        const std::int64_t target = target_ * scale_;
        // With a column forced the dearest are others: it takes the place of the last of them, or the next one takes its place.
        for (std::uint32_t j : zeros_) {
            require_step(all + std::max<std::int64_t>(0, last_in_ - price_[j]) > target, "the bound with column ", j,
                         " = 1 does not exceed the target");
        }
        for (std::uint32_t j : ones_) {
            require_step(all + std::max<std::int64_t>(0, price_[j] - first_out_) > target, "the bound with column ", j,
                         " = 0 does not exceed the target");
        }
        if (!dominated_zeros_.empty() || !dominated_ones_.empty()) find_undecided();
        for (std::size_t i = 0; i < dominated_zeros_.size(); ++i) {
            const std::uint32_t j = dominated_zeros_[i];
            const auto covers = [&](std::uint32_t other) { return within(j, other); };
            require_step(
                std::ranges::any_of(zeros_, covers) ||
                    std::any_of(dominated_zeros_.begin(), dominated_zeros_.begin() + static_cast<std::ptrdiff_t>(i), covers),
                "the undecided rows of column ", j, " are not among those of one that is 0");
        }
        for (std::size_t i = 0; i < dominated_ones_.size(); ++i) {
            const std::uint32_t j = dominated_ones_[i];
            const auto covered = [&](std::uint32_t other) { return within(other, j); };
            require_step(
                std::ranges::any_of(ones_, covered) ||
                    std::any_of(dominated_ones_.begin(), dominated_ones_.begin() + static_cast<std::ptrdiff_t>(i), covered),
                "the undecided rows of column ", j, " are not more than those of one that is 1");
        }
        fix_all(zeros_, 0);
        fix_all(ones_, 1);
        fix_all(dominated_zeros_, 0);
        fix_all(dominated_ones_, 1);
    }

    void read_multipliers() {
        if (!lines_.rest().empty()) lines_.expect(" ", "must have a blank before the multipliers");
        lines_.multipliers(multipliers_, multiplied_);
    }

    [[nodiscard]] bool feasible() const noexcept { return budget_ >= 0 && budget_ <= free_; }

    /// The least loss if every row could have the most hits that are left for it alone.
    [[nodiscard]] std::int64_t least_loss() const {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < hits_.size(); ++i) {
            sum += problem_.loss(problem_.rows()[i], hits_[i] + certified_problem::most(open_[i], budget_));
        }
        return sum;
    }

    /// The Lagrangian bound: `scale` times the loss of every choice is at least this. Also leaves the columns' prices, the price of
    /// the last of the b dearest free columns and of the first one after them.
    [[nodiscard]] std::int64_t bound() {
        std::fill(price_.begin(), price_.end(), 0);
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < hits_.size(); ++i) {
            const certified_problem::row& r = problem_.rows()[i];
            const std::int64_t multiplier = i < multiplied_ ? multipliers_[i] : 0;
            const std::int64_t fewest = certified_problem::fewest(open_[i], free_, budget_);
            const std::int64_t most = certified_problem::most(open_[i], budget_);
            // The loss falls in steps and the rest rises: the least is at the fewest hits, or where a step is.
            const auto cost = [&](std::int64_t more) {
                return scale_ * problem_.loss(r, hits_[i] + more) + multiplier * more;
            };
            std::int64_t least = cost(fewest);
            for (const std::int64_t step : {r.tied_from - hits_[i], r.wrong_from - hits_[i]}) {
                if (step > fewest && step <= most) least = std::min(least, cost(step));
            }
            sum += least;
            if (multiplier != 0) {
                for (std::uint32_t j : r.columns) price_[j] += multiplier;
            }
        }
        sorted_.clear();
        for (std::size_t j = 0; j < value_.size(); ++j) {
            if (value_[j] == free_value) sorted_.push_back(price_[j]);
        }
        const auto dearest = static_cast<std::size_t>(budget_);
        last_in_ = std::numeric_limits<std::int64_t>::max() / 4; // where nobody is left to lose no column can be forced to
        first_out_ = std::numeric_limits<std::int64_t>::min() / 4;
        if (dearest < sorted_.size()) {
            std::nth_element(sorted_.begin(), sorted_.begin() + budget_, sorted_.end(), std::greater<>());
            first_out_ = sorted_[dearest];
        }
        for (std::size_t i = 0; i < dearest; ++i) {
            sum -= sorted_[i];
            last_in_ = std::min(last_in_, sorted_[i]);
        }
        return sum;
    }

    /// Which rows' losses can still change.
    void find_undecided() {
        std::fill(undecided_.begin(), undecided_.end(), 0);
        if (!feasible()) return;
        for (std::size_t i = 0; i < hits_.size(); ++i) {
            const certified_problem::row& r = problem_.rows()[i];
            const std::int64_t fewest = certified_problem::fewest(open_[i], free_, budget_);
            const std::int64_t most = certified_problem::most(open_[i], budget_);
            if (problem_.loss(r, hits_[i] + fewest) != problem_.loss(r, hits_[i] + most)) {
                undecided_[i / 64] |= std::uint64_t{1} << (i % 64);
            }
        }
    }
    /// Whether the undecided rows of a column are all among those of another.
    [[nodiscard]] bool within(std::uint32_t column, std::uint32_t other) const {
        for (std::size_t w = 0; w < words_; ++w) {
            if ((row_bits_[column * words_ + w] & ~row_bits_[other * words_ + w] & undecided_[w]) != 0) return false;
        }
        return true;
    }

    /// Tries every choice; whether all have more loss than the target.
    [[nodiscard]] bool enumerate() {
        if (!feasible()) return true;
        constexpr std::uint64_t most_choices = std::uint64_t{1} << 36;
        if (free_ > std::int64_t{1} << 24) lines_.malformed("has more than 2^24 columns to choose from");
        std::uint64_t choices = 1; // C(free, i) for i = 1, 2, …, which divides exactly
        const std::int64_t fewer = std::min(budget_, free_ - budget_);
        for (std::int64_t i = 1; i <= fewer; ++i) {
            choices = choices * static_cast<std::uint64_t>(free_ - fewer + i) / static_cast<std::uint64_t>(i);
            if (choices > most_choices) lines_.malformed("has more than 2^36 choices to try");
        }
        std::vector<std::uint32_t> columns;
        for (std::uint32_t j = 0; j < value_.size(); ++j) {
            if (value_[j] == free_value) columns.push_back(j);
        }
        std::int64_t loss = 0;
        for (std::size_t i = 0; i < hits_.size(); ++i) loss += problem_.loss(problem_.rows()[i], hits_[i]);
        std::vector<std::int64_t> hits = hits_;
        const auto turn = [&](std::uint32_t column, std::int64_t by) {
            for (std::uint32_t i : rows_of_[column]) {
                loss -= problem_.loss(problem_.rows()[i], hits[i]);
                hits[i] += by;
                loss += problem_.loss(problem_.rows()[i], hits[i]);
            }
        };
        std::vector<std::size_t> chosen(static_cast<std::size_t>(budget_)); // ascending places in `columns`
        for (std::size_t i = 0; i < chosen.size(); ++i) turn(columns[chosen[i] = i], 1);
        while (loss > target_) {
            std::size_t i = chosen.size(); // the next choice: raise the last that can be raised
            while (i > 0 && chosen[i - 1] == columns.size() - chosen.size() + i - 1) turn(columns[chosen[--i]], -1);
            if (i == 0) return true;
            turn(columns[chosen[i - 1]], -1);
            turn(columns[++chosen[i - 1]], 1);
            for (; i < chosen.size(); ++i) turn(columns[chosen[i] = chosen[i - 1] + 1], 1);
        }
        return false;
    }

    void require_free(std::uint32_t column) const {
        require_step(value_[column] == free_value, "column ", column, " is fixed already");
    }
    void fix_all(const std::vector<std::uint32_t>& columns, std::int8_t value) {
        for (std::uint32_t column : columns) {
            require_free(column);
            fix(column, value);
        }
    }
    void fix(std::uint32_t column, std::int8_t value) {
        value_[column] = value;
        trail_.push_back(column);
        --free_;
        budget_ -= value;
        for (std::uint32_t i : rows_of_[column]) {
            --open_[i];
            hits_[i] += value;
        }
    }
    void undo(std::size_t fixed) {
        for (; trail_.size() > fixed; trail_.pop_back()) {
            const std::uint32_t column = trail_.back();
            const std::int8_t value = value_[column];
            value_[column] = free_value;
            ++free_;
            budget_ += value;
            for (std::uint32_t i : rows_of_[column]) {
                ++open_[i];
                hits_[i] -= value;
            }
        }
    }

    const certified_problem& problem_;
    certificate_lines& lines_;
    std::int64_t scale_;
    std::int64_t target_;
    std::size_t multiplied_; ///< the first so many rows have multipliers

    std::vector<std::int8_t> value_;   ///< of each column: 0, 1 or free
    std::vector<std::uint32_t> trail_; ///< the fixed columns, in the order they were fixed in
    std::vector<std::int64_t> hits_;   ///< of each row
    std::vector<std::int64_t> open_;   ///< free columns of each row
    std::vector<std::int64_t> price_;  ///< of each column: the multipliers of its rows
    std::vector<std::vector<std::uint32_t>> rows_of_;
    std::size_t words_;
    std::vector<std::uint64_t> row_bits_;  ///< rows of each column, one bit each
    std::vector<std::uint64_t> undecided_; ///< rows, one bit each
    std::int64_t free_;
    std::int64_t budget_; ///< losers still to choose

    std::vector<frame> frames_;
    std::vector<std::uint32_t> pool_;
    std::vector<std::int64_t> multipliers_;
    std::vector<std::int64_t> sorted_;
    std::vector<std::uint32_t> zeros_;
    std::vector<std::uint32_t> ones_;
    std::vector<std::uint32_t> dominated_zeros_;
    std::vector<std::uint32_t> dominated_ones_;
    std::int64_t last_in_ = 0;
    std::int64_t first_out_ = 0;
    std::unordered_map<std::uint64_t, elsewhere> places_;
    std::uint64_t nodes_ = 0;
};

} // namespace election::detail
