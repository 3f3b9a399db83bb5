// SPDX-License-Identifier: MIT
// progress: how far a long computation is, given to the caller's own function from time to time.
#pragma once

#include <cstdint>
#include <functional>

namespace election {

/// How far a long computation is.
struct progress {
    std::uint64_t done = 0;  ///< units of work done, e.g. messages examined
    std::uint64_t total = 0; ///< units of work in all
    double seconds = 0;      ///< since the start
    double seconds_left = 0; ///< expected at the present speed
};

/// Receives progress a few times a second, always on the thread that started the computation.
using progress_function = std::function<void(const progress&)>;

} // namespace election
