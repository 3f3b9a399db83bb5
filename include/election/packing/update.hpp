// SPDX-License-Identifier: MIT
// update(): a step against packed signs, in place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <election/bits/sign_span.hpp>
#include <election/bits/ternary.hpp>
#include <election/core/arch.hpp>
#include <election/packing/numbers.hpp>
#include <election/packing/packing_kernel.hpp>
#include <election/packing/unpack.hpp>

namespace election {
namespace detail {

template <class X, class Votes>
void update_all(X& x, double step, const Votes& votes, const packing_kernel& kernel) {
    const auto numbers_of_x = memory_of(x, "update", "x");
    require_same_size(numbers_of_x.size(), votes.size(), "update", "x.size()");
    using value = typename decltype(numbers_of_x)::value_type;
    const sign_planes_view from = sign_planes_view::of(votes);
    kernel.of<value>().update(numbers_of_x.data(), votes.size(), static_cast<value>(step), from.signs, from.present);
}

template <class Executor, class X, class Votes>
void update_parts(const Executor& run, X& x, double step, const Votes& votes, const packing_kernel& kernel) {
    const auto numbers_of_x = memory_of(x, "update", "x");
    require_same_size(numbers_of_x.size(), votes.size(), "update", "x.size()");
    using value = typename decltype(numbers_of_x)::value_type;
    const sign_planes_view planes = sign_planes_view::of(votes);
    run(votes.size(), part_grain, [&](std::size_t first, std::size_t last) {
        const sign_planes_view from = planes.from(first);
        kernel.of<value>().update(numbers_of_x.data() + first, last - first, static_cast<value>(step), from.signs,
                                  from.present);
    });
}

} // namespace detail

/// A step against signs: x[j] ← x[j] − step·sign[j].
///
/// \tparam Arch   instruction set; by default the best that this translation unit's compiler flags allow
/// \param x       d floats or doubles: a contiguous range, or an xtensor container or view that lies in memory in row-major order
/// \param step    the length of the step, in units of x; rounded to x's type
/// \param signs   d signs that do not overlap x
/// \param kernel  the inner loops; given where an architecture is chosen at run time
/// \throws parameter_error  different sizes, or an expression that is not in memory in that order
/// \par Complexity
/// O(d), one pass at the speed of reading and writing x; the result is the same on every architecture
///
/// \code
/// std::vector<float> weights{1.0f, 1.0f};
/// const election::sign_vector signs = election::packed_signs(std::vector<int>{1, -1});
/// election::update(weights, 0.25, signs);
/// assert(weights == (std::vector<float>{0.75f, 1.25f}));
/// \endcode
template <class Arch = default_arch, detail::float_numbers X>
void update(X&& x, double step, sign_view signs, const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    detail::update_all(x, step, signs, kernel);
}

/// A step against votes: where a vote is absent, x stays as it is. Otherwise as update() with signs.
///
/// \code
/// std::vector<double> weights{1, 1};
/// election::ternary_vector votes(2); // 0 0
/// votes.set(1, 1);
/// election::update(weights, 0.25, votes);
/// assert(weights == (std::vector<double>{1, 0.75}));
/// \endcode
template <class Arch = default_arch, detail::float_numbers X>
void update(X&& x, double step, ternary_view votes, const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    detail::update_all(x, step, votes, kernel);
}

/// update() with signs in parallel: `run` does the parts, each a multiple of 4096 signs but the last.
template <class Arch = default_arch, detail::executor_like Executor, detail::float_numbers X>
void update(const Executor& run, X&& x, double step, sign_view signs,
            const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    detail::update_parts(run, x, step, signs, kernel);
}

/// update() with votes in parallel.
template <class Arch = default_arch, detail::executor_like Executor, detail::float_numbers X>
void update(const Executor& run, X&& x, double step, ternary_view votes,
            const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    detail::update_parts(run, x, step, votes, kernel);
}

} // namespace election
