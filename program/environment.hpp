// SPDX-License-Identifier: MIT
// What the environment asks of commands that compute.
#pragma once

#include <election/core/arch.hpp>

namespace election::program {

/// The instruction set that ELECTION_ARCH names, or the best one.
/// \throws bad_use  it names none that this processor has
[[nodiscard]] arch_id environment_arch();

} // namespace election::program
