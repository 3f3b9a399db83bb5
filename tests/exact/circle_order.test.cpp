// SPDX-License-Identifier: MIT
#include <election/exact/circle_order.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/error.hpp>
#include <election/exact/circulant.hpp>
#include <election/exact/window_tables.hpp>
#include <support/cover_problems.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// Windows of some lengths that begin at every `step`-th column.
cover_problem ring_of(std::size_t columns, const std::vector<std::size_t>& lengths, std::size_t step = 1) {
    cover_problem problem{columns, (columns - 1) / 2, {}, 0};
    for (const std::size_t length : lengths) {
        for (std::size_t start = 0; start < columns; start += step) {
            cover_row row{{}, static_cast<std::uint32_t>(length / 2 + 1), false, 1};
            for (std::size_t i = 0; i < length; ++i)
                row.columns.push_back(static_cast<std::uint32_t>((start + i) % columns));
            std::ranges::sort(row.columns);
            problem.rows.push_back(row);
        }
    }
    return problem;
}

} // namespace

TEST_CASE("windows of a circle whose columns were mixed up are windows again in the circle's order") {
    CAPTURE(election_test::seed());
    election_test::cover_problems draw(election_test::seed());
    for (int round = 0; round < 300; ++round) {
        CAPTURE(round);
        const std::size_t width = 3 + draw.number(24); // shorter ones of four columns cannot turn
        const std::size_t columns = width * (2 + draw.number(3));
        std::vector<std::size_t> lengths{width};
        if (draw.number(1) == 0 && 2 * width < columns) lengths.push_back(2 * width);
        const cover_problem mixed = in_order(ring_of(columns, lengths), draw.order(columns));
        const auto order = circle_order(mixed);
        REQUIRE(order);
        const cover_problem again = in_order(mixed, *order);
        const auto windows = find_windows(again);
        REQUIRE(windows);
        CHECK(windows->width == width);
        CHECK(windows->step == 1);
    }
    // Short ones are found by their rotations; and identical columns stand side by side.
    const cover_problem ring = ring_of(31, {5});
    CHECK_FALSE(find_rotations(in_order(ring, draw.order(31))));
    const cover_problem mixed = in_order(ring, draw.order(31));
    const auto rotations = find_rotations(in_order(mixed, *circle_order(mixed)));
    REQUIRE(rotations);
    CHECK(rotations->span == 4);
    const cover_problem pairs = ring_of(20, {4, 8}, 2); // columns 2i and 2i + 1 are alike
    const auto places = draw.order(20);
    const auto order = circle_order(in_order(pairs, places));
    REQUIRE(order);
    for (std::size_t i = 0; i < 20; i += 2) CHECK(places[(*order)[i]] / 2 == places[(*order)[i + 1]] / 2);
}

TEST_CASE("an order has every column once, from the first on; or there is none, where columns are in more or fewer rows") {
    CAPTURE(election_test::seed());
    election_test::cover_problems draw(election_test::seed());
    int found = 0;
    for (int round = 0; round < 500; ++round) {
        const cover_problem problem = draw.any(9, 12);
        std::vector<std::size_t> rows_of(problem.columns, 0);
        for (const cover_row& row : problem.rows) {
            for (std::uint32_t j : row.columns) ++rows_of[j];
        }
        const auto order = circle_order(problem);
        const bool even = !rows_of.empty() && rows_of[0] > 0 &&
                          std::ranges::all_of(rows_of, [&](std::size_t rows) { return rows == rows_of[0]; });
        REQUIRE(order.has_value() == even);
        if (!order) continue;
        ++found;
        CHECK(order->front() == 0);
        std::vector<std::uint32_t> sorted = *order;
        std::ranges::sort(sorted);
        for (std::uint32_t j = 0; j < sorted.size(); ++j) CHECK(sorted[j] == j);
        // A choice keeps its loss.
        const cover_problem turned = in_order(problem, *order);
        std::vector<std::uint32_t> losers;
        std::vector<std::uint32_t> places;
        for (std::uint32_t i = 0; i < order->size(); ++i) {
            if (draw.number(1) == 0) continue;
            places.push_back(i);
            losers.push_back((*order)[i]);
        }
        CHECK(loss_of(turned, places) == loss_of(problem, losers));
        CHECK(turned.budget == problem.budget);
    }
    CHECK(found > 5);
    CHECK_FALSE(circle_order(cover_problem{0, 0, {}, 0}));
    CHECK_FALSE(circle_order(cover_problem{2, 1, {}, 0}));
}

TEST_CASE("an order that is none is refused") {
    const cover_problem problem = ring_of(3, {2});
    CHECK_THROWS_WITH_AS((void)in_order(problem, std::vector<std::uint32_t>{0, 1}),
                         "election::in_order: order = 2 must have as many columns as there are, 3", parameter_error);
    CHECK_THROWS_AS((void)in_order(problem, std::vector<std::uint32_t>{0, 1, 1}), parameter_error);
    CHECK_THROWS_AS((void)in_order(problem, std::vector<std::uint32_t>{0, 1, 3}), parameter_error);
}
