// SPDX-License-Identifier: MIT
#include <election/majority/weighted_majority.hpp>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/random.hpp>
#include <election/majority/reference.hpp>
#include <support/architectures.hpp>
#include <support/random_signs.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

std::vector<std::uint32_t> random_weights(std::size_t n, std::uint32_t most, std::uint64_t seed) {
    const counter_random random(seed);
    std::vector<std::uint32_t> weights(n);
    for (std::size_t i = 0; i < n; ++i) weights[i] = static_cast<std::uint32_t>(random(i) % (most + 1));
    return weights;
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("weighted votes, binary and ternary, any threshold", Arch, weighted) {
    CAPTURE(election_test::seed());
    for (std::size_t n : {1U, 2U, 5U, 16U, 33U, 70U}) {
        for (std::size_t d : {0U, 1U, 64U, 300U, 1100U}) {
            for (std::uint32_t most : {0U, 1U, 3U, 200U}) {
                const election_test::random_rows data(n, d, election_test::seed() + n + d);
                const election_test::random_votes votes(n, d, election_test::seed() + 7 * n + d);
                const std::vector<sign_view> views = data.views();
                const std::vector<ternary_view> ternary = votes.views();
                const std::vector<std::uint32_t> weights = random_weights(n, most, election_test::seed() + n + most);
                const auto total = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
                const row_set rows(views);
                const ternary_row_set ternary_rows(ternary);
                const election_test::guarded_signs up(d);
                const election_test::guarded_signs down(d);
                const election_test::guarded_signs third(d);
                const election_test::guarded_votes open(d);
                const election_test::guarded_signs ternary_up(d);
                const election_test::guarded_votes ternary_open(d);
                weighted_majority<Arch>(rows, weights, up.span());
                weighted_majority<Arch>(rows, weights, down.span(), tie_sign::negative);
                weighted_majority<Arch>(rows, weights, open.span());
                weighted_at_least<Arch>(rows, weights, total / 3, third.span());
                weighted_majority<Arch>(ternary_rows, weights, ternary_up.span());
                weighted_majority<Arch>(ternary_rows, weights, ternary_open.span());
                CAPTURE(n);
                CAPTURE(d);
                CAPTURE(most);
                for (std::size_t j = 0; j < d; ++j) {
                    const std::int64_t sum = reference_vote_sum<sign_view>(views, weights, j);
                    const int sign = reference_sign(sum);
                    REQUIRE(up.span()[j] == (sign == 0 ? 1 : sign));
                    REQUIRE(down.span()[j] == (sign == 0 ? -1 : sign));
                    REQUIRE(open.span()[j] == sign);
                    const std::int64_t plus = (sum + static_cast<std::int64_t>(total)) / 2;
                    REQUIRE(third.span()[j] == (plus >= static_cast<std::int64_t>(total / 3) ? 1 : -1));
                    const int ternary_sign = reference_sign(reference_vote_sum<ternary_view>(ternary, weights, j));
                    REQUIRE(ternary_up.span()[j] == (ternary_sign == 0 ? 1 : ternary_sign));
                    REQUIRE(ternary_open.span()[j] == ternary_sign);
                }
                CHECK(up.padding_is_zero());
                CHECK(third.padding_is_zero());
                CHECK(open.is_canonical());
                CHECK(ternary_open.is_canonical());
            }
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(weighted, election_test::enabled_architectures);

TEST_CASE("weights that don't fit are named") {
    const sign_matrix votes(2, 10);
    sign_vector out(10);
    const std::vector<std::uint32_t> one{1};
    CHECK_THROWS_WITH_AS(weighted_majority(row_set(votes), one, out),
                         "election::weighted_majority: weights.size() = 1 must be the number of rows, 2", parameter_error);
    const std::vector<std::uint32_t> heavy{65535, 1};
    CHECK_THROWS_WITH_AS(weighted_majority(row_set(votes), heavy, out),
                         "election::weighted_majority: sum of weights = 65536 must be at most 65535", parameter_error);
    const std::vector<std::uint32_t> light{2, 1};
    CHECK_THROWS_WITH_AS(weighted_at_least(votes, light, 5, out),
                         "election::weighted_at_least: threshold = 5 must be at most the sum of weights + 1 = 4",
                         parameter_error);
}
