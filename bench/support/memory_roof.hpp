// SPDX-License-Identifier: MIT
// Memory's roof: a kernel timed in turn with the best loop that only reads and writes the same memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include "support/memory_roof_kernel.hpp"

namespace election::bench {

/// What a kernel must do to memory at least.
enum class traffic : std::uint8_t {
    read,           ///< read a
    read_write,     ///< read a and write it
    read_read_write ///< read a and b, write a
};

/// The loops that do only that, of every usable architecture.
[[nodiscard]] std::vector<memory_walk> memory_walks(traffic kind);

/// Memory of large pages where the system has them, filled with zeros.
/// \param offset_bytes  where it begins within a page, so that two arrays do not compete for the same places of a cache
[[nodiscard]] std::shared_ptr<std::uint64_t[]> huge_array(std::size_t bytes, std::size_t offset_bytes = 0);

/// What is compared in one benchmark; every function goes once through the whole memory.
struct contest {
    traffic kind;
    std::uint64_t* a;
    const std::uint64_t* b;       ///< null unless it is read
    std::size_t bytes;            ///< of a, a multiple of 512
    std::function<void()> kernel; ///< what is measured
    std::function<void()> plain;  ///< what a plain loop does, or nothing
};

/// Times the kernel, the plain loop and all memory walks in turn, once each for every iteration of `state` (manual time), and
/// compares their shortest times: `roof_ratio` is the fastest walk's time over the kernel's, 1 where it is as fast as memory;
/// `plain_ratio` is how many times faster than the plain loop it is. Sets the bytes that must be touched, and the roof's bytes a
/// second.
void run_contest(benchmark::State& state, const contest& compared);

/// How many iterations give a steady minimum within a few seconds.
[[nodiscard]] std::int64_t contest_rounds(std::size_t bytes);

} // namespace election::bench
