// SPDX-License-Identifier: MIT
// The layer exact: everything in it.
#pragma once

#include <election/exact/conflict_bound.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/cover_reference.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/moment_bound.hpp>
#include <election/exact/orbit_prefixes.hpp>
#include <election/exact/symmetry.hpp>
