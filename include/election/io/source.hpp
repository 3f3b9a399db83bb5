// SPDX-License-Identifier: MIT
// source: the whole text of a matrix file with its name, cut into lines and words, and errors that name the line.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ios>
#include <istream>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

/// The next bytes of a stream.
/// \returns how many, as many as asked for but at its end
/// \throws format_error  it cannot be read
[[nodiscard]] inline std::size_t read_some(std::istream& stream, std::string_view file, char* bytes, std::size_t most) {
    std::size_t count = 0;
    try {
        stream.read(bytes, static_cast<std::streamsize>(most));
        count = static_cast<std::size_t>(stream.gcount());
    } catch (const std::ios_base::failure&) { // a stream that is set to throw
        count = static_cast<std::size_t>(stream.gcount());
    }
    if (stream.bad()) throw format_error(file, 0, "cannot be read");
    return count;
}

/// Everything that is left in a stream.
/// \throws format_error  it cannot be read
[[nodiscard]] inline std::string whole_text(std::istream& stream, std::string_view file) {
    std::string text;
    char buffer[1 << 14];
    while (const std::size_t count = read_some(stream, file, buffer, sizeof buffer)) text.append(buffer, count);
    return text;
}

/// The lines of a file, one after the other, without their ends; a byte-order mark and carriage returns are passed over. A line stays
/// where it is until the next one is asked for: a window goes over the file, since memory for all of it takes longer than reading it.
class line_source {
public:
    line_source(std::istream& stream, std::string_view file,
                const std::string& if_empty = "is empty; a matrix has at least one worker")
        : stream_(stream), file_(file) {
        read_on();
        constexpr std::string_view mark = "\xEF\xBB\xBF";
        if (rest().starts_with(mark)) begin_ = mark.size();
        if (rest().empty()) fail_file(if_empty);
    }
    line_source(const line_source&) = delete;
    line_source& operator=(const line_source&) = delete;

    /// The next line, valid up to the next call; nothing at the end of the file.
    [[nodiscard]] std::optional<std::string_view> next() {
        std::size_t end = rest().find('\n');
        while (end == std::string_view::npos && !at_end_) {
            const std::size_t seen = rest().size();
            read_on();
            end = rest().find('\n', seen);
        }
        if (rest().empty()) return std::nullopt;
        ++line_;
        std::string_view line = rest().substr(0, end);
        begin_ += end == std::string_view::npos ? line.size() : end + 1;
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
    /// Bytes not yet returned. This reads all of them; the line that was returned last is gone.
    [[nodiscard]] std::size_t bytes_left() {
        while (!at_end_) read_on();
        return rest().size();
    }

    /// Throws an error about the line that was returned last.
    [[noreturn]] void fail(const std::string& what) const { throw format_error(file_, line_, what); }
    /// Throws an error about the file.
    [[noreturn]] void fail_file(const std::string& what) const { throw format_error(file_, 0, what); }

private:
    [[nodiscard]] std::string_view rest() const noexcept { return {window_.get() + begin_, end_ - begin_}; }

    /// Moves what is left to the front of the window and fills the rest of it. A window of which that takes more than half becomes
    /// larger, so that no more is moved than is read.
    void read_on() {
        constexpr std::size_t smallest = std::size_t{1} << 14;
        const std::size_t left = end_ - begin_;
        if (capacity_ < std::max(2 * left, smallest)) {
            capacity_ = 2 * left + smallest;
            auto larger = std::make_unique_for_overwrite<char[]>(capacity_); // not all of it may be needed
            if (left > 0) std::memcpy(larger.get(), window_.get() + begin_, left);
            window_ = std::move(larger);
        } else if (begin_ > 0 && left > 0) {
            std::memmove(window_.get(), window_.get() + begin_, left);
        }
        begin_ = 0;
        end_ = left;
        const std::size_t read = read_some(stream_, file_, window_.get() + end_, capacity_ - end_);
        end_ += read;
        at_end_ = read == 0;
    }

    std::istream& stream_;
    std::string_view file_;
    std::unique_ptr<char[]> window_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0; ///< of what has not been returned
    std::size_t end_ = 0;   ///< of what has been read
    bool at_end_ = false;   ///< of the stream
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
    void add(bool one) {
        const std::size_t place = length_ % 64;
        if (place == 0) words_.push_back(0);
        words_.back() |= std::uint64_t{one ? 1U : 0U} << place;
        ++length_;
    }
    /// The next entries, 64 at most, the first one in the lowest bit.
    void add(std::uint64_t entries, std::size_t count) {
        const std::size_t place = length_ % 64;
        if (place == 0) {
            words_.push_back(entries);
        } else {
            words_.back() |= entries << place;
            if (place + count > 64) words_.push_back(entries >> (64 - place));
        }
        length_ += count;
    }

    /// Ends a row.
    /// \throws format_error  it is longer or shorter than the first
    void end_row(const line_source& source) {
        if (workers_ == 0) {
            partitions_ = length_;
            first_line_ = source.line();
        } else if (length_ != partitions_) {
            source.fail(entries_text(length_) + ", but the first worker (line " + std::to_string(first_line_) + ") has " +
                        entries_text(partitions_));
        }
        length_ = 0;
        ++workers_;
    }

    /// The matrix; the rows are gone.
    /// \throws format_error  there is no row
    [[nodiscard]] packed_allocation finish(const line_source& source) {
        if (workers_ == 0) source.fail_file("has no rows of 0 and 1; a matrix has at least one worker");
        return {workers_, partitions_, std::move(words_)};
    }

private:
    std::vector<std::uint64_t> words_; ///< every row begins with a new one
    std::size_t length_ = 0;           ///< of the row that has not ended
    std::size_t workers_ = 0;
    std::size_t partitions_ = 0;
    std::size_t first_line_ = 0;
};

} // namespace detail
} // namespace election
