// SPDX-License-Identifier: MIT
// What packing takes numbers from: contiguous ranges and xtensor expressions, and where their memory is.
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <election/core/error.hpp>
#include <election/core/executor.hpp>
#include <election/core/xtensor.hpp>

namespace election {

/// An xtensor container, view or lazy expression of numbers; its entries are taken in row-major order.
///
/// Holds when: E is an xtensor expression whose values are of an arithmetic type.
/// Example: xt::xtensor<float, 2>, 2.0f * a + b. Non-example: std::vector<float>, which is a number_range.
template <class E>
concept number_expression =
    xt::is_xexpression<std::remove_cvref_t<E>>::value && std::is_arithmetic_v<typename std::remove_cvref_t<E>::value_type>;

/// Numbers one after the other in memory.
///
/// Holds when: R is a contiguous range of an arithmetic type, and no xtensor expression.
/// Example: std::span<const float>, std::vector<double>. Non-example: std::vector<bool>, std::list<float>.
template <class R>
concept number_range =
    (!xt::is_xexpression<std::remove_cvref_t<R>>::value) &&
    std::ranges::contiguous_range<R>&& std::ranges::sized_range<R>&& std::is_arithmetic_v<std::ranges::range_value_t<R>>;

/// What pack() takes: a number_range or a number_expression.
template <class X>
concept numbers = number_range<X> || number_expression<X>;

namespace detail {

/// An executor, and not an xtensor expression, which could be called too.
template <class E>
concept executor_like = (!xt::is_xexpression<std::remove_cvref_t<E>>::value) && (!std::ranges::range<E>)&&executor<E>;

/// An expression's entries as they lie in memory, or null: unless it has memory where they lie one after the other in row-major
/// order.
template <class E>
[[nodiscard]] auto row_major_data(E& expression) {
    using value = typename std::remove_cv_t<E>::value_type;
    using entry = std::conditional_t<std::is_const_v<E>, const value, value>;
    entry* data = nullptr;
    if constexpr (requires {
                      { expression.data() + expression.data_offset() } -> std::convertible_to<entry*>;
                      expression.strides();
                  }) {
        std::size_t expected = 1;
        bool contiguous = true;
        for (std::size_t axis = expression.dimension(); axis-- > 0;) {
            const auto length = static_cast<std::size_t>(expression.shape()[axis]);
            const auto stride = static_cast<std::ptrdiff_t>(expression.strides()[axis]);
            contiguous = contiguous && (length == 1 || stride == static_cast<std::ptrdiff_t>(expected));
            expected *= length;
        }
        if (contiguous) data = expression.data() + expression.data_offset();
    }
    return data;
}

/// Calls work(pointer, first, count) for an expression's entries in row-major order: all at once where they lie so in memory,
/// else in chunks that are evaluated into a small buffer.
/// \tparam Chunk  entries of a chunk, a multiple of 64
template <class Arch, std::size_t Chunk = 1024, class E, class Work>
void for_each_chunk(const E& expression, const Work& work) {
    static_assert(Chunk % 64 == 0);
    using value = typename E::value_type;
    const std::size_t size = expression.size();
    if (size == 0) return;
    if (const value* data = row_major_data(expression); data != nullptr) {
        work(data, std::size_t{0}, size);
        return;
    }
    alignas(64) value buffer[Chunk];
    auto entry = expression.template begin<xt::layout_type::row_major>();
    for (std::size_t first = 0; first < size; first += Chunk) {
        const std::size_t count = size - first < Chunk ? size - first : Chunk;
        for (std::size_t i = 0; i < count; ++i, ++entry) buffer[i] = static_cast<value>(*entry);
        work(static_cast<const value*>(buffer), first, count);
    }
}

/// How many numbers there are.
template <class X>
[[nodiscard]] std::size_t count_of(const X& x) {
    if constexpr (number_expression<X>) {
        return x.size();
    } else {
        return std::ranges::size(x);
    }
}

inline void require_same_size(std::size_t is, std::size_t should, std::string_view where, std::string_view what) {
    require(is == should, where, what, is, "must be the number of signs, ", should);
}

/// Ranges and expressions of float or double.
template <class X>
concept float_numbers = numbers<X> &&(std::same_as<typename std::remove_cvref_t<X>::value_type, float> ||
                                      std::same_as<typename std::remove_cvref_t<X>::value_type, double>);

/// Floats where they lie.
/// \throws parameter_error  an expression whose entries do not lie one after the other in row-major order
template <class X>
[[nodiscard]] auto memory_of(X& x, std::string_view where, std::string_view name) {
    if constexpr (number_range<X>) {
        return std::span(std::ranges::data(x), std::ranges::size(x));
    } else {
        auto* data = row_major_data(x);
        require(data != nullptr || x.size() == 0, where, name, "an expression",
                "must be in memory, its entries one after the other in row-major order");
        return std::span(data, x.size());
    }
}

/// Signs of a part: a multiple of 512, so that parts end with a cache line of words.
inline constexpr std::size_t part_grain = 4096;

} // namespace detail
} // namespace election
