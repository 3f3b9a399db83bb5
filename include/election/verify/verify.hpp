// SPDX-License-Identifier: MIT
// verify(): the exact worst case of any code, by the best method for it.
#pragma once

#include <election/codes/packed_allocation.hpp>
#include <election/core/arch.hpp>
#include <election/verify/exhaustive.hpp>
#include <election/verify/verdict.hpp>

namespace election {

/// Finds the exact tolerance of a code and an election that shows it.
///
/// The result does not depend on the architecture or the number of threads, unless it ends early.
/// \tparam Arch    instruction set of the kernels; by default the best that this translation unit's compiler flags allow
/// \param code     any allocation: an election::code, an xtensor expression, a container of rows; entries 0 or 1, k ≤ 64
/// \param options  ties, threads, limits
/// \returns margin, tolerance, witness; see verdict
/// \throws error            a matrix that is not 0/1
/// \throws parameter_error  k > 64, or options out of range
/// \par Complexity
/// that of verify_exhaustive()
///
/// \code
/// auto code = election::deterministic(15, 3);
/// auto verdict = election::verify(code);
/// assert(verdict.exact && verdict.tolerance == 3);
/// \endcode
template <class Arch = default_arch, allocation Code>
[[nodiscard]] verdict verify(const Code& code, const verify_options& options = {}) {
    const packed_allocation& matrix = packed(code);
    return verify_exhaustive(matrix, options, exhaustive_kernel_for<Arch>());
}

} // namespace election
