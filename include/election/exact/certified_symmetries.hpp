// SPDX-License-Identifier: MIT
// certified_symmetries: permutations of columns that a certificate names, checked, and the choices that are enough because of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include <election/exact/certificate_lines.hpp>
#include <election/exact/certified_problem.hpp>
#include <election/exact/certified_step.hpp>

namespace election::detail {

/// What the first columns of choices do: 1 loses, 0 does not.
using certified_prefix = std::vector<char>;

/// Reads a list of all columns, each once.
[[nodiscard]] inline std::vector<std::uint32_t> read_all_columns(const certified_problem& problem,
                                                                 certificate_lines& lines) {
    std::vector<std::uint32_t> columns;
    lines.numbers(columns, problem.columns(), "a column");
    if (columns.size() != problem.columns()) {
        lines.malformed(joined({"has a list of ", shown(columns.size()), " columns of ", shown(problem.columns())}));
    }
    std::vector<char> seen(columns.size(), 0);
    for (std::uint32_t column : columns) {
        require_step(seen[column] == 0, "column ", column, " is twice in a list");
        seen[column] = 1;
    }
    return columns;
}

/// Whether a permutation, the image of each column, maps the rows to the rows: as many votes to the same columns and numbers of hits.
/// A choice and its image have the same loss then.
[[nodiscard]] inline bool maps_rows_to_rows(const certified_problem& problem, const std::vector<std::uint32_t>& images) {
    using kind = std::tuple<std::vector<std::uint32_t>, std::int64_t, std::int64_t>;
    std::map<kind, std::int64_t> rows;
    std::map<kind, std::int64_t> mapped;
    for (const certified_problem::row& r : problem.rows()) {
        if (!problem.varies(r)) continue; // whatever it is mapped to, it costs the same
        std::vector<std::uint32_t> moved;
        for (std::uint32_t j : r.columns) moved.push_back(images[j]);
        std::ranges::sort(moved);
        rows[{r.columns, r.tied_from, r.wrong_from}] += r.count;
        mapped[{std::move(moved), r.tied_from, r.wrong_from}] += r.count;
    }
    return rows == mapped;
}

/// The group that the permutations of a certificate generate, in the order of columns that it also names.
class certified_symmetries {
public:
    /// Reads the rest of a line 'orbits': an order of all columns, then permutations.
    certified_symmetries(const certified_problem& problem, certificate_lines& lines) {
        order_ = read_all_columns(problem, lines);
        std::vector<std::vector<std::uint32_t>> generators;
        while (lines.take(" ")) {
            const std::vector<std::uint32_t> images = read_all_columns(problem, lines);
            require_step(maps_rows_to_rows(problem, images), "permutation ", generators.size() + 1,
                         " does not map the rows to the rows");
            generators.push_back(in_order(images));
        }
        lines.expect_end();
        // All products: whatever is left out would only leave more choices to be tried, but a group has its inverses, too.
        std::vector<std::uint32_t> identity(order_.size());
        std::iota(identity.begin(), identity.end(), 0U);
        std::set<std::vector<std::uint32_t>> known{identity};
        elements_ = {identity};
        for (std::size_t i = 0; i < elements_.size(); ++i) {
            for (const std::vector<std::uint32_t>& g : generators) {
                std::vector<std::uint32_t> both;
                for (std::uint32_t place : elements_[i]) both.push_back(g[place]);
                if (!known.insert(both).second) continue;
                if (elements_.size() == most_elements) {
                    lines.malformed(joined({"has symmetries of more than ", shown(most_elements), " elements"}));
                }
                elements_.push_back(std::move(both));
            }
        }
    }

    /// Columns as they are to be decided.
    [[nodiscard]] const std::vector<std::uint32_t>& order() const noexcept { return order_; }
    [[nodiscard]] std::size_t elements() const noexcept { return elements_.size(); }

    /// Prefixes in the order of the columns such that some choice with the least loss of all begins with one of them.
    ///
    /// Read choices as words in that order and call the one *earlier* that has a loser at the first place where they differ. Let z be the
    /// earliest of all choices with the least loss. Images of z have the same loss, so none is earlier. So a prefix may be left out if some
    /// element of the group maps all choices that begin with it to earlier ones: z does not begin with it. And prefixes go on with one column
    /// more, which is a loser or not, whatever z is. ∎
    /// \param losers  of a choice
    /// \param enough  ends with so many prefixes or when all columns are decided; about twice as many at most
    [[nodiscard]] std::vector<certified_prefix> prefixes(std::int64_t losers, std::size_t enough) const {
        std::vector<certified_prefix> now{{}};
        for (std::size_t depth = 0; depth < order_.size() && now.size() < enough; ++depth) {
            std::vector<certified_prefix> next;
            for (const certified_prefix& shorter : now) {
                const std::int64_t lost = std::count(shorter.begin(), shorter.end(), char{1});
                for (const char value : {char{1}, char{0}}) {
                    const auto left = static_cast<std::int64_t>(order_.size() - depth - 1);
                    const std::int64_t to_lose = losers - lost - value;
                    if (to_lose < 0 || to_lose > left) continue;
                    certified_prefix longer = shorter;
                    longer.push_back(value);
                    const auto is_earlier = [&](const std::vector<std::uint32_t>& g) { return earlier(g, longer); };
                    if (std::ranges::none_of(elements_, is_earlier)) next.push_back(std::move(longer));
                }
            }
            now = std::move(next);
        }
        return now;
    }

private:
    static constexpr std::size_t most_elements = 4000;

    /// The same permutation of places in the order.
    [[nodiscard]] std::vector<std::uint32_t> in_order(const std::vector<std::uint32_t>& images) const {
        std::vector<std::uint32_t> place(order_.size());
        for (std::uint32_t i = 0; i < order_.size(); ++i) place[order_[i]] = i;
        std::vector<std::uint32_t> moved;
        for (std::uint32_t column : order_) moved.push_back(place[images[column]]);
        return moved;
    }

    /// Whether all choices z with this prefix have an earlier image: the one with z(g(i)) at place i, which the inverse of g makes.
    [[nodiscard]] static bool earlier(const std::vector<std::uint32_t>& g, const certified_prefix& z) {
        for (std::size_t i = 0; i < z.size() && g[i] < z.size(); ++i) {
            if (z[i] != z[g[i]]) return z[i] == 0;
        }
        return false; // the same as far as both are known
    }

    std::vector<std::uint32_t> order_;
    std::vector<std::vector<std::uint32_t>> elements_; ///< the image of each place
};

} // namespace election::detail
