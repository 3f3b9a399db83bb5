// SPDX-License-Identifier: MIT
// unpack(): packed signs to numbers +1, −1 and 0.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <type_traits>

#include <election/bits/sign_span.hpp>
#include <election/bits/ternary.hpp>
#include <election/core/arch.hpp>
#include <election/core/xtensor.hpp>
#include <election/packing/numbers.hpp>
#include <election/packing/packing_kernel.hpp>

namespace election {
namespace detail {

/// Where packed signs come from: one plane, or two.
struct sign_planes_view {
    const std::uint64_t* signs;
    const std::uint64_t* present;

    [[nodiscard]] static sign_planes_view of(sign_view votes) noexcept { return {votes.data(), nullptr}; }
    [[nodiscard]] static sign_planes_view of(ternary_view votes) noexcept {
        return {votes.signs().data(), votes.present().data()};
    }
    /// The planes from a sign on, which begins a word.
    [[nodiscard]] sign_planes_view from(std::size_t sign) const noexcept {
        return {signs + sign / 64, present == nullptr ? nullptr : present + sign / 64};
    }
};

/// The votes of a word, or of what there is of it.
template <class Arch, class T>
void unpack_word(std::uint64_t sign, std::uint64_t present, std::size_t count, T* to) {
    for (std::size_t i = 0; i < count; ++i) {
        const int there = static_cast<int>(present >> i & 1U);
        to[i] = static_cast<T>((sign >> i & 1U) != 0 ? there : -there);
    }
}

template <class Arch, class T>
void unpack_part(sign_planes_view from, std::size_t count, T* to, const packing_kernel& kernel) {
    if constexpr (lane_type<T>) {
        kernel.of<T>().unpack(from.signs, from.present, count, to);
    } else {
        const std::size_t whole = count / 64;
        for (std::size_t w = 0; w < whole; ++w) {
            unpack_word<Arch>(from.signs[w], from.present == nullptr ? ~std::uint64_t{0} : from.present[w], 64, to + 64 * w);
        }
        if (count % 64 != 0) {
            unpack_word<Arch>(from.signs[whole], from.present == nullptr ? ~std::uint64_t{0} : from.present[whole],
                              count % 64, to + 64 * whole);
        }
    }
}

/// What unpack() writes to: numbers that can be +1 and −1.
template <class X>
concept signed_numbers = numbers<X> && std::is_signed_v<typename std::remove_cvref_t<X>::value_type>;

template <class Arch, class Votes, class Out>
void unpack_all(const Votes& votes, Out& out, const packing_kernel& kernel) {
    require_same_size(count_of(out), votes.size(), "unpack", "out.size()");
    const sign_planes_view planes = sign_planes_view::of(votes);
    if constexpr (number_range<Out>) {
        unpack_part<Arch>(planes, votes.size(), std::ranges::data(out), kernel);
    } else if (votes.size() == 0) {
        return;
    } else if (auto* data = row_major_data(out); data != nullptr) {
        unpack_part<Arch>(planes, votes.size(), data, kernel);
    } else {
        using value = typename Out::value_type;
        constexpr std::size_t chunk = 1024;
        alignas(64) value buffer[chunk];
        auto entry = out.template begin<xt::layout_type::row_major>();
        for (std::size_t first = 0; first < votes.size(); first += chunk) {
            const std::size_t count = std::min(chunk, votes.size() - first);
            unpack_part<Arch>(planes.from(first), count, buffer, kernel);
            for (std::size_t i = 0; i < count; ++i, ++entry) *entry = buffer[i];
        }
    }
}

template <class Arch, class Executor, class Votes, class Out>
void unpack_parts(const Executor& run, const Votes& votes, Out& out, const packing_kernel& kernel) {
    require_same_size(std::ranges::size(out), votes.size(), "unpack", "out.size()");
    auto* to = std::ranges::data(out);
    const sign_planes_view planes = sign_planes_view::of(votes);
    run(votes.size(), part_grain, [&](std::size_t first, std::size_t last) {
        unpack_part<Arch>(planes.from(first), last - first, to + first, kernel);
    });
}

template <class Arch, class T, class Votes>
[[nodiscard]] xt::xtensor<T, 1> unpacked_votes(const Votes& votes, const packing_kernel& kernel) {
    auto out = xt::xtensor<T, 1>::from_shape({votes.size()});
    unpack_all<Arch>(votes, out, kernel);
    return out;
}

} // namespace detail

/// Signs as numbers: out[j] = +1 or −1.
///
/// \tparam Arch   instruction set; by default the best that this translation unit's compiler flags allow
/// \param signs   d signs
/// \param out     d numbers of a signed type that do not overlap the signs: a contiguous range, or an xtensor container or view,
///                which is filled in row-major order
/// \param kernel  the inner loops; given where an architecture is chosen at run time
/// \throws parameter_error  another size of `out`
/// \par Complexity
/// O(d), one pass; floats and doubles in memory at the speed of writing them
///
/// \code
/// election::sign_vector signs(3);
/// signs.set(1, true);
/// std::vector<float> numbers(3);
/// election::unpack(signs, numbers);
/// assert(numbers == (std::vector<float>{-1, 1, -1}));
/// \endcode
template <class Arch = default_arch, detail::signed_numbers Out>
void unpack(sign_view signs, Out&& out, const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    detail::unpack_all<Arch>(signs, out, kernel);
}

/// Votes as numbers: out[j] = +1, −1, or 0 where the vote is absent. Otherwise as unpack() of signs.
///
/// \code
/// election::ternary_vector votes(3);
/// votes.set(1, -1);
/// auto numbers = xt::xtensor<std::int8_t, 1>::from_shape({3});
/// election::unpack(votes, numbers);
/// assert(numbers(0) == 0 && numbers(1) == -1);
/// \endcode
template <class Arch = default_arch, detail::signed_numbers Out>
void unpack(ternary_view votes, Out&& out, const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    detail::unpack_all<Arch>(votes, out, kernel);
}

/// unpack() of signs in parallel: `run` does the parts, each a multiple of 4096 signs but the last.
template <class Arch = default_arch, detail::executor_like Executor, number_range Out>
    requires detail::signed_numbers<Out>
void unpack(const Executor& run, sign_view signs, Out&& out, const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    detail::unpack_parts<Arch>(run, signs, out, kernel);
}

/// unpack() of votes in parallel.
template <class Arch = default_arch, detail::executor_like Executor, number_range Out>
    requires detail::signed_numbers<Out>
void unpack(const Executor& run, ternary_view votes, Out&& out, const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    detail::unpack_parts<Arch>(run, votes, out, kernel);
}

/// Signs as an xtensor of +1 and −1. Costs are those of unpack().
/// \tparam T  a signed arithmetic type
///
/// \code
/// const election::sign_vector signs = election::packed_signs(std::vector<int>{5, -5});
/// const xt::xtensor<float, 1> numbers = election::unpacked<float>(signs);
/// assert(numbers(0) == 1.0f && numbers(1) == -1.0f);
/// \endcode
template <class T, class Arch = default_arch>
    requires std::is_signed_v<T>
[[nodiscard]] xt::xtensor<T, 1> unpacked(sign_view signs, const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    return detail::unpacked_votes<Arch, T>(signs, kernel);
}

/// Votes as an xtensor of +1, −1 and 0. Costs are those of unpack().
/// \tparam T  a signed arithmetic type
template <class T, class Arch = default_arch>
    requires std::is_signed_v<T>
[[nodiscard]] xt::xtensor<T, 1> unpacked(ternary_view votes, const packing_kernel& kernel = packing_kernel_for<Arch>()) {
    return detail::unpacked_votes<Arch, T>(votes, kernel);
}

} // namespace election
