// SPDX-License-Identifier: MIT
// gradient_noise_attack: liars who add noise to their partition gradients before they take signs.
#pragma once

#include <cmath>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/gradient_votes.hpp>
#include <election/models/random_stream.hpp>

namespace election {

/// Every liar adds independent normal noise of standard deviation sigma to each of its partition gradients, and then votes the
/// majority of their signs, with the tie policy.
///
/// Noise is drawn for each liar and partition: liars who hold the same partition do not agree about it. In units of the
/// partition gradients' own noise, whose variance is 1 in gaussian_gradients.
///
/// \code
/// const election::packed_allocation code(election::full(3, 3));
/// const election::gradient_noise_attack attack{code, election::tie_policy::abstain, 2.5};
/// static_assert(election::gradient_attack<election::gradient_noise_attack>);
/// assert(attack.sigma == 2.5);
/// \endcode
struct gradient_noise_attack {
    packed_allocation code; ///< who holds what, n × k
    tie_policy ties;        ///< how a tied liar votes; its coin is its own, not the one of the honest vote
    double sigma;           ///< σ, finite and not negative

    static constexpr bool reads_gradients = true; ///< it needs the numbers behind the signs
};

/// Turns the honest votes of marked liars into what they send.
/// \param attack  what that is
/// \param batch   liars, gradients and honest votes; votes are changed
/// \param random  for the noise
/// \throws parameter_error  σ is negative or not finite, no gradients, or a batch that is not of the code's size
/// \par Complexity
/// O(entries of liars' rows in all elections), each with a normal number
inline void send_lies(const gradient_noise_attack& attack, election_batch& batch, random_stream& random) {
    detail::require(std::isfinite(attack.sigma) && attack.sigma >= 0, "gradient_noise", "sigma", attack.sigma,
                    "must be a finite number, not negative");
    detail::send_majorities("gradient_noise", attack.code, attack.ties, batch, random,
                            [&](double gradient) { return gradient + attack.sigma * random.normal(); });
}

} // namespace election
