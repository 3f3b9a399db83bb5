// SPDX-License-Identifier: MIT
#include "training/votes.hpp"

namespace election::program {

training_outcome run_binary(const training_plan& plan, const training_lies& liars, const run_identity& identity,
                            const dense_problem& problem, const training_hooks& hooks) {
    return run_dense<binary_form>(plan, liars, identity, problem, hooks);
}

} // namespace election::program
