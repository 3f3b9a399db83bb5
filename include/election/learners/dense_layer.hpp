// SPDX-License-Identifier: MIT
// dense_layer: outputs that are sums of weighted inputs, and the way back; what networks are made of.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include <election/core/random.hpp>
#include <election/learners/product.hpp>
#include <election/learners/product_kernel.hpp>

namespace election {
namespace detail {

/// Fills weights uniformly between ±√(6 / inputs), as He, Zhang, Ren, Sun, *Delving deep into rectifiers*, ICCV 2015, ask for
/// layers before a rectifier (their variance, 2 / inputs). The same numbers on every platform.
/// \param inputs  how many each output of the layer sums
/// \param layer   each has its own stream of the seed
template <class T>
void fill_he(std::span<T> weights, std::size_t inputs, std::uint64_t seed, std::uint64_t layer) noexcept {
    constexpr std::uint64_t purpose = std::uint64_t{0x696E6974} << 32U; // "init": a stream that nobody else uses
    const counter_random random(seed, purpose + layer);
    const double most = std::sqrt(6 / static_cast<double>(inputs));
    for (std::size_t j = 0; j < weights.size(); ++j) {
        const double uniform = std::ldexp(static_cast<double>(random(j) >> 11U) + 0.5, -52) - 1;
        weights[j] = static_cast<T>(most * uniform);
    }
}

} // namespace detail

/// Y = X·W + bias for a batch: X is samples × inputs, W inputs × outputs, Y samples × outputs, all row-major.
///
/// It holds the shape; parameters, the weights W and then the biases, lie elsewhere. Sums are in the order of multiply(): those
/// of Y start at the bias, those of gradients at +0 and go through the samples. Sizes are not checked here.
///
/// \code
/// const election::dense_layer<double> layer{2, 1};
/// const std::vector<double> parameters{10, 20, 3}; // two weights, one bias
/// const std::vector<double> x{1, 2};
/// double y = 0;
/// layer.forward(parameters, x.data(), 1, &y, election::product_kernel_for<election::default_arch>());
/// assert(y == 53);
/// \endcode
/// \tparam T  float or double
template <class T>
struct dense_layer {
    std::size_t inputs;  ///< at least 1
    std::size_t outputs; ///< at least 1

    /// How many: weights and biases.
    [[nodiscard]] constexpr std::size_t parameters() const noexcept { return (inputs + 1) * outputs; }

    /// Y = X·W + bias.
    /// \param given    parameters() numbers
    /// \param x        samples × inputs
    /// \param samples  how many
    /// \param y        samples × outputs
    /// \param kernel   the inner loops
    void forward(std::span<const T> given, const T* x, std::size_t samples, T* y, const product_kernel& kernel) const {
        const T* const bias = given.data() + inputs * outputs;
        for (std::size_t i = 0; i < samples; ++i) std::copy_n(bias, outputs, y + i * outputs);
        multiply(row_major(x, samples, inputs), row_major(given.data(), inputs, outputs), row_major(y, samples, outputs),
                 product_start::kept, kernel);
    }

    /// The gradient by the parameters, Xᵀ·slopes and the sums of the slopes' columns.
    /// \param x         samples × inputs
    /// \param slopes    samples × outputs: the loss's slopes by Y
    /// \param samples   how many
    /// \param gradient  parameters() numbers that are written
    /// \param kernel    the inner loops
    void backward(const T* x, const T* slopes, std::size_t samples, std::span<T> gradient,
                  const product_kernel& kernel) const {
        multiply(row_major(x, samples, inputs).transposed(), row_major(slopes, samples, outputs),
                 row_major(gradient.data(), inputs, outputs), product_start::zero, kernel);
        T* const bias = gradient.data() + inputs * outputs;
        std::fill_n(bias, outputs, T{0});
        for (std::size_t i = 0; i < samples; ++i) {
            for (std::size_t j = 0; j < outputs; ++j) bias[j] += slopes[i * outputs + j];
        }
    }

    /// The loss's slopes by X, slopes·Wᵀ.
    /// \param given    parameters() numbers
    /// \param slopes   samples × outputs: the loss's slopes by Y
    /// \param samples  how many
    /// \param before   samples × inputs numbers that are written
    /// \param scratch  outputs × inputs numbers
    /// \param kernel   the inner loops
    void slopes_before(std::span<const T> given, const T* slopes, std::size_t samples, T* before, T* scratch,
                       const product_kernel& kernel) const {
        transpose(row_major(given.data(), inputs, outputs), row_major(scratch, outputs, inputs));
        multiply(row_major(slopes, samples, outputs), row_major<const T>(scratch, outputs, inputs),
                 row_major(before, samples, inputs), product_start::zero, kernel);
    }
};

} // namespace election
