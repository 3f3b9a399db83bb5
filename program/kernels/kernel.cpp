// SPDX-License-Identifier: MIT
// Compiled once for each architecture. Only templates tagged with the architecture may be instantiated here: the linker keeps one
// copy of any other inline function, and it must not be one with this file's instructions (a test looks at the symbols).
#include "kernels/arch_macros.hpp"
#include "kernels/kernel_set.hpp"

namespace election::program {

extern const kernel_set ELECTION_CONCAT(kernels_, ELECTION_KERNEL_ARCH);
constinit const kernel_set ELECTION_CONCAT(kernels_, ELECTION_KERNEL_ARCH){
    exhaustive_kernel_for<arch::ELECTION_KERNEL_ARCH>(), majority_kernel_for<arch::ELECTION_KERNEL_ARCH>(),
    packing_kernel_for<arch::ELECTION_KERNEL_ARCH>(),    product_kernel_for<arch::ELECTION_KERNEL_ARCH>(),
    sampling_kernel_for<arch::ELECTION_KERNEL_ARCH>(),   aggregation_kernel_for<arch::ELECTION_KERNEL_ARCH>(),
    cover_kernel_for<arch::ELECTION_KERNEL_ARCH>(),
};

} // namespace election::program
