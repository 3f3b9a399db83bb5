// SPDX-License-Identifier: MIT
// majority() of votes that may abstain.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/bits/sign_span.hpp>
#include <election/bits/ternary.hpp>
#include <election/core/arch.hpp>
#include <election/core/executor.hpp>
#include <election/majority/majority.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/majority/ternary_row_set.hpp>
#include <election/majority/tile_counters.hpp>

namespace election {

namespace detail {

/// sum ≥ threshold where the sum is that of 1 + vote over all rows, 0 … 2n.
inline void ternary_at_least(const ternary_row_set& rows, std::size_t threshold, std::uint64_t* out, std::uint64_t* tied,
                             const majority_kernel& kernel) {
    const std::size_t n = rows.size();
    sum_and_compare(kernel, 2 * n, threshold, words_for(rows.signs()), out, tied,
                    [&](std::uint64_t* const* planes, std::size_t digits, std::size_t first, std::size_t size) {
                        kernel.add_ternary(planes, digits, 0, rows.sign_rows().data(), rows.present_rows().data(), n, first,
                                           size);
                    });
}

} // namespace detail

/// The sign of the sum of votes +1, −1 and 0 at every coordinate; where it is 0, the sign that `tie` says.
///
/// \tparam Arch    instruction set; by default the best that this translation unit's compiler flags allow
/// \param rows     n rows of d votes in canonical form, 1 ≤ n ≤ 65535
/// \param out      d signs that overlap no row; their padding becomes zero
/// \param tie      how an even split, abstentions left aside, is decoded
/// \param kernel   the inner loops; given where an architecture is chosen at run time
/// \throws parameter_error  no row, too many, another size of `out`
/// \par Complexity
/// O(n·d / 32) words read once; each vote is counted as two bits that sum to 1 + vote, so about 2n full adders a block
///
/// \code
/// std::vector<election::ternary_vector> votes(3, election::ternary_vector(2));
/// votes[0].set(0, 1);                          // + 0
/// votes[1].set(1, -1);                         // 0 -
/// votes[2].set(1, 1);                          // 0 +
/// election::sign_vector decoded(2);
/// election::majority(election::ternary_row_set(votes), decoded, election::tie_sign::negative);
/// assert(to_string(decoded) == "+-");
/// \endcode
template <class Arch = default_arch>
void majority(const ternary_row_set& rows, sign_span<std::uint64_t> out, tie_sign tie = tie_sign::positive,
              const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::require_rows(rows.size(), rows.signs(), out.size(), "majority");
    detail::ternary_at_least(rows, rows.size() + (tie == tie_sign::positive ? 0 : 1), out.data(), nullptr, kernel);
    out.clear_padding();
}

/// The sign of the sum of votes at every coordinate, 0 where the sum is 0.
///
/// \param rows    n rows of d votes in canonical form, 1 ≤ n ≤ 65535
/// \param out     d votes that overlap no row, written in canonical form
/// \param kernel  the inner loops; given where an architecture is chosen at run time
/// \throws parameter_error  no row, too many, another size of `out`
/// \par Complexity
/// That of the form that decodes ties
template <class Arch = default_arch>
void majority(const ternary_row_set& rows, ternary_span<std::uint64_t> out,
              const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::require_rows(rows.size(), rows.signs(), out.size(), "majority");
    detail::ternary_at_least(rows, rows.size() + 1, out.signs().data(), out.present().data(), kernel);
    detail::complement(out.present().words());
    out.signs().clear_padding();
    out.present().clear_padding();
}

/// \{
/// The same, shared out by an executor.
template <class Arch = default_arch, executor E>
void majority(const E& run, const ternary_row_set& rows, sign_span<std::uint64_t> out, tie_sign tie = tie_sign::positive,
              const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::require_rows(rows.size(), rows.signs(), out.size(), "majority");
    detail::for_sign_parts(run, out.size(), [&](std::size_t first, std::size_t count) {
        majority<Arch>(rows.tile(first, count), out.tile(first, count), tie, kernel);
    });
}
template <class Arch = default_arch, executor E>
void majority(const E& run, const ternary_row_set& rows, ternary_span<std::uint64_t> out,
              const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::require_rows(rows.size(), rows.signs(), out.size(), "majority");
    detail::for_sign_parts(run, out.size(), [&](std::size_t first, std::size_t count) {
        const ternary_span<std::uint64_t> part(out.signs().tile(first, count), out.present().tile(first, count));
        majority<Arch>(rows.tile(first, count), part, kernel);
    });
}
/// \}

} // namespace election
