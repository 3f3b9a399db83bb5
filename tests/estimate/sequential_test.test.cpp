// SPDX-License-Identifier: MIT
#include <election/estimate/sequential_test.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include <doctest/doctest.h>
#include <election/core/random.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

constexpr auto undecided = sequential_decision::undecided;
constexpr auto below = sequential_decision::below;
constexpr auto not_below = sequential_decision::not_below;

/// Λ in extended precision and by its definition.
long double ratio_of(std::uint64_t trials, std::uint64_t failures, long double p0, long double p1) {
    return static_cast<long double>(failures) * std::log(p1 / p0) +
           static_cast<long double>(trials - failures) * (std::log1p(-p1) - std::log1p(-p0));
}

struct outcome {
    double below = 0;  ///< share of the runs that said "below"
    double trials = 0; ///< mean
};

/// Many tests of trials that fail with the given probability, fed in blocks.
outcome simulate(const sequential_rule& rule, double probability, std::uint64_t block, std::uint64_t runs,
                 std::uint64_t stream) {
    outcome result;
    std::uint64_t index = 0;
    const counter_random random(election_test::seed(), stream);
    for (std::uint64_t run = 0; run < runs; ++run) {
        sequential_test test(rule);
        while (test.decision() == undecided) {
            std::uint64_t failures = 0;
            for (std::uint64_t i = 0; i < block; ++i) failures += random.happens(probability, index++) ? 1U : 0U;
            test.add(block, failures);
        }
        result.below += test.decision() == below ? 1 : 0;
        result.trials += static_cast<double>(test.trials());
    }
    result.below /= static_cast<double>(runs);
    result.trials /= static_cast<double>(runs);
    return result;
}

} // namespace

TEST_CASE("decisions have names") {
    CHECK(name_of(undecided) == "undecided");
    CHECK(name_of(below) == "below");
    CHECK(name_of(not_below) == "not below");
}

TEST_CASE("half the threshold is clearly below unless something else is") {
    CHECK(sequential_test({.threshold = 0.01}).clearly_below() == 0.005);
    CHECK(sequential_test({.threshold = 0.01, .clearly_below = 0.009}).clearly_below() == 0.009);
    CHECK(sequential_test({.threshold = 0.01}).threshold() == 0.01);
}

TEST_CASE("the boundaries are where the likelihood ratio reaches 1/alpha and beta, to the trial") {
    for (double p0 : {0.5, 0.1, 0.001, 1e-9, 1e-15}) {
        for (double share : {0.5, 0.01, 0.99}) {
            const double p1 = p0 * share;
            const sequential_rule rule{.threshold = p0, .clearly_below = p1, .false_below = 0.01, .false_not_below = 0.05};
            CAPTURE(p0);
            CAPTURE(share);
            CHECK(sequential_test(rule).upper_boundary() == doctest::Approx(std::log(100.0)).epsilon(1e-15));
            CHECK(sequential_test(rule).lower_boundary() == doctest::Approx(std::log(0.05)).epsilon(1e-15));
            for (std::uint64_t failures : {0U, 1U, 5U, 40U}) {
                CAPTURE(failures);
                // The first number of trials with which so few failures say "below".
                const long double step =
                    std::log1p(-static_cast<long double>(p1)) - std::log1p(-static_cast<long double>(p0));
                const long double odds = std::log(static_cast<long double>(p1) / static_cast<long double>(p0));
                const long double need = std::ceil((std::log(100.0L) - static_cast<long double>(failures) * odds) / step);
                if (need > 1e12L) { // single trials are below the rounding: a little before, a little after
                    const auto n = [&](long double factor) { return static_cast<std::uint64_t>(need * factor) + failures; };
                    if (need > 4e18L) continue;
                    CHECK(sequential_test(rule).add(n(1 - 1e-12L), failures) != below);
                    CHECK(sequential_test(rule).add(n(1 + 1e-12L), failures) == below);
                    continue;
                }
                const std::uint64_t trials = static_cast<std::uint64_t>(need) + failures;
                REQUIRE(ratio_of(trials, failures, p0, p1) >= std::log(100.0L));
                REQUIRE(ratio_of(trials - 1, failures, p0, p1) < std::log(100.0L));
                CHECK(sequential_test(rule).add(trials, failures) == below);
                CHECK(sequential_test(rule).add(trials - 1, failures) != below);
            }
            // Nothing but failures: "not below" at the first number f with (p1/p0)^f <= beta.
            const auto most =
                static_cast<std::uint64_t>(std::ceil(std::log(0.05L) / std::log(static_cast<long double>(share))));
            CHECK(sequential_test(rule).add(most, most) == not_below);
            CHECK(sequential_test(rule).add(most - 1, most - 1) == undecided);
        }
    }
}

TEST_CASE("the likelihood ratio is exact to its last digits, however near the two probabilities are") {
    for (double p0 : {0.9, 0.5, 1e-3, 1e-15}) {
        for (double gap : {0.9, 0.5, 1e-3, 1e-9}) {
            const double p1 = p0 - p0 * gap;
            sequential_test test({.threshold = p0, .clearly_below = p1, .false_below = 1e-300, .false_not_below = 1e-300});
            test.add(1000, 7);
            const auto exact = static_cast<double>(ratio_of(1000, 7, p0, p1));
            CAPTURE(p0);
            CAPTURE(gap);
            CHECK(std::abs(test.log_likelihood_ratio() - exact) <= 1e-10 * std::abs(exact));
        }
    }
}

TEST_CASE("blocks add up, and a decision is final") {
    sequential_test blocks({.threshold = 0.01});
    sequential_test whole({.threshold = 0.01});
    for (int i = 0; i < 5; ++i) CHECK(blocks.add(100, 1) == undecided);
    CHECK(blocks.add(0, 0) == undecided);
    whole.add(500, 5);
    CHECK(blocks.trials() == 500);
    CHECK(blocks.failures() == 5);
    CHECK(blocks.log_likelihood_ratio() == whole.log_likelihood_ratio());
    CHECK(blocks.add(50, 50) == not_below);
    CHECK(blocks.add(1'000'000, 0) == not_below);
    CHECK(blocks.trials() == 550);
    CHECK(blocks.decision() == not_below);
    CHECK(whole.add(1'000'000, 0) == below);
    CHECK(whole.add(100, 100) == below);
    CHECK(whole.failures() == 5);
}

TEST_CASE("error rates are kept, whatever the blocks; simulated") {
    // 4000 runs each. A rate that is just as large as stated exceeds it by 5 of its deviations with probability 3·10⁻⁷;
    // there are 12 such comparisons. The lower ends show that the boundaries are not simply far away: overshoot costs less
    // than a factor of 3.
    CAPTURE(election_test::seed());
    constexpr std::uint64_t runs = 4000;
    const auto allowance = [](double rate) { return 5 * std::sqrt(rate * (1 - rate) / static_cast<double>(runs)); };
    std::uint64_t stream = 0;
    for (const sequential_rule& rule :
         {sequential_rule{.threshold = 0.2, .clearly_below = {}, .false_below = 0.05, .false_not_below = 0.1},
          sequential_rule{.threshold = 0.5, .clearly_below = 0.3, .false_below = 0.1, .false_not_below = 0.02}}) {
        for (std::uint64_t block : {1U, 20U}) {
            CAPTURE(rule.threshold);
            CAPTURE(block);
            const sequential_test test(rule);
            const outcome at_threshold = simulate(rule, rule.threshold, block, runs, ++stream);
            CHECK(at_threshold.below <= rule.false_below + allowance(rule.false_below));
            const outcome clearly_below = simulate(rule, test.clearly_below(), block, runs, ++stream);
            CHECK(1 - clearly_below.below <= rule.false_not_below + allowance(rule.false_not_below));
            const outcome above = simulate(rule, rule.threshold * 1.3, block, runs, ++stream);
            CHECK(above.below <= at_threshold.below);
            if (block > 1) continue;
            CHECK(at_threshold.below >= rule.false_below / 3);
            CHECK(1 - clearly_below.below >= rule.false_not_below / 3);
            CHECK(at_threshold.trials >= test.expected_trials_not_below());
            CHECK(at_threshold.trials <= 1.4 * test.expected_trials_not_below());
            CHECK(clearly_below.trials >= test.expected_trials_below());
            CHECK(clearly_below.trials <= 1.4 * test.expected_trials_below());
        }
    }
}

TEST_CASE("parameters out of range are named") {
    const auto made = [](const sequential_rule& rule) { (void)sequential_test(rule); };
    CHECK_THROWS_WITH_AS(made({}), "election::sequential_test: threshold = 0 must be more than 0 and less than 1",
                         parameter_error);
    CHECK_THROWS_WITH_AS(made({.threshold = 1}),
                         "election::sequential_test: threshold = 1 must be more than 0 and less than 1", parameter_error);
    CHECK_THROWS_AS(made({.threshold = std::numeric_limits<double>::quiet_NaN()}), parameter_error);
    CHECK_THROWS_WITH_AS(
        made({.threshold = 0.1, .clearly_below = 0.1}),
        "election::sequential_test: clearly_below = 0.1 must be more than 0 and less than the threshold, 0.1",
        parameter_error);
    CHECK_THROWS_AS(made({.threshold = 0.1, .clearly_below = 0.0}), parameter_error);
    CHECK_THROWS_WITH_AS(made({.threshold = 0.1, .false_below = 0}),
                         "election::sequential_test: false_below = 0 must be more than 0 and less than 1", parameter_error);
    CHECK_THROWS_WITH_AS(made({.threshold = 0.1, .false_not_below = 1}),
                         "election::sequential_test: false_not_below = 1 must be more than 0 and less than 1",
                         parameter_error);
    sequential_test test({.threshold = 1e-30});
    CHECK_THROWS_WITH_AS(test.add(3, 4),
                         "election::sequential_test::add: failures = 4 must be at most the number of trials, 3",
                         parameter_error);
    test.add(std::uint64_t{1} << 63, 0);
    CHECK_THROWS_WITH_AS(test.add(1, 0), "election::sequential_test::add: trials = 1 must not make more than 2^63 in all",
                         parameter_error);
}
