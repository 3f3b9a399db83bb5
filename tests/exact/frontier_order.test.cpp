// SPDX-License-Identifier: MIT
#include <election/exact/frontier_order.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/bernoulli.hpp>
#include <election/codes/cyclic.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/repetition.hpp>
#include <support/cover_problems.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// What a state is, by definition: of every open row what it needs, or that it is decided. Over all choices, not only those that fit
/// the budget.
std::size_t count_states(const frontier_rows& rows, const std::vector<std::uint32_t>& order) {
    std::size_t states = 0;
    for (std::size_t taken = 1; taken <= order.size(); ++taken) {
        std::set<std::vector<std::uint32_t>> different;
        for (std::uint32_t losers = 0; losers < 1U << taken; ++losers) {
            std::vector<std::uint32_t> state;
            for (const frontier_row& row : rows.rows) {
                std::uint32_t left = static_cast<std::uint32_t>(row.columns.size());
                std::uint32_t hits = 0;
                for (std::size_t p = 0; p < taken; ++p) {
                    if (!std::ranges::binary_search(row.columns, order[p])) continue;
                    --left;
                    hits += losers >> p & 1U;
                }
                const std::uint32_t needs = row.threshold > hits ? row.threshold - hits : 0;
                state.push_back(row.is_open(needs, left) ? needs : 0);
            }
            different.insert(state);
        }
        states += different.size();
    }
    return states;
}

void check_is_order(const frontier_plan& plan, std::size_t columns) {
    std::vector<std::uint32_t> sorted = plan.order;
    std::ranges::sort(sorted);
    REQUIRE(sorted.size() == columns);
    for (std::size_t j = 0; j < columns; ++j) REQUIRE(sorted[j] == j);
}

} // namespace

TEST_CASE("a plan is an order of all columns, and no order has more states than it is said to have") {
    CAPTURE(election_test::seed());
    election_test::cover_problems problems(election_test::seed());
    for (int round = 0; round < 150; ++round) {
        const cover_problem problem = problems.any(9, 6);
        const frontier_rows rows = make_frontier_rows(problem);
        const frontier_plan plan = plan_frontier(problem);
        check_is_order(plan, problem.columns);
        CHECK(plan.states == doctest::Approx(frontier_states(rows, plan.order)));
        CHECK(plan.states <= frontier_states(rows, problems.order(problem.columns)) * 4 + 100); // a plan is not silly
        for (const auto& order : {plan.order, problems.order(problem.columns)}) {
            CHECK(static_cast<double>(count_states(rows, order)) <= frontier_states(rows, order) * (1 + 1e-9));
        }
    }
}

TEST_CASE("the bound is the product of what rows may need, or all choices of their columns") {
    // One row of four columns of which two are needed: after 1, 2, 3 of them {2, 1}, {2, 1, decided}, {1, decided}.
    const frontier_rows one = make_frontier_rows_of_any_budget({4, 2, {{{0, 1, 2, 3}, 2}}, 0});
    const std::vector<std::uint32_t> order{0, 1, 2, 3};
    CHECK(frontier_states(one, order) == doctest::Approx(2 + 3 + 2 + 1));
    // Ten rows with one column in common: two states after it, whatever they need.
    cover_problem star{11, 5, {}, 0};
    for (std::uint32_t i = 1; i <= 10; ++i) star.rows.push_back({{0, i}, 2});
    const frontier_rows rows = make_frontier_rows_of_any_budget(star);
    const std::vector<std::uint32_t> from_centre{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    CHECK(frontier_states(rows, from_centre) == doctest::Approx(10 * 2 + 1));
    // From the leaves: every row may have its need or not.
    const std::vector<std::uint32_t> from_leaves{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0};
    CHECK(frontier_states(rows, from_leaves) == doctest::Approx(2046 + 1));
    CHECK(plan_frontier(star).states < 30);
}

TEST_CASE("codes with a frontier get small plans") {
    const auto states = [](const code& c) {
        return plan_frontier(election_test::nearest_cover(packed_allocation(c))).states;
    };
    CHECK(states(repetition(27, 9)) == doctest::Approx(9));
    CHECK(states(deterministic(63, 3)) < 250);
    CHECK(states(deterministic(1001, 10)) < 20000);
    CHECK(states(cyclic(45, 45, 5)) < 12000);
    CHECK(states(cyclic(63, 63, 55)) < 1e6); // followed by the other 8
}

TEST_CASE("orders with too many states are of no interest") {
    election_test::cover_problems problems(9);
    for (int round = 0; round < 50; ++round) {
        const cover_problem problem = problems.any(12, 9);
        const frontier_plan plan = plan_frontier(problem);
        const frontier_plan enough = plan_frontier(problem, plan.states * 1.001 + 1);
        CHECK(enough.states == doctest::Approx(plan.states));
        CHECK(enough.order == plan.order);
        const frontier_plan none = plan_frontier(problem, plan.states * 0.999);
        check_is_order(none, problem.columns);
        CHECK((std::isinf(none.states) || none.states < plan.states));
    }
}

TEST_CASE("a band is found again when its columns are shuffled") {
    election_test::cover_problems problems(7);
    cover_problem band{60, 29, {}, 0};
    for (std::uint32_t i = 0; i + 5 <= 60; ++i) band.rows.push_back({{i, i + 1, i + 2, i + 3, i + 4}, 3});
    const double straight = plan_frontier(band).states;
    CHECK(straight <= 60 * 16);
    for (int round = 0; round < 5; ++round) CHECK(plan_frontier(problems.shuffled(band)).states <= 2 * straight);
    // Two bands, one in the even and one in the odd columns.
    cover_problem two{60, 29, {}, 0};
    for (std::uint32_t i = 0; i + 8 < 60; ++i) two.rows.push_back({{i, i + 2, i + 4, i + 6, i + 8}, 3});
    CHECK(plan_frontier(two).states <= 60 * 16);
}

TEST_CASE("dense codes are found hopeless without much ado; problems without rows and columns have plans") {
    const frontier_plan plan = plan_frontier(election_test::nearest_cover(packed_allocation(bernoulli(201, 201, 0.5, 1))));
    check_is_order(plan, 201);
    CHECK(std::isinf(plan.states));
    CHECK(plan_frontier({0, 0, {}, 0}).order.empty());
    const frontier_plan free = plan_frontier({5, 2, {}, 0});
    check_is_order(free, 5);
    CHECK(free.states == 5);
}
