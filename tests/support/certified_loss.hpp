// SPDX-License-Identifier: MIT
// certified_loss_of(): the loss of a choice, as the certificate checker's problem counts it, in plain words.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <election/exact/certified_problem.hpp>

namespace election_test {

/// \param choice  1 for each column that loses
[[nodiscard]] inline std::int64_t certified_loss_of(const election::detail::certified_problem& problem,
                                                    const std::vector<char>& choice) {
    std::int64_t loss = 0;
    for (const auto& r : problem.rows()) {
        loss += problem.loss(r, std::count_if(r.columns.begin(), r.columns.end(), [&](auto j) { return choice[j] != 0; }));
    }
    return loss;
}

} // namespace election_test
