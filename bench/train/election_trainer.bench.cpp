// SPDX-License-Identifier: MIT
// How long a step of a perceptron takes and what share of it the vote has, and what the loop costs by itself.
#include <election/train/election_trainer.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/codes/uncoded.hpp>
#include <election/core/random.hpp>
#include <election/core/xtensor.hpp>
#include <election/data/partitioner.hpp>
#include <election/learners/perceptron.hpp>
#include <election/learners/softmax.hpp>
#include <election/train/gradient_signs.hpp>
#include <kernels/kernels.hpp>

#include "support/context.hpp"
#include "train/train_bench.hpp"

namespace election::bench {
namespace {

constexpr std::size_t workers = 15;

/// Samples of the shape of MNIST.
[[nodiscard]] dense_dataset random_pictures(std::size_t count, std::size_t features, std::size_t classes) {
    xt::xtensor<float, 2> numbers(std::array<std::size_t, 2>{count, features});
    const counter_random random(1);
    std::size_t next = 0;
    for (float& number : numbers) number = static_cast<float>(random(next++) >> 40U) * 0x1p-24F;
    std::vector<std::uint32_t> labels(count);
    for (std::size_t i = 0; i < count; ++i) labels[i] = static_cast<std::uint32_t>(random(next++) % classes);
    return {std::move(numbers), std::move(labels), classes};
}

template <class Learner>
void run_steps(benchmark::State& state, const Learner& model, const dense_dataset& data, std::size_t batch,
               double momentum) {
    const auto& kernels = program::kernels_of(program::chosen_arch());
    step_clock clock;
    using form = binary_form;
    using source = timed_source<gradient_signs<binary, timed_learner<Learner>, dense_dataset, batches>>;
    gradient_options how;
    how.momentum = momentum;
    trainer_options options;
    options.step = 0.0001;
    std::vector<float> start(model.parameters());
    model.initialize(start, 1);
    election_trainer<form, source, timed_transport<form>, timed_honest> trainer(
        uncoded(workers),
        source({timed_learner<Learner>(model, clock), data, batches(contiguous_partitions(data.size(), workers), batch), how,
                kernels.packing},
               clock),
        std::move(start), timed_transport<form>(local_transport<form>(workers, tie_sign::positive, kernels.majority), clock),
        timed_honest(clock),
        [&] {
            options.ties = tie_policy::positive;
            return options;
        }(),
        {}, {kernels.majority, kernels.packing});
    trainer.step();
    time_steps(state, trainer, clock).report(state);
}

void run_perceptron(benchmark::State& state, std::size_t hidden, std::size_t batch, double momentum) {
    const dense_dataset data = random_pictures(workers * batch * 2, 784, 10);
    const perceptron<float> model(784, {hidden}, 10, program::product_kernel_of(program::chosen_arch()));
    run_steps(state, model, data, batch, momentum);
}

/// A model so small that the loop around it is all there is; no clock within a step.
void run_round(benchmark::State& state) {
    constexpr std::size_t rounds = 200;
    const auto& kernels = program::kernels_of(program::chosen_arch());
    const dense_dataset data = random_pictures(workers * 2, 4, 2);
    using model_type = softmax_regression<float>;
    using source = gradient_signs<binary, model_type, dense_dataset, batches>;
    const model_type model(4, 2, program::product_kernel_of(program::chosen_arch()));
    gradient_options how;
    how.momentum = 0.9;
    trainer_options options;
    options.ties = tie_policy::positive;
    election_trainer<binary_form, source, local_transport<binary_form>> trainer(
        uncoded(workers), source(model, data, batches(contiguous_partitions(data.size(), workers), 1), how, kernels.packing),
        std::vector<float>(model.parameters()), local_transport<binary_form>(workers, tie_sign::positive, kernels.majority),
        {}, options, {}, {kernels.majority, kernels.packing});
    double best = 1e9;
    for ([[maybe_unused]] auto _ : state) {
        const double before = thread_seconds();
        for (std::size_t round = 0; round < rounds; ++round) trainer.step();
        const double seconds = (thread_seconds() - before) / static_cast<double>(rounds);
        state.SetIterationTime(seconds);
        best = std::min(best, seconds);
    }
    state.counters["shortest_microseconds"] = 1e6 * best;
}

} // namespace

void register_dense_steps() {
    const auto add = [](std::size_t hidden, std::int64_t rounds) {
        const std::string d = std::to_string(perceptron<float>(784, {hidden}, 10).parameters());
        for (double momentum : {0.9, 0.0}) {
            register_steps("perceptron/n:15/d:" + d + (momentum > 0 ? "" : "/no_momentum"), rounds,
                           [=](benchmark::State& state) { run_perceptron(state, hidden, 64, momentum); });
        }
    };
    add(128, 100);
    add(1260, 20);
    register_steps("round/n:15/d:10", 100, run_round);
    register_steps("smoke/perceptron", 1, [](benchmark::State& state) { run_perceptron(state, 8, 2, 0.9); });
    register_steps("smoke/round", 1, run_round);
}

} // namespace election::bench

int main(int argc, char** argv) {
    try {
        election::bench::register_aggregators();
        election::bench::register_sparse_steps();
        election::bench::register_dense_steps();
        election::bench::register_votes();
        return election::bench::run(argc, argv);
    } catch (const std::exception& failure) {
        std::cerr << "bench_train: " << failure.what() << '\n';
        return 2;
    }
}
