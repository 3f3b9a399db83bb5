// SPDX-License-Identifier: MIT
// Everything about bounds and probabilities of codes.
#pragma once

#include <election/analysis/bounds.hpp>
#include <election/analysis/ensemble.hpp>
#include <election/analysis/hypergeometric.hpp>
#include <election/analysis/mean_vote.hpp>
#include <election/analysis/vote_law.hpp>
