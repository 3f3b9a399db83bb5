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
