// SPDX-License-Identifier: MIT
#include <election/train/observer.hpp>

#include <cstdint>
#include <functional>
#include <string>

#include <doctest/doctest.h>

using namespace election;

namespace {

struct trainer_stand_in {
    int number;
};

round_report report_of(std::uint64_t step) {
    round_report report;
    report.step = step;
    return report;
}

struct counting {
    int calls = 0;
    int sum = 0;
    void operator()(const trainer_stand_in& trainer, const round_report& report) {
        ++calls;
        sum += trainer.number + static_cast<int>(report.step);
    }
};

} // namespace

static_assert(observer<counting, trainer_stand_in>);
static_assert(!observer<counting, int>);
static_assert(observer<observers<counting, counting>, trainer_stand_in>);
static_assert(!observer<observers<counting>, int>);
static_assert(observer<observers<>, int>);

TEST_CASE("all are called, in their order, with trainer and report") {
    std::string order;
    counting kept;
    observers all(
        std::ref(kept), [&](const trainer_stand_in&, const round_report&) { order += 'a'; },
        [&](const auto& trainer, const round_report& report) {
            order += std::to_string(trainer.number) + ':' + std::to_string(report.step) + ' ';
        });
    const trainer_stand_in trainer{7};
    all(trainer, report_of(1));
    all(trainer, report_of(2));
    CHECK(order == "a7:1 a7:2 ");
    CHECK(kept.calls == 2);
    CHECK(kept.sum == 17);
}

TEST_CASE("what one throws reaches the caller; those behind it are not called") {
    int calls = 0;
    observers all([](int, const round_report&) { throw error("stop"); }, [&](int, const round_report&) { ++calls; });
    CHECK_THROWS_WITH_AS(all(0, report_of(0)), "stop", error);
    CHECK(calls == 0);
}
