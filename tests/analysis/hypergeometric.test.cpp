// SPDX-License-Identifier: MIT
#include <election/analysis/hypergeometric.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

#include <doctest/doctest.h>
#include <election/verify/nearest.hpp>

using namespace election;

namespace {

/// log C(n, k) as a plain sum in extended precision.
long double log_binomial_summed(std::size_t n, std::size_t k) {
    long double sum = 0;
    for (std::size_t i = 1; i <= k; ++i) {
        sum += std::log(static_cast<long double>(n - k + i) / static_cast<long double>(i));
    }
    return sum;
}

double relative_error(double value, long double exact) { return static_cast<double>(std::fabs((value - exact) / exact)); }

} // namespace

TEST_CASE("log_binomial agrees with exact coefficients, to 1e-13 of itself") {
    for (std::size_t n = 0; n <= 67; ++n) {
        for (std::size_t k = 0; k <= n; ++k) {
            CAPTURE(n);
            CAPTURE(k);
            const long double exact = std::log(static_cast<long double>(binomial(n, k)));
            if (k == 0 || k == n) {
                CHECK(log_binomial(n, k) == 0);
            } else {
                CHECK(relative_error(log_binomial(n, k), exact) < 1e-13);
            }
        }
    }
    CHECK(log_binomial(5, 6) == -HUGE_VAL);
}

TEST_CASE("log_binomial of large sizes agrees with the sum of logarithms, to 1e-13 of itself") {
    for (std::size_t n : {100U, 1001U, 9999U, 100000U}) {
        for (std::size_t k : {1U, 7U, 15U, 16U, 17U, 31U, 50U}) {
            CHECK(relative_error(log_binomial(n, k), log_binomial_summed(n, k)) < 1e-13);
            CHECK(log_binomial(n, n - k) == log_binomial(n, k));
        }
        CHECK(relative_error(log_binomial(n, n / 2), log_binomial_summed(n, n / 2)) < 1e-13);
        CHECK(relative_error(log_binomial(n, n / 3), log_binomial_summed(n, n / 3)) < 1e-13);
    }
}

TEST_CASE("the binomial distribution has the relative error that it states: exact coefficients, fair coins") {
    for (std::size_t n = 0; n <= 60; ++n) {
        const std::vector<double> mass = binomial_distribution(n, 0.5);
        REQUIRE(mass.size() == n + 1);
        for (std::size_t x = 0; x <= n; ++x) {
            const long double exact = static_cast<long double>(binomial(n, x)) / std::exp2(static_cast<long double>(n));
            CHECK(relative_error(mass[x], exact) < (static_cast<double>(n) + 10) * 1e-15);
        }
    }
}

TEST_CASE("the binomial distribution of other probabilities: far tails, and nothing but certainty at 0 and 1") {
    for (double p : {1e-9, 0.01, 0.3, 0.77, 0.999}) {
        const std::vector<double> mass = binomial_distribution(50, p);
        for (std::size_t x = 0; x <= 50; ++x) {
            const long double exact = static_cast<long double>(binomial(50, x)) *
                                      std::pow(static_cast<long double>(p), static_cast<long double>(x)) *
                                      std::pow(1 - static_cast<long double>(p), static_cast<long double>(50 - x));
            if (exact > 1e-290L) CHECK(relative_error(mass[x], exact) < 60e-15);
        }
    }
    CHECK(binomial_distribution(3, 0) == std::vector<double>{1, 0, 0, 0});
    CHECK(binomial_distribution(3, 1) == std::vector<double>{0, 0, 0, 1});
    CHECK(binomial_distribution(0, 0.4) == std::vector<double>{1});
    CHECK_THROWS_WITH_AS((void)binomial_distribution(3, 1.5), "election::binomial_distribution: p = 1.5 must be 0 to 1",
                         parameter_error);
    CHECK_THROWS_AS((void)binomial_distribution(3, std::nan("")), parameter_error);
}

TEST_CASE("large distributions add up to 1 and have the mean and the variance that they must have") {
    const auto check = [](const std::vector<double>& mass, double mean, double variance) {
        double sum = 0;
        double first = 0;
        double second = 0;
        for (std::size_t x = 0; x < mass.size(); ++x) {
            const double away = static_cast<double>(x) - mean;
            sum += mass[x];
            first += mass[x] * away;
            second += mass[x] * away * away;
        }
        CHECK(std::fabs(sum - 1) < 1e-12);
        CHECK(std::fabs(first) < 1e-9 * (1 + mean));
        CHECK(second == doctest::Approx(variance).epsilon(1e-9));
    };
    check(binomial_distribution(100000, 0.3), 30000, 21000);
    check(binomial_distribution(100000, 1e-5), 1, 1 - 1e-5);
    // N, K, w
    const double N = 100000;
    const double K = 50001;
    const double w = 20000;
    check(hypergeometric_distribution(100000, 50001, 20000), w * K / N, w * (K / N) * (1 - K / N) * (N - w) / (N - 1));
}

TEST_CASE("the hypergeometric distribution has the relative error that it states: exact coefficients, all sizes up to 24") {
    for (std::size_t population = 0; population <= 24; ++population) {
        for (std::size_t marked = 0; marked <= population; ++marked) {
            for (std::size_t drawn = 0; drawn <= population; ++drawn) {
                const std::vector<double> mass = hypergeometric_distribution(population, marked, drawn);
                REQUIRE(mass.size() == drawn + 1);
                for (std::size_t x = 0; x <= drawn; ++x) {
                    const long double exact = static_cast<long double>(binomial(marked, x)) *
                                              static_cast<long double>(binomial(population - marked, drawn - x)) /
                                              static_cast<long double>(binomial(population, drawn));
                    if (exact == 0) {
                        REQUIRE(mass[x] == 0);
                    } else {
                        REQUIRE(relative_error(mass[x], exact) < (static_cast<double>(drawn) + 10) * 1e-15);
                    }
                }
            }
        }
    }
    CHECK_THROWS_WITH_AS((void)hypergeometric_distribution(5, 6, 1),
                         "election::hypergeometric_distribution: marked = 6 must be at most 5", parameter_error);
    CHECK_THROWS_WITH_AS((void)hypergeometric_distribution(5, 1, 6),
                         "election::hypergeometric_distribution: drawn = 6 must be at most 5", parameter_error);
}
