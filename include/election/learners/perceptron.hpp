// SPDX-License-Identifier: MIT
// perceptron: a network of dense layers with rectifiers between them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <election/bits/aligned.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/data/dataset.hpp>
#include <election/learners/batch.hpp>
#include <election/learners/dense_layer.hpp>
#include <election/learners/losses.hpp>
#include <election/learners/product_kernel.hpp>

namespace election {
namespace detail {

/// x ← max(x, +0), and NaN where it is NaN.
template <class T>
void rectify(T* x, std::size_t count) noexcept {
    for (std::size_t j = 0; j < count; ++j) x[j] = x[j] <= 0 ? T{0} : x[j];
}

/// Slopes before a rectifier from those after it: 0 where its output is.
template <class T>
void rectify_slopes(T* slopes, const T* outputs, std::size_t count) noexcept {
    for (std::size_t j = 0; j < count; ++j) slopes[j] = outputs[j] == 0 ? T{0} : slopes[j];
}

} // namespace detail

/// A multilayer perceptron on dense data: any number of hidden layers, each followed by max(x, 0), then scores as those of
/// softmax_regression and the same loss. A learner of dense_dataset.
///
/// Parameters: layer after layer its weights, inputs × outputs row-major, then its biases. Everything is summed in the order of
/// multiply(), so that gradients are the same bit for bit on every architecture (see losses.hpp for the platform's share).
///
/// \code
/// const election::perceptron<float> learner(784, {128}, 10);
/// assert(learner.parameters() == 785 * 128 + 129 * 10 && learner.outputs() == 10);
/// std::vector<float> parameters(learner.parameters());
/// learner.initialize(parameters, 7);
/// assert(parameters[0] != 0 && parameters[784 * 128] == 0); // biases start at 0
/// \endcode
/// \tparam T  float or double
template <class T>
class perceptron {
public:
    using number_type = T; ///< of parameters, gradients and scores

    /// Scratch memory of one thread; keeps what it has grown to.
    struct workspace {
        aligned_vector<T> features;    ///< of a batch
        aligned_vector<T> activations; ///< layer after layer, samples × outputs
        aligned_vector<T> slopes;      ///< by a layer's outputs
        aligned_vector<T> before;      ///< by its inputs
        aligned_vector<T> transposed;  ///< weights
    };

    /// \tparam Arch     instruction set of the default kernel
    /// \param features  of a sample, at least 1
    /// \param hidden    widths of the hidden layers, each at least 1; none: softmax regression
    /// \param classes   at least 1
    /// \param kernel    the inner loops, copied; given where an architecture is chosen at run time
    /// \throws parameter_error  no features, no classes, a layer without width
    template <class Arch = default_arch>
    perceptron(std::size_t features, const std::vector<std::size_t>& hidden, std::size_t classes,
               const product_kernel& kernel = product_kernel_for<Arch>())
        : kernel_(kernel) {
        detail::require(features >= 1, "perceptron", "features", features, "must be at least 1");
        detail::require(classes >= 1, "perceptron", "classes", classes, "must be at least 1");
        std::size_t inputs = features;
        for (std::size_t width : hidden) {
            detail::require(width >= 1, "perceptron", "hidden width", width, "must be at least 1");
            layers_.push_back({inputs, width});
            inputs = width;
        }
        layers_.push_back({inputs, classes});
    }

    /// How many parameters: (inputs + 1)·outputs, summed over the layers.
    [[nodiscard]] std::size_t parameters() const noexcept {
        std::size_t count = 0;
        for (const dense_layer<T>& layer : layers_) count += layer.parameters();
        return count;
    }
    /// How many scores a sample has: the classes.
    [[nodiscard]] std::size_t outputs() const noexcept { return layers_.back().outputs; }
    /// The layers, from the features to the scores.
    [[nodiscard]] std::span<const dense_layer<T>> layers() const noexcept { return layers_; }

    /// Weights uniformly between ±√(6 / inputs) (He et al., ICCV 2015), biases 0.
    /// \param given  parameters() numbers that are written
    /// \param seed   the same numbers for the same seed, on every platform
    /// \throws parameter_error  another size
    void initialize(std::span<T> given, std::uint64_t seed) const {
        detail::require_length(given.size(), parameters(), "perceptron::initialize", "parameters.size()", "parameters()");
        std::fill(given.begin(), given.end(), T{0});
        std::size_t begin = 0;
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            detail::fill_he(given.subspan(begin, layers_[l].inputs * layers_[l].outputs), layers_[l].inputs, seed, l);
            begin += layers_[l].parameters();
        }
    }

    /// The gradient of the mean loss over a batch.
    /// \param given     parameters() numbers
    /// \param data      of this shape
    /// \param rows      which samples, at least one
    /// \param gradient  parameters() numbers that are written
    /// \param memory    scratch
    /// \returns the mean loss
    /// \throws parameter_error  sizes that do not fit, no samples, a sample that is not there
    /// \par Complexity
    /// O(rows · parameters()); no heap after the first call of a size
    double gradient(std::span<const T> given, const dense_dataset& data, std::span<const std::uint32_t> rows,
                    std::span<T> gradient, workspace& memory) const {
        constexpr const char* where = "perceptron::gradient";
        const std::size_t samples = rows.size();
        detail::require_length(gradient.size(), parameters(), where, "gradient.size()", "parameters()");
        detail::require(samples != 0, where, "rows.size()", samples, "must be at least 1");
        T* slopes = detail::room(memory.slopes, samples * widest());
        T* before = detail::room(memory.before, samples * widest());
        const T* const features = forward(given, data, rows, slopes, memory, where);
        double loss = 0;
        for (std::size_t i = 0; i < samples; ++i) {
            loss += cross_entropy_slopes(std::span<T>(slopes + i * outputs(), outputs()), data.label(rows[i]), samples);
        }
        std::size_t begin = parameters();
        std::size_t activations = samples * hidden_units();
        for (std::size_t l = layers_.size(); l-- > 0;) {
            const dense_layer<T>& layer = layers_[l];
            begin -= layer.parameters();
            activations -= l == 0 ? 0 : samples * layer.inputs;
            const T* const x = l == 0 ? features : memory.activations.data() + activations;
            layer.backward(x, slopes, samples, gradient.subspan(begin, layer.parameters()), kernel_);
            if (l == 0) break;
            T* const scratch = detail::room(memory.transposed, layer.inputs * layer.outputs);
            layer.slopes_before(given.subspan(begin, layer.parameters()), slopes, samples, before, scratch, kernel_);
            detail::rectify_slopes(before, x, samples * layer.inputs);
            std::swap(slopes, before);
        }
        return loss / static_cast<double>(samples);
    }

    /// The scores of samples.
    /// \param given   parameters() numbers
    /// \param data    of this shape
    /// \param rows    which samples
    /// \param scores  rows × outputs() numbers that are written, row-major
    /// \param memory  scratch
    /// \throws parameter_error  sizes that do not fit, a sample that is not there
    void scores(std::span<const T> given, const dense_dataset& data, std::span<const std::uint32_t> rows,
                std::span<T> scores, workspace& memory) const {
        constexpr const char* where = "perceptron::scores";
        detail::require_length(scores.size(), rows.size() * outputs(), where, "scores.size()", "rows times outputs()");
        forward(given, data, rows, scores.data(), memory, where);
    }

private:
    /// Outputs of all hidden layers together.
    [[nodiscard]] std::size_t hidden_units() const noexcept {
        std::size_t units = 0;
        for (std::size_t l = 0; l + 1 < layers_.size(); ++l) units += layers_[l].outputs;
        return units;
    }
    /// The most outputs of a layer.
    [[nodiscard]] std::size_t widest() const noexcept {
        std::size_t most = 0;
        for (const dense_layer<T>& layer : layers_) most = std::max(most, layer.outputs);
        return most;
    }

    /// Leaves the hidden layers' outputs in the workspace and returns the features.
    const T* forward(std::span<const T> given, const dense_dataset& data, std::span<const std::uint32_t> rows, T* scores,
                     workspace& memory, const char* where) const {
        const std::size_t samples = rows.size();
        detail::require_length(given.size(), parameters(), where, "parameters.size()", "parameters()");
        detail::require_batch(data, rows, layers_.front().inputs, outputs(), where);
        const T* const features = detail::side_by_side(data, rows, memory.features);
        T* next = detail::room(memory.activations, samples * hidden_units());
        const T* x = features;
        std::size_t begin = 0;
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            const dense_layer<T>& layer = layers_[l];
            const bool last = l + 1 == layers_.size();
            T* const y = last ? scores : next;
            layer.forward(given.subspan(begin, layer.parameters()), x, samples, y, kernel_);
            if (!last) detail::rectify(y, samples * layer.outputs);
            begin += layer.parameters();
            next = last ? next : next + samples * layer.outputs;
            x = y;
        }
        return features;
    }

    std::vector<dense_layer<T>> layers_;
    product_kernel kernel_;
};

} // namespace election
