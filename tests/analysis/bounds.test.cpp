// SPDX-License-Identifier: MIT
#include <election/analysis/bounds.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <numbers>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes.hpp>
#include <election/verify/nearest.hpp>
#include <election/verify/verify.hpp>
#include <support/known_codes.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// The sum of a row's votes over all nearest messages, and of its tied votes.
struct vote_sums {
    std::int64_t votes = 0;
    std::int64_t ties = 0;
};

vote_sums sums_of(std::size_t k, std::size_t w) {
    vote_sums sums;
    for (std::size_t hits = 0; hits <= std::min(w, nearest_winners(k)); ++hits) {
        const auto ways = static_cast<std::int64_t>(binomial(w, hits) * binomial(k - w, nearest_winners(k) - hits));
        sums.votes += 2 * hits > w ? ways : 2 * hits < w ? -ways : 0;
        sums.ties += 2 * hits == w ? ways : 0;
    }
    return sums;
}

/// The averaging bound by trying all loads 1 … k, odd and even, in integers: no lemma about mean votes is used.
std::size_t ones_lower_by_trying(std::size_t n, std::size_t k, std::size_t b, bool abstain) {
    const auto one = static_cast<std::int64_t>(binomial(k, nearest_winners(k)));
    // (sum of loads, whether a row is even) -> the largest sum of votes
    std::map<std::pair<std::size_t, bool>, std::int64_t> reached{{{0, false}, 0}};
    for (std::size_t i = 0; i < n; ++i) {
        std::map<std::pair<std::size_t, bool>, std::int64_t> next;
        for (const auto& [state, votes] : reached) {
            for (std::size_t w = 1; w <= k; ++w) {
                const vote_sums row = sums_of(k, w);
                const std::pair<std::size_t, bool> key{state.first + w, state.second || w % 2 == 0};
                const std::int64_t sum = votes + row.votes - (abstain ? 0 : row.ties);
                const auto [place, fresh] = next.try_emplace(key, sum);
                if (!fresh) place->second = std::max(place->second, sum);
            }
        }
        reached = std::move(next);
    }
    std::size_t best = std::numeric_limits<std::size_t>::max();
    for (const auto& [state, votes] : reached) {
        // Where all workers vote, the margin has the parity of n.
        const bool all_vote = !abstain || !state.second;
        const std::int64_t margin = static_cast<std::int64_t>(2 * b + 1) + (all_vote && n % 2 == 0 ? 1 : 0);
        if (votes >= margin * one) best = std::min(best, state.first);
    }
    return best;
}

std::size_t equal_load_by_trying(std::size_t n, std::size_t k, std::size_t b, bool abstain) {
    const auto one = static_cast<std::int64_t>(binomial(k, nearest_winners(k)));
    for (std::size_t w = 1; w <= k; ++w) {
        const vote_sums row = sums_of(k, w);
        const std::int64_t votes = static_cast<std::int64_t>(n) * (row.votes - (abstain ? 0 : row.ties));
        const bool all_vote = !abstain || w % 2 == 1;
        if (votes >= (static_cast<std::int64_t>(2 * b + 1) + (all_vote && n % 2 == 0 ? 1 : 0)) * one) return w;
    }
    return 0;
}

/// No bound may be above what a code has.
void check_no_bound_is_broken(const packed_allocation& code, tie_policy ties) {
    verify_options options;
    options.ties = ties;
    const verdict found = verify(code, options);
    const allocation_metrics costs = metrics(code);
    const std::size_t n = costs.workers;
    const std::size_t k = costs.partitions;
    CHECK(*found.tolerance <= tolerance_upper(n, k, costs.max_load));
    if (*found.tolerance < 0) return;
    const auto b = static_cast<std::size_t>(*found.tolerance);
    CAPTURE(n);
    CAPTURE(k);
    CAPTURE(b);
    CHECK(costs.redundancy >= redundancy_lower(k, b) - 1e-12);
    CHECK(costs.max_load >= max_load_lower(n, k, b));
    CHECK(static_cast<double>(b) / static_cast<double>(n) <
          (k % 2 == 1 && costs.max_load > 0 ? share_capacity(costs.max_load, k).value() : 0.5));
    const std::size_t never_wrong = k % 2 == 1 ? k : k - 1;
    const auto full = std::count_if(costs.loads.begin(), costs.loads.end(), [&](std::size_t w) { return w >= never_wrong; });
    CHECK(static_cast<std::size_t>(full) >= full_rows_lower(n, k, b));
    if (costs.min_load > 0) CHECK(costs.ones >= ones_lower(n, k, b, ties));
    if (costs.min_load == costs.max_load) CHECK(costs.max_load >= equal_load_lower(n, k, b, ties));
}

} // namespace

TEST_CASE("the averaging bound for n = k: the published table") {
    const std::map<std::size_t, std::vector<std::size_t>> table{
        {5, {17, 25}},
        {7, {23, 37, 49}},
        {9, {31, 49, 65, 81}},
        {11, {37, 59, 81, 101, 121}},
        {15, {51, 83, 111, 141, 169}},
        {21, {69, 115, 157, 199, 241}},
        {31, {99, 167, 233, 297, 359}},
    };
    for (const auto& entry : table) {
        const std::size_t n = entry.first;
        for (std::size_t b = 1; b <= entry.second.size(); ++b) {
            CAPTURE(n);
            CAPTURE(b);
            CHECK(ones_lower(n, n, b) == entry.second[b - 1]);
        }
    }
}

TEST_CASE("the averaging bound is what trying all loads gives, for n up to 12 and k up to 13, odd and even, under both "
          "readings of ties") {
    for (std::size_t n = 1; n <= 12; ++n) {
        for (std::size_t k = 1; k <= 13; ++k) {
            for (std::size_t b = 0; 2 * b < n; ++b) {
                CAPTURE(n);
                CAPTURE(k);
                CAPTURE(b);
                for (tie_policy ties : tie_policies) {
                    CHECK(ones_lower(n, k, b, ties) == ones_lower_by_trying(n, k, b, ties == tie_policy::abstain));
                    CHECK(equal_load_lower(n, k, b, ties) == equal_load_by_trying(n, k, b, ties == tie_policy::abstain));
                }
            }
        }
    }
}

TEST_CASE("the averaging bound where loads in the convex part matter: trying all loads for few workers and k up to 24") {
    for (std::size_t k = 10; k <= 24; ++k) {
        for (std::size_t n = 1; n <= 4; ++n) {
            for (std::size_t b = 0; 2 * b < n; ++b) {
                CAPTURE(n);
                CAPTURE(k);
                CAPTURE(b);
                CHECK(ones_lower(n, k, b) == ones_lower_by_trying(n, k, b, false));
                CHECK(ones_lower(n, k, b, tie_policy::abstain) == ones_lower_by_trying(n, k, b, true));
            }
        }
    }
}

TEST_CASE("equal loads for one liar and n = k: the published loads") {
    const std::map<std::size_t, std::size_t> table{{9, 7},    {15, 9},   {21, 9},   {31, 11}, {63, 13},
                                                   {101, 13}, {201, 13}, {269, 13}, {271, 15}};
    for (const auto& entry : table) {
        const std::size_t n = entry.first;
        CAPTURE(n);
        CHECK(equal_load_lower(n, n, 1) == entry.second);
    }
    // In general about (pi / 2)(2b + 1)^2.
    CHECK(std::fabs(static_cast<double>(equal_load_lower(9999, 9999, 5)) / (std::numbers::pi / 2 * 121) - 1) < 0.05);
}

TEST_CASE("large sizes: bounds grow with b, lie above (2b + 1)k and are met by everybody holding everything") {
    for (std::size_t n : {1001U, 1000U}) {
        for (std::size_t k : {1001U, 1000U}) {
            std::size_t last = 0;
            for (std::size_t b : {0U, 1U, 2U, 10U, 200U, 499U}) {
                const std::size_t bound = ones_lower(n, k, b);
                CHECK(bound > last);
                CHECK(bound <= n * k);
                if (k % 2 == 1) CHECK(bound >= (2 * b + 1) * k);
                last = bound;
            }
        }
    }
    CHECK(ones_lower(1001, 1001, 500) == 1001 * 1001);
    CHECK(ones_lower(1000, 1000, 499) == 1000 * 999); // k - 1 partitions are enough when k is even
}

TEST_CASE("redundancy, ones and loads: small values, by hand") {
    CHECK(redundancy_lower(1, 0) == 1);
    CHECK(redundancy_lower(5, 2) == 5);
    CHECK(redundancy_lower(2, 1) == 1.5);
    CHECK(max_load_lower(9, 3, 1) == 1);
    CHECK(max_load_lower(8, 3, 1) == 3); // eight votes of 1/3 are less than 3
    CHECK(max_load_lower(3, 4, 1) == 3);
    CHECK(tolerance_upper(9, 3, 1) == 1);
    CHECK(tolerance_upper(9, 3, 3) == 4);
    CHECK(tolerance_upper(10, 3, 3) == 4);
    CHECK(tolerance_upper(10, 3, 0) == -1);
    CHECK(full_rows_lower(4, 1, 1) == 3);
    CHECK(full_rows_lower(4, 2, 1) == 3); // two partitions: whoever holds one is never wrong
    CHECK(full_rows_lower(9, 9, 2) == 2);
    CHECK(full_rows_lower(100, 9, 10) == 0);
}

TEST_CASE("all-ones rows: at least 4b - n + 2, more than Theorem 4's bound, and the least number that mean votes allow") {
    for (std::size_t k = 1; k <= 21; ++k) {
        const mean_votes mean(k);
        const std::size_t next = mean.heaviest() >= 2 ? mean.heaviest() - 2 : 0; // the heaviest load that may be wrong
        for (std::size_t n = 1; n <= 30; ++n) {
            for (std::size_t b = 0; 2 * b < n; ++b) {
                std::size_t full = 0;
                while (!mean.sum_reaches({{full, mean.heaviest()}, {n - full, next}}, static_cast<std::uint32_t>(2 * b + 1)))
                    ++full;
                CAPTURE(n);
                CAPTURE(k);
                CAPTURE(b);
                CHECK(full_rows_lower(n, k, b) == full);
                if (k % 2 == 0) continue;
                CHECK(full + n >= 4 * b + 2);
                CHECK(full * (k + 1) + n * (k - 1) > 4 * k * b);
            }
        }
    }
}

TEST_CASE("the capacity of a share is the largest M(k, w)/2 over odd k and loads up to the share") {
    for (std::size_t partitions = 1; partitions <= 40; ++partitions) {
        for (std::size_t load = 1; load <= partitions; ++load) {
            double most = 0;
            // The least K with a step at 1/K has K <= 41, the last one with (K - 2)/K <= share has K <= 2·40.
            for (std::size_t k = 1; k <= 81; k += 2) most = std::max(most, mean_votes(k)(load * k / partitions) / 2);
            CAPTURE(partitions);
            CAPTURE(load);
            CHECK(share_capacity(load, partitions).value() == doctest::Approx(most).epsilon(1e-12));
        }
    }
    CHECK(share_capacity(7, 7) == ratio{1, 2});
    CHECK(share_capacity(5, 7) == ratio{6, 28});
}

TEST_CASE("no known code breaks a bound") {
    for (const auto& known : election_test::optimal_codes()) {
        for (tie_policy ties : tie_policies) check_no_bound_is_broken(election_test::matrix_of(known), ties);
    }
    for (const auto& known : election_test::codes_with_two_full_rows())
        check_no_bound_is_broken(election_test::matrix_of(known), tie_policy::abstain);
    for (const auto& block : election_test::block_codes()) {
        for (tie_policy ties : {tie_policy::abstain, tie_policy::coin})
            check_no_bound_is_broken(election_test::matrix_of(election_test::as_known_code(block)), ties);
    }
    check_no_bound_is_broken(election_test::matrix_of(election_test::eleven_three()), tie_policy::abstain);
}

TEST_CASE("no family breaks a bound, and group repetition and the systematic code reach theirs") {
    std::vector<packed_allocation> codes;
    const auto add = [&](const auto& code) { codes.push_back(packed_allocation(code)); };
    for (std::size_t k = 1; k <= 11; ++k) {
        add(uncoded(k));
        for (std::size_t n : {1U, 2U, 3U, 5U, 8U, 12U, 15U, 20U}) {
            add(full(n, k));
            if (n >= k) add(repetition(n, k));
            for (std::size_t w = 1; w <= k; w += 2) add(cyclic(n, k, w));
            add(bernoulli(n, k, 0.6, election_test::seed()));
            for (std::size_t d = 1; d <= n; d += 3) add(regular(n, k, d, election_test::seed()));
        }
        for (std::size_t b = 0; b <= 3; ++b) add(systematic(k, b));
    }
    for (std::size_t n = 1; n <= 15; n += 2) {
        for (std::size_t b = 0; 2 * b < n; ++b) add(deterministic(n, b));
    }
    for (std::size_t q : {3U, 5U, 7U, 9U, 11U, 13U}) add(paley(q));
    for (std::size_t q : {2U, 3U}) add(plane(q));
    for (const packed_allocation& code : codes) {
        for (tie_policy ties : tie_policies) check_no_bound_is_broken(code, ties);
    }
    for (std::size_t k = 1; k <= 11; k += 2) {
        for (std::size_t b = 0; b <= 2; ++b) {
            const std::size_t n = (2 * b + 1) * k;
            CHECK(ones_lower(n, k, b) == n);
            CHECK(max_load_lower(n, k, b) == 1);
            CHECK(metrics(systematic(k, b)).ones == static_cast<std::size_t>(redundancy_lower(k, b)) * k);
        }
    }
}

TEST_CASE("no random code breaks a bound") {
    CAPTURE(election_test::seed());
    int tolerant = 0;
    for (std::uint64_t round = 0; round < 1500; ++round) {
        const std::size_t n = 1 + round % 13;
        const std::size_t k = 1 + round / 13 % 10;
        const packed_allocation code =
            election_test::random_code(n, k, 0.3 + 0.05 * static_cast<double>(round % 14), election_test::seed() + round);
        const tie_policy ties = tie_policies[round % 4];
        check_no_bound_is_broken(code, ties);
        verify_options options;
        options.ties = ties;
        tolerant += *verify(code, options).tolerance >= 1 ? 1 : 0;
    }
    CHECK(tolerant > 100);
}

TEST_CASE("bounds refuse what makes no sense") {
    CHECK_THROWS_WITH_AS((void)ones_lower(6, 5, 3), "election::ones_lower: b = 3 must be at most (n - 1) / 2 = 2",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)ones_lower(0, 5, 0), "election::ones_lower: n = 0 must be 1 to 1000000", parameter_error);
    CHECK_THROWS_WITH_AS((void)equal_load_lower(5, 0, 1), "election::equal_load_lower: k = 0 must be 1 to 10000",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)max_load_lower(5, 10001, 1), "election::max_load_lower: k = 10001 must be 1 to 10000",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)tolerance_upper(5, 5, 6), "election::tolerance_upper: load = 6 must be at most k = 5",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)full_rows_lower(5, 5, 3), "election::full_rows_lower: b = 3 must be at most (n - 1) / 2 = 2",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)redundancy_lower(0, 1), "election::redundancy_lower: k = 0 must be at least 1",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)share_capacity(0, 5), "election::share_capacity: load = 0 must be 1 to k = 5",
                         parameter_error);
}
