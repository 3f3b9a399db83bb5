// SPDX-License-Identifier: MIT
// Probabilities of failure: Monte Carlo, confidence intervals and sequential tests.
#pragma once

#include <election/estimate/batch_votes.hpp>
#include <election/estimate/estimate.hpp>
#include <election/estimate/interval.hpp>
#include <election/estimate/sequential_test.hpp>
