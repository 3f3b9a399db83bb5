// SPDX-License-Identifier: MIT
// Random problems whose rows are windows of whole blocks of a circle.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <election/exact/cover_problem.hpp>
#include <support/cover_problems.hpp>

namespace election_test {

/// Columns of a circle from `start` on, ascending.
[[nodiscard]] inline std::vector<std::uint32_t> window(std::size_t columns, std::size_t start, std::size_t length) {
    std::vector<std::uint32_t> result;
    for (std::size_t j = 0; j < length; ++j) result.push_back(static_cast<std::uint32_t>((start + j) % columns));
    std::ranges::sort(result);
    return result;
}

/// Windows of whole blocks, closed under rotation by `step` or (0) at any columns, each with or without weights and needs of its own.
[[nodiscard]] inline election::cover_problem windows_of(cover_problems& draw, std::size_t width, std::size_t count,
                                                        std::size_t step) {
    const std::size_t k = width * count;
    election::cover_problem problem{k, draw.number(2) == 0 ? draw.number(k) : (k - 1) / 2, {}, 0};
    const std::size_t kinds = 1 + draw.number(2);
    const bool is_one_length = draw.number(1) == 0;
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        const std::size_t length = width * (is_one_length ? 1 : 1 + draw.number(count - 2));
        if (step == 0) {
            for (std::size_t i = 0; i < k; ++i) { // some are missing, some are there twice
                problem.rows.push_back(draw.row(window(k, draw.number(k - 1), length), 3));
            }
        } else {
            for (std::size_t start = 0; start < std::min(k, step); ++start) {
                if (draw.number(3) == 0) continue;
                const election::cover_row example = draw.row(std::vector<std::uint32_t>(length), 3);
                for (std::size_t shift = 0; shift < k; shift += step) {
                    problem.rows.push_back(example);
                    problem.rows.back().columns = window(k, start + shift, length);
                }
            }
        }
    }
    return problem;
}

} // namespace election_test
