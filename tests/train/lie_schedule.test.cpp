// SPDX-License-Identifier: MIT
#include <election/train/lie_schedule.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

using namespace election;
using worker_set = std::vector<std::size_t>;

namespace {

worker_set at(lie_schedule& who, std::uint64_t step) {
    const auto liars = who.liars(step);
    return {liars.begin(), liars.end()};
}

} // namespace

TEST_CASE("a fixed set lies from a step on, every so many steps, in the order of its numbers") {
    lie_schedule who(6, {5, 0, 3}, {.from = 4, .every = 3});
    for (std::uint64_t step = 0; step < 30; ++step) {
        CAPTURE(step);
        CHECK(at(who, step) == (step >= 4 && (step - 4) % 3 == 0 ? worker_set{0, 3, 5} : worker_set{}));
    }
    for (std::size_t worker = 0; worker < 8; ++worker)
        CHECK(who.may_lie(worker) == (worker == 0 || worker == 3 || worker == 5));
    CHECK((who.anybody() && who.workers() == 6 && who.times().every == 3));
    lie_schedule always(3, {1});
    CHECK((at(always, 0) == worker_set{1} && at(always, std::uint64_t{1} << 60U) == worker_set{1}));
}

TEST_CASE("nobody") {
    lie_schedule nobody(4, worker_set{});
    CHECK((!nobody.anybody() && at(nobody, 0).empty() && !nobody.may_lie(0)));
    lie_schedule renewed(4, [](std::uint64_t) { return worker_set{}; }, {.renew = 1});
    CHECK((!renewed.anybody() && at(renewed, 5).empty()));
}

TEST_CASE("sets are renewed, whatever was asked before") {
    std::size_t drawn = 0;
    const auto draw = [&](std::uint64_t index) {
        ++drawn;
        return worker_set{static_cast<std::size_t>(index * 3 % 7), static_cast<std::size_t>((index * 3 + 1) % 7)};
    };
    lie_schedule who(7, draw, {.from = 2, .every = 2, .renew = 5});
    lie_schedule other(7, draw, {.from = 2, .every = 2, .renew = 5});
    for (std::uint64_t step = 40; step-- > 0;) {
        CAPTURE(step);
        const worker_set liars = at(who, step);
        if (step < 2 || step % 2 != 0) {
            CHECK(liars.empty());
            continue;
        }
        worker_set expected = draw((step - 2) / 5);
        if (expected[0] > expected[1]) std::swap(expected[0], expected[1]);
        CHECK(liars == expected);
        CHECK(at(other, step) == liars);
    }
    for (std::size_t worker = 0; worker < 7; ++worker) CHECK(who.may_lie(worker));
    CHECK(!who.may_lie(7));
    drawn = 0;
    lie_schedule once(7, draw);
    CHECK((at(once, 0) == worker_set{0, 1} && at(once, 1000) == worker_set{0, 1} && drawn == 1 && !once.may_lie(2)));
}

TEST_CASE("what cannot be gets one line") {
    CHECK_THROWS_WITH(lie_schedule(2, {0, 1, 2}),
                      "election::lie_schedule: liars = 3 must be at most the number of workers, 2");
    CHECK_THROWS_WITH(lie_schedule(2, {2}), "election::lie_schedule: liar = 2 must be below the number of workers, 2");
    CHECK_THROWS_WITH(lie_schedule(3, {1, 1}), "election::lie_schedule: liar = 1 must be named once");
    CHECK_THROWS_WITH(lie_schedule(3, {1}, {.every = 0}), "election::lie_schedule: every = 0 must be at least 1");
    CHECK_THROWS_WITH(lie_schedule(3, {1}, {.renew = 2}),
                      "election::lie_schedule: renew = 2 must be 0 where liars are a fixed set; draw them to renew them");
    lie_schedule later(3, [](std::uint64_t index) { return worker_set{static_cast<std::size_t>(index)}; }, {.renew = 1});
    CHECK_THROWS_WITH((void)later.liars(3), "election::lie_schedule: liar = 3 must be below the number of workers, 3");
}
