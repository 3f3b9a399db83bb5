// SPDX-License-Identifier: MIT
// Majority operators on packed sign vectors.
#pragma once

#include <election/majority/majority.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/majority/reference.hpp>
#include <election/majority/row_set.hpp>
