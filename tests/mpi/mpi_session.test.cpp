// SPDX-License-Identifier: MIT
#include <election/mpi/mpi_session.hpp>

#include <doctest/doctest.h>
#include <mpi/mpi_test.hpp>

// How it ends is tested by ending.sh.
TEST_CASE("it knows the ranks") {
    int rank = -1;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    CHECK(election_test::session().rank() == rank);
    CHECK(election_test::session().ranks() >= 1);
    CHECK(election_test::session().rank() < election_test::session().ranks());
}
