// SPDX-License-Identifier: MIT
#include <election/train/step_schedule.hpp>

#include <cmath>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("a piece holds from its first step to the next piece's") {
    const auto gamma = step_schedule::piecewise({{0, 1}, {3, 0.5}, {4, 0.25}});
    CHECK(gamma(0) == 1);
    CHECK(gamma(2) == 1);
    CHECK(gamma(3) == 0.5);
    CHECK(gamma(4) == 0.25);
    CHECK(gamma(1'000'000) == 0.25);
    CHECK(step_schedule(2.0)(7) == 2);
}

TEST_CASE("a cosine falls from the first length to the last and stays there") {
    const auto gamma = step_schedule::cosine(1, 0.2, 10);
    CHECK(gamma(0) == doctest::Approx(1));
    CHECK(gamma(5) == doctest::Approx(0.6));
    CHECK(gamma(10) == 0.2);
    CHECK(gamma(11) == 0.2);
    for (std::uint64_t t = 0; t < 10; ++t) CHECK(gamma(t + 1) < gamma(t));
}

TEST_CASE("the square root's law") {
    const auto gamma = step_schedule::square_root(3, 10);
    CHECK(gamma(0) == 3);
    CHECK(gamma(30) == doctest::Approx(1.5));
}

TEST_CASE("what is no schedule is named") {
    CHECK_THROWS_WITH_AS(step_schedule(0), "election::step_schedule: length = 0 must be a positive number", parameter_error);
    CHECK_THROWS_AS(step_schedule(std::nan("")), parameter_error);
    CHECK_THROWS_WITH_AS((void)step_schedule::piecewise({{1, 0.1}}), "election::step_schedule: first step = 1 must be 0",
                         parameter_error);
    CHECK_THROWS_AS((void)step_schedule::piecewise({}), parameter_error);
    CHECK_THROWS_WITH_AS((void)step_schedule::piecewise({{0, 0.1}, {5, 0.2}, {5, 0.3}}),
                         "election::step_schedule: first step = 5 must be after the one before it", parameter_error);
    CHECK_THROWS_AS((void)step_schedule::cosine(1, 0, 10), parameter_error);
    CHECK_THROWS_AS((void)step_schedule::cosine(1, 0.1, 0), parameter_error);
    CHECK_THROWS_AS((void)step_schedule::square_root(1, 0), parameter_error);
}
