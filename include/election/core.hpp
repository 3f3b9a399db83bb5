// SPDX-License-Identifier: MIT
// Everything that all layers share: errors, architectures, random numbers, threads, progress.
#pragma once

#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/core/executor.hpp>
#include <election/core/parallel.hpp>
#include <election/core/progress.hpp>
#include <election/core/random.hpp>
#include <election/core/ties.hpp>
#include <election/core/xtensor.hpp>
