// SPDX-License-Identifier: MIT
// Random cover problems and exact models for property tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include <election/core/ties.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/exact_model.hpp>

namespace election_test {

/// A number from `low` to `high`, both possible.
inline std::size_t between(std::mt19937& random, std::size_t low, std::size_t high) {
    return std::uniform_int_distribution<std::size_t>(low, high)(random);
}

/// What all rows lose at most.
inline std::int64_t total_loss(const election::cover_problem& problem) {
    std::int64_t total = 0;
    for (const election::cover_row& row : problem.rows) total += 2 * std::int64_t{row.weight};
    return total;
}

/// Any valid problem with at most so many columns and rows, now and then with budget 0 or all columns, empty, full, equal and unit rows,
/// equal and empty columns, needs that no choice meets, and several blocks.
inline election::cover_problem random_cover(std::mt19937& random, std::size_t max_columns, std::size_t max_rows) {
    election::cover_problem problem;
    problem.columns = between(random, 0, max_columns);
    problem.budget = between(random, 0, problem.columns);
    if (between(random, 0, 19) == 0) problem.budget = between(random, 0, 1) == 0 ? 0 : problem.columns;
    problem.constant = static_cast<std::int64_t>(between(random, 0, 20)) - 10;
    const std::size_t most_weight = between(random, 0, 1) == 0 ? 1 : 4;
    const std::size_t density = between(random, 1, 9);
    const std::size_t blocks = between(random, 1, 3);
    std::vector<std::size_t> twin(problem.columns); // column whose entries a column has
    for (std::size_t j = 0; j < problem.columns; ++j) twin[j] = between(random, 0, 4) == 0 ? between(random, 0, j) : j;
    for (std::size_t& other : twin) other = twin[other];
    std::vector<char> empty(problem.columns, 0);
    if (between(random, 0, 3) == 0) {
        for (char& is_empty : empty) is_empty = between(random, 0, 2) == 0 ? 1 : 0;
    }
    const std::size_t rows = between(random, 0, max_rows);
    for (std::size_t i = 0; i < rows; ++i) {
        election::cover_row row;
        const std::size_t kind = between(random, 0, 9);
        const std::size_t block = between(random, 0, blocks - 1);
        std::vector<char> held(problem.columns, 0);
        if (kind == 0 && i > 0) {
            row = problem.rows[between(random, 0, i - 1)];
        } else {
            for (std::size_t j = 0; j < problem.columns; ++j) {
                if (twin[j] != j) {
                    held[j] = held[twin[j]];
                } else {
                    held[j] = kind == 1 || (j % blocks == block && between(random, 0, 9) < density) ? 1 : 0;
                }
            }
            if (kind == 2 && problem.columns > 0) {
                held.assign(problem.columns, 0);
                held[between(random, 0, problem.columns - 1)] = 1;
            }
            if (kind == 3) held.assign(problem.columns, 0);
            for (std::size_t j = 0; j < problem.columns; ++j) {
                if (held[j] != 0 && empty[j] == 0) row.columns.push_back(static_cast<std::uint32_t>(j));
            }
            row.need = static_cast<std::uint32_t>(between(random, 0, 2) == 0 ? between(random, 1, row.columns.size() + 2)
                                                                             : row.columns.size() / 2 + 1);
            row.may_tie = between(random, 0, 1) == 0;
        }
        row.weight = static_cast<std::uint32_t>(between(random, 1, most_weight));
        problem.rows.push_back(row);
    }
    return problem;
}

/// Some of 0 … count − 1, in any order.
inline std::vector<std::size_t> random_subset(std::mt19937& random, std::size_t count) {
    std::vector<std::size_t> all(count);
    std::iota(all.begin(), all.end(), std::size_t{0});
    for (std::size_t i = 0; i < count; ++i) std::swap(all[i], all[between(random, i, count - 1)]);
    all.resize(between(random, 0, count));
    return all;
}

/// Any model that fits a code of that size, with each departure from the default in about half of all cases.
inline election::exact_model random_model(std::mt19937& random, std::size_t workers, std::size_t partitions) {
    election::exact_model model;
    model.ties = election::tie_policies[between(random, 0, 3)];
    if (between(random, 0, 1) == 0) model.alphabet = election::sign_alphabet::ternary;
    if (between(random, 0, 1) == 0) {
        for (std::size_t i = 0; i < workers; ++i) model.weights.push_back(static_cast<std::uint32_t>(between(random, 0, 3)));
    }
    if (between(random, 0, 1) == 0) model.liars = random_subset(random, workers);
    if (between(random, 0, 1) == 0) model.may_lose = random_subset(random, partitions);
    if (between(random, 0, 1) == 0) model.corrupted = between(random, 0, partitions < 3 ? partitions : 3);
    return model;
}

} // namespace election_test
