// SPDX-License-Identifier: MIT
#include <election/learners/perceptron.hpp>

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/learners/finite_difference.hpp>
#include <election/learners/learner.hpp>
#include <election/learners/metrics.hpp>
#include <support/architectures.hpp>
#include <support/random_samples.hpp>

using namespace election;
using election_test::learn;

static_assert(learner<perceptron<float>, dense_dataset>);
static_assert(learner<perceptron<double>, dense_dataset>);

TEST_CASE("the gradient is the loss's, for any number of layers") {
    CAPTURE(election_test::seed());
    const dense_dataset data = election_test::dense_samples(20, 6, 3);
    for (const std::vector<std::size_t>& hidden : {std::vector<std::size_t>{}, {1}, {9}, {17, 4}, {5, 8, 6}}) {
        CAPTURE(hidden.size());
        const perceptron<double> learner(6, hidden, 3);
        for (std::size_t batch : {1U, 4U, 20U}) {
            const auto parameters = election_test::random_parameters<double>(learner.parameters(), batch);
            CHECK(gradient_error(learner, std::span<const double>(parameters), data, election_test::row_range(0, batch))
                      .error < 1e-7);
        }
    }
}

TEST_CASE_TEMPLATE_DEFINE("what the base architecture gives, bit for bit", Arch, same_perceptron) {
    CAPTURE(election_test::seed());
    const dense_dataset data = election_test::dense_samples(40, 37, 10);
    const auto check = [&]<class T>(T) {
        const perceptron<T> plain(37, {33, 20}, 10, product_kernel_for<arch::word64>());
        const perceptron<T> learner(37, {33, 20}, 10, product_kernel_for<Arch>());
        std::vector<T> parameters(learner.parameters());
        learner.initialize(parameters, 3);
        typename perceptron<T>::workspace used;
        for (std::size_t batch : {40U, 1U, 5U}) {
            const auto rows = election_test::row_range(0, batch);
            CHECK(learn(learner, parameters, data, rows, used) == learn(plain, parameters, data, rows));
        }
    };
    check(float{});
    check(double{});
}
TEST_CASE_TEMPLATE_APPLY(same_perceptron, election_test::enabled_architectures);

TEST_CASE("a network computed by hand") {
    // x = (1, −1); hidden: 1·1 + 2·(−1) + 0.5 = −0.5 → 0 and 3·1 + (−1)·(−1) + 0 = 4; scores: 4·2 + 1, 4·(−1) + 0.
    const perceptron<double> learner(2, {2}, 2);
    const std::vector<double> parameters{1, 3, 2, -1, 0.5, 0, /**/ 100, 100, 2, -1, 1, 0};
    const dense_dataset data(xt::xtensor<float, 2>{{1, -1}}, {1}, 2);
    const auto got = learn(learner, parameters, data, {0});
    CHECK(got.scores == std::vector<double>{9, -4});
    CHECK(got.loss == doctest::Approx(13 + std::log1p(std::exp(-13.0))));
    // Slopes of the scores are p and −p; only the second unit is alive.
    const double p = 1 / (1 + std::exp(-13.0));
    const std::vector<double> expected{0, 3 * p, 0, -3 * p, 0, 3 * p, /**/ 0, 0, 4 * p, -4 * p, p, -p};
    for (std::size_t j = 0; j < expected.size(); ++j) CHECK(got.gradient[j] == doctest::Approx(expected[j]).epsilon(1e-14));
}

TEST_CASE("a unit that is NaN is not hidden by the rectifier") {
    float x[] = {-1, 0, 2, std::nanf("")};
    detail::rectify(x, 4);
    CHECK(x[0] == 0);
    CHECK(!std::signbit(x[0]));
    CHECK(x[2] == 2);
    CHECK(std::isnan(x[3]));
}

TEST_CASE("exclusive or is learnt from a random start, the same for the same seed") {
    const dense_dataset data(xt::xtensor<float, 2>{{0, 0}, {0, 1}, {1, 0}, {1, 1}}, {0, 1, 1, 0}, 2);
    const perceptron<float> learner(2, {16}, 2);
    std::vector<float> parameters(learner.parameters());
    std::vector<float> other(learner.parameters());
    std::vector<float> gradient(learner.parameters());
    learner.initialize(parameters, 7);
    learner.initialize(other, 7);
    CHECK(parameters == other);
    learner.initialize(other, 8);
    CHECK(parameters != other);
    for (std::size_t j = 32; j < 48; ++j) CHECK(parameters[j] == 0); // biases
    perceptron<float>::workspace workspace;
    const auto rows = election_test::row_range(0, 4);
    double loss = 0;
    for (int step = 0; step < 2000; ++step) {
        loss = learner.gradient(parameters, data, rows, gradient, workspace);
        for (std::size_t j = 0; j < parameters.size(); ++j) parameters[j] -= 0.5F * gradient[j];
    }
    CHECK(loss < 0.01);
    CHECK(evaluate(learner, std::span<const float>(parameters), data, rows, workspace).accuracy == 1);
}

TEST_CASE("what does not fit is refused") {
    CHECK_THROWS_WITH_AS(perceptron<float>(0, {2}, 2), "election::perceptron: features = 0 must be at least 1",
                         parameter_error);
    CHECK_THROWS_WITH_AS(perceptron<float>(2, {2, 0}, 2), "election::perceptron: hidden width = 0 must be at least 1",
                         parameter_error);
    CHECK_THROWS_WITH_AS(perceptron<float>(2, {2}, 0), "election::perceptron: classes = 0 must be at least 1",
                         parameter_error);
    const dense_dataset data = election_test::dense_samples(3, 2, 2);
    const perceptron<float> learner(2, {3}, 2);
    REQUIRE(learner.parameters() == 17);
    perceptron<float>::workspace workspace;
    std::vector<float> right(17);
    std::vector<float> wrong(16);
    const std::vector<std::uint32_t> rows{0, 1};
    CHECK_THROWS_WITH_AS(learner.initialize(wrong, 1),
                         "election::perceptron::initialize: parameters.size() = 16 must be parameters(), 17",
                         parameter_error);
    CHECK_THROWS_WITH_AS(learner.gradient(wrong, data, rows, right, workspace),
                         "election::perceptron::gradient: parameters.size() = 16 must be parameters(), 17", parameter_error);
    CHECK_THROWS_WITH_AS(learner.gradient(right, data, rows, wrong, workspace),
                         "election::perceptron::gradient: gradient.size() = 16 must be parameters(), 17", parameter_error);
    CHECK_THROWS_WITH_AS(learner.gradient(right, data, {}, right, workspace),
                         "election::perceptron::gradient: rows.size() = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS(
        learner.scores(right, election_test::dense_samples(3, 5, 2), rows, std::span(right).first(4), workspace),
        "election::perceptron::scores: data.features() = 5 must be the learner's, 2", parameter_error);
    CHECK_THROWS_WITH_AS(learner.scores(right, data, rows, wrong, workspace),
                         "election::perceptron::scores: scores.size() = 16 must be rows times outputs(), 4",
                         parameter_error);
}
