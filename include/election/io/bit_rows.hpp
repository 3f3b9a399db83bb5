// SPDX-License-Identifier: MIT
// bit_rows: rows of 0 and 1 as they come out of a file, one bit an entry, however many there will be.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/io/source.hpp>

namespace election::detail {

/// Rows of equal length that grow entry by entry, so that memory is taken for what a file has, not for what it claims.
class bit_rows {
public:
    /// Adds an entry to the present row.
    void add(bool one) {
        word_ |= static_cast<std::uint64_t>(one) << (length_ % 64);
        if (++length_ % 64 == 0) flush();
    }
    /// Adds eight entries, the lowest bit first.
    void add_eight(std::uint64_t entries) {
        const std::size_t used = length_ % 64;
        word_ |= entries << used;
        length_ += 8;
        if (used < 56) return;
        flush();
        if (used > 56) word_ = entries >> (64 - used);
    }
    /// Entries of the present row.
    [[nodiscard]] std::size_t length() const noexcept { return length_; }
    /// Rows that are complete.
    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }

    /// Ends a row; all must have the length of the first, see end_equal_row().
    void end_row() {
        if (length_ % 64 != 0) flush();
        row_length_ = length_;
        length_ = 0;
        ++rows_;
    }
    /// Ends a row that stands in a line of its own.
    /// \throws format_error  it is longer or shorter than the first
    void end_equal_row(const byte_source& source, std::size_t line) {
        if (rows_ == 0) {
            first_line_ = line;
        } else if (length_ != row_length_) {
            source.fail(line, "has " + entries_text(length_) + ", but the first worker (line " +
                                  std::to_string(first_line_) + ") has " + entries_text(row_length_));
        }
        end_row();
    }

    /// The matrix of these rows, which need one entry at least.
    [[nodiscard]] packed_allocation matrix() const {
        packed_allocation result(rows_, row_length_);
        for_each_one([&](std::size_t row, std::size_t column) { result.set(row, column); });
        return result;
    }
    /// The matrix whose columns are these rows.
    [[nodiscard]] packed_allocation transposed() const {
        packed_allocation result(row_length_, rows_);
        for_each_one([&](std::size_t row, std::size_t column) { result.set(column, row); });
        return result;
    }

    /// "1 entry", "2 entries".
    [[nodiscard]] static std::string entries_text(std::uint64_t count) {
        return std::to_string(count) + (count == 1 ? " entry" : " entries");
    }

private:
    void flush() {
        words_.push_back(word_);
        word_ = 0;
    }
    template <class Visit>
    void for_each_one(const Visit& visit) const {
        const std::size_t row_words = (row_length_ + 63) / 64;
        for (std::size_t w = 0; w < words_.size(); ++w) {
            const std::size_t row = w / row_words;
            const std::size_t first = w % row_words * 64;
            for (std::uint64_t left = words_[w]; left != 0; left &= left - 1) {
                visit(row, first + static_cast<std::size_t>(std::countr_zero(left)));
            }
        }
    }

    std::vector<std::uint64_t> words_;
    std::uint64_t word_ = 0;
    std::size_t length_ = 0;
    std::size_t row_length_ = 0;
    std::size_t rows_ = 0;
    std::size_t first_line_ = 0;
};

/// The matrix of the rows that a file had. \throws format_error  there were none
[[nodiscard]] inline packed_allocation matrix_of(const bit_rows& rows, const byte_source& source) {
    if (rows.rows() == 0) source.fail_file("has no rows of 0 and 1; a matrix has at least one worker");
    return rows.matrix();
}

} // namespace election::detail
