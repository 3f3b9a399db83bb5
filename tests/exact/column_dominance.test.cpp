// SPDX-License-Identifier: MIT
#include <election/exact/column_dominance.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/exact/cover_reference.hpp>
#include <support/presolve_checks.hpp>
#include <support/random_cover.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

std::set<std::pair<std::uint32_t, std::uint32_t>> pairs_of(const cover_problem& problem) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> pairs;
    const column_dominance dominance(problem);
    for (std::uint32_t c = 0; c < problem.columns; ++c) {
        for (std::uint32_t u = 0; u < problem.columns; ++u) {
            if (dominance.has(c, u)) pairs.emplace(c, u);
        }
    }
    return pairs;
}

} // namespace

TEST_CASE("the largest step of a row, by trying all hits") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    for (int round = 0; round < 300; ++round) {
        const cover_problem problem = election_test::random_cover(random, 8, 6);
        for (const cover_row& row : problem.rows) {
            const hit_range hits = hits_of(row, problem);
            std::int64_t largest = 0;
            for (std::size_t h = hits.fewest; h < hits.most; ++h) {
                largest = std::max(largest, loss_of(row, h) - loss_of(row, h + 1));
            }
            REQUIRE(largest_step(row, problem) == largest);
        }
    }
}

TEST_CASE("some best choice respects all pairs at once, and changing places never raises the loss") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    std::size_t subsets = 0;
    std::size_t by_weight = 0;
    for (int round = 0; round < 1500; ++round) {
        CAPTURE(round);
        const cover_problem problem = election_test::random_cover(random, 8, 7);
        const auto pairs = pairs_of(problem);
        std::int64_t least = std::numeric_limits<std::int64_t>::max();
        std::int64_t least_respecting = std::numeric_limits<std::int64_t>::max();
        election_test::for_each_choice(problem, [&](const std::vector<std::uint32_t>& losers) {
            const std::int64_t loss = loss_of(problem, losers);
            bool respects = true;
            for (const auto& [c, u] : pairs) {
                const auto at = std::ranges::find(losers, c);
                if (at == losers.end() || std::ranges::find(losers, u) != losers.end()) continue;
                respects = false;
                std::vector<std::uint32_t> swapped = losers;
                swapped[static_cast<std::size_t>(at - losers.begin())] = u;
                REQUIRE(loss_of(problem, swapped) <= loss);
            }
            least = std::min(least, loss);
            if (respects) least_respecting = std::min(least_respecting, loss);
        });
        REQUIRE(least_respecting == least);
        const auto rows = rows_of_columns(problem);
        for (std::uint32_t c = 0; c < problem.columns; ++c) {
            for (std::uint32_t u = 0; u < problem.columns; ++u) {
                if (c == u || !std::ranges::includes(rows[u], rows[c])) continue;
                REQUIRE((pairs.contains({c, u}) || pairs.contains({u, c}))); // the order is never in the way of both
                ++subsets;
            }
        }
        for (const auto& [c, u] : pairs) by_weight += std::ranges::includes(rows[u], rows[c]) ? 0 : 1;
    }
    CHECK(subsets > 1000);
    CHECK(by_weight > 1000);
}

TEST_CASE("the pairs are what their definition says, and are counted right") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    for (int round = 0; round < 3000; ++round) {
        CAPTURE(round);
        const cover_problem problem = election_test::random_cover(random, 10, round % 50 == 0 ? 140 : 9);
        std::vector<std::int64_t> sum(problem.columns, 0);
        std::vector<std::int64_t> sure(problem.columns, 0);
        for (const cover_row& row : problem.rows) {
            for (std::uint32_t c : row.columns) {
                sum[c] += largest_step(row, problem);
                if (row.columns.size() == 1) sure[c] += largest_step(row, problem);
            }
        }
        const column_dominance dominance(problem);
        const column_dominance::counts counts = dominance.count();
        std::vector<std::size_t> above(problem.columns, 0);
        std::vector<std::size_t> below(problem.columns, 0);
        for (std::uint32_t c = 0; c < problem.columns; ++c) {
            for (std::uint32_t u = 0; u < problem.columns; ++u) {
                std::int64_t risk = 0;
                for (const cover_row& row : problem.rows) {
                    const bool only_c =
                        std::ranges::binary_search(row.columns, c) && !std::ranges::binary_search(row.columns, u);
                    if (only_c) risk += largest_step(row, problem);
                }
                const bool ordered = sum[c] != sum[u] ? sum[c] < sum[u] : sure[c] != sure[u] ? sure[c] < sure[u] : c > u;
                REQUIRE(dominance.has(c, u) == (ordered && risk <= sure[u]));
                if (!dominance.has(c, u)) continue;
                ++above[c];
                ++below[u];
            }
        }
        REQUIRE(counts.above == above);
        REQUIRE(counts.below == below);
    }
}

TEST_CASE("dominance by hand") {
    using pair_set = std::set<std::pair<std::uint32_t, std::uint32_t>>;
    const std::vector<cover_row> rows{{{0, 1, 2}, 2}, {{1, 2, 3}, 2}, {{4}, 1, true, 3}};
    // 1 and 2 are identical and in all rows of 0 and 3; 4 is sure of 3; 0 and 3 can turn one row, which is worth 2.
    CHECK(pairs_of({5, 2, rows}) == pair_set{{0, 1}, {0, 2}, {3, 1}, {3, 2}, {2, 1}, {0, 4}, {3, 4}});
    CHECK(pairs_of({5, 2, {{{0}, 1}, {{1}, 1, false, 2}, {{2}, 1, true, 2}}}) ==
          pair_set{{2, 0}, {2, 1}, {0, 1}, {3, 0}, {3, 1}, {3, 2}, {4, 0}, {4, 1}, {4, 2}, {4, 3}});
    CHECK(pairs_of({1, 1, {}}).empty());
}

TEST_CASE("decided columns keep what a problem stands for") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    int decided = 0;
    int losing = 0;
    for (int round = 0; round < 2000; ++round) {
        CAPTURE(round);
        const cover_problem problem = election_test::random_cover(random, 9, 6);
        presolved state = unchanged(problem);
        if (decide_dominated_columns(state)) ++decided;
        losing += static_cast<int>(state.losing.size());
        election_test::require_equivalent(problem, state);
    }
    CHECK(decided > 500);
    CHECK(losing > 500);
}

TEST_CASE("rows of one column each: the heaviest lose") {
    std::vector<cover_row> rows;
    for (std::uint32_t c = 0; c < 7; ++c) rows.push_back({{c}, 1, c % 2 == 0, 1 + c % 3}); // steps 1, 4, 3, 2, 2, 6, 1
    for (std::size_t budget = 0; budget <= 7; ++budget) {
        const cover_problem problem{7, budget, rows};
        presolved state = unchanged(problem);
        CHECK(decide_dominated_columns(state));
        CHECK(state.problem.columns == 0);
        const std::vector<std::uint32_t> losers = state.expand(std::vector<std::uint32_t>{});
        CHECK(loss_of(problem, losers) == solve_cover_reference(problem).loss);
        if (budget == 4) CHECK(losers == std::vector<std::uint32_t>{1, 2, 3, 5});
    }
}
