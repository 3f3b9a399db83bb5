// SPDX-License-Identifier: MIT
// ternary_span and ternary_vector: votes +1, −1 and 0 in two planes of bits.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <type_traits>

#include <election/bits/sign_span.hpp>
#include <election/bits/sign_vector.hpp>

namespace election {

/// A view of d votes that may abstain: a plane of signs and a plane that says which votes are there.
///
/// Invariant (*canonical form*): the sign bit of an absent vote is 0. Everything in election writes that form, and kernels
/// rely on it.
/// \tparam Word  std::uint64_t, or const std::uint64_t for a view that cannot write
template <class Word>
    requires std::same_as<std::remove_const_t<Word>, std::uint64_t>
class ternary_span {
public:
    constexpr ternary_span() noexcept = default;
    /// Two planes of equal size; unchecked.
    constexpr ternary_span(sign_span<Word> signs, sign_span<Word> present) noexcept : signs_(signs), present_(present) {}
    /// A view that can write is also one that can read.
    constexpr operator ternary_span<const std::uint64_t>() const noexcept requires(!std::is_const_v<Word>) {
        return {signs_, present_};
    }

    /// The number of votes d.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return signs_.size(); }
    /// Bit 1 where the vote is +1.
    [[nodiscard]] constexpr sign_span<Word> signs() const noexcept { return signs_; }
    /// Bit 1 where the vote is not 0.
    [[nodiscard]] constexpr sign_span<Word> present() const noexcept { return present_; }
    /// Vote j: +1, −1 or 0; unchecked.
    [[nodiscard]] constexpr int operator[](std::size_t j) const noexcept { return present_[j] > 0 ? signs_[j] : 0; }
    /// Makes vote j +1, −1 or 0; unchecked.
    constexpr void set(std::size_t j, int vote) const noexcept requires(!std::is_const_v<Word>) {
        signs_.set(j, vote > 0);
        present_.set(j, vote != 0);
    }

private:
    sign_span<Word> signs_;
    sign_span<Word> present_;
};

/// A view of votes that only reads.
using ternary_view = ternary_span<const std::uint64_t>;

/// "+", "-" and "0", one character a vote. O(d).
[[nodiscard]] inline std::string to_string(ternary_view votes) {
    std::string text;
    text.reserve(votes.size());
    for (std::size_t j = 0; j < votes.size(); ++j) text += votes[j] > 0 ? '+' : votes[j] < 0 ? '-' : '0';
    return text;
}

/// Owns d votes that may abstain.
///
/// \code
/// election::ternary_vector votes(3);          // 0 0 0
/// votes.set(2, -1);
/// assert(to_string(votes) == "00-");
/// \endcode
class ternary_vector {
public:
    ternary_vector() = default;
    /// All 0. O(d / 64). \param size  the number of votes d
    explicit ternary_vector(std::size_t size) : signs_(size), present_(size) {}

    /// The number of votes d.
    [[nodiscard]] std::size_t size() const noexcept { return signs_.size(); }
    /// Vote j: +1, −1 or 0; unchecked.
    [[nodiscard]] int operator[](std::size_t j) const noexcept { return view()[j]; }
    /// Makes vote j +1, −1 or 0; unchecked.
    void set(std::size_t j, int vote) noexcept { span().set(j, vote); }

    [[nodiscard]] ternary_span<std::uint64_t> span() noexcept { return {signs_.span(), present_.span()}; }
    [[nodiscard]] ternary_view view() const noexcept { return {signs_.view(), present_.view()}; }
    operator ternary_span<std::uint64_t>() noexcept { return span(); }
    operator ternary_view() const noexcept { return view(); }

    friend bool operator==(const ternary_vector&, const ternary_vector&) = default;
    friend std::ostream& operator<<(std::ostream& out, const ternary_vector& votes) {
        return out << to_string(votes.view());
    }

private:
    sign_vector signs_;
    sign_vector present_;
};

/// "+", "-" and "0", one character a vote. O(d).
[[nodiscard]] inline std::string to_string(const ternary_vector& votes) { return to_string(votes.view()); }

} // namespace election

template <>
struct std::hash<election::ternary_vector> {
    std::size_t operator()(const election::ternary_vector& votes) const noexcept {
        const auto view = votes.view();
        return static_cast<std::size_t>(election::hash_of(view.signs()) * 3 + election::hash_of(view.present()));
    }
};
