// SPDX-License-Identifier: MIT
// A model, data and batches that are as small as can be, for tests of what surrounds training.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <election/core/random.hpp>
#include <election/data/dataset.hpp>
#include <election/train/election_trainer.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/lies.hpp>
#include <election/train/transport.hpp>

namespace election_test {

/// Random samples of two classes.
inline election::dense_dataset toy_samples(std::size_t samples, std::size_t features, std::uint64_t seed) {
    const election::counter_random random(seed, 77);
    xt::xtensor<float, 2> numbers = xt::zeros<float>({samples, features});
    std::vector<std::uint32_t> labels(samples);
    std::uint64_t draw = 0;
    for (std::size_t i = 0; i < samples; ++i) {
        labels[i] = static_cast<std::uint32_t>(random.below(2, draw++));
        for (std::size_t f = 0; f < features; ++f) {
            const auto noise = static_cast<float>(random.below(2001, draw++)) / 1000 - 1;
            numbers(i, f) = noise + (labels[i] == 0 ? -0.3F : 0.3F) * static_cast<float>(f % 3);
        }
    }
    return {numbers, labels, 2};
}

/// Least squares: the mean of (x·features − ±1)² / 2.
struct toy_model {
    using number_type = float;
    struct workspace {};

    std::size_t features;

    [[nodiscard]] std::size_t parameters() const { return features; }
    [[nodiscard]] static std::size_t outputs() { return 1; }
    static void initialize(std::span<float> parameters, std::uint64_t seed) {
        const election::counter_random random(seed);
        for (std::size_t j = 0; j < parameters.size(); ++j) {
            parameters[j] = static_cast<float>(random.below(201, j)) / 100 - 1;
        }
    }
    double gradient(std::span<const float> parameters, const election::dense_dataset& data,
                    std::span<const std::uint32_t> rows, std::span<float> out, workspace&) const {
        for (float& x : out) x = 0;
        double loss = 0;
        for (std::uint32_t i : rows) {
            const float residual = score(parameters, data, i) - (data.label(i) == 0 ? -1.0F : 1.0F);
            loss += double{residual} * residual / 2;
            for (std::size_t f = 0; f < features; ++f) out[f] += residual * data.row(i)[f] / static_cast<float>(rows.size());
        }
        return loss / static_cast<double>(rows.size());
    }
    void scores(std::span<const float> parameters, const election::dense_dataset& data, std::span<const std::uint32_t> rows,
                std::span<float> out, workspace&) const {
        for (std::size_t r = 0; r < rows.size(); ++r) out[r] = score(parameters, data, rows[r]);
    }

private:
    [[nodiscard]] float score(std::span<const float> parameters, const election::dense_dataset& data,
                              std::uint32_t i) const {
        float sum = 0;
        for (std::size_t f = 0; f < features; ++f) sum += parameters[f] * data.row(i)[f];
        return sum;
    }
};

/// Contiguous partitions, and mini-batches that go round in them.
struct toy_batches {
    using order_cache = std::vector<std::uint32_t>;

    std::size_t count;
    std::size_t samples;
    std::size_t batch;

    [[nodiscard]] std::size_t partitions() const { return count; }
    std::span<const std::uint32_t> rows(std::size_t j, std::uint64_t step, order_cache& order) const {
        const std::size_t size = samples / count;
        order.resize(batch);
        for (std::size_t i = 0; i < batch; ++i) {
            order[i] = static_cast<std::uint32_t>(j * size + (static_cast<std::size_t>(step) * batch + i) % size);
        }
        return order;
    }
};

/// Signs of its gradients.
template <class Signs>
using toy_model_signs = election::gradient_signs<Signs, toy_model, election::dense_dataset, toy_batches>;

/// Trains it in one process.
template <class Form, class Lies = election::honest>
using toy_model_trainer =
    election::election_trainer<Form, toy_model_signs<typename Form::signs>, election::local_transport<Form>, Lies>;

} // namespace election_test
