// SPDX-License-Identifier: MIT
// Models that are trained: losses, gradients, predictions, and how good they are.
#pragma once

#include <election/learners/learner.hpp>
