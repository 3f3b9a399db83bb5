// SPDX-License-Identifier: MIT
#include <election/mpi/outbox.hpp>

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <mpi/mpi_test.hpp>

using namespace election;

TEST_CASE("messages are kept until they have left, and counted") {
    mpi_communicator ranks(MPI_COMM_WORLD);
    if (ranks.size() == 1) return;
    const std::size_t large = 1'000'000; // is not sent before somebody takes it
    const std::size_t many = 500;        // more than MPI gets at once
    if (ranks.rank() == 0) {
        mpi_outbox outbox;
        CHECK(outbox.reap());
        for (int i = 0; i < 3; ++i)
            outbox.send(ranks, 1, 7, std::make_shared<std::vector<std::byte>>(large, static_cast<std::byte>(i)));
        CHECK(outbox.bytes() == 3 * large);
        CHECK(outbox.messages() == 3);
        CHECK(!outbox.reap());
        mpi_outbox moved(std::move(outbox));
        MPI_Barrier(ranks.handle());
        while (!moved.reap()) {
        }
        CHECK(moved.bytes() == 0);
        CHECK(moved.messages() == 0);
        for (std::size_t i = 0; i < many; ++i)
            moved.send(ranks, 1, 8, std::make_shared<std::vector<std::byte>>(10'000, static_cast<std::byte>(i % 251)));
        CHECK(moved.messages() == many);
        CHECK(moved.bytes() == many * 10'000);
        CHECK(!moved.reap());
        MPI_Barrier(ranks.handle());
        while (!moved.reap()) {
        }
    } else {
        MPI_Barrier(ranks.handle());
        for (int i = 0; i < 3 && ranks.rank() == 1; ++i) {
            std::vector<std::byte> received(large);
            MPI_Recv(received.data(), static_cast<int>(large), MPI_BYTE, 0, 7, ranks.handle(), MPI_STATUS_IGNORE);
            CHECK(received == std::vector<std::byte>(large, static_cast<std::byte>(i)));
        }
        MPI_Barrier(ranks.handle());
        for (std::size_t i = 0; i < many && ranks.rank() == 1; ++i) {
            std::vector<std::byte> received(10'000);
            MPI_Recv(received.data(), 10'000, MPI_BYTE, 0, 8, ranks.handle(), MPI_STATUS_IGNORE);
            CHECK(received == std::vector<std::byte>(10'000, static_cast<std::byte>(i % 251)));
        }
    }
    ranks.free();
}
