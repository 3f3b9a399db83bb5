// SPDX-License-Identifier: MIT
// What learners do with a batch before they compute: check that it fits, and put its features side by side.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include <election/bits/aligned.hpp>
#include <election/core/error.hpp>
#include <election/data/dataset.hpp>

namespace election::detail {

/// The batch's rows are samples of the data, whose shape is the learner's.
/// \throws parameter_error  they are not
template <dataset D>
void require_batch(const D& data, std::span<const std::uint32_t> rows, std::size_t features, std::size_t classes,
                   std::string_view where) {
    require(data.features() == features, where, "data.features()", data.features(), "must be the learner's, ", features);
    require(data.classes() == classes, where, "data.classes()", data.classes(), "must be the learner's, ", classes);
    if (rows.empty()) return;
    const std::uint32_t last = *std::max_element(rows.begin(), rows.end());
    require(last < data.size(), where, "row", last, "must be below the number of samples, ", data.size());
}

/// A vector of numbers is as long as it must be.
/// \throws parameter_error  it is not
inline void require_length(std::size_t length, std::size_t expected, std::string_view where, std::string_view name,
                           std::string_view what) {
    require(length == expected, where, name, length, "must be ", what, ", ", expected);
}

/// At least `size` numbers of a buffer that is kept between calls: allocates only where it grows.
template <class T>
[[nodiscard]] T* room(aligned_vector<T>& buffer, std::size_t size) {
    if (buffer.size() < size) buffer.resize(size);
    return buffer.data();
}

/// The features of a batch, sample after sample, as numbers of type T: where they lie if they do so already, otherwise copied.
/// \par Complexity
/// O(rows · features)
template <class T>
[[nodiscard]] const T* side_by_side(const dense_dataset& data, std::span<const std::uint32_t> rows,
                                    aligned_vector<T>& buffer) {
    const std::size_t features = data.features();
    if constexpr (std::is_same_v<T, float>) {
        const auto follows = [](std::uint32_t before, std::uint32_t after) { return after != before + 1; };
        if (!rows.empty() && std::adjacent_find(rows.begin(), rows.end(), follows) == rows.end()) {
            return data.row(rows.front()).data();
        }
    }
    T* const to = room(buffer, rows.size() * features);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::span<const float> from = data.row(rows[i]);
        std::transform(from.begin(), from.end(), to + i * features, [](float number) { return static_cast<T>(number); });
    }
    return to;
}

} // namespace election::detail
