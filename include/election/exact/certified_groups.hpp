// SPDX-License-Identifier: MIT
// replay_groups(): the proof of a certificate by groups of workers that so few losers can't serve.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/exact/certificate_lines.hpp>
#include <election/exact/certified_problem.hpp>
#include <election/exact/certified_step.hpp>
#include <election/exact/exact_model.hpp>

namespace election::detail {

/// The least loss of a group: all ways to share out as many hits as its rows can have together.
[[nodiscard]] inline std::int64_t least_of_group(const certified_problem& problem, const std::vector<std::uint32_t>& workers,
                                                 certificate_lines& lines) {
    using kind =
        std::tuple<std::vector<std::uint32_t>, std::int64_t, std::int64_t>; // columns, where it ties, where it turns
    std::map<kind, std::int64_t> alike;                                     // votes of the workers of a kind
    for (std::uint32_t worker : workers) {
        const certified_problem::row& r = problem.rows()[worker];
        alike[{r.columns, r.tied_from, r.wrong_from}] += r.count;
    }
    std::vector<std::size_t> multiplicity(problem.columns(), 0);
    for (const auto& [row, votes] : alike) {
        for (std::uint32_t j : std::get<0>(row)) ++multiplicity[j];
    }
    std::ranges::sort(multiplicity, std::greater<>());
    const auto hits = std::accumulate(multiplicity.begin(), multiplicity.begin() + problem.budget(), std::size_t{0});
    constexpr std::size_t most = std::size_t{1} << 32;
    if (hits > most / alike.size()) lines.malformed("has a group that is too large for this proof");
    // By how many hits the rows so far have, the least that they can have lost.
    constexpr std::int64_t impossible = std::numeric_limits<std::int64_t>::max() / 2;
    std::vector<std::int64_t> least(hits + 1, impossible);
    least[0] = 0;
    for (const auto& [row, votes] : alike) {
        const auto& [columns, tied_from, wrong_from] = row;
        const certified_problem::row r{static_cast<std::int64_t>(columns.size()), votes, tied_from, wrong_from, columns};
        const std::int64_t fewest =
            certified_problem::fewest(r.load, static_cast<std::int64_t>(problem.columns()), problem.budget());
        std::vector<std::int64_t> next(hits + 1, impossible);
        for (std::int64_t h = fewest; h <= certified_problem::most(r.load, problem.budget()); ++h) {
            const std::int64_t loss = problem.loss(r, h);
            if (h > fewest && loss == problem.loss(r, h - 1)) continue; // a hit for nothing
            for (std::size_t before = 0, with = static_cast<std::size_t>(h); with <= hits; ++before, ++with) {
                next[with] = std::min(next[with], least[before] + loss);
            }
        }
        least = std::move(next);
    }
    return *std::ranges::min_element(least);
}

/// The rest of a line 'group': the hits that its lists can have leave losses that, with those of the others, exceed the target.
inline void replay_groups(const packed_allocation& code, const exact_model& model, int truth, std::int64_t target,
                          certificate_lines& lines) {
    const certified_problem problem = single_rows(code, model, truth);
    std::vector<char> seen(code.workers(), 0);
    std::vector<std::uint32_t> workers;
    std::int64_t loss = 0;
    while (lines.take(" ")) {
        take_workers(lines, workers, seen);
        loss += least_of_group(problem, workers, lines);
    }
    lines.expect_end();
    for (std::size_t i = 0; i < code.workers(); ++i) {
        if (seen[i] == 0) loss += problem.least_alone(problem.rows()[i]);
    }
    require_step(loss > target, "the groups keep a loss that does not exceed the target");
}

} // namespace election::detail
