// SPDX-License-Identifier: MIT
// read_mtx(), write_mtx(): MatrixMarket files.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/io/source.hpp>

namespace election {
namespace detail {

/// The value of a 0/1 number as MatrixMarket's fields write it ("1", "1.0", "0e0"); nothing for any other.
[[nodiscard]] inline std::optional<bool> as_bit(std::string_view word) noexcept {
    double value = 0;
    const auto [stop, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (failure != std::errc() || stop != word.data() + word.size()) return std::nullopt;
    if (value == 0) return false;
    if (value == 1) return true;
    return std::nullopt;
}

/// A line without its letters' case.
[[nodiscard]] inline std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower;
}

} // namespace detail

/// Reads a MatrixMarket file: coordinate or array; pattern, integer or real; general or symmetric. Rows are workers.
///
/// Values must be 0 or 1; an entry may stand only once.
/// \param stream  read to its end
/// \param file    the name that errors give
/// \returns the matrix
/// \throws format_error  another kind of matrix, indices out of range, more or fewer entries than the size line says
/// \par Complexity
/// O(bytes + n·k/64)
/// \par Reference
/// Boisvert, Pozo, Remington, *The Matrix Market exchange formats*, NISTIR 5935, 1996
[[nodiscard]] inline packed_allocation read_mtx(std::istream& stream, std::string_view file) {
    detail::line_source source(stream, file);
    const auto fail = [&](const std::string& what) { source.fail(what); };
    const std::string banner = detail::lower_case(source.next().value_or(""));
    const auto kind = detail::words_of(banner);
    if (kind.size() != 5 || kind[0] != "%%matrixmarket" || kind[1] != "matrix") {
        fail("must be '%%MatrixMarket matrix coordinate|array pattern|integer|real general|symmetric'");
    }
    const bool coordinate = kind[2] == "coordinate";
    const bool pattern = kind[3] == "pattern";
    const bool symmetric = kind[4] == "symmetric";
    if (!coordinate && kind[2] != "array") fail(escaped(kind[2]) + " must be coordinate or array");
    if (!pattern && kind[3] != "integer" && kind[3] != "real") fail(escaped(kind[3]) + " must be pattern, integer or real");
    if (pattern && !coordinate) fail("an array has values and cannot be a pattern");
    if (!symmetric && kind[4] != "general") fail(escaped(kind[4]) + " must be general or symmetric");

    const auto size_line = source.next_content('%');
    if (!size_line) fail("the size line is missing");
    const auto size = detail::words_of(*size_line);
    const std::size_t numbers = coordinate ? 3 : 2;
    std::uint64_t count[3] = {0, 0, 0};
    bool counts = size.size() == numbers;
    for (std::size_t i = 0; counts && i < numbers; ++i) {
        const auto value = detail::as_count(size[i]);
        counts = value.has_value();
        count[i] = value.value_or(0);
    }
    if (!counts) {
        fail(coordinate ? "the size line must be three counts: workers, partitions, entries"
                        : "the size line must be two counts: workers, partitions");
    }
    if (symmetric && count[0] != count[1]) fail("a symmetric matrix must have as many workers as partitions");
    // Every entry needs a line of its own, so that a damaged header is found before memory is taken for it.
    if (!coordinate && (count[0] != 0 && count[1] > source.bytes_left() / count[0] * (symmetric ? 2 : 1) + 2)) {
        fail("the array has fewer entries than the size line says");
    }
    packed_allocation matrix = detail::claimed_matrix(count[0], count[1], fail);
    const std::size_t n = matrix.workers();
    const std::size_t k = matrix.partitions();
    const auto put = [&](std::size_t i, std::size_t j) {
        matrix.set(i, j);
        if (symmetric) matrix.set(j, i);
    };

    if (!coordinate) {
        for (std::size_t j = 0; j < k; ++j) {
            for (std::size_t i = symmetric ? j : 0; i < n; ++i) {
                const auto line = source.next_content('%');
                if (!line) fail("the array has fewer entries than the size line says");
                const auto words = detail::words_of(*line);
                const auto bit = words.size() == 1 ? detail::as_bit(words[0]) : std::nullopt;
                if (!bit) fail(escaped(*line) + " is neither 0 nor 1");
                if (*bit) put(i, j);
            }
        }
    } else {
        packed_allocation seen = detail::claimed_matrix(n, k, fail);
        for (std::uint64_t e = 0; e < count[2]; ++e) {
            const auto line = source.next_content('%');
            if (!line) {
                fail("the file ends after " + detail::entries_text(static_cast<std::size_t>(e)) + " of " +
                     std::to_string(count[2]));
            }
            const auto words = detail::words_of(*line);
            if (words.size() != (pattern ? 2U : 3U)) {
                fail(pattern ? "an entry must be two numbers: worker, partition"
                             : "an entry must be three numbers: worker, partition, value");
            }
            const auto i = detail::as_count(words[0]);
            const auto j = detail::as_count(words[1]);
            if (!i || *i < 1 || *i > n) fail("worker " + escaped(words[0]) + " must be 1 to " + std::to_string(n));
            if (!j || *j < 1 || *j > k) fail("partition " + escaped(words[1]) + " must be 1 to " + std::to_string(k));
            if (symmetric && *j > *i) fail("an entry of a symmetric matrix must not be above the diagonal");
            const auto bit = pattern ? std::optional(true) : detail::as_bit(words[2]);
            if (!bit) fail("the value " + escaped(words[2]) + " is neither 0 nor 1");
            const auto row = static_cast<std::size_t>(*i - 1);
            const auto column = static_cast<std::size_t>(*j - 1);
            if (seen(row, column)) fail("the entry " + std::to_string(*i) + " " + std::to_string(*j) + " stands twice");
            seen.set(row, column);
            if (*bit) put(row, column);
        }
    }
    if (source.next_content('%')) fail("the file has more entries than the size line says");
    return matrix;
}

/// Writes a matrix as MatrixMarket coordinate pattern, row by row. O(n·k).
/// \param stream  whose state says afterwards whether it was written
/// \param code    any 0/1 matrix
/// \throws error  see packed_allocation
///
/// \code
/// std::ostringstream file;
/// election::write_mtx(file, election::uncoded(2));
/// assert(file.str() == "%%MatrixMarket matrix coordinate pattern general\n2 2 2\n1 1\n2 2\n");
/// \endcode
template <allocation A>
void write_mtx(std::ostream& stream, const A& code) {
    const packed_allocation& matrix = packed(code);
    std::size_t ones = 0;
    for (std::size_t i = 0; i < matrix.workers(); ++i) ones += matrix.load(i);
    stream << "%%MatrixMarket matrix coordinate pattern general\n"
           << matrix.workers() << ' ' << matrix.partitions() << ' ' << ones << '\n';
    for (std::size_t i = 0; i < matrix.workers(); ++i) {
        for (std::size_t j = 0; j < matrix.partitions(); ++j) {
            if (matrix(i, j)) stream << i + 1 << ' ' << j + 1 << '\n';
        }
    }
}

} // namespace election
