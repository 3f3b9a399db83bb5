// SPDX-License-Identifier: MIT
#include <election/learners/dense_layer.hpp>

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <support/architectures.hpp>
#include <support/random_samples.hpp>

using namespace election;

TEST_CASE_TEMPLATE_DEFINE("forth and back, by the definition", Arch, by_definition) {
    CAPTURE(election_test::seed());
    constexpr product_kernel kernel = product_kernel_for<Arch>();
    for (std::size_t inputs : {1U, 3U, 17U}) {
        for (std::size_t outputs : {1U, 2U, 10U, 33U}) {
            for (std::size_t samples : {1U, 7U}) {
                const dense_layer<double> layer{inputs, outputs};
                REQUIRE(layer.parameters() == inputs * outputs + outputs);
                const auto given = election_test::random_parameters<double>(layer.parameters(), 1);
                const auto x = election_test::random_parameters<double>(samples * inputs, 2);
                const auto slopes = election_test::random_parameters<double>(samples * outputs, 3);
                std::vector<double> y(samples * outputs);
                std::vector<double> gradient(layer.parameters());
                std::vector<double> before(samples * inputs);
                std::vector<double> scratch(inputs * outputs);
                layer.forward(given, x.data(), samples, y.data(), kernel);
                layer.backward(x.data(), slopes.data(), samples, gradient, kernel);
                layer.slopes_before(given, slopes.data(), samples, before.data(), scratch.data(), kernel);
                for (std::size_t o = 0; o < outputs; ++o) {
                    double bias = 0;
                    for (std::size_t s = 0; s < samples; ++s) {
                        double sum = given[inputs * outputs + o];
                        for (std::size_t i = 0; i < inputs; ++i) {
                            sum += detail::rounded<double>(x[s * inputs + i] * given[i * outputs + o]);
                        }
                        REQUIRE(y[s * outputs + o] == sum);
                        bias += slopes[s * outputs + o];
                    }
                    REQUIRE(gradient[inputs * outputs + o] == bias);
                }
                for (std::size_t i = 0; i < inputs; ++i) {
                    for (std::size_t o = 0; o < outputs; ++o) {
                        double sum = 0;
                        for (std::size_t s = 0; s < samples; ++s) {
                            sum += detail::rounded<double>(x[s * inputs + i] * slopes[s * outputs + o]);
                        }
                        REQUIRE(gradient[i * outputs + o] == sum);
                    }
                    for (std::size_t s = 0; s < samples; ++s) {
                        double sum = 0;
                        for (std::size_t o = 0; o < outputs; ++o) {
                            sum += detail::rounded<double>(slopes[s * outputs + o] * given[i * outputs + o]);
                        }
                        REQUIRE(before[s * inputs + i] == sum);
                    }
                }
            }
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(by_definition, election_test::enabled_architectures);

TEST_CASE("initial weights: within the bound, of the right variance, of their own stream") {
    std::vector<double> weights(20'000);
    detail::fill_he(std::span<double>(weights), 24, 5, 0);
    double sum = 0;
    double squares = 0;
    for (double weight : weights) {
        REQUIRE(std::fabs(weight) < 0.5); // √(6 / 24)
        sum += weight;
        squares += weight * weight;
    }
    CHECK(std::fabs(sum / 20'000) < 0.01);
    CHECK(squares / 20'000 == doctest::Approx(2.0 / 24).epsilon(0.03));
    // The same everywhere.
    CHECK(weights[0] ==
          0.5 * (std::ldexp(static_cast<double>(counter_random(5, 0x696E697400000000)(0) >> 11U) + 0.5, -52) - 1));
    std::vector<double> other(20'000);
    detail::fill_he(std::span<double>(other), 24, 5, 1);
    CHECK(weights[0] != other[0]);
    detail::fill_he(std::span<double>(other), 24, 6, 0);
    CHECK(weights[0] != other[0]);
    detail::fill_he(std::span<double>(other), 24, 5, 0);
    CHECK(weights == other);
}
