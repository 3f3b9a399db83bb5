// SPDX-License-Identifier: MIT
// Tables of numbers as comma-separated values, one sample a line, as a dense data set.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/core/xtensor.hpp>
#include <election/data/data_file.hpp>
#include <election/data/dataset.hpp>
#include <election/data/label_classes.hpp>
#include <election/data/number_field.hpp>
#include <election/io/source.hpp>

namespace election {

/// Whether a table begins with names of columns.
enum class csv_header {
    detect, ///< it does if no field of the first line is a number
    absent, ///< every line is a sample
    present ///< the first line is passed over
};

/// How a table of samples is written.
struct csv_table_options {
    std::ptrdiff_t label_column = -1;       ///< counted from 0; negative: from the end, −1 is the last
    csv_header header = csv_header::detect; ///< whether there are names of columns
    char separator = ',';                   ///< between fields
    std::vector<double> label_values = {};  ///< the label of each class, increasing; none: those of the file
};

/// \{
/// Reads a table of numbers: a line a sample, a field a feature, and one field the label, any number; see classes_of(). Blanks
/// around fields, empty lines and lines that begin with `#` are passed over. There are no quotes around numbers.
///
/// \param stream   read to its end
/// \param file     the name that errors give
/// \param options  where the label is, what the first line is
/// \returns samples in file order
/// \throws format_error     "FILE:LINE: …": no row, rows of different lengths, what is no finite number, an unknown label
/// \throws parameter_error  label values that do not increase; a separator that could be part of a number
/// \par Complexity
/// O(bytes + N log N)
///
/// \code
/// std::istringstream file("height,width,kind\n1.5,2,0\n-1,3e2,1\n");
/// const auto data = election::read_csv_table(file, "example");
/// assert(data.size() == 2 && data.features() == 2 && data.row(1)[1] == 300 && data.label(1) == 1);
/// \endcode
[[nodiscard]] inline dense_dataset read_csv_table(std::istream& stream, std::string_view file,
                                                  const csv_table_options& options = {}) {
    using namespace detail;
    require(std::string_view("0123456789+-.#eE\n\r").find(options.separator) == std::string_view::npos, "read_csv_table",
            "separator", options.separator, "must not be part of a number, the end of a line or #");
    line_source source(stream, file, "is empty; a table has a line a sample");
    std::vector<float> features;
    std::vector<double> labels;
    std::vector<std::size_t> lines;
    std::vector<std::string_view> fields;
    std::size_t width = 0;
    std::size_t first_line = 0;
    bool header_possible = options.header != csv_header::absent;
    while (const auto line = source.next_content('#')) {
        fields.clear();
        std::string_view rest = *line;
        while (true) {
            const std::size_t end = rest.find(options.separator);
            // Where a blank separates fields, blanks are not around them.
            fields.push_back(trimmed(rest.substr(0, end)));
            if (end == std::string_view::npos) break;
            rest.remove_prefix(end + 1);
        }
        const bool first = width == 0;
        if (first) {
            width = fields.size();
            first_line = source.line();
            if (width < 2) source.fail("1 field, but a sample has a label and at least one feature");
            const auto wide = static_cast<std::ptrdiff_t>(width);
            if (options.label_column >= wide || options.label_column < -wide) {
                source.fail(joined({std::to_string(width), " fields, but the label is to be in column ",
                                    std::to_string(options.label_column), ", counted from 0 (from the end if negative)"}));
            }
        } else if (fields.size() != width) {
            source.fail(joined({std::to_string(fields.size()), fields.size() == 1 ? " field" : " fields", ", but line ",
                                std::to_string(first_line), " has ", std::to_string(width)}));
        }
        if (std::exchange(header_possible, false) &&
            (options.header == csv_header::present ||
             std::ranges::none_of(fields, [](std::string_view field) { return number_of(field).has_value(); }))) {
            continue;
        }
        const auto label_at = static_cast<std::size_t>(
            options.label_column < 0 ? options.label_column + static_cast<std::ptrdiff_t>(width) : options.label_column);
        for (std::size_t c = 0; c < width; ++c) {
            const std::optional<double> value = number_of(fields[c]);
            if (!value) source.fail(joined({"field ", std::to_string(c + 1), ": ", no_number_text(fields[c])}));
            if (c == label_at) {
                labels.push_back(*value);
            } else {
                features.push_back(static_cast<float>(*value));
            }
        }
        lines.push_back(source.line());
    }
    if (labels.empty()) source.fail_file("has no line of numbers; a table has a line a sample");
    label_classes classes = classes_in_file(labels, options.label_values, file, lines);
    const std::size_t classes_count = classes.values.size();
    xt::xtensor<float, 2> rows(xt::xtensor<float, 2>::shape_type{labels.size(), width - 1});
    std::ranges::copy(features, rows.data());
    return dense_dataset(std::move(rows), std::move(classes.classes), classes_count);
}
/// \param path     the file
/// \param options  where the label is, what the first line is
[[nodiscard]] inline dense_dataset read_csv_table(const std::string& path, const csv_table_options& options = {}) {
    std::ifstream stream = open_data_file(path);
    return read_csv_table(stream, path, options);
}
/// \}

} // namespace election
