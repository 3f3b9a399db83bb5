// SPDX-License-Identifier: MIT
#include <election/train/workers_of_rank.hpp>

#include <cstddef>
#include <vector>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("every worker has one rank, in order, and shares differ by at most one") {
    for (std::size_t workers = 0; workers < 20; ++workers) {
        for (std::size_t ranks = 1; ranks < 22; ++ranks) {
            CAPTURE(workers);
            CAPTURE(ranks);
            std::size_t next = 0;
            for (std::size_t rank = 0; rank < ranks; ++rank) {
                const std::vector<std::size_t> mine = workers_of_rank(workers, ranks, rank);
                CHECK(mine.size() >= workers / ranks);
                CHECK(mine.size() <= workers / ranks + 1);
                if (rank > 0) CHECK(mine.size() <= workers_of_rank(workers, ranks, rank - 1).size());
                for (std::size_t worker : mine) CHECK(worker == next++);
            }
            CHECK(next == workers);
        }
    }
}

TEST_CASE("what cannot be is refused") {
    CHECK_THROWS_WITH_AS(static_cast<void>(workers_of_rank(3, 0, 0)),
                         "election::workers_of_rank: ranks = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS(static_cast<void>(workers_of_rank(3, 2, 2)),
                         "election::workers_of_rank: rank = 2 must be below the number of ranks, 2", parameter_error);
}
