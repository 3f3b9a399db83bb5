// SPDX-License-Identifier: MIT
#include <election/exact/group_bound.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/exact/conflict_bound.hpp>
#include <election/exact/cover_reference.hpp>
#include <election/exact/moment_bound.hpp>
#include <support/random_problem.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::problem_of;

namespace {

/// What rows keep each by itself.
std::int64_t alone(const cover_problem& problem) {
    std::int64_t loss = 0;
    for (const cover_row& row : problem.rows) loss += loss_of(row, std::min(row.columns.size(), problem.budget));
    return loss;
}

/// The least loss of a group by trying all hits of its rows, and the most hits by trying all choices.
std::int64_t group_loss_by_trying(const cover_problem& problem, const std::vector<std::uint32_t>& rows) {
    std::size_t most_hits = 0;
    for (std::uint32_t choice = 0; choice < 1U << problem.columns; ++choice) {
        std::size_t losers = 0, hits = 0;
        for (std::uint32_t j = 0; j < problem.columns; ++j) losers += choice >> j & 1U;
        if (losers != problem.budget) continue;
        for (std::uint32_t i : rows) {
            for (std::uint32_t j : problem.rows[i].columns) hits += choice >> j & 1U;
        }
        most_hits = std::max(most_hits, hits);
    }
    std::int64_t best = -1;
    const auto go = [&](auto&& self, std::size_t at, std::size_t hits, std::int64_t loss) -> void {
        if (hits > most_hits) return;
        if (at == rows.size()) {
            best = best < 0 ? loss : std::min(best, loss);
            return;
        }
        const cover_row& row = problem.rows[rows[at]];
        const hit_range range = hits_of(row, problem);
        for (std::size_t h = range.fewest; h <= range.most; ++h) self(self, at + 1, hits + h, loss + loss_of(row, h));
    };
    go(go, 0, 0, 0);
    return best;
}

} // namespace

TEST_CASE("windows of a third of a circle: of three that share nothing two are wrong at most") {
    for (std::size_t third : {3U, 5U, 7U, 15U, 21U, 33U}) {
        CAPTURE(third);
        const cover_problem problem = problem_of(cyclic(3 * third, 3 * third, third));
        const auto bound = group_bound(problem);
        REQUIRE(bound);
        CHECK(bound->loss_lower == 2 * static_cast<std::int64_t>(third));
        CHECK(bound->groups.size() == third);
        for (std::uint32_t i = 0; i < third; ++i) {
            const auto step = static_cast<std::uint32_t>(third);
            CHECK(bound->groups[i] == std::vector<std::uint32_t>{i, i + step, i + 2 * step});
        }
        CHECK(is_proved(problem, *bound));
        CHECK_FALSE(conflict_bound(problem));
        CHECK_FALSE(moment_bound(problem));
    }
    // Windows of 20 of 60 may tie: 29 losers make one wrong with 11, and one abstain with 10, or 8 hits are left for nothing.
    const cover_problem even = problem_of(cyclic(60, 60, 20));
    const auto bound = group_bound(even);
    REQUIRE(bound);
    CHECK(bound->loss_lower == 2 * 20);
    CHECK(is_proved(even, *bound));
}

TEST_CASE("groups whose columns are held more than once") {
    // Windows of two in a circle of five: each column is in two of the five rows, two losers are four hits: two rows wrong.
    cover_problem ring{5, 2, {}, 0};
    for (std::uint32_t i = 0; i < 5; ++i) {
        ring.rows.push_back({{i, (i + 1) % 5}, 2});
        std::ranges::sort(ring.rows.back().columns);
    }
    auto bound = group_bound(ring);
    REQUIRE(bound);
    CHECK(bound->loss_lower == 6);
    CHECK(is_proved(ring, *bound));
    CHECK(is_proved(ring, {6, {{0, 1, 2, 3, 4}}}));
    CHECK(solve_cover_reference(ring).loss == 8); // neighbours share a row
    // The column that all hold is three hits, one other is one.
    const cover_problem star{4, 2, {{{0, 1}, 2}, {{0, 2}, 2}, {{0, 3}, 2}}, 0};
    CHECK(is_proved(star, {2, {{0, 1, 2}}}));
    CHECK_FALSE(is_proved(star, {4, {{0, 1, 2}}}));
    bound = group_bound(star);
    REQUIRE(bound);
    CHECK(bound->loss_lower == 2);
}

TEST_CASE("weights and ties: the knapsack takes what is worth most") {
    // Three pairs and three losers: one wrong and one that abstains.
    cover_problem pairs{6, 3, {{{0, 1}, 2, true}, {{2, 3}, 2, true}, {{4, 5}, 2, true}}, 0};
    auto bound = group_bound(pairs);
    REQUIRE(bound);
    CHECK(bound->loss_lower == 3);
    CHECK(solve_cover_reference(pairs).loss == 3);
    pairs.rows[1].weight = 5;
    bound = group_bound(pairs);
    REQUIRE(bound);
    CHECK(bound->loss_lower == 3); // 14 − 10 − 1
    CHECK(is_proved(pairs, *bound));
    CHECK(solve_cover_reference(pairs).loss == 3);
}

TEST_CASE("where all rows of a group can turn there is no bound") {
    CHECK_FALSE(group_bound(cover_problem{}));
    CHECK_FALSE(group_bound(cover_problem{3, 2, {{{0}, 1}, {{1}, 1}}, 0}));
    CHECK_FALSE(group_bound(cover_problem{3, 0, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, 0})); // nobody can turn
    CHECK_FALSE(group_bound(cover_problem{2, 2, {{{0}, 1}, {{1}, 1}}, 0}));           // all must
    CHECK_THROWS_WITH_AS((void)group_bound(cover_problem{1, 2, {}, 0}),
                         "election::group_bound: budget = 2 is more than there are columns", parameter_error);
}

TEST_CASE("never above the least loss, always proved, sometimes equal") {
    election_test::random32 random(election_test::seed());
    CAPTURE(election_test::seed());
    int bounds = 0, tight = 0, many = 0;
    for (int round = 0; round < 12000; ++round) {
        CAPTURE(round);
        cover_problem problem = election_test::random_problem(random, 9, 9);
        if (round % 4 == 0) { // rows of one kind, which are cut out by strides
            for (cover_row& row : problem.rows) {
                row.columns.clear();
                while (row.columns.size() < problem.columns / 2) {
                    const std::uint32_t column = random() % static_cast<std::uint32_t>(problem.columns);
                    if (!std::ranges::binary_search(row.columns, column))
                        row.columns.insert(std::ranges::upper_bound(row.columns, column), column);
                }
                row.need = problem.rows[0].need;
                row.may_tie = problem.rows[0].may_tie;
                row.weight = problem.rows[0].weight;
            }
        }
        const auto bound = group_bound(problem);
        if (!bound) continue;
        ++bounds;
        many += bound->groups.size() > 1 ? 1 : 0;
        const std::int64_t truth = solve_cover_reference(problem).loss;
        tight += bound->loss_lower == truth ? 1 : 0;
        CHECK(bound->loss_lower <= truth);
        CHECK(bound->loss_lower > alone(problem));
        CHECK(bound->loss_lower % loss_unit(problem) == 0); // as all weights are
        CHECK(is_proved(problem, *bound));
        for (const auto& rows : bound->groups) CHECK(std::ranges::is_sorted(rows));
        group_proof more = *bound;
        more.loss_lower += 1;
        CHECK_FALSE(is_proved(problem, more)); // no more is claimed, and no less, than the groups show
    }
    CHECK(bounds > 1000);
    CHECK(tight > 300);
    CHECK(many > 100);
}

TEST_CASE("a group keeps the least of all ways to share out its hits") {
    election_test::random32 random(election_test::seed() + 1);
    CAPTURE(election_test::seed());
    for (int round = 0; round < 3000; ++round) {
        CAPTURE(round);
        const cover_problem problem = election_test::random_problem(random, 7, 5);
        if (problem.rows.empty()) continue;
        std::vector<std::uint32_t> rows;
        std::int64_t others = 0;
        for (std::uint32_t i = 0; i < problem.rows.size(); ++i) {
            if (random() % 4 != 0) {
                rows.push_back(i);
            } else {
                others += loss_of(problem.rows[i], hits_of(problem.rows[i], problem).most);
            }
        }
        const std::int64_t expected = group_loss_by_trying(problem, rows) + others;
        CHECK(is_proved(problem, {expected, {rows}}));
        CHECK_FALSE(is_proved(problem, {expected + 1, {rows}}));
        std::vector<detail::loss_steps> steps;
        for (const cover_row& row : problem.rows) steps.push_back(detail::loss_steps_of(row, problem));
        detail::hit_group group(problem, steps, false);
        for (std::uint32_t i : rows) group.add(i);
        CHECK(alone(problem) + group.gain() == expected);
    }
}

TEST_CASE("rows alike: the closed form is the table's") {
    for (std::size_t tie : {0U, 1U, 2U, 3U, 5U}) {
        for (std::size_t wrong : {std::size_t{0}, tie + 1}) {
            const detail::loss_steps row{0, 6, tie, 3, wrong};
            for (std::size_t rows = 0; rows < 9; ++rows) {
                for (std::size_t spare = 0; spare < 40; ++spare) {
                    std::int64_t least = 6 * static_cast<std::int64_t>(rows);
                    for (std::size_t ties = 0; ties <= (tie == 0 ? 0 : rows); ++ties) {
                        for (std::size_t wrongs = 0; wrongs <= (wrong == 0 ? 0 : rows - ties); ++wrongs) {
                            if (ties * tie + wrongs * wrong > spare) continue;
                            least =
                                std::min(least, 6 * static_cast<std::int64_t>(rows) - 3 * static_cast<std::int64_t>(ties) -
                                                    6 * static_cast<std::int64_t>(wrongs));
                        }
                    }
                    CAPTURE(tie);
                    CAPTURE(wrong);
                    CAPTURE(rows);
                    CAPTURE(spare);
                    REQUIRE(detail::least_loss_alike(row, rows, spare) == least);
                }
            }
        }
    }
}

TEST_CASE("proofs that were altered are refused") {
    const cover_problem problem = problem_of(cyclic(15, 15, 5));
    const group_proof proof = group_bound(problem).value();
    REQUIRE(proof.loss_lower == 10);
    REQUIRE(is_proved(problem, proof));
    group_proof altered = proof;
    altered.loss_lower += 1;
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    altered.groups[0].pop_back(); // two can both be wrong
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    altered.groups[0][0] = 15;
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    altered.groups[0][0] = altered.groups[1][0]; // in two groups
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    altered.groups.push_back(proof.groups[0]);
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    std::swap(altered.groups[0][0], altered.groups[2][0]); // windows that overlap in two columns: nine hits
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    altered.groups.clear();
    CHECK_FALSE(is_proved(problem, altered));
    altered.loss_lower = 0;
    CHECK(is_proved(problem, altered));
    altered.groups.push_back({});
    CHECK(is_proved(problem, altered));
}

TEST_CASE("a thousand rows") {
    const cover_problem ring = problem_of(cyclic(999, 999, 333));
    const auto bound = group_bound(ring);
    REQUIRE(bound);
    CHECK(bound->loss_lower == 666);
    CHECK(is_proved(ring, *bound));
}
