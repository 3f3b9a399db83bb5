// SPDX-License-Identifier: MIT
#include <election/exact/exact_model.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/exact/cover_reference.hpp>
#include <election/exact/model_reference.hpp>
#include <election/verify/nearest.hpp>
#include <election/verify/reference.hpp>
#include <support/known_codes.hpp>
#include <support/random_code.hpp>
#include <support/random_cover.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

std::int64_t margin_by_cover(const packed_allocation& code, const exact_model& model) {
    std::vector<std::int64_t> margins;
    for (int truth : truths_to_check(model)) {
        const cover_problem cover = make_cover_problem(code, model, truth).cover;
        margins.push_back(cover.constant + solve_cover_reference(cover).loss);
    }
    return *std::min_element(margins.begin(), margins.end());
}

packed_allocation rows(std::size_t partitions, const std::vector<std::vector<std::size_t>>& held) {
    packed_allocation code(held.size(), partitions);
    for (std::size_t i = 0; i < held.size(); ++i) {
        for (std::size_t j : held[i]) code.set(i, j);
    }
    return code;
}

} // namespace

TEST_CASE("the cover problem has the margin of the definition, for every kind of model") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    for (std::uint64_t round = 0; round < 2500; ++round) {
        CAPTURE(round);
        std::size_t k = election_test::between(random, 1, 7);
        const std::size_t n = election_test::between(random, 1, 5);
        exact_model model = election_test::random_model(random, n, k);
        if (model.corrupted > 0 || model.alphabet == sign_alphabet::ternary) { // choices multiply
            k = election_test::between(random, 1, model.corrupted > 1 && model.alphabet == sign_alphabet::ternary ? 4 : 5);
            model.may_lose = election_test::random_subset(random, election_test::between(random, 0, 1) == 0 ? 0 : k);
            model.corrupted = std::min(model.corrupted, k);
        }
        const double density = static_cast<double>(election_test::between(random, 1, 9)) / 10;
        const packed_allocation code = election_test::random_code(n, k, density, election_test::seed() + round);
        REQUIRE(margin_by_cover(code, model) == verify_model_reference(code, model).margin);
    }
}

TEST_CASE("the default model is that of verify") {
    CAPTURE(election_test::seed());
    for (std::uint64_t round = 0; round < 150; ++round) {
        const packed_allocation code =
            election_test::random_code(1 + round % 11, 1 + round % 10, 0.5, election_test::seed() + round);
        for (tie_policy ties : tie_policies) {
            REQUIRE(margin_by_cover(code, {.ties = ties}) == verify_reference(code, ties).margin);
            for (int truth : {1, -1}) { // what is proved without a search is the same, too
                const auto problem = make_cover_problem(code, {.ties = ties}, truth);
                const nearest_problem nearest = make_nearest_problem(code, ties, truth);
                REQUIRE(problem.cover.constant == nearest.margin_lower());
                REQUIRE(problem.workers.size() == nearest.singles.size() + nearest.pairs.size());
            }
        }
    }
}

TEST_CASE("known codes have their tolerance") {
    for (const auto& known : election_test::optimal_codes()) {
        CAPTURE(known.name);
        const packed_allocation code = election_test::matrix_of(known);
        CHECK(tolerance_of(static_cast<int>(margin_by_cover(code, {}))) == known.tolerance);
        CHECK((tolerance_of(static_cast<int>(margin_by_cover(code, {.ties = tie_policy::coin}))) == known.tolerance) ==
              known.ties_wrong_too);
    }
}

TEST_CASE("rows, needs and ties of binary signs") {
    const packed_allocation code = rows(5, {{0, 1, 2}, {1, 4}, {}, {0, 1, 2, 3, 4}, {3}, {0, 1, 2, 3}});
    const auto abstain = make_cover_problem(code, {}, 1);
    CHECK(abstain.workers == std::vector<std::size_t>{0, 1, 4, 5});
    CHECK(abstain.partitions == std::vector<std::size_t>{0, 1, 2, 3, 4});
    CHECK(abstain.cover.columns == 5);
    CHECK(abstain.cover.budget == 2);
    CHECK(abstain.cover.constant == -4 + 0 + 1); // varying, idle, full
    CHECK(abstain.cover.rows ==
          std::vector<cover_row>{
              {{0, 1, 2}, 2, false, 1}, {{1, 4}, 2, true, 1}, {{3}, 1, false, 1}, {{0, 1, 2, 3}, 3, true, 1}});
    const auto coin = make_cover_problem(code, {.ties = tie_policy::coin}, 1);
    CHECK(coin.cover.rows[1] == cover_row{{1, 4}, 1, false, 1});
    CHECK(coin.cover.rows[3] == cover_row{{0, 1, 2, 3}, 2, false, 1});
    CHECK(coin.cover.constant == -4 - 1 + 1);
    CHECK(make_cover_problem(code, {.ties = tie_policy::positive}, -1).cover == coin.cover);
    CHECK(make_cover_problem(code, {.ties = tie_policy::negative}, 1).cover == coin.cover);
    const auto right = make_cover_problem(code, {.ties = tie_policy::positive}, 1);
    CHECK(right.workers == std::vector<std::size_t>{0, 1, 4}); // two losers only tie the row of four
    CHECK(right.cover.rows[1] == cover_row{{1, 4}, 2, false, 1});
    CHECK(right.cover.constant == -3 + 1 + 1 + 1);
    CHECK(make_cover_problem(code, {.ties = tie_policy::negative}, -1).cover == right.cover);
}

TEST_CASE("ternary signs: two columns a partition, and every row can tie") {
    const packed_allocation code = rows(3, {{1}, {0, 2}, {}, {0, 1, 2}});
    const exact_model model{.alphabet = sign_alphabet::ternary};
    const auto problem = make_cover_problem(code, model, 1);
    CHECK(problem.partitions == std::vector<std::size_t>{0, 0, 1, 1, 2, 2});
    CHECK(problem.cover.budget == 2);
    CHECK(problem.cover.rows == std::vector<cover_row>{{{2, 3}, 2, true, 1}, {{0, 1, 4, 5}, 3, true, 1}});
    CHECK(problem.cover.constant == -2 + 0 + 1);
    // Two zeros make two ties where ±1 messages have one loser.
    const packed_allocation two = rows(3, {{0}, {1}});
    CHECK(margin_by_cover(two, {.ties = tie_policy::coin, .alphabet = sign_alphabet::ternary}) == -2);
    CHECK(margin_by_cover(two, {.ties = tie_policy::coin}) == 0);
}

TEST_CASE("weights, liars, partitions that may lose, corrupted partitions") {
    const packed_allocation code = rows(5, {{0}, {1}, {2}, {0, 1, 2, 3, 4}, {0, 1, 2}});
    exact_model model;
    model.weights = {3, 0, 2, 7, 1};
    model.liars = {4};
    model.may_lose = {2, 0};
    const auto problem = make_cover_problem(code, model, 1);
    CHECK(problem.partitions == std::vector<std::size_t>{0, 2});
    CHECK(problem.cover.budget == 2);
    CHECK(problem.cover.rows.empty()); // both that may lose do
    CHECK(problem.cover.constant == -3 - 2 + 7 - 1);
    model.may_lose = {4, 2, 0};
    CHECK(make_cover_problem(code, model, 1).workers == std::vector<std::size_t>{0, 2});
    CHECK(make_cover_problem(code, model, 1).cover.rows[1] == cover_row{{1}, 1, false, 2});
    model.corrupted = 1;
    CHECK(make_cover_problem(code, model, 1).cover.budget == 3);
    model.corrupted = 5; // more than may lose
    CHECK(make_cover_problem(code, model, 1).cover.budget == 3);
    model.alphabet = sign_alphabet::ternary;
    model.corrupted = 0;
    CHECK(make_cover_problem(code, model, 1).cover.budget == 4);
    model.corrupted = 1;
    CHECK(make_cover_problem(code, model, 1).cover.budget == 6);
    model.weights.assign(5, 4294967295U);
    CHECK(make_cover_problem(code, model, 1).cover.constant == -3 * std::int64_t{4294967295}); // one holds none that lose
}

TEST_CASE("truths to check") {
    CHECK(truths_to_check({}) == std::vector<int>{1});
    CHECK(truths_to_check({.ties = tie_policy::coin}) == std::vector<int>{1});
    CHECK(truths_to_check({.ties = tie_policy::positive}) == std::vector<int>{1, -1});
    CHECK(truths_to_check({.ties = tie_policy::negative}) == std::vector<int>{1, -1});
}

TEST_CASE("models that do not fit are refused") {
    const packed_allocation code(3, 4);
    const auto message = [&](const exact_model& model, int truth = 1) {
        try {
            (void)make_cover_problem(code, model, truth);
        } catch (const parameter_error& failure) {
            return std::string(failure.what()).substr(std::string("election::make_cover_problem: ").size());
        }
        return std::string();
    };
    CHECK(message({.weights = {1, 2, 3}, .liars = {2, 0}, .may_lose = {3, 0, 1, 2}, .corrupted = 4}).empty());
    CHECK(message({}, 0) == "truth = 0 must be 1 or -1");
    CHECK(message({.weights = {1, 2}}) == "number of weights = 2 must be that of the workers, 3, or 0");
    CHECK(message({.liars = {3}}) == "liar = 3 must be less than 3");
    CHECK(message({.liars = {1, 0, 1}}) == "liar = 1 must be given once");
    CHECK(message({.may_lose = {4}}) == "partition that may lose = 4 must be less than 4");
    CHECK(message({.may_lose = {2, 2}}) == "partition that may lose = 2 must be given once");
    CHECK(message({.corrupted = 5}) == "corrupted = 5 must be at most 4");
}
