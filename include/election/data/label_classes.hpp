// SPDX-License-Identifier: MIT
// Classes from labels that are any numbers: the smallest is class 0, the next class 1, and so on.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/core/error.hpp>

namespace election {

/// The classes of samples whose labels are numbers.
struct label_classes {
    std::vector<double> values;         ///< the label of each class, increasing
    std::vector<std::uint32_t> classes; ///< the class of each sample
};

/// Gives labels classes 0, 1, … in increasing order. So that a second file gets the same classes, although it may lack one, its
/// labels are looked up in the values that the first file had.
///
/// \param labels  one a sample, no NaN
/// \param values  the label of each class, increasing; none: the distinct labels
/// \throws parameter_error  values that do not increase; a label that is not among them
/// \par Complexity
/// O(N log N)
///
/// \code
/// assert((election::classes_of({1, -1, 1}).classes == std::vector<std::uint32_t>{1, 0, 1}));
/// assert((election::classes_of({1, 1}, {-1, 1}).classes == std::vector<std::uint32_t>{1, 1}));
/// \endcode
[[nodiscard]] inline label_classes classes_of(const std::vector<double>& labels, std::vector<double> values = {}) {
    for (std::size_t c = 0; c < values.size(); ++c) {
        detail::require(!std::isnan(values[c]) && (c == 0 || values[c - 1] < values[c]), "classes_of", "value", values[c],
                        "must be above the one before it");
    }
    label_classes result;
    result.values = std::move(values);
    if (result.values.empty()) {
        result.values = labels;
        std::ranges::sort(result.values);
        result.values.erase(std::unique(result.values.begin(), result.values.end()), result.values.end());
    }
    result.classes.reserve(labels.size());
    for (double label : labels) {
        const auto found = std::ranges::lower_bound(result.values, label);
        detail::require(found != result.values.end() && *found == label, "classes_of", "label", label, "must be one of the ",
                        result.values.size(), " values that classes have");
        result.classes.push_back(static_cast<std::uint32_t>(found - result.values.begin()));
    }
    return result;
}

namespace detail {

/// classes_of() labels that a file has, one in each of `lines`.
/// \throws format_error     a label that is not among the values, with its line
/// \throws parameter_error  values that do not increase
[[nodiscard]] inline label_classes classes_in_file(const std::vector<double>& labels, const std::vector<double>& values,
                                                   std::string_view file, std::span<const std::size_t> lines) {
    if (!values.empty()) {
        (void)classes_of({}, values); // values that do not increase are the caller's fault, not the file's
        for (std::size_t i = 0; i < labels.size(); ++i) {
            if (std::ranges::binary_search(values, labels[i])) continue;
            throw format_error(file, lines[i],
                               joined({"label ", shown(labels[i]), " is none of the ", std::to_string(values.size()),
                                       " values that classes have"}));
        }
    }
    return classes_of(labels, values);
}

} // namespace detail
} // namespace election
