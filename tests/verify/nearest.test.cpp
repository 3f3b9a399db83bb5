// SPDX-License-Identifier: MIT
#include <election/verify/nearest.hpp>

#include <bit>
#include <cstdint>
#include <cstdlib>

#include <doctest/doctest.h>
#include <election/verify/vote.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("binomial coefficients follow Pascal's rule up to 64 over 32") {
    for (std::size_t n = 1; n <= 64; ++n) {
        CHECK(binomial(n, 0) == 1);
        CHECK(binomial(n, n) == 1);
        CHECK(binomial(n, n + 1) == 0);
        for (std::size_t k = 1; k < n; ++k) REQUIRE(binomial(n, k) == binomial(n - 1, k - 1) + binomial(n - 1, k));
    }
    CHECK(binomial(31, 16) == 300540195);
    CHECK(binomial(64, 32) == 1832624140942590534U);
}

TEST_CASE("nearest elections have the fewest winners that give a truth") {
    CHECK(nearest_winners(1) == 1);
    CHECK(nearest_winners(2) == 2);
    CHECK(nearest_winners(5) == 3);
    CHECK(nearest_winners(6) == 4);
}

TEST_CASE("the thresholds say the margin of every nearest election, and none is below the proved bound") {
    CAPTURE(election_test::seed());
    for (std::uint64_t round = 0; round < 60; ++round) {
        const std::size_t k = 1 + round % 9;
        const packed_allocation code = election_test::random_code(1 + round % 7, k, 0.5, election_test::seed() + round);
        for (tie_policy ties : tie_policies) {
            for (int truth : {1, -1}) {
                const nearest_problem problem = make_nearest_problem(code, ties, truth);
                for (std::uint32_t winners = 0; winners < 1U << k; ++winners) {
                    if (static_cast<std::size_t>(std::popcount(winners)) != nearest_winners(k)) continue;
                    sign_list message(k);
                    for (std::size_t j = 0; j < k; ++j) {
                        message[j] = static_cast<std::int8_t>((winners >> j & 1U) != 0 ? truth : -truth);
                    }
                    const auto hits = [&](std::size_t worker) {
                        return std::popcount(static_cast<std::uint64_t>(winners) & code.row(worker)[0]);
                    };
                    int margin = problem.constant;
                    for (const threshold_row& row : problem.singles) margin += hits(row.worker) >= row.need ? 2 : 0;
                    for (const threshold_row& row : problem.pairs) {
                        margin += (hits(row.worker) >= row.need ? 1 : 0) + (hits(row.worker) >= row.need - 1 ? 1 : 0);
                    }
                    REQUIRE(margin == margin_of(votes_of(code, message, ties), truth, ties));
                    REQUIRE(margin >= problem.margin_lower());
                }
            }
        }
    }
}

TEST_CASE("rows that cannot vary are in the constant") {
    packed_allocation code(3, 5); // all ones, idle, one partition
    for (std::size_t j = 0; j < 5; ++j) code.set(0, j);
    code.set(2, 1);
    const nearest_problem abstain = make_nearest_problem(code, tie_policy::abstain, 1);
    CHECK(abstain.singles.size() == 1);
    CHECK(abstain.pairs.empty());
    CHECK(abstain.constant == 0); // right, abstains, wrong
    CHECK(make_nearest_problem(code, tie_policy::coin, 1).constant == -1);
    CHECK(make_nearest_problem(code, tie_policy::positive, 1).constant == 1);
    CHECK(make_nearest_problem(code, tie_policy::positive, -1).constant == -1);
    CHECK(make_nearest_problem(code, tie_policy::negative, -1).constant == 1);
}

TEST_CASE("only nearest elections matter: every vote is monotone in the message") {
    const packed_allocation code = election_test::random_code(12, 7, 0.5, election_test::seed());
    for (tie_policy ties : tie_policies) {
        for (std::uint32_t index = 0; index < 128; ++index) {
            sign_list message(7);
            for (std::size_t j = 0; j < 7; ++j) message[j] = (index >> j & 1U) != 0 ? 1 : -1;
            for (std::size_t j = 0; j < 7; ++j) {
                sign_list raised = message;
                raised[j] = 1;
                for (std::size_t i = 0; i < 12; ++i)
                    REQUIRE(vote_of(code, i, raised, ties) >= vote_of(code, i, message, ties));
            }
        }
    }
}
