// SPDX-License-Identifier: MIT
// All of election: codes, their verification, bounds, packed signs and majorities, training, files, and estimates
// where Boost.Math is.
#pragma once

#include <election/analysis.hpp>
#include <election/bits.hpp>
#include <election/codes.hpp>
#include <election/core.hpp>
#include <election/data.hpp>
#include <election/exact.hpp>
#include <election/io.hpp>
#include <election/learners.hpp>
#include <election/majority.hpp>
#include <election/models.hpp>
#include <election/packing.hpp>
#include <election/train.hpp>
#include <election/verify.hpp>

#if __has_include(<boost/math/special_functions/beta.hpp>)
#include <election/estimate.hpp>
#endif
