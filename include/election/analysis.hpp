// SPDX-License-Identifier: MIT
// Everything about bounds, tally enumerators and probabilities of codes.
#pragma once

#include <election/analysis/allocation_classes.hpp>
#include <election/analysis/bounds.hpp>
#include <election/analysis/ensemble.hpp>
#include <election/analysis/enumerate.hpp>
#include <election/analysis/enumerate_reference.hpp>
#include <election/analysis/failure_probability.hpp>
#include <election/analysis/hypergeometric.hpp>
#include <election/analysis/mean_vote.hpp>
#include <election/analysis/sign_accuracy.hpp>
#include <election/analysis/tally_enumerator.hpp>
#include <election/analysis/tally_plan.hpp>
#include <election/analysis/vote_law.hpp>
