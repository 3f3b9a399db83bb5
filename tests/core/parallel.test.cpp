// SPDX-License-Identifier: MIT
#include <election/core/parallel.hpp>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("every thread runs once, the first on the caller's") {
    for (unsigned threads : {1U, 2U, 7U}) {
        std::vector<std::atomic<int>> runs(threads);
        std::atomic<bool> first_is_caller = false;
        const auto caller = std::this_thread::get_id();
        run_on_threads(threads, [&](unsigned thread) {
            ++runs[thread];
            if (thread == 0) first_is_caller = std::this_thread::get_id() == caller;
        });
        for (const auto& count : runs) CHECK(count == 1);
        CHECK(first_is_caller);
    }
    CHECK(available_threads() >= 1);
}

TEST_CASE("a failure on any thread reaches the caller after all have ended") {
    for (unsigned failing : {0U, 2U}) {
        std::atomic<int> ended = 0;
        CHECK_THROWS_WITH_AS(run_on_threads(3,
                                            [&](unsigned thread) {
                                                ++ended;
                                                if (thread == failing) throw std::runtime_error("this one");
                                            }),
                             "this one", std::runtime_error);
        CHECK(ended == 3);
    }
}

#if defined(__linux__)
namespace {

bool may_run_where(const cpu_set_t& set) {
    cpu_set_t mine;
    CPU_ZERO(&mine);
    return sched_getaffinity(0, sizeof mine, &mine) == 0 && CPU_EQUAL(&mine, &set) != 0;
}

} // namespace

TEST_CASE("threads may run wherever their creator may, before and after") {
    cpu_set_t all;
    CPU_ZERO(&all);
    REQUIRE(sched_getaffinity(0, sizeof all, &all) == 0);
    cpu_set_t one;
    CPU_ZERO(&one);
    for (unsigned processor = 0; CPU_COUNT(&one) == 0; ++processor) {
        if (CPU_ISSET(processor, &all)) CPU_SET(processor, &one);
    }
    for (const cpu_set_t& set : {all, one}) {
        REQUIRE(sched_setaffinity(0, sizeof set, &set) == 0);
        std::atomic<int> free = 0;
        for (int trial = 0; trial < 200; ++trial) {
            run_on_threads(3, [&](unsigned) { free += may_run_where(set) ? 1 : 0; }); // at once, and ended soon
        }
        CHECK(free == 600);
        CHECK(may_run_where(set));
    }
    REQUIRE(sched_setaffinity(0, sizeof all, &all) == 0);
}
#endif
