// SPDX-License-Identifier: MIT
#include <election/train/sparse_signs.hpp>

#include "training/votes.hpp"

namespace election::program {

training_outcome run_sparse(const training_plan& plan, const training_lies& liars, const run_identity& identity,
                            const sparse_problem& problem, const training_hooks& hooks) {
    gradient_options options;
    options.momentum = plan.momentum;
    options.zero = zero_policy::abstain;
    options.keep_reported = liars.needs_gradients;
    const auto make_source = [&](sparse_dataset data) {
        return sparse_signs<ternary, sparse_logistic, sparse_dataset, batches>(problem.model, std::move(data), problem.rows,
                                                                               options);
    };
    return run_votes<ternary_form>(plan, liars, identity, problem, make_source, hooks);
}

} // namespace election::program
