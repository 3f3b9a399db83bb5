// SPDX-License-Identifier: MIT
// sign_accuracy(): how often the decoded sign is the sign of the true gradient; the figure that compares designs of different k.
#pragma once

#include <election/analysis/failure_probability.hpp>
#include <election/analysis/tally_enumerator.hpp>
#include <election/core/ties.hpp>
#include <election/models/liars.hpp>
#include <election/models/messages.hpp>

namespace election {
namespace detail {

/// A tie policy, and an attack, as they are when + and − change places.
[[nodiscard]] constexpr tie_policy mirrored(tie_policy ties) noexcept {
    return ties == tie_policy::positive ? tie_policy::negative : ties == tie_policy::negative ? tie_policy::positive : ties;
}
template <known_attack Attack>
[[nodiscard]] constexpr Attack mirrored(Attack attack) noexcept {
    if constexpr (std::same_as<Attack, directional_attack>) attack.sign = -attack.sign;
    return attack;
}

} // namespace detail

/// How often the decoded sign is not strictly the sign of the true gradient.
///
/// Every partition estimates the true coordinate with equal, independent Gaussian noise, and reports the sign of its estimate,
/// which is wrong with probability Φ(−snr/√k). The true coordinate is positive or negative alike, which matters where tie
/// policy or attack favour a sign. All data give the same signal-to-noise ratio whatever k is, so that codes with different k
/// compare: more partitions have noisier signs.
/// \param tally      of a code
/// \param snr        the true coordinate over the standard deviation of its estimate from all k partitions together, ≥ 0
/// \param placement  worst_placement or random_placement, at most n liars
/// \param attack     what liars send
/// \param ties       how tied workers vote
/// \returns 0 … 1, a sum of positive terms: tiny errors have their relative accuracy
/// \throws parameter_error  as failure_by_weight(), and a ratio that is no number
/// \par Complexity
/// that of failure_by_weight()
///
/// \code
/// const auto one = election::enumerate_tally(election::full(1, 1)).tally;
/// const double error = election::sign_error(one, 2.0, election::worst_placement{0}, election::against_attack{});
/// assert(error > 0.02275 && error < 0.02276); // Φ(−2)
/// \endcode
template <exchangeable_placement Placement, known_attack Attack>
[[nodiscard]] double sign_error(const tally_enumerator& tally, double snr, const Placement& placement, const Attack& attack,
                                tie_policy ties = tie_policy::abstain) {
    const gaussian_messages messages{snr};
    const double plus = failure_probability(tally, messages, placement, attack, ties);
    if (is_symmetric(ties) && !std::same_as<Attack, directional_attack>) return plus;
    return (plus + failure_probability(tally, messages, placement, detail::mirrored(attack), detail::mirrored(ties))) / 2;
}

/// How often the decoded sign is the sign of the true gradient: 1 − sign_error().
///
/// \code
/// // Three workers, one of them a liar: all hold all data, or three parts and one liar wins wherever two are right.
/// const auto shared = election::enumerate_tally(election::full(3, 3)).tally;
/// const auto alone = election::enumerate_tally(election::uncoded(3)).tally;
/// const election::worst_placement one_liar{1};
/// const election::against_attack against;
/// assert(election::sign_accuracy(shared, 2, one_liar, against) > election::sign_accuracy(alone, 2, one_liar, against));
/// \endcode
template <exchangeable_placement Placement, known_attack Attack>
[[nodiscard]] double sign_accuracy(const tally_enumerator& tally, double snr, const Placement& placement,
                                   const Attack& attack, tie_policy ties = tie_policy::abstain) {
    return 1 - sign_error(tally, snr, placement, attack, ties);
}

} // namespace election
