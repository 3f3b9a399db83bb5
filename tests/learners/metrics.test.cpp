// SPDX-License-Identifier: MIT
#include <election/learners/metrics.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/random.hpp>
#include <election/learners/softmax.hpp>
#include <support/random_samples.hpp>

using namespace election;
using labels_list = std::vector<std::uint32_t>;

namespace {

double area(const std::vector<double>& scores, const labels_list& labels) {
    return area_under_curve(std::span<const double>(scores), labels);
}

/// All pairs.
double area_by_definition(const std::vector<double>& scores, const labels_list& labels) {
    std::uint64_t twice = 0;
    std::uint64_t pairs = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        for (std::size_t j = 0; j < scores.size(); ++j) {
            if (labels[i] != 1 || labels[j] != 0) continue;
            ++pairs;
            twice += scores[i] > scores[j] ? 2 : scores[i] == scores[j] ? 1 : 0;
        }
    }
    return static_cast<double>(twice) / static_cast<double>(2 * pairs);
}

/// A single output: its only parameter, times the first feature.
struct margin_of_feature {
    using number_type = float;
    struct workspace {};
    [[nodiscard]] std::size_t parameters() const { return 1; }
    [[nodiscard]] std::size_t outputs() const { return 1; }
    void initialize(std::span<float>, std::uint64_t) const {}
    double gradient(std::span<const float>, const dense_dataset&, std::span<const std::uint32_t>, std::span<float>,
                    workspace&) const {
        return 0;
    }
    void scores(std::span<const float> parameters, const dense_dataset& data, std::span<const std::uint32_t> rows,
                std::span<float> out, workspace&) const {
        REQUIRE(out.size() == rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) out[i] = parameters[0] * data.row(rows[i])[0];
    }
};

} // namespace

TEST_CASE("the area under the curve: known answers") {
    CHECK(area({1, 2, 3, 4}, {0, 0, 1, 1}) == 1);
    CHECK(area({1, 2, 3, 4}, {1, 1, 0, 0}) == 0);
    CHECK(area({5, 5, 5}, {1, 0, 0}) == 0.5);
    CHECK(area({1, 2}, {0, 1}) == 1);
    CHECK(area({0.1, 0.4, 0.35, 0.8}, {0, 0, 1, 1}) == 0.75);
    CHECK(area({-0.0, 0.0}, {1, 0}) == 0.5); // equal
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(area({-infinity, infinity, infinity, 0}, {0, 1, 0, 0}) == 2.5 / 3);
    const std::vector<float> floats{1, 2, 2};
    CHECK(area_under_curve(std::span<const float>(floats), labels_list{0, 1, 0}) == 0.75);
}

TEST_CASE("the area under the curve: all pairs, with many ties and with few") {
    CAPTURE(election_test::seed());
    for (std::uint64_t levels : {2U, 10U, 1000U}) {
        for (std::size_t n : {2U, 3U, 50U, 300U}) {
            const counter_random random(election_test::seed(), n + levels);
            std::vector<double> scores(n);
            labels_list labels(n);
            for (std::size_t i = 0; i < n; ++i) {
                scores[i] = static_cast<double>(random.below(levels, 2 * i));
                labels[i] = i < 2 ? static_cast<std::uint32_t>(i) : static_cast<std::uint32_t>(random.below(2, 2 * i + 1));
            }
            REQUIRE(area(scores, labels) == area_by_definition(scores, labels));
        }
    }
}

TEST_CASE("an area that is not defined is refused") {
    CHECK_THROWS_WITH_AS(area({1, 2}, {1, 1}),
                         "election::area_under_curve: samples of class 1 = 2 must be some and not all of the samples, 2",
                         parameter_error);
    CHECK_THROWS_WITH_AS(area({}, {}),
                         "election::area_under_curve: samples of class 1 = 0 must be some and not all of the samples, 0",
                         parameter_error);
    CHECK_THROWS_WITH_AS(area({1, std::nan("")}, {1, 0}),
                         "election::area_under_curve: score = nan must be a number, for sample 1", parameter_error);
    CHECK_THROWS_WITH_AS(area({1, 2}, {2, 0}), "election::area_under_curve: label = 2 must be 0 or 1, for sample 0",
                         parameter_error);
    CHECK_THROWS_WITH_AS(area({1, 2}, {0}), "election::area_under_curve: labels.size() = 1 must be the number of scores, 2",
                         parameter_error);
}

TEST_CASE("accuracy and mean loss") {
    const std::vector<double> scores{1, 2, 0, /**/ 3, 3, 3, /**/ -1, -1, 0};
    const std::span<const double> view(scores);
    CHECK(accuracy(view, 3, labels_list{1, 0, 2}) == 1); // of equal scores the first
    CHECK(accuracy(view, 3, labels_list{1, 1, 0}) == 1.0 / 3);
    CHECK(mean_loss(view, 3, labels_list{1, 1, 2}) ==
          doctest::Approx(
              (std::log(1 + std::exp(-1.0) + std::exp(-2.0)) + std::log(3.0) + std::log(1 + 2 * std::exp(-1.0))) / 3));
    // Margins: 0 is not for class 1.
    const std::vector<double> margins{-2, 0, 3};
    CHECK(accuracy(std::span<const double>(margins), 1, labels_list{0, 0, 1}) == 1);
    CHECK(accuracy(std::span<const double>(margins), 1, labels_list{1, 1, 1}) == 1.0 / 3);
    CHECK(mean_loss(std::span<const double>(margins), 1, labels_list{0, 1, 1}) ==
          doctest::Approx((std::log1p(std::exp(-2.0)) + std::log(2.0) + std::log1p(std::exp(-3.0))) / 3));
    CHECK_THROWS_WITH_AS((void)accuracy(view, 3, labels_list{1, 1}),
                         "election::accuracy: scores.size() = 9 must be samples times outputs, 6", parameter_error);
    CHECK_THROWS_WITH_AS((void)accuracy(view, 3, labels_list{1, 1, 3}),
                         "election::accuracy: label = 3 must be below the number of classes, 3", parameter_error);
    CHECK_THROWS_WITH_AS((void)mean_loss(std::span<const double>(margins), 1, labels_list{0, 2, 1}),
                         "election::mean_loss: label = 2 must be below the number of classes, 2", parameter_error);
    CHECK_THROWS_WITH_AS((void)mean_loss(view, 0, labels_list{0}), "election::mean_loss: outputs = 0 must be at least 1",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)mean_loss(view.first(0), 3, labels_list{}),
                         "election::mean_loss: labels.size() = 0 must be at least 1", parameter_error);
}

TEST_CASE("evaluation: several outputs, in chunks of any size") {
    const dense_dataset data = election_test::dense_samples(50, 4, 3);
    const softmax_regression<float> learner(4, 3);
    const auto parameters = election_test::random_parameters<float>(learner.parameters(), 1);
    softmax_regression<float>::workspace workspace;
    const labels_list rows = election_test::row_range(3, 40);
    labels_list labels;
    for (std::uint32_t row : rows) labels.push_back(data.label(row));
    std::vector<float> scores(rows.size() * 3);
    learner.scores(parameters, data, rows, scores, workspace);
    for (std::size_t chunk : {1U, 7U, 40U, 1000U}) {
        const evaluation found = evaluate(learner, std::span<const float>(parameters), data, rows, workspace, chunk);
        CHECK(found.samples == 40);
        CHECK(found.accuracy == accuracy(std::span<const float>(scores), 3, labels));
        CHECK(found.loss == mean_loss(std::span<const float>(scores), 3, labels));
        CHECK_FALSE(found.area.has_value());
        CHECK_FALSE(found.margin_area.has_value());
    }
    CHECK_THROWS_WITH_AS((void)evaluate(learner, std::span<const float>(parameters), data, {}, workspace),
                         "election::evaluate: rows.size() = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS((void)evaluate(learner, std::span<const float>(parameters), data, rows, workspace, 0),
                         "election::evaluate: chunk = 0 must be at least 1", parameter_error);
}

TEST_CASE("evaluation: a margin, whose logistic function has ties that it has not") {
    const dense_dataset data(xt::xtensor<float, 2>{{100}, {200}, {-1}, {3}}, {0, 1, 0, 1}, 2);
    const margin_of_feature learner;
    margin_of_feature::workspace workspace;
    const std::vector<float> one{1};
    const evaluation found = evaluate(learner, std::span<const float>(one), data, labels_list{0, 1, 2, 3}, workspace, 3);
    CHECK(found.accuracy == 0.75);
    CHECK(found.margin_area.value() == 0.75);
    CHECK(found.area.value() == 0.625); // σ(100) = σ(200) = 1
    CHECK(found.loss == doctest::Approx((100 + std::log1p(std::exp(-1.0)) + std::log1p(std::exp(-3.0))) / 4));
    // Nothing to compare.
    CHECK_FALSE(evaluate(learner, std::span<const float>(one), data, labels_list{0, 2}, workspace).area.has_value());
    const std::vector<float> none{std::nanf("")};
    CHECK_FALSE(evaluate(learner, std::span<const float>(none), data, labels_list{0, 1}, workspace).area.has_value());
    const dense_dataset three(xt::xtensor<float, 2>{{1}}, {2}, 3);
    CHECK_THROWS_WITH_AS((void)evaluate(learner, std::span<const float>(one), three, labels_list{0}, workspace),
                         "election::evaluate: label = 2 must be a class of the learner, for sample 0", parameter_error);
}
