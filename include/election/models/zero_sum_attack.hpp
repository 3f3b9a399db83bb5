// SPDX-License-Identifier: MIT
// zero_sum_attack: liars who push the sum of all votes to a tie.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <election/models/election_batch.hpp>
#include <election/models/plane_counter.hpp>
#include <election/models/random_stream.hpp>

namespace election {

/// Liars, who know all votes, send votes that sum to −h where the honest votes' sum h is at most their number b in size, and
/// else all send minus the sign of h.
///
/// So the sum of all votes is 0 if they can bring it there, and else as near to 0 as they can. They need not know the truth: a
/// tie is a failure on either side. For a sum of −h one of them sends nothing where b − h is odd. In the order of their numbers
/// they send first −, then +, then nothing: (b + h) / 2 rounded down send −, (b − h) / 2 rounded down send +. Where votes cannot
/// abstain (election_batch::votes_abstain), the one who would send nothing sends minus the sign of h, or − where h is 0.
///
/// The code fails in exactly those elections in which it fails when the same liars vote against the truth. The margin just
/// never becomes smaller than it has to, and nobody who looks at the margins learns how many they are.
///
/// \code
/// constexpr auto kernel = election::sampling_kernel_for<election::default_arch>();
/// election::random_stream random(kernel, 1, 0);
/// election::election_batch batch(1, 3, true);
/// batch.liars[0][0] = batch.liars[2][0] = 1; // in election 0
/// batch.signs[1][0] = 1;                     // the only honest worker votes +
/// send_lies(election::zero_sum_attack{}, batch, random);
/// assert(batch.signs[0][0] == 0 && batch.tied[0][0] == 0); // one liar votes −
/// assert(batch.tied[2][0] == 1);                           // and the other is silent
/// \endcode
struct zero_sum_attack {};

/// Turns the honest votes of marked liars into what they send.
/// \param attack  what that is
/// \param batch  liars and honest votes; votes are changed
/// \param random  is not needed
inline void send_lies([[maybe_unused]] const zero_sum_attack& attack, election_batch& batch,
                      [[maybe_unused]] random_stream& random) {
    const std::size_t workers = batch.liars.size();
    plane_counter plus(workers);  // of the honest
    plane_counter minus(workers); // of the honest
    plane_counter liars(workers);
    for (std::size_t i = 0; i < workers; ++i) {
        const auto lies = batch.liars[i];
        const auto signs = batch.signs[i];
        const auto tied = batch.tied[i];
        plus.add([&](std::size_t w) { return signs[w] & ~lies[w]; });
        minus.add([&](std::size_t w) { return ~signs[w] & ~tied[w] & ~lies[w]; });
        liars.add([&](std::size_t w) { return lies[w]; });
    }
    std::vector<int> minus_left(election_batch::elections);
    std::vector<int> plus_left(election_batch::elections);
    for (std::size_t e = 0; e < election_batch::elections; ++e) {
        const int b = liars(e);
        const int taken = std::clamp(plus(e) - minus(e), -b, b);
        minus_left[e] = (b + taken) / 2;
        plus_left[e] = (b - taken) / 2;
    }
    for (std::size_t i = 0; i < workers; ++i) {
        for (std::size_t w = 0; w < election_batch::words; ++w) {
            std::uint64_t sign = 0;
            std::uint64_t silent = 0;
            for (std::uint64_t left = batch.liars[i][w]; left != 0; left &= left - 1) {
                const std::size_t e = 64 * w + static_cast<std::size_t>(std::countr_zero(left));
                const std::uint64_t bit = left & -left;
                if (minus_left[e] > 0) {
                    --minus_left[e];
                } else if (plus_left[e] > 0) {
                    --plus_left[e];
                    sign |= bit;
                } else {
                    silent |= bit;
                }
            }
            const std::uint64_t lies = batch.liars[i][w];
            if (!batch.votes_abstain) {
                sign |= silent & compare(minus, plus, w).more;
                silent = 0;
            }
            batch.signs[i][w] = (batch.signs[i][w] & ~lies) | sign;
            batch.tied[i][w] = (batch.tied[i][w] & ~lies) | silent;
            batch.silent_liars = batch.silent_liars || silent != 0;
        }
    }
}

} // namespace election
