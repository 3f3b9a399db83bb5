// SPDX-License-Identifier: MIT
// Proves margins of small codes by a search as plain as can be, at random where it has a choice, and writes certificates of it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/exact/certificate.hpp>
#include <election/exact/exact_model.hpp>

namespace election_test {

/// Which steps the search takes where it can; 0 … 1.
struct certificate_habits {
    double fix = 0.5;         ///< fix columns by the bound
    double dominate = 0.7;    ///< and by exchange, there and at branches
    double elsewhere = 0.1;   ///< put a subtree elsewhere
    double enumerate = 0.1;   ///< try all choices of a node
    std::uint32_t scale = 64; ///< of multipliers
    int steps = 4;            ///< of multipliers a node
};

/// The proof by search trees that no election with a truth has less loss than claimed. Where that is false the search still writes
/// something that looks like a proof.
class certificate_maker {
public:
    certificate_maker(const election::packed_allocation& code, const election::exact_model& model, int truth,
                      std::int64_t loss, std::mt19937& random, certificate_habits habits = {})
        : random_(random), habits_(habits) {
        const election::tie_policy ties = model.ties;
        const std::int64_t steps = model.alphabet == election::sign_alphabet::ternary ? 2 : 1;
        columns partition_of; // each column
        for (std::uint32_t j = 0; j < code.partitions(); ++j) {
            if (!model.may_lose.empty() && std::ranges::find(model.may_lose, j) == model.may_lose.end()) continue;
            partition_of.insert(partition_of.end(), static_cast<std::size_t>(steps), j);
        }
        k_ = partition_of.size();
        value_.assign(k_, -1);
        budget_ =
            steps * (static_cast<std::int64_t>(code.partitions() - 1) + 2 * static_cast<std::int64_t>(model.corrupted)) / 2;
        budget_ = std::min(budget_, static_cast<std::int64_t>(k_));
        const auto votes_of = [&](std::uint32_t worker) -> std::int64_t {
            if (std::ranges::find(model.liars, worker) != model.liars.end()) return 0;
            return model.weights.empty() ? 1 : model.weights[worker];
        };
        tie_loss_ = ties == election::tie_policy::abstain                     ? 1
                    : ties == election::tie_policy::coin                      ? 0
                    : (ties == election::tie_policy::positive) == (truth > 0) ? 2
                                                                              : 0;
        std::vector<char> grouped(code.workers(), 0);
        bool halves = false;
        for (std::uint32_t i = 0; i < code.workers(); ++i) {
            if (grouped[i] != 0) continue;
            row made{{}, {i}};
            made.turn = steps * static_cast<std::int64_t>(code.load(i));
            made.votes = votes_of(i);
            for (std::uint32_t c = 0; c < k_; ++c) {
                if (code(i, partition_of[c])) made.columns.push_back(c);
            }
            halves = halves || (tie_loss_ == 1 && made.turn % 2 == 0) || !model.weights.empty();
            for (std::uint32_t other = i + 1; other < code.workers(); ++other) {
                if (grouped[other] == 0 && std::ranges::equal(code.row(i), code.row(other)) && happens(0.7)) {
                    grouped[other] = 1;
                    made.workers.push_back(other);
                    made.votes += votes_of(other);
                }
            }
            rows_.push_back(std::move(made));
        }
        std::ranges::shuffle(rows_, random_);
        target_ = loss - 1;
        if (!halves && target_ % 2 != 0) --target_;
    }

    [[nodiscard]] std::vector<std::string> proof() {
        std::vector<std::vector<std::uint32_t>> groups;
        for (const row& r : rows_) groups.push_back(r.workers);
        election::tree_writer root;
        root.begin(0);
        std::vector<int> multipliers(rows_.size(), 0);
        search(root, multipliers);
        trees_.push_back(root.take());
        std::ranges::shuffle(trees_, random_);
        return election::tree_lines(groups, habits_.scale, std::move(trees_));
    }

    [[nodiscard]] std::uint64_t nodes() const noexcept { return nodes_; }

private:
    using columns = std::vector<std::uint32_t>;
    struct row {
        std::vector<std::uint32_t> columns;
        std::vector<std::uint32_t> workers;
        std::int64_t turn = 0; ///< twice the hits that tie it
        std::int64_t votes = 0;
    };

    [[nodiscard]] bool happens(double probability) { return std::uniform_real_distribution<>(0, 1)(random_) < probability; }

    [[nodiscard]] std::int64_t loss(const row& r, std::int64_t hits) const {
        return r.votes * (2 * hits < r.turn ? 2 : 2 * hits == r.turn ? tie_loss_ : 0);
    }

    struct view {
        std::int64_t free = 0;
        std::int64_t budget = 0;
        std::vector<std::int64_t> hits;
        std::vector<std::int64_t> least;
        std::vector<std::int64_t> most;
    };
    [[nodiscard]] view look() const {
        view seen;
        seen.budget = budget_;
        for (int value : value_) {
            seen.free += value < 0 ? 1 : 0;
            seen.budget -= value > 0 ? 1 : 0;
        }
        for (const row& r : rows_) {
            std::int64_t hits = 0;
            std::int64_t open = 0;
            for (std::uint32_t j : r.columns) {
                hits += value_[j] > 0 ? 1 : 0;
                open += value_[j] < 0 ? 1 : 0;
            }
            seen.hits.push_back(hits);
            seen.least.push_back(std::max<std::int64_t>(0, open - (seen.free - seen.budget)));
            seen.most.push_back(std::min(open, seen.budget));
        }
        return seen;
    }

    struct bound {
        std::int64_t value = 0;
        std::vector<std::int64_t> price;
        columns order; ///< free columns, dearest first
        std::vector<std::int64_t> hits;
    };
    [[nodiscard]] bound bound_of(const view& seen, const std::vector<int>& multipliers) const {
        bound made;
        made.price.assign(k_, 0);
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            std::int64_t best = 0;
            std::int64_t at = -1;
            for (std::int64_t x = seen.least[i]; x <= seen.most[i]; ++x) {
                const std::int64_t cost = habits_.scale * loss(rows_[i], seen.hits[i] + x) + multipliers[i] * x;
                if (at < 0 || cost < best) {
                    best = cost;
                    at = x;
                }
            }
            made.value += best;
            made.hits.push_back(at);
            for (std::uint32_t j : rows_[i].columns) made.price[j] += multipliers[i];
        }
        for (std::uint32_t j = 0; j < k_; ++j) {
            if (value_[j] < 0) made.order.push_back(j);
        }
        std::ranges::stable_sort(made.order, std::greater<>(), [&](std::uint32_t j) { return made.price[j]; });
        for (std::size_t i = 0; i < static_cast<std::size_t>(seen.budget); ++i) made.value -= made.price[made.order[i]];
        return made;
    }

    /// Undecided rows of a column.
    [[nodiscard]] std::vector<std::size_t> undecided(const view& seen, std::uint32_t column) const {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const bool holds = std::ranges::binary_search(rows_[i].columns, column);
            if (holds && loss(rows_[i], seen.hits[i] + seen.least[i]) != loss(rows_[i], seen.hits[i] + seen.most[i])) {
                found.push_back(i);
            }
        }
        return found;
    }
    [[nodiscard]] bool within(const view& seen, std::uint32_t column, std::uint32_t other) const {
        return std::ranges::includes(undecided(seen, other), undecided(seen, column));
    }

    [[nodiscard]] static std::vector<std::uint16_t> written(const std::vector<int>& multipliers) {
        return {multipliers.begin(), multipliers.end()};
    }

    void set(const columns& which, int value) {
        for (std::uint32_t j : which) value_[j] = value;
    }

    void search(election::tree_writer& tree, std::vector<int> multipliers) {
        const view start = look();
        const std::vector<int> kept = value_;
        if (start.budget < 0 || start.budget > start.free) {
            ++nodes_;
            return tree.closed();
        }
        if (happens(habits_.elsewhere)) {
            ++nodes_;
            const std::uint64_t id = ++last_tree_;
            tree.see(id);
            columns zeros;
            columns ones;
            for (std::uint32_t j = 0; j < k_; ++j) {
                if (value_[j] >= 0) (value_[j] == 0 ? zeros : ones).push_back(j);
            }
            election::tree_writer other;
            other.begin(id, zeros, ones);
            const double elsewhere = std::exchange(habits_.elsewhere, habits_.elsewhere / 2);
            search(other, multipliers);
            habits_.elsewhere = elsewhere;
            trees_.push_back(other.take());
            return;
        }
        bound best = bound_of(start, multipliers);
        std::vector<int> best_multipliers = multipliers;
        const std::int64_t target = target_ * habits_.scale;
        for (int step = 0; step < habits_.steps && best.value <= target; ++step) {
            const bound now = bound_of(start, multipliers);
            if (now.value > best.value) {
                best = now;
                best_multipliers = multipliers;
            }
            for (std::size_t i = 0; i < rows_.size(); ++i) {
                int chosen = 0;
                for (std::size_t p = 0; p < static_cast<std::size_t>(start.budget); ++p) {
                    chosen += std::ranges::binary_search(rows_[i].columns, now.order[p]) ? 1 : 0;
                }
                const int direction = static_cast<int>(now.hits[i]) - chosen; // negative: hits are bought too cheaply
                const int move = std::uniform_int_distribution<>(1, static_cast<int>(habits_.scale) / 4)(random_);
                multipliers[i] = std::clamp(multipliers[i] + direction * move, 0, 4000);
            }
        }
        if (const bound now = bound_of(start, multipliers); now.value > best.value) {
            best = now;
            best_multipliers = multipliers;
        }
        multipliers = best_multipliers;
        if (best.value > target) {
            ++nodes_;
            return tree.prune(written(multipliers));
        }
        if (start.free <= 8 && happens(habits_.enumerate)) {
            ++nodes_;
            return tree.enumerated();
        }
        if (happens(habits_.fix)) fix(tree, start, best, multipliers);
        const view now = look();
        columns free;
        for (std::uint32_t j = 0; j < k_; ++j) {
            if (value_[j] < 0) free.push_back(j);
        }
        ++nodes_;
        if (now.budget < 0 || now.budget > now.free || free.empty()) {
            tree.closed(); // false where everything is decided and the claim does not hold
        } else {
            branch(tree, now, free, multipliers);
        }
        value_ = kept;
    }

    void fix(election::tree_writer& tree, const view& seen, const bound& known, const std::vector<int>& multipliers) {
        const auto budget = static_cast<std::size_t>(seen.budget);
        columns zeros;
        columns ones;
        columns more_zeros;
        columns more_ones;
        for (std::size_t p = 0; p < known.order.size(); ++p) {
            const std::uint32_t j = known.order[p];
            if (p >= budget && budget > 0 &&
                known.value + known.price[known.order[budget - 1]] - known.price[j] > target_ * habits_.scale) {
                zeros.push_back(j);
            }
            if (p < budget && budget < known.order.size() &&
                known.value + known.price[j] - known.price[known.order[budget]] > target_ * habits_.scale) {
                ones.push_back(j);
            }
        }
        if (zeros.empty() && ones.empty()) return;
        if (happens(habits_.dominate)) {
            for (std::uint32_t j : known.order) {
                const auto is = [&](const columns& list) { return std::ranges::find(list, j) != list.end(); };
                if (is(zeros) || is(ones)) continue;
                const bool zero =
                    std::ranges::any_of(zeros, [&](std::uint32_t other) { return within(seen, j, other); }) ||
                    std::ranges::any_of(more_zeros, [&](std::uint32_t other) { return within(seen, j, other); });
                const bool one = std::ranges::any_of(ones, [&](std::uint32_t other) { return within(seen, other, j); });
                if (zero) {
                    more_zeros.push_back(j);
                } else if (one) {
                    more_ones.push_back(j);
                }
            }
        }
        tree.fix(zeros, ones, more_zeros, more_ones, written(multipliers));
        set(zeros, 0);
        set(more_zeros, 0);
        set(ones, 1);
        set(more_ones, 1);
    }

    void branch(election::tree_writer& tree, const view& seen, const columns& free, const std::vector<int>& multipliers) {
        const std::uint32_t column = free[std::uniform_int_distribution<std::size_t>(0, free.size() - 1)(random_)];
        columns zeros;
        columns ones;
        for (std::uint32_t j : free) {
            if (j == column || !happens(habits_.dominate)) continue;
            if (within(seen, j, column)) {
                zeros.push_back(j);
            } else if (within(seen, column, j)) {
                ones.push_back(j);
            }
        }
        const int first = happens(0.5) ? 1 : 0;
        tree.branch(column, first, zeros, ones);
        const std::vector<int> kept = value_;
        for (int child : {first, 1 - first}) {
            value_[column] = child;
            set(child == 0 ? zeros : ones, child);
            search(tree, multipliers);
            value_ = kept;
        }
    }

    std::mt19937& random_;
    certificate_habits habits_;
    std::size_t k_ = 0;
    std::int64_t budget_ = 0;
    std::vector<int> value_;
    std::vector<row> rows_;
    std::int64_t tie_loss_ = 0;
    std::int64_t target_ = 0;
    std::vector<std::string> trees_;
    std::uint64_t last_tree_ = 0;
    std::uint64_t nodes_ = 0;
};

/// A certificate of a claim about a code and a model, with the given witness and a proof by certificate_maker for every truth.
inline election::certificate made_certificate(const election::packed_allocation& code, const election::exact_model& model,
                                              election::margin_claim claim, std::int64_t margin, std::string witness,
                                              std::mt19937& random, certificate_habits habits = {}) {
    election::certificate made = election::certificate_about(code, model);
    made.claim = claim;
    made.margin = margin;
    made.witness = std::move(witness);
    if (claim == election::margin_claim::at_most) return made;
    std::int64_t loss = margin + static_cast<std::int64_t>(code.workers());
    if (!model.weights.empty()) loss = std::accumulate(model.weights.begin(), model.weights.end(), margin);
    for (int truth : {1, -1}) {
        if (truth < 0 && is_symmetric(model.ties)) continue;
        made.sides.push_back({truth, loss, certificate_maker(code, model, truth, loss, random, habits).proof()});
    }
    return made;
}

/// The same for the plain model.
inline election::certificate made_certificate(const election::packed_allocation& code, election::tie_policy ties,
                                              election::margin_claim claim, std::int64_t margin, std::string witness,
                                              std::mt19937& random, certificate_habits habits = {}) {
    election::exact_model model;
    model.ties = ties;
    return made_certificate(code, model, claim, margin, std::move(witness), random, habits);
}

} // namespace election_test
