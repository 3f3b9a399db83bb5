// SPDX-License-Identifier: MIT
// run_votes(): a run whose workers send votes.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <election/core/executor.hpp>
#include <election/train/any_lies.hpp>
#include <election/train/election_trainer.hpp>
#include <election/train/fixed_vote_lies.hpp>
#include <election/train/label_flip_lies.hpp>
#include <election/train/silent_lies.hpp>
#include <election/train/sparse_vote_lies.hpp>
#include <election/train/vote_lies.hpp>

#include "kernels/kernels.hpp"
#include "training/processes.hpp"
#include "training/record.hpp"
#include "training/rounds.hpp"

namespace election::program {

/// All lies that options can name.
template <class Form, class Source>
using program_lies = any_lies<honest, vote_lies<sent_attack>, silent_lies, fixed_vote_lies, sparse_vote_lies,
                              label_flip_lies<Form, Source, thread_executor>>;

/// Makes them.
/// \param parameters  d
/// \param flipped     makes a source of signs from flipped labels; called if it is needed
template <class Form, class Source, class Flipped>
[[nodiscard]] program_lies<Form, Source> lies_of(const training_plan& plan, const training_lies& liars,
                                                 const kernel_set& kernels, std::size_t parameters, const Flipped& flipped) {
    if (const auto* sent = std::get_if<sent_attack>(&liars.attack)) {
        return vote_lies<sent_attack>(*sent, liars.who, {.seed = plan.seed}, kernels.sampling, kernels.majority);
    }
    if (const auto* silent = std::get_if<silent_attack>(&liars.attack)) {
        return silent_lies(liars.who, silent->share, plan.seed);
    }
    if (std::holds_alternative<fixed_vote_attack>(liars.attack)) {
        return fixed_vote_lies(liars.who, random_vote(parameters, plan.seed));
    }
    if (const auto* sparse = std::get_if<sparse_vote_attack>(&liars.attack)) {
        if (!Form::votes::abstains) {
            throw bad_use(detail::joined({"--attack: ", liars.attack_name,
                                          " is of votes that can abstain, must go with --votes ternary or abstaining"}));
        }
        return sparse_vote_lies(liars.who, sparse->share, plan.seed);
    }
    if (std::holds_alternative<label_flip_attack>(liars.attack)) {
        return label_flip_lies<Form, Source, thread_executor>(flipped(), plan.code, liars.who,
                                                              {.ties = plan.ties, .seed = plan.seed},
                                                              thread_executor(plan.threads), kernels.majority);
    }
    return honest{};
}

/// Holds a run of votes.
/// \tparam Form      a vote_form
/// \param make_source  makes a source of signs from data
template <class Form, class Problem, class MakeSource>
[[nodiscard]] training_outcome run_votes(const training_plan& plan, const training_lies& liars, const run_identity& identity,
                                         const Problem& problem, const MakeSource& make_source,
                                         const training_hooks& hooks) {
    using source_type = decltype(make_source(problem.train));
    using number = typename source_type::number_type;
    using learner_type = std::remove_cvref_t<decltype(problem.model)>;
    using data_type = std::remove_cvref_t<decltype(problem.train)>;
    const kernel_set& kernels = kernels_of(chosen_arch());
    const trainer_kernels loops{kernels.majority, kernels.packing};
    std::vector<number> start(problem.model.parameters());
    problem.model.initialize(start, plan.seed);

    const std::size_t parameters = start.size();
    processes<Form> together(plan, hooks.processes, parameters, kernels.majority);
    trainer_options options;
    options.step = problem.length;
    options.weight_decay = plan.weight_decay;
    options.ties = plan.ties;
    options.worker_momentum = plan.worker_momentum;
    options.compute_everything = hooks.record && together.is_master();
    options.seed = plan.seed;
    using trainer_type = election_trainer<Form, source_type, typename processes<Form>::transport_type,
                                          program_lies<Form, source_type>, thread_executor>;
    trainer_type trainer(plan.code, make_source(problem.train), std::move(start), together.take_transport(),
                         lies_of<Form, source_type>(plan, liars, kernels, parameters,
                                                    [&] { return make_source(problem.train.with_flipped_labels()); }),
                         options, thread_executor(plan.threads), loops);
    const auto hold = [&](auto& observe) {
        training_outcome outcome = hold_rounds(trainer, problem, identity, hooks, observe, together);
        outcome.everybody = together.finish(trainer);
        return outcome;
    };
    if (options.compute_everything) {
        training_record<learner_type, data_type> record(problem, trainer, loops);
        training_outcome outcome = hold(record);
        outcome.record = record.json(plan, liars);
        return outcome;
    }
    no_record none;
    return hold(none);
}

/// \{
/// Runs with dense data, a source file each.
[[nodiscard]] training_outcome run_binary(const training_plan& plan, const training_lies& liars,
                                          const run_identity& identity, const dense_problem& problem,
                                          const training_hooks& hooks);
[[nodiscard]] training_outcome run_abstaining(const training_plan& plan, const training_lies& liars,
                                              const run_identity& identity, const dense_problem& problem,
                                              const training_hooks& hooks);
[[nodiscard]] training_outcome run_ternary(const training_plan& plan, const training_lies& liars,
                                           const run_identity& identity, const dense_problem& problem,
                                           const training_hooks& hooks);
/// \}
/// A run with sparse data.
[[nodiscard]] training_outcome run_sparse(const training_plan& plan, const training_lies& liars,
                                          const run_identity& identity, const sparse_problem& problem,
                                          const training_hooks& hooks);

/// A run with dense data whose votes have that form.
template <class Form>
[[nodiscard]] training_outcome run_dense(const training_plan& plan, const training_lies& liars, const run_identity& identity,
                                         const dense_problem& problem, const training_hooks& hooks) {
    gradient_options options;
    options.momentum = plan.momentum;
    options.zero = Form::signs::abstains ? zero_policy::abstain : zero_policy::positive;
    options.keep_reported = liars.needs_gradients;
    const auto make_source = [&](dense_dataset data) {
        return gradient_signs<typename Form::signs, dense_learner, dense_dataset, batches>(
            problem.model, std::move(data), problem.rows, options, kernels_of(chosen_arch()).packing);
    };
    return run_votes<Form>(plan, liars, identity, problem, make_source, hooks);
}

} // namespace election::program
