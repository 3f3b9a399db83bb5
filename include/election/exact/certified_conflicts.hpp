// SPDX-License-Identifier: MIT
// replay_conflicts(): the proof of a certificate by workers who can't lose together.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/exact/certificate_lines.hpp>
#include <election/exact/certified_problem.hpp>
#include <election/exact/certified_step.hpp>

namespace election::detail {

/// The rest of a line 'conflict': its workers can't lose together, and what they and the others keep exceeds the target.
inline void replay_conflicts(const packed_allocation& code, tie_policy ties, int truth, std::int64_t target,
                             certificate_lines& lines) {
    const certified_problem problem = single_rows(code, ties, truth);
    // Two workers lose something together only where enough partitions lose for both, those that they share counted once.
    const auto in_conflict = [&](std::uint32_t one, std::uint32_t other) {
        const std::int64_t first = problem.first_turn(problem.rows()[one]);
        const std::int64_t second = problem.first_turn(problem.rows()[other]);
        std::int64_t shared = 0;
        for (std::uint32_t j : problem.rows()[one].columns) shared += code(other, j) ? 1 : 0;
        return first + second - std::min({shared, first, second}) > problem.budget();
    };
    const auto require_conflict = [&](std::uint32_t one, std::uint32_t other) {
        require_step(in_conflict(one, other), "workers ", one, " and ", other, " can lose together");
    };
    std::vector<char> seen(code.workers(), 0);
    std::vector<std::uint32_t> workers;
    std::int64_t loss = 0;
    while (lines.take(" ")) {
        const bool cycle = lines.take("cycle ");
        if (!cycle) lines.expect("clique ", "must be 'conflict', then 'clique' or 'cycle' and workers");
        take_workers(lines, workers, seen);
        const auto size = static_cast<std::int64_t>(workers.size());
        if (cycle) {
            if (size < 3) lines.malformed("a cycle has at least three workers");
            for (std::size_t i = 0; i < workers.size(); ++i) require_conflict(workers[i], workers[(i + 1) % workers.size()]);
        } else {
            for (std::size_t i = 0; i < workers.size(); ++i) {
                for (std::size_t j = 0; j < i; ++j) require_conflict(workers[i], workers[j]);
            }
        }
        loss += 2 * (size - (cycle ? size / 2 : 1));
    }
    lines.expect_end();
    for (std::size_t i = 0; i < code.workers(); ++i) {
        if (seen[i] == 0) loss += problem.least_alone(problem.rows()[i]);
    }
    require_step(loss > target, "the conflicts leave a loss that does not exceed the target");
}

} // namespace election::detail
