// SPDX-License-Identifier: MIT
// How long the gradient of a perceptron takes, and the forward pass alone, against multiplications and additions in registers.
#include <election/learners/perceptron.hpp>

#include <numeric>
#include <span>
#include <utility>

#include <election/core/xtensor.hpp>

#include "learners/learners_bench.hpp"

namespace election::bench {
namespace {

constexpr std::size_t features = 784;
constexpr std::size_t hidden = 128;
constexpr std::size_t classes = 10;

dense_dataset random_samples(std::size_t count) {
    xt::xtensor<float, 2> numbers(std::array<std::size_t, 2>{count, features});
    const std::vector<float> uniform = uniform_numbers<float>(count * features, 1);
    std::copy(uniform.begin(), uniform.end(), numbers.data());
    std::vector<std::uint32_t> labels(count);
    for (std::size_t i = 0; i < count; ++i) labels[i] = static_cast<std::uint32_t>(i % classes);
    return {std::move(numbers), std::move(labels), classes};
}

template <class T>
void gradient(benchmark::State& state, std::size_t batch, arch_id arch) {
    const dense_dataset data = random_samples(batch);
    const perceptron<T> learner(features, {hidden}, classes, program::product_kernel_of(arch));
    std::vector<T> parameters(learner.parameters());
    std::vector<T> out(learner.parameters());
    learner.initialize(parameters, 1);
    std::vector<std::uint32_t> rows(batch);
    std::iota(rows.begin(), rows.end(), 0U);
    typename perceptron<T>::workspace workspace;
    const double best = shortest_time(state, [&] {
        benchmark::DoNotOptimize(learner.gradient(std::span<const T>(parameters), data, rows, out, workspace));
    });
    // Forward, and back to all weights; to the inputs of the last layer only.
    const double products = 2 * features * hidden + 3 * hidden * classes;
    const double operations = 2 * products * static_cast<double>(batch);
    state.counters["operations_per_second"] = operations / best;
    state.counters["roof_ratio"] = operations / best / operations_per_second<T>(arch);
}

} // namespace

void register_perceptron() {
    for (std::size_t batch : {15U, 64U}) {
        const std::string name = "perceptron_784_128_10/batch:" + std::to_string(batch);
        register_architectures(name, 200,
                               [=](benchmark::State& state, arch_id arch) { gradient<float>(state, batch, arch); });
    }
}

} // namespace election::bench
