// SPDX-License-Identifier: MIT
#include <election/tbb/tbb_executor.hpp>

#include <atomic>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/sign_matrix.hpp>
#include <election/bits/sign_vector.hpp>
#include <election/majority/majority.hpp>
#include <support/covers_once.hpp>
#include <support/packed_signs.hpp>
#include <support/seed.hpp>

using namespace election;

static_assert(executor<tbb_executor>);

TEST_CASE("every index is covered once, and ranges meet at multiples of the grain") {
    for (std::size_t count : {0U, 1U, 63U, 64U, 65U, 1000U, 4096U}) {
        for (std::size_t grain : {1U, 64U, 512U, 5000U}) {
            for (std::size_t least : {0U, 1U, 3U, 100U}) {
                CAPTURE(count);
                CAPTURE(grain);
                CAPTURE(least);
                CHECK(election_test::covers_once(tbb_executor(least), count, grain));
            }
        }
    }
    CHECK(tbb_executor().least_grains() == 1);
    CHECK(tbb_executor(0).least_grains() == 1);
    CHECK(tbb_executor(7).least_grains() == 7);
}

TEST_CASE("parts that are split off have as many grains as asked for") {
    std::atomic<std::size_t> parts{0};
    // oneTBB splits ranges of more than that, in halves.
    tbb_executor(50)(1000, 10, [&](std::size_t, std::size_t) { ++parts; });
    CHECK(parts >= 1);
    CHECK(parts <= 4);
}

TEST_CASE("sizes that leave no room for one more are covered too") {
    const std::size_t most = std::numeric_limits<std::size_t>::max();
    std::atomic<std::size_t> covered{0};
    tbb_executor()(most, most / 4, [&](std::size_t first, std::size_t last) { covered += last - first; });
    CHECK(covered == most);
}

TEST_CASE("failures are passed on") {
    CHECK_THROWS_WITH_AS(tbb_executor()(1000, 1, [](std::size_t, std::size_t) { throw std::runtime_error("no"); }), "no",
                         std::runtime_error);
}

TEST_CASE("majorities of tiles, done by tasks, are the majority") {
    CAPTURE(election_test::seed());
    for (std::size_t d : {1U, 64U, 1000U, 100'000U}) {
        std::vector<std::vector<int>> model;
        for (std::size_t i = 0; i < 5; ++i)
            model.push_back(election_test::random_vote_row(d, false, election_test::seed() + i));
        const sign_matrix votes(election_test::loose_signs(model, election_test::seed()).view());
        sign_vector alone(d);
        sign_vector together(d);
        majority(votes, alone);
        tbb_executor()(d, 512, [&](std::size_t first, std::size_t last) {
            majority(votes.view().tile(first / 64, last - first), together.span().tile(first / 64, last - first));
        });
        CHECK(together == alone);
    }
}
