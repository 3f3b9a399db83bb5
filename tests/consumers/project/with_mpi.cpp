// SPDX-License-Identifier: MIT
// The transports of the component mpi.
#include <election/mpi.hpp>

#include <vector>

int main(int argc, char** argv) {
    election::mpi_session session(argc, argv);
    election::gather_transport<election::binary_form> transport(MPI_COMM_WORLD, 3, 100);
    return session.end(transport.finish(0), 0);
}
