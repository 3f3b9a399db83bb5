// SPDX-License-Identifier: MIT
// tile_counters: bit-sliced counters of a tile of coordinates on the stack, for operators that count more than once.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include <election/core/executor.hpp>
#include <election/majority/majority_kernel.hpp>

namespace election::detail {

/// Counters for 8192 coordinates, up to 17 digits each; 18 KiB, so that they stay in the nearest cache.
class tile_counters {
public:
    static constexpr std::size_t words = 128;      ///< of a tile
    static constexpr std::size_t most_digits = 17; ///< sums up to 2·65535

    /// Counters that can hold `largest`.
    explicit tile_counters(std::size_t largest) : digits_(static_cast<std::size_t>(std::bit_width(largest))) {
        for (std::size_t q = 0; q < most_digits; ++q) planes_[q] = memory_ + q * stride;
    }
    tile_counters(const tile_counters&) = delete;
    tile_counters& operator=(const tile_counters&) = delete;

    [[nodiscard]] std::uint64_t* const* planes() const noexcept { return planes_; }
    [[nodiscard]] std::size_t digits() const noexcept { return digits_; }
    /// Makes the counters of the first words zero.
    void clear(std::size_t size) noexcept {
        for (std::size_t q = 0; q < digits_; ++q) {
            for (std::size_t w = 0; w < size; ++w) planes_[q][w] = 0;
        }
    }

private:
    static constexpr std::size_t stride = words + 8; // planes must not share the sets of a cache

    alignas(64) std::uint64_t memory_[most_digits * stride];
    std::uint64_t* planes_[most_digits];
    std::size_t digits_;
};

/// Calls work(first word, words) for the tiles of `count` words.
template <class Work>
void for_counter_tiles(std::size_t count, const Work& work) {
    for (std::size_t first = 0; first < count; first += tile_counters::words) {
        work(first, count - first < tile_counters::words ? count - first : tile_counters::words);
    }
}

/// Counts tile by tile and compares: out = sum ≥ threshold, tied (unless null) = sum == threshold − 1.
/// \param largest  the sums' upper limit
/// \param add      called as add(planes, digits, first word, words) for every tile; adds everything
template <class Add>
void sum_and_compare(const majority_kernel& kernel, std::size_t largest, std::size_t threshold, std::size_t count,
                     std::uint64_t* out, std::uint64_t* tied, const Add& add) {
    tile_counters counters(largest);
    for_counter_tiles(count, [&](std::size_t first, std::size_t size) {
        counters.clear(size);
        add(counters.planes(), counters.digits(), first, size);
        kernel.compare(counters.planes(), counters.digits(), threshold, size, out + first,
                       tied == nullptr ? nullptr : tied + first);
    });
}

/// Signs that are worth a part of their own: 4 KiB of every row.
inline constexpr std::size_t executor_grain = 32768;

/// Calls work(first word, signs) for parts of d signs, as an executor shares them out.
template <executor E, class Work>
void for_sign_parts(const E& run, std::size_t signs, const Work& work) {
    run(signs, executor_grain, [&](std::size_t first, std::size_t last) { work(first / 64, last - first); });
}

} // namespace election::detail
