// SPDX-License-Identifier: MIT
// symmetries: what finds all symmetries of a code, if the program was built with nauty.
#pragma once

#include <election/exact/verify_exact.hpp>

namespace election::program {

/// nauty, or nobody in a program without it.
[[nodiscard]] symmetry_finder all_symmetries();

} // namespace election::program
