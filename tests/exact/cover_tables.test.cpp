// SPDX-License-Identifier: MIT
#include <election/exact/cover_tables.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <support/random_cover.hpp>
#include <support/seed.hpp>

using namespace election;
using detail::cover_tables;

TEST_CASE("the tables say what the problem says, and nothing of the padding") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    for (int round = 0; round < 100; ++round) {
        const cover_problem problem = election_test::random_cover(random, 80, 80);
        const cover_tables tables(problem);
        const detail::cover_view& view = tables.view();
        REQUIRE(view.columns == problem.columns);
        REQUIRE(view.column_lanes >= problem.columns);
        REQUIRE(view.column_lanes % detail::cover_lanes == 0);
        REQUIRE(view.row_lanes >= problem.rows.size());
        REQUIRE(view.row_lanes % detail::cover_lanes == 0);
        REQUIRE(view.column_words == cover_tables::column_words(problem.columns));
        REQUIRE((view.column_words * 64 >= view.column_lanes && view.row_words * 64 >= view.row_lanes));
        REQUIRE(tables.budget() == problem.budget);
        bool right = true;
        for (std::size_t i = 0; i < view.row_lanes; ++i) {
            const bool there = i < problem.rows.size();
            const cover_row row = there ? problem.rows[i] : cover_row{{}, 0, false, 0};
            const std::int64_t half = std::int64_t{view.scale} * row.weight;
            right = right && tables.need()[i] == static_cast<std::int64_t>(row.need);
            right = right && view.may_tie[i] == (row.may_tie ? -1 : 0) && view.half_loss[i] == half;
            right = right && (there ? view.cap[i] * std::int64_t{row.need} + half <= 32767 : view.cap[i] == 0);
            std::vector<char> held(view.column_lanes, 0);
            for (std::uint32_t j : row.columns) held[j] = 1;
            for (std::size_t j = 0; j < view.column_lanes; ++j) {
                right = right && view.holds[i * view.column_lanes + j] == -held[j];
                right = right && view.held[j * view.row_lanes + i] == held[j];
                right = right &&
                        (j >= problem.columns || (view.column_fours[j / 4 * view.row_lanes + i] >> (j % 4) & 1) == held[j]);
                right = right && (!there || (view.row_fours[i / 4 * view.column_lanes + j] >> (i % 4 + 1) & 1) == held[j]);
                right =
                    right && (view.column_rows[j * view.row_words + i / 64] >> (i % 64) & 1U) == (held[j] != 0 ? 1U : 0U);
            }
        }
        for (std::size_t j = 0; j < view.column_words * 64; ++j) {
            right = right && (view.branchable[j / 64] >> (j % 64) & 1U) == (j < problem.columns ? 1U : 0U);
        }
        REQUIRE(right);
    }
}

TEST_CASE("gains fall with the need, as a power of it, unless there are very many columns") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    for (const std::uint32_t columns : {5U, 40U, 150U, 300U}) {
        cover_problem problem{columns, 2, {}, 0};
        double usual = 0;
        for (std::uint32_t i = 0; i < 50; ++i) {
            problem.rows.push_back({{i % columns}, static_cast<std::uint32_t>(1 + random() % columns), false, 1});
            usual += problem.rows.back().need / 50.0;
        }
        const cover_tables tables(problem);
        int last = 1000;
        for (int need = 1; need <= 300; ++need) {
            int gain = detail::largest_gain;
            for (std::size_t level = 0; level < detail::gain_levels; ++level) {
                const int step = detail::cover_loops<arch::word64>::gain_steps[level];
                gain -= need > tables.view().gain_needs[level] ? step : 0;
            }
            const double exact = std::clamp(8 * std::pow(usual / need, 0.75), 3.0, 20.0);
            CHECK(std::abs(gain - (columns < 176 ? exact : 8)) <= 2);
            CHECK(gain <= last);
            last = gain;
        }
    }
}

TEST_CASE("a node that was used is as good as new") {
    std::mt19937 random(3);
    const cover_problem problem = election_test::random_cover(random, 40, 40);
    const cover_tables tables(problem);
    const detail::cover_view& view = tables.view();
    const cover_kernel kernel = cover_kernel_for<arch::word64>();
    const std::vector<std::uint64_t> all(view.branchable, view.branchable + view.column_words);
    const std::vector<std::uint64_t> none(view.column_words, 0);
    detail::cover_node_memory fresh(view);
    detail::cover_node_memory used(view);
    const detail::cover_node& node = used.node();
    for (std::int16_t* lanes : {node.need, node.open_held, node.multipliers, node.direction})
        std::fill_n(lanes, view.row_lanes, std::int16_t{77});
    std::fill_n(node.open_lanes, view.column_lanes, std::int16_t{77});
    for (detail::cover_node_memory* memory : {&fresh, &used}) memory->reset(tables, kernel, all, none);
    const detail::cover_node& expected = fresh.node();
    for (const auto& [a, b] :
         {std::pair{node.need, expected.need}, std::pair{node.open_held, expected.open_held},
          std::pair{node.multipliers, expected.multipliers}, std::pair{node.direction, expected.direction}}) {
        CHECK(std::equal(a, a + view.row_lanes, b));
    }
    CHECK(std::equal(node.open_lanes, node.open_lanes + view.column_lanes, expected.open_lanes));
    CHECK((node.budget == expected.budget && node.open_count == expected.open_count));
}

TEST_CASE("the scale is the finest at which a column's prices fit, and no coarser than whole numbers") {
    CAPTURE(election_test::seed());
    CHECK(cover_tables::scale_of({}) == 4096);
    CHECK(cover_tables::scale_of({3, 1, {{{0}, 1, false, 3}}}) == 8192 / 3);
    cover_problem ten{2, 1, std::vector<cover_row>(10, cover_row{{0}, 1}), 0};
    CHECK(cover_tables::scale_of(ten) == 64990 / 20);
    // Twice the loss of an abstention and one more is the largest multiplier.
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    for (int round = 0; round < 200; ++round) {
        cover_problem problem = election_test::random_cover(random, 9, 60);
        for (cover_row& row : problem.rows) row.weight = static_cast<std::uint32_t>(election_test::between(random, 1, 500));
        const cover_tables tables(problem);
        std::int64_t dearest = 0;
        for (std::size_t j = 0; j < problem.columns; ++j) {
            std::int64_t price = 0;
            for (std::size_t i = 0; i < problem.rows.size(); ++i) {
                price += tables.view().held[j * tables.view().row_lanes + i] * std::int64_t{tables.view().cap[i]};
            }
            dearest = std::max(dearest, price);
        }
        REQUIRE(dearest - 32767 <= 32767);
        REQUIRE(tables.view().scale >= 1);
    }
    cover_problem most{1, 0, std::vector<cover_row>(21666, cover_row{{0}, 1}), 0};
    CHECK(cover_tables::scale_of(most) == 1);
    most.rows.push_back({{0}, 1});
    // One row more, and multipliers are cut so that they fit all the same.
    for (const std::size_t rows : {std::size_t{21667}, std::size_t{70000}}) {
        most.rows.resize(rows, cover_row{{0}, 1});
        CHECK(cover_tables::scale_of(most) == 1);
        const cover_tables tables(most);
        std::int64_t price = 0;
        for (std::size_t i = 0; i < rows; ++i) price += tables.view().cap[i];
        CHECK(price <= cover_tables::largest_price);
        CHECK(cover_tables::fits(most));
    }
    CHECK(!cover_tables::fits({1, 0, {{{0}, 1, false, 8193}}}));
    CHECK(!cover_tables::fits({30001, 0, {}}));
    CHECK_THROWS_AS((void)cover_tables::scale_of({1, 0, std::vector<cover_row>(70000, cover_row{{0}, 1, false, 8192})}),
                    parameter_error);
    CHECK(cover_tables::scale_of({1, 0, {{{0}, 1, false, 8192}}}) == 1);
    CHECK_THROWS_AS((void)cover_tables::scale_of({1, 0, {{{0}, 1, false, 8193}}}), parameter_error);
}

TEST_CASE("a need beyond all columns is kept out of reach, and fits") {
    const cover_tables tables({2, 1, {{{0, 1}, 0xFFFFFFFF, true, 1}, {{0, 1}, 3, true, 1}}, 0});
    CHECK(tables.need()[0] == 4);
    CHECK(tables.need()[1] == 3);
}

TEST_CASE("nodes and scratch have memory of their own") {
    const cover_tables tables({70, 3, {{{0, 1, 69}, 2}, {{1}, 1}}, 0});
    const auto kernel = cover_kernel_for<arch::word64>();
    detail::cover_node_memory one(tables.view());
    const std::vector<std::uint64_t> open{0b100, 0b100000};
    const std::vector<std::uint64_t> losers{0b010, 0};
    one.reset(tables, kernel, open, losers);
    CHECK(one.node().budget == 2);
    CHECK(one.node().open_count == 2);
    CHECK(one.node().open[0] == 0b100);
    CHECK(one.node().open[1] == 0b100000);
    CHECK(one.node().losers[0] == 0b010);
    CHECK(one.node().need[0] == 1);
    CHECK(one.node().need[1] == 0);
    CHECK(one.node().open_held[0] == 1);
    CHECK(one.node().open_held[1] == 0);
    CHECK(one.node().open_lanes[69] == -1);
    CHECK(one.node().open_lanes[1] == 0);
    CHECK(one.node().multipliers[0] == tables.view().half_loss[0]);
    CHECK(one.node().multipliers[1] == 0);
    detail::cover_node_memory two(tables.view());
    two.copy_from(one);
    CHECK(two.node().budget == 2);
    CHECK(two.node().need[0] == 1);
    const std::vector<std::uint64_t> zeros{0, 0b100000};
    const std::vector<std::uint64_t> ones{0b100, 0};
    kernel.fix(tables.view(), two.node(), zeros.data(), ones.data());
    CHECK(two.node().open[1] == 0);
    CHECK(one.node().open[1] == 0b100000);
    CHECK(two.node().budget == 1);
    CHECK(one.node().budget == 2);
    CHECK(one.node().open_held[0] == 1);
    CHECK(two.node().open_held[0] == 0);
}
