// SPDX-License-Identifier: MIT
#include <election/learners/convolution.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/learners/finite_difference.hpp>
#include <election/learners/learner.hpp>
#include <election/learners/metrics.hpp>
#include <election/learners/softmax.hpp>
#include <support/architectures.hpp>
#include <support/random_samples.hpp>

using namespace election;
using election_test::learn;

static_assert(learner<convolutional<float>, dense_dataset>);
static_assert(learner<convolutional<double>, dense_dataset>);

namespace {

const std::vector<convolution_shape>& shapes() {
    static const std::vector<convolution_shape> all{
        {.height = 4, .width = 4, .channels = 1, .filters = {2}, .side = 3, .classes = 3},
        {.height = 5, .width = 7, .channels = 2, .filters = {3}, .side = 3, .classes = 2},
        {.height = 8, .width = 9, .channels = 1, .filters = {2, 3}, .side = 5, .classes = 4},
        {.height = 9, .width = 8, .channels = 3, .filters = {4, 2, 3}, .side = 3, .classes = 3},
        {.height = 2, .width = 3, .channels = 1, .filters = {2}, .side = 7, .classes = 2},
        {.height = 6, .width = 6, .channels = 1, .filters = {5}, .side = 1, .classes = 2},
        {.height = 3, .width = 3, .channels = 2, .filters = {}, .side = 3, .classes = 3},
    };
    return all;
}

std::size_t pixels(const convolution_shape& shape) { return shape.channels * shape.height * shape.width; }

/// Scores of one image by the definition: pixel by pixel, padding looked up.
std::vector<double> reference_scores(const convolution_shape& shape, std::span<const double> given,
                                     std::span<const float> image) {
    std::vector<double> planes(image.begin(), image.end());
    std::size_t channels = shape.channels;
    std::size_t height = shape.height;
    std::size_t width = shape.width;
    const std::size_t side = shape.side;
    for (std::size_t filters : shape.filters) {
        const std::size_t taps = channels * side * side;
        std::vector<double> next(filters * (height / 2) * (width / 2));
        const auto convolved = [&](std::size_t f, std::size_t y, std::size_t x) {
            double sum = given[taps * filters + f];
            for (std::size_t c = 0; c < channels; ++c) {
                for (std::size_t dy = 0; dy < side; ++dy) {
                    for (std::size_t dx = 0; dx < side; ++dx) {
                        const std::size_t row = y + dy - side / 2; // wraps around above the image
                        const std::size_t column = x + dx - side / 2;
                        const bool inside = row < height && column < width;
                        const double pixel = inside ? planes[(c * height + row) * width + column] : 0;
                        sum += given[((c * side + dy) * side + dx) * filters + f] * pixel;
                    }
                }
            }
            return sum;
        };
        for (std::size_t f = 0; f < filters; ++f) {
            for (std::size_t y = 0; y < height / 2; ++y) {
                for (std::size_t x = 0; x < width / 2; ++x) {
                    const double upper = std::max(convolved(f, 2 * y, 2 * x), convolved(f, 2 * y, 2 * x + 1));
                    const double lower = std::max(convolved(f, 2 * y + 1, 2 * x), convolved(f, 2 * y + 1, 2 * x + 1));
                    next[(f * (height / 2) + y) * (width / 2) + x] = std::max({upper, lower, 0.0});
                }
            }
        }
        given = given.subspan((taps + 1) * filters);
        planes = next;
        channels = filters;
        height /= 2;
        width /= 2;
    }
    std::vector<double> scores;
    for (std::size_t c = 0; c < shape.classes; ++c) {
        double sum = given[planes.size() * shape.classes + c];
        for (std::size_t j = 0; j < planes.size(); ++j) sum += planes[j] * given[j * shape.classes + c];
        scores.push_back(sum);
    }
    return scores;
}

} // namespace

TEST_CASE("scores by the definition") {
    CAPTURE(election_test::seed());
    for (const convolution_shape& shape : shapes()) {
        CAPTURE(pixels(shape));
        const dense_dataset data = election_test::dense_samples(5, pixels(shape), shape.classes);
        const convolutional<double> learner(shape);
        const auto parameters = election_test::random_parameters<double>(learner.parameters(), 1);
        const std::vector<std::uint32_t> rows{3, 0, 4};
        const auto got = learn(learner, parameters, data, rows);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const std::vector<double> expected = reference_scores(shape, parameters, data.row(rows[i]));
            for (std::size_t c = 0; c < shape.classes; ++c) {
                REQUIRE(got.scores[i * shape.classes + c] == doctest::Approx(expected[c]).epsilon(1e-12));
            }
        }
    }
}

TEST_CASE("the gradient is the loss's") {
    CAPTURE(election_test::seed());
    for (const convolution_shape& shape : shapes()) {
        CAPTURE(pixels(shape));
        const dense_dataset data = election_test::dense_samples(6, pixels(shape), shape.classes);
        const convolutional<double> learner(shape);
        for (std::size_t batch : {1U, 6U}) {
            const auto parameters = election_test::random_parameters<double>(learner.parameters(), batch);
            CHECK(gradient_error(learner, std::span<const double>(parameters), data, election_test::row_range(0, batch),
                                 {.coordinates = 300})
                      .error < 1e-7);
        }
    }
}

TEST_CASE_TEMPLATE_DEFINE("what the base architecture gives, bit for bit", Arch, same_convolution) {
    CAPTURE(election_test::seed());
    const auto check = [&]<class T>(T) {
        typename convolutional<T>::workspace used;
        for (const convolution_shape& shape : shapes()) {
            const dense_dataset data = election_test::dense_samples(7, pixels(shape), shape.classes);
            const convolutional<T> plain(shape, product_kernel_for<arch::word64>());
            const convolutional<T> learner(shape, product_kernel_for<Arch>());
            const auto parameters = election_test::random_parameters<T>(learner.parameters(), 3);
            for (std::size_t batch : {7U, 1U}) {
                const auto rows = election_test::row_range(0, batch);
                CHECK(learn(learner, parameters, data, rows, used) == learn(plain, parameters, data, rows));
            }
        }
    };
    check(float{});
    check(double{});
}
TEST_CASE_TEMPLATE_APPLY(same_convolution, election_test::enabled_architectures);

TEST_CASE("maxima: the first of equal ones wins, nothing where all are below 0, and NaN is not hidden") {
    const detail::convolution_stage<float> stage{1, 2, 8, 1, 1};
    const float nan = std::nanf("");
    const float planes[] = {1, 1, -1, -2, 0, 3, 5, 6, /**/ 1, 1, -3, 0, 3, 2, nan, 7};
    float pooled[4];
    std::uint8_t winner[4];
    stage.pool(planes, pooled, winner);
    CHECK(pooled[0] == 1);
    CHECK(winner[0] == 0);
    CHECK(pooled[1] == 0);
    CHECK(winner[1] == 4);
    CHECK(pooled[2] == 3);
    CHECK(winner[2] == 1);
    CHECK(std::isnan(pooled[3]));
    const float slopes[] = {10, 20, 30, 40};
    float back[16];
    stage.unpool(slopes, winner, back);
    const std::vector<float> expected{10, 0, 0, 0, 0, 30, 0, 0, /**/ 0, 0, 0, 0, 0, 0, 40, 0};
    CHECK(std::equal(expected.begin(), expected.end(), back));
}

TEST_CASE("without stages it is softmax regression") {
    const convolution_shape& shape = shapes().back();
    REQUIRE(shape.filters.empty());
    const dense_dataset data = election_test::dense_samples(6, pixels(shape), shape.classes);
    const convolutional<float> learner(shape);
    const softmax_regression<float> other(pixels(shape), shape.classes);
    const auto parameters = election_test::random_parameters<float>(learner.parameters(), 3);
    CHECK(learn(learner, parameters, data, {5, 1}) == learn(other, parameters, data, {5, 1}));
}

TEST_CASE("strokes are told apart wherever they are") {
    // A horizontal or a vertical stroke of three pixels on 8 × 8.
    xt::xtensor<float, 2> images = xt::zeros<float>({72, 64});
    std::vector<std::uint32_t> labels(72);
    for (std::size_t i = 0; i < 36; ++i) {
        const std::size_t y = i / 6;
        const std::size_t x = i % 6;
        for (std::size_t j = 0; j < 3; ++j) {
            images(2 * i, y * 8 + x + j) = 1;
            images(2 * i + 1, (y + j) * 8 + x) = 1;
        }
        labels[2 * i + 1] = 1;
    }
    const dense_dataset data(images, labels, 2);
    const convolutional<float> learner({.height = 8, .width = 8, .filters = {4, 4}, .side = 3, .classes = 2});
    std::vector<float> parameters(learner.parameters());
    std::vector<float> gradient(learner.parameters());
    learner.initialize(parameters, 3);
    CHECK(parameters[0] != 0);
    CHECK(parameters[36] == 0); // a bias
    convolutional<float>::workspace workspace;
    const auto rows = election_test::row_range(0, 72);
    for (int step = 0; step < 600; ++step) {
        learner.gradient(parameters, data, rows, gradient, workspace);
        for (std::size_t j = 0; j < parameters.size(); ++j) parameters[j] -= 0.3F * gradient[j];
    }
    CHECK(evaluate(learner, std::span<const float>(parameters), data, rows, workspace).accuracy == 1);
}

TEST_CASE("what does not fit is refused") {
    CHECK_THROWS_WITH_AS(convolutional<float>({.height = 0}), "election::convolutional: pixels = 0 must be at least 1",
                         parameter_error);
    CHECK_THROWS_WITH_AS(convolutional<float>({.side = 4}), "election::convolutional: side = 4 must be odd",
                         parameter_error);
    CHECK_THROWS_WITH_AS(convolutional<float>({.classes = 0}), "election::convolutional: classes = 0 must be at least 1",
                         parameter_error);
    CHECK_THROWS_WITH_AS(convolutional<float>({.filters = {3, 0}}),
                         "election::convolutional: filters = 0 must be at least 1 at each stage", parameter_error);
    CHECK_THROWS_WITH_AS(
        convolutional<float>({.height = 5, .filters = {2, 2, 2}}),
        "election::convolutional: stages = 3 must be fewer: each halves the image, and one is left with 1 x 7",
        parameter_error);
    const convolutional<float> learner({.height = 2, .width = 2, .filters = {1}, .side = 1, .classes = 2});
    REQUIRE(learner.parameters() == 6);
    const dense_dataset data = election_test::dense_samples(3, 4, 2);
    convolutional<float>::workspace workspace;
    std::vector<float> six(6);
    std::vector<float> five(5);
    const std::vector<std::uint32_t> rows{0, 1};
    CHECK_THROWS_WITH_AS(learner.initialize(five, 1),
                         "election::convolutional::initialize: parameters.size() = 5 must be parameters(), 6",
                         parameter_error);
    CHECK_THROWS_WITH_AS(learner.gradient(five, data, rows, six, workspace),
                         "election::convolutional::gradient: parameters.size() = 5 must be parameters(), 6",
                         parameter_error);
    CHECK_THROWS_WITH_AS(learner.gradient(six, data, rows, five, workspace),
                         "election::convolutional::gradient: gradient.size() = 5 must be parameters(), 6", parameter_error);
    CHECK_THROWS_WITH_AS(learner.gradient(six, data, {}, six, workspace),
                         "election::convolutional::gradient: rows.size() = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS(learner.scores(six, data, rows, five, workspace),
                         "election::convolutional::scores: scores.size() = 5 must be rows times outputs(), 4",
                         parameter_error);
    CHECK_THROWS_WITH_AS(
        learner.scores(six, election_test::dense_samples(3, 5, 2), rows, std::span(six).first(4), workspace),
        "election::convolutional::scores: data.features() = 5 must be the learner's, 4", parameter_error);
}
