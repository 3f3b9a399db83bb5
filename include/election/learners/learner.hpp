// SPDX-License-Identifier: MIT
// The learner concept: a model that is trained, as functions of a flat vector of parameters.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include <election/data/dataset.hpp>

namespace election {

/// A model with d parameters and a loss, that data of type D can train. It holds the shape of the model and no parameters, so
/// one object serves any number of threads; scratch memory is in a workspace, one a thread.
///
/// Holds when:
/// - `L::number_type` is float or double, `L::workspace` is default-constructible;
/// - `l.parameters()` is d, `l.outputs()` the number of scores of a sample;
/// - `l.initialize(parameters, seed)` fills d numbers, the same ones on every platform;
/// - `l.gradient(parameters, data, rows, gradient, workspace)` writes the gradient of the mean loss over the samples `rows` and
///   returns that loss; the result is the same bit for bit on every architecture;
/// - `l.scores(parameters, data, rows, scores, workspace)` writes outputs() scores a sample, row after row: of several outputs
///   the largest is the predicted class; a single one is the margin of class 1 over class 0.
///
/// Example: softmax_regression. Non-example: a network object that keeps its weights inside.
template <class L, class D>
concept learner = dataset<D> &&(std::same_as<typename L::number_type, float> ||
                                std::same_as<typename L::number_type, double>)&&std::
    default_initializable<typename L::workspace>&& requires(const L& l, const D& data, std::span<const std::uint32_t> rows,
                                                            std::span<typename L::number_type> out,
                                                            std::span<const typename L::number_type> parameters,
                                                            typename L::workspace& workspace, std::uint64_t seed) {
    { l.parameters() } -> std::convertible_to<std::size_t>;
    { l.outputs() } -> std::convertible_to<std::size_t>;
    l.initialize(out, seed);
    { l.gradient(parameters, data, rows, out, workspace) } -> std::convertible_to<double>;
    l.scores(parameters, data, rows, out, workspace);
};

} // namespace election
