// SPDX-License-Identifier: MIT
// training_plan: everything that decides a training run, read from options.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/train/step_schedule.hpp>

#include "options.hpp"

namespace election::program {

/// Which data and model a run has.
enum class training_preset : std::uint8_t { digits, mnist, amazon };

/// What may abstain.
enum class vote_kind : std::uint8_t { binary, abstaining, ternary };

/// How samples are shared out over partitions.
struct partition_choice {
    enum class kind : std::uint8_t { contiguous, shuffled, dirichlet };
    kind how = kind::contiguous;
    double alpha = 0; ///< of dirichlet
};

/// The network of the presets with dense data.
struct model_choice {
    enum class kind : std::uint8_t { softmax, perceptron, convolutional, logistic };
    kind what = kind::softmax;
    std::vector<std::size_t> hidden; ///< widths of a perceptron's hidden layers
};

/// What decides a run, but for the liars.
struct training_plan {
    training_preset preset = training_preset::digits;
    std::string data;                          ///< file or folder; empty for digits
    model_choice model;                        ///< what is trained
    packed_allocation code{1, 1};              ///< n × k
    std::string code_name;                     ///< as given, with what its file says, for people
    partition_choice partitions;               ///< of the training samples
    bool reshuffle = false;                    ///< whether each epoch has a new order
    std::optional<std::size_t> batch;          ///< samples of a partition's mini-batch; by default the preset's
    double momentum = 0.9;                     ///< of partitions
    double worker_momentum = 0;                ///< of workers
    double weight_decay = 0;                   ///< λ
    std::optional<std::string> step;           ///< the schedule as text; by default the preset's
    std::optional<double> epochs;              ///< by default the preset's
    std::optional<std::uint64_t> steps;        ///< instead of epochs
    vote_kind votes = vote_kind::binary;       ///< what may abstain
    tie_policy ties = tie_policy::positive;    ///< of workers
    bool master_positive = true;               ///< how a binary master decodes a tie
    std::string aggregator = "majority";       ///< or a baseline with full gradients
    std::optional<std::size_t> assumed_liars;  ///< what a baseline is to withstand; by default the liars there are
    std::vector<std::size_t> absent;           ///< workers whose votes never count
    std::uint64_t seed = 1;                    ///< of everything random
    unsigned threads = 1;                      ///< that compute partitions
    std::optional<std::uint64_t> metric_every; ///< steps between two looks at the test samples
};

/// Adds the options of a plan to a command.
void declare_plan(command_line& line);

/// Reads the options of declare_plan().
/// \throws bad_use, error  values that are not allowed, a code that does not fit the workers, a code file that cannot be read
[[nodiscard]] training_plan read_plan(const command_line& line);

/// The names that options use.
[[nodiscard]] std::string name_of(training_preset preset);
[[nodiscard]] std::string name_of(vote_kind votes);
[[nodiscard]] std::string name_of(const model_choice& model);
[[nodiscard]] std::string name_of(const partition_choice& partitions);

/// The schedule that a text names: "0.001", "0.001,117:0.0001", "cosine:0.01:0.0001", "sqrt:0.01:100".
/// \param steps  in all, over which a cosine falls
/// \throws bad_use  another text
[[nodiscard]] step_schedule schedule_of(const std::string& text, std::uint64_t steps);

} // namespace election::program
