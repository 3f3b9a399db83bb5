// SPDX-License-Identifier: MIT
#include "training/run_baseline.hpp"

#include <functional>
#include <ostream>
#include <utility>
#include <vector>

#include <election/core/executor.hpp>
#include <election/train/gradient_trainer.hpp>
#include <election/train/sparse_signs.hpp>

#include "kernels/kernels.hpp"
#include "training/baseline.hpp"
#include "training/record.hpp"
#include "training/rounds.hpp"

namespace election::program {
namespace {

/// All workers and the master are here.
class one_process {
public:
    [[nodiscard]] static constexpr bool is_master() noexcept { return true; }
    template <class Trainer>
    void collect(const Trainer& trainer) {
        save_ = [&trainer](std::ostream& to) { trainer.save(to); };
    }
    void save(std::ostream& to) const { save_(to); }

private:
    std::function<void(std::ostream&)> save_;
};

template <class Problem, class Source>
[[nodiscard]] training_outcome hold(const training_plan& plan, const training_lies& liars, const run_identity& identity,
                                    const Problem& problem, Source source, const training_hooks& hooks) {
    std::vector<typename Source::number_type> start(problem.model.parameters());
    problem.model.initialize(start, plan.seed);
    gradient_trainer_options options;
    options.step = problem.length;
    options.weight_decay = plan.weight_decay;
    options.worker_momentum = plan.worker_momentum;
    gradient_trainer<Source, baseline_aggregator, baseline_lies, thread_executor> trainer(
        plan.code, std::move(source), std::move(start), baseline_of(plan, liars), baseline_lies_of(plan, liars), options,
        thread_executor(plan.threads));
    one_process together;
    no_record none;
    return hold_rounds(trainer, problem, identity, hooks, none, together);
}

[[nodiscard]] gradient_options options_of(const training_plan& plan) {
    gradient_options options;
    options.momentum = plan.momentum;
    options.keep_reported = true;
    return options;
}

} // namespace

training_outcome run_baseline(const training_plan& plan, const training_lies& liars, const run_identity& identity,
                              const dense_problem& problem, const training_hooks& hooks) {
    gradient_options options = options_of(plan);
    options.zero = zero_policy::positive; // of signs, which nobody looks at
    gradient_signs<binary, dense_learner, dense_dataset, batches> source(problem.model, problem.train, problem.rows, options,
                                                                         kernels_of(chosen_arch()).packing);
    return hold(plan, liars, identity, problem, std::move(source), hooks);
}

training_outcome run_baseline(const training_plan& plan, const training_lies& liars, const run_identity& identity,
                              const sparse_problem& problem, const training_hooks& hooks) {
    gradient_options options = options_of(plan);
    options.zero = zero_policy::abstain;
    sparse_signs<ternary, sparse_logistic, sparse_dataset, batches> source(problem.model, problem.train, problem.rows,
                                                                           options);
    return hold(plan, liars, identity, problem, std::move(source), hooks);
}

} // namespace election::program
