// SPDX-License-Identifier: MIT
#include <election/core/parallel.hpp>

#include <atomic>
#include <barrier>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#if defined(__linux__)
#include <sched.h>
#endif

using namespace election;

TEST_CASE("run_on_threads calls the work once for each thread number") {
    for (unsigned threads : {1U, 2U, 3U, 8U, 17U}) {
        CAPTURE(threads);
        std::vector<std::atomic<int>> calls(threads);
        run_on_threads(threads, [&](unsigned thread) { ++calls.at(thread); });
        for (const auto& count : calls) CHECK(count.load() == 1);
    }
}

TEST_CASE("thread number 0 is the calling thread, and only that one") {
    std::vector<std::thread::id> ids(4);
    run_on_threads(4, [&](unsigned thread) { ids.at(thread) = std::this_thread::get_id(); });
    CHECK(ids[0] == std::this_thread::get_id());
    for (std::size_t i = 1; i < ids.size(); ++i) {
        CAPTURE(i);
        CHECK(ids[i] != ids[0]);
    }
}

TEST_CASE("the calls run at the same time") {
    std::barrier all_here(3); // would wait for ever if they ran one after the other
    std::atomic<int> passed{0};
    run_on_threads(3, [&](unsigned) {
        all_here.arrive_and_wait();
        ++passed;
    });
    CHECK(passed.load() == 3);
}

TEST_CASE("a failure on any thread is thrown after all calls have ended") {
    for (unsigned failing : {0U, 1U, 3U}) {
        CAPTURE(failing);
        std::barrier all_here(4);
        std::atomic<int> ended{0};
        const auto work = [&](unsigned thread) {
            all_here.arrive_and_wait();
            if (thread == failing) throw std::runtime_error("thread " + std::to_string(thread));
            std::this_thread::yield();
            ++ended;
        };
        std::string message = "no error";
        try {
            run_on_threads(4, work);
        } catch (const std::runtime_error& failure) {
            message = failure.what();
            CHECK(ended.load() == 3);
        }
        CHECK(message == "thread " + std::to_string(failing));
    }
}

TEST_CASE("of several failures one is thrown") {
    CHECK_THROWS_AS(run_on_threads(5, [](unsigned) { throw std::runtime_error("failure"); }), std::runtime_error);
}

TEST_CASE("at least one thread is available") { CHECK(available_threads() >= 1); }

#if defined(__linux__)
TEST_CASE("processors that this process may not use do not count") {
    cpu_set_t before;
    CPU_ZERO(&before);
    REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
    CHECK(available_threads() == static_cast<unsigned>(CPU_COUNT(&before)));
    std::size_t first = 0;
    while (!CPU_ISSET(first, &before)) ++first;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
    const unsigned restricted = available_threads();
    REQUIRE(sched_setaffinity(0, sizeof before, &before) == 0);
    CHECK(restricted == 1);
}
#endif
