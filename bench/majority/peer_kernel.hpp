// SPDX-License-Identifier: MIT
// peer_kernel: what majority kernels are compared with, loops as one writes them at first, autovectorised.
#pragma once

#include <cstddef>
#include <cstdint>

namespace election::bench {

/// Majority by adding up bytes +1 and −1, and comparing with 0: rows[i][j], d of them a row, n at most 127.
void int8_majority(const std::int8_t* const* rows, std::size_t n, std::size_t d, std::int8_t* out);

/// Majority by bit-sliced counters that ripple: every row is added to planes of 64-bit words, one after the other.
void ripple_majority(const std::uint64_t* const* rows, std::size_t n, std::size_t words, std::uint64_t* out);

} // namespace election::bench
