// SPDX-License-Identifier: MIT
// byte_source: a stream read block by block, with the file's name for errors; and how much memory a file may claim.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ios>
#include <istream>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/io/escaped.hpp>

namespace election {

/// What a file of any size may claim for its matrix by a header alone, in bytes of the packed form. A larger matrix needs a
/// file of at least an eighth of its size, so that a few bytes cannot take all memory.
inline constexpr std::uint64_t max_claimed_bytes = std::uint64_t{1} << 29;

namespace detail {

/// The bytes of a stream. Invariant: only one block is kept, so that a stream without an end cannot fill the memory.
class byte_source {
public:
    /// What peek() returns behind the last byte.
    static constexpr int end = -1;

    /// \throws format_error  the stream cannot be read, or is empty
    byte_source(std::istream& stream, std::string_view file)
        : bytes_(stream.rdbuf()), file_(printable(file)), block_(block_bytes) {
        if (!stream || bytes_ == nullptr) fail_file("cannot be read");
        if (peek() == end) fail_file("is empty; a matrix has at least one worker");
    }

    /// What is at hand: at least one byte unless the stream has ended.
    [[nodiscard]] std::string_view buffered() {
        if (at_ == filled_) fill();
        return {block_.data() + at_, filled_ - at_};
    }
    /// Passes over bytes that are at hand.
    void skip(std::size_t bytes) noexcept { at_ += bytes; }
    /// The byte some (0 or few) bytes ahead, or `end`.
    [[nodiscard]] int peek(std::size_t ahead = 0) {
        if (filled_ - at_ <= ahead) fill();
        return filled_ - at_ <= ahead ? end : static_cast<unsigned char>(block_[at_ + ahead]);
    }
    /// Copies the next bytes. \returns how many there were
    std::size_t read(char* to, std::size_t bytes) {
        std::size_t done = 0;
        while (done < bytes) {
            const std::string_view some = buffered().substr(0, bytes - done);
            if (some.empty()) break;
            std::memcpy(to + done, some.data(), some.size());
            done += some.size();
            skip(some.size());
        }
        return done;
    }
    /// Bytes passed so far.
    [[nodiscard]] std::uint64_t position() const noexcept { return before_ + at_; }
    /// Bytes of the whole file; 0 if the stream has no such thing.
    [[nodiscard]] std::uint64_t file_bytes() {
        const auto here = bytes_->pubseekoff(0, std::ios::cur, std::ios::in);
        if (here == std::streampos(-1)) return 0;
        const auto last = bytes_->pubseekoff(0, std::ios::end, std::ios::in);
        bytes_->pubseekpos(here, std::ios::in);
        return last == std::streampos(-1) ? 0 : static_cast<std::uint64_t>(static_cast<std::streamoff>(last));
    }

    /// Passes over the mark with which some editors begin UTF-8 text.
    void skip_byte_order_mark() {
        if (peek() == 0xEF && peek(1) == 0xBB && peek(2) == 0xBF) skip(3);
    }
    /// Whether LF, CR LF, or the end comes next. A lone CR ends no line: it would join or split rows.
    [[nodiscard]] bool at_line_end() {
        const int byte = peek();
        if (byte == '\r') return peek(1) == '\n' || peek(1) == end;
        return byte == '\n' || byte == end;
    }
    /// Passes over what is left of a line, and its end.
    void skip_line() {
        for (std::string_view some = buffered(); !some.empty(); some = buffered()) {
            const std::size_t line_end = some.find('\n');
            if (line_end != std::string_view::npos) return skip(line_end + 1);
            skip(some.size());
        }
    }
    /// The next bytes up to one of `stops` or a line's end, for an error message; they are not passed over.
    [[nodiscard]] std::string word_ahead(std::string_view stops) {
        std::string word;
        for (int byte = peek(); byte != end && byte != '\n' && word.size() < shown_bytes; byte = peek(word.size())) {
            if (stops.find(static_cast<char>(byte)) != std::string_view::npos) break;
            word += static_cast<char>(byte);
        }
        if (word.size() > 1 && word.back() == '\r') word.pop_back();
        return word;
    }

    /// Throws an error about a line, counted from 1.
    [[noreturn]] void fail(std::size_t line, const std::string& what) const { throw format_error(file_, line, what); }
    /// Throws an error about the file as a whole.
    [[noreturn]] void fail_file(const std::string& what) const { throw format_error(file_, 0, what); }

private:
    static constexpr std::size_t block_bytes = std::size_t{1} << 16;

    /// Moves what is at hand to the front and fills the block.
    void fill() {
        if (ended_) return;
        std::memmove(block_.data(), block_.data() + at_, filled_ - at_);
        before_ += at_;
        filled_ -= at_;
        at_ = 0;
        try {
            const auto wanted = static_cast<std::streamsize>(block_.size() - filled_);
            const std::streamsize got = bytes_->sgetn(block_.data() + filled_, wanted);
            filled_ += static_cast<std::size_t>(got);
            ended_ = got < wanted;
        } catch (const std::ios_base::failure&) { // how the standard library's files report a failed read
            fail_file("cannot be read");
        }
    }

    std::streambuf* bytes_;
    std::string file_;
    std::vector<char> block_;
    std::size_t at_ = 0;
    std::size_t filled_ = 0;
    std::uint64_t before_ = 0;
    bool ended_ = false;
};

/// An empty matrix of a size that a header claims.
/// \param line  the header's line
/// \throws format_error  no worker, no partition, or more than max_claimed_bytes allows
[[nodiscard]] inline packed_allocation claimed_matrix(byte_source& source, std::size_t line, std::uint64_t workers,
                                                      std::uint64_t partitions) {
    const std::string size = std::to_string(workers) + " x " + std::to_string(partitions);
    if (workers == 0 || partitions == 0) {
        source.fail(line, "the matrix is " + size + ", but it needs at least one worker and one partition");
    }
    const std::uint64_t most_words = std::max(max_claimed_bytes / 8, source.file_bytes());
    const std::uint64_t row_words = (partitions - 1) / 64 + 1;
    if (row_words > most_words / workers) {
        source.fail(line, "the matrix is " + size + ", which takes more than the " + std::to_string(most_words >> 17U) +
                              " MiB that a file of this size may claim");
    }
    return {static_cast<std::size_t>(workers), static_cast<std::size_t>(partitions)};
}

/// Runs a reader. \throws format_error  also where memory is not enough
template <class Read>
[[nodiscard]] packed_allocation within_memory(std::string_view file, Read&& read) {
    try {
        return read();
    } catch (const std::bad_alloc&) {
        throw format_error(printable(file), 0, "does not fit into memory");
    } catch (const std::length_error&) {
        throw format_error(printable(file), 0, "does not fit into memory");
    }
}

} // namespace detail
} // namespace election
