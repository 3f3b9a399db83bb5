// SPDX-License-Identifier: MIT
// Compiled once for each architecture: the most multiplications and additions, each rounded, that a product could do, and what the
// compiler alone makes of plain loops.
#include <election/packing/float_lanes.hpp>

#include <kernels/arch_macros.hpp>

#include "learners/product_roof.hpp"

namespace election::bench {
namespace {

template <class T>
using lanes_of = detail::float_lanes<arch::ELECTION_KERNEL_ARCH, T>;

/// The compiler neither knows what is in the register nor leaves out or moves what comes before.
template <class Register>
ELECTION_ALWAYS_INLINE void hide(Register& one) {
#if defined(__AVX512F__)
    asm volatile("" : "+v"(one));
#elif defined(__SSE2__)
    asm volatile("" : "+x"(one));
#elif defined(__aarch64__)
    asm volatile("" : "+w"(one));
#else
    asm volatile("" : "+m"(one));
#endif
}

template <class T>
T multiply_add(std::uint64_t rounds) {
    using lanes = lanes_of<T>;
    constexpr int chains = 12;
    typename lanes::reg sum[chains];
    typename lanes::reg factor = lanes::filled(T(0.5));
    const typename lanes::reg other = lanes::filled(T(0.25));
    for (auto& one : sum) one = lanes::filled(T(1));
    for (std::uint64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 4
        for (int i = 0; i < 4; ++i) {
#pragma GCC unroll 12
            for (int c = 0; c < chains; ++c) {
                hide(factor);
                sum[c] = lanes::add(sum[c], lanes::multiply(factor, other));
                hide(sum[c]);
            }
        }
    }
    alignas(64) T stored[lanes::count];
    T mixed = 0;
    for (auto& one : sum) {
        lanes::store(stored, one);
        mixed += stored[0];
    }
    return mixed;
}

template <class T>
void plain(std::size_t m, std::size_t n, std::size_t k, const T* a, const T* b, T* c) {
    for (std::size_t i = 0; i < m; ++i) {
        for (std::size_t j = 0; j < n; ++j) c[i * n + j] = 0;
        for (std::size_t p = 0; p < k; ++p) {
            for (std::size_t j = 0; j < n; ++j) c[i * n + j] += a[i * k + p] * b[p * n + j];
        }
    }
}

} // namespace

extern const product_roofs ELECTION_CONCAT(product_roofs_, ELECTION_KERNEL_ARCH);
constinit const product_roofs ELECTION_CONCAT(product_roofs_, ELECTION_KERNEL_ARCH){
    {&multiply_add<float>, lanes_of<float>::count, &plain<float>},
    {&multiply_add<double>, lanes_of<double>::count, &plain<double>}};

} // namespace election::bench
