// SPDX-License-Identifier: MIT
#include <election/exact/cover_problem.hpp>

#include <cstdint>
#include <random>
#include <vector>

#include <doctest/doctest.h>
#include <support/random_cover.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("a row keeps twice its weight while it is right, its weight when it abstains, nothing when it is wrong") {
    const cover_row decides{{0, 1, 2, 3}, 3, false, 5};
    const cover_row abstains{{0, 1, 2, 3}, 3, true, 5};
    const std::vector<std::int64_t> kept_deciding{10, 10, 10, 0, 0};
    const std::vector<std::int64_t> kept_abstaining{10, 10, 5, 0, 0};
    for (std::size_t hits = 0; hits <= 4; ++hits) {
        CHECK(loss_of(decides, hits) == kept_deciding[hits]);
        CHECK(loss_of(abstains, hits) == kept_abstaining[hits]);
    }
    CHECK(loss_of(cover_row{{0}, 1, true, 4294967295U}, 0) == 4294967295);
    CHECK(loss_of(cover_row{{0}, 1, false, 4294967295U}, 0) == 8589934590);
}

TEST_CASE("the loss of a choice is that of its hits, whatever the order of losers") {
    const cover_problem problem{4, 2, {{{0, 1}, 1}, {{1, 2, 3}, 2, true, 3}, {{}, 1, true}, {{3}, 2}}, -7};
    CHECK(loss_of(problem, std::vector<std::uint32_t>{}) == 2 + 6 + 1 + 2);
    CHECK(loss_of(problem, std::vector<std::uint32_t>{0, 2}) == 0 + 3 + 1 + 2);
    CHECK(loss_of(problem, std::vector<std::uint32_t>{3, 1}) == 0 + 0 + 1 + 2);
    CHECK(loss_of(problem, std::vector<std::uint32_t>{2, 3}) == 2 + 0 + 1 + 2);
    CHECK(loss_of(cover_problem{}, std::vector<std::uint32_t>{}) == 0);
}

TEST_CASE("one more loser never raises the loss, and the unit divides all losses") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    for (int round = 0; round < 300; ++round) {
        const cover_problem problem = election_test::random_cover(random, 8, 6);
        std::vector<std::uint32_t> losers;
        std::int64_t before = loss_of(problem, losers);
        for (std::uint32_t column = 0; column < problem.columns; ++column) {
            REQUIRE(before % loss_unit(problem) == 0);
            losers.push_back(column);
            const std::int64_t after = loss_of(problem, losers);
            REQUIRE(after <= before);
            before = after;
        }
    }
}

TEST_CASE("the unit of losses") {
    CHECK(loss_unit(cover_problem{}) == 1);
    CHECK(loss_unit({2, 1, {{{0}, 1}, {{1}, 1}}}) == 2);
    CHECK(loss_unit({2, 1, {{{0}, 1}, {{0, 1}, 2, true}}}) == 1);
    CHECK(loss_unit({2, 1, {{{0}, 1, false, 3}, {{0, 1}, 2, false, 6}}}) == 6);
    CHECK(loss_unit({2, 1, {{{0}, 1, false, 2}, {{0, 1}, 2, true, 6}}}) == 2);
}

TEST_CASE("an answer is exact where its bound is its loss") {
    CHECK(cover_answer{{}, 3, 3}.exact());
    CHECK_FALSE(cover_answer{{}, 3, 2}.exact());
}

TEST_CASE("a problem that breaks an invariant is refused") {
    const auto message = [](const cover_problem& problem) {
        try {
            detail::require_valid(problem, "here");
        } catch (const parameter_error& failure) {
            return std::string(failure.what());
        }
        return std::string();
    };
    CHECK(message({3, 3, {{{0, 2}, 1}}}).empty());
    CHECK(message({3, 4, {}}) == "election::here: budget = 4 is more than there are columns");
    CHECK(message({3, 1, {{{0}, 0}}}) == "election::here: need = 0 must be at least 1");
    CHECK(message({3, 1, {{{0}, 1, false, 0}}}) == "election::here: weight = 0 must be at least 1");
    CHECK(message({3, 1, {{{0, 3}, 1}}}) == "election::here: column = 3 is not there");
    CHECK(message({3, 1, {{{1, 0}, 1}}}) == "election::here: column = 0 is out of order");
    CHECK(message({3, 1, {{{1, 1}, 1}}}) == "election::here: column = 1 is out of order");
}
