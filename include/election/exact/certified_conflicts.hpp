// SPDX-License-Identifier: MIT
// replay_conflicts(): the proof of a certificate by workers who can't lose together.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/exact/certificate_lines.hpp>
#include <election/exact/certified_problem.hpp>
#include <election/exact/certified_step.hpp>
#include <election/exact/exact_model.hpp>

namespace election::detail {

/// The rest of a line 'conflict': its workers can't lose together, and what they and the others keep exceeds the target.
inline void replay_conflicts(const packed_allocation& code, const exact_model& model, int truth, std::int64_t target,
                             certificate_lines& lines) {
    const certified_problem problem = single_rows(code, model, truth);
    // Two workers lose something together only where enough columns lose for both, those that they share counted once.
    const auto in_conflict = [&](std::uint32_t one, std::uint32_t other) {
        const certified_problem::row& first = problem.rows()[one];
        const certified_problem::row& second = problem.rows()[other];
        std::int64_t shared = 0;
        for (std::uint32_t j : first.columns) shared += std::ranges::binary_search(second.columns, j) ? 1 : 0;
        return first.tied_from + second.tied_from - std::min({shared, first.tied_from, second.tied_from}) > problem.budget();
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
        // At most so many of them lose anything, at worst those with the most votes; the others keep all of theirs.
        const std::int64_t may_lose = cycle ? size / 2 : 1;
        std::ranges::sort(workers, std::greater<>(), [&](std::uint32_t i) { return problem.rows()[i].count; });
        for (std::int64_t i = may_lose; i < size; ++i) {
            loss += 2 * problem.rows()[workers[static_cast<std::size_t>(i)]].count;
        }
    }
    lines.expect_end();
    for (std::size_t i = 0; i < code.workers(); ++i) {
        if (seen[i] == 0) loss += problem.least_alone(problem.rows()[i]);
    }
    require_step(loss > target, "the conflicts leave a loss that does not exceed the target");
}

} // namespace election::detail
