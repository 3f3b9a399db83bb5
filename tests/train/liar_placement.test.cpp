// SPDX-License-Identifier: MIT
#include <election/train/liar_placement.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/codes/full.hpp>
#include <election/codes/repetition.hpp>
#include <election/verify/vote.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::seed;
using worker_set = std::vector<std::size_t>;

namespace {

bool is_set_of(const worker_set& liars, std::size_t count, std::size_t workers) {
    return liars.size() == count && std::ranges::is_sorted(liars) && std::ranges::adjacent_find(liars) == liars.end() &&
           (liars.empty() || liars.back() < workers);
}

/// Every set of b of n workers.
template <class Work>
void for_sets(std::size_t n, std::size_t b, const Work& work) {
    for (std::uint64_t bits = 0; bits < std::uint64_t{1} << n; ++bits) {
        if (static_cast<std::size_t>(std::popcount(bits)) != b) continue;
        worker_set liars;
        for (std::size_t i = 0; i < n; ++i) {
            if ((bits >> i & 1U) != 0) liars.push_back(i);
        }
        work(liars);
    }
}

/// Nearest elections, both sides, that fail when these workers vote against the truth: the plain way.
std::size_t failing(const packed_allocation& code, const worker_set& liars, tie_policy ties) {
    std::size_t count = 0;
    const std::size_t k = code.partitions();
    for (std::uint64_t bits = 0; bits < std::uint64_t{1} << k; ++bits) {
        const auto plus = static_cast<std::size_t>(std::popcount(bits));
        if (plus != k / 2 + 1 && k - plus != k / 2 + 1) continue;
        sign_list message;
        for (std::size_t j = 0; j < k; ++j) message.push_back((bits >> j & 1U) != 0 ? 1 : -1);
        sign_list votes = votes_of(code, message, ties);
        const int truth = truth_of(message);
        for (std::size_t liar : liars) votes[liar] = static_cast<std::int8_t>(-truth);
        count += margin_of(votes, truth, ties) <= 0 ? 1U : 0U;
    }
    return count;
}

} // namespace

TEST_CASE("random sets are drawn with a seed, all equally often") {
    CAPTURE(seed());
    CHECK(random_liars(15, 3, 7) == random_liars(15, 3, 7));
    CHECK(random_liars(100, 30, 7) != random_liars(100, 30, 8));
    CHECK(random_liars(100, 30, 7, 0) != random_liars(100, 30, 7, 1));
    CHECK(
        (random_liars(4, 0, 7).empty() && random_liars(4, 4, 7) == worker_set{0, 1, 2, 3} && random_liars(0, 0, 7).empty()));
    std::map<worker_set, int> seen;
    constexpr int draws = 6000;
    for (int i = 0; i < draws; ++i) {
        const worker_set liars = random_liars(5, 2, seed(), static_cast<std::uint64_t>(i));
        REQUIRE(is_set_of(liars, 2, 5));
        ++seen[liars];
    }
    CHECK(seen.size() == 10);
    for (const auto& [liars, count] : seen) CHECK(std::abs(count - draws / 10.0) < 5.5 * std::sqrt(draws * 0.09));
}

TEST_CASE("neighbours, wherever they begin") {
    CAPTURE(seed());
    std::vector<int> first(7);
    for (std::uint64_t index = 0; index < 3500; ++index) {
        const worker_set liars = clustered_liars(7, 3, seed(), index);
        REQUIRE(is_set_of(liars, 3, 7));
        // The one whose predecessor does not lie begins.
        std::size_t begins = 0;
        for (std::size_t liar : liars) {
            if (std::ranges::find(liars, (liar + 6) % 7) == liars.end()) {
                ++begins;
                ++first[liar];
            }
        }
        CHECK(begins == 1);
    }
    for (int count : first) CHECK(std::abs(count - 500) < 5.5 * std::sqrt(3500 * 6.0 / 49));
    CHECK(clustered_liars(7, 7, 1) == worker_set{0, 1, 2, 3, 4, 5, 6});
}

TEST_CASE("whole groups one after the other, then who is alone") {
    const packed_allocation groups(repetition(9, 3));
    for (std::uint64_t index = 0; index < 20; ++index) {
        const worker_set liars = group_liars(groups, 4, seed(), index);
        REQUIRE(is_set_of(liars, 4, 9));
        std::map<std::size_t, std::size_t> sizes;
        for (std::size_t liar : liars) {
            for (std::size_t j = 0; j < 3; ++j) sizes[j] += groups(liar, j) ? 1U : 0U;
        }
        std::size_t whole = 0;
        for (const auto& entry : sizes) whole += entry.second == 3 ? 1U : 0U;
        CHECK(whole == 1);
    }
    CHECK(group_liars(groups, 3, seed(), 0) == group_liars(groups, 3, seed(), 0));
    const packed_allocation code(deterministic(9, 1)); // seven rows that differ, and all-ones rows
    std::size_t all_ones = 0;
    for (std::size_t i = 0; i < 9; ++i) all_ones += code.load(i) == 9 ? 1U : 0U;
    REQUIRE(all_ones > 1);
    for (std::size_t liar : group_liars(code, all_ones, seed())) CHECK(code.load(liar) == 9);
    CHECK(group_liars(code, all_ones + 1, seed()).size() == all_ones + 1);
}

TEST_CASE("the worst set is one of which most nearest elections fail") {
    for (std::size_t n : {1U, 4U, 7U}) {
        for (std::size_t k : {1U, 4U, 5U}) {
            const packed_allocation code = election_test::random_code(n, k, 0.5, seed() + 10 * n + k);
            for (tie_policy ties : tie_policies) {
                for (std::size_t b = 0; b <= n; ++b) {
                    CAPTURE(seed());
                    CAPTURE(n);
                    CAPTURE(k);
                    CAPTURE(b);
                    CAPTURE(name_of(ties));
                    worst_liars_options options;
                    options.ties = ties;
                    const worst_liars_result found = worst_liars(code, b, options);
                    std::size_t most = 0;
                    for_sets(n, b, [&](const worker_set& liars) { most = std::max(most, failing(code, liars, ties)); });
                    const std::size_t sides = is_symmetric(ties) ? 2 : 1; // looked at: one, or both
                    CHECK(found.all_elections);
                    CHECK(found.all_sets);
                    CHECK(is_set_of(found.liars, b, n));
                    CHECK(failing(code, found.liars, ties) == most);
                    CHECK(sides * found.failing == most);
                }
            }
        }
    }
}

TEST_CASE("where none fails, those that bring it nearest to failing") {
    // An all-ones row that lies costs 2 in every election, a single one 2 only where it would be right.
    const packed_allocation code(deterministic(9, 2));
    const worst_liars_result two = worst_liars(code, 2);
    CHECK(two.failing == 0);
    for (std::size_t liar : two.liars) CHECK(code.load(liar) == 9);
    const worst_liars_result three = worst_liars(code, 3);
    CHECK(three.failing > 0);
    CHECK(worst_liars(packed_allocation(full(5, 5)), 2).failing == 0);
    CHECK(worst_liars(packed_allocation(full(5, 5)), 3).failing == binomial(5, 3));
}

TEST_CASE("greedy, and on a sample, it is almost as bad") {
    const packed_allocation code = election_test::random_code(12, 11, 0.4, 5);
    const worst_liars_result exact = worst_liars(code, 4);
    worst_liars_options options;
    options.work = 0;
    const worst_liars_result greedy = worst_liars(code, 4, options);
    CHECK((exact.all_sets && !greedy.all_sets && greedy.all_elections));
    CHECK(is_set_of(greedy.liars, 4, 12));
    CHECK(greedy.failing <= exact.failing);
    CHECK(static_cast<double>(greedy.failing) > 0.8 * static_cast<double>(exact.failing));
    CHECK(2 * greedy.failing == failing(code, greedy.liars, tie_policy::abstain));
    options.work = std::uint64_t{1} << 28U;
    options.elections = 200;
    const worst_liars_result sampled = worst_liars(code, 4, options);
    CHECK((sampled.all_sets && !sampled.all_elections && sampled.elections == 200));
    CHECK(sampled.liars == worst_liars(code, 4, options).liars);
    CHECK(failing(code, sampled.liars, tie_policy::abstain) > 1.6 * static_cast<double>(exact.failing));
    // Many partitions, and many workers.
    const packed_allocation large = election_test::random_code(101, 101, 0.3, 6);
    options.elections = 500;
    const worst_liars_result of_large = worst_liars(large, 20, options);
    CHECK((!of_large.all_sets && is_set_of(of_large.liars, 20, 101) && of_large.failing > 0));
}

TEST_CASE("more liars than workers get one line") {
    const packed_allocation code(full(3, 3));
    const char* line = "election::placement: liars = 4 must be at most the number of workers, 3";
    CHECK_THROWS_WITH((void)random_liars(3, 4, 1), line);
    CHECK_THROWS_WITH((void)clustered_liars(3, 4, 1), line);
    CHECK_THROWS_WITH((void)group_liars(code, 4, 1), line);
    CHECK_THROWS_WITH((void)worst_liars(code, 4), line);
    worst_liars_options none;
    none.elections = 0;
    CHECK_THROWS_WITH((void)worst_liars(code, 1, none), "election::placement: elections = 0 must be at least 1");
}
