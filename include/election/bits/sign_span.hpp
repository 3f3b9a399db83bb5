// SPDX-License-Identifier: MIT
// sign_span: d signs in somebody else's words, one bit a sign.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <election/bits/index_iterator.hpp>
#include <election/core/error.hpp>

namespace election {

/// 64-bit words that hold a number of signs: ⌈signs / 64⌉.
[[nodiscard]] constexpr std::size_t words_for(std::size_t signs) noexcept { return signs / 64 + (signs % 64 != 0 ? 1 : 0); }

/// The bits of the last word that hold signs: all, or the lowest signs % 64.
[[nodiscard]] constexpr std::uint64_t last_word_mask(std::size_t signs) noexcept {
    return signs % 64 == 0 ? ~std::uint64_t{0} : (std::uint64_t{1} << (signs % 64)) - 1;
}

/// A view of `size()` signs in words that somebody else owns, like std::span. Bit j % 64 of word j / 64 is sign j; 1 is +1.
///
/// The bits past the last sign (*padding*) are ignored when they are read, and become zero when election writes the words.
/// \tparam Word  std::uint64_t, or const std::uint64_t for a view that cannot write
///
/// \code
/// std::uint64_t words[] = {0b101};
/// election::sign_span signs(words, 3);
/// assert(signs[0] == 1 && signs[1] == -1 && to_string(signs) == "+-+");
/// \endcode
template <class Word>
    requires std::same_as<std::remove_const_t<Word>, std::uint64_t>
class sign_span {
public:
    using value_type = int; ///< what a sign is read as

    /// No signs.
    constexpr sign_span() noexcept = default;
    /// Views words without a check: `words` points to words_for(size) of them.
    constexpr sign_span(Word* words, std::size_t size) noexcept : words_(words), size_(size) {}
    /// Views the first words of a span.
    /// \throws parameter_error  fewer words than that many signs need
    constexpr sign_span(std::span<Word> words, std::size_t size) : words_(words.data()), size_(size) {
        detail::require(words.size() >= words_for(size), "sign_span", "words", words.size(),
                        "are fewer than the signs need");
    }
    /// A view that can write is also one that can read.
    constexpr operator sign_span<const std::uint64_t>() const noexcept requires(!std::is_const_v<Word>) {
        return {words_, size_};
    }

    /// The number of signs d.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    /// Whether there are no signs.
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
    /// The first word.
    [[nodiscard]] constexpr Word* data() const noexcept { return words_; }
    /// All words that hold signs.
    [[nodiscard]] constexpr std::span<Word> words() const noexcept { return {words_, words_for(size_)}; }

    /// Sign j: +1 or −1; unchecked.
    [[nodiscard]] constexpr int operator[](std::size_t j) const noexcept {
        return (words_[j / 64] >> (j % 64) & 1U) != 0 ? 1 : -1;
    }
    /// Makes sign j +1, or −1; unchecked.
    constexpr void set(std::size_t j, bool positive) const noexcept requires(!std::is_const_v<Word>) {
        const std::uint64_t bit = std::uint64_t{1} << (j % 64);
        words_[j / 64] = positive ? words_[j / 64] | bit : words_[j / 64] & ~bit;
    }
    /// Makes the padding zero.
    constexpr void clear_padding() const noexcept requires(!std::is_const_v<Word>) {
        if (size_ % 64 != 0) words_[size_ / 64] &= last_word_mask(size_);
    }
    /// The signs from a word boundary on: `count` signs from sign 64·first_word; unchecked.
    [[nodiscard]] constexpr sign_span tile(std::size_t first_word, std::size_t count) const noexcept {
        return {words_ + first_word, count};
    }

    /// Goes through the signs, each as +1 or −1; random access.
    using iterator = detail::index_iterator<sign_span>;
    /// The first sign.
    [[nodiscard]] constexpr iterator begin() const noexcept { return {*this, 0}; }
    /// Behind the last sign.
    [[nodiscard]] constexpr iterator end() const noexcept { return {*this, size_}; }

private:
    Word* words_ = nullptr;
    std::size_t size_ = 0;
};

/// A pointer to words gives a view that can write, one to const words a view that cannot.
template <class Word>
sign_span(Word*, std::size_t) -> sign_span<Word>;
/// The same of a span of any extent.
template <class Word, std::size_t Extent>
sign_span(std::span<Word, Extent>, std::size_t) -> sign_span<Word>;

/// A view that only reads.
using sign_view = sign_span<const std::uint64_t>;

/// Whether two views have the same signs; the padding does not count. O(d / 64).
[[nodiscard]] constexpr bool equal(sign_view a, sign_view b) noexcept {
    if (a.size() != b.size()) return false;
    if (a.empty()) return true;
    const std::size_t last = words_for(a.size()) - 1;
    return std::equal(a.data(), a.data() + last, b.data()) &&
           ((a.data()[last] ^ b.data()[last]) & last_word_mask(a.size())) == 0;
}

namespace detail {

/// One round of a multiply-xorshift mixer.
[[nodiscard]] constexpr std::uint64_t hash_step(std::uint64_t hash, std::uint64_t word) noexcept {
    hash = (hash ^ word) * 0xD6E8FEB86659FD93U;
    return hash ^ hash >> 32;
}

} // namespace detail

/// Copies signs, for instance into a row of a matrix; the padding of the copy becomes zero. O(d / 64).
/// \param from  d signs
/// \param to    where they go
/// \throws parameter_error  different sizes
///
/// \code
/// std::uint64_t row = 0;
/// const std::uint64_t signs = 0b101;
/// copy_signs(election::sign_view(&signs, 3), election::sign_span(&row, 3));
/// assert(row == 0b101);
/// \endcode
constexpr void copy_signs(sign_view from, sign_span<std::uint64_t> to) {
    detail::require(from.size() == to.size(), "copy_signs", "to.size()", to.size(),
                    "must be that of the signs that are copied");
    std::copy_n(from.data(), words_for(from.size()), to.data());
    to.clear_padding();
}

/// A hash of the signs, the same for equal signs, on every platform. O(d / 64).
[[nodiscard]] constexpr std::uint64_t hash_of(sign_view signs) noexcept {
    std::uint64_t hash = 0x9E3779B97F4A7C15U ^ signs.size();
    const std::size_t count = words_for(signs.size());
    for (std::size_t w = 0; w < count; ++w) {
        hash =
            detail::hash_step(hash, signs.data()[w] & (w + 1 == count ? last_word_mask(signs.size()) : ~std::uint64_t{0}));
    }
    return hash;
}

/// "+" and "-", one character a sign. O(d).
[[nodiscard]] inline std::string to_string(sign_view signs) {
    std::string text;
    text.reserve(signs.size());
    for (int sign : signs) text += sign > 0 ? '+' : '-';
    return text;
}

/// Prints the signs as "+" and "-".
inline std::ostream& operator<<(std::ostream& out, sign_view signs) { return out << to_string(signs); }

namespace detail {

/// A character of a text that was to be signs, as an error shows it: bytes that don't print as \xNN.
[[nodiscard]] inline std::string shown_character(char character) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(character);
    if (byte >= 0x20 && byte < 0x7F) return {'\'', character, '\''};
    return {'\\', 'x', digits[byte / 16], digits[byte % 16]};
}

/// Throws the parameter_error that names the place and the character.
[[noreturn]] inline void refuse_character(std::string_view where, std::string_view text, std::size_t place,
                                          std::string_view rule) {
    throw parameter_error(where, joined({"text[", std::to_string(place), "]"}), shown_character(text[place]), rule);
}

} // namespace detail
} // namespace election

/// \cond
// Iterators outlive the view, since the words are somebody else's.
template <class Word>
inline constexpr bool std::ranges::enable_borrowed_range<election::sign_span<Word>> = true;
// Copies refer to the same signs.
template <class Word>
inline constexpr bool std::ranges::enable_view<election::sign_span<Word>> = true;
/// \endcond
