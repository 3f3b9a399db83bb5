// SPDX-License-Identifier: MIT
// momentum_pack(): momentum in place and the signs of it, in one pass over memory.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include <election/bits/sign_span.hpp>
#include <election/bits/ternary.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/packing/numbers.hpp>
#include <election/packing/pack.hpp>
#include <election/packing/packing_kernel.hpp>
#include <election/packing/policies.hpp>

namespace election {
namespace detail {

template <class M, class G>
concept same_floats = float_numbers<M> && float_numbers<G> && std::same_as < typename std::remove_cvref_t<M>::value_type,
typename std::remove_cvref_t<G>::value_type > ;

template <class Executor, class M, class G, class Out>
void momentum_parts(const Executor& run, M& m, const G& g, double beta, Out out, const pack_options& options,
                    const packing_kernel& kernel) {
    using value = typename std::remove_cvref_t<M>::value_type;
    const std::span<value> to = memory_of(m, "momentum_pack", "m");
    const std::span<const value> from = memory_of(g, "momentum_pack", "g");
    require_can_pack(out, to.size(), options, "momentum_pack");
    require_same_size(from.size(), to.size(), "momentum_pack", "g.size()");
    require(beta >= 0 && beta <= 1, "momentum_pack", "beta", beta, "must be between 0 and 1");
    const auto stays = static_cast<value>(beta);
    const sign_planes planes = sign_planes::of(out);
    const auto part = [&](std::size_t first, std::size_t count) {
        const sign_planes here = planes.from(first);
        const bool nan = kernel.of<value>().momentum_pack(to.data() + first, from.data() + first, count, stays,
                                                          value{1} - stays, options.zero, here.signs, here.present);
        return nan && options.nan == nan_policy::error ? first_nan(to.data() + first, count) : no_nan;
    };
    require_no_nan(first_of_parts(run, to.size(), part), "momentum_pack", "m");
}

} // namespace detail

/// Momentum and its signs: m[j] ← beta·m[j] + (1 − beta)·g[j], out[j] = sign(m[j]).
///
/// beta is rounded to the type of m, then 1 − beta, both products and the sum are rounded, one by one and never fused: the
/// result is the same bit for bit on every architecture and with every flag of the compiler but those that give up IEEE
/// arithmetic (-ffast-math).
///
/// \tparam Arch    instruction set; by default the best that this translation unit's compiler flags allow
/// \param m        d floats or doubles: a contiguous range, or an xtensor container or view that lies in memory in row-major
///                 order
/// \param g        d numbers of the same type, likewise, that do not overlap m
/// \param beta     how much of m stays, 0 to 1
/// \param out      d signs that overlap neither; their padding becomes zero
/// \param options  what zeros and NaNs of the new m become, as for pack()
/// \param kernel   the inner loops; given where an architecture is chosen at run time
/// \throws parameter_error  different sizes, beta, zero_policy::abstain, an expression that is not in memory in that order; or a
///                          NaN in the new m: the message has the index of the first one, m is then updated everywhere and `out`
///                          is unspecified
/// \par Complexity
/// O(d), one pass at the speed of reading m and g and writing m
///
/// \code
/// std::vector<float> momentum{1.0f, -1.0f};
/// const std::vector<float> gradient{-4.0f, 0.0f};
/// election::sign_vector signs(2);
/// election::momentum_pack(momentum, gradient, 0.5, signs);
/// assert(momentum == (std::vector<float>{-1.5f, -0.5f}) && to_string(signs) == "--");
/// \endcode
template <class Arch = default_arch, class M, class G>
    requires detail::same_floats<M, G>
void momentum_pack(M&& m, const G& g, double beta, sign_span<std::uint64_t> out, pack_options options = {},
                   const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    detail::momentum_parts(serial_executor(), m, g, beta, out, options, kernel);
}

/// Momentum and its signs where zeros and NaNs may abstain, in canonical form. Otherwise as momentum_pack() to a sign_span.
///
/// \code
/// std::vector<double> momentum{1, -1};
/// election::ternary_vector votes(2);
/// election::momentum_pack(momentum, std::vector<double>{-1, 0}, 0.5, votes, {.zero = election::zero_policy::abstain});
/// assert(to_string(votes) == "0-");
/// \endcode
template <class Arch = default_arch, class M, class G>
    requires detail::same_floats<M, G>
void momentum_pack(M&& m, const G& g, double beta, ternary_span<std::uint64_t> out, pack_options options = {},
                   const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    detail::momentum_parts(serial_executor(), m, g, beta, out, options, kernel);
}

/// momentum_pack() in parallel: `run` does the parts, each a multiple of 4096 signs but the last. The result, and the index
/// that an error names, do not depend on it.
template <class Arch = default_arch, detail::executor_like Executor, class M, class G>
    requires detail::same_floats<M, G>
void momentum_pack(const Executor& run, M&& m, const G& g, double beta, sign_span<std::uint64_t> out,
                   pack_options options = {}, const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    detail::momentum_parts(run, m, g, beta, out, options, kernel);
}

/// momentum_pack() in parallel, where zeros and NaNs may abstain.
template <class Arch = default_arch, detail::executor_like Executor, class M, class G>
    requires detail::same_floats<M, G>
void momentum_pack(const Executor& run, M&& m, const G& g, double beta, ternary_span<std::uint64_t> out,
                   pack_options options = {}, const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    detail::momentum_parts(run, m, g, beta, out, options, kernel);
}

} // namespace election
