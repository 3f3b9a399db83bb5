// SPDX-License-Identifier: MIT
#include "terminal.hpp"

#include <chrono>
#include <csignal>
#include <optional>
#include <stop_token>
#include <thread>

#include <doctest/doctest.h>

using namespace election::program;

namespace {

/// Whether somebody asks for a stop before long.
bool stops(const std::stop_token& token) {
    const auto latest = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!token.stop_requested() && std::chrono::steady_clock::now() < latest) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return token.stop_requested();
}

void (*handler_of(int signal))(int) {
    struct sigaction action {};
    REQUIRE(sigaction(signal, nullptr, &action) == 0);
    return action.sa_handler;
}

} // namespace

TEST_CASE("stop_signals: a signal asks for a stop") {
    for (const int signal : {SIGINT, SIGTERM}) {
        const stop_signals signals;
        const std::stop_token token = signals.token();
        CHECK_FALSE(token.stop_requested());
        std::raise(signal);
        CHECK(stops(token));
    }
}

TEST_CASE("stop_signals: a signal that comes before somebody listens waits until then") {
    for (const int signal : {SIGINT, SIGTERM}) {
        stop_signals signals(listening::when_told);
        const std::stop_token token = signals.token();
        std::raise(signal);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        CHECK_FALSE(token.stop_requested());
        signals.listen();
        CHECK(stops(token));
        signals.listen(); // does nothing
        CHECK(token.stop_requested());
    }
}

TEST_CASE("stop_signals: handlers are as they were afterwards, whether or not somebody listened and a signal came") {
    const auto interrupt = handler_of(SIGINT);
    const auto terminate = handler_of(SIGTERM);
    for (const bool listens : {false, true}) {
        for (const bool comes : {false, true}) {
            std::optional<stop_signals> signals(std::in_place, listening::when_told);
            CHECK((handler_of(SIGINT) != interrupt));
            CHECK((handler_of(SIGTERM) != terminate));
            const std::stop_token token = signals->token();
            if (listens) signals->listen();
            if (comes) std::raise(SIGINT);
            if (comes && listens) CHECK(stops(token));
            signals.reset();
            CHECK(token.stop_requested() == (comes && listens));
            CHECK((handler_of(SIGINT) == interrupt));
            CHECK((handler_of(SIGTERM) == terminate));
        }
    }
}
