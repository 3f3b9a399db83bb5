// SPDX-License-Identifier: MIT
// What the tests under mpirun share: all ranks run all test cases in the same order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <election/mpi/communicator.hpp>
#include <election/mpi/mpi_session.hpp>

namespace election_test {

/// MPI, from main().
election::mpi_session& session();

/// Whether all ranks have these bytes.
template <class T>
bool same_everywhere(const std::vector<T>& mine) {
    std::uint64_t size = mine.size();
    MPI_Bcast(&size, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
    std::vector<T> first(mine);
    first.resize(static_cast<std::size_t>(size));
    MPI_Bcast(first.data(), static_cast<int>(size * sizeof(T)), MPI_BYTE, 0, MPI_COMM_WORLD);
    int same = first == mine ? 1 : 0;
    int all = 0;
    MPI_Allreduce(&same, &all, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    return all == 1;
}

} // namespace election_test
