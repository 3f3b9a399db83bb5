// SPDX-License-Identifier: MIT
// replay_moments(): the proof of a certificate by second moments.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/exact/certificate_lines.hpp>
#include <election/exact/certified_problem.hpp>
#include <election/exact/certified_step.hpp>
#include <election/exact/exact_model.hpp>

namespace election::detail {

/// The rest of a line 'moment': every column is in as many of its workers, every two are together in as many, and the bound that
/// follows from these sums exceeds the target.
inline void replay_moments(const packed_allocation& code, const exact_model& model, int truth, std::int64_t target,
                           certificate_lines& lines) {
    constexpr std::uint64_t most = std::uint64_t{1} << 20;
    const std::int64_t a = lines.integer(most, "the first numerator");
    lines.expect(" ", "must be 'moment', two numerators, a divisor and perhaps workers");
    const std::int64_t c = lines.integer(most, "the second numerator");
    lines.expect(" ", "must be 'moment', two numerators, a divisor and perhaps workers");
    const auto divisor = static_cast<std::int64_t>(lines.natural(most, "the divisor"));
    if (divisor == 0) lines.malformed("the divisor must be at least 1");
    std::vector<char> in_design(code.workers(), 0);
    std::vector<std::uint32_t> workers(code.workers());
    if (lines.take(" ")) {
        take_workers(lines, workers, in_design);
    } else {
        std::iota(workers.begin(), workers.end(), 0U);
        std::fill(in_design.begin(), in_design.end(), 1);
    }
    lines.expect_end();
    const certified_problem problem = single_rows(code, model, truth);
    const std::size_t k = problem.columns();
    if (static_cast<std::uint64_t>(problem.all_votes()) > most * most / k / k)
        lines.malformed("the matrix is too large for this proof"); // sums stay below 2^62

    // Every column in rows of as many votes, every pair of columns together in rows of as many. Rows of a word have as many each.
    std::ranges::stable_sort(workers, {}, [&](std::uint32_t i) { return problem.rows()[i].count; });
    std::vector<std::int64_t> votes_of_word;
    std::vector<std::vector<std::uint64_t>> holders(k);
    unsigned bit = 64;
    for (std::uint32_t worker : workers) {
        const certified_problem::row& r = problem.rows()[worker];
        if (++bit >= 64 || r.count != votes_of_word.back()) {
            bit = 0;
            votes_of_word.push_back(r.count);
            for (auto& words : holders) words.push_back(0);
        }
        for (std::uint32_t j : r.columns) holders[j].back() |= std::uint64_t{1} << bit;
    }
    const auto common = [&](std::size_t one, std::size_t other) {
        std::int64_t votes = 0;
        for (std::size_t w = 0; w < votes_of_word.size(); ++w)
            votes += votes_of_word[w] * std::popcount(holders[one][w] & holders[other][w]);
        return votes;
    };
    const std::int64_t degree = common(0, 0);
    const std::int64_t pair = k > 1 ? common(0, 1) : 0;
    for (std::size_t j = 0; j < k; ++j) {
        require_step(common(j, j) == degree, "columns 0 and ", j, " are in different numbers of these workers");
        for (std::size_t other = 0; other < j; ++other) {
            require_step(common(other, j) == pair, "columns ", other, " and ", j, " are together in other than ", pair,
                         " of these workers");
        }
    }
    const std::int64_t losers = problem.budget();
    std::int64_t sum = -a * (degree * losers) - c * (degree * losers + pair * losers * (losers - 1));
    for (std::size_t i = 0; i < code.workers(); ++i) {
        const certified_problem::row& r = problem.rows()[i];
        std::int64_t least = std::numeric_limits<std::int64_t>::max();
        const std::int64_t most_hits = certified_problem::most(r.load, losers);
        for (std::int64_t h = certified_problem::fewest(r.load, static_cast<std::int64_t>(k), losers); h <= most_hits; ++h) {
            least = std::min(least, divisor * problem.loss(r, h) + (in_design[i] != 0 ? r.count * (a * h + c * h * h) : 0));
        }
        sum += least;
    }
    require_step(sum > divisor * target, "the bound does not exceed the target");
}

} // namespace election::detail
