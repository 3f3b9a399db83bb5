// SPDX-License-Identifier: MIT
// certified_circle: the rows of a certificate's question on a circle of columns, and the turns of the circle that keep what they cost.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <vector>

#include <election/exact/certificate_lines.hpp>
#include <election/exact/certified_problem.hpp>
#include <election/exact/certified_symmetries.hpp>

namespace election::detail {

/// What the rows that can turn cost beyond the least, in units, by the losers among places on the circle. A row that holds more than half of
/// the columns is looked at by those that it does not hold: of B losers y are among these if its hits are B − y.
class certified_circle {
public:
    /// Places, ascending, and what the rows there cost together if 0, 1 … all of them lose. Of numbers that no choice has the cost is that
    /// of the nearest number that some choice has.
    using rows_by_places = std::map<std::vector<std::uint32_t>, std::vector<std::int64_t>>;

    /// Reads the rest of a line: all columns in the order of the circle.
    certified_circle(const certified_problem& problem, certificate_lines& lines)
        : columns_(problem.columns()), budget_(static_cast<std::size_t>(problem.budget())) {
        const std::vector<std::uint32_t> order = read_all_columns(problem, lines);
        lines.expect_end();
        std::vector<std::uint32_t> place(columns_);
        for (std::uint32_t i = 0; i < columns_; ++i) place[order[i]] = i;
        for (const certified_problem::row& r : problem.rows()) {
            constant_ += problem.least_alone(r);
            if (problem.varies(r)) add(problem, r, place);
        }
        std::int64_t unit = 0;
        for (const auto& [places, costs] : rows_) {
            for (std::int64_t cost : costs) unit = std::gcd(unit, cost);
        }
        unit_ = std::max<std::int64_t>(1, unit);
        for (auto& [places, costs] : rows_) {
            for (std::int64_t& cost : costs) cost /= unit_;
        }
    }

    [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
    [[nodiscard]] std::size_t budget() const noexcept { return budget_; }
    [[nodiscard]] const rows_by_places& rows() const noexcept { return rows_; }

    /// Whether the rows cost the same wherever the circle is turned by so many places.
    [[nodiscard]] bool is_closed_under_steps_of(std::size_t step) const {
        return keeps_rows([&](std::size_t place) { return (place + step) % columns_; });
    }
    /// Whether they cost the same if it is read backwards.
    [[nodiscard]] bool is_closed_under_reflection() const {
        return keeps_rows([&](std::size_t place) { return columns_ - 1 - place; });
    }

    /// Tells the smallest kind of numbers that holds it how many units a choice must cost to have more loss than the target.
    /// \param exceeds  called with that number, at least 1, unless all choices have more; says whether all choices cost so much
    template <class Exceeds>
    [[nodiscard]] bool with_enough(std::int64_t target, const Exceeds& exceeds) const {
        if (target < constant_) return true;
        const auto enough = static_cast<std::uint64_t>((target - constant_) / unit_) + 1;
        if (enough <= std::numeric_limits<std::uint8_t>::max()) return exceeds(static_cast<std::uint8_t>(enough));
        if (enough <= std::numeric_limits<std::uint16_t>::max()) return exceeds(static_cast<std::uint16_t>(enough));
        return exceeds(enough);
    }

private:
    void add(const certified_problem& problem, const certified_problem::row& r, const std::vector<std::uint32_t>& place) {
        std::vector<char> held(columns_, 0);
        for (std::uint32_t j : r.columns) held[place[j]] = 1;
        const bool by_others = 2 * r.columns.size() > columns_;
        std::vector<std::uint32_t> places;
        for (std::uint32_t i = 0; i < columns_; ++i) {
            if ((held[i] != 0) != by_others) places.push_back(i);
        }
        std::vector<std::int64_t>& costs = rows_[places];
        costs.resize(places.size() + 1, 0);
        const std::int64_t fewest = certified_problem::fewest(r.load, static_cast<std::int64_t>(columns_), problem.budget());
        const std::int64_t most = certified_problem::most(r.load, problem.budget());
        for (std::size_t losers = 0; losers < costs.size(); ++losers) {
            const auto here = static_cast<std::int64_t>(losers);
            const std::int64_t hits = std::clamp(by_others ? problem.budget() - here : here, fewest, most);
            costs[losers] += problem.loss(r, hits) - problem.least_alone(r);
        }
    }

    /// Different places have different images, so that all rows are images if all images are rows.
    template <class Image>
    [[nodiscard]] bool keeps_rows(const Image& image) const {
        return std::ranges::all_of(rows_, [&](const auto& row) {
            std::vector<std::uint32_t> moved;
            for (std::uint32_t place : row.first) moved.push_back(static_cast<std::uint32_t>(image(place)));
            std::ranges::sort(moved);
            const auto found = rows_.find(moved);
            return found != rows_.end() && found->second == row.second;
        });
    }

    std::size_t columns_;
    std::size_t budget_;
    std::int64_t constant_ = 0; ///< the least loss of all rows, each by itself
    std::int64_t unit_ = 1;     ///< of loss: all costs are multiples of it
    rows_by_places rows_;
};

/// What is left of allowances after costs: nothing where the cost is as much or more. Both in blocks, which compilers turn into vectors.
inline constexpr std::size_t certified_block = 16;

[[nodiscard]] constexpr std::size_t in_certified_blocks(std::size_t entries) noexcept {
    return (entries + certified_block - 1) / certified_block * certified_block;
}

template <class Value>
[[nodiscard]] constexpr Value left_after(Value allowance, Value cost) noexcept {
    return static_cast<Value>(std::max(allowance, cost) - cost);
}

} // namespace election::detail
