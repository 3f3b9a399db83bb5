// SPDX-License-Identifier: MIT
// How fast nearest elections are enumerated: by architecture, threads, workers and partitions, against the roof of the adders
// and the plain reference.
#include <election/verify/exhaustive.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>

#include <benchmark/benchmark.h>

#include <election/codes/bernoulli.hpp>
#include <election/codes/paley.hpp>
#include <election/verify/nearest.hpp>
#include <election/verify/reference.hpp>
#include <kernels/kernels.hpp>

#include "support/context.hpp"

using namespace election;

namespace {

/// Seconds of the reference on the Paley code of 23 workers, scaled to another code: 2^k messages of n·k entries each.
[[nodiscard]] double reference_seconds(const packed_allocation& code) {
    static const double measured = verify_reference(paley(23)).seconds;
    double seconds = measured * static_cast<double>(code.workers() * code.partitions()) / (23.0 * 23.0);
    for (std::size_t k = 23; k < code.partitions(); ++k) seconds *= 2;
    for (std::size_t k = code.partitions(); k < 23; ++k) seconds /= 2;
    return seconds;
}

/// Seconds of one verification, the smallest of several.
[[nodiscard]] double verify_seconds(const packed_allocation& code, arch_id arch, unsigned threads) {
    verify_options options;
    options.threads = threads;
    double seconds = 1e9;
    for (int attempt = 0; attempt < 7; ++attempt) seconds = std::min(seconds, program::verify(code, options, arch).seconds);
    return seconds;
}

/// Runs the search and counts elections and votes; roof_ratio is 1 where every vote costs one full add and nothing else.
double measure(benchmark::State& state, const packed_allocation& code, arch_id arch, unsigned threads) {
    verify_options options;
    options.threads = threads;
    double seconds = 0;
    double elections = 0;
    for (auto _ : state) {
        const verdict found = program::verify(code, options, arch);
        seconds += found.seconds;
        elections += static_cast<double>(found.messages);
        benchmark::DoNotOptimize(found.margin);
    }
    const double votes = elections * static_cast<double>(code.workers());
    state.counters["elections_per_second"] = elections / seconds;
    state.counters["votes_per_second"] = votes / seconds;
    state.counters["roof_ratio"] = votes / seconds / (bench::full_adds_per_second(arch) * threads);
    return seconds / static_cast<double>(state.iterations());
}

void paley_31(benchmark::State& state) {
    const packed_allocation code = packed(paley(31));
    const auto threads = static_cast<unsigned>(state.range(0));
    const double seconds = measure(state, code, program::chosen_arch(), threads);
    state.counters["plain_ratio"] = reference_seconds(code) / seconds;
    if (threads > 1) state.counters["thread_ratio"] = verify_seconds(code, program::chosen_arch(), 1) / seconds;
}

void threads_at(benchmark::State& state) {
    const auto k = static_cast<std::size_t>(state.range(0));
    const packed_allocation code = packed(bernoulli(k, k, 0.5, 1));
    const auto threads = static_cast<unsigned>(state.range(1));
    const double seconds = measure(state, code, program::chosen_arch(), threads);
    if (threads > 1) state.counters["thread_ratio"] = verify_seconds(code, program::chosen_arch(), 1) / seconds;
}

void workers(benchmark::State& state) {
    const packed_allocation code = packed(bernoulli(static_cast<std::size_t>(state.range(0)), 21, 0.5, 1));
    const double seconds = measure(state, code, program::chosen_arch(), 1);
    const double of_63 = verify_seconds(packed(bernoulli(63, 21, 0.5, 1)), program::chosen_arch(), 1);
    state.counters["time_per_worker_over_63"] = seconds / static_cast<double>(code.workers()) / (of_63 / 63);
}

void partitions(benchmark::State& state) {
    (void)measure(state, packed(bernoulli(31, static_cast<std::size_t>(state.range(0)), 0.5, 1)), program::chosen_arch(), 1);
}

void plain_reference(benchmark::State& state) {
    const packed_allocation code = packed(bernoulli(15, static_cast<std::size_t>(state.range(0)), 0.5, 1));
    double seconds = 0;
    double elections = 0;
    for (auto _ : state) {
        const verdict found = verify_reference(code);
        seconds += found.seconds;
        elections += static_cast<double>(found.messages);
    }
    state.counters["elections_per_second"] = elections / seconds;
    state.counters["votes_per_second"] = elections * static_cast<double>(code.workers()) / seconds;
}

void register_all() {
    using benchmark::RegisterBenchmark;
    const auto set_up = [](auto* registered) { registered->UseRealTime()->Unit(benchmark::kMillisecond); };
    for (unsigned threads : {1U, 2U}) {
        set_up(RegisterBenchmark("exhaustive/paley_31", paley_31)->ArgName("threads")->Arg(threads));
    }
    for (arch_id arch : program::usable_architectures()) {
        const auto by_arch = [arch](benchmark::State& state) {
            const packed_allocation code = packed(paley(31));
            const double seconds = measure(state, code, arch, 1);
            state.counters["time_over_best"] = seconds / verify_seconds(code, program::usable_architectures().back(), 1);
        };
        set_up(RegisterBenchmark(("exhaustive/paley_31/" + std::string(name_of(arch))).c_str(), by_arch));
    }
    for (int threads : {1, 2}) {
        set_up(RegisterBenchmark("exhaustive/bernoulli", threads_at)->ArgNames({"k", "threads"})->Args({35, threads}));
    }
    for (int n : {15, 63, 255, 256, 1024, 4096}) {
        set_up(RegisterBenchmark("exhaustive/21_partitions", workers)->ArgName("n")->Arg(n));
    }
    for (int k : {15, 19, 23, 27, 31, 33}) {
        set_up(RegisterBenchmark("exhaustive/31_workers", partitions)->ArgName("k")->Arg(k));
    }
    for (int k : {11, 13, 15, 17}) set_up(RegisterBenchmark("reference/15_workers", plain_reference)->ArgName("k")->Arg(k));
    set_up(RegisterBenchmark("smoke/exhaustive", partitions)->ArgName("k")->Arg(11));
    set_up(RegisterBenchmark("smoke/reference", plain_reference)->ArgName("k")->Arg(7));
}

} // namespace

int main(int argc, char** argv) {
    try {
        register_all();
        return bench::run(argc, argv);
    } catch (const std::exception& failure) {
        std::cerr << "bench_verify: " << failure.what() << '\n';
        return 2;
    }
}
