// SPDX-License-Identifier: MIT
// source: the whole text of a matrix file with its name, cut into lines and words, and errors that name the line.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <iterator>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>

namespace election {

/// Text for an error message, in single quotes: bytes that don't print are escaped as `\xHH`, quotes and backslashes as in
/// C, and what follows 24 bytes is cut off with "…".
///
/// \code
/// assert(election::escaped("1\t0") == "'1\\x090'");
/// \endcode
[[nodiscard]] inline std::string escaped(std::string_view text) {
    constexpr std::size_t most = 24;
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "'";
    for (std::size_t i = 0; i < text.size() && i < most; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte == '\'' || byte == '\\') {
            out += {'\\', text[i]};
        } else if (byte < 0x20 || byte >= 0x7f) {
            out += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
        } else {
            out += text[i];
        }
    }
    return out + (text.size() > most ? "…'" : "'");
}

/// A matrix may have at most this many entries when it is read, 2³⁶ (8 GiB packed, where a row takes whole words of 64): more is a damaged header.
inline constexpr std::uint64_t max_read_entries = std::uint64_t{1} << 36;

namespace detail {

/// Everything that is left in a stream.
/// \throws format_error  it cannot be read
[[nodiscard]] inline std::string whole_text(std::istream& stream, std::string_view file) {
    std::string text;
    char buffer[1 << 14];
    try {
        while (stream.read(buffer, sizeof buffer), stream.gcount() > 0) {
            text.append(buffer, static_cast<std::size_t>(stream.gcount()));
        }
    } catch (const std::ios_base::failure&) { // a stream that is set to throw
    }
    if (stream.bad()) throw format_error(file, 0, "cannot be read");
    return text;
}

/// The lines of a file, one after the other, without their ends; a byte-order mark and carriage returns are passed over.
class line_source {
public:
    line_source(std::istream& stream, std::string_view file,
                const std::string& if_empty = "is empty; a matrix has at least one worker")
        : file_(file), text_(whole_text(stream, file)), rest_(text_) {
        if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
        if (rest_.empty()) fail_file(if_empty);
    }
    line_source(const line_source&) = delete;
    line_source& operator=(const line_source&) = delete;

    /// The next line; nothing at the end of the file.
    [[nodiscard]] std::optional<std::string_view> next() {
        if (rest_.empty()) return std::nullopt;
        ++line_;
        const std::size_t end = rest_.find('\n');
        std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        return line;
    }
    /// The next line that is neither blank nor a comment; nothing at the end of the file.
    [[nodiscard]] std::optional<std::string_view> next_content(char comment) {
        while (auto line = next()) {
            const std::size_t first = line->find_first_not_of(" \t");
            if (first != std::string_view::npos && (*line)[first] != comment) return line;
        }
        return std::nullopt;
    }
    /// Number of the line that was returned last, from 1.
    [[nodiscard]] std::size_t line() const noexcept { return line_; }
    /// Bytes not yet returned.
    [[nodiscard]] std::size_t bytes_left() const noexcept { return rest_.size(); }

    /// Throws an error about the line that was returned last.
    [[noreturn]] void fail(const std::string& what) const { throw format_error(file_, line_, what); }
    /// Throws an error about the file.
    [[noreturn]] void fail_file(const std::string& what) const { throw format_error(file_, 0, what); }

private:
    std::string_view file_;
    std::string text_;
    std::string_view rest_;
    std::size_t line_ = 0;
};

/// The words of a line, separated by blanks.
[[nodiscard]] inline std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (true) {
        const std::size_t first = line.find_first_not_of(" \t");
        if (first == std::string_view::npos) return words;
        line.remove_prefix(first);
        const std::size_t end = line.find_first_of(" \t");
        words.push_back(line.substr(0, end));
        line.remove_prefix(end == std::string_view::npos ? line.size() : end);
    }
}

/// A whole number ≥ 0 written in digits alone; nothing otherwise.
[[nodiscard]] inline std::optional<std::uint64_t> as_count(std::string_view word) noexcept {
    std::uint64_t value = 0;
    const auto [stop, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (failure != std::errc() || stop != word.data() + word.size()) return std::nullopt;
    return value;
}

/// "1 entry", "2 entries".
[[nodiscard]] inline std::string entries_text(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " entry" : " entries");
}

/// An empty matrix of a size that a header claims.
/// \throws format_error  no worker, no partition, or more than fits
template <class Fail>
[[nodiscard]] packed_allocation claimed_matrix(std::uint64_t workers, std::uint64_t partitions, const Fail& fail) {
    const std::string size = std::to_string(workers) + " x " + std::to_string(partitions);
    if (workers == 0 || partitions == 0)
        fail("the matrix is " + size + ", but it needs at least one worker and one partition");
    // A row takes whole words, so that many narrow rows are as large as few wide ones.
    if (partitions > max_read_entries - 64 || (partitions + 63) / 64 > max_read_entries / 64 / workers)
        fail("the matrix is " + size + ", more than the 2^36 entries that are read");
    try {
        return packed_allocation(static_cast<std::size_t>(workers), static_cast<std::size_t>(partitions));
    } catch (const std::bad_alloc&) {
        fail("the matrix is " + size + ", which does not fit into memory");
        throw;
    }
}

/// Rows of 0 and 1 as they come, all of one length.
class row_collector {
public:
    void add(bool one) { entries_.push_back(one ? 1 : 0); }

    /// Ends a row.
    /// \throws format_error  it is longer or shorter than the first
    void end_row(const line_source& source) {
        const std::size_t length = entries_.size() - workers_ * partitions_;
        if (workers_ == 0) {
            partitions_ = length;
            first_line_ = source.line();
        } else if (length != partitions_) {
            source.fail(entries_text(length) + ", but the first worker (line " + std::to_string(first_line_) + ") has " +
                        entries_text(partitions_));
        }
        ++workers_;
    }

    /// The matrix.
    /// \throws format_error  there is no row
    [[nodiscard]] packed_allocation finish(const line_source& source) const {
        if (workers_ == 0) source.fail_file("has no rows of 0 and 1; a matrix has at least one worker");
        packed_allocation matrix(workers_, partitions_);
        const std::uint8_t* entry = entries_.data();
        for (std::size_t i = 0; i < workers_; ++i) {
            for (std::size_t j = 0; j < partitions_; ++j) {
                if (*entry++ != 0) matrix.set(i, j);
            }
        }
        return matrix;
    }

private:
    std::vector<std::uint8_t> entries_;
    std::size_t workers_ = 0;
    std::size_t partitions_ = 0;
    std::size_t first_line_ = 0;
};

} // namespace detail
} // namespace election
