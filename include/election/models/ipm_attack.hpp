// SPDX-License-Identifier: MIT
// ipm_attack: inner-product manipulation, liars who send against the mean gradient.
#pragma once

#include <cmath>
#include <span>

#include <election/core/error.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/gradient_votes.hpp>
#include <election/models/random_stream.hpp>

namespace election {

/// All liars send the sign of −tau · mean of the k partition gradients, which is the same for every tau > 0.
///
/// They know all gradients, and not the truth: it is against_attack wherever the mean has the true sign (Xie, Koyejo, Gupta, *Fall of
/// empires: breaking Byzantine-tolerant SGD by inner product manipulation*, arXiv 1903.03936).
///
/// \code
/// constexpr auto kernel = election::sampling_kernel_for<election::default_arch>();
/// election::random_stream random(kernel, 1, 0);
/// election::election_batch batch(3, 1, true);
/// batch.gradients.resize(3 * election::election_batch::elections);
/// batch.gradients[0] = 5; // election 0: two signs − and one +, but a positive mean
/// batch.gradients[1] = batch.gradients[2] = -1;
/// batch.liars[0][0] = batch.signs[0][0] = 1;
/// send_lies(election::ipm_attack{}, batch, random);
/// assert(batch.signs[0][0] == 0);
/// \endcode
struct ipm_attack {
    double tau = 1; ///< τ, finite and positive

    static constexpr bool reads_gradients = true; ///< it needs the numbers behind the signs
};

/// Turns the honest votes of marked liars into what they send.
/// \param attack  what that is
/// \param batch  liars, gradients and honest votes; votes are changed
/// \param random  is not needed
/// \throws parameter_error  τ is not positive or not finite, or no gradients
inline void send_lies(const ipm_attack& attack, election_batch& batch, [[maybe_unused]] random_stream& random) {
    detail::require(std::isfinite(attack.tau) && attack.tau > 0, "ipm", "tau", attack.tau,
                    "must be a finite number, more than 0");
    // Without tau: a product could underflow to 0, whose sign is +.
    detail::send_common_sign("ipm", batch, [](std::span<const float> gradient) { return -detail::mean_of(gradient); });
}

} // namespace election
