// SPDX-License-Identifier: MIT
// read_alist(), write_alist(): MacKay's alist files.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <election/codes/metrics.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/io/source.hpp>

namespace election {
namespace detail {

/// A line of exactly `size` counts.
[[nodiscard]] inline std::vector<std::uint64_t> counts_line(line_source& source, std::uint64_t size,
                                                            const std::string& what) {
    const auto line = source.next();
    if (!line) source.fail("the file ends before " + what);
    std::vector<std::uint64_t> counts;
    for (std::string_view word : words_of(*line)) {
        const auto count = as_count(word);
        if (!count) source.fail(escaped(word) + " is not a count");
        counts.push_back(*count);
    }
    if (counts.size() != size) {
        source.fail(what + ": " + std::to_string(counts.size()) + " numbers where " + std::to_string(size) + " must be");
    }
    return counts;
}

/// A list of `weight` indices from 1 to `most`, padded with zeros or not.
[[nodiscard]] inline std::vector<std::size_t> index_line(line_source& source, std::uint64_t weight, std::uint64_t most,
                                                         const std::string& what) {
    const auto line = source.next();
    if (!line && weight != 0) source.fail("the file ends before " + what);
    std::vector<std::size_t> indices;
    bool padding = false;
    for (std::string_view word : words_of(line.value_or(""))) {
        const auto index = as_count(word);
        if (!index || *index > most) source.fail(what + ": " + escaped(word) + " must be 1 to " + std::to_string(most));
        if (*index == 0) {
            padding = true;
        } else if (padding) {
            source.fail(what + ": an index behind the padding zeros");
        } else {
            indices.push_back(static_cast<std::size_t>(*index - 1));
        }
    }
    if (indices.size() != weight) {
        source.fail(what + ": " + std::to_string(indices.size()) + " indices where its weight is " + std::to_string(weight));
    }
    return indices;
}

} // namespace detail

/// Reads an alist file: partitions are the columns N, workers the rows M of its first line "N M".
///
/// Lines: N M; largest column and row weight; column weights; row weights; a list of rows for each column; a list of columns
/// for each row. Lists shorter than the largest weight may be padded with zeros. Both halves must say the same.
/// \param stream  read to its end
/// \param file    the name that errors give
/// \returns the matrix
/// \throws format_error  counts that disagree, indices out of range or doubled
/// \par Complexity
/// O(bytes + n·k/64)
/// \par Reference
/// MacKay, *Encyclopedia of sparse graph codes*, the alist format
///
/// \code
/// std::istringstream file("2 1\n1 2\n1 1\n2\n1\n1\n1 2\n"); // one worker that holds both of two partitions
/// auto matrix = election::read_alist(file, "example");
/// assert(matrix.workers() == 1 && matrix.load(0) == 2);
/// \endcode
[[nodiscard]] inline packed_allocation read_alist(std::istream& stream, std::string_view file) {
    detail::line_source source(stream, file);
    const auto fail = [&](const std::string& what) { source.fail(what); };
    const auto size = detail::counts_line(source, 2, "the first line (partitions, workers)");
    if (size[0] > source.bytes_left() || size[1] > source.bytes_left()) {
        fail("the file is too short for " + std::to_string(size[0]) + " partitions and " + std::to_string(size[1]) +
             " workers");
    }
    packed_allocation matrix = detail::claimed_matrix(size[1], size[0], fail);
    const auto largest = detail::counts_line(source, 2, "the largest weights (of a partition, of a worker)");
    const auto check = [&](const std::vector<std::uint64_t>& weights, std::uint64_t most, const std::string& whose) {
        if (*std::ranges::max_element(weights) != most) {
            fail("the largest weight of a " + whose + " is " + std::to_string(*std::ranges::max_element(weights)) +
                 ", but line 2 says " + std::to_string(most));
        }
    };
    const auto degrees = detail::counts_line(source, size[0], "the partitions' weights");
    check(degrees, largest[0], "partition");
    const auto loads = detail::counts_line(source, size[1], "the workers' weights");
    check(loads, largest[1], "worker");
    for (std::size_t j = 0; j < matrix.partitions(); ++j) {
        const std::string what = "the list of partition " + std::to_string(j + 1);
        for (std::size_t i : detail::index_line(source, degrees[j], size[1], what)) {
            if (matrix(i, j)) fail(what + ": worker " + std::to_string(i + 1) + " stands twice");
            matrix.set(i, j);
        }
    }
    for (std::size_t i = 0; i < matrix.workers(); ++i) {
        const std::string what = "the list of worker " + std::to_string(i + 1);
        std::vector<std::size_t> held = detail::index_line(source, loads[i], size[0], what);
        std::ranges::sort(held);
        if (std::ranges::adjacent_find(held) != held.end()) fail(what + ": a partition stands twice");
        for (std::size_t j : held) {
            if (!matrix(i, j)) fail(what + ": partition " + std::to_string(j + 1) + " does not list this worker");
        }
        if (held.size() != matrix.load(i)) fail(what + ": another partition lists this worker too");
    }
    while (const auto line = source.next()) {
        if (!detail::words_of(*line).empty()) fail("text behind the last list");
    }
    return matrix;
}

/// Writes a matrix as an alist file, lists padded with zeros. O(n·k).
/// \param stream  whose state says afterwards whether it was written
/// \param code    any 0/1 matrix
/// \throws error  see packed_allocation
template <allocation A>
void write_alist(std::ostream& stream, const A& code) {
    const packed_allocation& matrix = packed(code);
    const allocation_metrics sizes = metrics(matrix);
    const auto write_counts = [&](const std::vector<std::size_t>& counts) {
        for (std::size_t i = 0; i < counts.size(); ++i) stream << counts[i] << (i + 1 < counts.size() ? ' ' : '\n');
    };
    const auto write_lists = [&](std::size_t lists, std::size_t most, std::size_t others, auto&& holds) {
        for (std::size_t a = 0; a < lists; ++a) {
            std::vector<std::size_t> indices;
            for (std::size_t b = 0; b < others; ++b) {
                if (holds(a, b)) indices.push_back(b + 1);
            }
            indices.resize(most);
            if (most == 0) stream << '\n';
            write_counts(indices);
        }
    };
    stream << matrix.partitions() << ' ' << matrix.workers() << '\n' << sizes.max_degree << ' ' << sizes.max_load << '\n';
    write_counts(sizes.degrees);
    write_counts(sizes.loads);
    write_lists(matrix.partitions(), sizes.max_degree, matrix.workers(),
                [&](std::size_t j, std::size_t i) { return matrix(i, j); });
    write_lists(matrix.workers(), sizes.max_load, matrix.partitions(),
                [&](std::size_t i, std::size_t j) { return matrix(i, j); });
}

} // namespace election
