// SPDX-License-Identifier: MIT
// alie_attack: a little is enough, liars who stay within the spread of the gradients.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>

#include <election/core/error.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/gradient_votes.hpp>
#include <election/models/random_stream.hpp>

namespace election {

/// All liars send the sign of mean − tau · std of the k partition gradients; std is that of the population, divided by k.
///
/// They know all gradients, and that the truth is +. Made against defences that look for outliers (Baruch, Baruch, Goldberg, *A
/// little is enough: circumventing defenses for distributed learning*, arXiv 1902.06156). Where only signs are sent it is
/// against_attack in the elections whose mean is below tau · std, and the truth in the others.
///
/// \code
/// constexpr auto kernel = election::sampling_kernel_for<election::default_arch>();
/// election::random_stream random(kernel, 1, 0);
/// election::election_batch batch(2, 1, true);
/// batch.gradients.resize(2 * election::election_batch::elections);
/// batch.gradients[0] = 1; // election 0: mean 2 and standard deviation 1
/// batch.gradients[1] = 3;
/// batch.liars[0][0] = 1;
/// send_lies(election::alie_attack{1.9}, batch, random);
/// assert(batch.signs[0][0] == 1); // 2 − 1.9 is positive
/// send_lies(election::alie_attack{2.1}, batch, random);
/// assert(batch.signs[0][0] == 0);
/// \endcode
struct alie_attack {
    double tau; ///< τ, finite

    static constexpr bool reads_gradients = true; ///< it needs the numbers behind the signs
};

/// The τ that the authors of the attack take: the largest with which a majority of all n workers, liars among them, is expected not to
/// be nearer to the mean than the liars, if gradients were normal: Φ(τ) = (n − ⌊n/2⌋ − 1) / (n − b).
/// \param workers  n, at least 3
/// \param liars    b, at most ⌊n/2⌋
/// \returns τ; 0 or less for one liar or none: these are too few to hide
/// \throws parameter_error  fewer workers; more liars: then none of the others is needed
/// \par Source
/// Baruch et al., section 3.3: s = ⌊n/2 + 1⌋ − b supporters, τ the quantile of (n − b − s) / (n − b).
///
/// \code
/// assert(std::abs(election::alie_tau(50, 24) - 1.4261) < 1e-4); // 24 of 26
/// \endcode
[[nodiscard]] inline double alie_tau(std::size_t workers, std::size_t liars) {
    detail::require(workers >= 3, "alie_tau", "workers", workers, "must be at least 3");
    detail::require(liars <= workers / 2, "alie_tau", "liars", liars, "must be at most half of the workers, ", workers / 2);
    const auto others = static_cast<double>(workers - liars);
    const std::size_t nearer = workers - workers / 2 - 1; // of the others: the rest supports the liars
    const double share = static_cast<double>(nearer) / others;
    double low = -10;
    double high = 10;
    while (high - low > 1e-12) { // where Φ is below the share and where not
        const double middle = (low + high) / 2;
        (std::erfc(-middle / std::sqrt(2.0)) / 2 < share ? low : high) = middle;
    }
    return (low + high) / 2;
}

/// Turns the honest votes of marked liars into what they send.
/// \param attack  what that is
/// \param batch  liars, gradients and honest votes; votes are changed
/// \param random  is not needed
/// \throws parameter_error  τ is not finite, or no gradients
inline void send_lies(const alie_attack& attack, election_batch& batch, [[maybe_unused]] random_stream& random) {
    detail::require(std::isfinite(attack.tau), "alie", "tau", attack.tau, "must be a finite number");
    detail::send_common_sign("alie", batch, [&](std::span<const float> gradient) {
        const double mean = detail::mean_of(gradient);
        double squares = 0;
        for (float number : gradient) squares += (static_cast<double>(number) - mean) * (static_cast<double>(number) - mean);
        return mean - attack.tau * std::sqrt(squares / static_cast<double>(gradient.size()));
    });
}

} // namespace election
