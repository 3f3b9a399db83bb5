// SPDX-License-Identifier: MIT
#include <election/estimate/interval.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/random.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

using big = long double;

constexpr interval_kind cp = interval_kind::clopper_pearson;

/// The binomial distribution of n trials, by nothing but the ratios of neighbours: the weights from the mode to both sides
/// until they don't count, divided by their sum.
class binomial {
public:
    binomial(std::uint64_t trials, big p) {
        const big n = static_cast<big>(trials);
        const big odds = p / (1 - p);
        const big mode = std::min(n, std::floor((n + 1) * p));
        std::vector<big> left;
        big weight = 1;
        for (big j = mode; j >= 0 && weight > 1e-35L; --j) {
            left.push_back(weight);
            weight *= j / (n - j + 1) / odds;
        }
        first_ = static_cast<std::uint64_t>(mode) + 1 - left.size();
        weights_.assign(left.rbegin(), left.rend());
        weight = 1;
        for (big j = mode; j < n; ++j) {
            weight *= (n - j) / (j + 1) * odds;
            if (weight <= 1e-35L) break;
            weights_.push_back(weight);
        }
        for (big w : weights_) sum_ += w;
    }
    /// The first number that counts.
    [[nodiscard]] std::uint64_t first() const { return first_; }
    [[nodiscard]] std::size_t size() const { return weights_.size(); }
    /// Probability of first() + i.
    [[nodiscard]] big probability(std::size_t i) const { return weights_[i] / sum_; }
    [[nodiscard]] big at_most(std::uint64_t most) const {
        big part = 0;
        for (std::size_t i = 0; i < weights_.size() && first_ + i <= most; ++i) part += weights_[i];
        return part / sum_;
    }
    [[nodiscard]] big at_least(std::uint64_t least) const {
        big part = 0;
        for (std::size_t i = weights_.size(); i-- > 0 && first_ + i >= least;) part += weights_[i];
        return part / sum_;
    }

private:
    std::vector<big> weights_;
    std::uint64_t first_ = 0;
    big sum_ = 0;
};

/// The Clopper-Pearson bounds solve their definition: relative error of the tails.
double tail_error(std::uint64_t failures, std::uint64_t trials, double confidence) {
    const interval bounds = confidence_interval(failures, trials, confidence, cp);
    const big tail = (1 - static_cast<big>(confidence)) / 2;
    const big above = binomial(trials, bounds.lower).at_least(failures) / tail - 1;
    const big below = binomial(trials, bounds.upper).at_most(failures) / tail - 1;
    return static_cast<double>(std::max(std::abs(above), std::abs(below)));
}

/// How often the intervals of N trials cover p, exactly.
double exact_coverage(std::uint64_t trials, double p, interval_kind kind) {
    const binomial failures(trials, p);
    big covered = 0;
    for (std::size_t i = 0; i < failures.size(); ++i) {
        if (failures.probability(i) < 1e-12L) continue;
        const interval bounds = confidence_interval(failures.first() + i, trials, 0.95, kind);
        if (bounds.lower <= p && p <= bounds.upper) covered += failures.probability(i);
    }
    return static_cast<double>(covered);
}

/// How often they cover it in so many repetitions. Failures are drawn from their distribution function.
double sampled_coverage(std::uint64_t trials, double p, interval_kind kind, std::uint64_t repetitions,
                        std::uint64_t stream) {
    const binomial failures(trials, p);
    std::vector<double> up_to(failures.size());
    big sum = 0;
    for (std::size_t i = 0; i < up_to.size(); ++i) up_to[i] = static_cast<double>(sum += failures.probability(i));
    const counter_random random(election_test::seed(), stream);
    std::map<std::uint64_t, bool> known;
    std::uint64_t covered = 0;
    for (std::uint64_t r = 0; r < repetitions; ++r) {
        const double u = std::ldexp(static_cast<double>(random(r) >> 11), -53);
        const auto drawn = std::min<std::size_t>(
            static_cast<std::size_t>(std::upper_bound(up_to.begin(), up_to.end(), u) - up_to.begin()), up_to.size() - 1);
        const std::uint64_t seen = failures.first() + drawn;
        auto place = known.find(seen);
        if (place == known.end()) {
            const interval bounds = confidence_interval(seen, trials, 0.95, kind);
            place = known.emplace(seen, bounds.lower <= p && p <= bounds.upper).first;
        }
        covered += place->second ? 1U : 0U;
    }
    return static_cast<double>(covered) / static_cast<double>(repetitions);
}

bool near(double value, double right, double relative) { return std::abs(value - right) <= relative * std::abs(right); }

} // namespace

TEST_CASE("kinds of intervals have names that read back") {
    for (interval_kind kind : interval_kinds) CHECK(interval_kind_named(name_of(kind)) == kind);
    CHECK(name_of(interval_kind::clopper_pearson) == "clopper-pearson");
    CHECK(name_of(interval_kind::wilson) == "wilson");
    CHECK(name_of(interval_kind::bayesian) == "bayesian");
    CHECK_FALSE(interval_kind_named("clopper_pearson").has_value());
    CHECK_FALSE(interval_kind_named("").has_value());
}

TEST_CASE("the ends are exact, and no failure still bounds the probability") {
    for (interval_kind kind : interval_kinds) {
        for (std::uint64_t trials :
             {std::uint64_t{1}, std::uint64_t{7}, std::uint64_t{1'000'000}, max_trials - 1, max_trials}) {
            CAPTURE(name_of(kind));
            CAPTURE(trials);
            const interval none = confidence_interval(0, trials, 0.95, kind);
            CHECK(none.lower == 0);
            CHECK(none.upper > 0);
            CHECK(none.upper < (trials == 1 ? 1.0 : 8.0 / static_cast<double>(trials)));
            const interval all = confidence_interval(trials, trials, 0.95, kind);
            CHECK(all.upper == 1);
            CHECK(all.lower > 0);
            if (trials < 1'000'000'000'000) CHECK(all.lower < 1);
        }
    }
}

TEST_CASE("Clopper-Pearson: closed forms for no, one, all failures, down to 1e-15 and beyond") {
    for (double confidence : {0.5, 0.9, 0.95, 0.999, 1 - 1e-12}) {
        const double tail = (1 - confidence) / 2;
        for (std::uint64_t trials :
             {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{30}, std::uint64_t{1'000'000},
              std::uint64_t{1'000'000'000'000'000}, std::uint64_t{3'000'000'000'000'000'000}, max_trials}) {
            CAPTURE(confidence);
            CAPTURE(trials);
            const double n = static_cast<double>(trials);
            CHECK(near(confidence_interval(0, trials, confidence).upper, -std::expm1(std::log(tail) / n), 1e-14));
            CHECK(near(confidence_interval(trials, trials, confidence).lower, std::exp(std::log(tail) / n), 1e-14));
            CHECK(near(confidence_interval(1, trials, confidence).lower, -std::expm1(std::log1p(-tail) / n), 1e-14));
        }
    }
}

TEST_CASE("Clopper-Pearson: the bounds are where sums of the binomial distribution say") {
    const auto most = [](double confidence, double error,
                         std::initializer_list<std::pair<std::uint64_t, std::uint64_t>> cases) {
        for (const auto& one : cases) {
            const std::uint64_t failures = one.first; // clang 14 captures no structured bindings
            const std::uint64_t trials = one.second;
            CAPTURE(failures);
            CAPTURE(trials);
            CAPTURE(confidence);
            CHECK(tail_error(failures, trials, confidence) <= error);
        }
    };
    // Boost's inverse of the incomplete beta function.
    most(0.95, 1e-12,
         {{1, 2},
          {1, 10},
          {3, 10},
          {9, 10},
          {900, 1000},
          {10, 1000},
          {500, 1000},
          {100'000, 1'000'000},
          {10'000, 9'000'000'000},
          {10, 10'000'000}});
    // The gamma distribution: probabilities of 1e-6 … 1e-18.
    most(0.95, 1e-11,
         {{1, 1'000'000'000'000'000},
          {10, 1'000'000'000'000'000},
          {1000, 1'000'000'000'000'000'000},
          {100, 100'000'001},
          {5, 9'000'000'000'000'000'000},
          {100'000, 100'000'100'000},
          {900'000, 1'000'000'000'000}});
    // The expansion around the normal distribution, at the smallest shapes where it is used and beyond.
    most(0.95, 1e-9,
         {{1'000'000, 2'000'000},
          {1'000'000, 1'000'000'000},
          {1'000'000, 4'000'000'000'000'000'000},
          {4'000'000, 5'000'000}});
    // The same for other confidences.
    for (double confidence : {0.1, 0.999'999}) {
        most(confidence, 1e-12, {{10, 1000}, {900, 1000}});
        most(confidence, 1e-11, {{10, 1'000'000'000'000'000}});
        most(confidence, 1e-7, {{1'000'000, 1'000'000'000}});
    }
}

TEST_CASE("quantiles agree where the way of computing them changes") {
    for (double tail : {1e-15, 0.005, 0.025, 0.4}) {
        for (bool above : {false, true}) {
            CAPTURE(tail);
            CAPTURE(above);
            for (double b : {1e6, 3e6, 1e7}) {
                const double exact = above ? boost::math::ibetac_inv(1e6, b, tail) : boost::math::ibeta_inv(1e6, b, tail);
                CHECK(near(detail::beta_quantile_normal(1e6, b, tail, above), exact, 1e-9));
            }
            for (double a : {0.5, 2.0, 30.5, 1e4}) {
                const double b = 1e6 * a;
                const double exact = above ? boost::math::ibetac_inv(a, b, tail) : boost::math::ibeta_inv(a, b, tail);
                CHECK(near(detail::beta_quantile_gamma(a, b, tail, above), exact, 1e-11));
            }
        }
    }
}

TEST_CASE("Wilson: both bounds are one quantile away from the estimate") {
    for (const auto& [x, n] : std::initializer_list<std::pair<std::uint64_t, std::uint64_t>>{
             {1, 3}, {5, 100}, {99, 100}, {7, 1'000'000'000'000'000}, {1'000'000, 5'000'000}}) {
        const interval bounds = confidence_interval(x, n, 0.95, interval_kind::wilson);
        const big estimate = static_cast<big>(x) / static_cast<big>(n);
        for (big p : {static_cast<big>(bounds.lower), static_cast<big>(bounds.upper)}) {
            CHECK(near(static_cast<double>(std::abs(estimate - p) / std::sqrt(p * (1 - p) / static_cast<big>(n))),
                       1.959963984540054, 1e-9));
        }
    }
    CHECK(
        near(confidence_interval(0, 10, 0.95, interval_kind::wilson).upper, 3.841458820694124 / 13.841458820694124, 1e-14));
}

TEST_CASE("bayesian: quantiles of Beta(x + 1/2, n - x + 1/2)") {
    // Beta(1/2, 3/2) and Beta(3/2, 1/2) are known in closed form: with x = sin²t the first has mass (2t + sin 2t) / pi below
    // x.
    const interval none = confidence_interval(0, 1, 0.95, interval_kind::bayesian);
    const double t = std::asin(std::sqrt(none.upper));
    CHECK(near((2 * t + std::sin(2 * t)) / 3.14159265358979323846, 0.975, 1e-13));
    const interval one = confidence_interval(1, 1, 0.95, interval_kind::bayesian);
    CHECK(near(one.lower, 1 - none.upper, 1e-13));
    CHECK(one.upper == 1);
    // Within Clopper-Pearson, which is made of Beta(x, n - x + 1) and Beta(x + 1, n - x).
    for (std::uint64_t x : {1U, 5U, 50U, 99U}) {
        const interval outer = confidence_interval(x, 100);
        const interval inner = confidence_interval(x, 100, 0.95, interval_kind::bayesian);
        CHECK(outer.lower < inner.lower);
        CHECK(inner.lower < inner.upper);
        CHECK(inner.upper < outer.upper);
    }
}

TEST_CASE("laws: mirrored, monotone, nested, never a crash, up to 2^63 trials") {
    std::vector<std::uint64_t> counts;
    for (std::uint64_t power = 1; power != 0 && power <= max_trials; power *= 8) {
        counts.push_back(power);
        if (power > 1 && power < max_trials) counts.push_back(power + power / 3);
    }
    for (interval_kind kind : interval_kinds) {
        for (std::uint64_t trials : counts) {
            interval before{0, 0};
            for (std::uint64_t failures : counts) {
                if (failures > trials) break;
                CAPTURE(name_of(kind));
                CAPTURE(trials);
                CAPTURE(failures);
                const double estimate = static_cast<double>(failures) / static_cast<double>(trials);
                const interval bounds = confidence_interval(failures, trials, 0.95, kind);
                REQUIRE(0 <= bounds.lower);
                REQUIRE(bounds.lower <= estimate);
                REQUIRE(estimate <= bounds.upper);
                REQUIRE(bounds.upper <= 1);
                CHECK((bounds.lower == 1 || before.lower < bounds.lower));
                CHECK((bounds.upper == 1 || before.upper < bounds.upper));
                before = bounds;
                const interval wider = confidence_interval(failures, trials, 1 - 1e-15, kind);
                CHECK((bounds.lower == 1 || wider.lower < bounds.lower));
                CHECK((bounds.upper == 1 || bounds.upper < wider.upper));
                const interval mirrored = confidence_interval(trials - failures, trials, 0.95, kind);
                CHECK(std::abs(1 - mirrored.upper - bounds.lower) <= 1e-12);
                CHECK(std::abs(1 - mirrored.lower - bounds.upper) <= 1e-12);
            }
        }
    }
}

TEST_CASE("huge counts: as wide as the normal distribution says") {
    for (const auto& [x, n] : std::initializer_list<std::pair<std::uint64_t, std::uint64_t>>{
             {max_trials / 2, max_trials}, {max_trials / 1000, max_trials}, {1'000'000'000'000, max_trials}}) {
        for (interval_kind kind : interval_kinds) {
            const interval bounds = confidence_interval(x, n, 0.95, kind);
            const double p = static_cast<double>(x) / static_cast<double>(n);
            const double width = 2 * 1.959963984540054 * std::sqrt(p * (1 - p) / static_cast<double>(n));
            CHECK(near(bounds.upper - bounds.lower, width, 1e-5));
        }
    }
}

TEST_CASE(
    "coverage, exact: Clopper-Pearson never covers less than stated, all about as often where there are many failures") {
    for (double p : {1e-4, 1e-3, 0.01, 0.1, 0.3, 0.5}) {
        for (double expected : {0.5, 3.0, 20.0, 21.7, 50.0, 333.0, 1000.0, 3000.0}) {
            const auto trials = static_cast<std::uint64_t>(std::ceil(expected / p));
            CAPTURE(p);
            CAPTURE(trials);
            const double clopper_pearson = exact_coverage(trials, p, cp);
            CHECK(clopper_pearson >= 0.95);
            if (expected >= 1000) CHECK(clopper_pearson <= 0.97);
            if (expected < 20) continue;
            const double wilson = exact_coverage(trials, p, interval_kind::wilson);
            CHECK(wilson >= 0.93);
            CHECK(wilson <= 0.97);
            const double bayesian = exact_coverage(trials, p, interval_kind::bayesian);
            CHECK(bayesian >= 0.93);
            CHECK(bayesian <= 0.97);
        }
    }
}

TEST_CASE("coverage, sampled: 20 000 seeded repetitions for each number of trials and probability") {
    // One deviation is √(0.95 · 0.05 / 20 000) = 0.15 %. A correct interval fails a bound 5 deviations below its coverage with
    // probability 3·10⁻⁷. The ends of the bands are at least 6 deviations from the exact coverages, which are 95.0 … 95.4 % for
    // Clopper–Pearson with 1000 failures expected and 94.3 … 96.2 % for Wilson with 20: 10⁻⁹ each. There are 90 comparisons.
    CAPTURE(election_test::seed());
    constexpr std::uint64_t repetitions = 20'000;
    const double allowance = 5 * std::sqrt(0.95 * 0.05 / static_cast<double>(repetitions));
    std::uint64_t stream = 0;
    for (double p : {1e-4, 1e-3, 0.01, 0.1, 0.5}) {
        for (double expected : {0.3, 2.0, 20.0, 100.0, 1000.0, 2000.0}) {
            const auto trials = static_cast<std::uint64_t>(std::ceil(expected / p));
            CAPTURE(p);
            CAPTURE(trials);
            const double clopper_pearson = sampled_coverage(trials, p, cp, repetitions, ++stream);
            CHECK(clopper_pearson >= 0.95 - allowance);
            if (expected >= 1000) {
                CHECK(clopper_pearson >= 0.94);
                CHECK(clopper_pearson <= 0.97);
            }
            if (expected >= 20) {
                const double wilson = sampled_coverage(trials, p, interval_kind::wilson, repetitions, ++stream);
                CHECK(wilson >= 0.93);
                CHECK(wilson <= 0.97);
            }
        }
    }
}

TEST_CASE("parameters out of range are named") {
    CHECK_THROWS_WITH_AS((void)confidence_interval(0, 0), "election::confidence_interval: trials = 0 must be 1 to 2^63",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)confidence_interval(0, max_trials + 1),
                         "election::confidence_interval: trials = 9223372036854775809 must be 1 to 2^63", parameter_error);
    CHECK_THROWS_WITH_AS((void)confidence_interval(6, 5),
                         "election::confidence_interval: failures = 6 must be at most the number of trials, 5",
                         parameter_error);
    for (double confidence : {0.0, 1.0, -0.5, 95.0, std::numeric_limits<double>::quiet_NaN()}) {
        CHECK_THROWS_AS((void)confidence_interval(1, 5, confidence), parameter_error);
    }
    CHECK_THROWS_WITH_AS((void)confidence_interval(1, 5, 95),
                         "election::confidence_interval: confidence = 95 must be more than 0 and less than 1",
                         parameter_error);
}
