// SPDX-License-Identifier: MIT
#include <election/learners/finite_difference.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/learners/perceptron.hpp>
#include <election/learners/softmax.hpp>
#include <support/random_samples.hpp>

using namespace election;

namespace {

/// A learner whose gradient is changed by `Break`.
template <class L, class Break>
struct broken : L {
    broken(const L& right, Break change) : L(right), change_(change) {}
    double gradient(std::span<const double> parameters, const dense_dataset& data, std::span<const std::uint32_t> rows,
                    std::span<double> out, typename L::workspace& memory) const {
        const double loss = L::gradient(parameters, data, rows, out, memory);
        change_(out);
        return loss;
    }
    Break change_;
};

} // namespace

TEST_CASE("a right gradient passes, a wrong one does not, and the coordinate is named") {
    CAPTURE(election_test::seed());
    const dense_dataset data = election_test::dense_samples(12, 5, 3);
    const perceptron<double> learner(5, {8}, 3);
    const auto parameters = election_test::random_parameters<double>(learner.parameters(), 1);
    const auto rows = election_test::row_range(0, 12);
    const auto error_of = [&](const auto& checked) {
        return gradient_error(checked, std::span<const double>(parameters), data, rows);
    };
    const difference right = error_of(learner);
    CHECK(right.error < 1e-7);
    CHECK(right.slope == doctest::Approx(right.measured).epsilon(1e-4));
    // One coordinate of 75 is a little off.
    const broken one(learner, [](std::span<double> out) { out[50] += 1e-3; });
    CHECK(error_of(one).error > 1e-4);
    CHECK(error_of(one).coordinate == 50);
    // All are a little too large.
    CHECK(error_of(broken(learner, [](std::span<double> out) {
              for (double& slope : out) slope *= 1.0001;
          })).error > 5e-5);
    // The wrong sign, nothing, no number.
    CHECK(error_of(broken(learner, [](std::span<double> out) {
              for (double& slope : out) slope = -slope;
          })).error > 1);
    CHECK(error_of(broken(learner, [](std::span<double> out) {
              for (double& slope : out) slope = 0;
          })).error > 1);
    CHECK(std::isinf(
        error_of(broken(learner, [](std::span<double> out) { out[7] = std::numeric_limits<double>::quiet_NaN(); })).error));
    // The gradient of another batch.
    const difference other = gradient_error(learner, std::span<const double>(parameters), data.with_flipped_labels(), rows);
    CHECK(other.error < 1e-7);
}

TEST_CASE("coordinates are drawn where there are many") {
    const dense_dataset data = election_test::dense_samples(4, 30, 3);
    const softmax_regression<double> learner(30, 3);
    const auto parameters = election_test::random_parameters<double>(learner.parameters(), 1);
    const auto rows = election_test::row_range(0, 4);
    const broken one(learner, [](std::span<double> out) { out[5] += 1; });
    const auto error_with = [&](std::size_t coordinates, std::uint64_t seed) {
        return gradient_error(one, std::span<const double>(parameters), data, rows, {coordinates, 1e-5, seed}).error;
    };
    CHECK(error_with(93, 1) > 0.1); // all
    std::size_t found = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) found += error_with(10, seed) > 0.1 ? 1U : 0U;
    CHECK(found > 0);
    CHECK(found < 20);
}

TEST_CASE("options that make no sense are refused") {
    const dense_dataset data = election_test::dense_samples(4, 3, 3);
    const softmax_regression<double> learner(3, 3);
    const std::vector<double> parameters(learner.parameters());
    const auto rows = election_test::row_range(0, 4);
    CHECK_THROWS_WITH_AS((void)gradient_error(learner, std::span<const double>(parameters), data, rows, {10, 0, 1}),
                         "election::gradient_error: step = 0 must be above 0", parameter_error);
    CHECK_THROWS_WITH_AS((void)gradient_error(learner, std::span<const double>(parameters), data, rows, {0, 1e-5, 1}),
                         "election::gradient_error: coordinates = 0 must be at least 1", parameter_error);
}
