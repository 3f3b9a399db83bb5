// SPDX-License-Identifier: MIT
// majority() and at_least(): the coordinate-wise majority of packed sign vectors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <election/bits/sign_span.hpp>
#include <election/bits/ternary.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/core/executor.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/majority/row_set.hpp>
#include <election/majority/tile_counters.hpp>

namespace election {

/// The most rows that the majority operators take.
inline constexpr std::size_t majority_max_rows = 65535;

/// How a coordinate with as many +1 as −1 is decoded where there is no way to abstain.
enum class tie_sign : std::uint8_t {
    positive, ///< +1
    negative  ///< −1
};

namespace detail {

inline void require_rows(std::size_t rows, std::size_t signs, std::size_t out, std::string_view where) {
    require(rows >= 1 && rows <= majority_max_rows, where, "rows", rows, "must be 1 to 65535");
    require(out == signs, where, "out.size()", out, "must be the number of signs in a row, ", signs);
}

inline void require_threshold(std::size_t rows, std::size_t threshold) {
    require(threshold <= rows + 1, "at_least", "threshold", threshold, "must be at most n + 1 = ", rows + 1);
}

/// Turns "tied" into "present".
inline void complement(std::span<std::uint64_t> words) {
    for (std::uint64_t& word : words) word = ~word;
}

} // namespace detail

/// Where at least `threshold` of the rows have +1: out[j] = +1 if so, else −1.
///
/// \tparam Arch      instruction set; by default the best that this translation unit's compiler flags allow
/// \param rows       n rows of d signs, 1 ≤ n ≤ 65535
/// \param threshold  t, 0 … n + 1; 0 gives +1 everywhere, n + 1 gives −1 everywhere
/// \param out        d signs that overlap no row; their padding becomes zero
/// \param kernel     the inner loops; given where an architecture is chosen at run time
/// \throws parameter_error  no row, too many, another size of `out`, threshold > n + 1
/// \par Complexity
/// O(n·d / 64) words read once; about n full adders a block, no memory but the stack (at most 150 KiB)
///
/// \code
/// election::sign_matrix votes(3, 100);
/// votes[0].set(7, true);
/// votes[1].set(7, true);
/// election::sign_vector out(100);
/// election::at_least(votes, 2, out);
/// assert(out[7] == 1 && out[8] == -1);
/// \endcode
template <class Arch = default_arch>
void at_least(const row_set& rows, std::size_t threshold, sign_span<std::uint64_t> out,
              const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::require_rows(rows.size(), rows.signs(), out.size(), "at_least");
    detail::require_threshold(rows.size(), threshold);
    const std::size_t words = words_for(out.size());
    if (threshold == 0) {
        for (std::uint64_t& word : out.words()) word = ~std::uint64_t{0};
    } else if (words != 0) {
        kernel.at_least(rows.data(), rows.size(), words, threshold, out.data(), nullptr);
    }
    out.clear_padding();
}

/// The majority of the rows at every coordinate; where they are split evenly, the sign that `tie` says.
///
/// For an odd number of rows there are no ties. Parameters, errors and costs are those of at_least().
///
/// \code
/// election::sign_matrix votes(5, 1000);
/// election::sign_vector decoded(1000);
/// election::majority(votes, decoded);
/// \endcode
template <class Arch = default_arch>
void majority(const row_set& rows, sign_span<std::uint64_t> out, tie_sign tie = tie_sign::positive,
              const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    const std::size_t n = rows.size();
    at_least<Arch>(rows, tie == tie_sign::positive ? (n + 1) / 2 : n / 2 + 1, out, kernel);
}

/// The majority of the rows at every coordinate; where they are split evenly, 0.
///
/// \param rows    n rows of d signs, 1 ≤ n ≤ 65535
/// \param out     d votes that overlap no row, written in canonical form
/// \param kernel  the inner loops; given where an architecture is chosen at run time
/// \throws parameter_error  no row, too many, another size of `out`
/// \par Complexity
/// That of at_least()
///
/// \code
/// election::sign_matrix votes(2, 3);
/// votes[0].set(1, true);
/// election::ternary_vector decoded(3);
/// election::majority(votes, decoded);
/// assert(to_string(decoded) == "-0-");
/// \endcode
template <class Arch = default_arch>
void majority(const row_set& rows, ternary_span<std::uint64_t> out,
              const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::require_rows(rows.size(), rows.signs(), out.size(), "majority");
    const std::size_t n = rows.size();
    const std::span<std::uint64_t> present = out.present().words();
    if (present.empty()) return;
    if (n % 2 == 1) {
        kernel.at_least(rows.data(), n, present.size(), n / 2 + 1, out.signs().data(), nullptr);
        for (std::uint64_t& word : present) word = ~std::uint64_t{0};
    } else {
        // `present` holds the ties first.
        kernel.at_least(rows.data(), n, present.size(), n / 2 + 1, out.signs().data(), present.data());
        detail::complement(present);
    }
    out.signs().clear_padding();
    out.present().clear_padding();
}

/// \{
/// at_least() and majority() with the work on d coordinates shared out by an executor, e.g. thread_executor.
///
/// \code
/// election::sign_matrix votes(31, 100'000);
/// election::sign_vector decoded(100'000);
/// election::majority(election::thread_executor(2), votes, decoded);
/// assert(decoded[99'999] == -1);
/// \endcode
template <class Arch = default_arch, executor E>
void at_least(const E& run, const row_set& rows, std::size_t threshold, sign_span<std::uint64_t> out,
              const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::require_rows(rows.size(), rows.signs(), out.size(), "at_least");
    detail::require_threshold(rows.size(), threshold);
    detail::for_sign_parts(run, out.size(), [&](std::size_t first, std::size_t count) {
        at_least<Arch>(rows.tile(first, count), threshold, out.tile(first, count), kernel);
    });
}
template <class Arch = default_arch, executor E>
void majority(const E& run, const row_set& rows, sign_span<std::uint64_t> out, tie_sign tie = tie_sign::positive,
              const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::require_rows(rows.size(), rows.signs(), out.size(), "majority");
    detail::for_sign_parts(run, out.size(), [&](std::size_t first, std::size_t count) {
        majority<Arch>(rows.tile(first, count), out.tile(first, count), tie, kernel);
    });
}
template <class Arch = default_arch, executor E>
void majority(const E& run, const row_set& rows, ternary_span<std::uint64_t> out,
              const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::require_rows(rows.size(), rows.signs(), out.size(), "majority");
    detail::for_sign_parts(run, out.size(), [&](std::size_t first, std::size_t count) {
        const ternary_span<std::uint64_t> part(out.signs().tile(first, count), out.present().tile(first, count));
        majority<Arch>(rows.tile(first, count), part, kernel);
    });
}
/// \}

} // namespace election
