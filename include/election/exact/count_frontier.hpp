// SPDX-License-Identifier: MIT
// count_frontier(): how many choices have at most a given loss, by a table over the columns one after the other.
#pragma once

// Why it is right. The table is that of solve_frontier(), whose states say all that the rest of the loss depends on. Let s be the slack,
// the given loss less the least one. A choice within the given loss begins with columns whose loss so far is at most s above the least of
// their state and number of losers: otherwise those of the least loss, with the same rest, would have less than the least loss of all.
// So of each entry the losses least … least + s are kept, with the number of beginnings that have each. With s = 0 that is one number an
// entry; it adds up where two ways to an entry have the same loss, and starts again where one has less.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/big_count.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/frontier.hpp>
#include <election/exact/frontier_order.hpp>
#include <election/exact/frontier_rows.hpp>

namespace election {

/// When two choices are the same.
enum class choice_identity : std::uint8_t {
    columns, ///< the same columns lose
    pairs    ///< of columns 2j and 2j + 1, which the same rows hold, equally many lose: ternary signs, see exact_model
};

/// How many choices a table has counted.
struct frontier_count {
    big_count count;          ///< within the given loss
    std::uint64_t states = 0; ///< after all columns together
};

namespace detail {

/// Columns that one step of a table takes.
[[nodiscard]] constexpr std::size_t columns_a_step(choice_identity identity) noexcept {
    return identity == choice_identity::pairs ? 2 : 1;
}

/// \throws parameter_error  columns that come in pairs and do not
inline void require_identity(const cover_problem& problem, choice_identity identity, const char* where) {
    if (identity == choice_identity::columns) return;
    require(problem.columns % 2 == 0, where, "columns", problem.columns, "must be pairs");
    for (const cover_row& row : problem.rows) {
        bool pairs = row.columns.size() % 2 == 0;
        for (std::size_t i = 0; pairs && i < row.columns.size(); i += 2) {
            pairs = row.columns[i] % 2 == 0 && row.columns[i + 1] == row.columns[i] + 1;
        }
        require(pairs, where, "columns of a row", row.columns.size(), "must be pairs");
    }
}

/// The rows by steps: every step stands for one column, or for two that are alike.
[[nodiscard]] inline std::vector<frontier_row> rows_by_step(const frontier_rows& rows, std::size_t each) {
    std::vector<frontier_row> result = rows.rows;
    for (frontier_row& row : result) {
        std::vector<std::uint32_t> steps;
        for (std::size_t i = 0; i < row.columns.size(); i += each) {
            steps.push_back(row.columns[i] / static_cast<std::uint32_t>(each));
        }
        row.columns = std::move(steps);
    }
    return result;
}

/// Steps in the order in which their first columns come.
[[nodiscard]] inline std::vector<std::uint32_t> order_by_step(std::span<const std::uint32_t> order, std::size_t each) {
    std::vector<std::uint32_t> steps;
    std::vector<char> seen(order.size(), 0);
    for (std::uint32_t column : order) {
        const auto step = column / static_cast<std::uint32_t>(each);
        if (seen[step]++ == 0) steps.push_back(step);
    }
    return steps;
}

/// Numbers of many words, one behind the other: an entry's counts, that of its least loss first.
struct entry_counts {
    /// to += from, with as many words or fewer; it does not overflow.
    static void add(std::uint64_t* to, std::size_t words, const std::uint64_t* from, std::size_t from_words) noexcept {
        std::uint64_t carry = 0;
        for (std::size_t i = 0; i < from_words; ++i) {
            const std::uint64_t with_carry = from[i] + carry;
            carry = with_carry < carry ? 1 : 0;
            to[i] += with_carry;
            carry += to[i] < with_carry ? 1 : 0;
        }
        for (std::size_t i = from_words; carry != 0 && i < words; ++i) carry = ++to[i] == 0 ? 1 : 0;
    }
};

/// The table of counts.
class counting_table {
public:
    /// \param slack  losses above the least that count, in rows.unit
    counting_table(const frontier_rows& rows, std::vector<std::uint32_t> order, std::size_t each, std::size_t budget,
                   std::int64_t slack, const frontier_options& options)
        : rows_(rows_by_step(rows, each)), unit_(rows.unit), order_(order_by_step(order, each)), each_(each),
          budget_(budget), slack_(slack), options_(options), layout_(rows_, order_), index_(layout_.words()),
          clock_(options, order_.size()), next_key_(layout_.words()) {}

    /// \returns how many there are, or nothing where it gave up
    [[nodiscard]] std::optional<frontier_count> run() {
        layer now;
        now.width = 1;
        now.words = 1;
        now.keys.assign(layout_.words(), 0);
        now.least = {0};
        now.counts.assign(static_cast<std::size_t>(slack_) + 1, 0);
        now.counts[0] = 1;
        frontier_count result;
        for (std::size_t p = 0; p < order_.size(); ++p) {
            layer next;
            if (!step(p, now, next)) return std::nullopt;
            result.states += next.states();
            now = std::move(next);
        }
        for (std::int64_t loss = 0; loss <= slack_; ++loss) {
            const std::uint64_t* words = now.counts.data() + static_cast<std::size_t>(loss) * now.words;
            big_count sum;
            for (std::size_t i = now.words; i-- > 0;) {
                sum = sum * big_count(std::uint64_t{1} << 32) * big_count(std::uint64_t{1} << 32);
                sum += words[i];
            }
            result.count += sum;
        }
        return result;
    }

private:
    static constexpr std::int64_t impossible = std::numeric_limits<std::int64_t>::max();

    struct layer {
        std::size_t first = 0;             ///< losers of entry 0
        std::size_t width = 0;             ///< entries of a state
        std::size_t words = 0;             ///< of a count
        std::vector<std::uint64_t> keys;   ///< words of the states
        std::vector<std::int64_t> least;   ///< loss of an entry so far, the least
        std::vector<std::uint64_t> counts; ///< of each entry's losses from the least on

        [[nodiscard]] std::size_t states() const noexcept { return least.size() / width; }
        [[nodiscard]] std::size_t bytes() const noexcept {
            return (keys.size() + least.size() + counts.size()) * sizeof(std::uint64_t);
        }
    };
    /// What one step does to a row that needs so much, by how many of its columns lose.
    struct change {
        std::uint64_t flip[3] = {0, 0, 0};
        std::int64_t cost[3] = {0, 0, 0};
    };
    struct move {
        std::size_t word = 0;
        unsigned shift = 0;
        std::uint64_t mask = 0; ///< 0 for a row that opens
        std::size_t changes = 0;
    };

    void prepare(std::size_t p) {
        moves_.clear();
        changes_.clear();
        for (const frontier_layout::touch& t : layout_.touches(p)) {
            const frontier_row& row = rows_[t.row];
            const frontier_layout::slot& slot = layout_.slot_of(t.row);
            const auto left = static_cast<std::uint32_t>(t.left * each_);
            moves_.push_back({slot.word, slot.shift, t.opens ? 0 : slot.mask, changes_.size()});
            const auto add = [&](std::uint64_t from, std::uint32_t needs) {
                change c;
                for (std::uint32_t hits = 0; hits <= each_; ++hits) {
                    const std::uint32_t needed = needs > hits ? needs - hits : 0;
                    std::uint64_t to = needed;
                    if (!row.is_open(needed, left)) {
                        to = 0;
                        c.cost[hits] = row.cost(row.threshold - needed) / unit_;
                    }
                    c.flip[hits] = (from ^ to) << slot.shift;
                }
                changes_.push_back(c);
            };
            if (t.opens) {
                add(0, row.threshold);
            } else {
                changes_.emplace_back(); // decided before
                for (std::uint32_t needs = 1; needs <= row.threshold; ++needs) add(needs, needs);
            }
        }
    }

    [[nodiscard]] bool step(std::size_t p, const layer& now, layer& next) {
        prepare(p);
        const std::size_t left = (order_.size() - p - 1) * each_;
        next.first = budget_ > left ? budget_ - left : 0;
        next.width = std::min(budget_, (p + 1) * each_) - next.first + 1;
        // After q columns there are at most 2^q beginnings.
        next.words = (p + 1) * each_ / 64 + 1;
        index_.reset(now.states());
        for (std::size_t s = 0; s < now.states(); ++s) {
            if (s % 64 == 0 && (clock_.should_stop(p) || now.bytes() + next.bytes() > options_.max_bytes)) return false;
            const std::uint64_t* key = now.keys.data() + s * layout_.words();
            for (std::size_t hits = 0; hits <= each_; ++hits) {
                std::copy_n(key, layout_.words(), next_key_.begin());
                std::int64_t cost = 0;
                for (const move& m : moves_) {
                    const change& c = changes_[m.changes + (key[m.word] >> m.shift & m.mask)];
                    next_key_[m.word] ^= c.flip[hits];
                    cost += c.cost[hits];
                }
                enter(now, s, hits, cost, next);
            }
            if (next.states() > options_.max_states) return false;
        }
        return true;
    }

    void enter(const layer& now, std::size_t s, std::size_t hits, std::int64_t cost, layer& next) {
        const std::size_t begin = std::max(now.first + hits, next.first);
        const std::size_t end = std::min(now.first + now.width + hits, next.first + next.width);
        const std::int64_t* least = now.least.data() + s * now.width;
        const auto has_any = [&] {
            for (std::size_t m = begin; m < end; ++m) {
                if (least[m - hits - now.first] != impossible) return true;
            }
            return false;
        };
        if (begin >= end || !has_any()) return;
        const auto [state, is_new] = index_.find_or_add(next.keys, next_key_.data());
        const std::size_t losses = static_cast<std::size_t>(slack_) + 1;
        if (is_new) {
            next.least.resize(next.least.size() + next.width, impossible);
            next.counts.resize(next.counts.size() + next.width * losses * next.words, 0);
        }
        for (std::size_t m = begin; m < end; ++m) {
            const std::size_t from = s * now.width + m - hits - now.first;
            if (now.least[from] == impossible) continue;
            const std::size_t to = std::size_t{state} * next.width + m - next.first;
            const std::uint64_t* source = now.counts.data() + from * losses * now.words;
            std::uint64_t* target = next.counts.data() + to * losses * next.words;
            const std::int64_t loss = now.least[from] + cost;
            if (loss < next.least[to]) {
                // What is there moves up, or out.
                const std::int64_t up = next.least[to] == impossible ? slack_ + 1 : next.least[to] - loss;
                for (std::int64_t i = slack_; i >= 0; --i) {
                    std::uint64_t* place = target + static_cast<std::size_t>(i) * next.words;
                    if (i >= up) {
                        std::copy_n(target + static_cast<std::size_t>(i - up) * next.words, next.words, place);
                    } else {
                        std::fill_n(place, next.words, std::uint64_t{0});
                    }
                }
                next.least[to] = loss;
            }
            for (std::int64_t i = loss - next.least[to]; i <= slack_; ++i) {
                entry_counts::add(target + static_cast<std::size_t>(i) * next.words, next.words,
                                  source + static_cast<std::size_t>(i - (loss - next.least[to])) * now.words, now.words);
            }
        }
    }

    std::vector<frontier_row> rows_; ///< by steps
    std::int64_t unit_;
    std::vector<std::uint32_t> order_; ///< of steps
    std::size_t each_;                 ///< columns of a step
    std::size_t budget_;
    std::int64_t slack_;
    const frontier_options& options_;
    frontier_layout layout_;
    frontier_index index_;
    frontier_clock clock_;
    std::vector<std::uint64_t> next_key_;
    std::vector<move> moves_;
    std::vector<change> changes_;
};

} // namespace detail

/// Counts the choices whose loss is at most a given one by a table over the columns in a given order.
/// \param problem   any
/// \param loss      the least one for the best choices; more for all up to it
/// \param plan      whose order is taken: plan_frontier(), or one's own; pairs come together where the first of them is
/// \param identity  when two choices are the same
/// \param options   when to give up
/// \returns how many, exactly; nothing if it gave up
/// \throws parameter_error  a problem that breaks an invariant, an order that is none, no states, a time limit that is not positive, columns
///                          that are not the pairs that they should be
/// \par Complexity
/// a table of solve_frontier() first, for the least loss; then O(states·(rows of a column + budget·losses·columns / 64)), where losses are
/// those from the least one to the given one
///
/// \code
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3}; // whoever loses, two votes stay right
/// assert(election::count_frontier(uncoded, 4, election::plan_frontier(uncoded))->count == election::big_count(3));
/// \endcode
[[nodiscard]] inline std::optional<frontier_count> count_frontier(const cover_problem& problem, std::int64_t loss,
                                                                  const frontier_plan& plan,
                                                                  choice_identity identity = choice_identity::columns,
                                                                  const frontier_options& options = {}) {
    detail::require_valid(problem, "count_frontier");
    detail::require_identity(problem, identity, "count_frontier");
    detail::require_valid(options, "count_frontier");
    detail::require_order(plan.order, problem.columns, "count_frontier");
    const frontier_rows rows = make_frontier_rows(problem);
    const auto start = std::chrono::steady_clock::now();
    std::int64_t most = 0; // of all choices, in units
    for (const frontier_row& row : rows.rows) most += std::max(row.below, row.above) / rows.unit;
    const auto least = detail::with_frontier_value(rows, [&](auto zero) -> std::optional<std::int64_t> {
        detail::frontier_table<decltype(zero)> table(rows, plan.order, problem.budget, options);
        if (!table.run(false)) return std::nullopt;
        return static_cast<std::int64_t>(table.costs().front());
    });
    if (!least) return std::nullopt;
    if (loss < rows.constant + *least * rows.unit) return frontier_count{};
    frontier_options rest = options;
    if (rest.time_limit) {
        *rest.time_limit -= std::chrono::steady_clock::now() - start;
        if (rest.time_limit->count() <= 0) return std::nullopt;
    }
    const std::int64_t slack = std::min((loss - rows.constant) / rows.unit, most) - *least;
    return detail::counting_table(rows, plan.order, detail::columns_a_step(identity), problem.budget, slack, rest).run();
}

} // namespace election
