// SPDX-License-Identifier: MIT
// What the benchmarks of learners share: the roof of multiplications and additions, samples, and registration.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <election/core/arch.hpp>
#include <election/core/random.hpp>
#include <kernels/kernels.hpp>

#include "learners/product_roof.hpp"

namespace election::bench {

/// The roof and the plain loops of an architecture that program::usable_architectures() lists.
template <class T>
[[nodiscard]] const product_roof<T>& product_roof_of(arch_id arch);

/// Multiplications and additions that one core does in a second at best, everything in registers; measured at each call.
template <class T>
[[nodiscard]] double operations_per_second(arch_id arch) {
    const product_roof<T>& roof = product_roof_of<T>(arch);
    constexpr std::uint64_t rounds = 20'000;
    double seconds = std::numeric_limits<double>::infinity();
    for (int attempt = 0; attempt < 10; ++attempt) {
        const auto start = std::chrono::steady_clock::now();
        benchmark::DoNotOptimize(roof.multiply_add(rounds));
        seconds = std::min(seconds, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return 96.0 * rounds * static_cast<double>(roof.lanes) / seconds;
}

/// Uniform between −1 and 1.
template <class T>
[[nodiscard]] std::vector<T> uniform_numbers(std::size_t count, std::uint64_t seed) {
    const counter_random random(seed);
    std::vector<T> numbers(count);
    for (std::size_t j = 0; j < count; ++j) {
        numbers[j] = static_cast<T>(static_cast<double>(static_cast<std::int64_t>(random(j))) * 0x1p-63);
    }
    return numbers;
}

/// Runs `work` once for every iteration of `state` (manual time). Returns the shortest time in seconds.
double shortest_time(benchmark::State& state, const std::function<void()>& work);

/// Registers NAME with the architecture that is used unless named, the same with every architecture's name at the end, and
/// smoke/NAME.
void register_architectures(const std::string& name, std::int64_t rounds,
                            const std::function<void(benchmark::State&, arch_id)>& run);

void register_perceptron();
void register_sparse_logistic();

} // namespace election::bench
