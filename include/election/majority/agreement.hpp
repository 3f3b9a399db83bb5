// SPDX-License-Identifier: MIT
// agreement(): how often every worker's vote is that of the decoded vector, and so who disagrees most.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <election/bits/sign_span.hpp>
#include <election/bits/ternary.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/core/executor.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/majority/row_set.hpp>
#include <election/majority/ternary_row_set.hpp>
#include <election/majority/tile_counters.hpp>

namespace election {

/// A worker's votes beside the decoded ones, over the coordinates that were decided (all, unless the decoded vector is
/// ternary). The three sum to their number.
struct agreement_counts {
    std::uint64_t agree = 0;     ///< the same sign
    std::uint64_t disagree = 0;  ///< the opposite sign: the Hamming distance
    std::uint64_t abstained = 0; ///< the worker's vote was 0

    /// Whether all three are the same.
    friend bool operator==(const agreement_counts&, const agreement_counts&) = default;
    /// Adds the counts of further coordinates.
    agreement_counts& operator+=(const agreement_counts& other) noexcept {
        agree += other.agree;
        disagree += other.disagree;
        abstained += other.abstained;
        return *this;
    }
};

namespace detail {

/// Differences and, for ternary rows, presences in whole words by the kernel and in the last, partial one by hand.
inline void add_agreement(const std::uint64_t* const* rows, const std::uint64_t* const* present, std::size_t n,
                          const std::uint64_t* decoded, const std::uint64_t* decided, std::size_t signs,
                          std::span<agreement_counts> out, const majority_kernel& kernel) {
    const std::size_t whole = signs / 64;
    const std::uint64_t mask = signs % 64 == 0 ? 0 : last_word_mask(signs);
    const std::uint64_t last_decided = mask == 0 ? 0 : decided == nullptr ? mask : mask & decided[whole];
    const auto ones = [](std::uint64_t word) { return static_cast<std::uint64_t>(__builtin_popcountll(word)); };

    std::vector<std::uint64_t> different(n);
    std::vector<std::uint64_t> there(n);
    kernel.differences(rows, present, n, decoded, decided, whole, different.data());
    if (present != nullptr) kernel.differences(present, nullptr, n, nullptr, decided, whole, there.data());
    std::uint64_t all = 64 * whole;
    if (decided != nullptr) kernel.differences(&decided, nullptr, 1, nullptr, nullptr, whole, &all);
    all += ones(last_decided);
    for (std::size_t i = 0; i < n; ++i) {
        if (mask != 0) {
            const std::uint64_t counted = present == nullptr ? last_decided : last_decided & present[i][whole];
            different[i] += ones((rows[i][whole] ^ decoded[whole]) & counted);
            there[i] += ones(counted);
        }
        const std::uint64_t voted = present == nullptr ? all : there[i];
        out[i] += {voted - different[i], different[i], all - voted};
    }
}

/// Signs as votes that are all decided: a presence without words.
inline ternary_view ternary_of(sign_view signs) { return {signs, sign_view()}; }
inline ternary_view ternary_of(ternary_view votes) { return votes; }

/// \param present  of the rows; null where all votes are there
/// \param decoded  signs, and which coordinates were decided; a view without words where all were
inline std::vector<agreement_counts> agreement_of(const row_set& rows, const std::uint64_t* const* present,
                                                  ternary_view decoded, const majority_kernel& kernel) {
    require(decoded.size() == rows.signs(), "agreement", "decoded.size()", decoded.size(),
            "must be the number of signs in a row, ", rows.signs());
    std::vector<agreement_counts> counts(rows.size());
    add_agreement(rows.data(), present, rows.size(), decoded.signs().data(), decoded.present().data(), decoded.size(),
                  counts, kernel);
    return counts;
}

/// Adds up the counts of the parts that an executor makes.
template <class Arch, executor E, class Rows, class Decoded>
std::vector<agreement_counts> agreement_in_parts(const E& run, const Rows& rows, Decoded decoded,
                                                 const majority_kernel& kernel) {
    require(decoded.size() == rows.signs(), "agreement", "decoded.size()", decoded.size(),
            "must be the number of signs in a row, ", rows.signs());
    std::vector<agreement_counts> counts(rows.size());
    std::mutex mutex;
    for_sign_parts(run, decoded.size(), [&](std::size_t first, std::size_t signs) {
        const Rows part_rows = rows.tile(first, signs);
        std::vector<agreement_counts> part;
        if constexpr (std::same_as<Rows, row_set>) {
            part = agreement_of(part_rows, nullptr, ternary_of(decoded.tile(first, signs)), kernel);
        } else {
            part = agreement_of(part_rows.sign_rows(), part_rows.present_rows().data(),
                                ternary_of(decoded.tile(first, signs)), kernel);
        }
        const std::lock_guard lock(mutex);
        for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += part[i];
    });
    return counts;
}

} // namespace detail

/// How often every row agrees with the decoded signs, for all rows in one pass over memory.
///
/// \tparam Arch    instruction set; by default the best that this translation unit's compiler flags allow
/// \param rows     n rows of d votes
/// \param decoded  d signs
/// \param kernel   the inner loops; given where an architecture is chosen at run time
/// \returns one count a row
/// \throws parameter_error  another size of `decoded`
/// \par Complexity
/// Every row and `decoded` are read from memory once; one population count for 32 vector registers
///
/// \code
/// election::sign_matrix votes(3, 100);
/// votes[2].set(7, true);
/// election::sign_vector decoded(100);
/// election::majority(votes, decoded);
/// const auto counts = election::agreement(votes, decoded);
/// assert(counts[2].disagree == 1 && counts[2].agree == 99);
/// \endcode
template <class Arch = default_arch>
[[nodiscard]] std::vector<agreement_counts> agreement(const row_set& rows, sign_view decoded,
                                                      const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    return detail::agreement_of(rows, nullptr, {decoded, sign_view()}, kernel);
}

/// \{
/// The same for votes that may abstain, and beside a decoded vector that may: coordinates that it left open do not count.
template <class Arch = default_arch>
[[nodiscard]] std::vector<agreement_counts> agreement(const ternary_row_set& rows, sign_view decoded,
                                                      const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    return detail::agreement_of(rows.sign_rows(), rows.present_rows().data(), {decoded, sign_view()}, kernel);
}
template <class Arch = default_arch>
[[nodiscard]] std::vector<agreement_counts> agreement(const row_set& rows, ternary_view decoded,
                                                      const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    return detail::agreement_of(rows, nullptr, decoded, kernel);
}
template <class Arch = default_arch>
[[nodiscard]] std::vector<agreement_counts> agreement(const ternary_row_set& rows, ternary_view decoded,
                                                      const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    return detail::agreement_of(rows.sign_rows(), rows.present_rows().data(), decoded, kernel);
}
/// \}

/// \{
/// The same, shared out by an executor.
template <class Arch = default_arch, executor E>
[[nodiscard]] std::vector<agreement_counts> agreement(const E& run, const row_set& rows, sign_view decoded,
                                                      const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    return detail::agreement_in_parts<Arch>(run, rows, decoded, kernel);
}
template <class Arch = default_arch, executor E>
[[nodiscard]] std::vector<agreement_counts> agreement(const E& run, const ternary_row_set& rows, sign_view decoded,
                                                      const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    return detail::agreement_in_parts<Arch>(run, rows, decoded, kernel);
}
template <class Arch = default_arch, executor E>
[[nodiscard]] std::vector<agreement_counts> agreement(const E& run, const row_set& rows, ternary_view decoded,
                                                      const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    return detail::agreement_in_parts<Arch>(run, rows, decoded, kernel);
}
template <class Arch = default_arch, executor E>
[[nodiscard]] std::vector<agreement_counts> agreement(const E& run, const ternary_row_set& rows, ternary_view decoded,
                                                      const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    return detail::agreement_in_parts<Arch>(run, rows, decoded, kernel);
}
/// \}

} // namespace election
