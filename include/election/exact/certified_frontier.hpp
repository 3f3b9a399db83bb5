// SPDX-License-Identifier: MIT
// certified_frontier: runs the dynamic program that a certificate gives the order of.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <election/exact/certificate_lines.hpp>
#include <election/exact/certified_problem.hpp>
#include <election/exact/certified_step.hpp>

namespace election::detail {

/// Gone through column by column, keeps for each state the loss that its best choice may still meet: what hits the rows that can still
/// turn have, and for that every number of losers so far.
///
/// A row that holds more than half of the columns is followed by the others: all losers that are not among these are its hits.
class certified_frontier {
public:
    certified_frontier(const certified_problem& problem, std::int64_t target) : problem_(problem), target_(target) {}

    /// Whether all choices have more loss than the target.
    /// \param order  columns, each once; all columns of rows that can turn
    [[nodiscard]] bool run(const std::vector<std::uint32_t>& order, certificate_lines& lines) {
        lay_out(order, lines);
        if (target_ < constant_) return true;
        const auto allowed = static_cast<std::uint64_t>(target_ - constant_);
        return allowed < std::numeric_limits<std::uint16_t>::max() ? all_exceed<std::uint16_t>(order, allowed)
                                                                   : all_exceed<std::uint64_t>(order, allowed);
    }

private:
    using state = std::array<std::uint64_t, 4>; ///< fields, one a row that has begun: 0 settled, else hits + 1

    /// States after some columns. A state has a value for each number of losers: one more than the loss that may still come, so that 0
    /// is for choices with more loss than the target and for none.
    template <class Value>
    struct layer {
        struct entry {
            state key;
            std::size_t begin, end; ///< losers outside of these have a value of 0
        };
        std::size_t first, last; ///< losers that there may be
        std::size_t width = last - first + 1;
        std::vector<entry> states = {};
        std::vector<Value> values = {};      ///< `width` a state
        std::vector<std::size_t> table = {}; ///< where the states are by their hash; a power of two, at most half full

        static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

        /// Takes choices that lead to a state after they met a further loss.
        /// \param from  values for `begin` losers and more
        void add(const state& key, const Value* from, std::size_t begin, std::size_t end, Value loss) {
            for (; begin < end && (begin < first || *from <= loss); ++begin) ++from;
            while (begin < end && (end - 1 > last || from[end - 1 - begin] <= loss)) --end;
            if (begin == end) return;
            const std::size_t at = place_of(key);
            states[at].begin = std::min(states[at].begin, begin);
            states[at].end = std::max(states[at].end, end);
            Value* to = values.data() + at * width + (begin - first);
            for (std::size_t i = 0; i < end - begin; ++i) {
                to[i] = std::max(to[i], static_cast<Value>(std::max(from[i], loss) - loss));
            }
        }
        [[nodiscard]] std::size_t place_of(const state& key) {
            if (2 * (states.size() + 1) > table.size()) {
                table.assign(std::max<std::size_t>(16, 4 * states.size()), none);
                for (std::size_t i = 0; i < states.size(); ++i) slot_of(states[i].key) = i;
            }
            std::size_t& slot = slot_of(key);
            if (slot == none) {
                slot = states.size();
                states.push_back({key, last + 1, 0});
                values.resize(values.size() + width, 0);
            }
            return slot;
        }
        [[nodiscard]] std::size_t& slot_of(const state& key) {
            std::uint64_t hash = 0;
            for (std::uint64_t word : key) {
                hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
                hash ^= hash >> 29;
            }
            std::size_t slot = hash & (table.size() - 1);
            while (table[slot] != none && states[table[slot]].key != key) slot = (slot + 1) & (table.size() - 1);
            return table[slot];
        }
    };

    /// How a row is followed, and where the number of losers among its columns, or among the others, is while it is open.
    struct field {
        const certified_problem::row* row;
        bool by_others;         ///< followed by the columns that it does not hold
        std::int64_t open;      ///< columns to come
        std::size_t begin;      ///< places in the order of the first of them …
        std::size_t end;        ///< … and behind the last
        std::int64_t limit = 0; ///< losers from which on the loss stays
        unsigned bit = 0;       ///< lowest bit
        unsigned bits = 0;      ///< how many

        [[nodiscard]] bool follows(std::uint32_t column) const {
            return std::ranges::binary_search(row->columns, column) != by_others;
        }
    };
    /// What the current column does to a row that holds it, by what its field has.
    struct change {
        std::uint64_t flip = 0; ///< of the word
        std::uint64_t loss = 0; ///< if it is settled now
    };
    struct turn {
        std::size_t word;
        unsigned shift;
        std::uint64_t mask;                         ///< 0 where the row begins
        std::vector<std::array<change, 2>> changes; ///< if the column does not lose, and if it does
    };

    template <class Value>
    [[nodiscard]] bool all_exceed(const std::vector<std::uint32_t>& order, std::uint64_t allowed) {
        const auto budget = static_cast<std::size_t>(problem_.budget());
        layer<Value> now{0, 0};
        now.add(state{}, std::array{static_cast<Value>(allowed + 1)}.data(), 0, 1, 0);
        for (std::size_t i = 0; i < order.size(); ++i) {
            const std::vector<turn> turns = turns_by(order[i], i);
            const std::size_t left = problem_.columns() - i - 1;
            layer<Value> next{budget - std::min(budget, left), std::min(budget, i + 1)};
            for (std::size_t s = 0; s < now.states.size(); ++s) {
                const auto& old = now.states[s];
                const Value* from = now.values.data() + s * now.width + (old.begin - now.first);
                for (std::size_t loses : {0U, 1U}) {
                    state made = old.key;
                    std::uint64_t loss = 0;
                    for (const turn& t : turns) {
                        const change& c = t.changes[old.key[t.word] >> t.shift & t.mask][loses];
                        made[t.word] ^= c.flip;
                        loss += c.loss;
                    }
                    if (loss > allowed) continue;
                    next.add(made, from, old.begin + loses, old.end + loses, static_cast<Value>(loss));
                }
            }
            now = std::move(next);
        }
        return now.states.empty(); // every row is settled now, and the columns that are left turn none
    }

    /// What a column does to the rows that hold it. A row is settled as soon as no choice of the columns to come changes its loss.
    [[nodiscard]] std::vector<turn> turns_by(std::uint32_t column, std::size_t place) {
        std::vector<turn> turns;
        for (field& f : fields_) {
            if (place < f.begin || place >= f.end || !f.follows(column)) continue;
            --f.open;
            const unsigned shift = f.bit % 64;
            const bool begins = place == f.begin;
            turn& made = turns.emplace_back(turn{f.bit / 64, shift, begins ? 0 : (std::uint64_t{1} << f.bits) - 1, {}});
            const auto add = [&](std::uint64_t stored, std::int64_t losers) {
                auto& changes = made.changes.emplace_back();
                for (std::int64_t loses : {0, 1}) {
                    const std::int64_t loss = loss_with(f, losers + loses);
                    const bool open = loss != loss_with(f, losers + loses + f.open);
                    const auto next = open ? static_cast<std::uint64_t>(losers + loses + 1) : 0;
                    changes[static_cast<std::size_t>(loses)] = {(stored ^ next) << shift,
                                                                open ? 0 : static_cast<std::uint64_t>(loss)};
                }
            };
            if (begins) {
                add(0, 0);
                continue;
            }
            made.changes.emplace_back(); // settled before
            for (std::int64_t losers = 0; losers < f.limit; ++losers) add(static_cast<std::uint64_t>(losers + 1), losers);
        }
        return turns;
    }

    /// The loss of a row with so many losers among the columns that it is followed by: it falls with its own, and rises with the others.
    [[nodiscard]] std::int64_t loss_with(const field& f, std::int64_t losers) const noexcept {
        return problem_.loss(*f.row, f.by_others ? std::max<std::int64_t>(0, problem_.budget() - losers) : losers);
    }

    void lay_out(const std::vector<std::uint32_t>& order, certificate_lines& lines) {
        std::vector<std::size_t> place(problem_.columns(), order.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            require_step(place[order[i]] == order.size(), "column ", order[i], " is there twice");
            place[order[i]] = i;
        }
        for (const certified_problem::row& r : problem_.rows()) {
            if (!problem_.varies(r)) {
                constant_ += problem_.least_alone(r);
                continue;
            }
            for (std::uint32_t j : r.columns) {
                require_step(place[j] < order.size(), "column ", j, " turns votes and is not there");
            }
            const auto all = static_cast<std::int64_t>(problem_.columns());
            field made{&r, 2 * r.load > all && order.size() == problem_.columns(), 0, order.size(), 0};
            for (std::uint32_t j = 0; j < problem_.columns(); ++j) {
                if (!made.follows(j)) continue;
                ++made.open;
                made.begin = std::min(made.begin, place[j]);
                made.end = std::max(made.end, place[j] + 1);
            }
            while (loss_with(made, made.limit) != loss_with(made, made.open)) ++made.limit;
            made.bits = static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(made.limit)));
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

    const certified_problem& problem_;
    std::int64_t target_;
    std::int64_t constant_ = 0;
    std::vector<field> fields_;
};

} // namespace election::detail
