// SPDX-License-Identifier: MIT
// A model and data so small that rounds of training can be followed with a pencil.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <election/core/random.hpp>
#include <election/data/batches.hpp>
#include <election/data/dataset.hpp>
#include <election/data/partitioner.hpp>
#include <election/train/gradient_signs.hpp>

namespace election_test {

/// d parameters x, features c in each sample, loss Σ (x_i − c_i)² / 2: the gradient is x minus the mean of the batch.
template <class T>
struct nearest_point {
    using number_type = T;
    struct workspace {};

    std::size_t d;

    [[nodiscard]] std::size_t parameters() const noexcept { return d; }
    [[nodiscard]] std::size_t outputs() const noexcept { return 1; }
    void initialize(std::span<T> x, [[maybe_unused]] std::uint64_t seed) const {
        for (T& number : x) number = T(1);
    }
    double gradient(std::span<const T> x, const election::dense_dataset& data, std::span<const std::uint32_t> rows,
                    std::span<T> out, [[maybe_unused]] workspace& scratch) const {
        double loss = 0;
        for (std::size_t i = 0; i < d; ++i) {
            T sum = 0;
            for (std::uint32_t row : rows) sum += x[i] - static_cast<T>(data.row(row)[i]);
            out[i] = sum / static_cast<T>(rows.size());
            loss += static_cast<double>(out[i]) * static_cast<double>(out[i]) / 2;
        }
        return loss;
    }
    void scores([[maybe_unused]] std::span<const T> x, [[maybe_unused]] const election::dense_dataset& data,
                std::span<const std::uint32_t> rows, std::span<T> out, [[maybe_unused]] workspace& scratch) const {
        for (std::size_t i = 0; i < rows.size(); ++i) out[i] = 0;
    }
};

/// Signs of its gradients.
template <class Signs, class T = float>
using nearest_point_signs = election::gradient_signs<Signs, nearest_point<T>, election::dense_dataset, election::batches>;

/// Random features from −4 to 4, whole numbers, so that exact zeros occur in gradients; two classes.
inline election::dense_dataset toy_data(std::size_t samples, std::size_t features, std::uint64_t seed) {
    const election::counter_random random(seed);
    auto numbers = xt::xtensor<float, 2>::from_shape({samples, features});
    std::uint64_t next = 0;
    for (float& number : numbers) number = static_cast<float>(random.below(9, next++)) - 4;
    std::vector<std::uint32_t> labels(samples);
    for (std::uint32_t& label : labels) label = static_cast<std::uint32_t>(random.below(2, next++));
    return {numbers, labels, 2};
}

} // namespace election_test
