// SPDX-License-Identifier: MIT
#include <election/analysis/vote_law.hpp>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <doctest/doctest.h>

using namespace election;

namespace {

/// Adds a row's vote on the message in which the first partitions win.
void count(vote_law& law, std::uint32_t row, std::size_t winners, double probability) {
    const int hits = std::popcount(row & ((std::uint32_t{1} << winners) - 1));
    const int misses = std::popcount(row) - hits;
    (hits > misses ? law.right : hits == misses ? law.tied : law.wrong) += probability;
}

void check_same(const vote_law& found, const vote_law& expected) {
    CHECK(found.right == doctest::Approx(expected.right).epsilon(1e-12));
    CHECK(found.tied == doctest::Approx(expected.tied).epsilon(1e-12));
    CHECK(found.wrong == doctest::Approx(expected.wrong).epsilon(1e-12));
}

} // namespace

TEST_CASE("fixed_load_law counts the rows of a weight, for every size up to 10") {
    for (std::size_t k = 1; k <= 10; ++k) {
        for (std::size_t winners = 0; winners <= k; ++winners) {
            for (std::size_t load = 0; load <= k; ++load) {
                vote_law expected;
                double rows = 0;
                for (std::uint32_t row = 0; row < std::uint32_t{1} << k; ++row) {
                    if (static_cast<std::size_t>(std::popcount(row)) != load) continue;
                    count(expected, row, winners, 1);
                    ++rows;
                }
                check_same(fixed_load_law(k, winners, load),
                           {expected.right / rows, expected.tied / rows, expected.wrong / rows});
            }
        }
    }
}

TEST_CASE("bernoulli_law adds up the probabilities of all rows, for every size up to 8") {
    for (std::size_t k = 1; k <= 8; ++k) {
        for (std::size_t winners = 0; winners <= k; ++winners) {
            for (double p : {0.0, 0.05, 0.5, 0.8, 1.0}) {
                vote_law expected;
                for (std::uint32_t row = 0; row < std::uint32_t{1} << k; ++row) {
                    const int held = std::popcount(row);
                    count(expected, row, winners, std::pow(p, held) * std::pow(1 - p, static_cast<int>(k) - held));
                }
                check_same(bernoulli_law(k, winners, p), expected);
            }
        }
    }
}

TEST_CASE("a policy moves the ties to the side that it says, and nothing else") {
    const vote_law law{.right = 0.5, .tied = 0.3, .wrong = 0.2};
    check_same(with_ties(law, tie_policy::abstain, 1), law);
    check_same(with_ties(law, tie_policy::positive, 1), {0.8, 0, 0.2});
    check_same(with_ties(law, tie_policy::positive, -1), {0.5, 0, 0.5});
    check_same(with_ties(law, tie_policy::negative, 1), {0.5, 0, 0.5});
    check_same(with_ties(law, tie_policy::negative, -1), {0.8, 0, 0.2});
    check_same(with_ties(law, tie_policy::coin, 1), {0.5, 0, 0.5});
    check_same(with_ties(law, tie_policy::coin, -1), {0.5, 0, 0.5});
    CHECK(law.mean() == doctest::Approx(0.3));
}

TEST_CASE("laws of many partitions add up to 1") {
    for (const vote_law& law : {fixed_load_law(100001, 50001, 3001), bernoulli_law(100001, 50001, 0.03)}) {
        CHECK(std::fabs(law.right + law.tied + law.wrong - 1) < 1e-12);
        CHECK(law.mean() > 0);
    }
}

TEST_CASE("laws refuse what makes no sense") {
    CHECK_THROWS_WITH_AS((void)fixed_load_law(3, 4, 1), "election::fixed_load_law: winners = 4 must be at most k = 3",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)fixed_load_law(3, 2, 4), "election::fixed_load_law: load = 4 must be at most k = 3",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)bernoulli_law(3, 4, 0.5), "election::bernoulli_law: winners = 4 must be at most k = 3",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)bernoulli_law(3, 2, -0.5), "election::bernoulli_law: p = -0.5 must be 0 to 1",
                         parameter_error);
}
