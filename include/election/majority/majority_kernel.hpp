// SPDX-License-Identifier: MIT
// majority_kernel: the inner loops of all majority operators for one architecture, to be chosen at run time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <election/majority/agreement_loops.hpp>
#include <election/majority/at_least_loops.hpp>
#include <election/majority/copy_loops.hpp>
#include <election/majority/counter_loops.hpp>

namespace election {

/// The inner loops of one architecture, as plain functions, so that a program can compile several with their own compiler
/// flags and choose at run time. For those who write operators; everyone else calls majority() and its neighbours.
///
/// Rows are pointers to words; nothing behind their last word is touched. Outputs overlap no row. Bit-sliced counters keep
/// digit q of all counts in planes[q], which begins on a cache line; `first` is the word of the rows that belongs to word 0
/// of the planes.
struct majority_kernel {
    /// Words that belong to one coordinate each 64.
    using rows_type = const std::uint64_t* const*;
    /// Planes of counters.
    using planes_type = std::uint64_t* const*;

    std::string_view arch; ///< e.g. "avx512"

    /// For every bit of `words` words: out = whether at least `threshold` of the n rows have it, and, unless `tied` is null,
    /// tied = whether exactly threshold − 1 have it. n ≥ 1, 1 ≤ threshold ≤ n + 1 ≤ 65536.
    void (*at_least)(rows_type rows, std::size_t n, std::size_t words, std::size_t threshold, std::uint64_t* out,
                     std::uint64_t* tied) = nullptr;

    /// Adds n rows of weight 2^digit to counters of `count` planes that can hold the sums.
    void (*add)(planes_type planes, std::size_t count, std::size_t digit, rows_type rows, std::size_t n, std::size_t first,
                std::size_t words) = nullptr;
    /// Adds n rows of eight words that follow each other without a gap, to counters of eight words.
    void (*add_lines)(planes_type planes, std::size_t count, const std::uint64_t* rows, std::size_t n) = nullptr;
    /// Takes n rows of weight 2^digit away from counters that hold them.
    void (*subtract)(planes_type planes, std::size_t count, std::size_t digit, rows_type rows, std::size_t n,
                     std::size_t first, std::size_t words) = nullptr;
    /// Adds 2^digit·(1 + vote) for n rows of ternary votes.
    void (*add_ternary)(planes_type planes, std::size_t count, std::size_t digit, rows_type signs, rows_type present,
                        std::size_t n, std::size_t first, std::size_t words) = nullptr;
    /// Takes the same away.
    void (*subtract_ternary)(planes_type planes, std::size_t count, std::size_t digit, rows_type signs, rows_type present,
                             std::size_t n, std::size_t first, std::size_t words) = nullptr;
    /// Adds counters of `digits` planes, times 2^digit.
    void (*add_counters)(planes_type planes, std::size_t count, std::size_t digit, rows_type others, std::size_t digits,
                         std::size_t first, std::size_t words) = nullptr;
    /// out = counter ≥ threshold and, unless null, tied = counter == threshold − 1; threshold ≥ 1.
    void (*compare)(planes_type planes, std::size_t count, std::size_t threshold, std::size_t words, std::uint64_t* out,
                    std::uint64_t* tied) = nullptr;
    /// Reads counters of at most 8 planes out: 64·words numbers.
    void (*read8)(planes_type planes, std::size_t count, std::size_t words, std::uint8_t* out) = nullptr;
    /// The same, at most 16 planes.
    void (*read16)(planes_type planes, std::size_t count, std::size_t words, std::uint16_t* out) = nullptr;

    /// counts[i] = in how many bits of `words` words row i differs from the reference (null: zeros), among those that
    /// present[i] and `counted` have (each null: all).
    void (*differences)(rows_type rows, rows_type present, std::size_t n, const std::uint64_t* reference,
                        const std::uint64_t* counted, std::size_t words, std::uint64_t* counts) = nullptr;

    /// Copies words; with `stream` past the caches, seen by other threads after a sequentially consistent fence.
    void (*copy)(std::uint64_t* to, const std::uint64_t* from, std::size_t count, bool stream) = nullptr;
};

/// The kernel of an architecture; instantiate it only where its instructions are enabled (is_enabled<Arch>).
template <class Arch>
[[nodiscard]] constexpr majority_kernel majority_kernel_for() noexcept {
    using counters = detail::counter_loops<Arch>;
    using agreement = detail::agreement_loops<Arch>;
    return {Arch::name,
            &detail::at_least_loops<Arch>::at_least,
            &counters::add,
            &counters::add_lines,
            &counters::subtract,
            &counters::add_ternary,
            &counters::subtract_ternary,
            &counters::add_counters,
            &counters::compare,
            &counters::read8,
            &counters::read16,
            &agreement::differences,
            &detail::copy_loops<Arch>::copy};
}

} // namespace election
