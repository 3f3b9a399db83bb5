// SPDX-License-Identifier: MIT
// certified_problem: the question of a certificate, built from the matrix alone.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/exact/certified_step.hpp>

namespace election::detail {

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

    /// The least loss of a row if the others did not count.
    [[nodiscard]] std::int64_t least_alone(const row& r) const noexcept { return loss(r, most(r.load, budget_)); }

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

/// One row for each worker, in their order.
[[nodiscard]] inline certified_problem single_rows(const packed_allocation& code, tie_policy ties, int truth) {
    std::vector<std::vector<std::uint32_t>> groups(code.workers());
    for (std::uint32_t i = 0; i < groups.size(); ++i) groups[i] = {i};
    return {code, ties, truth, groups};
}

} // namespace election::detail
