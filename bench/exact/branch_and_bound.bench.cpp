// SPDX-License-Identifier: MIT
// How fast a search tree is gone through: nodes a second by architecture, against the same loops one number at a time, and with two
// threads against one.
#include <election/exact/branch_and_bound.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>

#include <benchmark/benchmark.h>

#include <election/codes/bernoulli.hpp>
#include <election/exact/exact_model.hpp>
#include <kernels/kernels.hpp>

#include "exact/exact_bench.hpp"
#include "support/context.hpp"

using namespace election;

namespace {

/// A whole search from the best choice, so that its tree hardly depends on threads.
struct search_run {
    double seconds = 0;
    double nodes = 0;
};

[[nodiscard]] search_run search(const cover_problem& problem, const cover_answer& start, arch_id arch, unsigned threads,
                                std::uint64_t most_nodes = ~std::uint64_t{0}) {
    search_options options;
    options.threads = threads;
    options.nodes = most_nodes;
    search_state state = search_from(problem, start);
    state.looks = 1000; // the start is best already
    const auto begin = std::chrono::steady_clock::now();
    branch_and_bound(problem, options, program::exact_kernels_of(arch).cover, state);
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
            static_cast<double>(state.nodes)};
}

/// Nodes a second on one thread, the best of some.
[[nodiscard]] double nodes_per_second(const cover_problem& problem, const cover_answer& start, arch_id arch) {
    double best = 0;
    for (int attempt = 0; attempt < 3; ++attempt) {
        const search_run run = search(problem, start, arch, 1, 4000);
        best = std::max(best, run.nodes / run.seconds);
    }
    return best;
}

void tree(benchmark::State& state, arch_id arch, std::size_t size, double density, std::uint64_t seed, unsigned threads) {
    const cover_problem problem = make_cover_problem(packed(bernoulli(size, size, density, seed)), {}, 1).cover;
    tabu_options looking;
    looking.walks = 60;
    const cover_answer start = tabu_search(problem, looking);
    search_run all;
    for (auto _ : state) {
        const search_run run = search(problem, start, arch, threads);
        all.seconds += run.seconds;
        all.nodes += run.nodes;
    }
    state.counters["nodes"] = all.nodes / static_cast<double>(state.iterations());
    state.counters["nodes_per_second"] = all.nodes / all.seconds;
    const double one = nodes_per_second(problem, start, arch);
    state.counters["plain_ratio"] = one / nodes_per_second(problem, start, arch_id::word64);
    if (threads > 1) {
        const double seconds_of_one = search(problem, start, arch, 1).seconds;
        state.counters["thread_ratio"] = seconds_of_one / (all.seconds / static_cast<double>(state.iterations()));
    }
}

void add(const std::string& name, arch_id arch, std::size_t size, double density, std::uint64_t seed, unsigned threads) {
    benchmark::RegisterBenchmark((name + "/" + std::string(name_of(arch)) + "/threads:" + std::to_string(threads)).c_str(),
                                 [=](benchmark::State& state) { tree(state, arch, size, density, seed, threads); })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
}

} // namespace

int main(int argc, char** argv) {
    try {
        add("tree/smoke_21", program::chosen_arch(), 21, 0.3, 1, 1);
        for (arch_id arch : program::usable_architectures()) add("tree/bernoulli_41_30", arch, 41, 0.3, 1, 1);
        for (unsigned threads : {1U, 2U}) add("tree/bernoulli_51_20", program::chosen_arch(), 51, 0.2, 1, threads);
        for (unsigned threads : {1U, 2U}) add("tree/bernoulli_63_20", program::chosen_arch(), 63, 0.2, 1, threads);
        bench::register_tabu_search();
        return bench::run(argc, argv);
    } catch (const std::exception& failure) {
        std::cerr << "bench_exact: " << failure.what() << '\n';
        return 2;
    }
}
