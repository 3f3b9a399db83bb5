// SPDX-License-Identifier: MIT
#include <election/learners/softmax.hpp>

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/learners/finite_difference.hpp>
#include <election/learners/learner.hpp>
#include <election/learners/metrics.hpp>
#include <election/learners/perceptron.hpp>
#include <support/architectures.hpp>
#include <support/random_samples.hpp>

using namespace election;
using election_test::learn;

static_assert(learner<softmax_regression<float>, dense_dataset>);
static_assert(learner<softmax_regression<double>, dense_dataset>);
static_assert(!learner<softmax_regression<double>, sparse_dataset>);

TEST_CASE("the gradient is the loss's") {
    CAPTURE(election_test::seed());
    const dense_dataset data = election_test::dense_samples(20, 7, 4);
    const softmax_regression<double> learner(7, 4);
    for (const std::vector<std::uint32_t>& rows :
         {std::vector<std::uint32_t>{3}, {4, 0, 19, 4}, election_test::row_range(0, 20)}) {
        const auto parameters = election_test::random_parameters<double>(learner.parameters(), rows.size());
        CHECK(gradient_error(learner, std::span<const double>(parameters), data, rows).error < 1e-7);
    }
}

TEST_CASE_TEMPLATE_DEFINE("what the base architecture gives, bit for bit", Arch, same_softmax) {
    CAPTURE(election_test::seed());
    const dense_dataset data = election_test::dense_samples(40, 37, 10);
    const auto check = [&]<class T>(T) {
        const softmax_regression<T> plain(37, 10, product_kernel_for<arch::word64>());
        const softmax_regression<T> learner(37, 10, product_kernel_for<Arch>());
        const auto parameters = election_test::random_parameters<T>(learner.parameters(), 3);
        for (std::size_t batch : {1U, 5U, 40U}) {
            const auto rows = election_test::row_range(0, batch);
            CHECK(learn(learner, parameters, data, rows) == learn(plain, parameters, data, rows));
        }
    };
    check(float{});
    check(double{});
}
TEST_CASE_TEMPLATE_APPLY(same_softmax, election_test::enabled_architectures);

TEST_CASE("it is a perceptron without hidden layers") {
    const dense_dataset data = election_test::dense_samples(9, 5, 3);
    const softmax_regression<float> learner(5, 3);
    const auto parameters = election_test::random_parameters<float>(learner.parameters(), 1);
    CHECK(learn(learner, parameters, data, {8, 1, 3}) == learn(perceptron<float>(5, {}, 3), parameters, data, {8, 1, 3}));
}

TEST_CASE("at the start all classes are equally likely, and steps against the gradient learn") {
    const dense_dataset data(xt::xtensor<float, 2>{{0, 0}, {0, 1}, {1, 0}, {1, 1}}, {0, 0, 1, 2}, 3);
    const softmax_regression<double> learner(2, 3);
    std::vector<double> parameters(learner.parameters(), 7);
    std::vector<double> gradient(learner.parameters());
    softmax_regression<double>::workspace workspace;
    learner.initialize(parameters, 1);
    CHECK(parameters == std::vector<double>(9, 0));
    const auto rows = election_test::row_range(0, 4);
    CHECK(learner.gradient(parameters, data, rows, gradient, workspace) == doctest::Approx(std::log(3.0)).epsilon(1e-15));
    // Biases: (1/3 − the class's share).
    CHECK(gradient[6] == doctest::Approx(1.0 / 3 - 0.5));
    CHECK(gradient[7] == doctest::Approx(1.0 / 3 - 0.25));
    double loss = 0;
    for (int step = 0; step < 2000; ++step) {
        loss = learner.gradient(parameters, data, rows, gradient, workspace);
        for (std::size_t j = 0; j < parameters.size(); ++j) parameters[j] -= gradient[j];
    }
    CHECK(loss < 0.02);
    CHECK(evaluate(learner, std::span<const double>(parameters), data, rows, workspace).accuracy == 1);
}

TEST_CASE("a workspace may be used again for other batches and other shapes") {
    const dense_dataset data = election_test::dense_samples(30, 6, 3);
    const softmax_regression<double> learner(6, 3);
    const auto parameters = election_test::random_parameters<double>(learner.parameters(), 1);
    softmax_regression<double>::workspace used;
    for (std::size_t batch : {30U, 2U, 17U}) {
        const auto rows = election_test::row_range(0, batch);
        CHECK(learn(learner, parameters, data, rows, used) == learn(learner, parameters, data, rows));
    }
    const double* const kept = used.scores.data();
    (void)learn(learner, parameters, data, election_test::row_range(0, 30), used);
    CHECK(used.scores.data() == kept);
}

TEST_CASE("what does not fit is refused") {
    CHECK_THROWS_WITH_AS(softmax_regression<float>(0, 2), "election::softmax_regression: features = 0 must be at least 1",
                         parameter_error);
    CHECK_THROWS_WITH_AS(softmax_regression<float>(2, 0), "election::softmax_regression: classes = 0 must be at least 1",
                         parameter_error);
    const dense_dataset data = election_test::dense_samples(3, 2, 2);
    const softmax_regression<double> learner(2, 2);
    softmax_regression<double>::workspace workspace;
    std::vector<double> six(6);
    std::vector<double> five(5);
    const std::vector<std::uint32_t> rows{0, 1};
    CHECK_THROWS_WITH_AS(learner.initialize(five, 1),
                         "election::softmax_regression::initialize: parameters.size() = 5 must be parameters(), 6",
                         parameter_error);
    CHECK_THROWS_WITH_AS(learner.gradient(five, data, rows, six, workspace),
                         "election::softmax_regression::gradient: parameters.size() = 5 must be parameters(), 6",
                         parameter_error);
    CHECK_THROWS_WITH_AS(learner.gradient(six, data, rows, five, workspace),
                         "election::softmax_regression::gradient: gradient.size() = 5 must be parameters(), 6",
                         parameter_error);
    CHECK_THROWS_WITH_AS(learner.gradient(six, data, {}, six, workspace),
                         "election::softmax_regression::gradient: rows.size() = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS(learner.gradient(six, data, std::vector<std::uint32_t>{3}, six, workspace),
                         "election::softmax_regression::gradient: row = 3 must be below the number of samples, 3",
                         parameter_error);
    CHECK_THROWS_WITH_AS(learner.scores(six, data, rows, five, workspace),
                         "election::softmax_regression::scores: scores.size() = 5 must be rows times outputs(), 4",
                         parameter_error);
    CHECK_THROWS_WITH_AS(learner.scores(five, data, rows, std::span(six).first(4), workspace),
                         "election::softmax_regression::scores: parameters.size() = 5 must be parameters(), 6",
                         parameter_error);
    learner.scores(six, data, {}, {}, workspace); // nothing to do
}
