// SPDX-License-Identifier: MIT
// How long a step of sparse logistic regression takes up to the gradients of all partitions, at the size of the paper's experiment.
#include <election/learners/sparse_logistic.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "learners/learners_bench.hpp"

namespace election::bench {
namespace {

constexpr std::size_t groups = 129;
constexpr std::size_t features = 263'500;
constexpr std::size_t partitions = 15;
constexpr std::size_t batch = 15;
constexpr std::size_t batches = 117;

/// One feature of each group; few of them are frequent, as in tables of categories.
sparse_dataset one_hot_samples(std::size_t count) {
    const counter_random random(1);
    std::vector<std::size_t> begins{0};
    std::vector<std::uint32_t> columns;
    std::vector<std::uint32_t> labels(count);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t g = 0; g < groups; ++g) {
            const std::size_t first = features * g / groups;
            const std::size_t levels = features * (g + 1) / groups - first;
            const double uniform = std::ldexp(static_cast<double>(random(i * groups + g) >> 11U), -53);
            const auto level = static_cast<std::size_t>(static_cast<double>(levels) * std::pow(uniform, 6));
            columns.push_back(static_cast<std::uint32_t>(first + std::min(level, levels - 1)));
        }
        begins.push_back(columns.size());
        labels[i] = i % 17 == 0 ? 0 : 1;
    }
    return {std::move(begins), std::move(columns), {}, features, std::move(labels), 2};
}

void step(benchmark::State& state, std::size_t steps) {
    const sparse_dataset data = one_hot_samples(partitions * batch * steps);
    const sparse_logistic learner(features);
    const std::vector<double> parameters = uniform_numbers<double>(features, 3);
    std::vector<std::uint32_t> rows(partitions * batch);
    std::vector<double> residuals(partitions * batch);
    sparse_logistic::workspace workspace;
    std::size_t next = 0;
    double touched = 0;
    const double best = shortest_time(state, [&] {
        for (std::size_t p = 0; p < partitions; ++p) {
            for (std::size_t b = 0; b < batch; ++b) {
                rows[p * batch + b] = static_cast<std::uint32_t>((p * steps + next) * batch + b);
            }
        }
        learner.residuals(parameters, data, rows, residuals);
        for (std::size_t p = 0; p < partitions; ++p) {
            const auto here = [&](auto& all) { return std::span(all).subspan(p * batch, batch); };
            const auto entries = learner.gradient_entries(data, here(rows), here(residuals), workspace);
            touched += static_cast<double>(entries.columns.size());
            benchmark::DoNotOptimize(entries.values.data());
        }
        next = (next + 1) % steps;
    });
    state.counters["shortest_microseconds"] = best * 1e6;
    state.counters["touched"] = touched / static_cast<double>(state.iterations());
}

} // namespace

void register_sparse_logistic() {
    const auto add = [](const char* name, std::size_t steps, std::int64_t rounds) {
        benchmark::RegisterBenchmark(name, [=](benchmark::State& state) { step(state, steps); })
            ->UseManualTime()
            ->Iterations(rounds)
            ->Unit(benchmark::kMicrosecond);
    };
    add("sparse_logistic/partitions:15/batch:15/d:263500", batches, 5 * static_cast<std::int64_t>(batches));
    add("smoke/sparse_logistic", 2, 1);
}

} // namespace election::bench
