// SPDX-License-Identifier: MIT
// run_training: one training run, from a plan to its outcome.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include <election/core/progress.hpp>
#include <election/train/run_identity.hpp>

#include "lies.hpp"
#include "training/plan.hpp"
#include "training/problem.hpp"
#include "training/processes.hpp"

namespace election::program {

/// What a run came to.
struct training_outcome {
    bool finished = true;                 ///< false: it was stopped before its last step
    bool is_master = true;                ///< false: in a rank that has nothing to say
    bool everybody = true;                ///< whether all ranks answered at the end
    std::uint64_t iterations = 0;         ///< steps held in all
    double epochs = 0;                    ///< that these are
    double seconds = 0;                   ///< of steps, without loading and looking at the test samples
    std::size_t parameters = 0;           ///< d
    std::string metric_name = "accuracy"; ///< or "auc"
    std::optional<double> metric;         ///< on the test samples at the end
    std::optional<double> metric_margin;  ///< area under the curve of the margin itself, of one output
    std::optional<double> loss;           ///< mean over the last step's mini-batches
    std::uint64_t vote_bytes = 0;         ///< of all votes, or gradients
    std::uint64_t decision_bytes = 0;     ///< of all decisions
    std::uint64_t absent = 0;             ///< votes that did not count, of all steps
    double parameter_sum = 0;             ///< Σ θ, in the order of the parameters
    std::uint64_t non_zeros = 0;          ///< parameters that are not 0
    std::string hash;                     ///< of the parameters, 16 hexadecimal digits
    std::string record;                   ///< what was recorded, a JSON object; empty without --record
};

/// What a run does besides learning.
struct training_hooks {
    std::stop_token stop;                          ///< asks it to end after the step it is in
    progress_function progress;                    ///< is told how far it is; may be empty
    std::string csv;                               ///< a row an iteration; empty: none
    std::string checkpoint;                        ///< is gone on from, and written; empty: none
    std::optional<std::uint64_t> checkpoint_every; ///< steps; by default once an epoch
    process_options processes;                     ///< how votes travel
    bool record = false;                           ///< whether votes are counted and compared with theory
};

/// Everything that decides the parameters of a run at each of its steps: what its checkpoints are known by. Workers who are
/// absent are left out: a run may lose some and go on.
[[nodiscard]] run_identity identity_of(const training_plan& plan, const training_lies& liars, const training_data& data);

/// Holds a run.
/// \throws error  what trainers and files refuse
[[nodiscard]] training_outcome run_training(const training_plan& plan, const training_lies& liars, const training_data& data,
                                            const training_hooks& hooks);

} // namespace election::program
