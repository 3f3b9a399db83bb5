// SPDX-License-Identifier: MIT
// Packing, unpacking, update and momentum as plainly as their definitions; every kernel is held to them.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include <election/bits/sign_span.hpp>
#include <election/bits/ternary.hpp>
#include <election/packing/float_lanes.hpp>
#include <election/packing/policies.hpp>

namespace election {

/// The sign of a number: +1 or −1, and 0 where a zero or a NaN abstains. O(1); constexpr.
/// \param x     any number; a NaN abstains under either policy
/// \param zero  the sign of 0
///
/// \code
/// static_assert(election::reference_sign(-2.5, election::zero_policy::abstain) == -1);
/// static_assert(election::reference_sign(-0.0, election::zero_policy::positive) == 1);
/// \endcode
template <class T>
    requires std::is_arithmetic_v<T>
[[nodiscard]] constexpr int reference_sign(T x, zero_policy zero) noexcept {
    if (x > T{0}) return 1;
    if (x < T{0}) return -1;
    if (x != T{0}) return 0; // NaN
    return zero == zero_policy::positive ? 1 : zero == zero_policy::negative ? -1 : 0;
}

/// The signs of x, one after the other; a NaN counts as a zero. O(d); constexpr.
/// \param x     d numbers
/// \param out   d signs
/// \param zero  the sign of 0: positive or negative
template <class T>
constexpr void reference_pack(std::span<const T> x, sign_span<std::uint64_t> out, zero_policy zero) noexcept {
    for (std::size_t j = 0; j < x.size(); ++j) {
        const int sign = reference_sign(x[j], zero);
        out.set(j, sign == 0 ? zero == zero_policy::positive : sign > 0);
    }
    out.clear_padding();
}

/// The signs of x, one after the other, in canonical form; a NaN is absent. O(d); constexpr.
/// \param x     d numbers
/// \param out   d votes
/// \param zero  the sign of 0
template <class T>
constexpr void reference_pack(std::span<const T> x, ternary_span<std::uint64_t> out, zero_policy zero) noexcept {
    for (std::size_t j = 0; j < x.size(); ++j) out.set(j, reference_sign(x[j], zero));
    out.signs().clear_padding();
    out.present().clear_padding();
}

/// ±1 and 0, one after the other. O(d); constexpr.
/// \param votes  a sign_view or a ternary_view of d votes
/// \param out    d numbers
template <class Votes, class T>
constexpr void reference_unpack(const Votes& votes, std::span<T> out) noexcept {
    for (std::size_t j = 0; j < out.size(); ++j) out[j] = static_cast<T>(votes[j]);
}

/// x[j] ← x[j] − step·sign[j], one after the other. O(d); constexpr.
/// \param x      d numbers
/// \param step   the length of the step
/// \param votes  a sign_view or a ternary_view of d votes
template <std::floating_point T, class Votes>
constexpr void reference_update(std::span<T> x, T step, const Votes& votes) noexcept {
    for (std::size_t j = 0; j < x.size(); ++j) {
        if (votes[j] > 0) x[j] = x[j] - step;
        if (votes[j] < 0) x[j] = x[j] + step;
    }
}

/// m[j] ← beta·m[j] + (1 − beta)·g[j], two products and a sum that are each rounded. O(d); constexpr.
/// \param m     d numbers
/// \param g     d numbers
/// \param beta  how much of m stays
template <std::floating_point T>
constexpr void reference_momentum(std::span<T> m, std::span<const T> g, T beta) noexcept {
    const T rest = T{1} - beta;
    for (std::size_t j = 0; j < m.size(); ++j) {
        m[j] = detail::rounded<T>(beta * m[j]) + detail::rounded<T>(rest * g[j]);
    }
}

} // namespace election
