// SPDX-License-Identifier: MIT
// Random data sets and parameters for tests of learners.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <election/core/random.hpp>
#include <election/core/xtensor.hpp>
#include <election/data/dataset.hpp>
#include <support/random_numbers.hpp>
#include <support/seed.hpp>

namespace election_test {

/// Uniform between −1 and 1.
inline double between(const election::counter_random& random, std::uint64_t index) {
    return static_cast<double>(static_cast<std::int64_t>(random(index))) * 0x1p-63;
}

/// Features between −1 and 1; every class comes up if there are as many samples.
inline election::dense_dataset dense_samples(std::size_t samples, std::size_t features, std::size_t classes,
                                             std::uint64_t stream = 0) {
    const election::counter_random random(seed(), stream);
    xt::xtensor<float, 2> numbers(std::array<std::size_t, 2>{samples, features});
    for (std::size_t j = 0; j < samples * features; ++j) numbers.data()[j] = static_cast<float>(between(random, j));
    std::vector<std::uint32_t> labels(samples);
    for (std::size_t i = 0; i < samples; ++i) {
        labels[i] = static_cast<std::uint32_t>(i < classes ? i : random.below(classes, samples * features + i));
    }
    return {std::move(numbers), std::move(labels), classes};
}

/// Two classes; each feature of a sample is there with probability 1/3, as 1 or, with values, between −1 and 1.
inline election::sparse_dataset sparse_samples(std::size_t samples, std::size_t features, bool with_values,
                                               std::uint64_t stream = 0) {
    const election::counter_random random(seed(), stream);
    std::vector<std::size_t> begins{0};
    std::vector<std::uint32_t> columns;
    std::vector<float> values;
    std::vector<std::uint32_t> labels(samples);
    for (std::size_t i = 0; i < samples; ++i) {
        for (std::size_t j = 0; j < features; ++j) {
            const std::uint64_t index = 2 * (i * features + j);
            if (random.below(3, index) != 0) continue;
            columns.push_back(static_cast<std::uint32_t>(j));
            if (with_values) values.push_back(static_cast<float>(between(random, index + 1)));
        }
        begins.push_back(columns.size());
        labels[i] = static_cast<std::uint32_t>(i < 2 ? i : random.below(2, 2 * samples * features + i));
    }
    return {std::move(begins), std::move(columns), std::move(values), features, std::move(labels), 2};
}

/// Parameters between −1 and 1.
template <class T>
std::vector<T> random_parameters(std::size_t count, std::uint64_t stream) {
    const election::counter_random random(seed(), stream + 1000);
    std::vector<T> numbers(count);
    for (std::size_t j = 0; j < count; ++j) numbers[j] = static_cast<T>(between(random, j));
    return numbers;
}

/// The rows first … first + count − 1.
inline std::vector<std::uint32_t> row_range(std::uint32_t first, std::size_t count) {
    std::vector<std::uint32_t> rows(count);
    std::iota(rows.begin(), rows.end(), first);
    return rows;
}

/// Whether all numbers are the same bits.
template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](T x, T y) { return same_number(x, y); });
}

/// A learner's loss, gradient and scores for a batch.
template <class T>
struct learned {
    double loss = 0;
    std::vector<T> gradient;
    std::vector<T> scores;

    bool operator==(const learned& other) const {
        return same_number(loss, other.loss) && same_bits(gradient, other.gradient) && same_bits(scores, other.scores);
    }
};

template <class L, class D>
learned<typename L::number_type> learn(const L& learner, const std::vector<typename L::number_type>& parameters,
                                       const D& data, const std::vector<std::uint32_t>& rows,
                                       typename L::workspace& workspace) {
    using T = typename L::number_type;
    learned<T> got{0, std::vector<T>(learner.parameters(), T{99}), std::vector<T>(rows.size() * learner.outputs(), T{99})};
    got.loss = learner.gradient(std::span<const T>(parameters), data, rows, std::span<T>(got.gradient), workspace);
    learner.scores(std::span<const T>(parameters), data, rows, std::span<T>(got.scores), workspace);
    return got;
}

template <class L, class D>
learned<typename L::number_type> learn(const L& learner, const std::vector<typename L::number_type>& parameters,
                                       const D& data, const std::vector<std::uint32_t>& rows) {
    typename L::workspace workspace;
    return learn(learner, parameters, data, rows, workspace);
}

} // namespace election_test
