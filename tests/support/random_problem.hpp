// SPDX-License-Identifier: MIT
// Cover problems for tests: of codes, and random ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include <election/codes/packed_allocation.hpp>
#include <election/exact/cover_problem.hpp>

namespace election_test {

/// std::mt19937 with results of 32 bits everywhere.
class random32 {
public:
    using result_type = std::uint32_t;
    explicit random32(std::uint64_t seed) : engine_(static_cast<std::uint32_t>(seed)) {}
    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return 0xffffffff; }
    result_type operator()() { return static_cast<result_type>(engine_()); }

private:
    std::mt19937 engine_;
};

/// The worst election of a code, binary and with abstaining ties, straight from the definition.
template <election::allocation A>
election::cover_problem problem_of(const A& code) {
    const election::packed_allocation packed(code);
    election::cover_problem problem{
        packed.partitions(), (packed.partitions() - 1) / 2, {}, -static_cast<std::int64_t>(packed.workers())};
    for (std::size_t i = 0; i < packed.workers(); ++i) {
        election::cover_row row;
        for (std::uint32_t j = 0; j < packed.partitions(); ++j) {
            if (packed(i, j)) row.columns.push_back(j);
        }
        row.need = static_cast<std::uint32_t>(row.columns.size() / 2 + 1);
        row.may_tie = row.columns.size() % 2 == 0;
        problem.rows.push_back(row);
    }
    return problem;
}

/// Any valid problem: empty and full rows, needs that nothing meets, ties, weights, every budget.
inline election::cover_problem random_problem(random32& random, std::uint32_t most_columns, std::uint32_t most_rows) {
    const std::uint32_t columns = random() % (most_columns + 1);
    election::cover_problem problem{columns, random() % (columns + 1), {}, 0};
    const std::uint32_t rows = random() % (most_rows + 1);
    const std::uint32_t density = 1 + random() % 8;
    for (std::uint32_t i = 0; i < rows; ++i) {
        election::cover_row row;
        for (std::uint32_t j = 0; j < columns; ++j) {
            if (random() % 8 < density) row.columns.push_back(j);
        }
        const auto size = static_cast<std::uint32_t>(row.columns.size());
        row.need = random() % 2 == 0 ? size / 2 + 1 : 1 + random() % (size + 1);
        row.may_tie = random() % 2 == 0;
        row.weight = random() % 2 == 0 ? 1 : 1 + random() % 4;
        problem.rows.push_back(row);
    }
    return problem;
}

} // namespace election_test
