// SPDX-License-Identifier: MIT
// How long a step of the paper's logistic regression takes, with sparse gradients and with dense ones, against plain loops.
#include <election/train/sparse_signs.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <election/codes/deterministic.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/codes/uncoded.hpp>
#include <election/data/amazon.hpp>
#include <election/data/partitioner.hpp>
#include <election/learners/sparse_logistic.hpp>
#include <election/train/election_trainer.hpp>
#include <election/train/gradient_signs.hpp>
#include <kernels/kernels.hpp>

#include "support/one_hot_samples.hpp"
#include "train/train_bench.hpp"

namespace election::bench {
namespace {

constexpr double beta = 0.9;
constexpr double step_length = 0.0001;

/// The file that the environment variable ELECTION_AMAZON_CSV names, else samples of the same shape.
[[nodiscard]] const sparse_dataset& amazon_data() {
    static const sparse_dataset data = [] {
        const char* const file = std::getenv("ELECTION_AMAZON_CSV");
        return file != nullptr ? read_amazon(std::string(file)) : one_hot_samples(26325);
    }();
    return data;
}

[[nodiscard]] batches amazon_batches(std::size_t partitions) {
    const amazon_sizes sizes = amazon_split(partitions);
    return {contiguous_partitions(sizes.train_rows, partitions), sizes.batch_size};
}

/// The same steps as one would write them first: sparse margins, but momentum everywhere, signs and votes as bytes.
class plain_steps {
public:
    plain_steps(const sparse_dataset& data, const packed_allocation& code, const batches& rows)
        : data_(data), code_(code), rows_(rows), parameters_(data.features()), momentum_(code.partitions(), parameters_),
          signs_(code.partitions(), std::vector<std::int8_t>(data.features())) {}

    void step() {
        for (std::size_t j = 0; j < momentum_.size(); ++j) {
            std::vector<double>& v = momentum_[j];
            for (double& number : v) number *= beta;
            const auto batch = rows_.rows(j, steps_);
            for (std::uint32_t row : batch) {
                const auto columns = data_.row(row).columns;
                double margin = 0;
                for (std::uint32_t c : columns) margin += parameters_[c];
                const double residual = 1 / (1 + std::exp(-margin)) - data_.label(row);
                for (std::uint32_t c : columns) v[c] += (1 - beta) * residual / static_cast<double>(batch.size());
            }
            for (std::size_t c = 0; c < v.size(); ++c) signs_[j][c] = static_cast<std::int8_t>((v[c] > 0) - (v[c] < 0));
        }
        std::vector<std::int32_t> sums(parameters_.size());
        std::vector<std::int32_t> vote(parameters_.size());
        for (std::size_t i = 0; i < code_.workers(); ++i) {
            std::ranges::fill(vote, 0);
            for (std::size_t j = 0; j < signs_.size(); ++j) {
                if (!code_(i, j)) continue;
                for (std::size_t c = 0; c < vote.size(); ++c) vote[c] += signs_[j][c];
            }
            for (std::size_t c = 0; c < vote.size(); ++c) sums[c] += (vote[c] > 0) - (vote[c] < 0);
        }
        for (std::size_t c = 0; c < sums.size(); ++c) parameters_[c] -= step_length * ((sums[c] > 0) - (sums[c] < 0));
        ++steps_;
    }

private:
    const sparse_dataset& data_;
    const packed_allocation& code_;
    batches rows_;
    std::vector<double> parameters_;
    std::vector<std::vector<double>> momentum_;
    std::vector<std::vector<std::int8_t>> signs_;
    std::uint64_t steps_ = 0;
};

template <class Source>
[[nodiscard]] step_times time_source(benchmark::State& state, const packed_allocation& code, Source source) {
    const auto& kernels = program::kernels_of(program::chosen_arch());
    step_clock clock;
    using form = ternary_form;
    trainer_options options;
    options.step = step_length;
    const std::size_t d = source.parameters();
    election_trainer<form, timed_source<Source>, timed_transport<form>, timed_honest> trainer(
        code, timed_source<Source>(std::move(source), clock), std::vector<double>(d),
        timed_transport<form>(local_transport<form>(code.workers(), tie_sign::positive, kernels.majority), clock),
        timed_honest(clock), options, {}, {kernels.majority, kernels.packing});
    for (int warm = 0; warm < 3; ++warm) trainer.step();
    return time_steps(state, trainer, clock);
}

void run_sparse(benchmark::State& state, const packed_allocation& code) {
    const sparse_dataset& data = amazon_data();
    const batches rows = amazon_batches(code.partitions());
    gradient_options options;
    options.momentum = beta;
    using source = sparse_signs<ternary, sparse_logistic, sparse_dataset, batches>;
    const step_times times = time_source(state, code, source(sparse_logistic(data.features()), data, rows, options));
    times.report(state);
    plain_steps plain(data, code, rows);
    double best = 1e9;
    for (int round = 0; round < 3; ++round) {
        const double before = thread_seconds();
        plain.step();
        best = std::min(best, thread_seconds() - before);
    }
    state.counters["plain_ratio"] = best / times.whole();
}

void run_dense(benchmark::State& state, const packed_allocation& code) {
    const sparse_dataset& data = amazon_data();
    gradient_options options;
    options.momentum = beta;
    options.zero = zero_policy::abstain;
    using source = gradient_signs<ternary, sparse_logistic, sparse_dataset, batches>;
    time_source(state, code,
                source(sparse_logistic(data.features()), data, amazon_batches(code.partitions()), options,
                       program::kernels_of(program::chosen_arch()).packing))
        .report(state);
}

} // namespace

void register_sparse_steps() {
    const packed_allocation uncoded_15(uncoded(15));
    const packed_allocation deterministic_15(deterministic(15, 3));
    constexpr std::int64_t an_epoch = 117;
    register_steps("amazon/n:15/uncoded", 5 * an_epoch, [=](benchmark::State& state) { run_sparse(state, uncoded_15); });
    register_steps("amazon/n:15/deterministic_3", 5 * an_epoch,
                   [=](benchmark::State& state) { run_sparse(state, deterministic_15); });
    register_steps("amazon_dense/n:15", an_epoch, [=](benchmark::State& state) { run_dense(state, uncoded_15); });
    register_steps("smoke/amazon", 1, [=](benchmark::State& state) { run_sparse(state, uncoded_15); });
}

} // namespace election::bench
