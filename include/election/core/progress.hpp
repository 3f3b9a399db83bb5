// SPDX-License-Identifier: MIT
// progress: how far a long computation is, given to the caller's own function from time to time.
#pragma once

#include <cstdint>
#include <functional>

namespace election {

/// How far a long computation is. Work is counted in what the computation says, e.g. messages examined.
struct progress {
    std::uint64_t done = 0;  ///< units of work
    std::uint64_t total = 0; ///< units of work in all
    double seconds = 0;      ///< wall-clock time since the start
    double seconds_left = 0; ///< expected at the average speed so far
};

/// Receives progress a few times a second, always on the thread that started the computation.
using progress_function = std::function<void(const progress&)>;

} // namespace election
