// SPDX-License-Identifier: MIT
// softmax_regression: scores linear in the features, the class with the largest wins.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include <election/bits/aligned.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/data/dataset.hpp>
#include <election/learners/batch.hpp>
#include <election/learners/dense_layer.hpp>
#include <election/learners/losses.hpp>
#include <election/learners/product_kernel.hpp>

namespace election {

/// Multinomial logistic regression on dense data: scores x·W + bias, loss −ln of the softmax's probability of the right class,
/// averaged over the batch. A learner of dense_dataset.
///
/// Parameters: W, features × classes row-major, then one bias a class. Sums are the same bit for bit on every architecture (see
/// multiply() and losses.hpp).
///
/// \code
/// const election::dense_dataset data(xt::xtensor<float, 2>{{1, 0}, {0, 1}}, {0, 1}, 2);
/// const election::softmax_regression<double> learner(2, 2);
/// std::vector<double> parameters(learner.parameters()), gradient(learner.parameters());
/// learner.initialize(parameters, 1);
/// election::softmax_regression<double>::workspace workspace;
/// const std::vector<std::uint32_t> rows{0, 1};
/// assert(learner.gradient(parameters, data, rows, gradient, workspace) == std::log(2.0));
/// assert(gradient[0] == -0.25 && gradient[1] == 0.25); // more of the first feature: more of the first class
/// \endcode
/// \tparam T  float or double
template <class T>
class softmax_regression {
public:
    using number_type = T; ///< of parameters, gradients and scores

    /// Scratch memory of one thread; keeps what it has grown to.
    struct workspace {
        aligned_vector<T> features; ///< of a batch
        aligned_vector<T> scores;   ///< of a batch, then their slopes
    };

    /// \tparam Arch     instruction set of the default kernel
    /// \param features  of a sample, at least 1
    /// \param classes   at least 1
    /// \param kernel    the inner loops, copied; given where an architecture is chosen at run time
    /// \throws parameter_error  no features, no classes
    template <class Arch = default_arch>
    softmax_regression(std::size_t features, std::size_t classes, const product_kernel& kernel = product_kernel_for<Arch>())
        : layer_{features, classes}, kernel_(kernel) {
        detail::require(features >= 1, "softmax_regression", "features", features, "must be at least 1");
        detail::require(classes >= 1, "softmax_regression", "classes", classes, "must be at least 1");
    }

    /// How many parameters: (features + 1)·classes.
    [[nodiscard]] std::size_t parameters() const noexcept { return layer_.parameters(); }
    /// How many scores a sample has: the classes.
    [[nodiscard]] std::size_t outputs() const noexcept { return layer_.outputs; }

    /// All 0: the loss is convex, and has nothing to gain from a random start.
    /// \param given  parameters() numbers that are written
    /// \param seed   makes no difference
    /// \throws parameter_error  another size
    void initialize(std::span<T> given, [[maybe_unused]] std::uint64_t seed) const {
        detail::require_length(given.size(), parameters(), "softmax_regression::initialize", "parameters.size()",
                               "parameters()");
        std::fill(given.begin(), given.end(), T{0});
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
        constexpr const char* where = "softmax_regression::gradient";
        detail::require_length(gradient.size(), parameters(), where, "gradient.size()", "parameters()");
        detail::require(!rows.empty(), where, "rows.size()", rows.size(), "must be at least 1");
        T* const scores = detail::room(memory.scores, rows.size() * outputs());
        const T* const x = forward(given, data, rows, scores, memory, where);
        double loss = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            loss += cross_entropy_slopes(std::span<T>(scores + i * outputs(), outputs()), data.label(rows[i]), rows.size());
        }
        layer_.backward(x, scores, rows.size(), gradient, kernel_);
        return loss / static_cast<double>(rows.size());
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
        constexpr const char* where = "softmax_regression::scores";
        detail::require_length(scores.size(), rows.size() * outputs(), where, "scores.size()", "rows times outputs()");
        forward(given, data, rows, scores.data(), memory, where);
    }

private:
    /// Returns the features.
    const T* forward(std::span<const T> given, const dense_dataset& data, std::span<const std::uint32_t> rows, T* scores,
                     workspace& memory, const char* where) const {
        detail::require_length(given.size(), parameters(), where, "parameters.size()", "parameters()");
        detail::require_batch(data, rows, layer_.inputs, outputs(), where);
        const T* const x = detail::side_by_side(data, rows, memory.features);
        layer_.forward(given, x, rows.size(), scores, kernel_);
        return x;
    }

    dense_layer<T> layer_;
    product_kernel kernel_;
};

} // namespace election
