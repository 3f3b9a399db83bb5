// SPDX-License-Identifier: MIT
// Files of libsvm: a label and the features that are not zero, one sample a line, as a sparse data set.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <istream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/data/data_file.hpp>
#include <election/data/dataset.hpp>
#include <election/data/label_classes.hpp>
#include <election/data/number_field.hpp>
#include <election/io/source.hpp>

namespace election {

/// What a libsvm file cannot say of itself.
struct libsvm_options {
    std::size_t features = 0;              ///< how many features a sample has; 0: the largest index in the file
    std::vector<double> label_values = {}; ///< the label of each class, increasing; none: those of the file
};

/// \{
/// Reads lines "LABEL INDEX:VALUE INDEX:VALUE …": labels are any numbers, see classes_of(); indices count from 1 and increase in
/// a line. Feature i of the data set is index i + 1. Empty lines and what follows a `#` are passed over; values 0 are left out.
///
/// \param stream   read to its end
/// \param file     the name that errors give
/// \param options  the number of features and the values of labels, where another file has more of them
/// \returns samples in file order, without values if all of them are 1
/// \throws format_error     "FILE:LINE: …": no sample, what is no finite number, an index that is 0, does not increase or is
///                          above the number of features, an unknown label
/// \throws parameter_error  label values that do not increase; 2³² features or more
/// \par Complexity
/// O(bytes + N log N)
///
/// \code
/// std::istringstream file("+1 2:0.5 4:1\n-1 1:2\n");
/// const auto data = election::read_libsvm(file, "example");
/// assert(data.size() == 2 && data.features() == 4 && data.row(0).columns[0] == 1 && data.label(0) == 1 && data.label(1) == 0);
/// \endcode
[[nodiscard]] inline sparse_dataset read_libsvm(std::istream& stream, std::string_view file,
                                                const libsvm_options& options = {}) {
    using namespace detail;
    constexpr std::uint64_t most_features = std::numeric_limits<std::uint32_t>::max();
    require(options.features <= most_features, "read_libsvm", "features", options.features, "must be at most ",
            most_features);
    line_source source(stream, file, "is empty; a libsvm file has a line a sample");
    std::vector<std::size_t> begins{0};
    std::vector<std::uint32_t> columns;
    std::vector<float> values;
    std::vector<double> labels;
    std::vector<std::size_t> lines;
    const std::uint64_t most = options.features != 0 ? options.features : most_features;
    std::uint64_t largest = 0;
    while (const auto line = source.next_content('#')) {
        const std::vector<std::string_view> words = words_of(line->substr(0, line->find('#')));
        const std::optional<double> label = number_of(words[0]);
        if (!label) source.fail(joined({"label: ", no_number_text(words[0])}));
        std::uint64_t last = 0;
        for (std::size_t w = 1; w < words.size(); ++w) {
            const std::size_t colon = words[w].find(':');
            const std::optional<std::uint64_t> index = as_count(words[w].substr(0, colon));
            if (colon == std::string_view::npos || !index) {
                source.fail(joined({escaped(words[w]), " is no feature, INDEX:VALUE with a whole number before the colon"}));
            }
            if (*index == 0) source.fail(joined({escaped(words[w]), ": indices count from 1"}));
            if (*index <= last)
                source.fail(
                    joined({escaped(words[w]), ": indices must increase, but ", std::to_string(last), " is before it"}));
            if (*index > most)
                source.fail(
                    joined({escaped(words[w]), ": the index is above the number of features, ", std::to_string(most)}));
            last = *index;
            const std::optional<double> value = number_of(words[w].substr(colon + 1));
            if (!value) source.fail(joined({escaped(words[w]), ": ", no_number_text(words[w].substr(colon + 1))}));
            const auto stored = static_cast<float>(*value);
            if (stored == 0) continue;
            columns.push_back(static_cast<std::uint32_t>(*index - 1));
            values.push_back(stored);
        }
        largest = std::max(largest, last);
        labels.push_back(*label);
        begins.push_back(columns.size());
        lines.push_back(source.line());
    }
    if (labels.empty()) source.fail_file("has no sample; a libsvm file has a line a sample");
    label_classes classes = classes_in_file(labels, options.label_values, file, lines);
    const std::size_t classes_count = classes.values.size();
    if (std::ranges::all_of(values, [](float value) { return value == 1; })) values.clear();
    const std::size_t features = options.features != 0 ? options.features : static_cast<std::size_t>(largest);
    return sparse_dataset(std::move(begins), std::move(columns), std::move(values), features, std::move(classes.classes),
                          classes_count);
}
/// \param path     the file
/// \param options  the number of features and the values of labels, where another file has more of them
[[nodiscard]] inline sparse_dataset read_libsvm(const std::string& path, const libsvm_options& options = {}) {
    std::ifstream stream = open_data_file(path);
    return read_libsvm(stream, path, options);
}
/// \}

} // namespace election
