// SPDX-License-Identifier: MIT
// Codes whose totals and tolerances are published or were checked by other means, as data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <election/codes/packed_allocation.hpp>

namespace election_test {

/// A code given row by row, with all-ones rows added until it has `workers` rows.
struct known_code {
    std::string name;
    std::size_t workers;
    std::size_t partitions;
    std::vector<std::vector<std::size_t>> rows; ///< partitions of the first workers
    std::size_t ones;                           ///< the published total
    int tolerance;                              ///< with abstaining ties
    bool ties_wrong_too = true;                 ///< whether the tolerance also holds when ties count as wrong
};

inline election::packed_allocation matrix_of(const known_code& known) {
    election::packed_allocation matrix(known.workers, known.partitions);
    for (std::size_t i = 0; i < known.workers; ++i) {
        if (i < known.rows.size()) {
            for (std::size_t j : known.rows[i]) matrix.set(i, j);
        } else {
            for (std::size_t j = 0; j < known.partitions; ++j) matrix.set(i, j);
        }
    }
    return matrix;
}

/// Partitions first … last.
inline std::vector<std::size_t> range(std::size_t first, std::size_t last) {
    std::vector<std::size_t> all;
    for (std::size_t j = first; j <= last; ++j) all.push_back(j);
    return all;
}

/// Codes of the optimality tables: fewest ones for their size, proved by integer programming.
inline std::vector<known_code> optimal_codes() {
    return {
        {"n=k=9, b=1", 9, 9, {{0}, {3}, {7}, {1, 5, 6}, {4, 6, 8}, {1, 2, 4, 5, 8}}, 41, 1},
        {"n=k=9, b=2", 9, 9, {{0}, {1}, {2, 3, 4, 7, 8}, range(2, 8)}, 59, 2},
        {"n=k=7, b=1, abstaining pairs", 7, 7, {{6}, {0, 5}, {1, 4}, {2, 3}, range(0, 5)}, 27, 1, false},
        {"n=k=9, b=2, abstaining pairs", 9, 9, {{0, 1}, {2, 3}, {4, 5}, {6, 7}}, 53, 2, false},
        {"n=5, k=3, b=1", 5, 3, {{0}, {1}, {2}}, 9, 1},
        {"n=5, k=7, b=1", 5, 7, {{0}, range(1, 5)}, 27, 1},
        {"n=5, k=3, b=2", 5, 3, {}, 15, 2},
        {"n=7, k=3, b=1", 7, 3, {{0}, {0}, {1}, {1}, {2}, {2}}, 9, 1},
        {"n=7, k=5, b=1", 7, 5, {{0}, {1}, {2}, {3}, {4}}, 15, 1},
        {"n=7, k=3, b=2", 7, 3, {{0}, {1}, {2}}, 15, 2},
        {"n=7, k=5, b=2", 7, 5, {{0}, range(1, 3)}, 29, 2},
        {"n=5, k=9, b=1", 5, 9, {{0}, range(1, 7)}, 35, 1},
        {"n=7, k=9, b=1", 7, 9, {{0}, {1}, range(2, 6), range(2, 8)}, 41, 1},
    };
}

/// Codes with fewer than 2b+1 all-ones rows: a majority of smaller majorities that computes the majority.
inline std::vector<known_code> codes_with_two_full_rows() {
    const auto row = [](std::string_view bits) {
        std::vector<std::size_t> held;
        for (std::size_t j = 0; j < bits.size(); ++j) {
            if (bits[j] == '1') held.push_back(j);
        }
        return held;
    };
    return {
        {"n=k=7, b=1, two full rows",
         7,
         7,
         {{1, 3, 4}, {0, 5, 6}, {0, 1, 2, 3, 5}, {0, 1, 2, 4, 6}, {2, 3, 4, 5, 6}},
         35,
         1},
        {"n=k=9, b=1, two full rows",
         9,
         9,
         {row("111001100"), row("011110010"), row("011111101"), row("101111011"), row("110110111"), row("101101111"),
          row("110011111")},
         63,
         1},
    };
}

/// One line of the catalogue of block codes: (n − 2b − 1)/2 unit rows, rows inside the block of the last columns, full rows.
struct block_code {
    std::size_t n;
    std::size_t b;
    std::size_t ones;
    std::vector<std::uint32_t> rows; ///< bit j is column j of the block
};

inline known_code as_known_code(const block_code& block) {
    const std::size_t units = (block.n - 2 * block.b - 1) / 2;
    known_code known{"block code n=" + std::to_string(block.n) + ", b=" + std::to_string(block.b),
                     block.n,
                     block.n,
                     {},
                     block.ones,
                     static_cast<int>(block.b)};
    for (std::size_t i = 0; i < units; ++i) known.rows.push_back({i});
    for (std::uint32_t bits : block.rows) {
        std::vector<std::size_t> held;
        for (std::size_t j = 0; units + j < block.n; ++j) {
            if ((bits >> j & 1U) != 0) held.push_back(units + j);
        }
        known.rows.push_back(held);
    }
    return known;
}

/// The best totals found in the block structure, with their published totals.
inline std::vector<block_code> block_codes() {
    return {
        {9, 1, 41, {0xd, 0x2a, 0x37}},
        {11, 1, 51, {0x15, 0x68, 0x32, 0x4f}},
        {13, 1, 71, {0x32, 0xe3, 0x51, 0x8c}},
        {15, 1, 83, {0x86, 0x188, 0x54, 0x29, 0x172}},
        {17, 1, 97, {0x9b, 0x2e8, 0x260, 0x94, 0x105, 0x10a}},
        {19, 1, 123, {0x86, 0x109, 0x428, 0x2c0, 0x534, 0x211}},
        {21, 1, 139, {0x259, 0x15, 0x460, 0x2a0, 0xd0a, 0x806, 0x188}},
        {23, 1, 153, {0x403, 0x10e8, 0x850, 0x1090, 0x680, 0x345, 0x828, 0x106}},
        {25, 1, 173, {0x10d1, 0x15, 0x444, 0x2220, 0x36e9, 0x902, 0x1480, 0x32a, 0x2808}},
        {9, 2, 59, {0x3b, 0x7f}},
        {11, 2, 75, {0x3b, 0xef, 0xf4}},
        {13, 2, 97, {0x13a, 0xe9, 0x187}},
        {15, 2, 115, {0x361, 0xd5, 0xae, 0x31a}},
        {17, 2, 137, {0x774, 0x9b, 0x349, 0x4a6, 0x717}},
        {19, 2, 165, {0x2b1, 0xc70, 0x48d, 0x1c6, 0x90b}},
        {21, 2, 187, {0x271, 0x915, 0xb82, 0xe8e, 0x1509, 0x10e2}},
        {15, 3, 147, {0x5df, 0x7b1, 0x2cf}},
    };
}

/// The code for n = 11, b = 3 of the catalogue, which is given by rows.
inline known_code eleven_three() {
    return {"n=k=11, b=3", 11, 11, {{10}, {8}, {1, 2, 3, 4, 5, 7, 9}, {0, 1, 2, 3, 4, 5, 6, 7, 9}}, 95, 3};
}

} // namespace election_test
