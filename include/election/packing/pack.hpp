// SPDX-License-Identifier: MIT
// pack(): the signs of numbers, one bit each.
#pragma once

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>

#include <election/bits/sign_span.hpp>
#include <election/bits/sign_vector.hpp>
#include <election/bits/ternary.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/packing/numbers.hpp>
#include <election/packing/packing_kernel.hpp>
#include <election/packing/policies.hpp>

namespace election {
namespace detail {

/// Where packed signs go: one plane, or two.
struct sign_planes {
    std::uint64_t* signs;
    std::uint64_t* present;

    [[nodiscard]] static sign_planes of(sign_span<std::uint64_t> out) noexcept { return {out.data(), nullptr}; }
    [[nodiscard]] static sign_planes of(ternary_span<std::uint64_t> out) noexcept {
        return {out.signs().data(), out.present().data()};
    }
    /// The planes from a sign on, which begins a word.
    [[nodiscard]] sign_planes from(std::size_t sign) const noexcept {
        return {signs + sign / 64, present == nullptr ? nullptr : present + sign / 64};
    }
};

inline constexpr std::size_t no_nan = std::numeric_limits<std::size_t>::max();

template <class T>
[[nodiscard]] std::size_t first_nan(const T* x, std::size_t count) noexcept {
    if constexpr (std::floating_point<T>) {
        for (std::size_t j = 0; j < count; ++j) {
            if (x[j] != x[j]) return j;
        }
    }
    return no_nan;
}

inline void require_no_nan(std::size_t place, std::string_view where, std::string_view name) {
    if (place != no_nan) {
        throw parameter_error(where, joined({name, "[", std::to_string(place), "]"}), "nan",
                              "must be a number unless nan_policy::abstain is given");
    }
}

template <class Out>
void require_can_pack(const Out& out, std::size_t count, const pack_options& options, std::string_view where) {
    require_same_size(out.size(), count, where, "out.size()");
    if constexpr (std::same_as<Out, sign_span<std::uint64_t>>) {
        require(options.zero != zero_policy::abstain, where, "options.zero", name_of(options.zero),
                "must be positive or negative where the signs cannot abstain");
    }
}

/// Signs of other types than float and double, one after the other. Returns whether there was a NaN.
template <class Arch, class T>
bool pack_plain(const T* x, std::size_t count, zero_policy zero, sign_planes out) noexcept {
    bool nan = false;
    for (std::size_t first = 0; first < count; first += 64) {
        const std::size_t size = std::min<std::size_t>(64, count - first);
        std::uint64_t above = 0;
        std::uint64_t below = 0;
        std::uint64_t missing = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const T number = x[first + i];
            above |= std::uint64_t{number > T{0}} << i;
            if constexpr (std::is_signed_v<T>) below |= std::uint64_t{number < T{0}} << i;
            if constexpr (std::floating_point<T>) missing |= std::uint64_t{number != number} << i;
        }
        nan = nan || missing != 0;
        const std::uint64_t all = last_word_mask(size);
        if (out.present != nullptr) {
            const std::uint64_t zeros = all & ~(above | below | missing);
            out.present[first / 64] = above | below | (zero == zero_policy::abstain ? 0 : zeros);
            out.signs[first / 64] = above | (zero == zero_policy::positive ? zeros : 0);
        } else {
            out.signs[first / 64] = zero == zero_policy::positive ? all & ~below : above;
        }
    }
    return nan;
}

/// Packs numbers in memory. Returns where the first NaN is, if NaNs are errors.
template <class Arch, class T>
[[nodiscard]] std::size_t pack_part(const T* x, std::size_t count, const pack_options& options, sign_planes out,
                                    const packing_kernel& kernel) {
    bool nan = false;
    if constexpr (lane_type<T>) {
        nan = kernel.of<T>().pack(x, count, options.zero, out.signs, out.present);
    } else {
        nan = pack_plain<Arch>(x, count, options.zero, out);
    }
    return nan && options.nan == nan_policy::error ? first_nan(x, count) : no_nan;
}

template <class Arch, class X, class Out>
void pack_all(const X& x, Out out, const pack_options& options, const packing_kernel& kernel) {
    require_can_pack(out, count_of(x), options, "pack");
    const sign_planes planes = sign_planes::of(out);
    const auto part = [&](const auto* from, std::size_t first, std::size_t count) {
        const std::size_t nan = pack_part<Arch>(from, count, options, planes.from(first), kernel);
        require_no_nan(nan == no_nan ? no_nan : first + nan, "pack", "x");
    };
    if constexpr (number_expression<X>) {
        for_each_chunk<Arch>(x, part);
    } else {
        part(std::ranges::data(x), std::size_t{0}, std::ranges::size(x));
    }
}

/// Runs part(first, count), which returns the place of a NaN from `first` on or no_nan, and returns the first of all places.
template <class Executor, class Part>
[[nodiscard]] std::size_t first_of_parts(const Executor& run, std::size_t size, const Part& part) {
    std::atomic<std::size_t> place{no_nan};
    run(size, part_grain, [&](std::size_t first, std::size_t last) {
        const std::size_t nan = part(first, last - first);
        if (nan == no_nan) return;
        std::size_t known = place;
        while (first + nan < known && !place.compare_exchange_weak(known, first + nan)) {
        }
    });
    return place;
}

template <class Arch, class Executor, class X, class Out>
void pack_parts(const Executor& run, const X& x, Out out, const pack_options& options, const packing_kernel& kernel) {
    require_can_pack(out, std::ranges::size(x), options, "pack");
    const auto* from = std::ranges::data(x);
    const sign_planes planes = sign_planes::of(out);
    const auto part = [&](std::size_t first, std::size_t count) {
        return pack_part<Arch>(from + first, count, options, planes.from(first), kernel);
    };
    require_no_nan(first_of_parts(run, std::ranges::size(x), part), "pack", "x");
}

} // namespace detail

/// The signs of numbers: out[j] = sign(x[j]).
///
/// 0 and −0 have the sign that `options.zero` says. A NaN is an error, or, under nan_policy::abstain, has the sign of 0, since
/// there is no way to abstain here. A part of a longer vector, from a word boundary on, is packed with
/// `pack(x.subspan(64 * w, count), out.tile(w, count))`; where the part ends within a word, the rest of that word becomes zero.
///
/// \tparam Arch    instruction set; by default the best that this translation unit's compiler flags allow
/// \param x        d numbers: a contiguous range of any arithmetic type, or an xtensor expression, whose entries are taken in
///                 row-major order. One that is not in memory in that order is evaluated in small chunks, entry by entry
/// \param out      d signs that do not overlap x; their padding becomes zero
/// \param options  what zeros and NaNs become
/// \param kernel   the inner loops; given where an architecture is chosen at run time
/// \throws parameter_error  another size of `out`, zero_policy::abstain, or a NaN: the message has the index of the first one,
///                          and `out` is then unspecified
/// \par Complexity
/// O(d), one pass; floats and doubles in memory at the speed of reading them
///
/// \code
/// const std::vector<float> gradient{0.5f, -2.0f, 0.0f};
/// election::sign_vector signs(3);
/// election::pack(gradient, signs);
/// assert(to_string(signs) == "+-+");
/// const xt::xtensor<double, 2> matrix{{1, -2}, {-3, 4}};
/// election::sign_vector flat(4);
/// election::pack(-2.0 * matrix, flat);
/// assert(to_string(flat) == "-++-");
/// \endcode
template <class Arch = default_arch, numbers X>
void pack(const X& x, sign_span<std::uint64_t> out, pack_options options = {},
          const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    detail::pack_all<Arch>(x, out, options, kernel);
}

/// The signs of numbers where zeros and NaNs may abstain, in canonical form.
///
/// As pack() to a sign_span, but for zero_policy::abstain, which makes a zero 0, and nan_policy::abstain, which makes a NaN 0.
///
/// \code
/// const std::vector<double> gradient{0.5, -2.0, -0.0};
/// election::ternary_vector votes(3);
/// election::pack(gradient, votes, {.zero = election::zero_policy::abstain});
/// assert(to_string(votes) == "+-0");
/// \endcode
template <class Arch = default_arch, numbers X>
void pack(const X& x, ternary_span<std::uint64_t> out, pack_options options = {},
          const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    detail::pack_all<Arch>(x, out, options, kernel);
}

/// pack() in parallel: `run` does the parts, each a multiple of 4096 signs but the last. The result, and the index that an error
/// names, do not depend on it.
///
/// \code
/// const std::vector<float> gradient(100'000, -1.0f);
/// election::sign_vector signs(gradient.size());
/// election::pack(election::thread_executor(2), gradient, signs);
/// assert(signs[99'999] == -1);
/// \endcode
template <class Arch = default_arch, detail::executor_like Executor, number_range X>
void pack(const Executor& run, const X& x, sign_span<std::uint64_t> out, pack_options options = {},
          const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    detail::pack_parts<Arch>(run, x, out, options, kernel);
}

/// pack() in parallel, where zeros and NaNs may abstain.
template <class Arch = default_arch, detail::executor_like Executor, number_range X>
void pack(const Executor& run, const X& x, ternary_span<std::uint64_t> out, pack_options options = {},
          const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    detail::pack_parts<Arch>(run, x, out, options, kernel);
}

/// The signs of numbers in a vector of their own. Parameters, errors and costs are those of pack().
///
/// \code
/// const election::sign_vector signs = election::packed_signs(std::vector<int>{3, -1, 0});
/// assert(to_string(signs) == "+-+");
/// \endcode
template <class Arch = default_arch, numbers X>
[[nodiscard]] sign_vector packed_signs(const X& x, pack_options options = {},
                                       const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    sign_vector signs(detail::count_of(x));
    pack<Arch>(x, signs, options, kernel);
    return signs;
}

} // namespace election
