// SPDX-License-Identifier: MIT
// matrix_format: the kinds of matrix files, by name and by file extension.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace election {

/// The kinds of matrix files.
enum class matrix_format : std::uint8_t {
    text, ///< 0/1 text, one worker a line
    csv,  ///< comma-separated 0 and 1, one worker a line
    npy,  ///< NumPy's arrays
    mtx,  ///< MatrixMarket
    alist ///< MacKay's lists of a sparse matrix
};

/// All formats, for loops.
inline constexpr std::array<matrix_format, 5> matrix_formats{matrix_format::text, matrix_format::csv, matrix_format::npy,
                                                             matrix_format::mtx, matrix_format::alist};

/// The name that options use, which is also the file extension: "text", "csv", "npy", "mtx" or "alist".
[[nodiscard]] constexpr std::string_view name_of(matrix_format format) noexcept {
    constexpr std::array<std::string_view, 5> names{"text", "csv", "npy", "mtx", "alist"};
    return names[static_cast<std::size_t>(format)];
}

/// The format of that name, or nothing.
[[nodiscard]] constexpr std::optional<matrix_format> matrix_format_named(std::string_view name) noexcept {
    for (matrix_format format : matrix_formats) {
        if (name_of(format) == name) return format;
    }
    return std::nullopt;
}

/// The format that a file's extension says; text for any other.
///
/// \code
/// static_assert(election::matrix_format_of("codes/a.npy") == election::matrix_format::npy);
/// static_assert(election::matrix_format_of("a.01") == election::matrix_format::text);
/// \endcode
[[nodiscard]] constexpr matrix_format matrix_format_of(std::string_view path) noexcept {
    const std::size_t dot = path.rfind('.');
    if (dot == std::string_view::npos) return matrix_format::text;
    return matrix_format_named(path.substr(dot + 1)).value_or(matrix_format::text);
}

} // namespace election
