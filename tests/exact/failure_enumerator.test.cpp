// SPDX-License-Identifier: MIT
#include <election/exact/failure_enumerator.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/codes/paley.hpp>
#include <election/core/arch.hpp>
#include <election/core/ties.hpp>
#include <election/exact/exact_model.hpp>
#include <election/verify/exhaustive_kernel.hpp>
#include <election/verify/verify.hpp>
#include <support/random_code.hpp>

namespace {

using election::exact_model;
using election::packed_allocation;
using election::tie_policy;
using election::detail::failure_enumerator;

/// The choices of ⌊(k − 1)/2⌋ losers whose margin is at most a given one, by trying all.
std::vector<std::uint64_t> choices_within(const packed_allocation& code, const exact_model& model, int truth,
                                          std::int64_t margin) {
    const std::size_t k = code.partitions();
    const int tie = model.ties == tie_policy::abstain                                         ? 0
                    : model.ties == (truth > 0 ? tie_policy::positive : tie_policy::negative) ? 1
                                                                                              : -1;
    std::vector<std::uint64_t> found;
    for (std::uint64_t losers = 0; losers < std::uint64_t{1} << k; ++losers) {
        if (static_cast<std::size_t>(std::popcount(losers)) != (k - 1) / 2) continue;
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < code.workers(); ++i) {
            const int wrong = std::popcount(code.row(i)[0] & losers);
            const int right = std::popcount(code.row(i)[0]) - wrong;
            int vote = right > wrong ? 1 : right < wrong ? -1 : tie;
            if (std::ranges::find(model.liars, i) != model.liars.end()) vote = -1;
            sum += vote * (model.weights.empty() ? 1 : std::int64_t{model.weights[i]});
        }
        if (sum <= margin) found.push_back(losers);
    }
    return found;
}

failure_enumerator enumerator_of(const packed_allocation& code, const exact_model& model, int truth = 1,
                                 std::stop_token stop = {}) {
    return {code, model, truth, {}, 1, std::move(stop), election::exhaustive_kernel_for<election::arch::word64>()};
}

} // namespace

TEST_CASE("failure_enumerator: what trying all finds, with weights and liars, for both truths") {
    std::mt19937 random(41);
    int enumerated = 0;
    for (int round = 0; round < 300; ++round) {
        const auto code = election_test::random_code(1 + random() % 7, 1 + random() % 8, 0.5, random());
        exact_model model;
        model.ties = election::tie_policies[random() % 4];
        if (random() % 2 == 0) {
            for (std::size_t i = 0; i < code.workers(); ++i)
                model.weights.push_back(static_cast<std::uint32_t>(random() % 4));
        }
        if (random() % 2 == 0) model.liars = {random() % code.workers()};
        for (int truth : {1, -1}) {
            auto some = enumerator_of(code, model, truth);
            const std::int64_t margin = static_cast<std::int64_t>(random() % 7) - 4;
            const auto& found = some.run(margin, 60);
            CHECK(found.has_value() == std::isfinite(some.seconds()));
            if (!found) continue;
            ++enumerated;
            auto losers = found->losers;
            std::ranges::sort(losers);
            CHECK(losers == choices_within(code, model, truth, margin));
            CHECK(found->count.to_string() == std::to_string(losers.size()));
            CHECK(found->listed);
            CHECK(&some.run(margin, 0) == &found); // not again
        }
    }
    CHECK(enumerated > 300);
}

TEST_CASE("failure_enumerator: one of each orbit is enough where that is faster, and gives the same") {
    const packed_allocation code(election::paley(23));
    const exact_model heavy{.weights = std::vector<std::uint32_t>(23, 170)}; // so that all of them take long
    const std::int64_t margin = 170 * std::int64_t{election::verify(code, {.threads = 1}).margin};
    auto enumerator = enumerator_of(code, heavy);
    const auto& found = enumerator.run(margin, 60);
    REQUIRE(found.has_value());
    CHECK(found->method == "symmetric");
    CHECK(found->examined < 1'352'078 / 2); // 23 choose 11
    auto losers = found->losers;
    std::ranges::sort(losers);
    CHECK(losers == choices_within(code, heavy, 1, margin));
}

TEST_CASE("failure_enumerator: of other models, too many partitions or workers, and in no time, nothing") {
    const auto seconds = [](const packed_allocation& code, const exact_model& model) {
        auto enumerator = enumerator_of(code, model);
        CHECK(enumerator.run(0, 60).has_value() == std::isfinite(enumerator.seconds()));
        return enumerator.seconds();
    };
    const packed_allocation small(election_test::random_code(5, 7, 0.5, 1));
    CHECK(std::isfinite(seconds(small, {})));
    CHECK(std::isinf(seconds(small, {.alphabet = election::sign_alphabet::ternary})));
    CHECK(std::isinf(seconds(small, {.may_lose = {0, 1}})));
    CHECK(std::isinf(seconds(small, {.weights = {5000, 1, 1, 1, 1}})));
    CHECK(std::isinf(seconds(small, {.liars = {0, 1, 2, 3, 4}}))); // nobody is left to vote
    CHECK(std::isinf(seconds(election_test::random_code(5, 65, 0.5, 1), {})));
    auto late = enumerator_of(small, {});
    CHECK(!late.run(0, 0).has_value());
    std::stop_source stop;
    stop.request_stop();
    auto stopped = enumerator_of(small, {}, 1, stop.get_token());
    CHECK(!stopped.run(0, 60).has_value());
}
