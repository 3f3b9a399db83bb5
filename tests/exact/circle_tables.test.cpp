// SPDX-License-Identifier: MIT
#include <election/exact/circle_tables.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stop_token>
#include <vector>

#include <doctest/doctest.h>
#include <election/exact/cover_reference.hpp>
#include <election/exact/tabu_search.hpp>
#include <support/cover_problems.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// All windows of a length on a circle, alike or of different weights.
cover_problem ring_of(election_test::cover_problems& problems, std::size_t columns, std::size_t length, bool alike) {
    cover_problem ring{columns, (columns - 1) / 2, {}, 0};
    const cover_row example = problems.row(std::vector<std::uint32_t>(length), 3);
    for (std::size_t start = 0; start < columns; ++start) {
        cover_row row = example;
        for (std::size_t i = 0; i < length; ++i) row.columns[i] = static_cast<std::uint32_t>((start + i) % columns);
        std::ranges::sort(row.columns);
        if (!alike) row.weight = static_cast<std::uint32_t>(1 + problems.number(3));
        ring.rows.push_back(std::move(row));
    }
    return ring;
}

} // namespace

TEST_CASE("either kind of table finds the least loss, with the columns in order or mixed up") {
    CAPTURE(election_test::seed());
    election_test::cover_problems problems(election_test::seed());
    int windows = 0;
    int rotations = 0;
    int mixed_up = 0;
    for (int trial = 0; trial < 300; ++trial) {
        const std::size_t columns = 4 + problems.number(8);
        const cover_problem ring = ring_of(problems, columns, 2 + problems.number(columns - 3), trial % 3 != 0);
        const cover_problem problem = trial % 2 == 0 ? ring : problems.shuffled(ring);
        circle_tables tables(problem);
        if (!circle_tables(ring).any()) continue; // no row varies, or too many blocks
        CAPTURE(trial);
        REQUIRE(tables.any());
        const cover_answer known = tabu_search(problem, {.walks = 1});
        const double seconds = tables.estimate(known.loss);
        REQUIRE(seconds >= 0);
        REQUIRE(seconds < std::numeric_limits<double>::infinity());
        REQUIRE(tables.any()); // the quicker kind is left
        const std::int64_t least = solve_cover_reference(problem).loss;
        for (const std::vector<std::uint32_t>& losers : {std::vector<std::uint32_t>{}, known.losers}) {
            const auto found = tables.solve(losers, {});
            REQUIRE(found);
            REQUIRE(found->exact());
            REQUIRE(found->loss == least);
            REQUIRE(found->losers.size() == problem.budget);
            REQUIRE(loss_of(problem, found->losers) == least);
        }
        const circle_proof proof = tables.proof();
        REQUIRE(proof.is_windows == tables.windows().has_value());
        ++(proof.is_windows ? windows : rotations);
        if (tables.mixed_up()) ++mixed_up;
        // Its order is that of a circle.
        const cover_problem again = in_order(problem, proof.order);
        REQUIRE((proof.is_windows ? find_windows(again).has_value() : find_rotations(again).has_value()));
    }
    CHECK(windows > 10);
    CHECK(rotations > 10);
    CHECK(mixed_up > 10);
}

TEST_CASE("windows are dropped where rotations are quicker, and the other way round") {
    election_test::cover_problems problems(1);
    // Short windows of a long circle, as 8 blocks: far more guesses than states of a rotation.
    const cover_problem narrow = ring_of(problems, 48, 6, true);
    circle_tables rotations(narrow);
    REQUIRE(rotations.windows());
    REQUIRE(rotations.rotation_seconds() < std::numeric_limits<double>::infinity());
    const double seconds = rotations.rotation_seconds();
    CHECK(rotations.estimate(1000000) == seconds);
    CHECK_FALSE(rotations.windows());
    // Windows that are too wide for rotations.
    const cover_problem halves = ring_of(problems, 30, 15, true);
    const circle_tables wide(halves);
    CHECK(wide.rotation_seconds() == std::numeric_limits<double>::infinity());
    REQUIRE(wide.windows());
}

TEST_CASE("no tables where nothing is regular, and none are filled when asked to stop") {
    const cover_problem other{4, 2, {{{0, 1, 2}, 2}, {{1, 3}, 1}, {{0, 2}, 2}}, 0};
    circle_tables none(other);
    CHECK_FALSE(none.any());
    CHECK_FALSE(none.mixed_up());
    CHECK(none.estimate(5) == std::numeric_limits<double>::infinity());
    CHECK_FALSE(none.solve({}, {}));

    election_test::cover_problems problems(2);
    const cover_problem ring = ring_of(problems, 41, 7, true);
    std::stop_source source;
    source.request_stop();
    const circle_tables tables(ring);
    CHECK_FALSE(tables.solve({}, {1, 1e9, source.get_token()}));
    CHECK_THROWS_AS((void)tables.solve({}, {.seconds = 0}), parameter_error);
}
