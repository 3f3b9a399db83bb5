// SPDX-License-Identifier: MIT
#include <election/exact/frontier.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/repetition.hpp>
#include <election/exact/cover_reference.hpp>
#include <support/cover_problems.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// The least loss again, from the order alone: hits of all rows and losers so far, as plainly as can be.
std::int64_t replay(const cover_problem& problem, const std::vector<std::uint32_t>& order) {
    std::map<std::pair<std::vector<std::uint32_t>, std::size_t>, std::int64_t> table; // hits of rows not finished, losers
    table[{std::vector<std::uint32_t>(problem.rows.size(), 0), 0}] = 0;
    std::vector<std::size_t> left;
    for (const cover_row& row : problem.rows) left.push_back(row.columns.size());
    std::int64_t empty = 0;
    for (const cover_row& row : problem.rows) empty += row.columns.empty() ? loss_of(row, 0) : 0;
    for (std::uint32_t column : order) {
        std::vector<std::size_t> touched;
        for (std::size_t i = 0; i < problem.rows.size(); ++i) {
            if (!std::ranges::binary_search(problem.rows[i].columns, column)) continue;
            touched.push_back(i);
            --left[i];
        }
        decltype(table) next;
        for (const auto& [state, loss] : table) {
            for (std::uint32_t lost : {0U, 1U}) {
                auto hits = state.first;
                std::int64_t now = loss;
                for (std::size_t i : touched) {
                    hits[i] += lost;
                    if (left[i] > 0) continue;
                    now += loss_of(problem.rows[i], hits[i]);
                    hits[i] = 0;
                }
                const auto [place, is_new] = next.try_emplace({hits, state.second + lost}, now);
                if (!is_new) place->second = std::min(place->second, now);
            }
        }
        table = std::move(next);
    }
    return empty + table.at({std::vector<std::uint32_t>(problem.rows.size(), 0), problem.budget});
}

void check_frontier(const cover_problem& problem, const frontier_answer& answer, std::int64_t loss) {
    election_test::check_answer(problem, answer, loss);
    REQUIRE(answer.order.size() == problem.columns);
    REQUIRE(answer.nodes >= problem.columns);
    REQUIRE(answer.most_states <= answer.nodes);
}

} // namespace

TEST_CASE("the table's loss is the least, whatever the order, and its losers attain it") {
    CAPTURE(election_test::seed());
    election_test::cover_problems problems(election_test::seed());
    for (int round = 0; round < 1200; ++round) {
        CAPTURE(round);
        const cover_problem problem = problems.any(12, 8);
        const std::int64_t loss = solve_cover_reference(problem).loss;
        const auto planned = solve_frontier(problem);
        REQUIRE(planned);
        check_frontier(problem, *planned, loss);
        CHECK(static_cast<double>(planned->nodes) <= plan_frontier(problem).states * (1 + 1e-9));
        // Without memory for layers all are made again; with little, some.
        const frontier_options little{.kept_bytes = problems.number(2) * 300};
        const auto any = solve_frontier(problem, {problems.order(problem.columns), 0}, little);
        REQUIRE(any);
        check_frontier(problem, *any, loss);
        if (round % 8 == 0) CHECK(replay(problem, any->order) == loss);
    }
}

TEST_CASE("the least loss of every budget at once") {
    CAPTURE(election_test::seed());
    election_test::cover_problems problems(election_test::seed() + 1);
    for (int round = 0; round < 150; ++round) {
        cover_problem problem = problems.any(10, 7);
        const auto losses = frontier_losses(problem);
        REQUIRE(losses);
        REQUIRE(losses->size() == problem.columns + 1);
        for (problem.budget = 0; problem.budget <= problem.columns; ++problem.budget) {
            REQUIRE((*losses)[problem.budget] == solve_cover_reference(problem).loss);
        }
    }
    CHECK(*frontier_losses({0, 0, {}, 0}) == std::vector<std::int64_t>{0});
}

TEST_CASE("weights of any size") {
    election_test::cover_problems problems(3);
    for (std::uint32_t weight : {20000U, 40000U, 2000000000U, std::numeric_limits<std::uint32_t>::max()}) {
        for (int round = 0; round < 30; ++round) {
            cover_problem problem = problems.any(9, 6);
            for (cover_row& row : problem.rows) row.weight = static_cast<std::uint32_t>(weight - problems.number(3));
            const auto answer = solve_frontier(problem);
            REQUIRE(answer);
            check_frontier(problem, *answer, solve_cover_reference(problem).loss);
        }
    }
}

TEST_CASE("states of more than one word") {
    // Rows of two columns that are far from each other: all are open in the middle.
    cover_problem problem{100, 50, {}, 0};
    for (std::uint32_t i = 0; i < 50; ++i) problem.rows.push_back({{i, i + 50}, 2, false, 1 + i % 3});
    std::vector<std::uint32_t> straight(100);
    for (std::uint32_t j = 0; j < 100; ++j) straight[j] = j;
    CHECK_FALSE(solve_frontier(problem, {straight, 0}, {.max_states = 1000}));
    const auto answer = solve_frontier(problem);
    REQUIRE(answer);
    // Twenty-five rows are wrong, the heaviest: 16 of weight 3 and 9 of 2; all weigh 99.
    check_frontier(problem, *answer, 2 * (99 - 16 * 3 - 9 * 2));
    // Twelve rows of seven columns each that need 4: three bits each, more than a word with the thirteen others behind them.
    cover_problem wide{40, 3, {}, 0};
    for (std::uint32_t i = 0; i < 24; ++i) wide.rows.push_back({{0, i + 1, 25 + i / 2, 37, 38, 39}, 4});
    const auto few = solve_frontier(wide);
    REQUIRE(few);
    check_frontier(wide, *few, 48); // need 4, have 3
    wide.budget = 5;
    const auto more = solve_frontier(wide);
    REQUIRE(more);
    check_frontier(wide, *more, 0); // 0, 37, 38, 39 make all wrong
}

TEST_CASE("rows that have closed leave their bits to others") {
    cover_problem band{300, 149, {}, 0};
    for (std::uint32_t i = 0; i + 7 <= 300; ++i) band.rows.push_back({{i, i + 1, i + 2, i + 3, i + 4, i + 5, i + 6}, 4});
    std::vector<std::uint32_t> straight(300);
    for (std::uint32_t j = 0; j < 300; ++j) straight[j] = j;
    CHECK(detail::frontier_layout(make_frontier_rows(band).rows, straight).words() == 1); // seven rows of three bits
}

TEST_CASE("known answers") {
    const auto margin = [](const code& c) {
        const cover_problem problem = election_test::nearest_cover(packed_allocation(c));
        const auto answer = solve_frontier(problem);
        REQUIRE(answer);
        check_frontier(problem, *answer, answer->loss);
        return problem.constant + answer->loss;
    };
    CHECK(margin(cyclic(45, 45, 5)) == -23);
    CHECK(margin(cyclic(31, 31, 7)) == margin(cyclic(62, 31, 7)) / 2); // two of every row
    CHECK(margin(repetition(99, 33)) == 3);
    for (std::size_t n : {5U, 21U, 63U, 301U}) {
        for (std::size_t b : {0U, 1U, 2U}) CHECK(margin(deterministic(n, b)) == static_cast<std::int64_t>(2 * b + 1));
    }
    CHECK(margin(deterministic(63, 10)) == 21);
    CHECK(margin(deterministic(601, 3)) == 7); // wide layers, of which only some are kept
}

TEST_CASE("identical columns and blocks cost nothing extra") {
    cover_problem blocks{90, 45, {}, 0};
    for (std::uint32_t g = 0; g < 9; ++g) {
        cover_row row;
        for (std::uint32_t j = 0; j < 10; ++j) row.columns.push_back(10 * g + j);
        row.need = 6;
        row.may_tie = true;
        blocks.rows.push_back(row);
    }
    const auto answer = solve_frontier(blocks);
    REQUIRE(answer);
    check_frontier(blocks, *answer, 4); // seven groups lose six columns each, which leaves three
    CHECK(answer->most_states <= 7);
}

TEST_CASE("giving up: too many states, too much memory, no time, asked to") {
    const cover_problem problem = election_test::nearest_cover(packed_allocation(cyclic(31, 31, 7)));
    const frontier_plan plan = plan_frontier(problem);
    const auto answer = solve_frontier(problem, plan);
    REQUIRE(answer);
    CHECK(solve_frontier(problem, plan, {.max_states = answer->most_states}));
    CHECK_FALSE(solve_frontier(problem, plan, {.max_states = answer->most_states - 1}));
    CHECK_FALSE(solve_frontier(problem, plan, {.max_bytes = 1000}));
    CHECK_FALSE(solve_frontier(problem, plan, {.time_limit = std::chrono::duration<double>(1e-9)}));
    CHECK(solve_frontier(problem, plan, {.time_limit = std::chrono::duration<double>(1e6)}));
    std::stop_source stop;
    CHECK(solve_frontier(problem, plan, {.stop = stop.get_token()}));
    stop.request_stop();
    CHECK_FALSE(solve_frontier(problem, plan, {.stop = stop.get_token()}));
    CHECK_FALSE(frontier_losses(problem, {.max_states = 10}));
}

TEST_CASE("the table is filled with the memory that it takes, and not with a byte less") {
    // Rows of columns i and i + 12, in the order of the numbers: after 12 columns all 2^12 choices are states of their own, each with costs
    // by 0 … 12 losers. The next column closes a row: 2^11 states, by 1 … 12 losers. Both are there then. A state has a word, two
    // numbers of 32 bits and the costs, of 16 bits each.
    cover_problem pairs{24, 12, {}, 0};
    for (std::uint32_t i = 0; i < 12; ++i) pairs.rows.push_back({{i, i + 12}, 2});
    std::vector<std::uint32_t> straight(24);
    for (std::uint32_t j = 0; j < 24; ++j) straight[j] = j;
    constexpr std::size_t enough = 4096 * (8 + 2 * 4 + 13 * 2) + 2048 * (8 + 2 * 4 + 12 * 2);
    const auto answer = solve_frontier(pairs, {straight, 0}, {.max_bytes = enough});
    REQUIRE(answer);
    check_frontier(pairs, *answer, 12); // six rows are wrong
    CHECK(answer->most_states == 4096);
    CHECK_FALSE(solve_frontier(pairs, {straight, 0}, {.max_bytes = enough - 1}));
    CHECK_FALSE(
        solve_frontier(pairs, {straight, 0}, {.max_bytes = 4096 * (8 + 2 * 4 + 13 * 2)})); // the next layer counts, too
    // One state after each column, with two costs after two of them.
    const cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
    CHECK(solve_frontier(uncoded, {{0, 1, 2}, 0}, {.max_bytes = 8 + 2 * 4 + 2 * 2}));
    CHECK_FALSE(solve_frontier(uncoded, {{0, 1, 2}, 0}, {.max_bytes = 8 + 2 * 4 + 2 * 2 - 1}));
    CHECK_FALSE(solve_frontier(uncoded, {{0, 1, 2}, 0}, {.max_bytes = 0}));
}

TEST_CASE("progress is told in columns") {
    const cover_problem problem = election_test::nearest_cover(packed_allocation(cyclic(101, 101, 8)));
    std::uint64_t before = 0;
    std::size_t calls = 0;
    frontier_options options{.time_limit = std::chrono::duration<double>(0.5)};
    options.on_progress = [&](const progress& now) {
        ++calls;
        CHECK(now.total == 101);
        CHECK(now.done >= before);
        CHECK(now.done <= now.total);
        before = now.done;
    };
    const auto start = std::chrono::steady_clock::now();
    (void)solve_frontier(problem, options);
    if (std::chrono::steady_clock::now() - start > std::chrono::milliseconds(400)) CHECK(calls >= 1);
    CHECK(calls <= 10);
}

TEST_CASE("impossible requests are refused in one line") {
    const cover_problem problem{3, 1, {{{0}, 1}}, 0};
    const auto text = [&](const frontier_plan& plan, const frontier_options& options = {}) {
        try {
            (void)solve_frontier(problem, plan, options);
        } catch (const parameter_error& failure) {
            return std::string(failure.what());
        }
        return std::string("nothing");
    };
    CHECK(text({{0, 1}, 0}) == "election::solve_frontier: order = 2 must be as long as there are columns: 3");
    CHECK(text({{0, 1, 3}, 0}) == "election::solve_frontier: column = 3 is not there");
    CHECK(text({{0, 1, 1}, 0}) == "election::solve_frontier: column = 1 is twice in the order");
    CHECK(text({{0, 1, 2}, 0}, {.max_states = 0}) == "election::solve_frontier: max_states = 0 must be at least 1");
    CHECK(text({{0, 1, 2}, 0}, {.time_limit = std::chrono::duration<double>(0)}) ==
          "election::solve_frontier: time_limit = 0 must be more than 0 s");
    CHECK_THROWS_AS((void)solve_frontier({1, 2, {}, 0}), parameter_error);
    CHECK_THROWS_AS((void)frontier_losses({1, 0, {{{0}, 0}}, 0}), parameter_error);
}

TEST_CASE("the smallest problems") {
    check_frontier({0, 0, {}, 0}, *solve_frontier({0, 0, {}, 0}), 0);
    check_frontier({1, 0, {{{0}, 1}}, 0}, *solve_frontier({1, 0, {{{0}, 1}}, 0}), 2);
    check_frontier({1, 1, {{{0}, 1}}, 0}, *solve_frontier({1, 1, {{{0}, 1}}, 0}), 0);
    check_frontier({2, 1, {{{}, 1, true}}, 0}, *solve_frontier({2, 1, {{{}, 1, true}}, 0}), 1);
}
