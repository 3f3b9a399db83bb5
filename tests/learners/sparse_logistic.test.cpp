// SPDX-License-Identifier: MIT
#include <election/learners/sparse_logistic.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/learners/finite_difference.hpp>
#include <election/learners/learner.hpp>
#include <election/learners/losses.hpp>
#include <election/learners/metrics.hpp>
#include <support/random_samples.hpp>

using namespace election;
using rows_list = std::vector<std::uint32_t>;

static_assert(learner<sparse_logistic, sparse_dataset>);
static_assert(!learner<sparse_logistic, dense_dataset>);

namespace {

double value_of(const sparse_row& row, std::size_t j) { return row.values.empty() ? 1 : static_cast<double>(row.values[j]); }

/// By the definition, in the order that is promised.
std::vector<double> reference_gradient(const std::vector<double>& parameters, const sparse_dataset& data,
                                       const rows_list& rows) {
    std::vector<double> gradient(parameters.size());
    for (std::uint32_t i : rows) {
        const sparse_row row = data.row(i);
        double margin = 0;
        for (std::size_t j = 0; j < row.columns.size(); ++j) {
            margin += detail::rounded<double>(parameters[row.columns[j]] * value_of(row, j));
        }
        const double residual = sigmoid(margin) - static_cast<double>(data.label(i));
        for (std::size_t j = 0; j < row.columns.size(); ++j) {
            gradient[row.columns[j]] += detail::rounded<double>(residual * value_of(row, j));
        }
    }
    for (double& sum : gradient) sum *= 1 / static_cast<double>(rows.size());
    return gradient;
}

std::vector<double> gradient_of(const sparse_logistic& learner, const std::vector<double>& parameters,
                                const sparse_dataset& data, const rows_list& rows, sparse_logistic::workspace& workspace) {
    std::vector<double> residuals(rows.size());
    learner.residuals(parameters, data, rows, residuals);
    const sparse_gradient entries = learner.gradient_entries(data, rows, residuals, workspace);
    std::vector<double> gradient(parameters.size());
    REQUIRE(entries.values.size() == entries.columns.size());
    std::set<std::uint32_t> touched;
    for (std::uint32_t i : rows) touched.insert(data.row(i).columns.begin(), data.row(i).columns.end());
    REQUIRE(entries.columns.size() == touched.size()); // each once
    for (std::size_t j = 0; j < entries.columns.size(); ++j) {
        REQUIRE(touched.contains(entries.columns[j]));
        gradient[entries.columns[j]] += entries.values[j];
    }
    return gradient;
}

} // namespace

TEST_CASE("residuals and both gradients are those of the definition, bit for bit") {
    CAPTURE(election_test::seed());
    sparse_logistic::workspace workspace; // one for all, of any size
    for (std::size_t features : {1U, 2U, 40U, 7U, 300U}) {
        for (bool with_values : {false, true}) {
            const sparse_dataset data = election_test::sparse_samples(30, features, with_values, features);
            const sparse_logistic learner(features);
            const auto parameters = election_test::random_parameters<double>(features, features);
            for (const rows_list& rows : {rows_list{3}, rows_list{0, 1}, rows_list{9, 4, 9, 2, 1},
                                          election_test::row_range(0, 30), rows_list{7, 7, 7, 7}}) {
                CAPTURE(features);
                CAPTURE(rows.size());
                const std::vector<double> expected = reference_gradient(parameters, data, rows);
                REQUIRE(election_test::same_bits(gradient_of(learner, parameters, data, rows, workspace), expected));
                const auto got = election_test::learn(learner, parameters, data, rows, workspace);
                REQUIRE(election_test::same_bits(got.gradient, expected));
                double loss = 0;
                for (std::size_t i = 0; i < rows.size(); ++i) {
                    const sparse_row row = data.row(rows[i]);
                    double margin = 0;
                    for (std::size_t j = 0; j < row.columns.size(); ++j) {
                        margin += detail::rounded<double>(parameters[row.columns[j]] * value_of(row, j));
                    }
                    REQUIRE(got.scores[i] == margin);
                    loss += logistic_loss(margin, data.label(rows[i]));
                }
                REQUIRE(got.loss == loss / static_cast<double>(rows.size()));
            }
        }
    }
}

TEST_CASE("the gradient is the loss's") {
    CAPTURE(election_test::seed());
    for (bool with_values : {false, true}) {
        const sparse_dataset data = election_test::sparse_samples(20, 25, with_values, 1);
        const sparse_logistic learner(25);
        const auto parameters = election_test::random_parameters<double>(25, 2);
        for (std::size_t batch : {1U, 3U, 20U}) {
            const auto rows = election_test::row_range(0, batch);
            CHECK(gradient_error(learner, std::span<const double>(parameters), data, rows).error < 1e-7);
        }
    }
}

TEST_CASE("at the start residuals are halves and cancel exactly") {
    // Three samples share column 1: twice class 1 and once class 0; column 0 is in one of each class.
    const sparse_dataset data({0, 2, 4, 5}, {0, 1, 0, 1, 1}, {}, 4, {1, 0, 1}, 2);
    const sparse_logistic learner(4);
    sparse_logistic::workspace workspace;
    std::vector<double> parameters(4, 7);
    learner.initialize(parameters, 1);
    CHECK(parameters == std::vector<double>(4, 0));
    const rows_list rows{0, 1, 2};
    std::vector<double> residuals(3);
    learner.residuals(parameters, data, rows, residuals);
    CHECK(residuals == std::vector<double>{-0.5, 0.5, -0.5});
    const sparse_gradient entries = learner.gradient_entries(data, rows, residuals, workspace);
    REQUIRE(entries.columns.size() == 2);
    CHECK(entries.columns[0] == 0);
    CHECK(entries.values[0] == 0);
    CHECK(!std::signbit(entries.values[0]));
    CHECK(entries.columns[1] == 1);
    CHECK(entries.values[1] == -0.5 * (1.0 / 3));
}

TEST_CASE("a batch with nothing in it, and infinite margins") {
    const sparse_dataset data({0, 0, 1}, {2}, {}, 3, {1, 0}, 2);
    const sparse_logistic learner(3);
    sparse_logistic::workspace workspace;
    std::vector<double> residuals(1);
    const std::vector<double> parameters{0, 0, std::numeric_limits<double>::infinity()};
    learner.residuals(parameters, data, rows_list{0}, residuals);
    CHECK(residuals[0] == -0.5);
    CHECK(learner.gradient_entries(data, rows_list{0}, residuals, workspace).columns.empty());
    learner.residuals(parameters, data, rows_list{1}, residuals);
    CHECK(residuals[0] == 1);
    learner.residuals(parameters, data, {}, {}); // nothing to do
}

TEST_CASE("places are forgotten before their numbers run out") {
    const sparse_dataset data = election_test::sparse_samples(20, 30, false);
    const sparse_logistic learner(30);
    const auto parameters = election_test::random_parameters<double>(30, 2);
    const rows_list rows = election_test::row_range(0, 20);
    const std::vector<double> expected = reference_gradient(parameters, data, rows);
    sparse_logistic::workspace workspace;
    // In another order: what is left must not look like the next batch's.
    (void)gradient_of(learner, parameters, data, rows_list(rows.rbegin(), rows.rend()), workspace);
    workspace.next = std::numeric_limits<std::uint32_t>::max() - 20;
    for (int again = 0; again < 10; ++again) {
        REQUIRE(gradient_of(learner, parameters, data, rows, workspace) == expected);
    }
    CHECK(workspace.next < 1000);
}

TEST_CASE("no memory is taken when a batch of the same size comes again") {
    const sparse_dataset data = election_test::sparse_samples(20, 30, false);
    const sparse_logistic learner(30);
    const auto parameters = election_test::random_parameters<double>(30, 2);
    sparse_logistic::workspace workspace;
    (void)gradient_of(learner, parameters, data, election_test::row_range(0, 20), workspace);
    const auto* const columns = workspace.columns.data();
    const auto* const places = workspace.places.data();
    (void)gradient_of(learner, parameters, data, election_test::row_range(5, 15), workspace);
    CHECK(workspace.columns.data() == columns);
    CHECK(workspace.places.data() == places);
}

TEST_CASE("it learns, and evaluation gives both areas") {
    const sparse_dataset data({0, 1, 3, 4, 5}, {0, 0, 1, 2, 3}, {}, 4, {1, 1, 0, 0}, 2);
    const sparse_logistic learner(4);
    sparse_logistic::workspace workspace;
    std::vector<double> parameters(4);
    std::vector<double> gradient(4);
    const rows_list rows = election_test::row_range(0, 4);
    double loss = learner.gradient(parameters, data, rows, gradient, workspace);
    CHECK(loss == doctest::Approx(std::log(2.0)).epsilon(1e-15));
    for (int step = 0; step < 1000; ++step) {
        loss = learner.gradient(parameters, data, rows, gradient, workspace);
        for (std::size_t j = 0; j < 4; ++j) parameters[j] -= gradient[j];
    }
    CHECK(loss < 0.02);
    const evaluation found = evaluate(learner, std::span<const double>(parameters), data, rows, workspace, 3);
    CHECK(found.accuracy == 1);
    CHECK(found.area.value() == 1);
    CHECK(found.margin_area.value() == 1);
}

TEST_CASE("what does not fit is refused") {
    CHECK_THROWS_WITH_AS(sparse_logistic(0), "election::sparse_logistic: features = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS(sparse_logistic(std::size_t{1} << 32U),
                         "election::sparse_logistic: features = 4294967296 must be below 2^32", parameter_error);
    const sparse_dataset data = election_test::sparse_samples(5, 3, false);
    const sparse_logistic learner(3);
    sparse_logistic::workspace workspace;
    std::vector<double> three(3);
    std::vector<double> two(2);
    const rows_list rows{0, 4};
    CHECK_THROWS_WITH_AS(learner.initialize(two, 1),
                         "election::sparse_logistic::initialize: parameters.size() = 2 must be parameters(), 3",
                         parameter_error);
    CHECK_THROWS_WITH_AS(learner.residuals(two, data, rows, two),
                         "election::sparse_logistic::residuals: parameters.size() = 2 must be parameters(), 3",
                         parameter_error);
    CHECK_THROWS_WITH_AS(learner.residuals(three, data, rows, three),
                         "election::sparse_logistic::residuals: out.size() = 3 must be the number of rows, 2",
                         parameter_error);
    CHECK_THROWS_WITH_AS(learner.residuals(three, data, rows_list{1, 5}, two),
                         "election::sparse_logistic::residuals: row = 5 must be below the number of samples, 5",
                         parameter_error);
    CHECK_THROWS_WITH_AS(learner.gradient_entries(data, rows, three, workspace),
                         "election::sparse_logistic::gradient_entries: residuals.size() = 3 must be the number of rows, 2",
                         parameter_error);
    CHECK_THROWS_WITH_AS(learner.gradient_entries(data, {}, {}, workspace),
                         "election::sparse_logistic::gradient_entries: rows.size() = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS(learner.gradient(three, data, {}, three, workspace),
                         "election::sparse_logistic::gradient: rows.size() = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS(learner.gradient(three, data, rows, two, workspace),
                         "election::sparse_logistic::gradient: gradient.size() = 2 must be parameters(), 3",
                         parameter_error);
    CHECK_THROWS_WITH_AS(learner.scores(three, election_test::sparse_samples(5, 4, false), rows, two, workspace),
                         "election::sparse_logistic::scores: data.features() = 4 must be the learner's, 3", parameter_error);
    const sparse_dataset many({0, 1}, {0}, {}, 3, {2}, 3);
    CHECK_THROWS_WITH_AS(learner.scores(three, many, rows_list{0}, std::span(two).first(1), workspace),
                         "election::sparse_logistic::scores: data.classes() = 3 must be the learner's, 2", parameter_error);
}
