// SPDX-License-Identifier: MIT
// certified_problem: the question of a certificate, built from the matrix and the model alone.
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
#include <election/exact/exact_model.hpp>

namespace election::detail {

/// The workers' losses under one truth: 2 right, 1 abstains, 0 wrong, times its votes, for so many losing columns ("hits") among a
/// worker's own.
///
/// It is built from matrix and model by the definitions in docs/certificates.md and shares nothing with make_cover_problem().
class certified_problem {
public:
    /// Workers with one and the same loss but for their votes.
    struct row {
        std::int64_t load;                  ///< columns held
        std::int64_t count;                 ///< votes of all of them; liars have none that could turn
        std::int64_t tied_from;             ///< the fewest hits that cost a vote half …
        std::int64_t wrong_from;            ///< … and all of it; the same where no tie abstains
        std::vector<std::uint32_t> columns; ///< ascending
    };

    /// \param groups  of workers that are alike, each in one at most; they are the first rows; others are grouped here
    certified_problem(const packed_allocation& code, const exact_model& model, int truth,
                      const std::vector<std::vector<std::uint32_t>>& groups) {
        const std::size_t k = code.partitions();
        const bool ternary = model.alphabet == sign_alphabet::ternary;
        std::vector<char> may_lose(k, model.may_lose.empty() ? char{1} : char{0});
        for (std::size_t partition : model.may_lose) may_lose[partition] = 1;
        for (std::uint32_t j = 0; j < k; ++j) {
            if (may_lose[j] == 0) continue;
            partition_of_.push_back(j);
            if (ternary) partition_of_.push_back(j);
        }
        // An honest message has so many losers at most, and every corrupted partition adds what one partition can.
        const std::size_t losers = ternary ? k - 1 + 2 * model.corrupted : (k - 1) / 2 + model.corrupted;
        budget_ = static_cast<std::int64_t>(std::min(losers, partition_of_.size()));
        votes_.assign(code.workers(), 1);
        for (std::size_t i = 0; i < model.weights.size(); ++i) votes_[i] = model.weights[i];
        for (std::int64_t votes : votes_) all_votes_ += votes;
        for (std::size_t liar : model.liars) votes_[liar] = 0;
        steps_ = ternary ? 2 : 1;
        tie_ = model.ties;
        tie_is_right_ = model.ties == (truth > 0 ? tie_policy::positive : tie_policy::negative);

        std::vector<char> grouped(code.workers(), 0);
        for (const std::vector<std::uint32_t>& group : groups) {
            row made = row_of(code, group[0]);
            made.count = 0;
            for (std::uint32_t worker : group) {
                require_step(grouped[worker] == 0, "worker ", worker, " is in two rows");
                grouped[worker] = 1;
                const row other = row_of(code, worker);
                require_step(other.columns == made.columns && other.tied_from == made.tied_from &&
                                 other.wrong_from == made.wrong_from,
                             "workers ", group[0], " and ", worker, " differ");
                made.count += other.count;
            }
            rows_.push_back(std::move(made));
        }
        std::map<std::vector<std::uint64_t>, std::size_t> others; // the row of all workers with these partitions
        for (std::uint32_t worker = 0; worker < code.workers(); ++worker) {
            if (grouped[worker] != 0) continue;
            const auto words = code.row(worker);
            const auto [alike, is_new] = others.try_emplace({words.begin(), words.end()}, rows_.size());
            if (is_new) {
                rows_.push_back(row_of(code, worker));
            } else {
                rows_[alike->second].count += votes_[worker];
            }
        }
    }

    /// Twice as many as partitions that may lose where signs are ternary: the report of a partition may be two steps away.
    [[nodiscard]] std::size_t columns() const noexcept { return partition_of_.size(); }
    [[nodiscard]] std::int64_t budget() const noexcept { return budget_; }
    /// Of all workers: an election's margin is its loss less this.
    [[nodiscard]] std::int64_t all_votes() const noexcept { return all_votes_; }
    [[nodiscard]] const std::vector<row>& rows() const noexcept { return rows_; }

    /// The loss of a row with so many hits; more hits never raise it.
    [[nodiscard]] std::int64_t loss(const row& r, std::int64_t hits) const noexcept {
        return r.count * (hits < r.tied_from ? 2 : hits < r.wrong_from ? 1 : 0);
    }
    /// The fewest and the most further hits of a row with `open` free columns, when `budget` of all `free` columns are still to lose.
    [[nodiscard]] static std::int64_t fewest(std::int64_t open, std::int64_t free, std::int64_t budget) noexcept {
        return std::max<std::int64_t>(0, open - (free - budget));
    }
    [[nodiscard]] static std::int64_t most(std::int64_t open, std::int64_t budget) noexcept {
        return std::min(open, budget);
    }

    /// Whether the loss of a row depends on the choice.
    [[nodiscard]] bool varies(const row& r) const noexcept {
        return loss(r, fewest(r.load, static_cast<std::int64_t>(columns()), budget_)) != least_alone(r);
    }
    /// The least loss of a row if the others did not count.
    [[nodiscard]] std::int64_t least_alone(const row& r) const noexcept { return loss(r, most(r.load, budget_)); }

    /// The largest loss below `loss` that an election can have, as far as divisors tell: to prove `loss`, show that all have more
    /// than this. Rows whose loss can't vary make up a constant; the others' losses are multiples of a unit.
    [[nodiscard]] std::int64_t largest_below(std::int64_t loss_claimed) const {
        std::int64_t constant = 0;
        std::int64_t unit = 0;
        for (const row& r : rows_) {
            if (!varies(r)) {
                constant += least_alone(r);
                continue;
            }
            const bool may_abstain =
                r.tied_from < r.wrong_from && r.tied_from <= most(r.load, budget_); // never below the fewest
            unit = std::gcd(unit, r.count * (may_abstain ? 1 : 2));
        }
        const std::int64_t above = loss_claimed - 1 - constant;
        if (unit == 0) return above >= 0 ? constant : constant - 1; // a single loss is possible
        return above < 0 ? constant - unit : constant + above / unit * unit;
    }

private:
    /// A worker by itself. Its vote turns with its sum: of w partitions w − 2·hits, or w − hits in steps of ternary signs.
    [[nodiscard]] row row_of(const packed_allocation& code, std::uint32_t worker) const {
        std::int64_t partitions = 0;
        for (std::uint32_t j = 0; j < code.partitions(); ++j) partitions += code(worker, j) ? 1 : 0;
        row made{0, votes_[worker], 0, 0, {}};
        for (std::uint32_t c = 0; c < partition_of_.size(); ++c) {
            if (code(worker, partition_of_[c])) made.columns.push_back(c);
        }
        made.load = static_cast<std::int64_t>(made.columns.size());
        const std::int64_t far = steps_ * partitions; // hits that turn the sum round
        const std::int64_t half = far / 2;            // from one more on the sum is against the truth
        const std::int64_t first = far - half;        // and from here on it is not for the truth
        made.wrong_from = tie_ == tie_policy::abstain || tie_is_right_ ? half + 1 : first;
        made.tied_from = tie_is_right_ ? half + 1 : first;
        return made;
    }

    std::vector<std::uint32_t> partition_of_; ///< each column
    std::vector<std::int64_t> votes_;         ///< of each worker that can turn
    std::int64_t all_votes_ = 0;
    std::int64_t budget_ = 0;
    std::int64_t steps_ = 1; ///< that the report of a partition may be away from the truth
    tie_policy tie_ = tie_policy::abstain;
    bool tie_is_right_ = false;
    std::vector<row> rows_;
};

/// One row for each worker, in their order.
[[nodiscard]] inline certified_problem single_rows(const packed_allocation& code, const exact_model& model, int truth) {
    std::vector<std::vector<std::uint32_t>> groups(code.workers());
    for (std::uint32_t i = 0; i < groups.size(); ++i) groups[i] = {i};
    return {code, model, truth, groups};
}

} // namespace election::detail
