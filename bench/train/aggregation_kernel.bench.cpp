// SPDX-License-Identifier: MIT
// The benchmarks of aggregators of full gradients: n rows of d floats against reading them, and against a plain loop.
#include <election/train/aggregation_kernel.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <election/core/arch.hpp>
#include <election/core/random.hpp>
#include <election/train/aggregation_reference.hpp>
#include <election/train/aggregator.hpp>
#include <election/train/centred_clipping_aggregator.hpp>
#include <election/train/geometric_median_aggregator.hpp>
#include <election/train/krum_aggregator.hpp>
#include <election/train/mean_aggregator.hpp>
#include <election/train/median_aggregator.hpp>
#include <election/train/trimmed_mean_aggregator.hpp>
#include <kernels/kernels.hpp>

#include "support/memory_roof.hpp"
#include "train/train_bench.hpp"

namespace election::bench {
namespace {

/// What most would write: a column at a time.
void plain_median(std::span<const gradient_row> rows, std::span<float> out) {
    std::vector<float> column(rows.size());
    for (std::size_t c = 0; c < out.size(); ++c) {
        for (std::size_t i = 0; i < rows.size(); ++i) column[i] = rows[i][c];
        const auto middle = column.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2);
        std::nth_element(column.begin(), middle, column.end());
        out[c] = *middle;
    }
}

template <class A>
void contest_of(benchmark::State& state, const A& aggregator, std::size_t n, std::size_t d, bool median) {
    const std::shared_ptr<std::uint64_t[]> memory = huge_array(n * d * sizeof(float));
    float* numbers = reinterpret_cast<float*>(memory.get());
    const counter_random random(1);
    for (std::size_t j = 0; j < n * d; ++j) numbers[j] = static_cast<float>(static_cast<std::int64_t>(random(j))) * 0x1p-63F;
    const std::vector<gradient_row> rows = gradient_rows({numbers, n * d}, n);
    std::vector<float> out(d);
    aggregation_workspace workspace;
    const auto run = [&] { aggregator(rows, out, workspace); };
    const std::function<void()> plain = median ? std::function<void()>([&] { plain_median(rows, out); }) : nullptr;
    run_contest(state, {traffic::read, memory.get(), nullptr, n * d * sizeof(float), run, plain});
}

template <class Make>
void add(const std::string& name, const Make& make, bool median = false) {
    const auto one = [&](const std::string& full_name, std::size_t n, std::size_t d, arch_id arch, std::int64_t rounds) {
        benchmark::RegisterBenchmark(
            full_name.c_str(),
            [=](benchmark::State& state) { contest_of(state, make(program::kernels_of(arch).aggregation), n, d, median); })
            ->UseManualTime()
            ->Iterations(rounds)
            ->Unit(benchmark::kMicrosecond);
    };
    constexpr std::size_t d = 263'680; // about as many parameters as the Amazon experiment has, in whole tiles
    for (std::size_t n : {5U, 15U, 49U}) {
        const std::string sized = name + "/n:" + std::to_string(n) + "/d:" + std::to_string(d);
        one(sized, n, d, program::chosen_arch(), 30);
        for (arch_id arch : program::usable_architectures())
            one(sized + "/arch:" + std::string(name_of(arch)), n, d, arch, 30);
    }
    one("smoke/" + name, 5, 1024, program::chosen_arch(), 1);
}

} // namespace

void register_aggregators() {
    add("mean", [](const aggregation_kernel& kernel) { return mean_aggregator(kernel); });
    add(
        "median", [](const aggregation_kernel& kernel) { return median_aggregator(kernel); }, true);
    add("trimmed_mean", [](const aggregation_kernel& kernel) { return trimmed_mean_aggregator(1, kernel); });
    add("geometric_median", [](const aggregation_kernel& kernel) { return geometric_median_aggregator({}, kernel); });
    add("krum", [](const aggregation_kernel& kernel) { return krum_aggregator(1, 1, kernel); });
    add("centred_clipping", [](const aggregation_kernel& kernel) { return centred_clipping_aggregator(10, 1, kernel); });
}

} // namespace election::bench
