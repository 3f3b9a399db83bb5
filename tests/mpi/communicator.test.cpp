// SPDX-License-Identifier: MIT
#include <election/mpi/communicator.hpp>

#include <utility>

#include <doctest/doctest.h>
#include <mpi/mpi_test.hpp>

using namespace election;

TEST_CASE("a duplicate of all ranks, whose errors are exceptions") {
    mpi_communicator mine(MPI_COMM_WORLD);
    CHECK(mine.handle() != MPI_COMM_WORLD);
    CHECK(mine.rank() == election_test::session().rank());
    CHECK(mine.size() == election_test::session().ranks());
    CHECK(mine.ranks() == static_cast<std::size_t>(mine.size()));
    int number = 0;
    CHECK_THROWS_AS(detail::require_mpi(MPI_Send(&number, 1, MPI_INT, mine.size(), 0, mine.handle()), "test"), error);
    mpi_communicator moved(std::move(mine));
    CHECK(mine.handle() == MPI_COMM_NULL);
    moved.free();
    CHECK(moved.handle() == MPI_COMM_NULL);
}
