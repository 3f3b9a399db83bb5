// SPDX-License-Identifier: MIT
// exact_model: which elections count and what workers and liars may do in them; and the cover problems that this comes down to.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/exact/cover_problem.hpp>

namespace election {

/// Which signs partitions report.
enum class sign_alphabet : std::uint8_t {
    binary, ///< +1 and −1
    ternary ///< and 0, as sparse gradients give; the truth is the sign of the sum, a worker votes the sign of its partitions' sum
};

/// Which elections count, and what may happen in them. The defaults are the paper's: ±1 messages, workers alike, liars added afterwards.
///
/// A partition *loses* where it reports something else than the truth. The honest message has a truth; after it is made, corrupted
/// partitions may report anything instead. Only partitions of `may_lose` lose, be they honest or corrupted.
struct exact_model {
    tie_policy ties = tie_policy::abstain;          ///< how tied workers vote
    sign_alphabet alphabet = sign_alphabet::binary; ///< what partitions report
    std::vector<std::uint32_t> weights = {};        ///< votes of each worker, at least 0; empty: one each
    std::vector<std::size_t> liars = {};            ///< workers that always vote wrong, each once
    std::vector<std::size_t> may_lose = {};         ///< partitions whose report may be wrong, each once; empty: all
    std::size_t corrupted = 0;                      ///< so many partitions report what they like, beside the honest minority
};

/// Whether messages are binary, workers alike and nothing else restricted: only the tie policy is free. O(1).
[[nodiscard]] inline bool is_plain(const exact_model& model) noexcept {
    return model.alphabet == sign_alphabet::binary && model.weights.empty() && model.liars.empty() &&
           model.may_lose.empty() && model.corrupted == 0;
}

/// The truths whose elections have to be searched for the worst one: + alone where both signs are treated alike. O(1).
[[nodiscard]] inline std::vector<int> truths_to_check(const exact_model& model) {
    return is_symmetric(model.ties) ? std::vector<int>{1} : std::vector<int>{1, -1};
}

/// The search for a worst election of one truth as a cover problem, with the way back to workers and partitions.
struct worst_case_problem {
    cover_problem cover;                 ///< constant + loss is the margin
    std::vector<std::size_t> workers;    ///< of each row, ascending
    std::vector<std::size_t> partitions; ///< of each column, ascending; each twice for ternary signs
};

namespace detail {

/// \throws parameter_error  indices that are too large or come twice
inline void require_distinct(const std::vector<std::size_t>& indices, std::size_t count, const char* where,
                             const char* name) {
    std::vector<char> seen(count, 0);
    for (std::size_t index : indices) {
        require(index < count, where, name, index, "must be less than ", count);
        require(seen[index] == 0, where, name, index, "must be given once");
        seen[index] = 1;
    }
}

/// \throws parameter_error  a model that does not fit the code
inline void require_valid(const exact_model& model, const packed_allocation& code, int truth, const char* where) {
    require(truth == 1 || truth == -1, where, "truth", truth, "must be 1 or -1");
    require(model.weights.empty() || model.weights.size() == code.workers(), where, "number of weights",
            model.weights.size(), "must be that of the workers, ", code.workers(), ", or 0");
    require_distinct(model.liars, code.workers(), where, "liar");
    require_distinct(model.may_lose, code.partitions(), where, "partition that may lose");
    require(model.corrupted <= code.partitions(), where, "corrupted", model.corrupted, "must be at most ",
            code.partitions());
}

/// Columns of a partition: the most that its report can be away from the truth, in steps of the alphabet.
[[nodiscard]] constexpr std::size_t columns_per_partition(sign_alphabet alphabet) noexcept {
    return alphabet == sign_alphabet::ternary ? 2 : 1;
}

/// The most columns that lose in an honest message: the sum of the signs is then 1, or 2 for binary signs of an even number.
[[nodiscard]] constexpr std::size_t honest_budget(sign_alphabet alphabet, std::size_t partitions) noexcept {
    return alphabet == sign_alphabet::ternary ? partitions - 1 : (partitions - 1) / 2;
}

/// The partition of each column, ascending.
[[nodiscard]] inline std::vector<std::size_t> column_partitions(const exact_model& model, std::size_t partitions) {
    std::vector<std::size_t> losable = model.may_lose;
    if (losable.empty()) {
        for (std::size_t j = 0; j < partitions; ++j) losable.push_back(j);
    }
    std::sort(losable.begin(), losable.end());
    std::vector<std::size_t> all;
    for (std::size_t j : losable) all.insert(all.end(), columns_per_partition(model.alphabet), j);
    return all;
}

/// Columns that lose in a worst election.
[[nodiscard]] inline std::size_t losing_columns(const exact_model& model, std::size_t partitions,
                                                std::size_t columns) noexcept {
    return std::min(columns,
                    honest_budget(model.alphabet, partitions) + model.corrupted * columns_per_partition(model.alphabet));
}

/// 1 for the workers that are liars.
[[nodiscard]] inline std::vector<char> liar_marks(const exact_model& model, std::size_t workers) {
    std::vector<char> lies(workers, 0);
    for (std::size_t worker : model.liars) lies[worker] = 1;
    return lies;
}

} // namespace detail

/// States the search for a worst election of one truth as a cover problem: which partitions lose?
///
/// *Binary.* Every vote is monotone in the message, so a worst honest message has as many losers as leave a truth, ⌊(k − 1)/2⌋, and every
/// corrupted partition is one more, as far as there are partitions that may lose. A row of weight w is wrong from ⌊w/2⌋ + 1 hits on;
/// with w/2 hits it is tied, and the tie abstains, is right or wrong by the policy (a coin is wrong at worst).
///
/// *Ternary.* For truth + let y_j = 1 − m_j, one of 0, 1, 2. The truth is + iff Σ y ≤ k − 1, and by monotony only Σ y = k − 1, so
/// Σ m = 1, matters. A row's sum is w − Σ y over its partitions: wrong from Σ y = w + 1 on, tied at w. If y_j is the number of losers
/// among two columns for partition j, this is exactly the binary cover problem of the matrix [G G] with budget k − 1, need w + 1 and ties
/// at w; which of the two columns loses makes no difference. Corrupted partitions add 2 each: they can make any y with Σ y ≤ k − 1 + 2θ
/// from an honest message and nothing else. For let y exceed k − 1; take the truth as the honest report of θ partitions, those with y = 2
/// first. If θ have y = 2 then k − 1 remain at most. Otherwise only ones remain, on k − θ partitions at most, which is k − 1 at most.
///
/// Rows of workers whose vote is the same in all these elections are in the constant, liars too (wrong), and weight 0 has no row.
/// \param code   n × k
/// \param model  what may happen
/// \param truth  +1 or −1
/// \returns the problem; rows in the order of the workers, columns in that of the partitions
/// \throws parameter_error  a truth that is not ±1, or a model that does not fit the code: another number of weights, a liar or a
///                          partition that is not there or comes twice, more corrupted partitions than there are
/// \par Complexity
/// O(n·k / 64 + ones of the rows)
///
/// \code
/// const election::packed_allocation code(election::deterministic(5, 1)); // 10000, 01110, 11111, 11111, 11111
/// const auto problem = election::make_cover_problem(code, {}, 1);
/// assert(problem.workers == (std::vector<std::size_t>{0, 1}) && problem.cover.budget == 2);
/// assert(problem.cover.constant == 1); // 3 workers are right, 2 may be wrong
/// \endcode
[[nodiscard]] inline worst_case_problem make_cover_problem(const packed_allocation& code, const exact_model& model,
                                                           int truth) {
    detail::require_valid(model, code, truth, "make_cover_problem");
    const std::size_t k = code.partitions();
    const bool ternary = model.alphabet == sign_alphabet::ternary;
    const bool tie_is_right = model.ties == (truth > 0 ? tie_policy::positive : tie_policy::negative);
    const std::vector<char> lies = detail::liar_marks(model, code.workers());

    worst_case_problem problem;
    problem.partitions = detail::column_partitions(model, k);
    cover_problem& cover = problem.cover;
    cover.columns = problem.partitions.size();
    cover.budget = detail::losing_columns(model, k, cover.columns);
    // The columns of a partition are next to one another.
    const std::size_t per_partition = detail::columns_per_partition(model.alphabet);
    std::vector<std::uint32_t> first_column(k, 0);
    std::vector<std::uint64_t> may_lose(code.words_per_row(), 0);
    for (std::size_t c = 0; c < cover.columns; c += per_partition) {
        const std::size_t j = problem.partitions[c];
        first_column[j] = static_cast<std::uint32_t>(c);
        may_lose[j / 64] |= std::uint64_t{1} << (j % 64);
    }
    for (std::size_t i = 0; i < code.workers(); ++i) {
        cover_row row;
        row.weight = model.weights.empty() ? 1 : model.weights[i];
        cover.constant -= row.weight;
        if (row.weight == 0 || lies[i] != 0) continue;

        const std::size_t load = code.load(i);
        const std::size_t tie = ternary ? load : load / 2; // hits at which a row that can tie is tied
        const bool can_tie = ternary || load % 2 == 0;
        const bool tie_is_wrong = can_tie && !tie_is_right && model.ties != tie_policy::abstain;
        row.need =
            static_cast<std::uint32_t>(tie_is_wrong ? tie : tie + 1); // 0 for an idle worker, which stays in the constant
        row.may_tie = can_tie && model.ties == tie_policy::abstain;
        const std::span<const std::uint64_t> bits = code.row(i);
        const std::size_t size =
            per_partition * detail::ones_of(bits.size(), [&](std::size_t w) { return bits[w] & may_lose[w]; });
        const std::size_t others = cover.columns - size;
        const std::int64_t most = loss_of(row, cover.budget > others ? cover.budget - others : 0);
        const std::int64_t least = loss_of(row, std::min(cover.budget, size));
        if (least == most) {
            cover.constant += least;
            continue;
        }
        row.columns.reserve(size);
        for (std::size_t w = 0; w < bits.size(); ++w) {
            for (std::uint64_t left = bits[w] & may_lose[w]; left != 0; left &= left - 1) {
                const std::uint32_t first = first_column[w * 64 + static_cast<std::size_t>(std::countr_zero(left))];
                for (std::uint32_t c = first; c < first + per_partition; ++c) row.columns.push_back(c);
            }
        }
        cover.rows.push_back(std::move(row));
        problem.workers.push_back(i);
    }
    return problem;
}

} // namespace election
