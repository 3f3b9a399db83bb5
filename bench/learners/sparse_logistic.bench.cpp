// SPDX-License-Identifier: MIT
// How long a step of sparse logistic regression takes up to the gradients of all partitions, at the size of the paper's experiment.
#include <election/learners/sparse_logistic.hpp>

#include <span>
#include <vector>

#include "learners/learners_bench.hpp"
#include "support/one_hot_samples.hpp"

namespace election::bench {
namespace {

constexpr std::size_t features = one_hot_features;
constexpr std::size_t partitions = 15;
constexpr std::size_t batch = 15;
constexpr std::size_t batches = 117;

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
