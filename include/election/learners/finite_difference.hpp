// SPDX-License-Identifier: MIT
// gradient_error(): a learner's gradient held against differences of its loss.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <election/core/error.hpp>
#include <election/core/random.hpp>
#include <election/data/dataset.hpp>
#include <election/learners/learner.hpp>

namespace election {

/// What gradient_error() looks at.
struct difference_options {
    std::size_t coordinates = 100; ///< how many are drawn, with repetition; all of them where there are no more
    double step = 1e-5;            ///< to both sides; a tenth and a hundredth of it are tried too
    std::uint64_t seed = 1;        ///< of the drawn coordinates
};

/// Where a gradient is furthest from differences of the loss.
struct difference {
    double error = 0; ///< |slope − measured| over the gradient's largest absolute value (or 1e-8 if that is smaller)
    std::size_t coordinate = 0; ///< which parameter
    double slope = 0;           ///< what gradient() says
    double measured = 0;        ///< (loss(θ + h) − loss(θ − h)) / 2h
};

/// Compares a gradient with central differences of the loss at sampled coordinates.
///
/// Losses with kinks (rectifiers, maxima) have no slope where a step crosses one, and long steps are inexact while short ones
/// round: of three lengths the one that agrees best counts. A wrong slope agrees with none.
/// \param learner     with numbers of type double: floats would round more than is measured
/// \param parameters  where, learner.parameters() numbers
/// \param data        a data set
/// \param rows        a batch, at least one sample
/// \param options     which coordinates, and how long steps are
/// \returns the worst coordinate; its error is about 1e-9 for a right gradient; infinite if one is NaN
/// \throws parameter_error  step ≤ 0, no coordinates, what the learner refuses
/// \par Complexity
/// six gradients a coordinate
///
/// \code
/// const election::dense_dataset data(xt::xtensor<float, 2>{{1, 2}, {0, -1}}, {0, 1}, 2);
/// const election::softmax_regression<double> learner(2, 2);
/// const std::vector<double> parameters{1, 2, 3, 4, 5, 6};
/// const std::vector<std::uint32_t> rows{0, 1};
/// assert(election::gradient_error(learner, std::span<const double>(parameters), data, rows).error < 1e-7);
/// \endcode
template <class L, dataset D>
    requires learner<L, D> && std::same_as<typename L::number_type, double>
[[nodiscard]] difference gradient_error(const L& learner, std::span<const double> parameters, const D& data,
                                        std::span<const std::uint32_t> rows, const difference_options& options = {}) {
    detail::require(options.step > 0, "gradient_error", "step", options.step, "must be above 0");
    detail::require(options.coordinates >= 1, "gradient_error", "coordinates", options.coordinates, "must be at least 1");
    const std::size_t d = parameters.size();
    typename L::workspace workspace;
    std::vector<double> gradient(d);
    std::vector<double> other(d);
    std::vector<double> moved(parameters.begin(), parameters.end());
    learner.gradient(parameters, data, rows, std::span<double>(gradient), workspace);
    double largest = 1e-8;
    for (double slope : gradient) largest = std::max(largest, std::fabs(slope));

    const auto loss_at = [&](std::size_t j, double value) {
        moved[j] = value;
        const double loss =
            learner.gradient(std::span<const double>(moved), data, rows, std::span<double>(other), workspace);
        moved[j] = parameters[j];
        return loss;
    };
    const auto difference_at = [&](std::size_t j) {
        difference best{std::numeric_limits<double>::infinity(), j, gradient[j], 0};
        for (double step : {options.step, options.step / 10, options.step / 100}) {
            const double above = parameters[j] + step;
            const double below = parameters[j] - step;
            const double measured = (loss_at(j, above) - loss_at(j, below)) / (above - below);
            const double error = std::fabs(measured - gradient[j]) / largest;
            if (error < best.error) best = {error, j, gradient[j], measured};
        }
        return best;
    };
    const counter_random random(options.seed);
    const bool all = options.coordinates >= d;
    difference worst;
    for (std::size_t i = 0; i < (all ? d : options.coordinates); ++i) {
        const difference here = difference_at(all ? i : static_cast<std::size_t>(random.below(d, i)));
        if (i == 0 || here.error > worst.error) worst = here;
    }
    return worst;
}

} // namespace election
