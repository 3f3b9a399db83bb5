// SPDX-License-Identifier: MIT
// Compiled with -O3 -march=native: what a compiler makes of plain loops.
#include "majority/peer_kernel.hpp"

#include <algorithm>

namespace election::bench {

void int8_majority(const std::int8_t* const* rows, std::size_t n, std::size_t d, std::int8_t* out) {
    constexpr std::size_t tile = 4096; // sums stay in the nearest cache
    for (std::size_t first = 0; first < d; first += tile) {
        const std::size_t size = std::min(tile, d - first);
        std::int8_t sums[tile];
        for (std::size_t j = 0; j < size; ++j) sums[j] = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const std::int8_t* row = rows[i] + first;
            for (std::size_t j = 0; j < size; ++j) sums[j] = static_cast<std::int8_t>(sums[j] + row[j]);
        }
        for (std::size_t j = 0; j < size; ++j) out[first + j] = sums[j] > 0 ? 1 : -1;
    }
}

void ripple_majority(const std::uint64_t* const* rows, std::size_t n, std::size_t words, std::uint64_t* out) {
    constexpr std::size_t tile = 128;
    constexpr std::size_t most = 16;
    std::size_t planes = 0;
    while (n >> planes != 0) ++planes;
    static std::uint64_t counter[most][tile];
    for (std::size_t first = 0; first < words; first += tile) {
        const std::size_t size = std::min(tile, words - first);
        for (std::size_t q = 0; q < planes; ++q) std::fill_n(counter[q], size, std::uint64_t{0});
        for (std::size_t i = 0; i < n; ++i) {
            std::uint64_t carry[tile];
            std::copy_n(rows[i] + first, size, carry);
            for (std::size_t q = 0; q < planes; ++q) {
                for (std::size_t w = 0; w < size; ++w) {
                    const std::uint64_t old = counter[q][w];
                    counter[q][w] = old ^ carry[w];
                    carry[w] &= old;
                }
            }
        }
        for (std::size_t w = 0; w < size; ++w) {
            std::uint64_t above = 0; // more than n / 2, digit by digit
            for (std::size_t q = 0; q < planes; ++q) {
                above = (n / 2 >> q & 1U) != 0 ? above & counter[q][w] : above | counter[q][w];
            }
            out[first + w] = above;
        }
    }
}

} // namespace election::bench
