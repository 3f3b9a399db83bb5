// SPDX-License-Identifier: MIT
#include <election/models/messages.hpp>

#include <cmath>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

using namespace election;

static_assert(exchangeable_messages<nearest_messages> && exchangeable_messages<uniform_messages>);
static_assert(exchangeable_messages<weight_messages> && exchangeable_messages<independent_messages>);
static_assert(exchangeable_messages<gaussian_messages>);
static_assert(!exchangeable_messages<partition_messages> && !exchangeable_messages<recorded_messages>);

namespace {

double total(const std::vector<double>& weights) { return std::accumulate(weights.begin(), weights.end(), 0.0); }

} // namespace

TEST_CASE("weights are probabilities") {
    for (std::size_t k : {1U, 2U, 3U, 8U, 31U, 100U, 1001U}) {
        CAPTURE(k);
        CHECK(total(nearest_messages{}.weights(k)) == doctest::Approx(1));
        CHECK(total(uniform_messages{}.weights(k)) == doctest::Approx(1).epsilon(1e-10));
        CHECK(total(independent_messages{0.3}.weights(k)) == doctest::Approx(1).epsilon(1e-10));
        CHECK(total(gaussian_messages{1.5, 0.4}.weights(k)) == doctest::Approx(1).epsilon(1e-10));
        CHECK(independent_messages{1}.weights(k)[k] == 1);
        CHECK(independent_messages{0}.weights(k)[0] == 1);
    }
    CHECK(nearest_messages{}.weights(1) == std::vector<double>{0.5, 0.5});
    CHECK(nearest_messages{}.weights(5) == std::vector<double>{0, 0, 0.5, 0.5, 0, 0});
    CHECK(nearest_messages{}.weights(4) == std::vector<double>{0, 0.5, 0, 0.5, 0});
    const std::vector<double> of_two = uniform_messages{}.weights(2);
    CHECK((of_two[0] == doctest::Approx(0.5) && of_two[1] == 0 && of_two[2] == doctest::Approx(0.5)));
    CHECK(weight_messages{4}.weights(5) == weight_messages{1}.weights(5));
    CHECK(independent_messages{0.25}.weights(2)[1] == doctest::Approx(2 * 0.25 * 0.75));
}

TEST_CASE("correlated Gaussians: between independence and one voter") {
    // A mean over Z: the probability of a single + does not depend on the correlation.
    for (double correlation : {0.0, 0.2, 0.9, 1.0}) {
        const std::vector<double> weights = gaussian_messages{2, correlation}.weights(7);
        double mean = 0;
        for (std::size_t w = 0; w <= 7; ++w) mean += static_cast<double>(w) * weights[w];
        CHECK(mean / 7 == doctest::Approx(0.5 * std::erfc(-2 / std::sqrt(14.0))).epsilon(1e-9));
    }
    // Two signs of correlation ρ around 0 agree with probability 1/2 + arcsin(ρ)/π (Sheppard 1899).
    const std::vector<double> pair = gaussian_messages{0, 0.5}.weights(2);
    CHECK(pair[0] + pair[2] == doctest::Approx(0.5 + std::asin(0.5) / 3.14159265358979).epsilon(1e-9));
}

TEST_CASE("a partition's sign is wrong with probability Φ(−snr/√k), with all digits of tiny ones") {
    for (double snr : {0.0, 2.0, 30.0}) {
        CAPTURE(snr);
        const double wrong = std::erfc(snr / 2 / std::sqrt(2.0)) / 2;
        const std::vector<double> weights = gaussian_messages{snr}.weights(4);
        CHECK(std::abs(weights[0] / std::pow(wrong, 4) - 1) < 1e-11);
        CHECK(std::abs(weights[1] / (4 * std::pow(wrong, 3) * (1 - wrong)) - 1) < 1e-11);
        CHECK(gaussian_messages{snr}.wrong(4, 0) == wrong);
    }
}

TEST_CASE("what is not allowed") {
    CHECK_THROWS_WITH((void)weight_messages{6}.weights(5), "election::messages: weight = 6 must be at most k = 5");
    CHECK_THROWS_WITH((void)weight_messages{2}.weights(4),
                      "election::messages: weight = 2 is half of the partitions: such messages have no truth");
    CHECK_THROWS_WITH((void)independent_messages{1.5}.weights(5), "election::messages: right = 1.5 must be 0 to 1");
    CHECK_THROWS_WITH((void)(gaussian_messages{0, 2}.weights(5)), "election::messages: correlation = 2 must be 0 to 1");
    CHECK_THROWS_WITH((void)(gaussian_messages{NAN}.weights(5)), "election::messages: snr = nan must be a finite number");
}
