// SPDX-License-Identifier: MIT
// scaling_attack: liars who multiply their partition gradients before they take signs.
#pragma once

#include <cmath>

#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/gradient_votes.hpp>
#include <election/models/random_stream.hpp>

namespace election {

/// Every liar multiplies its partition gradients by a factor, and then votes the majority of their signs, with the tie policy.
///
/// Only signs reach anybody, so only the factor's sign matters: a positive one, infinity too, changes nothing; a negative one, −infinity
/// too, reverses every partition sign before the local vote (`reverse-partition`; reverse_attack but for ties that do not abstain). Signs
/// are taken as pack_options does by default: 0 is + and so is a NaN, so the factors 0 and NaN make all partitions +.
///
/// \code
/// const election::packed_allocation code(election::full(3, 3));
/// const election::scaling_attack attack{code, election::tie_policy::abstain, -10};
/// static_assert(election::gradient_attack<election::scaling_attack>);
/// assert(attack.factor == -10);
/// \endcode
struct scaling_attack {
    packed_allocation code; ///< who holds what, n × k
    tie_policy ties;        ///< how a tied liar votes; its coin is its own, not the one of the honest vote
    double factor;          ///< any number, an infinity or NaN

    static constexpr bool reads_gradients = true; ///< it needs the numbers behind the signs
};

/// Turns the honest votes of marked liars into what they send.
/// \param attack  what that is
/// \param batch   liars, gradients and honest votes; votes are changed
/// \param random  for coins
/// \throws parameter_error  no gradients, or a batch that is not of the code's size
inline void send_lies(const scaling_attack& attack, election_batch& batch, random_stream& random) {
    // A product could underflow to 0, whose sign is +; ±1 cannot.
    const double factor = attack.factor > 0 ? 1 : attack.factor < 0 ? -1 : attack.factor;
    detail::send_majorities("scaling", attack.code, attack.ties, batch, random,
                            [&](double gradient) { return factor * gradient; });
}

} // namespace election
