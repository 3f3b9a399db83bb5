// SPDX-License-Identifier: MIT
// sign_vector: owns d signs, one bit a sign.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

#include <election/bits/aligned.hpp>
#include <election/bits/sign_span.hpp>

namespace election {

/// Owns d signs, one bit each, in words that begin on a cache line.
///
/// Invariant: the padding, the bits past the last sign, is zero.
///
/// \code
/// election::sign_vector votes(3);              // − − −
/// votes.set(1, true);
/// assert(votes[1] == 1 && to_string(votes) == "-+-");
/// \endcode
class sign_vector {
public:
    sign_vector() = default;
    /// All −1. O(d / 64). \param size  the number of signs d
    explicit sign_vector(std::size_t size) : words_(words_for(size)), size_(size) {}
    /// Copies signs. O(d / 64).
    explicit sign_vector(sign_view signs) : words_(signs.words().begin(), signs.words().end()), size_(signs.size()) {
        span().clear_padding();
    }

    /// The number of signs d.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    /// Sign j: +1 or −1; unchecked.
    [[nodiscard]] int operator[](std::size_t j) const noexcept { return view()[j]; }
    /// Makes sign j +1, or −1; unchecked.
    void set(std::size_t j, bool positive) noexcept { span().set(j, positive); }

    [[nodiscard]] sign_span<std::uint64_t> span() noexcept { return {words_.data(), size_}; }
    [[nodiscard]] sign_view view() const noexcept { return {words_.data(), size_}; }
    operator sign_span<std::uint64_t>() noexcept { return span(); }
    operator sign_view() const noexcept { return view(); }
    [[nodiscard]] auto begin() const noexcept { return view().begin(); }
    [[nodiscard]] auto end() const noexcept { return view().end(); }

    friend bool operator==(const sign_vector&, const sign_vector&) = default;
    friend std::ostream& operator<<(std::ostream& out, const sign_vector& signs) { return out << signs.view(); }

private:
    aligned_vector<std::uint64_t> words_;
    std::size_t size_ = 0;
};

/// "+" and "-", one character a sign. O(d).
[[nodiscard]] inline std::string to_string(const sign_vector& signs) { return to_string(signs.view()); }

} // namespace election

template <>
struct std::hash<election::sign_vector> {
    std::size_t operator()(const election::sign_vector& signs) const noexcept {
        return static_cast<std::size_t>(election::hash_of(signs));
    }
};
