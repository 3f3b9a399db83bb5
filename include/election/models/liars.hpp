// SPDX-License-Identifier: MIT
// Who lies, and what they send: placements and attacks as plain values, for verifiers, Monte Carlo and the trainer alike.
#pragma once

#include <cstddef>
#include <vector>

namespace election {

/// The liars that do most harm, chosen for each election after the honest votes are known.
struct worst_placement {
    std::size_t liars; ///< b, 0 … n
};

/// A new uniformly random set of liars in every election.
struct random_placement {
    std::size_t liars; ///< b, 0 … n
};

/// The same liars in all elections.
struct fixed_placement {
    std::vector<std::size_t> liars; ///< different workers, 0 … n − 1
};

/// Liars send minus the truth, whatever their honest vote was.
struct against_attack {};

/// Liars send minus their honest vote; who is tied still abstains.
struct reverse_attack {};

/// Liars always send the same sign.
struct directional_attack {
    int sign = 1; ///< +1 or −1
};

/// Liars send fair signs, independently.
struct noise_attack {};

/// Liars send their honest vote, each reversed with some probability, independently; who is tied still abstains.
struct flip_attack {
    double probability; ///< 0 … 1
};

} // namespace election
