// SPDX-License-Identifier: MIT
#include <election/verify/exhaustive_plan.hpp>

#include <bit>
#include <cstdint>
#include <set>

#include <doctest/doctest.h>
#include <election/verify/exhaustive_kernel.hpp>
#include <support/architectures.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("a plan's units, middle words and lanes are every nearest election once") {
    for (std::size_t k : {1U, 2U, 5U, 9U, 14U, 17U}) {
        CAPTURE(k);
        const packed_allocation code = election_test::random_code(6, k, 0.5, election_test::seed());
        const detail::exhaustive_plan plan(code, make_nearest_problem(code, tie_policy::abstain, 1), 128);
        const detail::plan_view& view = plan.view();
        std::set<std::uint64_t> seen;
        std::uint64_t counted = 0;
        for (std::uint64_t top = 0; top < plan.units(); ++top) {
            counted += plan.messages_in(top);
            for (std::size_t c = 0; c <= view.low_columns; ++c) {
                const auto top_weight = static_cast<std::size_t>(std::popcount(top));
                if (top_weight + c > view.winners || view.winners - top_weight - c > view.middle_columns) continue;
                const std::size_t middle_weight = view.winners - top_weight - c;
                for (std::size_t m = view.middle_start[middle_weight]; m < view.middle_start[middle_weight + 1]; ++m) {
                    for (std::size_t batch = view.class_start[c]; batch < view.class_start[c + 1]; ++batch) {
                        for (std::size_t lane = 0; lane < view.words * 64; ++lane) {
                            if ((view.valid[batch * view.words + lane / 64] >> (lane % 64) & 1U) == 0) continue;
                            const std::uint64_t winners = plan.winners(top, m, batch, lane);
                            REQUIRE(static_cast<std::size_t>(std::popcount(winners)) == nearest_winners(k));
                            REQUIRE(seen.insert(winners).second);
                        }
                    }
                }
            }
        }
        CHECK(seen.size() == binomial(k, nearest_winners(k)));
        CHECK(counted == seen.size());
    }
}

TEST_CASE("scores and margins convert both ways") {
    const packed_allocation odd = election_test::random_code(9, 7, 0.5, 1);
    for (tie_policy ties : tie_policies) {
        const detail::exhaustive_plan plan(odd, make_nearest_problem(odd, ties, 1), 64);
        for (int margin = plan.margin_of_score(0); margin < 20; ++margin) {
            const std::int64_t score = plan.score_within(margin);
            CHECK(plan.margin_of_score(score) <= margin);
            CHECK(plan.margin_of_score(score + 1) > margin);
        }
        CHECK(plan.score_within(plan.margin_of_score(0) - 1) == -1);
    }
}
