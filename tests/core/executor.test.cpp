// SPDX-License-Identifier: MIT
#include <election/core/executor.hpp>

#include <cstddef>
#include <stdexcept>

#include <doctest/doctest.h>
#include <support/covers_once.hpp>

using namespace election;
using election_test::covers_once;

static_assert(executor<serial_executor> && executor<thread_executor>);
static_assert(!executor<int>);

TEST_CASE("every index is covered once, and ranges meet at multiples of the grain") {
    for (std::size_t count : {0U, 1U, 63U, 64U, 65U, 1000U, 4096U}) {
        for (std::size_t grain : {1U, 64U, 512U}) {
            CHECK(covers_once(serial_executor(), count, grain));
            for (unsigned threads : {1U, 2U, 3U, 7U}) {
                CAPTURE(count);
                CAPTURE(grain);
                CAPTURE(threads);
                CHECK(covers_once(thread_executor(threads), count, grain));
            }
        }
    }
}

TEST_CASE("an executor that leaves something out, or splits within a grain, would be noticed") {
    const auto short_by_one = [](std::size_t count, std::size_t, auto&& work) { work(std::size_t{0}, count - 1); };
    CHECK_FALSE(covers_once(short_by_one, 10, 1));
    const auto split = [](std::size_t count, std::size_t, auto&& work) {
        work(std::size_t{0}, std::size_t{3});
        work(std::size_t{3}, count);
    };
    CHECK(covers_once(split, 10, 3));
    CHECK_FALSE(covers_once(split, 10, 2));
}

TEST_CASE("the number of threads is the caller's, or all; failures are passed on") {
    CHECK(thread_executor(3).threads() == 3);
    CHECK(thread_executor().threads() >= 1);
    CHECK_THROWS_AS(thread_executor(2)(10, 1, [](std::size_t, std::size_t) { throw std::runtime_error("no"); }),
                    std::runtime_error);
}
