// SPDX-License-Identifier: MIT
// sign_span: d signs in somebody else's words, one bit a sign.
#pragma once

#include <algorithm>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <ostream>
#include <span>
#include <string>
#include <type_traits>

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
    using value_type = int;

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
    /// The signs from a word boundary on: `count` signs from sign 64·first_word.
    [[nodiscard]] constexpr sign_span tile(std::size_t first_word, std::size_t count) const noexcept {
        return {words_ + first_word, count};
    }

    /// Goes through the signs, each as +1 or −1.
    class iterator {
    public:
        using value_type = int;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::random_access_iterator_tag;
        using iterator_category = std::input_iterator_tag;

        constexpr iterator() noexcept = default;
        constexpr iterator(Word* words, std::size_t place) noexcept : words_(words), place_(place) {}
        [[nodiscard]] constexpr int operator*() const noexcept {
            return (words_[place_ / 64] >> (place_ % 64) & 1U) != 0 ? 1 : -1;
        }
        [[nodiscard]] constexpr int operator[](difference_type n) const noexcept { return *(*this + n); }
        constexpr iterator& operator++() noexcept { return *this += 1; }
        constexpr iterator operator++(int) noexcept {
            iterator before = *this;
            ++place_;
            return before;
        }
        constexpr iterator& operator--() noexcept { return *this -= 1; }
        constexpr iterator operator--(int) noexcept {
            iterator before = *this;
            --place_;
            return before;
        }
        constexpr iterator& operator+=(difference_type n) noexcept {
            place_ += static_cast<std::size_t>(n);
            return *this;
        }
        constexpr iterator& operator-=(difference_type n) noexcept { return *this += -n; }
        [[nodiscard]] friend constexpr iterator operator+(iterator a, difference_type n) noexcept { return a += n; }
        [[nodiscard]] friend constexpr iterator operator+(difference_type n, iterator a) noexcept { return a += n; }
        [[nodiscard]] friend constexpr iterator operator-(iterator a, difference_type n) noexcept { return a -= n; }
        [[nodiscard]] friend constexpr difference_type operator-(iterator a, iterator b) noexcept {
            return static_cast<difference_type>(a.place_) - static_cast<difference_type>(b.place_);
        }
        [[nodiscard]] friend constexpr bool operator==(iterator a, iterator b) noexcept { return a.place_ == b.place_; }
        [[nodiscard]] friend constexpr std::strong_ordering operator<=>(iterator a, iterator b) noexcept {
            return a.place_ <=> b.place_;
        }

    private:
        Word* words_ = nullptr;
        std::size_t place_ = 0;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return {words_, 0}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {words_, size_}; }

private:
    Word* words_ = nullptr;
    std::size_t size_ = 0;
};

template <class Word>
sign_span(Word*, std::size_t) -> sign_span<Word>;
template <class Word>
sign_span(std::span<Word>, std::size_t) -> sign_span<Word>;

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

/// A hash of the signs, the same for equal signs, on every platform. O(d / 64).
[[nodiscard]] constexpr std::uint64_t hash_of(sign_view signs) noexcept {
    // One round of a multiply-xorshift mixer a word.
    std::uint64_t hash = 0x9E3779B97F4A7C15U ^ signs.size();
    const std::size_t count = words_for(signs.size());
    for (std::size_t w = 0; w < count; ++w) {
        const std::uint64_t word = signs.data()[w] & (w + 1 == count ? last_word_mask(signs.size()) : ~std::uint64_t{0});
        hash = (hash ^ word) * 0xD6E8FEB86659FD93U;
        hash ^= hash >> 32;
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

} // namespace election

template <class Word>
inline constexpr bool std::ranges::enable_borrowed_range<election::sign_span<Word>> = true;
template <class Word>
inline constexpr bool std::ranges::enable_view<election::sign_span<Word>> = true;
