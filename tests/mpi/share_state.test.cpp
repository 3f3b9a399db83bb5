// SPDX-License-Identifier: MIT
#include <election/mpi/share_state.hpp>

#include <string>

#include <doctest/doctest.h>
#include <mpi/mpi_test.hpp>

using namespace election;

TEST_CASE("states come together at rank 0, and go out to all") {
    mpi_communicator ranks(MPI_COMM_WORLD);
    trainer_state mine;
    mine.step = 4;
    mine.common = "x";
    mine.partitions[0] = std::to_string(ranks.rank());
    mine.partitions[ranks.rank_index() + 1] = std::string(1000, 'p');
    const std::optional<trainer_state> whole = collect_states(ranks, mine);
    CHECK(whole.has_value() == (ranks.rank() == 0));
    if (whole) {
        CHECK(whole->partitions.size() == ranks.ranks() + 1);
        CHECK(whole->partitions.at(0) == "0");
        CHECK(whole->step == 4);
    }
    const trainer_state shared = share_state(ranks, whole.value_or(trainer_state()));
    CHECK(shared.partitions.size() == ranks.ranks() + 1);
    CHECK(shared.partitions.at(0) == "0");
    CHECK(shared.common == "x");
    std::string text = ranks.rank() == 0 ? "something" : "";
    share_text(ranks, text);
    CHECK(text == "something");
    ranks.free();
}
