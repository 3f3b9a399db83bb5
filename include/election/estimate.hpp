// SPDX-License-Identifier: MIT
// Probabilities of failure: Monte Carlo and confidence intervals.
#pragma once

#include <election/estimate/batch_votes.hpp>
#include <election/estimate/estimate.hpp>
#include <election/estimate/interval.hpp>
