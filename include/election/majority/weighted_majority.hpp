// SPDX-License-Identifier: MIT
// weighted_majority(): the majority where a row's vote counts more than once.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <election/bits/sign_span.hpp>
#include <election/bits/ternary.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/majority/majority.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/majority/row_set.hpp>
#include <election/majority/ternary_row_set.hpp>
#include <election/majority/tile_counters.hpp>

namespace election {

namespace detail {

/// Rows of weight 2^digit each: a row of weight 5 is there with digits 0 and 2.
class weighted_rows {
public:
    weighted_rows(std::span<const std::uint64_t* const> rows, std::span<const std::uint32_t> weights) {
        std::uint32_t all = 0;
        for (std::uint32_t weight : weights) all |= weight;
        for (std::size_t digit = 0; all >> digit != 0; ++digit) {
            begins_.push_back(rows_.size());
            for (std::size_t i = 0; i < weights.size(); ++i) {
                if ((weights[i] >> digit & 1U) != 0) rows_.push_back(rows[i]);
            }
        }
        begins_.push_back(rows_.size());
    }
    [[nodiscard]] std::size_t digits() const noexcept { return begins_.size() - 1; }
    [[nodiscard]] const std::uint64_t* const* rows(std::size_t digit) const noexcept {
        return rows_.data() + begins_[digit];
    }
    [[nodiscard]] std::size_t size(std::size_t digit) const noexcept { return begins_[digit + 1] - begins_[digit]; }

private:
    std::vector<const std::uint64_t*> rows_;
    std::vector<std::size_t> begins_;
};

inline std::size_t total_weight(std::size_t rows, std::span<const std::uint32_t> weights, std::string_view where) {
    require(weights.size() == rows, where, "weights.size()", weights.size(), "must be the number of rows, ", rows);
    std::uint64_t total = 0;
    for (std::uint32_t weight : weights) total += weight;
    require(total <= majority_max_rows, where, "sum of weights", total, "must be at most 65535");
    return static_cast<std::size_t>(total);
}

inline void weighted_sums(const row_set& rows, std::span<const std::uint32_t> weights, std::size_t total,
                          std::size_t threshold, std::uint64_t* out, std::uint64_t* tied, const majority_kernel& kernel) {
    const weighted_rows digits({rows.data(), rows.size()}, weights);
    sum_and_compare(kernel, total, threshold, words_for(rows.signs()), out, tied,
                    [&](std::uint64_t* const* planes, std::size_t count, std::size_t first, std::size_t size) {
                        for (std::size_t q = 0; q < digits.digits(); ++q) {
                            kernel.add(planes, count, q, digits.rows(q), digits.size(q), first, size);
                        }
                    });
}

inline void weighted_sums(const ternary_row_set& rows, std::span<const std::uint32_t> weights, std::size_t total,
                          std::size_t threshold, std::uint64_t* out, std::uint64_t* tied, const majority_kernel& kernel) {
    const weighted_rows signs({rows.sign_rows().data(), rows.size()}, weights);
    const weighted_rows present({rows.present_rows().data(), rows.size()}, weights);
    sum_and_compare(kernel, 2 * total, threshold, words_for(rows.signs()), out, tied,
                    [&](std::uint64_t* const* planes, std::size_t count, std::size_t first, std::size_t size) {
                        for (std::size_t q = 0; q < signs.digits(); ++q) {
                            kernel.add_ternary(planes, count, q, signs.rows(q), present.rows(q), signs.size(q), first, size);
                        }
                    });
}

} // namespace detail

/// Where the rows with +1 weigh at least `threshold` together: out[j] = +1 if so, else −1.
///
/// \param rows       n rows of d signs
/// \param weights    one weight a row; 0 leaves a row out
/// \param threshold  0 … sum of weights + 1
/// \param out        d signs that overlap no row; their padding becomes zero
/// \param kernel     the inner loops; given where an architecture is chosen at run time
/// \throws parameter_error  another number of weights than rows, weights that sum to more than 65535, another size of `out`,
///                          a threshold that is too large
/// \par Complexity
/// Reads a row once for each one in its weight's binary form, from the nearest cache but the first time
///
/// \code
/// election::sign_matrix votes(3, 100);
/// votes[0].set(7, true);
/// const std::uint32_t weights[] = {3, 1, 1};
/// election::sign_vector out(100);
/// election::weighted_at_least(votes, weights, 3, out);
/// assert(out[7] == 1 && out[8] == -1);
/// \endcode
template <class Arch = default_arch>
void weighted_at_least(const row_set& rows, std::span<const std::uint32_t> weights, std::size_t threshold,
                       sign_span<std::uint64_t> out, const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::require_rows(rows.size(), rows.signs(), out.size(), "weighted_at_least");
    const std::size_t total = detail::total_weight(rows.size(), weights, "weighted_at_least");
    detail::require(threshold <= total + 1, "weighted_at_least", "threshold", threshold,
                    "must be at most the sum of weights + 1 = ", total + 1);
    if (threshold == 0) {
        for (std::uint64_t& word : out.words()) word = ~std::uint64_t{0};
    } else {
        detail::weighted_sums(rows, weights, total, threshold, out.data(), nullptr, kernel);
    }
    out.clear_padding();
}

namespace detail {

/// The smallest sum that is a majority: binary votes are counted as 0 or 1 and half of the total is a tie; ternary ones as
/// 0, 1 or 2 and the total is.
template <class Rows>
void weighted_signs(const Rows& rows, std::span<const std::uint32_t> weights, sign_span<std::uint64_t> out, tie_sign tie,
                    const majority_kernel& kernel) {
    require_rows(rows.size(), rows.signs(), out.size(), "weighted_majority");
    const std::size_t total = total_weight(rows.size(), weights, "weighted_majority");
    const std::size_t largest = std::same_as<Rows, ternary_row_set> ? 2 * total : total;
    const std::size_t threshold = tie == tie_sign::positive ? (largest + 1) / 2 : largest / 2 + 1;
    if (threshold == 0) {
        for (std::uint64_t& word : out.words()) word = ~std::uint64_t{0};
    } else {
        weighted_sums(rows, weights, total, threshold, out.data(), nullptr, kernel);
    }
    out.clear_padding();
}

template <class Rows>
void weighted_votes(const Rows& rows, std::span<const std::uint32_t> weights, ternary_span<std::uint64_t> out,
                    const majority_kernel& kernel) {
    require_rows(rows.size(), rows.signs(), out.size(), "weighted_majority");
    const std::size_t total = total_weight(rows.size(), weights, "weighted_majority");
    const std::size_t largest = std::same_as<Rows, ternary_row_set> ? 2 * total : total;
    weighted_sums(rows, weights, total, largest / 2 + 1, out.signs().data(), out.present().data(), kernel);
    if (largest % 2 == 1) { // half of an odd sum, rounded down, is no tie
        for (std::uint64_t& word : out.present().words()) word = ~std::uint64_t{0};
    } else {
        complement(out.present().words());
    }
    out.signs().clear_padding();
    out.present().clear_padding();
}

} // namespace detail

/// The sign of Σ weight · vote at every coordinate; where it is 0, the sign that `tie` says.
///
/// Other parameters, errors and costs are those of weighted_at_least().
///
/// \code
/// election::sign_matrix votes(2, 100);
/// votes[0].set(7, true);
/// const std::uint32_t weights[] = {2, 1};
/// election::sign_vector decoded(100);
/// election::weighted_majority(votes, weights, decoded);
/// assert(decoded[7] == 1);
/// \endcode
template <class Arch = default_arch>
void weighted_majority(const row_set& rows, std::span<const std::uint32_t> weights, sign_span<std::uint64_t> out,
                       tie_sign tie = tie_sign::positive, const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::weighted_signs(rows, weights, out, tie, kernel);
}

/// \{
/// The same for votes that may abstain, and with 0 where the sum is 0: `out` is d signs, or d votes that are written in
/// canonical form, and overlaps no row.
template <class Arch = default_arch>
void weighted_majority(const ternary_row_set& rows, std::span<const std::uint32_t> weights, sign_span<std::uint64_t> out,
                       tie_sign tie = tie_sign::positive, const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::weighted_signs(rows, weights, out, tie, kernel);
}
template <class Arch = default_arch>
void weighted_majority(const row_set& rows, std::span<const std::uint32_t> weights, ternary_span<std::uint64_t> out,
                       const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::weighted_votes(rows, weights, out, kernel);
}
template <class Arch = default_arch>
void weighted_majority(const ternary_row_set& rows, std::span<const std::uint32_t> weights, ternary_span<std::uint64_t> out,
                       const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::weighted_votes(rows, weights, out, kernel);
}
/// \}

} // namespace election
