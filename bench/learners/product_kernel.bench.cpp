// SPDX-License-Identifier: MIT
// How fast matrices are multiplied, against multiplications and additions in registers and against plain loops; and the benchmarks
// of learners.
#include <election/learners/product_kernel.hpp>

#include <exception>
#include <functional>
#include <iostream>
#include <limits>
#include <string>

#include <benchmark/benchmark.h>
#include <election/learners/product.hpp>

#include <kernels/arch_macros.hpp>

#include "learners/learners_bench.hpp"
#include "support/context.hpp"

namespace election::bench {

#define ELECTION_DECLARE(arch) extern const product_roofs product_roofs_##arch;
ELECTION_FOR_BUILT(ELECTION_DECLARE)

namespace {

[[nodiscard]] const product_roofs& roofs_of(arch_id arch) {
#define ELECTION_RETURN(tag)                                                                                                \
    if (arch == arch_id::tag) return product_roofs_##tag;
    ELECTION_FOR_BUILT(ELECTION_RETURN)
    return product_roofs_word64;
}

template <class T>
void product(benchmark::State& state, std::size_t m, std::size_t n, std::size_t k, arch_id arch) {
    const std::vector<T> a = uniform_numbers<T>(m * k, 1);
    const std::vector<T> b = uniform_numbers<T>(k * n, 2);
    std::vector<T> c(m * n);
    const product_kernel& kernel = program::product_kernel_of(arch);
    const product_roof<T>& roof = product_roof_of<T>(arch);
    double plain = std::numeric_limits<double>::infinity();
    for (int attempt = 0; attempt < 5; ++attempt) {
        const auto start = std::chrono::steady_clock::now();
        roof.plain(m, n, k, a.data(), b.data(), c.data());
        benchmark::DoNotOptimize(c.data());
        plain = std::min(plain, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    const double best = shortest_time(state, [&] {
        multiply(row_major(a.data(), m, k), row_major(b.data(), k, n), row_major(c.data(), m, n), product_start::zero,
                 kernel);
        benchmark::DoNotOptimize(c.data());
    });
    const double operations = 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
    state.counters["operations_per_second"] = operations / best;
    state.counters["roof_ratio"] = operations / best / operations_per_second<T>(arch);
    state.counters["plain_ratio"] = plain / best;
}

void register_products() {
    struct shape {
        std::size_t m, n, k;
    };
    for (const shape sizes : {shape{64, 128, 784}, shape{784, 128, 64}, shape{64, 10, 128}, shape{15, 128, 784}}) {
        const std::string name =
            "/m:" + std::to_string(sizes.m) + "/n:" + std::to_string(sizes.n) + "/k:" + std::to_string(sizes.k);
        register_architectures("product" + name, 200, [=](benchmark::State& state, arch_id arch) {
            product<float>(state, sizes.m, sizes.n, sizes.k, arch);
        });
        register_architectures("product_double" + name, 200, [=](benchmark::State& state, arch_id arch) {
            product<double>(state, sizes.m, sizes.n, sizes.k, arch);
        });
    }
}

} // namespace

template <>
const product_roof<float>& product_roof_of<float>(arch_id arch) {
    return roofs_of(arch).of_float;
}
template <>
const product_roof<double>& product_roof_of<double>(arch_id arch) {
    return roofs_of(arch).of_double;
}

double shortest_time(benchmark::State& state, const std::function<void()>& work) {
    double best = std::numeric_limits<double>::infinity();
    for ([[maybe_unused]] auto _ : state) {
        const auto start = std::chrono::steady_clock::now();
        work();
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        state.SetIterationTime(seconds);
        best = std::min(best, seconds);
    }
    return best;
}

void register_architectures(const std::string& name, std::int64_t rounds,
                            const std::function<void(benchmark::State&, arch_id)>& run) {
    const auto add = [&](const std::string& full_name, arch_id arch, std::int64_t times) {
        benchmark::RegisterBenchmark(full_name.c_str(), [=](benchmark::State& state) { run(state, arch); })
            ->UseManualTime()
            ->Iterations(times)
            ->Unit(benchmark::kMicrosecond);
    };
    add(name, program::chosen_arch(), rounds);
    for (arch_id arch : program::usable_architectures()) add(name + "/arch:" + std::string(name_of(arch)), arch, rounds);
    add("smoke/" + name, program::chosen_arch(), 1);
}

} // namespace election::bench

int main(int argc, char** argv) {
    try {
        election::bench::register_products();
        election::bench::register_perceptron();
        election::bench::register_sparse_logistic();
        return election::bench::run(argc, argv);
    } catch (const std::exception& failure) {
        std::cerr << "bench_learners: " << failure.what() << '\n';
        return 2;
    }
}
