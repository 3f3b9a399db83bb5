// SPDX-License-Identifier: MIT
// product_roof: what products are compared with, multiplications and additions in registers and loops as one writes them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace election::bench {

/// Of one type of floats, compiled with one architecture's flags.
template <class T>
struct product_roof {
    /// Does `rounds` times 48 registers' multiplications and as many additions, in chains that can run side by side, nothing
    /// loaded; the result keeps them alive.
    T (*multiply_add)(std::uint64_t rounds);
    /// Floats in a register.
    std::size_t lanes;
    /// C ← A·B, m × k times k × n, row by row, columns in the innermost loop.
    void (*plain)(std::size_t m, std::size_t n, std::size_t k, const T* a, const T* b, T* c);
};

/// Both types.
struct product_roofs {
    product_roof<float> of_float;
    product_roof<double> of_double;
};

} // namespace election::bench
