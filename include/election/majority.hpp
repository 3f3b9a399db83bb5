// SPDX-License-Identifier: MIT
// Majority operators on packed sign vectors.
#pragma once

#include <election/majority/agreement.hpp>
#include <election/majority/agreement_loops.hpp>
#include <election/majority/at_least_loops.hpp>
#include <election/majority/copy_loops.hpp>
#include <election/majority/counter_loops.hpp>
#include <election/majority/counts.hpp>
#include <election/majority/elect.hpp>
#include <election/majority/encoder.hpp>
#include <election/majority/majority.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/majority/reference.hpp>
#include <election/majority/row_set.hpp>
#include <election/majority/tally.hpp>
#include <election/majority/ternary_majority.hpp>
#include <election/majority/ternary_row_set.hpp>
#include <election/majority/tile_counters.hpp>
#include <election/majority/weighted_majority.hpp>
