// SPDX-License-Identifier: MIT
#include <election/exact/exact_election.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/exact/exact_model.hpp>
#include <support/random_code.hpp>
#include <support/random_cover.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("losers make an election that the model allows, with the margin of the cover problem") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    for (std::uint64_t round = 0; round < 4000; ++round) {
        CAPTURE(round);
        const std::size_t k = election_test::between(random, 1, 9);
        const std::size_t n = election_test::between(random, 1, 8);
        const exact_model model = election_test::random_model(random, n, k);
        const packed_allocation code = election_test::random_code(n, k, 0.5, election_test::seed() + round);
        const int truth = round % 2 == 0 ? 1 : -1;
        const worst_case_problem problem = make_cover_problem(code, model, truth);
        std::vector<std::uint32_t> losers;
        for (std::uint32_t c = 0; c < problem.cover.columns; ++c) losers.push_back(c);
        std::shuffle(losers.begin(), losers.end(), random);
        losers.resize(problem.cover.budget);

        const exact_election election = election_of(code, model, truth, losers);
        REQUIRE(election.margin == problem.cover.constant + loss_of(problem.cover, losers));
        REQUIRE(election.truth == truth);
        REQUIRE(truth_of(election.message) == truth);
        REQUIRE(election.corrupted.size() <= model.corrupted);
        std::vector<std::size_t> changed;
        for (std::size_t j = 0; j < k; ++j) {
            const int honest = election.message[j];
            const int reported = election.reported[j];
            if (honest != reported) changed.push_back(j);
            REQUIRE(std::abs(honest) <= 1);
            REQUIRE(std::abs(reported) <= 1);
            if (model.alphabet == sign_alphabet::binary) REQUIRE((honest != 0 && reported != 0));
            const bool may_lose = model.may_lose.empty() || std::ranges::find(model.may_lose, j) != model.may_lose.end();
            if (!may_lose) REQUIRE((honest == truth && reported == truth));
        }
        REQUIRE(changed == election.corrupted);
        for (std::size_t i = 0; i < n; ++i) {
            const bool lies = std::ranges::find(model.liars, i) != model.liars.end();
            REQUIRE(election.votes[i] == (lies ? -truth : vote_of(code, i, election.reported, model.ties)));
        }
        if (!losers.empty()) { // fewer losers are an election, too
            losers.pop_back();
            REQUIRE(election_of(code, model, truth, losers).margin >= election.margin);
        }
    }
}

TEST_CASE("an election by hand, with everything in it") {
    packed_allocation code(4, 3); // 110, 011, 000, 111
    for (std::size_t j : {0U, 1U}) code.set(0, j);
    for (std::size_t j : {1U, 2U}) code.set(1, j);
    for (std::size_t j : {0U, 1U, 2U}) code.set(3, j);
    exact_model model{.ties = tie_policy::coin, .weights = {1, 2, 4, 8}, .liars = {3}, .corrupted = 1};
    const std::vector<std::uint32_t> losers{2, 0};
    const exact_election binary = election_of(code, model, -1, losers);
    CHECK(to_string(binary.reported) == "+-+");
    CHECK(to_string(binary.message) == "+--");
    CHECK(binary.corrupted == std::vector<std::size_t>{2});
    CHECK(to_string(binary.votes) == "000+");
    CHECK(binary.margin == -15);
    model.ties = tie_policy::abstain;
    CHECK(election_of(code, model, -1, losers).margin == -8);
    model.ties = tie_policy::negative;
    CHECK(election_of(code, model, -1, losers).margin == 7 - 8);

    model.alphabet = sign_alphabet::ternary;
    const std::vector<std::uint32_t> steps{0, 1, 5, 2};
    const exact_election ternary = election_of(code, model, 1, steps);
    CHECK(to_string(ternary.reported) == "-00");
    CHECK(to_string(ternary.message) == "+00"); // the partition that is farthest from the truth is the corrupted one
    CHECK(ternary.corrupted == std::vector<std::size_t>{0});
    CHECK(to_string(ternary.votes) == "----");
    CHECK(ternary.margin == -15);
}

TEST_CASE("what is no choice of losers is refused") {
    const packed_allocation code(2, 5);
    const auto message = [&](const std::vector<std::uint32_t>& losers, const exact_model& model = {}) {
        try {
            (void)election_of(code, model, 1, losers);
        } catch (const parameter_error& failure) {
            return std::string(failure.what());
        }
        return std::string();
    };
    CHECK(message({4, 0}).empty());
    CHECK(message({0, 1, 2}) == "election::election_of: number of losers = 3 must be at most 2");
    CHECK(message({5}) == "election::election_of: loser = 5 must be less than 5");
    CHECK(message({3, 3}) == "election::election_of: loser = 3 must be given once");
    CHECK(message({}, {.corrupted = 6}) == "election::election_of: corrupted = 6 must be at most 5");
}
