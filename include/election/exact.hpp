// SPDX-License-Identifier: MIT
// The layer exact: everything in it.
#pragma once

#include <election/exact/all_failures.hpp>
#include <election/exact/annealing.hpp>
#include <election/exact/big_count.hpp>
#include <election/exact/branch_and_bound.hpp>
#include <election/exact/certificate.hpp>
#include <election/exact/certificate_check.hpp>
#include <election/exact/certificate_lines.hpp>
#include <election/exact/circulant.hpp>
#include <election/exact/column_dominance.hpp>
#include <election/exact/conflict_bound.hpp>
#include <election/exact/count_choices.hpp>
#include <election/exact/cover_blocks.hpp>
#include <election/exact/cover_kernel.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/cover_reference.hpp>
#include <election/exact/cover_tables.hpp>
#include <election/exact/exact_election.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/frontier.hpp>
#include <election/exact/frontier_order.hpp>
#include <election/exact/frontier_rows.hpp>
#include <election/exact/interchangeable_columns.hpp>
#include <election/exact/list_choices.hpp>
#include <election/exact/lp.hpp>
#include <election/exact/model_reference.hpp>
#include <election/exact/moment_bound.hpp>
#include <election/exact/opb.hpp>
#include <election/exact/orbit_prefixes.hpp>
#include <election/exact/presolve.hpp>
#include <election/exact/presolve_columns.hpp>
#include <election/exact/presolve_rows.hpp>
#include <election/exact/presolved.hpp>
#include <election/exact/symmetry.hpp>
#include <election/exact/zero_one_program.hpp>
