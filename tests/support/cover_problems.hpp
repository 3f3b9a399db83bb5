// SPDX-License-Identifier: MIT
// Random cover problems of the shapes that tables are made for, and the cover problem of a code.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/code.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/exact/cover_problem.hpp>

namespace election_test {

/// The nearest elections of a code whose tied workers abstain.
inline election::cover_problem nearest_cover(const election::packed_allocation& code) {
    election::cover_problem problem;
    problem.columns = code.partitions();
    problem.budget = (problem.columns - 1) / 2;
    problem.constant = -static_cast<std::int64_t>(code.workers());
    for (std::size_t i = 0; i < code.workers(); ++i) {
        election::cover_row row;
        for (std::size_t j = 0; j < code.partitions(); ++j) {
            if (code(i, j)) row.columns.push_back(static_cast<std::uint32_t>(j));
        }
        row.need = static_cast<std::uint32_t>(row.columns.size() / 2 + 1);
        row.may_tie = row.columns.size() % 2 == 0;
        problem.rows.push_back(row);
    }
    return problem;
}

inline election::cover_problem nearest_cover(const election::code& code) {
    return nearest_cover(election::packed_allocation(code));
}

/// Fails the test unless an answer is exact, loses so much, and its losers show it.
void check_answer(const election::cover_problem& problem, const auto& answer, std::int64_t loss) {
    REQUIRE(answer.loss == loss);
    REQUIRE(answer.exact());
    REQUIRE(answer.losers.size() == problem.budget);
    REQUIRE(std::ranges::is_sorted(answer.losers));
    REQUIRE(std::ranges::adjacent_find(answer.losers) == answer.losers.end());
    REQUIRE(election::loss_of(problem, answer.losers) == loss);
}

/// Draws cover problems.
class cover_problems {
public:
    explicit cover_problems(std::uint64_t seed) : random_(seed) {}

    /// 0 … most.
    std::size_t number(std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(random_); }

    /// Need, tie and weight of a row: most often the majority, at times anything.
    election::cover_row row(std::vector<std::uint32_t> columns, std::uint32_t most_weight) {
        election::cover_row result;
        result.need = static_cast<std::uint32_t>(columns.size() / 2 + 1);
        result.may_tie = columns.size() % 2 == 0;
        if (number(3) == 0) {
            result.need = static_cast<std::uint32_t>(1 + number(columns.size() + 1));
            result.may_tie = number(1) == 0;
        }
        result.weight = static_cast<std::uint32_t>(1 + number(most_weight - 1));
        result.columns = std::move(columns);
        return result;
    }

    /// Sparse, banded, in blocks, nearly full, or of any density; empty, full and equal rows among them; any budget.
    election::cover_problem any(std::size_t most_columns, std::size_t most_rows) {
        election::cover_problem problem;
        const std::size_t k = problem.columns = 1 + number(most_columns - 1);
        problem.budget = number(2) == 0 ? number(k) : (k - 1) / 2;
        const std::size_t rows = number(most_rows);
        const std::size_t shape = number(5);
        const auto most_weight = static_cast<std::uint32_t>(number(1) == 0 ? 1 : 3);
        for (std::size_t i = 0; i < rows; ++i) {
            std::vector<char> in(k, 0);
            const std::size_t start = number(k - 1);
            const std::size_t length = 1 + number(std::min<std::size_t>(k - 1, 5));
            for (std::size_t j = 0; j < k; ++j) {
                switch (shape) {
                case 0:
                    in[j] = number(4) == 0;
                    break;
                case 1:
                    in[j] = (j + k - start) % k < length;
                    break;
                case 2:
                    in[j] = j / 3 == start / 3 && number(4) != 0;
                    break;
                case 3:
                    in[j] = number(5) != 0;
                    break;
                case 4:
                    in[j] = number(1) == 0;
                    break;
                default:
                    in[j] = i % 3 == 0 ? number(7) == 0 : number(7) != 0;
                    break;
                }
            }
            const std::size_t kind = number(20);
            if (kind == 0) std::ranges::fill(in, char{0});
            if (kind == 1) std::ranges::fill(in, char{1});
            std::vector<std::uint32_t> columns;
            for (std::size_t j = 0; j < k; ++j) {
                if (in[j] != 0) columns.push_back(static_cast<std::uint32_t>(j));
            }
            problem.rows.push_back(row(std::move(columns), most_weight));
            if (kind == 2) problem.rows.push_back(problem.rows[number(problem.rows.size() - 1)]);
        }
        problem.constant = -static_cast<std::int64_t>(rows);
        return problem;
    }

    /// Some rows in at most `length` consecutive columns, and all their rotations by multiples of `step`, in any order.
    election::cover_problem circulant(std::size_t columns, std::size_t step, std::size_t length, std::size_t orbits) {
        election::cover_problem problem;
        problem.columns = columns;
        problem.budget = number(2) == 0 ? number(columns) : (columns - 1) / 2;
        for (std::size_t orbit = 0; orbit < orbits; ++orbit) {
            std::vector<std::size_t> pattern;
            const std::size_t start = number(columns - 1);
            const bool is_window = number(1) == 0;
            for (std::size_t j = 0; j < length; ++j) {
                if (is_window || number(2) != 0) pattern.push_back(start + j);
            }
            const election::cover_row example = row(std::vector<std::uint32_t>(pattern.size()), 2);
            for (std::size_t shift = 0; shift < columns; shift += step) {
                election::cover_row turned = example;
                for (std::size_t i = 0; i < pattern.size(); ++i) {
                    turned.columns[i] = static_cast<std::uint32_t>((pattern[i] + shift) % columns);
                }
                std::ranges::sort(turned.columns);
                problem.rows.push_back(turned);
            }
        }
        std::ranges::shuffle(problem.rows, random_);
        return problem;
    }

    /// The same problem with its columns in another order.
    election::cover_problem shuffled(const election::cover_problem& problem) {
        std::vector<std::uint32_t> place(problem.columns);
        for (std::size_t j = 0; j < place.size(); ++j) place[j] = static_cast<std::uint32_t>(j);
        std::ranges::shuffle(place, random_);
        election::cover_problem result = problem;
        for (election::cover_row& row : result.rows) {
            for (std::uint32_t& column : row.columns) column = place[column];
            std::ranges::sort(row.columns);
        }
        return result;
    }

    /// All columns in any order.
    std::vector<std::uint32_t> order(std::size_t columns) {
        std::vector<std::uint32_t> result(columns);
        for (std::size_t j = 0; j < columns; ++j) result[j] = static_cast<std::uint32_t>(j);
        std::ranges::shuffle(result, random_);
        return result;
    }

private:
    std::mt19937_64 random_;
};

} // namespace election_test
