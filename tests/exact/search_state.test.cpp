// SPDX-License-Identifier: MIT
#include <election/exact/search_state.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <election/core/error.hpp>

using namespace election;

TEST_CASE("a search begins with every column open and no bound") {
    for (std::size_t columns :
         {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{64}, std::size_t{65}, std::size_t{130}}) {
        const cover_problem problem{columns, columns / 2, {}};
        cover_answer start;
        start.loss = 7;
        const search_state state = search_from(problem, start);
        REQUIRE(state.open.size() == 1);
        CHECK(state.open[0].share == 1);
        std::size_t open = 0;
        for (std::size_t j = 0; j < state.open[0].open.size() * 64; ++j) {
            const bool is_open = (state.open[0].open[j / 64] >> (j % 64) & 1U) != 0;
            CHECK(is_open == (j < columns));
            open += is_open ? 1U : 0U;
        }
        CHECK(open == columns);
        for (std::uint64_t word : state.open[0].losers) CHECK(word == 0);
        CHECK(state.loss == 7);
        CHECK(answer_of(state).loss_lower == 0);
    }
}

TEST_CASE("what is known is the least of the open bounds and the best choice") {
    const cover_problem problem{4, 2, {}};
    cover_answer start;
    start.losers = {1, 3};
    start.loss = 9;
    search_state state = search_from(problem, start);
    state.nodes = 12;
    state.open.push_back(state.open[0]);
    state.open[0].loss_lower = 8;
    state.open[1].loss_lower = 5;
    cover_answer answer = answer_of(state);
    CHECK(answer.loss == 9);
    CHECK(answer.loss_lower == 5);
    CHECK(answer.losers == start.losers);
    CHECK(answer.nodes == 12);
    CHECK_FALSE(answer.exact());
    state.open[1].loss_lower = 11; // above the best choice: that is the least then
    state.open[0].loss_lower = 11;
    CHECK(answer_of(state).loss_lower == 9);
    state.open.clear();
    CHECK(answer_of(state).exact());
}

TEST_CASE("a state of another problem is refused") {
    const cover_problem problem{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
    cover_answer start;
    start.loss = 4;
    start.losers = {2};
    const auto require_valid = [&](const auto& change) {
        search_state state = search_from(problem, start);
        change(state);
        detail::require_valid(state, problem, "here");
    };
    CHECK_NOTHROW(require_valid([](search_state&) {}));
    CHECK_THROWS_WITH_AS(require_valid([](search_state& s) {
                             s.losers = {0, 1};
                         }),
                         "election::here: number of the state's losers = 2 must be the budget, 1", parameter_error);
    CHECK_THROWS_WITH_AS(require_valid([](search_state& s) { s.losers = {3}; }),
                         "election::here: loser = 3 of the state is no column", parameter_error);
    CHECK_THROWS_WITH_AS(require_valid([](search_state& s) { s.loss = 6; }),
                         "election::here: loss = 6 of the state must be that of its losers, 4", parameter_error);
    CHECK_THROWS_WITH_AS(require_valid([](search_state& s) { s.open[0].open[0] = 15; }),
                         "election::here: open subtree = 0 does not belong to a problem with 3 columns", parameter_error);
    CHECK_THROWS_AS(require_valid([](search_state& s) { s.open[0].losers[0] = 4; }), parameter_error);
    CHECK_THROWS_AS(require_valid([](search_state& s) { s.open[0].losers.clear(); }), parameter_error);
}

TEST_CASE("multipliers of open subtrees are one for each row, from 0 on, and are not compared") {
    const cover_problem problem{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
    cover_answer start;
    start.loss = 7;
    search_state state = search_from(problem, start);
    CHECK(state.open[0].multipliers.empty());
    const open_subtree without = state.open[0];
    state.open[0].multipliers = {0, 5, 32767};
    CHECK_NOTHROW(detail::require_valid(state, problem, "there"));
    CHECK(state.open[0] == without);
    for (const std::vector<std::int16_t>& wrong : {std::vector<std::int16_t>{1, 2}, {1, 2, 3, 4}, {1, -1, 3}}) {
        state.open[0].multipliers = wrong;
        CHECK_THROWS_WITH_AS(
            detail::require_valid(state, problem, "there"),
            "election::there: open subtree = 0 has multipliers that are not one for each of 3 rows, from 0 on",
            parameter_error);
    }
    open_subtree other = without;
    other.share = 0.5;
    CHECK_FALSE(other == without);
}
