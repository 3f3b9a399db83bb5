// SPDX-License-Identifier: MIT
// The layer exact: everything in it.
#pragma once

#include <election/exact/cover_problem.hpp>
#include <election/exact/cover_reference.hpp>
#include <election/exact/exact_election.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/model_reference.hpp>
