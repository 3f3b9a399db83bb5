// SPDX-License-Identifier: MIT
// regular(): random codes in which every partition has equally many holders and all loads are equal up to one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <election/codes/code.hpp>
#include <election/core/error.hpp>
#include <election/core/random.hpp>

namespace election {

/// A random doubly balanced code: every partition is held by `degree` workers, loads differ by one at most.
///
/// A balanced cyclic filling is mixed by random switches (two ones (i, j), (i', j') move to (i, j'), (i', j) where those are
/// free), which keep all row and column sums; then the workers are permuted. 20 switches are tried for each of the k·D ones:
/// close to uniform over such matrices, not exactly. The same parameters give the same matrix on every platform.
/// \param workers     n ≥ 1
/// \param partitions  k ≥ 1
/// \param degree      D, 1 … n: workers that hold a partition
/// \param seed        chooses the matrix
/// \returns the code; redundancy D, largest load ⌈k·D/n⌉, no proved tolerance
/// \throws parameter_error  a parameter out of range, or more than 2³² entries
/// \par Complexity
/// O(n·k)
/// \par Reference
/// Bitar, Wootters, El Rouayheb, *Stochastic gradient coding*, arXiv 1905.05383, for balanced assignments
///
/// \code
/// auto costs = election::metrics(election::regular(15, 15, 5, 1));
/// assert(costs.min_load == 5 && costs.max_load == 5 && costs.min_degree == 5 && costs.max_degree == 5);
/// \endcode
[[nodiscard]] inline code regular(std::size_t workers, std::size_t partitions, std::size_t degree, std::uint64_t seed) {
    detail::require(degree >= 1 && degree <= workers, "regular", "degree", degree, "must be 1 to n = ", workers);
    code result = detail::blank_code("regular", workers, partitions);
    std::vector<std::pair<std::size_t, std::size_t>> ones;
    ones.reserve(partitions * degree);
    for (std::size_t j = 0; j < partitions; ++j) {
        for (std::size_t d = 0; d < degree; ++d) ones.emplace_back((j * degree + d) % workers, j);
    }
    for (const auto& [i, j] : ones) result.matrix(i, j) = 1;

    const counter_random choice(seed, 0);
    const std::uint64_t switches = 20 * static_cast<std::uint64_t>(ones.size());
    for (std::uint64_t s = 0; s < switches; ++s) {
        auto& [i, j] = ones[choice.below(ones.size(), 2 * s)];
        auto& [other_i, other_j] = ones[choice.below(ones.size(), 2 * s + 1)];
        if (result.matrix(i, other_j) != 0 || result.matrix(other_i, j) != 0) continue;
        result.matrix(i, j) = result.matrix(other_i, other_j) = 0;
        std::swap(j, other_j);
        result.matrix(i, j) = result.matrix(other_i, other_j) = 1;
    }

    // The filling gives the larger loads to the first workers; a permutation gives them to anybody.
    std::vector<std::size_t> place(workers);
    for (std::size_t i = 0; i < workers; ++i) place[i] = i;
    const counter_random shuffle(seed, 1);
    for (std::size_t i = workers; i > 1; --i) std::swap(place[i - 1], place[shuffle.below(i, i)]);
    result.matrix.fill(0);
    for (const auto& [i, j] : ones) result.matrix(place[i], j) = 1;

    result.name.with("n", workers).with("k", partitions).with("degree", degree).with("seed", seed);
    result.guaranteed = {.redundancy = static_cast<double>(degree),
                         .max_load = (partitions * degree + workers - 1) / workers,
                         .source = "switches keep row and column sums"};
    return result;
}

} // namespace election
