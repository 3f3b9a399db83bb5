// SPDX-License-Identifier: MIT
#include <election/train/expected_failures.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/sign_matrix.hpp>
#include <election/bits/ternary_matrix.hpp>
#include <election/codes/families.hpp>
#include <election/core/random.hpp>
#include <election/majority/encoder.hpp>
#include <election/majority/majority.hpp>
#include <election/majority/ternary_majority.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// All messages once each, a coordinate each, voted, lied about and decided as in a round of training.
template <class Attack>
vote_counts all_messages(const packed_allocation& code, const std::vector<std::size_t>& liars, const Attack& lie) {
    const std::size_t n = code.workers();
    const std::size_t k = code.partitions();
    const std::size_t d = std::size_t{1} << k;
    sign_matrix partitions(k, d);
    for (std::size_t c = 0; c < d; ++c) {
        for (std::size_t j = 0; j < k; ++j) partitions[j].set(c, (c >> j & 1U) != 0);
    }
    ternary_matrix honest(n, d);
    const encoder encode(code);
    encode(row_set(partitions), honest.span());
    ternary_matrix sent = honest;
    for (std::size_t i : liars) {
        for (std::size_t c = 0; c < d; ++c) {
            const int truth = 2 * static_cast<std::size_t>(__builtin_popcountll(c)) > k ? 1 : -1;
            sent[i].set(c, lie(honest.view()[i][c], truth));
        }
    }
    ternary_vector decision(d);
    majority(ternary_row_set(sent), decision.span());
    vote_record<> record(n, k, d);
    record.add(row_set(partitions), ternary_row_set(honest), ternary_row_set(sent), {}, decision.view());
    return record.total();
}

void check_equal(const std::vector<double>& by_weight, const vote_counts& counts) {
    REQUIRE(by_weight.size() == counts.weights.size());
    for (std::size_t w = 0; w < by_weight.size(); ++w) {
        CAPTURE(w);
        const double measured = static_cast<double>(counts.failures[w]) / static_cast<double>(counts.weights[w]);
        REQUIRE(by_weight[w] == doctest::Approx(measured).epsilon(1e-9));
    }
    const failure_comparison found = expected_failures(counts, by_weight);
    CHECK(found.elections == counts.coordinates);
    CHECK(found.measured == counts.violations);
    CHECK(found.expected == doctest::Approx(static_cast<double>(counts.violations)).epsilon(1e-9));
}

} // namespace

TEST_CASE("over all messages once, what is measured is what is expected") {
    CAPTURE(election_test::seed());
    const counter_random random(election_test::seed());
    for (std::uint64_t round = 0; round < 40; ++round) {
        const std::size_t n = 2 + random.below(6, 4 * round);
        const std::size_t k = 1 + random.below(8, 4 * round + 1);
        const packed_allocation code = election_test::random_code(n, k, 0.5, election_test::seed() + round);
        std::vector<std::size_t> liars;
        for (std::size_t i = 0; i < n; ++i) {
            if (random.happens(0.3, 100 * round + i)) liars.push_back(i);
        }
        CAPTURE(round);
        const fixed_placement who{liars};
        check_equal(failures_by_weight(code, who, against_attack{}),
                    all_messages(code, liars, [](int, int truth) { return -truth; }));
        check_equal(failures_by_weight(code, who, directional_attack{1}),
                    all_messages(code, liars, [](int, int) { return 1; }));
        check_equal(failures_by_weight(code, who, reverse_attack{}),
                    all_messages(code, liars, [](int vote, int) { return -vote; }));
    }
}

TEST_CASE("placements that may be any: the worst is the worst of all, the random one their mean") {
    const packed_allocation code(cyclic(5, 5, 2));
    std::vector<double> mean(6);
    for (std::size_t liar = 0; liar < 5; ++liar) {
        const std::vector<double> one = failures_by_weight(code, fixed_placement{{liar}}, reverse_attack{});
        for (std::size_t w = 0; w < 6; ++w) mean[w] += one[w] / 5;
    }
    const std::vector<double> random = failures_by_weight(code, random_placement{1}, reverse_attack{});
    const std::vector<double> worst = failures_by_weight(code, worst_placement{1}, reverse_attack{});
    for (std::size_t w = 0; w < 6; ++w) {
        CHECK(random[w] == doctest::Approx(mean[w]));
        CHECK(worst[w] >= random[w] - 1e-12);
    }
    CHECK(mean[3] > 0);
}

TEST_CASE("tied workers who vote, or toss a coin, and reverse it if they lie") {
    // Two workers that hold both of partitions 0 and 1, and three that hold all; k = 3.
    const std::vector<std::vector<int>> rows{{1, 1, 0}, {1, 1, 0}, {1, 1, 1}};
    const fixed_placement who{{0}};
    // Weight 2: + + -: votes + + +, sent - + +: right. + - + and - + +: tied, tied, +.
    const auto rate = [&](tie_policy ties) { return failures_by_weight(rows, who, reverse_attack{}, ties)[2]; };
    CHECK(rate(tie_policy::abstain) == 0);
    CHECK(rate(tie_policy::positive) == 0);                           // - + +
    CHECK(rate(tie_policy::negative) == 0);                           // + - +
    CHECK(rate(tie_policy::coin) == doctest::Approx(2.0 / 3 * 0.25)); // two coins against +
    const auto both = failures_by_weight(rows, fixed_placement{{0, 1}}, reverse_attack{}, tie_policy::positive);
    CHECK(both[2] == doctest::Approx(1.0)); // - - + each time
    CHECK(failures_by_weight(rows, fixed_placement{{0, 1}}, reverse_attack{}, tie_policy::negative)[2] ==
          doctest::Approx(1.0 / 3));
}

TEST_CASE("a sum of ties is a failure, weights without a truth are none") {
    const auto by_weight = failures_by_weight(uncoded(2), fixed_placement{{0}}, reverse_attack{});
    CHECK(by_weight == std::vector<double>{1, 0, 1});
}

TEST_CASE("what is refused") {
    CHECK_THROWS_WITH_AS(
        (void)failures_by_weight(uncoded(25), fixed_placement{{0}}, reverse_attack{}),
        "election::failures_by_weight: partitions = 25 must be at most 24 where fixed liars reverse their votes",
        parameter_error);
    CHECK_THROWS_AS((void)failures_by_weight(uncoded(3), fixed_placement{{3}}, reverse_attack{}), parameter_error);
    CHECK_THROWS_WITH_AS((void)expected_failures(vote_counts(3, 3), std::vector<double>(3)),
                         "election::expected_failures: by_weight.size() = 3 must be k + 1 = 4", parameter_error);
}
