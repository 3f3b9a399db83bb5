// SPDX-License-Identifier: MIT
#include <election/exact/conflict_bound.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/codes/plane.hpp>
#include <election/exact/cover_reference.hpp>
#include <support/random_problem.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::problem_of;

namespace {

/// The greatest weight of an independent set by trying all sets.
std::int64_t independent_weight(const std::vector<std::int64_t>& weights, const std::vector<std::pair<int, int>>& edges) {
    std::int64_t best = 0;
    for (std::uint32_t set = 0; set < 1U << weights.size(); ++set) {
        std::int64_t weight = 0;
        for (std::size_t v = 0; v < weights.size(); ++v) weight += (set >> v & 1U) != 0 ? weights[v] : 0;
        for (const auto& [a, b] : edges) {
            if ((set >> a & 1U) != 0 && (set >> b & 1U) != 0) weight = 0;
        }
        best = std::max(best, weight);
    }
    return best;
}

/// What the parts that a cover makes of a graph allow to be lost; checks that they are cliques and odd cycles of it.
std::int64_t covered_weight(const std::vector<std::int64_t>& weights, const std::vector<std::pair<int, int>>& edges) {
    std::vector<detail::open_turn> turns;
    for (std::size_t v = 0; v < weights.size(); ++v) turns.push_back({{static_cast<std::uint32_t>(v), 1}, weights[v]});
    detail::conflict_cover cover(turns);
    for (const auto& [a, b] : edges) cover.connect(static_cast<std::size_t>(a), static_cast<std::size_t>(b));
    const auto adjacent = [&](const row_turn& x, const row_turn& y) {
        return std::ranges::any_of(edges, [&](const auto& edge) {
            const auto a = static_cast<std::uint32_t>(edge.first), b = static_cast<std::uint32_t>(edge.second);
            return (a == x.row && b == y.row) || (a == y.row && b == x.row);
        });
    };
    std::vector<std::int64_t> left = weights;
    std::int64_t lost = 0;
    for (const conflict_part& part : cover.parts()) {
        const std::size_t size = part.turns.size();
        for (std::size_t a = 0; a < size; ++a) {
            left[part.turns[a].row] -= std::min(left[part.turns[a].row], part.votes);
            if (part.is_cycle) CHECK(adjacent(part.turns[a], part.turns[(a + 1) % size]));
            for (std::size_t b = a + 1; b < size && !part.is_cycle; ++b) CHECK(adjacent(part.turns[a], part.turns[b]));
        }
        if (part.is_cycle) CHECK(size % 2 == 1);
        lost += part.votes * static_cast<std::int64_t>(part.is_cycle ? size / 2 : 1);
    }
    for (std::int64_t weight : left) lost += weight;
    return lost;
}

} // namespace

TEST_CASE("half windows of a circle close at the root: an odd cycle of conflicts") {
    for (std::size_t k : {5U, 13U, 61U, 129U}) {
        CAPTURE(k);
        const cover_problem problem = problem_of(cyclic(k, k, (k + 1) / 2 + ((k + 1) / 2 % 2 == 0 ? 1 : 0)));
        const auto bound = conflict_bound(problem);
        REQUIRE(bound);
        CHECK(bound->loss_lower + problem.constant == 1);
        REQUIRE(bound->parts.size() == 1);
        CHECK(bound->parts[0].is_cycle);
        CHECK(bound->parts[0].turns.size() == k);
        CHECK(is_proved(problem, *bound));
    }
}

TEST_CASE("where nothing is in conflict there is no bound") {
    CHECK_FALSE(conflict_bound(cover_problem{}));
    CHECK_FALSE(conflict_bound(problem_of(plane(5))));
    CHECK_FALSE(conflict_bound(cover_problem{3, 2, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, 0}));
    CHECK_FALSE(conflict_bound(cover_problem{3, 0, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, 0})); // nobody can turn
    CHECK_FALSE(conflict_bound(cover_problem{2, 2, {{{0}, 1}, {{1}, 1}}, 0}));           // all must
    CHECK_THROWS_WITH_AS((void)conflict_bound(cover_problem{1, 2, {}, 0}),
                         "election::conflict_bound: budget = 2 is more than there are columns", parameter_error);
}

TEST_CASE("rows that may tie: both abstain, but not both are wrong") {
    // Two pairs of columns and two losers: one row wrong, or both abstain; either way two votes stay of four.
    cover_problem pairs{4, 2, {{{0, 1}, 2, true}, {{2, 3}, 2, true}}, 0};
    auto bound = conflict_bound(pairs);
    REQUIRE(bound);
    CHECK(bound->loss_lower == 2);
    CHECK(solve_cover_reference(pairs).loss == 2);
    CHECK(is_proved(pairs, *bound));
    pairs.rows[0].weight = 5;
    bound = conflict_bound(pairs);
    REQUIRE(bound);
    CHECK(bound->loss_lower == 2); // the heavy one is wrong
    CHECK(is_proved(pairs, *bound));
    pairs.budget = 1;
    bound = conflict_bound(pairs);
    REQUIRE(bound);
    CHECK(bound->loss_lower == 7); // the heavy one abstains
    CHECK(solve_cover_reference(pairs).loss == 7);
}

TEST_CASE("single columns are a clique of conflicts under one loser") {
    cover_problem uncoded{6, 1, {}, 0};
    for (std::uint32_t j = 0; j < 6; ++j) uncoded.rows.push_back({{j}, 1, false, j + 1});
    const auto bound = conflict_bound(uncoded);
    REQUIRE(bound);
    CHECK(bound->loss_lower == 30); // 42 and the heaviest, 12, lost
    CHECK(is_proved(uncoded, *bound));
}

TEST_CASE("never above the least loss, always proved, sometimes equal") {
    election_test::random32 random(election_test::seed());
    CAPTURE(election_test::seed());
    int bounds = 0, tight = 0, useful = 0;
    for (int round = 0; round < 6000; ++round) {
        CAPTURE(round);
        const cover_problem problem = election_test::random_problem(random, 9, 9);
        const auto bound = conflict_bound(problem);
        if (!bound) continue;
        ++bounds;
        const std::int64_t truth = solve_cover_reference(problem).loss;
        tight += bound->loss_lower == truth ? 1 : 0;
        useful += bound->loss_lower > detail::loss_when_all_turn(problem) ? 1 : 0;
        CHECK(bound->loss_lower <= truth);
        CHECK(bound->loss_lower % loss_unit(problem) == 0); // as all weights are
        CHECK(is_proved(problem, *bound));
        conflict_proof more = *bound;
        more.loss_lower += 1;
        CHECK_FALSE(is_proved(problem, more));
    }
    CHECK(bounds > 500);
    CHECK(tight > 200);
    CHECK(useful == bounds);
}

TEST_CASE("two turns are in conflict where no choice makes both") {
    for (std::uint32_t a = 1; a < 32; ++a) {
        for (std::uint32_t b = 1; b < 32; ++b) {
            for (int x = 1; x <= std::popcount(a); ++x) {
                for (int y = 1; y <= std::popcount(b); ++y) {
                    int fewest = 5;
                    for (std::uint32_t z = 0; z < 32; ++z) {
                        if (std::popcount(a & z) >= x && std::popcount(b & z) >= y)
                            fewest = std::min(fewest, std::popcount(z));
                    }
                    const auto shared = static_cast<std::size_t>(std::popcount(a & b));
                    for (int budget = 0; budget <= 5; ++budget) {
                        REQUIRE(detail::in_conflict(static_cast<std::size_t>(x), static_cast<std::size_t>(y), shared,
                                                    static_cast<std::size_t>(budget)) == (fewest > budget));
                    }
                }
            }
        }
    }
}

TEST_CASE("the cover is exact on paths, trees, cycles and chordal graphs, and never below on others") {
    election_test::random32 random(election_test::seed() + 1);
    CAPTURE(election_test::seed());
    for (int round = 0; round < 3000; ++round) {
        CAPTURE(round);
        const int size = 3 + static_cast<int>(random() % 7);
        std::vector<std::int64_t> weights;
        for (int v = 0; v < size; ++v) weights.push_back(1 + random() % (round % 3 == 0 ? 1U : 6U));
        std::vector<std::pair<int, int>> edges;
        const int kind = round % 4;
        if (kind == 0) { // a cycle
            for (int v = 0; v < size; ++v) edges.emplace_back(v, (v + 1) % size);
        } else if (kind == 1) { // a tree
            for (int v = 1; v < size; ++v) edges.emplace_back(static_cast<int>(random() % static_cast<std::uint32_t>(v)), v);
        } else if (kind == 2) { // intervals
            std::vector<std::pair<std::uint32_t, std::uint32_t>> intervals;
            for (int v = 0; v < size; ++v) {
                const std::uint32_t from = random() % 10;
                intervals.emplace_back(from, from + random() % 5);
            }
            for (int a = 0; a < size; ++a) {
                for (int b = a + 1; b < size; ++b) {
                    const auto& x = intervals[static_cast<std::size_t>(a)];
                    const auto& y = intervals[static_cast<std::size_t>(b)];
                    if (x.first <= y.second && y.first <= x.second) edges.emplace_back(a, b);
                }
            }
        } else {
            for (int a = 0; a < size; ++a) {
                for (int b = a + 1; b < size; ++b) {
                    if (random() % 3 == 0) edges.emplace_back(a, b);
                }
            }
        }
        const std::int64_t truth = independent_weight(weights, edges);
        if (kind == 3) {
            CHECK(covered_weight(weights, edges) >= truth);
        } else {
            CAPTURE(kind);
            CHECK(covered_weight(weights, edges) == truth);
        }
    }
}

TEST_CASE("proofs that were altered are refused") {
    const cover_problem problem = problem_of(cyclic(13, 13, 7));
    const conflict_proof proof = conflict_bound(problem).value();
    REQUIRE(is_proved(problem, proof));
    conflict_proof altered = proof;
    altered.loss_lower += 1;
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    altered.parts[0].turns.pop_back(); // the ends are in no conflict
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    std::swap(altered.parts[0].turns[1], altered.parts[0].turns[5]);
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    altered.parts[0].is_cycle = false;
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    altered.parts[0].votes = -1;
    CHECK_FALSE(is_proved(problem, altered));
    altered.parts[0].votes = 1; // half of the weights only
    CHECK_FALSE(is_proved(problem, altered));
    altered.parts.push_back(altered.parts[0]); // and the other half
    CHECK(is_proved(problem, altered));
    altered = proof;
    altered.parts[0].turns[0].row = 13;
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    altered.parts[0].turns[0].hits = 5; // the rows' need is 4
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    for (std::size_t i = 0; i < 13; ++i) altered.parts[0].turns[i] = proof.parts[0].turns[i % 2]; // back and forth
    CHECK_FALSE(is_proved(problem, altered));
    altered = {proof.loss_lower, {proof.parts[0]}};
    altered.parts[0].turns = std::vector<row_turn>(13, proof.parts[0].turns[0]); // in conflict with itself?
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    altered.parts.clear();
    CHECK_FALSE(is_proved(problem, altered));
    altered.loss_lower = 0;
    CHECK(is_proved(problem, altered));
}

TEST_CASE("a thousand rows") {
    const cover_problem ring = problem_of(cyclic(1001, 1001, 501));
    const auto bound = conflict_bound(ring);
    REQUIRE(bound);
    CHECK(bound->loss_lower + ring.constant == 1);
    CHECK(is_proved(ring, *bound));
    CHECK_FALSE(conflict_bound(problem_of(cyclic(1001, 1001, 7))));
}
