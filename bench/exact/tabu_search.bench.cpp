// SPDX-License-Identifier: MIT
// How fast tabu_search() exchanges columns, by architecture, against the plain walk, which makes the same exchanges.
#include <election/exact/tabu_search.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>
#include <string>

#include <benchmark/benchmark.h>

#include <election/codes/bernoulli.hpp>
#include <election/exact/exact_model.hpp>
#include <kernels/kernels.hpp>

#include "exact/exact_bench.hpp"

namespace election::bench {
namespace {

/// Seconds an exchange, the best of some.
template <class Search>
[[nodiscard]] double seconds_of(const Search& search) {
    tabu_options options;
    options.walks = 1;
    options.exchanges = 2000;
    double best = std::numeric_limits<double>::max();
    for (int attempt = 0; attempt < 5; ++attempt) {
        const auto begin = std::chrono::steady_clock::now();
        const cover_answer found = search(options);
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        best = std::min(best, seconds / static_cast<double>(found.nodes));
    }
    return best;
}

void exchanges(benchmark::State& state, arch_id arch, std::size_t workers, std::size_t partitions, double density) {
    const cover_problem problem =
        make_cover_problem(packed_allocation(bernoulli(workers, partitions, density, 1)), {}, 1).cover;
    const cover_kernel kernel = program::exact_kernels_of(arch).cover;
    const auto search = [&](const tabu_options& options) { return tabu_search(problem, options, kernel); };
    double best = std::numeric_limits<double>::max();
    for (auto _ : state) best = std::min(best, seconds_of(search));
    state.counters["exchanges_per_second"] = 1 / best;
    state.counters["plain_ratio"] =
        seconds_of([&](const tabu_options& options) { return tabu_search(problem, options); }) / best;
}

} // namespace

void register_tabu_search() {
    const auto add = [](const std::string& name, arch_id arch, std::size_t workers, std::size_t partitions, double density) {
        benchmark::RegisterBenchmark(("tabu/" + name + "/" + std::string(name_of(arch))).c_str(),
                                     [=](benchmark::State& state) { exchanges(state, arch, workers, partitions, density); })
            ->Unit(benchmark::kMillisecond);
    };
    add("smoke_21", program::chosen_arch(), 21, 21, 0.3);
    for (arch_id arch : program::usable_architectures()) {
        add("bernoulli_63_15", arch, 63, 63, 0.15);
        add("bernoulli_63_70", arch, 63, 63, 0.7);
        add("bernoulli_127_30", arch, 127, 127, 0.3);
    }
}

} // namespace election::bench
