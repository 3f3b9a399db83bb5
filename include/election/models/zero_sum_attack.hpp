// SPDX-License-Identifier: MIT
// zero_sum_attack: liars who push the sum of all votes to a tie.
#pragma once

#include <cstddef>
#include <cstdint>

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
    plane_counter reach(2 * workers);              // b + plus
    plane_counter needed(3 * workers);             // minus + 2 for each liar so far, this one too
    plane_counter so_far(workers);                 // liars up to this one
    std::uint64_t odd[election_batch::words] = {}; // whether b - h is
    for (std::size_t i = 0; i < workers; ++i) {
        const auto lies = batch.liars[i];
        const auto signs = batch.signs[i];
        const auto tied = batch.tied[i];
        const auto is_plus = [&](std::size_t w) { return signs[w] & ~lies[w]; };
        const auto is_minus = [&](std::size_t w) { return ~signs[w] & ~tied[w] & ~lies[w]; };
        const auto is_liar = [&](std::size_t w) { return lies[w]; };
        plus.add(is_plus);
        reach.add(is_plus);
        minus.add(is_minus);
        needed.add(is_minus);
        liars.add(is_liar);
        reach.add(is_liar);
        for (std::size_t w = 0; w < election_batch::words; ++w) odd[w] ^= is_plus(w) ^ is_minus(w) ^ lies[w];
    }
    for (std::size_t i = 0; i < workers; ++i) {
        const auto lies = batch.liars[i];
        const auto is_liar = [&](std::size_t w) { return lies[w]; };
        needed.add(is_liar);
        needed.add(is_liar);
        so_far.add(is_liar);
        for (std::size_t w = 0; w < election_batch::words; ++w) {
            // The r-th liar sends - if r <= (b + h) / 2 rounded down: 2r + minus <= b + plus. The others send +, but for the last
            // one where b - h is odd and not out of reach.
            const std::uint64_t is_minus = ~compare(needed, reach, w).more;
            std::uint64_t silent =
                lies[w] & ~is_minus & odd[w] & compare(so_far, liars, w).equal & ~compare(minus, reach, w).more;
            std::uint64_t sign = lies[w] & ~is_minus & ~silent;
            if (!batch.votes_abstain) {
                sign |= silent & compare(minus, plus, w).more;
                silent = 0;
            }
            batch.signs[i][w] = (batch.signs[i][w] & ~lies[w]) | sign;
            batch.tied[i][w] = (batch.tied[i][w] & ~lies[w]) | silent;
            batch.silent_liars = batch.silent_liars || silent != 0;
        }
    }
}

} // namespace election
