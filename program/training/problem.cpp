// SPDX-License-Identifier: MIT
#include "training/problem.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include <election/core/error.hpp>
#include <election/data/amazon.hpp>
#include <election/data/idx.hpp>
#include <election/data/partitioner.hpp>
#include <election/data/row_range.hpp>
#include <election/data/synthetic.hpp>

#include "training/baseline.hpp"

namespace election::program {
namespace {

constexpr std::size_t digits_train = 6000;
constexpr std::size_t digits_test = 2000;
constexpr std::uint64_t digits_seed = 2020; ///< the data are the same for all seeds of runs

/// Samples of each partition.
template <class Data>
[[nodiscard]] partitioning parts_of(const training_plan& plan, const Data& data, std::size_t samples) {
    const std::size_t k = plan.code.partitions();
    switch (plan.partitions.how) {
    case partition_choice::kind::contiguous:
        return contiguous_partitions(samples, k);
    case partition_choice::kind::shuffled:
        return shuffled_partitions(samples, k, plan.seed);
    default: {
        std::vector<std::uint32_t> labels(samples);
        for (std::size_t i = 0; i < samples; ++i) labels[i] = data.label(i);
        return dirichlet_partitions(labels, data.classes(), k, plan.partitions.alpha, plan.seed);
    }
    }
}

/// \throws bad_use  a batch larger than a partition
[[nodiscard]] batches batches_of(const training_plan& plan, partitioning parts, std::size_t batch) {
    try {
        return {std::move(parts), batch, {.reshuffle = plan.reshuffle, .seed = plan.seed}};
    } catch (const parameter_error& failure) {
        throw bad_use(detail::joined({"--batch: ", failure.value(), " ", failure.rule()}));
    }
}

/// How many steps a plan has, where an epoch has so many.
[[nodiscard]] std::uint64_t steps_of(const training_plan& plan, std::size_t an_epoch, double epochs) {
    if (plan.steps) return *plan.steps;
    return std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(std::llround(plan.epochs.value_or(epochs) * static_cast<double>(an_epoch))));
}

[[nodiscard]] dense_learner network_of(const training_plan& plan, const training_data& data, const dense_dataset& samples,
                                       const product_kernel& kernel) {
    const std::size_t features = samples.features();
    const std::size_t classes = samples.classes();
    switch (plan.model.what) {
    case model_choice::kind::softmax:
        return softmax_regression<float>(features, classes, kernel);
    case model_choice::kind::convolutional: {
        convolution_shape shape;
        shape.height = data.height;
        shape.width = data.width;
        shape.classes = classes;
        return convolutional<float>(shape, kernel);
    }
    default:
        return perceptron<float>(features, plan.model.hidden, classes, kernel);
    }
}

} // namespace

training_data load_training_data(const training_plan& plan) {
    training_data loaded;
    if (plan.preset == training_preset::amazon) {
        sparse_dataset all = read_amazon(plan.data);
        loaded.test = all;
        loaded.train = std::move(all);
    } else if (plan.preset == training_preset::mnist) {
        const std::filesystem::path folder(plan.data);
        const auto file = [&](const char* name) { return (folder / name).string(); };
        if (!std::filesystem::is_directory(folder)) {
            throw bad_use("--data: " + shown_word(plan.data) +
                          " must be the folder with MNIST's four files; examples/fetch_mnist.sh fetches them");
        }
        loaded.train = mnist(file("train-images-idx3-ubyte"), file("train-labels-idx1-ubyte"));
        loaded.test = mnist(file("t10k-images-idx3-ubyte"), file("t10k-labels-idx1-ubyte"));
        loaded.height = loaded.width = 28;
    } else {
        loaded.train = drawn_digits(digits_train, digits_seed);
        loaded.test = drawn_digits(digits_test, digits_seed + 1);
        loaded.height = loaded.width = drawn_digit_side;
    }
    return loaded;
}

dense_problem dense_problem_of(const training_plan& plan, const training_data& data, const product_kernel& kernel) {
    const auto& train = std::get<dense_dataset>(data.train);
    const auto& test = std::get<dense_dataset>(data.test);
    const bool is_mnist = plan.preset == training_preset::mnist;
    const std::size_t k = plan.code.partitions();
    detail::require(k <= train.size(), "train", "partitions", k, "must be at most the training samples, ", train.size());
    // About as many samples a step whatever k is, where partitions are large enough.
    const std::size_t usual = std::max<std::size_t>(1, (is_mnist ? 960 : 240) / k);
    const std::size_t batch = plan.batch.value_or(std::min(usual, train.size() / k));
    batches rows = batches_of(plan, parts_of(plan, train, train.size()), batch);
    const std::uint64_t steps = steps_of(plan, rows.steps_per_epoch(), is_mnist ? 10 : 8);
    std::string text = plan.step.value_or(is_baseline(plan) ? "cosine:2:0.02"
                                          : is_mnist        ? "cosine:0.002:0.00002"
                                                            : "cosine:0.01:0.0001");
    const std::uint64_t every =
        plan.metric_every.value_or(std::max<std::uint64_t>(1, rows.steps_per_epoch() / (is_mnist ? 4 : 5)));
    step_schedule length = schedule_of(text, steps);
    return {network_of(plan, data, train, kernel),
            train,
            test,
            row_range(0, train.size()),
            row_range(0, test.size()),
            std::move(rows),
            steps,
            std::move(length),
            std::move(text),
            every};
}

sparse_problem sparse_problem_of(const training_plan& plan, const training_data& data) {
    const auto& all = std::get<sparse_dataset>(data.train);
    const std::size_t k = plan.code.partitions();
    const amazon_sizes sizes = amazon_split(k);
    detail::require(all.size() == amazon_rows, "train", "data", plan.data, "must have the ", amazon_rows,
                    " rows of the published train.csv and has ", all.size(), ": it is cut off, or another file");
    const std::size_t batch = plan.batch.value_or(sizes.batch_size);
    batches rows = batches_of(plan, parts_of(plan, all, sizes.train_rows), batch);
    const std::uint64_t steps = steps_of(plan, rows.steps_per_epoch(), 8);
    std::string text =
        plan.step.value_or(detail::joined({is_baseline(plan) ? "10," : "0.001,", std::to_string(rows.steps_per_epoch()),
                                           is_baseline(plan) ? ":1" : ":0.0001"}));
    step_schedule length = schedule_of(text, steps);
    return {sparse_logistic(all.features()),
            all,
            all,
            row_range(0, sizes.train_rows),
            row_range(sizes.train_rows, all.size()),
            std::move(rows),
            steps,
            std::move(length),
            std::move(text),
            plan.metric_every.value_or(1)};
}

} // namespace election::program
