// SPDX-License-Identifier: MIT
// What benchmarks compare with: the adders' roof of every architecture, measured in this process, and names for the output.
#pragma once

#include <election/core/arch.hpp>

namespace election::bench {

/// Full adds of single bits that one core does in a second at best with an architecture's instructions, everything in
/// registers. Measured at the first call (about 20 ms), then remembered.
[[nodiscard]] double full_adds_per_second(arch_id arch);

/// Puts the processor's name and the architectures into the head of the output, then runs the benchmarks.
int run(int argc, char** argv);

} // namespace election::bench
