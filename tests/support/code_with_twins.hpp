// SPDX-License-Identifier: MIT
// Random codes some of whose columns are copies of others, and some empty.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/codes/packed_allocation.hpp>
#include <election/core/random.hpp>
#include <support/random_code.hpp>

namespace election_test {

/// A random code some of whose columns are copies of others, and some empty.
inline election::packed_allocation code_with_twins(std::size_t workers, std::size_t partitions, double density,
                                                   std::uint64_t seed) {
    const election::counter_random random(seed + 1000);
    election::packed_allocation code = random_code(workers, partitions, density, seed);
    for (std::size_t j = 1; j < partitions; ++j) {
        const std::uint64_t kind = random.below(5, 2 * j);
        if (kind > 2) continue;
        const std::size_t twin = static_cast<std::size_t>(random.below(j, 2 * j + 1));
        for (std::size_t i = 0; i < workers; ++i) {
            if (kind < 2 && code(i, twin)) {
                code.set(i, j);
            } else {
                code.reset(i, j);
            }
        }
        if (kind == 2 && j % 3 != 0) code.set(j % workers, j);
    }
    return code;
}

} // namespace election_test
