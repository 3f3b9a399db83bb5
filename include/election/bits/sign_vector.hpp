// SPDX-License-Identifier: MIT
// sign_vector: owns d signs, one bit a sign.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include <election/bits/aligned.hpp>
#include <election/bits/sign_span.hpp>

namespace election {

/// Owns d signs, one bit each, in words that begin on a cache line.
///
/// Invariant: the padding, the bits past the last sign, is zero. One who writes whole words through span() calls
/// span().clear_padding(). What was moved from is empty.
///
/// \code
/// election::sign_vector votes(3);              // − − −
/// votes.set(1, true);
/// assert(votes[1] == 1 && to_string(votes) == "-+-");
/// assert(votes == election::sign_vector("-+-"));
/// \endcode
class sign_vector {
public:
    using value_type = int; ///< what a sign is read as

    /// No signs.
    sign_vector() = default;
    /// All −1. O(d / 64). \param size  the number of signs d
    constexpr explicit sign_vector(std::size_t size) : words_(words_for(size)), size_(size) {}
    /// Copies signs. O(d / 64).
    constexpr explicit sign_vector(sign_view signs)
        : words_(signs.words().begin(), signs.words().end()), size_(signs.size()) {
        span().clear_padding();
    }
    /// Reads signs as to_string() writes them: "+" and "-". O(d).
    /// \throws parameter_error  another character; the message says which and where
    constexpr explicit sign_vector(std::string_view text) : sign_vector(text.size()) {
        for (std::size_t j = 0; j < size_; ++j) {
            if (text[j] == '+') {
                set(j, true);
            } else if (text[j] != '-') {
                detail::refuse_character("sign_vector", text, j, "must be '+' or '-'");
            }
        }
    }

    /// \{
    /// A copy has words of its own; what is moved from is empty.
    constexpr sign_vector(const sign_vector&) = default;
    constexpr sign_vector(sign_vector&& other) noexcept
        : words_(std::move(other.words_)), size_(std::exchange(other.size_, 0)) {}
    constexpr sign_vector& operator=(const sign_vector&) = default;
    constexpr sign_vector& operator=(sign_vector&& other) noexcept {
        sign_vector taken(std::move(other));
        swap(*this, taken);
        return *this;
    }
    constexpr ~sign_vector() = default;
    /// \}
    /// Exchanges the signs, without a copy. O(1).
    friend constexpr void swap(sign_vector& a, sign_vector& b) noexcept {
        a.words_.swap(b.words_);
        std::swap(a.size_, b.size_);
    }

    /// The number of signs d.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    /// Whether there are no signs.
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
    /// Sign j: +1 or −1; unchecked.
    [[nodiscard]] constexpr int operator[](std::size_t j) const noexcept { return view()[j]; }
    /// Makes sign j +1, or −1; unchecked.
    constexpr void set(std::size_t j, bool positive) noexcept { span().set(j, positive); }

    /// A view that can write.
    [[nodiscard]] constexpr sign_span<std::uint64_t> span() noexcept { return {words_.data(), size_}; }
    /// A view that only reads.
    [[nodiscard]] constexpr sign_view view() const noexcept { return {words_.data(), size_}; }
    /// The same as span().
    constexpr operator sign_span<std::uint64_t>() noexcept { return span(); }
    /// The same as view().
    constexpr operator sign_view() const noexcept { return view(); }
    /// The first sign; signs are read as +1 or −1.
    [[nodiscard]] constexpr sign_view::iterator begin() const noexcept { return view().begin(); }
    /// Behind the last sign.
    [[nodiscard]] constexpr sign_view::iterator end() const noexcept { return view().end(); }

    /// Whether both have the same signs. O(d / 64).
    friend constexpr bool operator==(const sign_vector& a, const sign_vector& b) noexcept {
        return equal(a.view(), b.view());
    }
    /// Prints the signs as "+" and "-".
    friend std::ostream& operator<<(std::ostream& out, const sign_vector& signs) { return out << signs.view(); }

private:
    aligned_vector<std::uint64_t> words_;
    std::size_t size_ = 0;
};

/// "+" and "-", one character a sign. O(d).
[[nodiscard]] inline std::string to_string(const sign_vector& signs) { return to_string(signs.view()); }

} // namespace election

/// Equal signs have equal hashes. O(d / 64).
template <>
struct std::hash<election::sign_vector> {
    /// The hash, as hash_of().
    std::size_t operator()(const election::sign_vector& signs) const noexcept {
        return static_cast<std::size_t>(election::hash_of(signs));
    }
};
