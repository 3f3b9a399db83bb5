// SPDX-License-Identifier: MIT
#include <election/core/progress.hpp>

#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

using namespace election;

static_assert(std::is_aggregate_v<progress>);
static_assert(std::is_invocable_v<progress_function, progress>);

TEST_CASE("progress starts at nothing, and a function receives it as it was given") {
    const progress start;
    CHECK(start.done == 0);
    CHECK(start.total == 0);
    CHECK(start.seconds == 0);
    CHECK(start.seconds_left == 0);

    std::vector<progress> seen;
    const progress_function function = [&](const progress& now) { seen.push_back(now); };
    function({.done = 3, .total = 12, .seconds = 0.5, .seconds_left = 1.5});
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].done == 3);
    CHECK(seen[0].total == 12);
    CHECK(seen[0].seconds == 0.5);
    CHECK(seen[0].seconds_left == 1.5);
}

TEST_CASE("no function is the default and can be asked for") {
    const progress_function none;
    CHECK_FALSE(static_cast<bool>(none));
}
