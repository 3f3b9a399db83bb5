// SPDX-License-Identifier: MIT
#include <election/exact/solve_cover.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <stop_token>
#include <vector>

#include <doctest/doctest.h>

#include <election/exact/circle_order.hpp>
#include <election/exact/cover_reference.hpp>
#include <election/exact/frontier_order.hpp>

#include "support/cover_problems.hpp"
#include "support/seed.hpp"

using election::cover_method;
using election::cover_problem;
using election::solve_options;

namespace {

constexpr auto solving = election::cover_kernel_for<election::default_arch>();

} // namespace

TEST_CASE("every method finds the least loss") {
    election_test::cover_problems problems(1);
    for (int trial = 0; trial < 400; ++trial) {
        const cover_problem problem = problems.any(13, 16);
        const auto expected = election::solve_cover_reference(problem);
        for (cover_method method : {cover_method::automatic, cover_method::tree, cover_method::frontier}) {
            solve_options options;
            options.method = method;
            options.threads = 1 + static_cast<unsigned>(trial % 2);
            options.prove = trial % 3 == 0;
            const auto found = election::solve_cover(problem, options, solving);
            CAPTURE(trial);
            REQUIRE(found.exact());
            REQUIRE(found.loss == expected.loss);
            REQUIRE(found.losers.size() == problem.budget);
            REQUIRE(election::loss_of(problem, found.losers) == found.loss);
        }
    }
}

TEST_CASE("a question is answered, and no more than that") {
    election_test::cover_problems problems(2);
    for (int trial = 0; trial < 400; ++trial) {
        const cover_problem problem = problems.any(12, 16);
        const auto expected = election::solve_cover_reference(problem);
        solve_options options;
        options.enough = static_cast<std::int64_t>(problems.number(12)) - 1;
        const auto found = election::solve_cover(problem, options, solving);
        CAPTURE(trial);
        REQUIRE(found.loss_lower <= expected.loss);
        REQUIRE(found.loss >= expected.loss);
        REQUIRE(election::loss_of(problem, found.losers) == found.loss);
        if (expected.loss <= *options.enough) {
            REQUIRE(found.loss <= *options.enough);
        } else {
            REQUIRE(found.loss_lower > *options.enough);
        }
    }
}

TEST_CASE("windows that fill a circle are settled by groups, with a proof if one is asked for") {
    constexpr std::uint32_t columns = 63; // nine windows of seven, and four losers make one wrong
    cover_problem ring{columns, (columns - 1) / 2, {}, 0};
    for (std::uint32_t i = 0; i < columns; ++i) {
        election::cover_row row{{}, 4};
        for (std::uint32_t j = 0; j < 7; ++j) row.columns.push_back((i + j) % columns);
        std::ranges::sort(row.columns);
        ring.rows.push_back(row);
    }
    for (bool prove : {false, true}) {
        solve_options options;
        options.prove = prove;
        const auto found = election::solve_cover(ring, options, solving);
        CHECK(found.method == "groups");
        CHECK(found.loss == 28); // of each of the seven ways to fill it two windows stay right
        CHECK(found.exact());
        REQUIRE(found.groups.has_value() == prove);
        if (prove) CHECK(is_proved(ring, *found.groups));
    }
}

TEST_CASE("a small table comes before everything else, unless a proof is asked for") {
    cover_problem line{60, 29, {}, 0};
    for (std::uint32_t i = 0; i + 3 <= 60; ++i) line.rows.push_back({{i, i + 1, i + 2}, 2});
    const auto found = election::solve_cover(line, {}, solving);
    CHECK(found.method == "frontier");
    CHECK(found.loss == election::solve_frontier(line)->loss);
    CHECK(found.exact());
    REQUIRE(found.reasons.size() == 1);
    CHECK(found.reasons[0].ends_with("states is as good as free"));
    solve_options options;
    options.prove = true;
    CHECK(election::solve_cover(line, options, solving).reasons[0].starts_with("tabu search"));
}

TEST_CASE("circulants are solved by their table, others refused") {
    election_test::cover_problems problems(3);
    const cover_problem ring = problems.circulant(14, 1, 4, 2);
    solve_options options;
    options.method = cover_method::circulant;
    CHECK(election::solve_cover(ring, options, solving).loss == election::solve_cover_reference(ring).loss);
    cover_problem uneven{18, 8, {}, 0}; // windows of half the columns, closed under no rotation
    for (const std::uint32_t start : {0U, 2U, 9U, 13U}) {
        election::cover_row row;
        for (std::uint32_t j = 0; j < 9; ++j) row.columns.push_back((start + j) % 18);
        std::ranges::sort(row.columns);
        row.need = 5;
        uneven.rows.push_back(row);
    }
    const auto by_windows = election::solve_cover(uneven, options, solving);
    CHECK(by_windows.loss == election::solve_cover_reference(uneven).loss);
    CHECK(by_windows.exact());
    CHECK(
        std::ranges::find(by_windows.reasons, "windows: of whole blocks, tables over 2 blocks of 9 columns side by side") !=
        by_windows.reasons.end());
    const cover_problem other{4, 2, {{{0, 1, 2}, 2}, {{1, 3}, 1}, {{0, 2}, 2}}, 0};
    CHECK_THROWS_AS((void)election::solve_cover(other, options, solving), election::parameter_error);
}

TEST_CASE("circles whose columns are mixed up are solved by their tables") {
    election_test::cover_problems problems(election_test::seed());
    int windows = 0;
    int rotations = 0;
    for (int trial = 0; trial < 300; ++trial) {
        const std::size_t columns = 4 + problems.number(8);
        const std::size_t length = 2 + problems.number(columns - 3);
        cover_problem ring{columns, (columns - 1) / 2, {}, 0};
        const election::cover_row example = problems.row(std::vector<std::uint32_t>(length), 3);
        for (std::size_t start = 0; start < columns; ++start) {
            ring.rows.push_back(example);
            for (std::size_t i = 0; i < length; ++i)
                ring.rows.back().columns[i] = static_cast<std::uint32_t>((start + i) % columns);
            std::ranges::sort(ring.rows.back().columns);
        }
        if (!election::find_windows(ring) && !election::find_rotations(ring)) continue; // no row varies, or too many blocks
        const cover_problem problem = problems.shuffled(ring);
        const auto expected = election::solve_cover_reference(problem);
        for (const bool prove : {false, true}) {
            solve_options options;
            options.method = cover_method::circulant;
            options.threads = 1 + static_cast<unsigned>(trial % 2);
            options.prove = prove;
            CAPTURE(trial);
            const auto found = election::solve_cover(problem, options, solving);
            REQUIRE(found.exact());
            REQUIRE(found.loss == expected.loss);
            REQUIRE(election::loss_of(problem, found.losers) == found.loss);
            if (!found.circle) continue;
            // Its order is that of a circle.
            const cover_problem again = election::in_order(problem, found.circle->order);
            REQUIRE((found.circle->is_windows ? election::find_windows(again).has_value()
                                              : election::find_rotations(again).has_value()));
            ++(found.circle->is_windows ? windows : rotations);
        }
    }
    CHECK(windows > 10);
    CHECK(rotations > 10);
}

TEST_CASE("a method of the caller's is taken when it is expected to be fast, and left when it gives up") {
    std::mt19937 random(4);
    cover_problem problem{60, 29, {}, 0}; // more than a moment for the tree
    for (int i = 0; i < 60; ++i) {
        election::cover_row row;
        for (std::uint32_t j = 0; j < 60; ++j) {
            if (random() % 10 < 3) row.columns.push_back(j);
        }
        row.need = static_cast<std::uint32_t>(row.columns.size() / 2 + 1);
        row.may_tie = row.columns.size() % 2 == 0;
        problem.rows.push_back(row);
    }
    int calls = 0;
    std::int64_t found_by_it = -1;
    solve_options options;
    options.seconds = 0.3;
    options.others.push_back({"quick", 0.001, [&](double) -> std::optional<election::cover_answer> {
                                  ++calls;
                                  return std::nullopt;
                              }});
    options.others.push_back({"sure", 0.002, [&](double) -> std::optional<election::cover_answer> {
                                  ++calls;
                                  election::tabu_options longer;
                                  longer.walks = 4;
                                  election::cover_answer answer = election::tabu_search(problem, longer, solving);
                                  answer.loss_lower = answer.loss; // perhaps a lie, to be recognised
                                  found_by_it = answer.loss;
                                  return answer;
                              }});
    const auto found = election::solve_cover(problem, options, solving);
    CHECK(calls == 2);
    CHECK(found.method == "sure");
    CHECK(found.loss == found_by_it);
    CHECK(found.exact());
    // Those that have to be looked for are asked for late: here, but not where the tree is done at once.
    int asked = 0;
    const auto sure = options.others.back();
    options.others.clear();
    options.more = [&]() -> std::vector<election::other_method> {
        ++asked;
        return {sure};
    };
    CHECK(election::solve_cover(problem, options, solving).method == "sure");
    CHECK(asked == 1);
    // They are not if they cannot be the quickest, unless all others have given up.
    options.others.push_back({"quick", 0.001, [](double) { return std::optional<election::cover_answer>(); }});
    options.more_seconds = 0.002;
    CHECK(election::solve_cover(problem, options, solving).method == "sure");
    CHECK(asked == 2);
    int quick = 0;
    options.others.back().solve = [&](double) -> std::optional<election::cover_answer> {
        quick = asked;
        return sure.solve(1);
    };
    CHECK(election::solve_cover(problem, options, solving).method == "quick");
    CHECK(quick == 2);
    CHECK(asked == 2);
    options.others.clear();
    options.more_seconds = 0;
    asked = 1;
    const cover_problem easy{5, 2, {{{0, 1, 2}, 2}, {{2, 3, 4}, 2}, {{0, 3}, 1}, {{1, 4}, 2}}, 0};
    CHECK(election::solve_cover(easy, options, solving).loss == election::solve_cover_reference(easy).loss);
    CHECK(asked == 1);
    options.more = {};
    options.seconds = 0.05;
    const auto stopped = election::solve_cover(problem, options, solving);
    CHECK(!stopped.exact());
    CHECK(stopped.loss_lower >= 0);
    CHECK(stopped.loss == election::loss_of(problem, stopped.losers));
}

TEST_CASE("a large table is planned once the tree has taken longer than it seemed to need, before slower ways") {
    // A band of 16 columns, with gaps so that it is not closed under rotation.
    std::mt19937 random(5);
    cover_problem band{60, 29, {}, 0};
    for (std::uint32_t i = 0; i < 60; ++i) {
        election::cover_row row;
        for (std::uint32_t j = i; j < std::min(60U, i + 16); ++j) {
            if (random() % 6 != 0) row.columns.push_back(j);
        }
        row.need = static_cast<std::uint32_t>(row.columns.size() / 2 + 1);
        row.may_tie = row.columns.size() % 2 == 0;
        band.rows.push_back(row);
    }
    REQUIRE(election::plan_frontier(band).states > 3e5); // more than is planned before there is a tree
    solve_options options;
    int slow = 0;
    options.others.push_back({"slow", 3000, [&](double) {
                                  ++slow;
                                  return std::optional<election::cover_answer>();
                              }});
    std::vector<double> asked; // of a tree that is never done, though it looks so
    options.search = [&](const cover_problem&, const election::search_options& search, const election::cover_kernel&,
                         election::search_state& state) {
        asked.push_back(search.seconds);
        state.done = 0.9;
    };
    const auto found = election::solve_cover(band, options, solving);
    CHECK(found.method == "frontier");
    CHECK(found.exact());
    CHECK(slow == 0);
    REQUIRE(!asked.empty());
    CHECK(*std::ranges::max_element(asked) < 60);
    // The answer of a tree, as it is with one that searches.
    options.search = {};
    options.others.clear();
    options.method = cover_method::frontier;
    CHECK(election::solve_cover(band, options, solving).loss == found.loss);
    // Nothing is planned any more once it is stopped.
    std::stop_source source;
    options.method = cover_method::automatic;
    options.stop = source.get_token();
    int calls = 0;
    options.search = [&](const cover_problem&, const election::search_options&, const election::cover_kernel&,
                         election::search_state& state) {
        state.done = 0.01;
        if (++calls == 2) source.request_stop();
    };
    const auto stopped = election::solve_cover(band, options, solving);
    CHECK(stopped.method == "tree");
    CHECK(!stopped.exact());
}
