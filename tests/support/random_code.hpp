// SPDX-License-Identifier: MIT
// Random allocation matrices for property tests.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/codes/packed_allocation.hpp>
#include <election/core/random.hpp>

namespace election_test {

/// A matrix whose entries are 1 with the given probability; some rows are then made empty, full or equal to another.
inline election::packed_allocation random_code(std::size_t workers, std::size_t partitions, double density,
                                               std::uint64_t seed) {
    const election::counter_random random(seed);
    election::packed_allocation code(workers, partitions);
    std::uint64_t index = 0;
    for (std::size_t i = 0; i < workers; ++i) {
        const std::uint64_t kind = random.below(12, index++);
        const std::size_t twin = i == 0 ? 0 : static_cast<std::size_t>(random.below(i, index++));
        for (std::size_t j = 0; j < partitions; ++j) {
            const bool one = kind == 0   ? false
                             : kind == 1 ? true
                             : kind == 2 ? code(twin, j)
                                         : random.happens(density, index++);
            if (one) code.set(i, j);
        }
    }
    return code;
}

} // namespace election_test
