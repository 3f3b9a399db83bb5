// SPDX-License-Identifier: MIT
// ternary_span and ternary_vector: votes +1, −1 and 0 in two planes of bits.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>

#include <election/bits/index_iterator.hpp>
#include <election/bits/sign_span.hpp>
#include <election/bits/sign_vector.hpp>

namespace election {

/// A view of d votes that may abstain: a plane of signs and a plane that says which votes are there.
///
/// Invariant (*canonical form*): the sign bit of an absent vote is 0. Everything in election writes that form, and kernels
/// rely on it; canonicalise() makes it of words that came from elsewhere. Reading single votes, equal() and hash_of() give
/// the same without it.
/// \tparam Word  std::uint64_t, or const std::uint64_t for a view that cannot write
///
/// \code
/// std::uint64_t signs[] = {0b011};
/// std::uint64_t present[] = {0b101};
/// const election::ternary_span votes(election::sign_span(signs, 3), election::sign_span(present, 3));
/// assert(votes[0] == 1 && votes[1] == 0 && votes[2] == -1 && to_string(votes) == "+0-");
/// votes.canonicalise();
/// assert(signs[0] == 0b001);
/// \endcode
template <class Word>
    requires std::same_as<std::remove_const_t<Word>, std::uint64_t>
class ternary_span {
public:
    using value_type = int; ///< what a vote is read as

    /// No votes.
    constexpr ternary_span() noexcept = default;
    /// Two planes of equal size; unchecked.
    constexpr ternary_span(sign_span<Word> signs, sign_span<Word> present) noexcept : signs_(signs), present_(present) {}
    /// A view that can write is also one that can read.
    constexpr operator ternary_span<const std::uint64_t>() const noexcept requires(!std::is_const_v<Word>) {
        return {signs_, present_};
    }

    /// The number of votes d.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return signs_.size(); }
    /// Whether there are no votes, not even absent ones.
    [[nodiscard]] constexpr bool empty() const noexcept { return signs_.empty(); }
    /// Bit 1 where the vote is +1.
    [[nodiscard]] constexpr sign_span<Word> signs() const noexcept { return signs_; }
    /// Bit 1 where the vote is not 0.
    [[nodiscard]] constexpr sign_span<Word> present() const noexcept { return present_; }
    /// Vote j: +1, −1 or 0; unchecked.
    [[nodiscard]] constexpr int operator[](std::size_t j) const noexcept { return present_[j] > 0 ? signs_[j] : 0; }
    /// Makes vote j +1, −1 or 0, by the sign of `vote`; unchecked.
    constexpr void set(std::size_t j, int vote) const noexcept requires(!std::is_const_v<Word>) {
        signs_.set(j, vote > 0);
        present_.set(j, vote != 0);
    }
    /// Makes the padding of both planes zero.
    constexpr void clear_padding() const noexcept requires(!std::is_const_v<Word>) {
        signs_.clear_padding();
        present_.clear_padding();
    }
    /// Makes the sign bits of absent votes 0, and the padding too. O(d / 64).
    constexpr void canonicalise() const noexcept requires(!std::is_const_v<Word>) {
        clear_padding();
        const std::size_t words = words_for(size());
        for (std::size_t w = 0; w < words; ++w) signs_.data()[w] &= present_.data()[w];
    }
    /// The votes from a word boundary on: `count` votes from vote 64·first_word; unchecked.
    [[nodiscard]] constexpr ternary_span tile(std::size_t first_word, std::size_t count) const noexcept {
        return {signs_.tile(first_word, count), present_.tile(first_word, count)};
    }

    /// Goes through the votes, each as +1, −1 or 0; random access.
    using iterator = detail::index_iterator<ternary_span>;
    /// The first vote.
    [[nodiscard]] constexpr iterator begin() const noexcept { return {*this, 0}; }
    /// Behind the last vote.
    [[nodiscard]] constexpr iterator end() const noexcept { return {*this, size()}; }

private:
    sign_span<Word> signs_;
    sign_span<Word> present_;
};

/// Planes that can be written give votes that can be.
template <class Word>
ternary_span(sign_span<Word>, sign_span<Word>) -> ternary_span<Word>;

/// A view of votes that only reads.
using ternary_view = ternary_span<const std::uint64_t>;

/// Whether two views have the same votes; padding and the sign bits of absent votes do not count. O(d / 64).
[[nodiscard]] constexpr bool equal(ternary_view a, ternary_view b) noexcept {
    if (!equal(a.present(), b.present())) return false;
    const std::size_t words = words_for(a.size());
    for (std::size_t w = 0; w < words; ++w) {
        const std::uint64_t counts = a.present().data()[w] & (w + 1 == words ? last_word_mask(a.size()) : ~std::uint64_t{0});
        if (((a.signs().data()[w] ^ b.signs().data()[w]) & counts) != 0) return false;
    }
    return true;
}

/// A hash of the votes, the same for equal votes, on every platform. O(d / 64).
[[nodiscard]] constexpr std::uint64_t hash_of(ternary_view votes) noexcept {
    std::uint64_t hash = hash_of(votes.present());
    const std::size_t words = words_for(votes.size());
    for (std::size_t w = 0; w < words; ++w) {
        const std::uint64_t counts = w + 1 == words ? last_word_mask(votes.size()) : ~std::uint64_t{0};
        hash = detail::hash_step(hash, votes.signs().data()[w] & votes.present().data()[w] & counts);
    }
    return hash;
}

/// "+", "-" and "0", one character a vote. O(d).
[[nodiscard]] inline std::string to_string(ternary_view votes) {
    std::string text;
    text.reserve(votes.size());
    for (int vote : votes) text += vote > 0 ? '+' : vote < 0 ? '-' : '0';
    return text;
}

/// Prints the votes as "+", "-" and "0".
inline std::ostream& operator<<(std::ostream& out, ternary_view votes) { return out << to_string(votes); }

/// Owns d votes that may abstain.
///
/// Invariants: canonical form (see ternary_span), and padding zero. One who writes whole words through span() calls
/// span().canonicalise(). What was moved from is empty.
///
/// \code
/// election::ternary_vector votes(3);          // 0 0 0
/// votes.set(2, -1);
/// assert(to_string(votes) == "00-");
/// assert(votes == election::ternary_vector("00-"));
/// \endcode
class ternary_vector {
public:
    using value_type = int; ///< what a vote is read as

    /// No votes.
    ternary_vector() = default;
    /// All 0. O(d / 64). \param size  the number of votes d
    constexpr explicit ternary_vector(std::size_t size) : signs_(size), present_(size) {}
    /// Copies votes, in canonical form whatever the view has. O(d / 64).
    constexpr explicit ternary_vector(ternary_view votes) : signs_(votes.signs()), present_(votes.present()) {
        span().canonicalise();
    }
    /// Signs as votes, all of them present. O(d / 64).
    constexpr explicit ternary_vector(sign_view signs) : signs_(signs), present_(signs.size()) {
        for (std::uint64_t& word : present_.span().words()) word = ~std::uint64_t{0};
        present_.span().clear_padding();
    }
    /// Reads votes as to_string() writes them: "+", "-" and "0". O(d).
    /// \throws parameter_error  another character; the message says which and where
    constexpr explicit ternary_vector(std::string_view text) : ternary_vector(text.size()) {
        for (std::size_t j = 0; j < text.size(); ++j) {
            if (text[j] == '+') {
                set(j, 1);
            } else if (text[j] == '-') {
                set(j, -1);
            } else if (text[j] != '0') {
                detail::refuse_character("ternary_vector", text, j, "must be '+', '-' or '0'");
            }
        }
    }

    /// The number of votes d.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return signs_.size(); }
    /// Whether there are no votes, not even absent ones.
    [[nodiscard]] constexpr bool empty() const noexcept { return signs_.empty(); }
    /// Vote j: +1, −1 or 0; unchecked.
    [[nodiscard]] constexpr int operator[](std::size_t j) const noexcept { return view()[j]; }
    /// Makes vote j +1, −1 or 0, by the sign of `vote`; unchecked.
    constexpr void set(std::size_t j, int vote) noexcept { span().set(j, vote); }

    /// A view that can write.
    [[nodiscard]] constexpr ternary_span<std::uint64_t> span() noexcept { return {signs_.span(), present_.span()}; }
    /// A view that only reads.
    [[nodiscard]] constexpr ternary_view view() const noexcept { return {signs_.view(), present_.view()}; }
    /// The same as span().
    constexpr operator ternary_span<std::uint64_t>() noexcept { return span(); }
    /// The same as view().
    constexpr operator ternary_view() const noexcept { return view(); }
    /// The first vote; votes are read as +1, −1 or 0.
    [[nodiscard]] constexpr ternary_view::iterator begin() const noexcept { return view().begin(); }
    /// Behind the last vote.
    [[nodiscard]] constexpr ternary_view::iterator end() const noexcept { return view().end(); }

    /// Exchanges the votes, without a copy. O(1).
    friend constexpr void swap(ternary_vector& a, ternary_vector& b) noexcept {
        swap(a.signs_, b.signs_);
        swap(a.present_, b.present_);
    }
    /// Whether both have the same votes. O(d / 64).
    friend constexpr bool operator==(const ternary_vector& a, const ternary_vector& b) noexcept {
        return equal(a.view(), b.view());
    }
    /// Prints the votes as "+", "-" and "0".
    friend std::ostream& operator<<(std::ostream& out, const ternary_vector& votes) { return out << votes.view(); }

private:
    sign_vector signs_;
    sign_vector present_;
};

/// "+", "-" and "0", one character a vote. O(d).
[[nodiscard]] inline std::string to_string(const ternary_vector& votes) { return to_string(votes.view()); }

} // namespace election

/// Equal votes have equal hashes. O(d / 64).
template <>
struct std::hash<election::ternary_vector> {
    /// The hash, as hash_of().
    std::size_t operator()(const election::ternary_vector& votes) const noexcept {
        return static_cast<std::size_t>(election::hash_of(votes.view()));
    }
};

/// \cond
// Iterators outlive the view, since the words are somebody else's.
template <class Word>
inline constexpr bool std::ranges::enable_borrowed_range<election::ternary_span<Word>> = true;
// Copies refer to the same votes.
template <class Word>
inline constexpr bool std::ranges::enable_view<election::ternary_span<Word>> = true;
/// \endcond
