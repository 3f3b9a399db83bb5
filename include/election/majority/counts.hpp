// SPDX-License-Identifier: MIT
// counts() and vote_sums(): how many rows have +1 at every coordinate, and by how much they lead.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <ranges>
#include <span>
#include <string>
#include <string_view>

#include <election/bits/sign_span.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/core/executor.hpp>
#include <election/majority/majority.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/majority/row_set.hpp>
#include <election/majority/ternary_row_set.hpp>
#include <election/majority/tile_counters.hpp>

namespace election {

/// A type that counts() writes: std::uint8_t, std::uint16_t or std::uint32_t.
template <class T>
concept count_type = std::same_as<T, std::uint8_t> || std::same_as<T, std::uint16_t> || std::same_as<T, std::uint32_t>;

/// Where counts() writes: a contiguous range of one of these types, such as std::vector<std::uint8_t>.
template <class R>
concept count_range =
    std::ranges::contiguous_range<R> && std::ranges::sized_range<R> && count_type<std::ranges::range_value_t<R>>;

namespace detail {

inline void require_count_size(std::size_t out, std::size_t signs, std::string_view where) {
    require(out == signs, where, "out.size()", out, "must be the number of signs in a row, ", signs);
}

/// Calls take(first sign, how many, their counters) for pieces of at most 64·tile_counters::words signs.
/// \param largest  upper limit of the counters, at most 65535
/// \param add      as for sum_and_compare()
template <class Number, class Add, class Take>
void read_counters(const majority_kernel& kernel, std::size_t largest, std::size_t signs, const Add& add, const Take& take) {
    tile_counters counters(largest);
    constexpr std::size_t piece = 16; // words that are read out at once
    Number numbers[64 * piece];
    for_counter_tiles(words_for(signs), [&](std::size_t first, std::size_t size) {
        counters.clear(size);
        add(counters.planes(), counters.digits(), first, size);
        for (std::size_t w = 0; w < size; w += piece) {
            std::uint64_t* planes[tile_counters::most_digits];
            for (std::size_t q = 0; q < counters.digits(); ++q) planes[q] = counters.planes()[q] + w;
            const std::size_t words = size - w < piece ? size - w : piece;
            if constexpr (sizeof(Number) == 1) {
                kernel.read8(planes, counters.digits(), words, numbers);
            } else {
                kernel.read16(planes, counters.digits(), words, numbers);
            }
            const std::size_t j = 64 * (first + w);
            take(j, signs - j < 64 * words ? signs - j : 64 * words, static_cast<const Number*>(numbers));
        }
    });
}

/// Whether a type can count that many rows.
template <count_type T>
void require_count_rows(std::size_t n) {
    constexpr std::uint64_t most = std::numeric_limits<T>::max();
    require(n >= 1 && n <= most, "counts", "rows", n, "must be 1 to ", most, ", what the type of `out` can count");
}

/// Rows whose Σ (1 + vote) counters of 16 digits can hold.
inline constexpr std::size_t ternary_rows_at_once = 32767;

/// Writes the counts of n rows, or, with Add, adds them to what is there. Counters of 16 digits hold 65535 rows; more are
/// added in several goes.
template <count_type T, bool Add>
void count_rows(const majority_kernel& kernel, const std::uint64_t* const* rows, std::size_t n, std::size_t signs, T* out) {
    const std::size_t size = n < majority_max_rows ? n : majority_max_rows;
    const auto add = [&](std::uint64_t* const* planes, std::size_t digits, std::size_t first, std::size_t words) {
        kernel.add(planes, digits, 0, rows, size, first, words);
    };
    const auto take = [out](std::size_t first, std::size_t count, const auto* numbers) {
        T* const to = out + first;
        for (std::size_t j = 0; j < count; ++j) to[j] = static_cast<T>(Add ? to[j] + numbers[j] : numbers[j]);
    };
    if (size <= std::numeric_limits<std::uint8_t>::max()) {
        read_counters<std::uint8_t>(kernel, size, signs, add, take);
    } else {
        read_counters<std::uint16_t>(kernel, size, signs, add, take);
    }
    if (size < n) count_rows<T, true>(kernel, rows + size, n - size, signs, out);
}

/// The same for n rows of 1, 2 or 4 words without gaps: several of them are one row of eight words, a full vector register,
/// whose counts belong to the short rows' coordinates in turn. Reads a multiple of eight words; the rows that are left are
/// the caller's.
/// \returns how many rows were counted
template <count_type T>
std::size_t add_narrow_counts(const majority_kernel& kernel, const std::uint64_t* rows, std::size_t n, std::size_t words,
                              std::size_t signs, T* out) {
    constexpr std::size_t line = 8;
    constexpr std::size_t most_digits = 16;
    const std::size_t fold = line / words;
    const std::size_t lines = n / fold;
    const std::size_t at_once = majority_max_rows / fold;
    for (std::size_t begin = 0; begin < lines; begin += at_once) {
        const std::size_t size = lines - begin < at_once ? lines - begin : at_once;
        alignas(64) std::uint64_t digits[most_digits][line] = {};
        std::uint64_t* planes[most_digits];
        for (std::size_t q = 0; q < most_digits; ++q) planes[q] = digits[q];
        const auto count = static_cast<std::size_t>(std::bit_width(size));
        kernel.add_lines(planes, count, rows + begin * line, size);
        // The counters of the rows that one line is made of are added, digit by digit, 64 coordinates at once.
        const auto total_digits = static_cast<std::size_t>(std::bit_width(size * fold));
        for (std::size_t part = words; part < line; ++part) {
            std::uint64_t carry = 0;
            for (std::size_t q = 0; q < total_digits; ++q) {
                const std::uint64_t a = digits[q][part % words];
                const std::uint64_t b = q < count ? digits[q][part] : 0;
                digits[q][part % words] = a ^ b ^ carry;
                carry = (a & b) | (carry & (a ^ b));
            }
        }
        std::uint16_t numbers[64 * line];
        kernel.read16(planes, total_digits, words, numbers);
        for (std::size_t j = 0; j < signs; ++j) out[j] = static_cast<T>(out[j] + numbers[j]);
    }
    return lines * fold;
}

} // namespace detail

/// How many of the rows have +1 at every coordinate: the positional population count.
///
/// Given a matrix whose rows are 1, 2 or 4 words long and follow each other without a gap, several rows are read at a time.
/// \tparam Arch    instruction set; by default the best that this translation unit's compiler flags allow
/// \param rows     n rows of d signs, 1 ≤ n
/// \param out      d counts: std::uint8_t for up to 255 rows, std::uint16_t for up to 65535, std::uint32_t for any number
///                 below 2^32
/// \param kernel   the inner loops; given where an architecture is chosen at run time
/// \throws parameter_error  no row, more than the type of `out` can count, another size of `out`
/// \par Complexity
/// O(n·d / 64) words read once, d numbers written
///
/// \code
/// election::sign_matrix votes(3, 100);
/// votes[0].set(7, true);
/// votes[2].set(7, true);
/// std::vector<std::uint8_t> plus(100);
/// election::counts(votes, plus);
/// assert(plus[7] == 2 && plus[8] == 0);
/// \endcode
template <class Arch = default_arch, count_range R>
void counts(const row_set& rows, R&& out, const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    using count = std::ranges::range_value_t<R>;
    detail::require_count_rows<count>(rows.size());
    detail::require_count_size(std::ranges::size(out), rows.signs(), "counts");
    detail::count_rows<count, false>(kernel, rows.data(), rows.size(), rows.signs(), std::ranges::data(out));
}

/// The same for all rows of a matrix, without a list of their addresses where rows are short: for millions of rows.
/// \tparam Matrix  converts to sign_matrix_view
template <class Arch = default_arch, std::convertible_to<sign_matrix_view> Matrix, count_range R>
void counts(const Matrix& all_rows, R&& out, const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    using count = std::ranges::range_value_t<R>;
    const sign_matrix_view matrix = all_rows;
    const std::size_t n = matrix.rows();
    detail::require_count_rows<count>(n);
    detail::require_count_size(std::ranges::size(out), matrix.signs(), "counts");
    count* const numbers = std::ranges::data(out);
    const std::size_t words = words_for(matrix.signs());
    std::size_t done = 0;
    if (matrix.stride_words() == words && (words == 1 || words == 2 || words == 4)) {
        std::fill_n(numbers, matrix.signs(), count{0});
        done = detail::add_narrow_counts(kernel, matrix.data(), n, words, matrix.signs(), numbers);
    }
    if (done == n) return;
    const row_set rest(matrix.subrows(done, n - done));
    if (done == 0) {
        detail::count_rows<count, false>(kernel, rest.data(), rest.size(), rest.signs(), numbers);
    } else {
        detail::count_rows<count, true>(kernel, rest.data(), rest.size(), rest.signs(), numbers);
    }
}

/// The sum of the votes at every coordinate: how many more rows have +1 than −1 (the *margin* of the coordinate).
///
/// \param rows     n rows of d votes, 1 ≤ n ≤ 65535
/// \param out      d sums, −n … n
/// \param kernel   the inner loops; given where an architecture is chosen at run time
/// \throws parameter_error  no row, too many, another size of `out`
/// \par Complexity
/// O(n·d / 64) words read once, 4·d bytes written
///
/// \code
/// election::sign_matrix votes(3, 100);
/// votes[0].set(7, true);
/// std::vector<std::int32_t> sums(100);
/// election::vote_sums(votes, sums);
/// assert(sums[7] == -1 && sums[8] == -3);
/// \endcode
template <class Arch = default_arch>
void vote_sums(const row_set& rows, std::span<std::int32_t> out,
               const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    const std::size_t n = rows.size();
    detail::require_rows(n, rows.signs(), out.size(), "vote_sums");
    const auto offset = static_cast<std::int32_t>(n);
    const auto add = [&](std::uint64_t* const* planes, std::size_t digits, std::size_t first, std::size_t words) {
        kernel.add(planes, digits, 0, rows.data(), n, first, words);
    };
    const auto take = [&](std::size_t first, std::size_t count, const std::uint16_t* numbers) {
        for (std::size_t j = 0; j < count; ++j) out[first + j] = 2 * std::int32_t{numbers[j]} - offset;
    };
    detail::read_counters<std::uint16_t>(kernel, n, rows.signs(), add, take);
}

/// The same for votes that may abstain.
template <class Arch = default_arch>
void vote_sums(const ternary_row_set& rows, std::span<std::int32_t> out,
               const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    const std::size_t n = rows.size();
    detail::require_rows(n, rows.signs(), out.size(), "vote_sums");
    const auto offset = static_cast<std::int32_t>(n);
    // The counters hold Σ (1 + vote), which needs 17 digits from 32768 rows on: two halves are counted one by one.
    for (std::int32_t& sum : out) sum = -offset;
    for (std::size_t begin = 0; begin < n; begin += detail::ternary_rows_at_once) {
        const std::size_t size = n - begin < detail::ternary_rows_at_once ? n - begin : detail::ternary_rows_at_once;
        const auto add = [&](std::uint64_t* const* planes, std::size_t digits, std::size_t first, std::size_t words) {
            kernel.add_ternary(planes, digits, 0, rows.sign_rows().data() + begin, rows.present_rows().data() + begin, size,
                               first, words);
        };
        const auto take = [&](std::size_t first, std::size_t count, const std::uint16_t* numbers) {
            for (std::size_t j = 0; j < count; ++j) out[first + j] += std::int32_t{numbers[j]};
        };
        detail::read_counters<std::uint16_t>(kernel, 2 * size, rows.signs(), add, take);
    }
}

/// \{
/// The same, shared out by an executor.
template <class Arch = default_arch, executor E, count_range R>
void counts(const E& run, const row_set& rows, R&& out, const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    const std::span all(std::ranges::data(out), std::ranges::size(out));
    detail::require_count_rows<std::ranges::range_value_t<R>>(rows.size());
    detail::require_count_size(all.size(), rows.signs(), "counts");
    detail::for_sign_parts(run, all.size(), [&](std::size_t first, std::size_t count) {
        counts<Arch>(rows.tile(first, count), all.subspan(64 * first, count), kernel);
    });
}
template <class Arch = default_arch, executor E>
void vote_sums(const E& run, const row_set& rows, std::span<std::int32_t> out,
               const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::require_rows(rows.size(), rows.signs(), out.size(), "vote_sums");
    detail::for_sign_parts(run, out.size(), [&](std::size_t first, std::size_t count) {
        vote_sums<Arch>(rows.tile(first, count), out.subspan(64 * first, count), kernel);
    });
}
template <class Arch = default_arch, executor E>
void vote_sums(const E& run, const ternary_row_set& rows, std::span<std::int32_t> out,
               const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::require_rows(rows.size(), rows.signs(), out.size(), "vote_sums");
    detail::for_sign_parts(run, out.size(), [&](std::size_t first, std::size_t count) {
        vote_sums<Arch>(rows.tile(first, count), out.subspan(64 * first, count), kernel);
    });
}
/// \}

} // namespace election
