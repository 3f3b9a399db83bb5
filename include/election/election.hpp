// SPDX-License-Identifier: MIT
// All of election: codes, their verification, bounds, packed signs and their majorities, and matrix files.
#pragma once

#include <election/analysis.hpp>
#include <election/bits.hpp>
#include <election/codes.hpp>
#include <election/core.hpp>
#include <election/io.hpp>
#include <election/majority.hpp>
#include <election/packing.hpp>
#include <election/verify.hpp>
