// SPDX-License-Identifier: MIT
#include <election/mpi/search_parcel.hpp>

#include <cstddef>
#include <random>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/error.hpp>
#include <support/random_cover.hpp>

using namespace election;

TEST_CASE("parcels are unpacked as they were packed up; what is none is refused") {
    detail::search_parcel parcel;
    parcel.serial = 77;
    parcel.seconds = 0.5;
    parcel.nodes = 99;
    parcel.state.loss = -9;
    parcel.state.nodes = 12345;
    parcel.state.done = 0.25;
    parcel.state.losers = {1, 70};
    parcel.state.open = {{{1, 2}, {3, 4}, 5, 0.125, 0}, {{6, 7}, {8, 9}, 10, 0.0625, 0}};
    const auto packed = parcel.packed_up();
    const detail::search_parcel back = detail::search_parcel::unpacked(*packed, 2);
    CHECK(back.serial == 77);
    CHECK(back.seconds == 0.5);
    CHECK(back.nodes == 99);
    CHECK(back.state.loss == -9);
    CHECK(back.state.nodes == 12345);
    CHECK(back.state.done == 0.25);
    CHECK(back.state.losers == parcel.state.losers);
    CHECK(back.state.open == parcel.state.open);
    CHECK_THROWS_AS((void)detail::search_parcel::unpacked(*packed, 1), error);
    CHECK_THROWS_AS((void)detail::search_parcel::unpacked(*packed, 3), error);
    for (std::size_t size = 0; size < packed->size(); ++size) {
        CHECK_THROWS_AS((void)detail::search_parcel::unpacked({packed->data(), size}, 2), error);
    }
}

TEST_CASE("problems are unpacked as they were packed up; what is none is refused") {
    std::mt19937 random(20);
    for (int trial = 0; trial < 30; ++trial) {
        const cover_problem problem = election_test::random_cover(random, 9, 5);
        const auto packed = detail::packed_problem(problem);
        CHECK(detail::unpacked_problem(*packed) == problem);
        for (std::size_t size = 0; size < packed->size(); size += 8)
            CHECK_THROWS_AS((void)detail::unpacked_problem({packed->data(), size}), error);
        std::vector<std::byte> longer = *packed;
        longer.resize(longer.size() + 8);
        CHECK_THROWS_AS((void)detail::unpacked_problem(longer), error);
    }
}
