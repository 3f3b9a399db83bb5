// SPDX-License-Identifier: MIT
// The program's kernels: every architecture compiled in, one chosen at run time.
#pragma once

#include <string_view>
#include <vector>

#include <election/analysis/enumerate.hpp>
#include <election/core/arch.hpp>
#include <election/exact/verify_exact.hpp>
#include <election/learners/product_kernel.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/packing/packing_kernel.hpp>
#include <election/verify/exhaustive.hpp>

#include "kernels/kernel_set.hpp"

namespace election::program {

/// The instruction sets that this program was built with and that this processor has, narrowest first.
[[nodiscard]] std::vector<arch_id> usable_architectures();

/// The instruction set named by the environment variable ELECTION_ARCH, or the best usable one.
/// \throws parameter_error  unknown, unavailable, or not built in
[[nodiscard]] arch_id chosen_arch();

/// All kernels of an architecture that usable_architectures() lists.
[[nodiscard]] const kernel_set& kernels_of(arch_id arch);

/// The enumeration kernel of an architecture that usable_architectures() lists.
[[nodiscard]] const exhaustive_kernel& kernel_of(arch_id arch);

/// The majority kernel of an architecture that usable_architectures() lists.
[[nodiscard]] const majority_kernel& majority_kernel_of(arch_id arch);

/// The packing kernel of an architecture that usable_architectures() lists.
[[nodiscard]] const packing_kernel& packing_kernel_of(arch_id arch);

/// The product kernel of an architecture that usable_architectures() lists.
[[nodiscard]] const product_kernel& product_kernel_of(arch_id arch);

/// The kernel of enumerate_tally(), a part of the majority kernel, of an architecture that usable_architectures() lists.
[[nodiscard]] enumerate_kernel enumerate_kernel_of(arch_id arch);

/// The kernels of verify_exact(), of an architecture that usable_architectures() lists.
[[nodiscard]] exact_kernels exact_kernels_of(arch_id arch);

/// verify_exhaustive() with the kernel of that architecture.
[[nodiscard]] verdict verify(const packed_allocation& code, const verify_options& options, arch_id arch);

/// estimate_exhaustive_seconds() with the kernel of that architecture.
[[nodiscard]] double estimated_seconds(const packed_allocation& code, const verify_options& options, arch_id arch);

} // namespace election::program
