// SPDX-License-Identifier: MIT
#include <election/mpi/inbox.hpp>

#include <cstddef>
#include <vector>

#include <doctest/doctest.h>
#include <mpi/mpi_test.hpp>

using namespace election;

TEST_CASE("messages of any size and tag are taken in order; after one that is too large none is") {
    mpi_communicator ranks(MPI_COMM_WORLD);
    if (ranks.size() == 1) return;
    const std::vector<int> sizes{0, 1, 1000, 1001, 5, 3'000'000, 1000, 100'000, 7, 4'000'001, 2};
    if (ranks.rank() == 0) {
        mpi_inbox inbox;
        const auto limit = [](int tag) { return tag == 2 ? std::size_t{200'000} : std::size_t{4'000'000}; };
        CHECK(!inbox.poll(ranks, 1, limit));
        MPI_Barrier(ranks.handle());
        for (std::size_t i = 0; i + 2 < sizes.size(); ++i) {
            CAPTURE(i);
            auto arrival = inbox.poll(ranks, 1, limit);
            while (!arrival) arrival = inbox.poll(ranks, 1, limit);
            CHECK(arrival->tag == (sizes[i] == 100'000 ? 2 : 1));
            CHECK(arrival->bytes.size() == static_cast<std::size_t>(sizes[i]));
            for (std::byte byte : arrival->bytes) REQUIRE(byte == static_cast<std::byte>(i + 1));
        }
        while (!inbox.refused()) CHECK(!inbox.poll(ranks, 1, limit));
        for (int i = 0; i < 100; ++i) CHECK(!inbox.poll(ranks, 1, limit));
        std::vector<std::byte> rest(4'000'001);
        MPI_Recv(rest.data(), 4'000'001, MPI_BYTE, 1, 1, ranks.handle(), MPI_STATUS_IGNORE);
        MPI_Recv(rest.data(), 2, MPI_BYTE, 1, 1, ranks.handle(), MPI_STATUS_IGNORE);
    } else {
        MPI_Barrier(ranks.handle());
        for (std::size_t i = 0; i < sizes.size() && ranks.rank() == 1; ++i) {
            const std::vector<std::byte> sent(static_cast<std::size_t>(sizes[i]), static_cast<std::byte>(i + 1));
            MPI_Send(sent.data(), sizes[i], MPI_BYTE, 0, sizes[i] == 100'000 ? 2 : 1, ranks.handle());
        }
    }
    MPI_Barrier(ranks.handle());
    ranks.free();
}
