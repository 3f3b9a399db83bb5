// SPDX-License-Identifier: MIT
// exact_model: which elections count and what workers and liars may do in them; and the cover problems that this comes down to.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/exact/cover_problem.hpp>

namespace election {

/// Which signs partitions report.
enum class sign_alphabet : std::uint8_t {
    binary, ///< +1 and −1
    ternary ///< and 0, as sparse gradients give; the truth is the sign of the sum, a worker votes the sign of its partitions' sum
};

/// Which elections count, and what may happen in them. The defaults are the paper's: ±1 messages, workers alike, liars added afterwards.
struct exact_model {
    tie_policy ties = tie_policy::abstain;          ///< how tied workers vote
    sign_alphabet alphabet = sign_alphabet::binary; ///< what partitions report
    std::vector<std::uint32_t> weights;             ///< votes of each worker, at least 0; empty: one each
    std::vector<std::size_t> liars;                 ///< workers that always vote wrong, each once
    std::vector<std::size_t> may_lose;              ///< partitions whose report may be wrong, each once; empty: all
    std::size_t corrupted = 0;                      ///< so many partitions report what they like, beside the honest minority
};

} // namespace election
