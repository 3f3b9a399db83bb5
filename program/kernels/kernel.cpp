// SPDX-License-Identifier: MIT
// Compiled once for each architecture. Only templates tagged with the architecture may be instantiated here: the linker keeps one
// copy of any other inline function, and it must not be one with this file's instructions (a test looks at the symbols).
#include <election/verify/exhaustive_kernel.hpp>

#define ELECTION_CONCAT_AGAIN(a, b) a##b
#define ELECTION_CONCAT(a, b) ELECTION_CONCAT_AGAIN(a, b)

namespace election::program {

extern const exhaustive_kernel ELECTION_CONCAT(exhaustive_kernel_, ELECTION_KERNEL_ARCH);
constinit const exhaustive_kernel
    ELECTION_CONCAT(exhaustive_kernel_, ELECTION_KERNEL_ARCH) = exhaustive_kernel_for<arch::ELECTION_KERNEL_ARCH>();

} // namespace election::program
