// SPDX-License-Identifier: MIT
// one_hot_samples(): samples of the shape of the paper's experiment, for whoever has not its file.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <election/core/random.hpp>
#include <election/data/dataset.hpp>

namespace election::bench {

/// The features of the paper's experiment, in so many groups.
inline constexpr std::size_t one_hot_features = 263'500;
inline constexpr std::size_t one_hot_groups = 129;

/// One feature of each group; few of them are frequent, as in tables of categories.
[[nodiscard]] inline sparse_dataset one_hot_samples(std::size_t count) {
    const counter_random random(1);
    std::vector<std::size_t> begins{0};
    std::vector<std::uint32_t> columns;
    std::vector<std::uint32_t> labels(count);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t g = 0; g < one_hot_groups; ++g) {
            const std::size_t first = one_hot_features * g / one_hot_groups;
            const std::size_t levels = one_hot_features * (g + 1) / one_hot_groups - first;
            const double uniform = std::ldexp(static_cast<double>(random(i * one_hot_groups + g) >> 11U), -53);
            const auto level = static_cast<std::size_t>(static_cast<double>(levels) * std::pow(uniform, 6));
            columns.push_back(static_cast<std::uint32_t>(first + std::min(level, levels - 1)));
        }
        begins.push_back(columns.size());
        labels[i] = i % 17 == 0 ? 0 : 1;
    }
    return {std::move(begins), std::move(columns), {}, one_hot_features, std::move(labels), 2};
}

} // namespace election::bench
