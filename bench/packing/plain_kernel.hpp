// SPDX-License-Identifier: MIT
// plain_packing: what packing kernels are compared with, loops as one writes them at first.
#pragma once

#include <cstddef>
#include <cstdint>

namespace election::bench {

/// Loops over `words` words of 64 floats each.
template <class T>
struct plain_packing {
    bool (*pack)(const T* x, std::size_t words, std::uint64_t* signs);
    bool (*pack_ternary)(const T* x, std::size_t words, std::uint64_t* signs, std::uint64_t* present);
    bool (*momentum)(T* m, const T* g, std::size_t words, T beta, std::uint64_t* signs);
    bool (*momentum_ternary)(T* m, const T* g, std::size_t words, T beta, std::uint64_t* signs, std::uint64_t* present);
    void (*update)(T* x, std::size_t words, T step, const std::uint64_t* signs);
    void (*update_ternary)(T* x, std::size_t words, T step, const std::uint64_t* signs, const std::uint64_t* present);
};

/// Both types of floats, compiled with one architecture's flags.
struct plain_kernel {
    plain_packing<float> of_float;
    plain_packing<double> of_double;
};

} // namespace election::bench
