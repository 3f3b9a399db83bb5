// SPDX-License-Identifier: MIT
// mimic_attack: liars who copy one honest worker.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/models/election_batch.hpp>
#include <election/models/random_stream.hpp>

namespace election {

/// Every liar sends the vote of the honest worker with the smallest number, and abstains where that one does; where nobody is
/// honest, its own.
///
/// It breaks no rule that a master could check. What it does is give one worker's noise more weight: Karimireddy, He, Jaggi,
/// *Byzantine-robust learning on heterogeneous datasets via bucketing*, arXiv 2006.09365, section 3.
///
/// \code
/// constexpr auto kernel = election::sampling_kernel_for<election::default_arch>();
/// election::random_stream random(kernel, 1, 0);
/// election::election_batch batch(1, 3, true);
/// batch.liars[0][0] = batch.liars[2][0] = 1; // in election 0
/// batch.signs[1][0] = 1;                     // the only honest worker votes +
/// send_lies(election::mimic_attack{}, batch, random);
/// assert(batch.signs[0][0] == 1 && batch.signs[2][0] == 1);
/// \endcode
struct mimic_attack {};

/// Turns the honest votes of marked liars into what they send.
/// \param attack  what that is
/// \param batch  liars and honest votes; votes are changed
/// \param random  is not needed
inline void send_lies([[maybe_unused]] const mimic_attack& attack, election_batch& batch,
                      [[maybe_unused]] random_stream& random) {
    for (std::size_t w = 0; w < election_batch::words; ++w) {
        std::uint64_t found = 0; // elections in which an honest worker was met
        std::uint64_t sign = 0;
        std::uint64_t tied = 0;
        for (std::size_t i = 0; i < batch.liars.size() && ~found != 0; ++i) {
            const std::uint64_t first = ~batch.liars[i][w] & ~found;
            sign |= batch.signs[i][w] & first;
            tied |= batch.tied[i][w] & first;
            found |= first;
        }
        for (std::size_t i = 0; i < batch.liars.size(); ++i) {
            const std::uint64_t copies = batch.liars[i][w] & found;
            batch.signs[i][w] = (batch.signs[i][w] & ~copies) | (sign & copies);
            batch.tied[i][w] = (batch.tied[i][w] & ~copies) | (tied & copies);
        }
        batch.silent_liars = batch.silent_liars || tied != 0;
    }
}

} // namespace election
