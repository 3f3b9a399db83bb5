// SPDX-License-Identifier: MIT
// run_baseline(): a run whose workers send whole gradients.
#pragma once

#include <election/train/run_identity.hpp>

#include "lies.hpp"
#include "training/plan.hpp"
#include "training/problem.hpp"
#include "training/run.hpp"

namespace election::program {

/// \{
/// Holds a run of a plan that is_baseline(). \throws bad_use, error  see check_baseline() and run_training()
[[nodiscard]] training_outcome run_baseline(const training_plan& plan, const training_lies& liars,
                                            const run_identity& identity, const dense_problem& problem,
                                            const training_hooks& hooks);
[[nodiscard]] training_outcome run_baseline(const training_plan& plan, const training_lies& liars,
                                            const run_identity& identity, const sparse_problem& problem,
                                            const training_hooks& hooks);
/// \}

} // namespace election::program
