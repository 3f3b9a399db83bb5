// SPDX-License-Identifier: MIT
#include "training/run.hpp"

#include <utility>
#include <vector>

#include <election/train/election_trainer.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/sparse_signs.hpp>
#include <election/train/transport.hpp>

#include "kernels/kernels.hpp"
#include "training/rounds.hpp"

namespace election::program {
namespace {

[[nodiscard]] trainer_options options_of(const training_plan& plan, const step_schedule& length) {
    trainer_options options;
    options.step = length;
    options.weight_decay = plan.weight_decay;
    options.ties = plan.ties;
    options.worker_momentum = plan.worker_momentum;
    options.seed = plan.seed;
    return options;
}

template <class Form, class Source, class Problem>
[[nodiscard]] training_outcome run_votes(const training_plan& plan, const Problem& problem, Source source,
                                         const training_hooks& hooks) {
    using number = typename Source::number_type;
    const kernel_set& kernels = kernels_of(chosen_arch());
    std::vector<number> start(problem.model.parameters());
    problem.model.initialize(start, plan.seed);
    local_transport<Form> transport(plan.code.workers(), plan.master_positive ? tie_sign::positive : tie_sign::negative,
                                    kernels.majority, plan.absent);
    election_trainer<Form, Source, local_transport<Form>, honest, thread_executor> trainer(
        plan.code, std::move(source), std::move(start), std::move(transport), {}, options_of(plan, problem.length),
        thread_executor(plan.threads), {kernels.majority, kernels.packing});
    return hold_rounds(trainer, problem, hooks);
}

template <class Form>
[[nodiscard]] training_outcome run_dense(const training_plan& plan, const dense_problem& problem,
                                         const training_hooks& hooks) {
    gradient_options options;
    options.momentum = plan.momentum;
    options.zero = Form::signs::abstains ? zero_policy::abstain : zero_policy::positive;
    gradient_signs<typename Form::signs, dense_learner, dense_dataset, batches> source(
        problem.model, problem.train, problem.rows, options, kernels_of(chosen_arch()).packing);
    return run_votes<Form>(plan, problem, std::move(source), hooks);
}

} // namespace

training_outcome run_training(const training_plan& plan, const training_data& data, const training_hooks& hooks) {
    if (plan.preset == training_preset::amazon) {
        const sparse_problem problem = sparse_problem_of(plan, data);
        gradient_options options;
        options.momentum = plan.momentum;
        sparse_signs<ternary, sparse_logistic, sparse_dataset, batches> source(problem.model, problem.train, problem.rows,
                                                                               options);
        return run_votes<ternary_form>(plan, problem, std::move(source), hooks);
    }
    const dense_problem problem = dense_problem_of(plan, data, kernels_of(chosen_arch()).product);
    switch (plan.votes) {
    case vote_kind::binary:
        return run_dense<binary_form>(plan, problem, hooks);
    case vote_kind::abstaining:
        return run_dense<abstaining_form>(plan, problem, hooks);
    default:
        return run_dense<ternary_form>(plan, problem, hooks);
    }
}

} // namespace election::program
