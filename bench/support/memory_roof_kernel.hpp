// SPDX-License-Identifier: MIT
// memory_roof_kernel: several ways to read and write memory with one architecture's registers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace election::bench {

/// Goes through `words` words of a, and of b where that is read too; a and b begin on a cache line, `words` is a multiple of 64.
using memory_walk = void (*)(std::uint64_t* a, const std::uint64_t* b, std::size_t words);

/// Ways to do the same that differ in how many registers are underway, and in fetching ahead.
struct memory_roof_kernel {
    memory_walk read[4];            ///< a
    memory_walk read_write[3];      ///< a, in place
    memory_walk read_read_write[3]; ///< a and b into a
};

} // namespace election::bench
