// SPDX-License-Identifier: MIT
// Probabilities of failure: Monte Carlo, rare events, intervals, sequential tests, and results that many runs add to.
#pragma once

#include <election/estimate/batch_votes.hpp>
#include <election/estimate/estimate.hpp>
#include <election/estimate/interval.hpp>
#include <election/estimate/merge_results.hpp>
#include <election/estimate/rare.hpp>
#include <election/estimate/rare_estimate.hpp>
#include <election/estimate/result_file.hpp>
#include <election/estimate/sequential_test.hpp>
#include <election/estimate/splitting.hpp>
#include <election/estimate/stratified.hpp>
#include <election/estimate/task.hpp>
