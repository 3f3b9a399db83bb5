// SPDX-License-Identifier: MIT
// The Amazon employee-access data of the paper's experiment: its file, its one-hot features and its split.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <istream>
#include <limits>
#include <numeric>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/data/data_file.hpp>
#include <election/data/dataset.hpp>
#include <election/io/source.hpp>

namespace election {
namespace detail {

/// Which of its distinct tuples each row has; tuples are numbered in increasing order.
struct tuple_groups {
    std::vector<std::uint32_t> of_row;  ///< the number of the row's tuple
    std::vector<std::uint32_t> ordered; ///< the rows by tuple, those of one tuple in any order
    std::vector<std::uint32_t> count;   ///< how many rows have a tuple
};

/// Tuples of one column.
[[nodiscard]] inline tuple_groups groups_of_column(const std::vector<std::uint32_t>& column) {
    tuple_groups groups;
    groups.of_row.resize(column.size());
    groups.ordered.resize(column.size());
    std::iota(groups.ordered.begin(), groups.ordered.end(), 0U);
    std::ranges::sort(groups.ordered, {}, [&](std::uint32_t i) { return column[i]; });
    std::uint32_t last = 0;
    for (std::uint32_t i : groups.ordered) {
        if (groups.count.empty() || column[i] != last) groups.count.push_back(0);
        last = column[i];
        ++groups.count.back();
        groups.of_row[i] = static_cast<std::uint32_t>(groups.count.size() - 1);
    }
    return groups;
}

/// Tuples of `front` continued by one more column. O(rows): the rows in the column's order are brought into the order of `front` by
/// a stable counting sort, after which equal tuples are neighbours.
[[nodiscard]] inline tuple_groups continued(const tuple_groups& front, const tuple_groups& column) {
    const std::size_t rows = front.of_row.size();
    std::vector<std::uint32_t> place(front.count.size());
    std::exclusive_scan(front.count.begin(), front.count.end(), place.begin(), 0U);
    tuple_groups groups;
    groups.of_row.resize(rows);
    groups.ordered.resize(rows);
    for (std::uint32_t i : column.ordered) groups.ordered[place[front.of_row[i]]++] = i;
    std::uint32_t last = 0;
    for (std::uint32_t i : groups.ordered) {
        if (groups.count.empty() || front.of_row[i] != front.of_row[last] || column.of_row[i] != column.of_row[last]) {
            groups.count.push_back(0);
        }
        last = i;
        ++groups.count.back();
        groups.of_row[i] = static_cast<std::uint32_t>(groups.count.size() - 1);
    }
    return groups;
}

/// One-hot levels of tuples: one level for all that occur once, one for all that occur twice, then one for each other tuple.
/// \param groups   the tuples
/// \param first    number of the first level
/// \param columns  where row i's level is written: columns[i·stride]
/// \param stride   between rows
/// \returns how many levels there are
[[nodiscard]] inline std::uint32_t write_levels(const tuple_groups& groups, std::uint32_t first, std::uint32_t* columns,
                                                std::size_t stride) {
    std::uint32_t next = first;
    std::array<std::uint32_t, 3> shared{};
    for (std::uint32_t times : {1U, 2U}) {
        if (std::ranges::find(groups.count, times) != groups.count.end()) shared[times] = next++;
    }
    std::vector<std::uint32_t> level(groups.count.size());
    for (std::size_t t = 0; t < level.size(); ++t) level[t] = groups.count[t] <= 2 ? shared[groups.count[t]] : next++;
    for (std::size_t i = 0; i < groups.of_row.size(); ++i) columns[i * stride] = level[groups.of_row[i]];
    return next - first;
}

/// The number of columns that hold categories, and of the groups made from them: singles, pairs and triples.
inline constexpr std::size_t amazon_columns = 9;
inline constexpr std::size_t amazon_groups = 9 + 36 + 84;

/// A line's fields: the label and nine categories.
[[nodiscard]] inline std::array<std::uint32_t, amazon_columns + 1> amazon_line(const line_source& source,
                                                                               std::string_view line) {
    std::array<std::uint32_t, amazon_columns + 1> fields{};
    const auto commas = static_cast<std::size_t>(std::ranges::count(line, ','));
    if (commas != amazon_columns) {
        source.fail(joined({std::to_string(commas + 1), commas == 0 ? " field" : " fields",
                            ", but a line has 10: ACTION and nine categories"}));
    }
    for (std::size_t c = 0; c < fields.size(); ++c) {
        const std::string_view field = line.substr(0, line.find(','));
        const auto [stop, failure] = std::from_chars(field.data(), field.data() + field.size(), fields[c]);
        if (failure != std::errc() || stop != field.data() + field.size()) {
            source.fail(joined({"field ", std::to_string(c + 1), ": ", field.empty() ? "an empty field" : escaped(field),
                                " is no whole number from 0 to 4294967295"}));
        }
        if (c == 0 && fields[c] > 1) source.fail(joined({"field 1: ACTION is ", field, ", but must be 0 or 1"}));
        line.remove_prefix(std::min(line.size(), field.size() + 1));
    }
    return fields;
}

} // namespace detail

/// \{
/// Reads `train.csv` of Kaggle's *Amazon.com employee access challenge*: a header, then lines of ten whole numbers, ACTION (the
/// class, 0 or 1) and nine categories.
///
/// Features are 129 groups of one-hot levels: for each of the nine columns, then each pair, then each triple of them, in
/// lexicographic order of combinations. In a group, tuples that occur once in the file share the first level, those that occur
/// twice the second, and the others have one each, in increasing order of the tuple; a shared level that nothing needs is left
/// out. Every row has exactly 129 ones; there is no intercept. The original file gives 32 769 rows with
/// 263 500 = 7 832 + 67 095 + 188 573 features.
///
/// \param stream  read to its end
/// \param file    the name that errors give
/// \returns all rows in file order, 2 classes
/// \throws format_error  "FILE:LINE: …": no such file, no header, no row, a line with another number of fields, no number
/// \par Complexity
/// O(129·rows), 4 bytes for each of 129·rows ones
[[nodiscard]] inline sparse_dataset read_amazon(std::istream& stream, std::string_view file) {
    using namespace detail;
    line_source source(stream, file, "is empty; the first line must be the header ACTION,RESOURCE,MGR_ID,…");
    const std::string_view header = source.next().value_or("");
    if (!header.starts_with("ACTION,") || std::ranges::count(header, ',') != static_cast<std::ptrdiff_t>(amazon_columns)) {
        source.fail(joined(
            {escaped(header), " is not the header, ACTION and the names of nine categories; give Kaggle's train.csv"}));
    }
    std::vector<std::uint32_t> labels;
    std::array<std::vector<std::uint32_t>, amazon_columns> categories;
    while (const auto line = source.next()) {
        const auto fields = amazon_line(source, *line);
        labels.push_back(fields[0]);
        for (std::size_t c = 0; c < amazon_columns; ++c) categories[c].push_back(fields[c + 1]);
    }
    if (labels.empty()) source.fail_file("has a header but no rows");
    constexpr std::size_t most_rows =
        std::numeric_limits<std::uint32_t>::max() / amazon_groups; // levels are numbered in 32 bits
    if (labels.size() > most_rows) source.fail_file("has more rows than can be numbered, " + std::to_string(most_rows));

    std::array<tuple_groups, amazon_columns> singles;
    for (std::size_t c = 0; c < amazon_columns; ++c) singles[c] = groups_of_column(categories[c]);
    std::vector<std::uint32_t> columns(labels.size() * amazon_groups);
    std::uint32_t features = 0;
    std::size_t group = 0;
    const auto add = [&](const tuple_groups& groups) {
        features += write_levels(groups, features, columns.data() + group, amazon_groups);
        ++group;
    };
    for (const tuple_groups& a : singles) add(a);
    std::vector<tuple_groups> pairs;
    for (std::size_t a = 0; a < amazon_columns; ++a) {
        for (std::size_t b = a + 1; b < amazon_columns; ++b) {
            pairs.push_back(continued(singles[a], singles[b]));
            add(pairs.back());
        }
    }
    std::size_t pair = 0;
    for (std::size_t a = 0; a < amazon_columns; ++a) {
        for (std::size_t b = a + 1; b < amazon_columns; ++b, ++pair) {
            for (std::size_t c = b + 1; c < amazon_columns; ++c) add(continued(pairs[pair], singles[c]));
        }
    }
    std::vector<std::size_t> begins(labels.size() + 1);
    for (std::size_t i = 0; i < begins.size(); ++i) begins[i] = i * amazon_groups;
    return sparse_dataset(std::move(begins), std::move(columns), {}, features, std::move(labels), 2);
}
/// \param path  the file
[[nodiscard]] inline sparse_dataset read_amazon(const std::string& path) {
    std::ifstream stream = open_data_file(path);
    return read_amazon(stream, path);
}
/// \}

/// How the experiment uses the rows of the Amazon data.
struct amazon_sizes {
    std::size_t train_rows;      ///< how many rows train, the first ones; the others test
    std::size_t batch_size;      ///< rows of a mini-batch of one partition
    std::size_t steps_per_epoch; ///< train_rows = partitions · batch_size · steps_per_epoch
};

/// Rows of the published train.csv, behind its header.
inline constexpr std::size_t amazon_rows = 32'769;

/// The split and mini-batches of the experiment. The paper has 26 325 training rows for 5 and 15 partitions, 26 208 for 7 and
/// 28 665 for 49, and batches of 15, 15 and 5 rows for 5, 15 and 49; 16 is this library's choice for 7. For other numbers the
/// choice has the same meaning: about 240 rows a step but at most 15 a partition, and as many whole steps as 26 325 rows allow.
///
/// \param partitions  k, at least 1
/// \throws parameter_error  no partition, or more than 26 325
/// \par Complexity
/// O(1)
///
/// \code
/// const auto sizes = election::amazon_split(15);
/// assert(sizes.train_rows == 26325 && sizes.batch_size == 15 && sizes.steps_per_epoch == 117);
/// \endcode
[[nodiscard]] inline amazon_sizes amazon_split(std::size_t partitions) {
    constexpr std::size_t rows = 26325;
    detail::require(partitions >= 1, "amazon_split", "partitions", partitions, "must be at least 1");
    detail::require(partitions <= rows, "amazon_split", "partitions", partitions,
                    "must be at most the number of training rows, ", rows);
    if (partitions == 7) return {26208, 16, 234};
    if (partitions == 49) return {28665, 5, 117};
    const std::size_t batch = partitions <= 16 ? 15 : std::max<std::size_t>(1, (240 + partitions / 2) / partitions);
    const std::size_t steps = rows / (partitions * batch);
    return {partitions * batch * steps, batch, steps};
}

} // namespace election
