// SPDX-License-Identifier: MIT
// estimation_task: what was estimated, as one line of named fields with a hash, by which results know each other.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/bits/sign_span.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>

namespace election {

namespace detail {

/// A hash of bytes, the same on every platform: eight at a time, the first one lowest, the number of them before.
[[nodiscard]] constexpr std::uint64_t text_hash(std::string_view text) noexcept {
    std::uint64_t hash = hash_step(0x9E3779B97F4A7C15U, text.size());
    for (std::size_t first = 0; first < text.size(); first += 8) {
        std::uint64_t word = 0;
        for (std::size_t i = first; i < std::min(first + 8, text.size()); ++i) {
            word |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i])) << (8 * (i - first));
        }
        hash = hash_step(hash, word);
    }
    return hash_step(hash, 0); // the last bytes reach all bits, too
}

} // namespace detail

/// A hash as 16 lower-case hexadecimal digits.
///
/// \code
/// assert(election::hex_digits(0x2a) == "000000000000002a");
/// \endcode
[[nodiscard]] inline std::string hex_digits(std::uint64_t hash) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(16, '0');
    for (std::size_t i = 0; i < 16; ++i) text[15 - i] = digits[hash >> (4 * i) & 15];
    return text;
}

/// A hash of a matrix: of n, k and every entry. The same on every platform, for every form in which a matrix can be given.
/// \param code  any 0/1 matrix
/// \throws error  see packed_allocation
/// \par Complexity
/// O(n·k)
///
/// \code
/// const std::vector<std::vector<int>> rows{{1, 0}, {0, 1}};
/// assert(election::matrix_hash(rows) == election::matrix_hash(election::uncoded(2)));
/// \endcode
template <allocation A>
[[nodiscard]] std::uint64_t matrix_hash(const A& code) {
    const packed_allocation& matrix = packed(code);
    std::uint64_t hash = detail::hash_step(0x9E3779B97F4A7C15U, matrix.workers());
    hash = detail::hash_step(hash, matrix.partitions());
    for (std::size_t i = 0; i < matrix.workers(); ++i) {
        for (std::uint64_t word : matrix.row(i)) hash = detail::hash_step(hash, word);
    }
    return detail::hash_step(hash, 0);
}

/// The identity of an estimation: everything that decides what is estimated, in named fields, and nothing else.
///
/// What belongs into it: matrix, tie policy, messages, attack, placement, liars, method. What does not: seed, part, number
/// of trials, threads, confidence. Results of equal tasks may be added up, whoever computed them where.
///
/// Invariants: fields keep the order in which they were added, which is a part of the identity; keys are lower-case words
/// (letters, digits, '-', beginning with a letter), none twice; values are one or more printable ASCII characters without
/// blanks and '='.
///
/// \code
/// election::estimation_task task(election::uncoded(3));
/// task.with("ties", "abstain").with("messages", "nearest").with("liars", 1);
/// assert(task.str() == "matrix=" + election::hex_digits(election::matrix_hash(election::uncoded(3))) +
///                          " n=3 k=3 ties=abstain messages=nearest liars=1");
/// assert(election::estimation_task::parse(task.str()).id() == task.id());
/// \endcode
class estimation_task {
public:
    /// A key and its value, both as text.
    using field = std::pair<std::string, std::string>;

    /// No fields.
    estimation_task() = default;
    /// The fields `matrix` (its hash), `n` and `k`; the others are added by with(). O(n·k).
    /// \throws error  see packed_allocation
    template <allocation A>
    explicit estimation_task(const A& code) {
        const packed_allocation& matrix = packed(code);
        with("matrix", hex_digits(matrix_hash(matrix))).with("n", matrix.workers()).with("k", matrix.partitions());
    }

    /// Reads what str() has printed. O(length).
    /// \throws error  not of that form
    [[nodiscard]] static estimation_task parse(std::string_view text) {
        estimation_task task;
        while (true) {
            const std::string_view item = text.substr(0, text.find(' '));
            const std::size_t equals = item.find('=');
            if (equals == std::string_view::npos) {
                throw error("election::estimation_task: a task must look like key=value key=value");
            }
            task.with(std::string(item.substr(0, equals)), std::string(item.substr(equals + 1)));
            if (item.size() == text.size()) return task;
            text.remove_prefix(item.size() + 1);
        }
    }

    /// Adds a field behind the others; returns this task.
    /// \throws parameter_error  not a key, not a value, or a key that is there already
    estimation_task& with(std::string key, std::string value) {
        constexpr std::string_view where = "estimation_task";
        const auto word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
        const auto plain = [](char c) { return c > ' ' && c < '\x7f' && c != '='; };
        detail::require(!key.empty() && key.front() >= 'a' && key.front() <= 'z' &&
                            std::all_of(key.begin(), key.end(), word),
                        where, "key", printable(key), "must be a lower-case word");
        detail::require(!find(key), where, "key", key, "must not stand twice");
        detail::require(!value.empty() && std::all_of(value.begin(), value.end(), plain), where, key, printable(value),
                        "must be printable ASCII characters without blanks and '='");
        fields_.emplace_back(std::move(key), std::move(value));
        return *this;
    }
    /// \copydoc with(std::string, std::string)
    estimation_task& with(std::string key, const char* value) { return with(std::move(key), std::string(value)); }
    /// Adds an integer behind the others; returns this task.
    template <std::integral T>
    estimation_task& with(std::string key, T value) {
        return with(std::move(key), std::to_string(value));
    }
    /// Adds a number, printed with the fewest digits that read back as the same value; returns this task.
    estimation_task& with(std::string key, double value) {
        std::array<char, 64> buffer{};
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
        return with(std::move(key), std::string(buffer.data(), end));
    }

    /// The fields in their order.
    [[nodiscard]] const std::vector<field>& fields() const noexcept { return fields_; }
    /// The value of a field as text, or nothing. O(fields).
    [[nodiscard]] std::optional<std::string> find(std::string_view key) const {
        for (const auto& [name, value] : fields_) {
            if (name == key) return value;
        }
        return std::nullopt;
    }

    /// "key=value key=value".
    [[nodiscard]] std::string str() const {
        std::string text;
        for (const auto& [key, value] : fields_) {
            if (!text.empty()) text += ' ';
            text.append(key).append("=").append(value);
        }
        return text;
    }
    /// A hash of str(), the same for equal tasks, on every platform. O(length).
    [[nodiscard]] std::uint64_t hash() const { return detail::text_hash(str()); }
    /// The hash as 16 hexadecimal digits: the name of the task in results.
    [[nodiscard]] std::string id() const { return hex_digits(hash()); }

    /// Whether the fields are the same text in the same order.
    friend bool operator==(const estimation_task&, const estimation_task&) = default;

private:
    /// Text as an error may show it.
    [[nodiscard]] static std::string printable(const std::string& text) {
        const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
        return detail::joined({"'", plain ? std::string_view(text).substr(0, 40) : "…", "'"});
    }

    std::vector<field> fields_;
};

} // namespace election
