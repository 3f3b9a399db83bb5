// SPDX-License-Identifier: MIT
// workers_of_rank(): how n workers are shared out over processes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include <election/core/error.hpp>

namespace election {

/// The workers that a process stands for: contiguous, the numbers of any two processes differ by at most one, and the first ones
/// have more. With more ranks than workers the last ranks have none.
/// \param workers  n
/// \param ranks    how many processes there are
/// \param rank     which one, from 0
/// \throws parameter_error  no rank, a rank that is not there
/// \par Complexity
/// O(n / ranks)
///
/// \code
/// assert(election::workers_of_rank(5, 2, 0) == (std::vector<std::size_t>{0, 1, 2}));
/// assert(election::workers_of_rank(5, 2, 1) == (std::vector<std::size_t>{3, 4}));
/// \endcode
[[nodiscard]] inline std::vector<std::size_t> workers_of_rank(std::size_t workers, std::size_t ranks, std::size_t rank) {
    detail::require(ranks >= 1, "workers_of_rank", "ranks", ranks, "must be at least 1");
    detail::require(rank < ranks, "workers_of_rank", "rank", rank, "must be below the number of ranks, ", ranks);
    const std::size_t more = workers % ranks;
    std::vector<std::size_t> mine(workers / ranks + (rank < more ? 1 : 0));
    std::iota(mine.begin(), mine.end(), rank * (workers / ranks) + std::min(rank, more));
    return mine;
}

} // namespace election
