// SPDX-License-Identifier: MIT
// The lies concept: who lies in a round of training, and what liars do to the votes.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include <election/train/vote_form.hpp>

namespace election {

/// What stands in a round when honest votes have been computed: what liars may look at, and what they change.
/// \tparam Form    a vote_form
/// \tparam Number  of parameters and gradients: float or double
template <class Form, class Number>
struct election_round {
    std::uint64_t step;                           ///< from 0
    std::span<const Number> parameters;           ///< before the step
    typename Form::signs::matrix_view partitions; ///< a row a partition, of all k; others than `computed` ones are stale
    std::span<const std::size_t> computed;        ///< the partitions that this process has computed, increasing
    std::function<std::span<const Number>(std::size_t)>
        reported;                            ///< the numbers behind a computed partition's signs, or nothing
    std::span<const std::size_t> voters;     ///< whose vote each row of `votes` is, increasing
    typename Form::votes::matrix_span votes; ///< honest votes, to be replaced by what liars send
    std::span<std::uint8_t> silent;          ///< one a voter: set to 1 for those who send nothing
};

namespace detail {

/// Calls visit(liar, i) for those liars of a round's step who are among its voters: the i-th row is theirs.
/// \param liars  increasing
template <class Form, class Number, class Visit>
void for_each_lying_voter(const election_round<Form, Number>& round, std::span<const std::size_t> liars,
                          const Visit& visit) {
    for (std::size_t liar : liars) {
        const auto found = std::ranges::lower_bound(round.voters, liar);
        if (found != round.voters.end() && *found == liar) {
            visit(liar, static_cast<std::size_t>(found - round.voters.begin()));
        }
    }
}

} // namespace detail

/// Who lies, and how.
///
/// Holds when:
/// - `l.knows_everything()` says whether liars look at others than themselves; then a process with liars computes all partitions and
///   all votes;
/// - `l.may_lie(i)` says whether worker i lies in some step;
/// - `l.liars(step)` are the workers who lie in that step, increasing; the same in every process, whatever was asked before;
/// - `l.lie(round)` changes the rows of `round.votes`, and the entries of `round.silent`, of those who lie in round.step, and no
///   others; what a liar sends does not depend on who else is in `round.voters`, unless liars know everything.
///
/// Example: honest, vote_lies. Non-example: a placement, which does not say what is sent.
template <class L, class Form, class Number>
concept lies = requires(L& l, const L& c, std::uint64_t step, const election_round<Form, Number>& round) {
    { c.knows_everything() } -> std::convertible_to<bool>;
    { c.may_lie(std::size_t{0}) } -> std::convertible_to<bool>;
    { l.liars(step) } -> std::convertible_to<std::span<const std::size_t>>;
    l.lie(round);
};

/// Nobody lies.
///
/// \code
/// assert(election::honest().liars(0).empty());
/// \endcode
struct honest {
    /// Nothing needs to be known.
    [[nodiscard]] static constexpr bool knows_everything() noexcept { return false; }
    /// No.
    [[nodiscard]] static constexpr bool may_lie([[maybe_unused]] std::size_t worker) noexcept { return false; }
    /// Nobody.
    [[nodiscard]] static constexpr std::span<const std::size_t> liars([[maybe_unused]] std::uint64_t step) noexcept {
        return {};
    }
    /// Changes nothing.
    template <class Round>
    static constexpr void lie([[maybe_unused]] const Round& round) noexcept {}
};

} // namespace election
