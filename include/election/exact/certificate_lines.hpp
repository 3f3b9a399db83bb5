// SPDX-License-Identifier: MIT
// certificate_lines: a certificate's lines one after the other, however long the file, and what stands in them.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/certificate.hpp>

namespace election::detail {

/// Reads a certificate line by line, keeps the checksum of the lines behind it, and takes the current line apart from the left.
/// Everything that is not as docs/certificates.md says is a format_error with the line's number.
class certificate_lines {
public:
    certificate_lines(std::istream& stream, std::string_view file) : stream_(stream), file_(file) {}
    certificate_lines(const certificate_lines&) = delete;
    certificate_lines& operator=(const certificate_lines&) = delete;

    /// Goes to the next line; false at the end of the file.
    [[nodiscard]] bool next() {
        if (number_ != 0) hash_.add(std::string_view(buffer_).substr(begin_, end_ - begin_ + 1));
        begin_ = number_ == 0 ? 0 : end_ + 1;
        std::size_t searched = begin_;
        while ((end_ = buffer_.find('\n', searched)) == std::string::npos) {
            buffer_.erase(0, begin_);
            begin_ = 0;
            searched = buffer_.size();
            if (!read_more()) {
                end_ = searched;
                number_ += buffer_.empty() ? 0U : 1U;
                if (!buffer_.empty()) malformed("is cut off: a line must end with a line end");
                number_ = 0;
                return false;
            }
        }
        ++number_;
        rest_ = std::string_view(buffer_).substr(begin_, end_ - begin_);
        return true;
    }
    /// Goes to the next line, which must be there.
    void require_next(std::string_view what) {
        const std::size_t last = number_;
        if (next()) return;
        throw format_error(file_, last, joined({"is cut off after this line: ", what, " must follow"}));
    }

    /// Of the current line, from 1.
    [[nodiscard]] std::size_t number() const noexcept { return number_; }
    /// The checksum of all lines before the current one.
    [[nodiscard]] std::uint64_t hash() const noexcept { return hash_.value(); }
    /// What is left of the current line.
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

    [[noreturn]] void malformed(std::string_view what) const { throw format_error(file_, number_, what); }

    /// Takes a word if it comes next.
    [[nodiscard]] bool take(std::string_view word) noexcept {
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }
    void expect(std::string_view word, std::string_view line_is) {
        if (!take(word)) malformed(line_is);
    }
    void expect_end() const {
        if (!rest_.empty()) malformed("has more than its line may have");
    }
    /// A whole number, at most `most`.
    [[nodiscard]] std::uint64_t natural(std::uint64_t most, std::string_view what) {
        std::uint64_t value = 0;
        const auto [stop, failure] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (failure != std::errc() || value > most) malformed(joined({what, " must be a whole number up to ", shown(most)}));
        rest_.remove_prefix(static_cast<std::size_t>(stop - rest_.data()));
        return value;
    }
    /// A whole number from −most to most.
    [[nodiscard]] std::int64_t integer(std::uint64_t most, std::string_view what) {
        const bool negative = take("-");
        const auto value = static_cast<std::int64_t>(natural(most, what));
        return negative ? -value : value;
    }
    /// Numbers below `bound` with commas between them: one at least.
    void numbers(std::vector<std::uint32_t>& into, std::size_t bound, std::string_view what) {
        into.clear();
        do {
            into.push_back(static_cast<std::uint32_t>(natural(bound - 1, what)));
        } while (take(","));
    }
    /// The same, or nothing before `stop`, which is taken.
    void numbers_until(std::string_view stop, std::vector<std::uint32_t>& into, std::size_t bound, std::string_view what) {
        into.clear();
        if (take(stop)) return;
        numbers(into, bound, what);
        expect(stop, joined({"has other than numbers, commas and '", stop, "'"}));
    }
    /// The multipliers that end the current line, `count` at most; those that are left out are 0.
    void multipliers(std::vector<std::int64_t>& into, std::size_t count) {
        into.assign(count, 0);
        std::size_t i = 0;
        while (!rest_.empty()) {
            if (take({&multiplier_zeros, 1})) {
                i += digit() + 2;
                if (i > count) malformed("has more multipliers than there are rows");
                continue;
            }
            if (i == count) malformed("has more multipliers than there are rows");
            const std::uint32_t first = digit();
            std::uint32_t value = first;
            if (first >= 48) {
                value = two_digit_multipliers + (first - 48) * 4096;
                value += digit() * 64;
                value += digit();
            } else if (first >= 16) {
                value = one_digit_multipliers + (first - 16) * 64;
                value += digit();
            }
            into[i++] = value;
        }
    }

private:
    [[nodiscard]] bool read_more() {
        constexpr std::size_t chunk = std::size_t{1} << 16;
        const std::size_t before = buffer_.size();
        buffer_.resize(before + chunk);
        try {
            stream_.read(buffer_.data() + before, static_cast<std::streamsize>(chunk));
        } catch (const std::ios_base::failure&) { // a stream that is set to throw
        }
        const auto got = static_cast<std::size_t>(stream_.gcount());
        buffer_.resize(before + got);
        if (stream_.bad()) throw format_error(file_, 0, "cannot be read");
        return got != 0;
    }

    [[nodiscard]] std::uint32_t digit() {
        if (rest_.empty()) malformed("is cut off within a multiplier");
        const char c = rest_.front();
        rest_.remove_prefix(1);
        if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0');
        if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A' + 10);
        if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a' + 36);
        if (c == '-') return 62;
        if (c == '_') return 63;
        malformed("has a multiplier that is not in digits 0-9, A-Z, a-z, - and _");
    }

    std::istream& stream_;
    std::string_view file_;
    std::string buffer_;
    std::size_t begin_ = 0; ///< of the current line in the buffer
    std::size_t end_ = 0;   ///< of the current line: its line end
    std::size_t number_ = 0;
    std::string_view rest_;
    fnv64 hash_;
};

} // namespace election::detail
