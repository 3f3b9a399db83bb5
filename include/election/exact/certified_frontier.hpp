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
            if (!problem_.varies(r)) {
                constant_ += problem_.least_alone(r);
                continue;
            }
            field made{&r, r.load, order.size(), 0};
            for (std::uint32_t j : r.columns) {
                require_step(place[j] < order.size(), "column ", j, " turns votes and is not there");
                made.begin = std::min(made.begin, place[j]);
                made.end = std::max(made.end, place[j] + 1);
            }
            made.bits = static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(r.wrong_from)));
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

} // namespace election::detail
