// SPDX-License-Identifier: MIT
// What is learnt: the data, model, mini-batches and steps of a plan's preset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <election/data/batches.hpp>
#include <election/data/dataset.hpp>
#include <election/learners/any_learner.hpp>
#include <election/learners/convolution.hpp>
#include <election/learners/perceptron.hpp>
#include <election/learners/product_kernel.hpp>
#include <election/learners/softmax.hpp>
#include <election/learners/sparse_logistic.hpp>
#include <election/train/step_schedule.hpp>

#include "training/plan.hpp"

namespace election::program {

/// Networks for dense data.
using dense_learner = any_learner<softmax_regression<float>, perceptron<float>, convolutional<float>>;

/// Data that was loaded, kept so that several runs can use it.
struct training_data {
    std::variant<std::monostate, dense_dataset, sparse_dataset> train;
    std::variant<std::monostate, dense_dataset, sparse_dataset> test;
    std::size_t height = 0; ///< of pictures
    std::size_t width = 0;
};

/// Loads what a plan's preset needs. \throws format_error  a file that is missing or malformed
[[nodiscard]] training_data load_training_data(const training_plan& plan);

/// What a trainer needs.
/// \tparam Learner  the model's type
/// \tparam Data     the data's
template <class Learner, class Data>
struct training_problem {
    Learner model;
    Data train;
    Data test;
    std::vector<std::uint32_t> train_rows; ///< samples that are learnt from
    std::vector<std::uint32_t> test_rows;  ///< samples of `test` on which the model is judged
    batches rows;                          ///< who reads which in a step
    std::uint64_t steps = 0;               ///< in all
    step_schedule length;                  ///< of steps
    std::string length_text;               ///< the schedule as an option names it
    std::uint64_t metric_every = 1;        ///< steps
};

using dense_problem = training_problem<dense_learner, dense_dataset>;
using sparse_problem = training_problem<sparse_logistic, sparse_dataset>;

/// \{
/// Puts a problem together. \throws parameter_error, bad_use  a batch larger than a partition, more partitions than samples
[[nodiscard]] dense_problem dense_problem_of(const training_plan& plan, const training_data& data,
                                             const product_kernel& kernel);
[[nodiscard]] sparse_problem sparse_problem_of(const training_plan& plan, const training_data& data);
/// \}

} // namespace election::program
