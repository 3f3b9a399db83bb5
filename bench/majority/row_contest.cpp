// SPDX-License-Identifier: MIT
#include "majority/row_contest.hpp"

#include <algorithm>
#include <chrono>

#include <election/core/random.hpp>
#include <kernels/arch_macros.hpp>
#include <kernels/kernels.hpp>

#include "support/memory_roof.hpp"

namespace election::bench {

#define ELECTION_DECLARE(arch)                                                                                              \
    void xor_rows_##arch(const std::uint64_t* const* rows, std::size_t n, std::size_t words, std::uint64_t* out);
ELECTION_FOR_BUILT(ELECTION_DECLARE)

namespace {

constexpr double never = 1e9;

[[nodiscard]] double seconds_of(const timed& work, std::size_t calls) {
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t call = 0; call < calls; ++call) work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / static_cast<double>(calls);
}

} // namespace

bench_rows::bench_rows(std::size_t row_count, std::size_t signs, bool packed, std::uint64_t seed)
    : n(row_count), d(signs), stride(packed ? words_for(signs) : padded_stride_words(signs)),
      memory(huge_array((row_count * stride + 64) * sizeof(std::uint64_t))) {
    const counter_random random(seed);
    std::uint64_t word = random(0) | 1U;
    for (std::size_t w = 0; w < n * stride; ++w) {
        word ^= word << 13U; // xorshift: quick, and random enough for a benchmark
        word ^= word >> 7U;
        word ^= word << 17U;
        memory[static_cast<std::ptrdiff_t>(w)] = word;
    }
    for (std::size_t i = 0; i < n; ++i) rows.push_back(memory.get() + i * stride);
}

std::vector<timed> row_readers(const bench_rows& rows, std::uint64_t* out) {
    std::vector<timed> readers;
    for (memory_walk walk : memory_walks(traffic::read)) {
        readers.push_back([&rows, walk] {
            for (std::size_t i = 0; i < rows.n; ++i) walk(const_cast<std::uint64_t*>(rows.rows[i]), nullptr, rows.words());
        });
    }
    const auto add = [&](arch_id arch, auto* xor_rows) {
        if (is_available(arch))
            readers.push_back([&rows, xor_rows, out] { xor_rows(rows.rows.data(), rows.n, rows.words(), out); });
    };
#define ELECTION_ADD(tag) add(arch_id::tag, &xor_rows_##tag);
    ELECTION_FOR_BUILT(ELECTION_ADD)
    return readers;
}

void run_row_contest(benchmark::State& state, const row_contest& compared) {
    constexpr double call_bytes = 4e6;
    const auto calls = static_cast<std::size_t>(std::max(1.0, call_bytes / compared.bytes));
    compared.kernel(); // pages that were never touched
    std::vector<double> roofs(compared.roofs.size(), never);
    double kernel = never;
    double plain = never;
    double int8 = never;
    for (auto _ : state) {
        for (std::size_t i = 0; i < roofs.size(); ++i) {
            // Readers that have shown to be slow are not tried again.
            if (state.iterations() > 3 && roofs[i] > 1.3 * *std::min_element(roofs.begin(), roofs.end())) continue;
            roofs[i] = std::min(roofs[i], seconds_of(compared.roofs[i], calls));
        }
        const double seconds = seconds_of(compared.kernel, calls);
        kernel = std::min(kernel, seconds);
        state.SetIterationTime(seconds);
        if (compared.plain && state.iterations() <= 3)
            plain = std::min(plain, seconds_of(compared.plain, 1) / compared.plain_share);
        if (compared.int8 && state.iterations() <= 3)
            int8 = std::min(int8, seconds_of(compared.int8, 1) / compared.int8_share);
    }
    const double roof = roofs.empty() ? never : *std::min_element(roofs.begin(), roofs.end());
    const auto rate = [&](double seconds) {
        return benchmark::Counter(compared.bytes / seconds, benchmark::Counter::kDefaults, benchmark::Counter::kIs1000);
    };
    state.counters["bytes_per_second"] = rate(kernel);
    state.counters["roof_bytes_per_second"] = rate(roof);
    state.counters["roof_ratio"] = roof / kernel;
    if (compared.plain) state.counters["plain_ratio"] = plain / kernel;
    if (compared.int8) state.counters["int8_ratio"] = int8 / kernel;
}

std::int64_t rounds_for(double bytes) { return bytes > 1e9 ? 5 : bytes > 1e8 ? 10 : 60; }

void register_for_architectures(const std::string& name, double bytes,
                                const std::function<void(benchmark::State&, arch_id)>& run) {
    const auto add = [&](const std::string& full_name, arch_id arch) {
        benchmark::RegisterBenchmark(full_name.c_str(), [run, arch](benchmark::State& state) { run(state, arch); })
            ->UseManualTime()
            ->Iterations(rounds_for(bytes))
            ->Unit(benchmark::kMicrosecond);
    };
    add(name, program::chosen_arch());
    for (arch_id arch : program::usable_architectures()) add(name + "/arch:" + std::string(name_of(arch)), arch);
}

} // namespace election::bench
