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

inline void require_decoded(std::size_t decoded, std::size_t signs) {
    require(decoded == signs, "agreement", "decoded.size()", decoded,
            "must be the number of signs in a row, " + std::to_string(signs));
}

inline const row_set& sign_rows_of(const row_set& rows) { return rows; }
inline const row_set& sign_rows_of(const ternary_row_set& rows) { return rows.sign_rows(); }
inline const std::uint64_t* const* present_of(const row_set&) { return nullptr; }
inline const std::uint64_t* const* present_of(const ternary_row_set& rows) { return rows.present_rows().data(); }

} // namespace detail

/// How often every row agrees with the decoded signs, for all rows in one pass over memory.
///
/// \tparam Arch    instruction set; by default the best that this translation unit's compiler flags allow
/// \tparam Rows    row_set, or ternary_row_set for votes that may abstain
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
/// const auto counts = election::agreement(election::row_set(votes), decoded.view());
/// assert(counts[2].disagree == 1 && counts[2].agree == 99);
/// \endcode
template <class Arch = default_arch, class Rows>
    requires std::same_as<Rows, row_set> || std::same_as<Rows, ternary_row_set>
[[nodiscard]] std::vector<agreement_counts> agreement(const Rows& rows, sign_view decoded,
                                                      const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::require_decoded(decoded.size(), rows.signs());
    std::vector<agreement_counts> counts(rows.size());
    detail::add_agreement(detail::sign_rows_of(rows).data(), detail::present_of(rows), rows.size(), decoded.data(), nullptr,
                          decoded.size(), counts, kernel);
    return counts;
}

/// The same beside a decoded vector that may abstain: coordinates that it left open do not count.
template <class Arch = default_arch, class Rows>
    requires std::same_as<Rows, row_set> || std::same_as<Rows, ternary_row_set>
[[nodiscard]] std::vector<agreement_counts> agreement(const Rows& rows, ternary_view decoded,
                                                      const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::require_decoded(decoded.size(), rows.signs());
    std::vector<agreement_counts> counts(rows.size());
    detail::add_agreement(detail::sign_rows_of(rows).data(), detail::present_of(rows), rows.size(), decoded.signs().data(),
                          decoded.present().data(), decoded.size(), counts, kernel);
    return counts;
}

/// The same, shared out by an executor.
/// \param run      an executor
/// \param rows     n rows of d votes
/// \param decoded  d signs, or votes
/// \param kernel   the inner loops; given where an architecture is chosen at run time
template <class Arch = default_arch, executor E, class Rows, class Decoded>
    requires std::same_as<Rows, row_set> || std::same_as<Rows, ternary_row_set>
[[nodiscard]] std::vector<agreement_counts> agreement(const E& run, const Rows& rows, const Decoded& decoded,
                                                      const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    using view = std::conditional_t<std::convertible_to<const Decoded&, sign_view>, sign_view, ternary_view>;
    const view whole = decoded;
    detail::require_decoded(whole.size(), rows.signs());
    std::vector<agreement_counts> counts(rows.size());
    std::mutex mutex;
    detail::for_sign_parts(run, whole.size(), [&](std::size_t first, std::size_t signs) {
        std::vector<agreement_counts> part;
        if constexpr (std::same_as<view, sign_view>) {
            part = agreement<Arch>(rows.tile(first, signs), whole.tile(first, signs), kernel);
        } else {
            part =
                agreement<Arch>(rows.tile(first, signs),
                                ternary_view(whole.signs().tile(first, signs), whole.present().tile(first, signs)), kernel);
        }
        const std::lock_guard lock(mutex);
        for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += part[i];
    });
    return counts;
}

} // namespace election
