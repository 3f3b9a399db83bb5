// SPDX-License-Identifier: MIT
// Compiled once for each architecture: what the compiler alone makes of plain loops with its flags.
#include "packing/plain_kernel.hpp"

#include <kernels/arch_macros.hpp>

namespace election::bench {
namespace {

template <class T>
bool pack(const T* x, std::size_t words, std::uint64_t* signs) {
    bool nan = false;
    for (std::size_t w = 0; w < words; ++w) {
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < 64; ++i) {
            const T number = x[64 * w + i];
            bits |= std::uint64_t{number >= 0} << i;
            nan |= number != number;
        }
        signs[w] = bits;
    }
    return nan;
}

template <class T>
bool pack_ternary(const T* x, std::size_t words, std::uint64_t* signs, std::uint64_t* present) {
    bool nan = false;
    for (std::size_t w = 0; w < words; ++w) {
        std::uint64_t above = 0;
        std::uint64_t below = 0;
        for (std::size_t i = 0; i < 64; ++i) {
            const T number = x[64 * w + i];
            above |= std::uint64_t{number > 0} << i;
            below |= std::uint64_t{number < 0} << i;
            nan |= number != number;
        }
        signs[w] = above;
        present[w] = above | below;
    }
    return nan;
}

template <class T>
void mix(T* m, const T* g, std::size_t words, T beta) {
    for (std::size_t j = 0; j < 64 * words; ++j) m[j] = beta * m[j] + (1 - beta) * g[j];
}

template <class T>
bool momentum(T* m, const T* g, std::size_t words, T beta, std::uint64_t* signs) {
    mix(m, g, words, beta);
    return pack(m, words, signs);
}

template <class T>
bool momentum_ternary(T* m, const T* g, std::size_t words, T beta, std::uint64_t* signs, std::uint64_t* present) {
    mix(m, g, words, beta);
    return pack_ternary(m, words, signs, present);
}

template <class T>
void update(T* x, std::size_t words, T step, const std::uint64_t* signs) {
    for (std::size_t w = 0; w < words; ++w) {
        for (std::size_t i = 0; i < 64; ++i) x[64 * w + i] -= (signs[w] >> i & 1U) != 0 ? step : -step;
    }
}

template <class T>
void update_ternary(T* x, std::size_t words, T step, const std::uint64_t* signs, const std::uint64_t* present) {
    for (std::size_t w = 0; w < words; ++w) {
        for (std::size_t i = 0; i < 64; ++i) {
            const T against = (signs[w] >> i & 1U) != 0 ? step : -step;
            x[64 * w + i] -= (present[w] >> i & 1U) != 0 ? against : 0;
        }
    }
}

} // namespace

#define ELECTION_PLAIN(T)                                                                                                   \
    { &pack<T>, &pack_ternary<T>, &momentum<T>, &momentum_ternary<T>, &update<T>, &update_ternary<T> }

extern const plain_kernel ELECTION_CONCAT(plain_kernel_, ELECTION_KERNEL_ARCH);
constinit const plain_kernel ELECTION_CONCAT(plain_kernel_, ELECTION_KERNEL_ARCH){ELECTION_PLAIN(float),
                                                                                  ELECTION_PLAIN(double)};

} // namespace election::bench
