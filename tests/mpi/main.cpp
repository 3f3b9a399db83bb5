// SPDX-License-Identifier: MIT
// The main function of the tests that run under mpirun: the status is that of the worst rank.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <csignal>
#include <unistd.h>

#include <mpi/mpi_test.hpp>

namespace {

election::mpi_session* the_session = nullptr;

} // namespace

election::mpi_session& election_test::session() { return *the_session; }

int main(int argc, char** argv) {
    alarm(300); // a rank that waits for ever ends all; without other work the tests take ten seconds
    election::mpi_session session(argc, argv);
    the_session = &session;
    doctest::Context context(argc, argv);
    context.setOption("minimal", true);
    context.setOption("no-colors", true);
    return session.end(true, context.run());
}
