// SPDX-License-Identifier: MIT
// What travels between workers and master: a fixed header and packed signs.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/train/vote_form.hpp>

namespace election {

/// Bytes of a message in front of its signs.
inline constexpr std::size_t wire_header_bytes = 32;

/// Bytes of a message with d signs: a header, and ⌈d / 8⌉ bytes a plane. O(1).
/// \tparam Signs  binary or ternary
template <class Signs>
[[nodiscard]] constexpr std::uint64_t wire_bytes(std::size_t d) noexcept {
    return wire_header_bytes + Signs::bits * (static_cast<std::uint64_t>(d) / 8 + (d % 8 != 0 ? 1 : 0));
}

} // namespace election
