// SPDX-License-Identifier: MIT
// What every presolve step has to keep, checked by trying all choices of the problem before and after.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include <doctest/doctest.h>
#include <election/exact/cover_problem.hpp>
#include <election/exact/cover_reference.hpp>
#include <election/exact/presolved.hpp>

namespace election_test {

/// Calls visit(losers) for every choice of the problem's budget.
inline void for_each_choice(const election::cover_problem& problem,
                            const std::function<void(const std::vector<std::uint32_t>&)>& visit) {
    std::vector<std::uint32_t> losers;
    const std::function<void(std::uint32_t)> choose = [&](std::uint32_t from) {
        if (losers.size() == problem.budget) return visit(losers);
        for (std::uint32_t column = from; column < problem.columns; ++column) {
            losers.push_back(column);
            choose(column + 1);
            losers.pop_back();
        }
    };
    choose(0);
}

/// Requires that a presolved problem stands for the original: the invariants of `presolved`, and labels that fit.
inline void require_equivalent(const election::cover_problem& original, const election::presolved& state) {
    election::detail::require_valid(state.problem, "require_equivalent");
    REQUIRE(state.columns.size() == state.problem.columns);
    REQUIRE(state.rows.size() == state.problem.rows.size());
    REQUIRE(std::is_sorted(state.columns.begin(), state.columns.end()));
    std::vector<char> seen(original.rows.size(), 0);
    for (std::size_t i = 0; i < state.rows.size(); ++i) {
        REQUIRE(!state.rows[i].empty());
        REQUIRE(std::is_sorted(state.rows[i].begin(), state.rows[i].end()));
        std::size_t weight = 0;
        for (std::size_t row : state.rows[i]) {
            REQUIRE(seen.at(row)++ == 0);
            weight += original.rows[row].weight;
            for (std::uint32_t column : state.problem.rows[i].columns) {
                REQUIRE(std::ranges::binary_search(original.rows[row].columns, state.columns[column]));
            }
        }
        REQUIRE(weight == state.problem.rows[i].weight);
    }
    for_each_choice(state.problem, [&](const std::vector<std::uint32_t>& losers) {
        const std::vector<std::uint32_t> expanded = state.expand(losers);
        REQUIRE(expanded.size() == original.budget);
        REQUIRE(std::adjacent_find(expanded.begin(), expanded.end(), std::greater_equal<>()) == expanded.end());
        REQUIRE((expanded.empty() || expanded.back() < original.columns));
        REQUIRE(original.constant + loss_of(original, expanded) == state.problem.constant + loss_of(state.problem, losers));
    });
    const election::cover_answer least = election::solve_cover_reference(original);
    const election::cover_answer smaller = election::solve_cover_reference(state.problem);
    REQUIRE(original.constant + least.loss == state.problem.constant + smaller.loss);
}

} // namespace election_test
