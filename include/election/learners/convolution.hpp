// SPDX-License-Identifier: MIT
// convolutional: a small network for images, convolutions with rectifiers and maxima between them, then a dense layer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <election/bits/aligned.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/data/dataset.hpp>
#include <election/learners/batch.hpp>
#include <election/learners/dense_layer.hpp>
#include <election/learners/losses.hpp>
#include <election/learners/product.hpp>
#include <election/learners/product_kernel.hpp>

namespace election {

/// The shape of a convolutional network. The defaults are for 28 × 28 digits.
struct convolution_shape {
    std::size_t height = 28;                 ///< of an image
    std::size_t width = 28;                  ///< of an image
    std::size_t channels = 1;                ///< an image's planes, one after the other in a sample's features
    std::vector<std::size_t> filters{8, 16}; ///< of each stage: convolution, max(x, 0), maxima of 2 × 2 squares
    std::size_t side = 5;                    ///< of a filter, odd; images are padded with zeros so that they keep their size
    std::size_t classes = 10;                ///< scores
};

namespace detail {

/// One stage: C planes of height × width become F planes of half the size (rounded down).
template <class T>
struct convolution_stage {
    std::size_t channels;
    std::size_t height;
    std::size_t width;
    std::size_t filters;
    std::size_t side;

    [[nodiscard]] std::size_t inputs() const noexcept { return channels * pixels(); }
    [[nodiscard]] std::size_t pixels() const noexcept { return height * width; }
    /// Weights of a filter.
    [[nodiscard]] std::size_t taps() const noexcept { return channels * side * side; }
    /// Weights, taps × filters, and biases.
    [[nodiscard]] std::size_t parameters() const noexcept { return (taps() + 1) * filters; }
    [[nodiscard]] std::size_t pooled_pixels() const noexcept { return (height / 2) * (width / 2); }
    [[nodiscard]] std::size_t outputs() const noexcept { return filters * pooled_pixels(); }

    /// A row of an image with zeros on both sides; rows of planes have this step too.
    [[nodiscard]] std::size_t padded_width() const noexcept { return width + side - 1; }
    /// Numbers of a plane before pooling, those behind the image's last column included, which mean nothing.
    [[nodiscard]] std::size_t places() const noexcept { return height * padded_width(); }
    /// Numbers of a channel with zeros all around it, and as many more as the last tap sees behind them.
    [[nodiscard]] std::size_t padded_places() const noexcept { return (height + side - 1) * padded_width() + side - 1; }
    [[nodiscard]] std::size_t padded_inputs() const noexcept { return channels * padded_places(); }
    /// Where in the padded image a tap sees the first pixel; what it sees at all others follows in one piece.
    [[nodiscard]] std::size_t first_seen(std::size_t tap) const noexcept {
        return tap / (side * side) * padded_places() + tap / side % side * padded_width() + tap % side;
    }
    /// Where in the padded image a row of a channel begins.
    [[nodiscard]] std::size_t padded_row(std::size_t channel, std::size_t y) const noexcept {
        return channel * padded_places() + (y + side / 2) * padded_width() + side / 2;
    }

    /// taps × places(): what each tap sees at each place. \param padded  padded_inputs() numbers of scratch
    void unfold(const T* image, T* padded, T* seen) const {
        std::fill_n(padded, padded_inputs(), T{0});
        for (std::size_t row = 0; row < channels * height; ++row) {
            std::copy_n(image + row * width, width, padded + padded_row(row / height, row % height));
        }
        for (std::size_t tap = 0; tap < taps(); ++tap)
            std::copy_n(padded + first_seen(tap), places(), seen + tap * places());
    }

    /// Slopes by the image from those by what taps see: the way back of unfold(), tap after tap.
    void fold(const T* seen, T* padded, T* image) const {
        std::fill_n(padded, padded_inputs(), T{0});
        for (std::size_t tap = 0; tap < taps(); ++tap) {
            T* const to = padded + first_seen(tap);
            for (std::size_t place = 0; place < places(); ++place) to[place] += seen[tap * places() + place];
        }
        for (std::size_t row = 0; row < channels * height; ++row) {
            std::copy_n(padded + padded_row(row / height, row % height), width, image + row * width);
        }
    }

    /// The largest of each 2 × 2 square, or 0 if none is above; `winner` is 0 … 3, the first of equal ones, and 4 for 0.
    void pool(const T* planes, T* pooled, std::uint8_t* winner) const {
        std::size_t out = 0;
        for (std::size_t f = 0; f < filters; ++f) {
            for (std::size_t y = 0; y + 1 < height; y += 2) {
                const T* const upper = planes + f * places() + y * padded_width();
                const T* const lower = upper + padded_width();
                for (std::size_t x = 0; x + 1 < width; x += 2, ++out) {
                    const T square[] = {upper[x], upper[x + 1], lower[x], lower[x + 1]};
                    std::uint8_t best = 4;
                    T largest = 0;
                    for (std::uint8_t i = 0; i < 4; ++i) {
                        const bool better = square[i] > largest || (square[i] != square[i] && largest == largest);
                        largest = better ? square[i] : largest;
                        best = better ? i : best;
                    }
                    pooled[out] = largest;
                    winner[out] = best;
                }
            }
        }
    }

    /// Slopes by the planes from those by the pooled ones; 0 behind the image's last column.
    void unpool(const T* slopes, const std::uint8_t* winner, T* planes) const {
        std::fill_n(planes, filters * places(), T{0});
        std::size_t out = 0;
        for (std::size_t f = 0; f < filters; ++f) {
            for (std::size_t y = 0; y + 1 < height; y += 2) {
                T* const upper = planes + f * places() + y * padded_width();
                for (std::size_t x = 0; x + 1 < width; x += 2, ++out) {
                    const std::size_t place = winner[out];
                    if (place < 4) upper[x + place / 2 * padded_width() + place % 2] = slopes[out];
                }
            }
        }
    }
};

} // namespace detail

/// A convolutional network on dense data: stages of convolution, max(x, 0) and maxima of 2 × 2 squares (what is left of an odd
/// side is dropped), then scores as those of softmax_regression and the same loss. A learner of dense_dataset, whose features
/// are an image's planes, row-major.
///
/// Parameters: stage after stage the weights, (channel, row, column of the filter) × filters row-major, and the filters' biases;
/// then those of a dense_layer from the last planes to the scores. Everything is summed in the order of multiply(), gradients
/// sample after sample, so that they are the same bit for bit on every architecture (see losses.hpp for the platform's share).
///
/// \code
/// const election::convolutional<float> learner({.filters = {4}, .side = 3});
/// assert(learner.parameters() == (9 + 1) * 4 + (4 * 14 * 14 + 1) * 10);
/// \endcode
/// \tparam T  float or double
template <class T>
class convolutional {
public:
    using number_type = T; ///< of parameters, gradients and scores

    /// Scratch memory of one thread; keeps what it has grown to.
    struct workspace {
        aligned_vector<T> features;           ///< of a batch
        aligned_vector<T> pooled;             ///< stage after stage, samples × outputs
        aligned_vector<std::uint8_t> winners; ///< as many: which pixel of a square was the largest
        aligned_vector<T> padded;             ///< one sample with zeros around it
        aligned_vector<T> seen;               ///< by each tap of a filter, for one sample
        aligned_vector<T> planes;             ///< before pooling, for one sample
        aligned_vector<T> transposed;         ///< planes, or weights
        aligned_vector<T> slopes;             ///< by a stage's outputs
        aligned_vector<T> before;             ///< by its inputs
    };

    /// \tparam Arch   instruction set of the default kernel
    /// \param shape   of images and network
    /// \param kernel  the inner loops, copied; given where an architecture is chosen at run time
    /// \throws parameter_error  an empty image, no classes, an even filter, a stage without filters or with an image too small
    ///                          for 2 × 2 squares
    template <class Arch = default_arch>
    explicit convolutional(const convolution_shape& shape, const product_kernel& kernel = product_kernel_for<Arch>())
        : dense_{shape.channels * shape.height * shape.width, shape.classes}, kernel_(kernel) {
        detail::require(dense_.inputs >= 1, "convolutional", "pixels", dense_.inputs, "must be at least 1");
        detail::require(shape.classes >= 1, "convolutional", "classes", shape.classes, "must be at least 1");
        detail::require(shape.side % 2 == 1, "convolutional", "side", shape.side, "must be odd");
        std::size_t channels = shape.channels;
        std::size_t height = shape.height;
        std::size_t width = shape.width;
        for (std::size_t filters : shape.filters) {
            detail::require(filters >= 1, "convolutional", "filters", filters, "must be at least 1 at each stage");
            detail::require(height >= 2 && width >= 2, "convolutional", "stages", shape.filters.size(),
                            "must be fewer: each halves the image, and one is left with ", height, " x ", width);
            stages_.push_back({channels, height, width, filters, shape.side});
            dense_.inputs = stages_.back().outputs();
            channels = filters;
            height /= 2;
            width /= 2;
        }
        features_ = shape.channels * shape.height * shape.width;
    }

    /// How many parameters: (taps + 1)·filters, summed over the stages, and those of the dense layer.
    [[nodiscard]] std::size_t parameters() const noexcept {
        std::size_t count = dense_.parameters();
        for (const stage& one : stages_) count += one.parameters();
        return count;
    }
    /// How many scores a sample has: the classes.
    [[nodiscard]] std::size_t outputs() const noexcept { return dense_.outputs; }

    /// Weights uniformly between ±√(6 / inputs) (He et al., ICCV 2015), where inputs are what one output sums; biases 0.
    /// \param given  parameters() numbers that are written
    /// \param seed   the same numbers for the same seed, on every platform
    /// \throws parameter_error  another size
    void initialize(std::span<T> given, std::uint64_t seed) const {
        detail::require_length(given.size(), parameters(), "convolutional::initialize", "parameters.size()", "parameters()");
        std::fill(given.begin(), given.end(), T{0});
        std::size_t begin = 0;
        for (std::size_t s = 0; s < stages_.size(); ++s) {
            detail::fill_he(given.subspan(begin, stages_[s].taps() * stages_[s].filters), stages_[s].taps(), seed, s);
            begin += stages_[s].parameters();
        }
        detail::fill_he(given.subspan(begin, dense_.inputs * dense_.outputs), dense_.inputs, seed, stages_.size());
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
    /// O(rows · Σ pixels · taps · filters); no heap after the first call of a size
    double gradient(std::span<const T> given, const dense_dataset& data, std::span<const std::uint32_t> rows,
                    std::span<T> gradient, workspace& memory) const {
        constexpr const char* where = "convolutional::gradient";
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
        std::size_t begin = parameters() - dense_.parameters();
        std::size_t pooled = samples * pooled_units();
        const auto inputs_of = [&](std::size_t s) {
            pooled -= s == 0 ? 0 : samples * stages_[s - 1].outputs();
            return s == 0 ? features : memory.pooled.data() + pooled;
        };
        const T* x = inputs_of(stages_.size());
        dense_.backward(x, slopes, samples, gradient.subspan(begin, dense_.parameters()), kernel_);
        if (!stages_.empty()) {
            T* const scratch = detail::room(memory.transposed, dense_.inputs * dense_.outputs);
            dense_.slopes_before(given.subspan(begin, dense_.parameters()), slopes, samples, before, scratch, kernel_);
        }
        for (std::size_t s = stages_.size(); s-- > 0;) {
            std::swap(slopes, before);
            const std::uint8_t* const winners = memory.winners.data() + pooled;
            x = inputs_of(s);
            begin -= stages_[s].parameters();
            backward(stages_[s], given.subspan(begin), x, slopes, winners, samples, gradient.subspan(begin),
                     s == 0 ? nullptr : before, memory);
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
        constexpr const char* where = "convolutional::scores";
        detail::require_length(scores.size(), rows.size() * outputs(), where, "scores.size()", "rows times outputs()");
        forward(given, data, rows, scores.data(), memory, where);
    }

private:
    using stage = detail::convolution_stage<T>;

    /// Outputs of all stages together.
    [[nodiscard]] std::size_t pooled_units() const noexcept {
        std::size_t units = 0;
        for (const stage& one : stages_) units += one.outputs();
        return units;
    }
    /// The most numbers of a sample that slopes are taken by.
    [[nodiscard]] std::size_t widest() const noexcept {
        std::size_t most = outputs();
        for (const stage& one : stages_) most = std::max(most, one.outputs());
        return most;
    }

    /// Leaves the stages' outputs and winners in the workspace and returns the features.
    const T* forward(std::span<const T> given, const dense_dataset& data, std::span<const std::uint32_t> rows, T* scores,
                     workspace& memory, const char* where) const {
        const std::size_t samples = rows.size();
        detail::require_length(given.size(), parameters(), where, "parameters.size()", "parameters()");
        detail::require_batch(data, rows, features_, outputs(), where);
        const T* const features = detail::side_by_side(data, rows, memory.features);
        T* next = detail::room(memory.pooled, samples * pooled_units());
        std::uint8_t* winners = detail::room(memory.winners, samples * pooled_units());
        const T* x = features;
        std::size_t begin = 0;
        for (const stage& one : stages_) {
            const auto weights = row_major(given.data() + begin, one.taps(), one.filters);
            const T* const bias = given.data() + begin + one.taps() * one.filters;
            T* const padded = detail::room(memory.padded, one.padded_inputs());
            T* const seen = detail::room(memory.seen, one.taps() * one.places());
            T* const planes = detail::room(memory.planes, one.filters * one.places());
            for (std::size_t i = 0; i < samples; ++i) {
                one.unfold(x + i * one.inputs(), padded, seen);
                for (std::size_t f = 0; f < one.filters; ++f) std::fill_n(planes + f * one.places(), one.places(), bias[f]);
                multiply(weights.transposed(), row_major<const T>(seen, one.taps(), one.places()),
                         row_major(planes, one.filters, one.places()), product_start::kept, kernel_);
                one.pool(planes, next + i * one.outputs(), winners + i * one.outputs());
            }
            x = next;
            next += samples * one.outputs();
            winners += samples * one.outputs();
            begin += one.parameters();
        }
        dense_.forward(given.subspan(begin), x, samples, scores, kernel_);
        return features;
    }

    /// The gradient by a stage's parameters and, where `before` is given, the slopes by its inputs.
    void backward(const stage& one, std::span<const T> given, const T* x, const T* slopes, const std::uint8_t* winners,
                  std::size_t samples, std::span<T> gradient, T* before, workspace& memory) const {
        T* const padded = detail::room(memory.padded, one.padded_inputs());
        T* const seen = detail::room(memory.seen, one.taps() * one.places());
        T* const planes = detail::room(memory.planes, one.filters * one.places());
        T* const transposed = detail::room(memory.transposed, one.filters * one.places());
        T* const bias = gradient.data() + one.taps() * one.filters;
        std::fill_n(gradient.data(), one.parameters(), T{0});
        for (std::size_t i = 0; i < samples; ++i) {
            one.unpool(slopes + i * one.outputs(), winners + i * one.outputs(), planes);
            one.unfold(x + i * one.inputs(), padded, seen);
            const auto by_planes = row_major<const T>(planes, one.filters, one.places());
            transpose(by_planes, row_major(transposed, one.places(), one.filters));
            multiply(row_major<const T>(seen, one.taps(), one.places()),
                     row_major<const T>(transposed, one.places(), one.filters),
                     row_major(gradient.data(), one.taps(), one.filters), product_start::kept, kernel_);
            for (std::size_t p = 0; p < one.places(); ++p) {
                for (std::size_t f = 0; f < one.filters; ++f) bias[f] += transposed[p * one.filters + f];
            }
            if (before == nullptr) continue;
            multiply(row_major(given.data(), one.taps(), one.filters), by_planes, row_major(seen, one.taps(), one.places()),
                     product_start::zero, kernel_);
            one.fold(seen, padded, before + i * one.inputs());
        }
    }

    std::vector<stage> stages_;
    dense_layer<T> dense_;
    std::size_t features_ = 0;
    product_kernel kernel_;
};

} // namespace election
