// SPDX-License-Identifier: MIT
#include <election/train/silent_lies.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/uncoded.hpp>
#include <support/lie_rounds.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::lie_round;
using election_test::seed;

static_assert(lies<silent_lies, binary_form, float>);
static_assert(lies<silent_lies, ternary_form, double>);

TEST_CASE("who is silent sends nothing, whoever else is there; votes stay") {
    const packed_allocation code(uncoded(5));
    silent_lies gone(lie_schedule(5, {1, 4}, {.from = 2}));
    CHECK((!gone.knows_everything() && gone.may_lie(4) && !gone.may_lie(0) && gone.liars(2).size() == 2));
    for (std::uint64_t step : {0U, 2U}) {
        lie_round<binary_form> made(code, 70, seed());
        const auto before = made.votes;
        gone.lie(made.round(step));
        CHECK(made.silent ==
              (step == 0 ? std::vector<std::uint8_t>{0, 0, 0, 0, 0} : std::vector<std::uint8_t>{0, 1, 0, 0, 1}));
        CHECK(made.votes == before);
    }
    lie_round<ternary_form> some(code, 70, seed(), tie_policy::abstain, zero_policy::positive, {0, 4});
    gone.lie(some.round(2));
    CHECK(some.silent == (std::vector<std::uint8_t>{0, 1}));
}

TEST_CASE("votes are dropped in a share of steps, for each worker by itself, the same everywhere") {
    CAPTURE(seed());
    const packed_allocation code(uncoded(3));
    silent_lies drops(lie_schedule(3, {0, 1, 2}), 0.3, seed());
    silent_lies again(lie_schedule(3, {0, 1, 2}), 0.3, seed());
    lie_round<binary_form> made(code, 1, seed());
    lie_round<binary_form> alone(code, 1, seed(), tie_policy::positive, zero_policy::positive, {2});
    double silent = 0;
    double both = 0;
    bool same = true;
    constexpr std::uint64_t steps = 10000;
    for (std::uint64_t step = 0; step < steps; ++step) {
        made.silent.assign(3, 0);
        alone.silent.assign(1, 0);
        drops.lie(made.round(step));
        again.lie(alone.round(step));
        same = same && alone.silent[0] == made.silent[2];
        silent += made.silent[0] + made.silent[1] + made.silent[2];
        both += made.silent[0] * made.silent[1];
    }
    CHECK(same);
    CHECK(std::abs(silent / (3 * steps) - 0.3) < 5.5 * std::sqrt(0.21 / (3 * steps))); // one seed in 10^7
    CHECK(std::abs(both / steps - 0.09) < 5.5 * std::sqrt(0.09 * 0.91 / steps));
    CHECK_THROWS_WITH(silent_lies(lie_schedule(3, {0}), 1.5), "election::silent_lies: share = 1.5 must be 0 to 1");
}
