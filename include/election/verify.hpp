// SPDX-License-Identifier: MIT
// The layer verify: everything in it.
#pragma once

#include <election/verify/claim.hpp>
#include <election/verify/exhaustive.hpp>
#include <election/verify/exhaustive_kernel.hpp>
#include <election/verify/exhaustive_plan.hpp>
#include <election/verify/nearest.hpp>
#include <election/verify/reference.hpp>
#include <election/verify/verdict.hpp>
#include <election/verify/verify.hpp>
#include <election/verify/vote.hpp>
