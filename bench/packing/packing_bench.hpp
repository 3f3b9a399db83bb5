// SPDX-License-Identifier: MIT
// What the benchmarks of packing share: numbers, signs, and one registration for all sizes and architectures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <election/bits/sign_vector.hpp>
#include <election/bits/ternary.hpp>
#include <election/core/arch.hpp>
#include <election/core/random.hpp>
#include <kernels/kernels.hpp>

#include "packing/plain_kernel.hpp"
#include "support/memory_roof.hpp"

namespace election::bench {

/// The plain loops of an architecture that program::usable_architectures() lists.
[[nodiscard]] const plain_kernel& plain_kernel_of(arch_id arch);

/// Its loops for a type.
template <class T>
[[nodiscard]] const plain_packing<T>& plain_of(arch_id arch) {
    if constexpr (sizeof(T) == 4) {
        return plain_kernel_of(arch).of_float;
    } else {
        return plain_kernel_of(arch).of_double;
    }
}

/// d random floats between −1 and 1.
template <class T>
struct random_floats {
    std::shared_ptr<std::uint64_t[]> memory;
    T* data;
    std::size_t size;

    random_floats(std::size_t d, std::uint64_t seed, std::size_t offset_bytes)
        : memory(huge_array(d * sizeof(T), offset_bytes)), data(reinterpret_cast<T*>(memory.get())), size(d) {
        const counter_random random(seed);
        for (std::size_t j = 0; j < d; ++j) data[j] = static_cast<T>(static_cast<std::int64_t>(random(j))) / T(0x1p63);
    }
};

/// d random signs.
[[nodiscard]] sign_vector random_signs(std::size_t d, std::uint64_t seed);

/// Registers NAME/d:D for 2^15, 2^20 and 2^26 numbers with the architecture that is used unless named, the same with every
/// architecture's name at the end, and smoke/NAME.
void register_sizes(const std::string& name, std::size_t number_bytes,
                    const std::function<void(benchmark::State&, std::size_t, arch_id)>& run);

void register_pack();
void register_momentum();
void register_update();

} // namespace election::bench
