// SPDX-License-Identifier: MIT
// check_certificate(): replays a certificate against the matrix itself, with code that shares nothing with any search.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/exact/certificate.hpp>
#include <election/exact/certificate_lines.hpp>
#include <election/verify/claim.hpp>

namespace election {

/// What check_certificate() found.
struct certificate_check {
    witness_check witness = witness_check::absent;              ///< whether the claimed election is as bad as claimed
    optimality_check optimality = optimality_check::not_proved; ///< whether all that is claimed is shown
    std::vector<std::string> refutations;                       ///< "line 17: what is false", at most one of the proof
    margin_claim claim = margin_claim::exactly;                 ///< what is claimed …
    std::int64_t margin = 0;                                    ///< … of this number
    std::uint64_t nodes = 0;                                    ///< of search trees
    std::uint64_t lines = 0;                                    ///< of the file, up to the first false one
    /// Whether nothing is false.
    [[nodiscard]] bool holds() const noexcept { return refutations.empty(); }
    /// Whether the claim holds, all of it.
    [[nodiscard]] bool proved() const noexcept { return holds() && optimality == optimality_check::proved; }
};

namespace detail {

/// A step of a certificate that is false; only check_certificate() sees it.
struct false_step {
    std::string why;
};

/// The reason comes in parts, which are put together only when it is needed.
template <class... Parts>
void require_step(bool true_step, const Parts&... why) {
    if (!true_step) throw false_step{joined({shown(why)...})};
}

/// The workers' losses under one truth: 2 right, 1 abstains, 0 wrong, for so many losing partitions ("hits") among a worker's own.
class certified_problem {
public:
    /// Identical workers, or some of them.
    struct row {
        std::int64_t load;                  ///< partitions held
        std::int64_t count;                 ///< workers
        std::vector<std::uint32_t> columns; ///< the partitions
    };

    /// \param groups  of identical workers, each in one at most; they are the first rows; others are grouped here
    certified_problem(const packed_allocation& code, tie_policy ties, int truth,
                      const std::vector<std::vector<std::uint32_t>>& groups)
        : columns_(code.partitions()), budget_(static_cast<std::int64_t>((code.partitions() - 1) / 2)) {
        switch (ties) {
        case tie_policy::abstain:
            tie_loss_ = 1;
            break;
        case tie_policy::positive:
            tie_loss_ = truth > 0 ? 2 : 0;
            break;
        case tie_policy::negative:
            tie_loss_ = truth > 0 ? 0 : 2;
            break;
        case tie_policy::coin:
            tie_loss_ = 0;
            break;
        }
        std::vector<char> grouped(code.workers(), 0);
        for (const std::vector<std::uint32_t>& group : groups) {
            for (std::uint32_t worker : group) {
                require_step(grouped[worker] == 0, "worker ", worker, " is in two rows");
                grouped[worker] = 1;
                require_step(std::ranges::equal(code.row(worker), code.row(group[0])), "workers ", group[0], " and ", worker,
                             " differ");
            }
            add(code, group[0], group.size());
        }
        std::map<std::vector<std::uint64_t>, std::vector<std::uint32_t>> others;
        for (std::uint32_t worker = 0; worker < code.workers(); ++worker) {
            const auto words = code.row(worker);
            if (grouped[worker] == 0) others[{words.begin(), words.end()}].push_back(worker);
        }
        for (const auto& [words, alike] : others) add(code, alike[0], alike.size());
    }

    [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
    [[nodiscard]] std::int64_t budget() const noexcept { return budget_; }
    [[nodiscard]] const std::vector<row>& rows() const noexcept { return rows_; }

    /// The loss of a row with so many hits; more hits never raise it.
    [[nodiscard]] std::int64_t loss(const row& r, std::int64_t hits) const noexcept {
        return r.count * (2 * hits < r.load ? 2 : 2 * hits == r.load ? tie_loss_ : 0);
    }
    /// The fewest hits that cost a row anything.
    [[nodiscard]] std::int64_t first_turn(const row& r) const noexcept {
        return tie_loss_ == 2 ? r.load / 2 + 1 : (r.load + 1) / 2;
    }
    /// The fewest and the most further hits of a row with `open` free columns, when `budget` of all `free` columns are still to lose.
    [[nodiscard]] static std::int64_t fewest(std::int64_t open, std::int64_t free, std::int64_t budget) noexcept {
        return std::max<std::int64_t>(0, open - (free - budget));
    }
    [[nodiscard]] static std::int64_t most(std::int64_t open, std::int64_t budget) noexcept {
        return std::min(open, budget);
    }

    /// The largest loss below `loss` that an election can have, as far as divisors tell: to prove `loss`, show that all have more
    /// than this. Rows whose loss can't vary make up a constant; the others' losses are multiples of a unit.
    [[nodiscard]] std::int64_t largest_below(std::int64_t loss_claimed) const {
        std::int64_t constant = 0;
        std::int64_t unit = 0;
        for (const row& r : rows_) {
            const std::int64_t least_hits = fewest(r.load, static_cast<std::int64_t>(columns_), budget_);
            const std::int64_t most_hits = most(r.load, budget_);
            if (loss(r, least_hits) == loss(r, most_hits)) {
                constant += loss(r, least_hits);
                continue;
            }
            const bool may_abstain = tie_loss_ == 1 && r.load % 2 == 0 && r.load / 2 <= most_hits; // never below the fewest
            unit = std::gcd(unit, r.count * (may_abstain ? 1 : 2));
        }
        const std::int64_t above = loss_claimed - 1 - constant;
        if (unit == 0) return above >= 0 ? constant : constant - 1; // a single loss is possible
        return above < 0 ? constant - unit : constant + above / unit * unit;
    }

private:
    void add(const packed_allocation& code, std::uint32_t worker, std::size_t count) {
        row made{0, static_cast<std::int64_t>(count), {}};
        for (std::uint32_t j = 0; j < columns_; ++j) {
            if (code(worker, j)) made.columns.push_back(j);
        }
        made.load = static_cast<std::int64_t>(made.columns.size());
        rows_.push_back(std::move(made));
    }

    std::size_t columns_;
    std::int64_t budget_;
    std::int64_t tie_loss_ = 1;
    std::vector<row> rows_;
};

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
            require_step(tree.seen, "tree ", id, " is not referred to");
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
        if (id == 0) here.seen = true; // so that whoever refers to it does so twice
        meet(id, here);
    }

    void see(std::uint64_t id) {
        elsewhere& there = places_[id];
        require_step(!there.seen, "tree ", id, id == 0 ? " is the root" : " is referred to twice");
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
            for (const std::int64_t step : {(r.load + 1) / 2 - hits_[i], r.load / 2 + 1 - hits_[i]}) {
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

/// Gone through column by column, keeps the least loss of each state: how many losers there are and what hits the rows that can
/// still turn have.
class certified_frontier {
public:
    certified_frontier(const certified_problem& problem, std::int64_t target) : problem_(problem), target_(target) {}

    /// Whether all choices have more loss than the target.
    /// \param order  columns, each once; all columns of rows that can turn
    [[nodiscard]] bool run(const std::vector<std::uint32_t>& order, certificate_lines& lines) {
        lay_out(order, lines);
        auto left = static_cast<std::int64_t>(problem_.columns());
        layer now;
        now.add(state{}, constant_);
        for (std::size_t i = 0; i < order.size(); ++i) {
            --left;
            begun_.clear();
            for (field& f : fields_) {
                if (i < f.begin || i >= f.end) continue;
                f.begins = i == f.begin;
                f.holds = std::ranges::binary_search(f.row->columns, order[i]);
                f.open -= f.holds ? 1 : 0;
                begun_.push_back(&f);
            }
            layer next;
            for (const auto& [old, loss] : now.states) {
                for (std::int64_t value : {0, 1}) {
                    const std::int64_t used = old.used + value;
                    const std::int64_t budget = problem_.budget() - used;
                    if (budget < 0 || budget > left) continue;
                    state made{old.words, used};
                    const std::int64_t cost = loss + settle(made, value, left, budget);
                    if (cost <= target_) next.add(made, cost);
                }
            }
            now = std::move(next);
        }
        return now.states.empty(); // every row is settled now, and the columns that are left turn none
    }

private:
    struct state {
        std::array<std::uint64_t, 4> words{}; ///< fields, one a row that has begun: 0 settled, else hits + 1
        std::int64_t used = 0;                ///< losers so far
        friend bool operator==(const state&, const state&) = default;
    };
    struct state_hash {
        [[nodiscard]] std::size_t operator()(const state& key) const noexcept {
            auto mixed = static_cast<std::uint64_t>(key.used);
            for (std::uint64_t word : key.words) {
                mixed = (mixed ^ word) * 0x9e3779b97f4a7c15U;
                mixed ^= mixed >> 29;
            }
            return static_cast<std::size_t>(mixed);
        }
    };
    /// States with their least losses, and where they are by their hash.
    struct layer {
        std::vector<std::pair<state, std::int64_t>> states;
        std::vector<std::size_t> table = std::vector<std::size_t>(16, none); ///< a power of two, at most half full

        static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

        [[nodiscard]] std::size_t& slot_of(const state& key) {
            std::size_t slot = state_hash{}(key) & (table.size() - 1);
            while (table[slot] != none && !(states[table[slot]].first == key)) slot = (slot + 1) & (table.size() - 1);
            return table[slot];
        }
        void add(const state& key, std::int64_t loss) {
            if (std::size_t& slot = slot_of(key); slot != none) {
                states[slot].second = std::min(states[slot].second, loss);
                return;
            }
            if (2 * (states.size() + 1) > table.size()) {
                table.assign(2 * table.size(), none);
                for (std::size_t i = 0; i < states.size(); ++i) slot_of(states[i].first) = i;
            }
            slot_of(key) = states.size();
            states.emplace_back(key, loss);
        }
    };
    /// Where a row's hits are while it is open.
    struct field {
        const certified_problem::row* row;
        std::int64_t open;   ///< columns to come
        std::size_t begin;   ///< places in the order of its first column …
        std::size_t end;     ///< … and behind its last
        unsigned bit = 0;    ///< lowest bit
        unsigned bits = 0;   ///< how many
        bool begins = false; ///< with the current column
        bool holds = false;  ///< the current column
    };

    void lay_out(const std::vector<std::uint32_t>& order, certificate_lines& lines) {
        std::vector<std::size_t> place(problem_.columns(), order.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            require_step(place[order[i]] == order.size(), "column ", order[i], " is there twice");
            place[order[i]] = i;
        }
        for (const certified_problem::row& r : problem_.rows()) {
            const std::int64_t fewest =
                certified_problem::fewest(r.load, static_cast<std::int64_t>(problem_.columns()), problem_.budget());
            const std::int64_t most = certified_problem::most(r.load, problem_.budget());
            if (problem_.loss(r, fewest) == problem_.loss(r, most)) {
                constant_ += problem_.loss(r, fewest);
                continue;
            }
            field made{&r, r.load, order.size(), 0};
            for (std::uint32_t j : r.columns) {
                require_step(place[j] < order.size(), "column ", j, " turns votes and is not there");
                made.begin = std::min(made.begin, place[j]);
                made.end = std::max(made.end, place[j] + 1);
            }
            made.bits = static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(r.load / 2 + 1)));
            fields_.push_back(made);
        }
        std::ranges::sort(fields_, {}, &field::begin);
        for (std::size_t i = 0; i < fields_.size(); ++i) place_field(i, lines);
    }

    /// The lowest bits that no row has that is open at the same time; a field stays within a word.
    void place_field(std::size_t index, certificate_lines& lines) {
        field& made = fields_[index];
        constexpr unsigned all_bits = 256;
        for (unsigned bit = 0; bit + made.bits <= all_bits; ++bit) {
            if (bit / 64 != (bit + made.bits - 1) / 64) continue;
            bool is_free = true;
            for (std::size_t i = 0; i < index && is_free; ++i) {
                const field& other = fields_[i];
                is_free = other.end <= made.begin || other.bit >= bit + made.bits || bit >= other.bit + other.bits;
            }
            if (!is_free) continue;
            made.bit = bit;
            return;
        }
        lines.malformed("has an order that leaves too many rows open at a time");
    }

    /// Counts the current column's hit where it loses, and takes rows that can't turn any more out of the state.
    /// \returns the loss of these
    [[nodiscard]] std::int64_t settle(state& made, std::int64_t value, std::int64_t left, std::int64_t budget) const {
        std::int64_t settled = 0;
        for (const field* begun : begun_) {
            const field& f = *begun;
            std::uint64_t& word = made.words[f.bit / 64];
            const unsigned shift = f.bit % 64;
            const std::uint64_t mask = (std::uint64_t{1} << f.bits) - 1;
            const std::uint64_t stored = f.begins ? 1 : word >> shift & mask;
            if (stored == 0) continue;
            std::int64_t hits = static_cast<std::int64_t>(stored) - 1 + (f.holds ? value : 0);
            const std::int64_t least = problem_.loss(*f.row, hits + certified_problem::fewest(f.open, left, budget));
            const bool turns = least != problem_.loss(*f.row, hits + certified_problem::most(f.open, budget));
            if (!turns) settled += least;
            word = (word & ~(mask << shift)) | (turns ? static_cast<std::uint64_t>(hits + 1) << shift : 0);
        }
        return settled;
    }

    const certified_problem& problem_;
    std::int64_t target_;
    std::int64_t constant_ = 0;
    std::vector<field> fields_;
    std::vector<const field*> begun_; ///< rows whose first column came and whose last did not come before the current one
};

/// Reads a certificate from its first line to its last.
class certificate_checker {
public:
    certificate_checker(const packed_allocation& code, std::istream& stream, std::string_view file)
        : code_(code), lines_(stream, file) {}

    [[nodiscard]] certificate_check run() {
        read_head();
        try {
            read_claim();
            while (lines_.rest().starts_with("side ")) read_side();
            if (!lines_.rest().starts_with("sum ")) lines_.malformed("must be a side or 'sum', the checksum");
            require_sides();
            if (result_.optimality != optimality_check::refuted && result_.witness != witness_check::wrong) {
                result_.optimality = optimality_check::proved;
            }
        } catch (const false_step& step) {
            result_.optimality = optimality_check::refuted;
            refute(step.why);
        }
        result_.lines = lines_.number();
        read_sum();
        return std::move(result_);
    }

private:
    void refute(std::string_view why) {
        result_.refutations.push_back(joined({"line ", shown(lines_.number()), ": ", why}));
    }

    void read_head() {
        if (!lines_.next()) lines_.malformed("is empty; a certificate begins with 'election certificate 1'");
        if (lines_.rest() != certificate_head) lines_.malformed("must be 'election certificate 1'");
        lines_.require_next("the code");
        lines_.expect("code ", "must be 'code', workers, partitions and a hash");
        constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
        const std::uint64_t workers = lines_.natural(most, "the number of workers");
        lines_.expect(" ", "must be 'code', workers, partitions and a hash");
        const std::uint64_t partitions = lines_.natural(most, "the number of partitions");
        lines_.expect(" ", "must be 'code', workers, partitions and a hash");
        if (workers != code_.workers() || partitions != code_.partitions()) {
            lines_.malformed(
                joined({"the certificate is about ", shown(workers), " workers and ", shown(partitions),
                        " partitions; the matrix has ", shown(code_.workers()), " and ", shown(code_.partitions())}));
        }
        if (lines_.rest() != hash_text(text_hash(code_))) {
            lines_.malformed("the certificate is about another matrix of this size");
        }
        constexpr std::uint64_t most_entries = std::uint64_t{1} << 40; // so that no sum below passes 2^62
        if (workers > most_entries / partitions) lines_.malformed("the matrix is too large for a certificate");
        lines_.require_next("the tie policy");
        lines_.expect("ties ", "must be 'ties' and abstain, positive, negative or coin");
        const auto policy = tie_policy_named(lines_.rest());
        if (!policy) lines_.malformed("must be 'ties' and abstain, positive, negative or coin");
        ties_ = *policy;
        lines_.require_next("the claim");
        lines_.expect("claim margin ", "must be 'claim margin', perhaps 'at least' or 'at most', and a number");
        result_.claim = lines_.take("at least ")  ? margin_claim::at_least
                        : lines_.take("at most ") ? margin_claim::at_most
                                                  : margin_claim::exactly;
        result_.margin = lines_.integer(most, "the margin");
        lines_.expect_end();
    }

    void read_claim() {
        lines_.require_next("a witness or a side");
        if (!lines_.take("witness ")) {
            require_step(result_.claim == margin_claim::at_least, "a witness is missing");
            return;
        }
        const std::string_view witness = lines_.rest();
        if (witness.size() != code_.partitions() || witness.find_first_not_of("+-") != std::string_view::npos) {
            lines_.malformed(joined({"must have ", shown(code_.partitions()), " signs, + or -"}));
        }
        hold_election(witness);
        lines_.require_next("a side or sum");
    }

    /// The witness's margin by the definition.
    void hold_election(std::string_view witness) {
        std::int64_t sum = 0;
        for (char sign : witness) sum += sign == '+' ? 1 : -1;
        if (sum == 0) {
            result_.witness = witness_check::wrong;
            refute("the witness has as many + as -: such a message has no truth");
            return;
        }
        std::int64_t margin = 0;
        for (std::size_t i = 0; i < code_.workers(); ++i) {
            std::int64_t votes = 0;
            for (std::size_t j = 0; j < witness.size(); ++j) votes += !code_(i, j) ? 0 : witness[j] == '+' ? 1 : -1;
            if (votes == 0) {
                if (ties_ == tie_policy::abstain) continue;
                votes = ties_ == tie_policy::positive ? 1 : ties_ == tie_policy::negative ? -1 : -sum;
            }
            margin += (votes > 0) == (sum > 0) ? 1 : -1;
        }
        const bool right = result_.claim == margin_claim::exactly   ? margin == result_.margin
                           : result_.claim == margin_claim::at_most ? margin <= result_.margin
                                                                    : margin >= result_.margin;
        result_.witness = right ? witness_check::confirmed : witness_check::wrong;
        if (right) return;
        if (margin < result_.margin) result_.optimality = optimality_check::refuted;
        refute(joined({"the witness has margin ", shown(margin)}));
    }

    void read_side() {
        if (result_.claim == margin_claim::at_most)
            lines_.malformed("a claim of 'at most' has no side: its witness is its proof");
        lines_.expect("side ", "must be a side");
        const int truth = lines_.take("+") ? 1 : -1;
        if (truth < 0) lines_.expect("-", "must be 'side + loss' or 'side - loss' and a number");
        lines_.expect(" loss ", "must be 'side + loss' or 'side - loss' and a number");
        const std::int64_t loss = lines_.integer(std::numeric_limits<std::uint32_t>::max(), "the loss");
        lines_.expect_end();
        bool& done = truth > 0 ? plus_ : minus_;
        if (done) lines_.malformed("the side is there already");
        if (truth < 0 && is_symmetric(ties_)) lines_.malformed("has no side of its own: these ties treat both signs alike");
        done = true;
        require_step(loss - static_cast<std::int64_t>(code_.workers()) >= result_.margin,
                     "so much loss does not show the margin that is claimed");
        const certified_problem plain(code_, ties_, truth, {});
        const std::int64_t target = plain.largest_below(loss);
        lines_.require_next("a proof");
        if (lines_.rest().starts_with("rows")) return check_trees(truth, target);
        if (lines_.take("constant")) {
            lines_.expect_end();
            std::int64_t least = 0;
            for (const certified_problem::row& r : plain.rows()) least += least_alone(plain, r);
            require_step(least > target, "the votes can turn: the loss may be less");
        } else if (lines_.take("moment ")) {
            check_moments(truth, target);
        } else if (lines_.take("conflict")) {
            check_conflicts(truth, target);
        } else if (lines_.take("group")) {
            check_groups(truth, target);
        } else if (lines_.take("frontier ")) {
            std::vector<std::uint32_t> order;
            lines_.numbers(order, code_.partitions(), "a column");
            lines_.expect_end();
            require_step(certified_frontier(plain, target).run(order, lines_), "a choice has no more loss than the target");
        } else {
            lines_.malformed("must be a proof: rows, constant, moment, conflict, group or frontier");
        }
        lines_.require_next("another side or sum");
    }

    void check_trees(int truth, std::int64_t target) {
        lines_.expect("rows", "must be 'rows' and groups of workers");
        std::vector<std::vector<std::uint32_t>> groups;
        while (lines_.take(" ")) lines_.numbers(groups.emplace_back(), code_.workers(), "a worker");
        lines_.expect_end();
        const certified_problem problem(code_, ties_, truth, groups);
        lines_.require_next("the scale");
        lines_.expect("scale ", "must be 'scale' and a number");
        constexpr std::uint64_t most_scale = std::uint64_t{1} << 20;
        const auto scale = static_cast<std::int64_t>(lines_.natural(most_scale, "the scale"));
        lines_.expect_end();
        if (scale == 0) lines_.malformed("the scale must be at least 1");
        lines_.require_next("a tree");
        certified_trees trees(problem, scale, target, groups.size(), lines_);
        result_.nodes += trees.run();
    }

    /// For all workers, each by itself.
    [[nodiscard]] static std::int64_t least_alone(const certified_problem& problem, const certified_problem::row& r) {
        return problem.loss(r, certified_problem::most(r.load, problem.budget()));
    }

    /// One row for each worker, in their order.
    [[nodiscard]] certified_problem single_rows(int truth) const {
        std::vector<std::vector<std::uint32_t>> groups(code_.workers());
        for (std::uint32_t i = 0; i < groups.size(); ++i) groups[i] = {i};
        return {code_, ties_, truth, groups};
    }

    /// Workers of a list, each at most once over all lists that are marked in `seen`.
    void take_workers(std::vector<std::uint32_t>& workers, std::vector<char>& seen) {
        lines_.numbers(workers, code_.workers(), "a worker");
        for (std::uint32_t worker : workers) {
            require_step(seen[worker] == 0, "worker ", worker, " is there twice");
            seen[worker] = 1;
        }
    }

    void check_moments(int truth, std::int64_t target) {
        constexpr std::uint64_t most = std::uint64_t{1} << 20;
        const std::int64_t a = lines_.integer(most, "the first numerator");
        lines_.expect(" ", "must be 'moment', two numerators, a divisor and perhaps workers");
        const std::int64_t c = lines_.integer(most, "the second numerator");
        lines_.expect(" ", "must be 'moment', two numerators, a divisor and perhaps workers");
        const auto divisor = static_cast<std::int64_t>(lines_.natural(most, "the divisor"));
        if (divisor == 0) lines_.malformed("the divisor must be at least 1");
        std::vector<char> in_design(code_.workers(), 0);
        std::vector<std::uint32_t> workers(code_.workers());
        if (lines_.take(" ")) {
            take_workers(workers, in_design);
        } else {
            std::iota(workers.begin(), workers.end(), 0U);
            std::fill(in_design.begin(), in_design.end(), 1);
        }
        lines_.expect_end();
        const std::size_t k = code_.partitions();
        if (code_.workers() > most * most / k / k)
            lines_.malformed("the matrix is too large for this proof"); // sums stay below 2^62

        // Every column in as many of these workers, every pair of columns together in as many.
        std::vector<std::vector<std::uint64_t>> holders(k, std::vector<std::uint64_t>((workers.size() + 63) / 64, 0));
        for (std::size_t i = 0; i < workers.size(); ++i) {
            for (std::size_t j = 0; j < k; ++j) {
                if (code_(workers[i], j)) holders[j][i / 64] |= std::uint64_t{1} << (i % 64);
            }
        }
        const auto common = [&](std::size_t one, std::size_t other) {
            std::int64_t count = 0;
            for (std::size_t w = 0; w < holders[one].size(); ++w)
                count += std::popcount(holders[one][w] & holders[other][w]);
            return count;
        };
        const std::int64_t degree = common(0, 0);
        const std::int64_t pair = k > 1 ? common(0, 1) : 0;
        for (std::size_t j = 0; j < k; ++j) {
            require_step(common(j, j) == degree, "columns 0 and ", j, " are in different numbers of these workers");
            for (std::size_t other = 0; other < j; ++other) {
                require_step(common(other, j) == pair, "columns ", other, " and ", j, " are together in other than ", pair,
                             " of these workers");
            }
        }
        const certified_problem problem = single_rows(truth);
        const std::int64_t losers = problem.budget();
        std::int64_t sum = -a * (degree * losers) - c * (degree * losers + pair * losers * (losers - 1));
        for (std::size_t i = 0; i < code_.workers(); ++i) {
            const certified_problem::row& r = problem.rows()[i];
            std::int64_t least = std::numeric_limits<std::int64_t>::max();
            const std::int64_t most_hits = certified_problem::most(r.load, losers);
            for (std::int64_t h = certified_problem::fewest(r.load, static_cast<std::int64_t>(k), losers); h <= most_hits;
                 ++h) {
                least = std::min(least, divisor * problem.loss(r, h) + (in_design[i] != 0 ? a * h + c * h * h : 0));
            }
            sum += least;
        }
        require_step(sum > divisor * target, "the bound does not exceed the target");
    }

    void check_conflicts(int truth, std::int64_t target) {
        const certified_problem problem = single_rows(truth);
        // Two workers lose something together only where enough partitions lose for both, those that they share counted once.
        const auto in_conflict = [&](std::uint32_t one, std::uint32_t other) {
            const std::int64_t first = problem.first_turn(problem.rows()[one]);
            const std::int64_t second = problem.first_turn(problem.rows()[other]);
            std::int64_t shared = 0;
            for (std::uint32_t j : problem.rows()[one].columns) shared += code_(other, j) ? 1 : 0;
            return first + second - std::min({shared, first, second}) > problem.budget();
        };
        const auto require_conflict = [&](std::uint32_t one, std::uint32_t other) {
            require_step(in_conflict(one, other), "workers ", one, " and ", other, " can lose together");
        };
        std::vector<char> seen(code_.workers(), 0);
        std::vector<std::uint32_t> workers;
        std::int64_t loss = 0;
        while (lines_.take(" ")) {
            const bool cycle = lines_.take("cycle ");
            if (!cycle) lines_.expect("clique ", "must be 'conflict', then 'clique' or 'cycle' and workers");
            take_workers(workers, seen);
            const auto size = static_cast<std::int64_t>(workers.size());
            if (cycle) {
                if (size < 3) lines_.malformed("a cycle has at least three workers");
                for (std::size_t i = 0; i < workers.size(); ++i)
                    require_conflict(workers[i], workers[(i + 1) % workers.size()]);
            } else {
                for (std::size_t i = 0; i < workers.size(); ++i) {
                    for (std::size_t j = 0; j < i; ++j) require_conflict(workers[i], workers[j]);
                }
            }
            loss += 2 * (size - (cycle ? size / 2 : 1));
        }
        lines_.expect_end();
        for (std::size_t i = 0; i < code_.workers(); ++i) {
            if (seen[i] == 0) loss += least_alone(problem, problem.rows()[i]);
        }
        require_step(loss > target, "the conflicts leave a loss that does not exceed the target");
    }

    /// The least loss of a group: all ways to share out as many hits as its rows can have together.
    [[nodiscard]] std::int64_t least_of_group(const certified_problem& problem, const std::vector<std::uint32_t>& workers) {
        std::map<std::vector<std::uint32_t>, std::int64_t> alike; // how many workers hold just these columns
        for (std::uint32_t worker : workers) ++alike[problem.rows()[worker].columns];
        std::vector<std::size_t> multiplicity(problem.columns(), 0);
        for (const auto& [columns, count] : alike) {
            for (std::uint32_t j : columns) ++multiplicity[j];
        }
        std::ranges::sort(multiplicity, std::greater<>());
        const auto hits = std::accumulate(multiplicity.begin(), multiplicity.begin() + problem.budget(), std::size_t{0});
        constexpr std::size_t most = std::size_t{1} << 32;
        if (hits > most / alike.size()) lines_.malformed("has a group that is too large for this proof");
        // By how many hits the rows so far have, the least that they can have lost.
        constexpr std::int64_t impossible = std::numeric_limits<std::int64_t>::max() / 2;
        std::vector<std::int64_t> least(hits + 1, impossible);
        least[0] = 0;
        for (const auto& [columns, count] : alike) {
            const certified_problem::row r{static_cast<std::int64_t>(columns.size()), count, columns};
            const auto all = static_cast<std::int64_t>(problem.columns());
            const std::int64_t fewest = certified_problem::fewest(r.load, all, problem.budget());
            std::vector<std::int64_t> next(hits + 1, impossible);
            for (std::int64_t h = fewest; h <= certified_problem::most(r.load, problem.budget()); ++h) {
                const std::int64_t loss = problem.loss(r, h);
                if (h > fewest && loss == problem.loss(r, h - 1)) continue; // a hit for nothing
                for (std::size_t before = 0, with = static_cast<std::size_t>(h); with <= hits; ++before, ++with) {
                    next[with] = std::min(next[with], least[before] + loss);
                }
            }
            least = std::move(next);
        }
        return *std::ranges::min_element(least);
    }

    void check_groups(int truth, std::int64_t target) {
        const certified_problem problem = single_rows(truth);
        std::vector<char> seen(code_.workers(), 0);
        std::vector<std::uint32_t> workers;
        std::int64_t loss = 0;
        while (lines_.take(" ")) {
            take_workers(workers, seen);
            loss += least_of_group(problem, workers);
        }
        lines_.expect_end();
        for (std::size_t i = 0; i < code_.workers(); ++i) {
            if (seen[i] == 0) loss += least_alone(problem, problem.rows()[i]);
        }
        require_step(loss > target, "the groups keep a loss that does not exceed the target");
    }

    void require_sides() {
        if (result_.claim == margin_claim::at_most) return;
        require_step(plus_, "side + is missing before this line");
        require_step(minus_ || is_symmetric(ties_), "side - is missing before this line");
    }

    /// The last line: what was read is what was written. After a false step the lines up to it are passed over.
    void read_sum() {
        while (!lines_.rest().starts_with("sum ") && !result_.holds()) lines_.require_next("the line sum");
        lines_.expect("sum ", "must be 'sum', the checksum");
        if (lines_.rest() != hash_text(lines_.hash())) {
            lines_.malformed("the checksum is wrong: the file is damaged or was changed");
        }
        if (lines_.next()) lines_.malformed("is behind the end of the certificate");
    }

    const packed_allocation& code_;
    certificate_lines lines_;
    tie_policy ties_ = tie_policy::abstain;
    certificate_check result_;
    bool plus_ = false;
    bool minus_ = false;
};

} // namespace detail

/// Replays a certificate: the witness, and every step of the proof that no election is worse.
///
/// The code is short, plain and by itself: it rebuilds the question from the matrix and shares nothing with the search but the
/// format. Nothing is rounded. The file is read once and need not fit into memory.
/// \param code    n × k, any 0/1 matrix
/// \param stream  the certificate's text; docs/certificates.md is the format
/// \param file    its name for errors
/// \returns what is proved, or the first line that is false
/// \throws format_error  what the text has is no certificate, one of another matrix, or damaged
/// \throws error         the matrix is not 0/1
/// \par Complexity
/// A node of a search tree takes O(ones + k·n/64) at most; others as docs/certificates.md says
///
/// \code
/// auto code = election::uncoded(3);
/// auto proof = election::certificate_about(code);
/// proof.claim = election::margin_claim::at_least;
/// proof.margin = 2; // it is 1
/// proof.sides.push_back({1, 5, election::constant_lines()});
/// std::stringstream file;
/// election::write_certificate(file, proof);
/// auto checked = election::check_certificate(code, file);
/// assert(checked.refutations[0] == "line 6: the votes can turn: the loss may be less");
/// \endcode
template <allocation A>
[[nodiscard]] certificate_check check_certificate(const A& code, std::istream& stream,
                                                  std::string_view file = "certificate") {
    const packed_allocation& matrix = packed(code);
    return detail::certificate_checker(matrix, stream, file).run();
}

/// The same for a text in memory.
template <allocation A>
[[nodiscard]] certificate_check check_certificate(const A& code, const std::string& text,
                                                  std::string_view file = "certificate") {
    std::istringstream stream(text);
    return check_certificate(code, stream, file);
}

} // namespace election
