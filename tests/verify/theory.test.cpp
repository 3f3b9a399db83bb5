// SPDX-License-Identifier: MIT
// The statements about redundancy, load and share that docs/redundancy.md proves, on small cases.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes.hpp>
#include <election/verify/nearest.hpp>
#include <election/verify/verify.hpp>
#include <election/verify/vote.hpp>
#include <support/known_codes.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

int tolerance(const packed_allocation& code, tie_policy ties = tie_policy::abstain) {
    verify_options options;
    options.ties = ties;
    return *verify(code, options).tolerance;
}

/// E[vote · truth] of a row of weight w on a uniformly random nearest message of k partitions; a tie counts 0.
double mean_vote(std::size_t k, std::size_t w) {
    const std::size_t winners = nearest_winners(k);
    double mean = 0;
    for (std::size_t hits = 0; hits <= std::min(w, winners); ++hits) {
        if (w - hits > k - winners) continue;
        const double ways =
            static_cast<double>(binomial(winners, hits)) * static_cast<double>(binomial(k - winners, w - hits));
        mean += ways * (2 * hits > w ? 1 : 2 * hits < w ? -1 : 0);
    }
    return mean / static_cast<double>(binomial(k, w));
}

/// Random codes that tolerate something: sparse random rows over full ones.
std::vector<packed_allocation> tolerant_codes() {
    std::vector<packed_allocation> codes;
    for (std::uint64_t round = 0; round < 300; ++round) {
        const std::size_t k = 3 + 2 * (round % 4);
        const std::size_t n = 3 + round % 8;
        packed_allocation code = election_test::random_code(n, k, 0.4, election_test::seed() + round);
        for (std::size_t i = n - round % n; i < n; ++i) {
            for (std::size_t j = 0; j < k; ++j) code.set(i, j);
        }
        codes.push_back(code);
    }
    for (const auto& known : election_test::optimal_codes()) codes.push_back(election_test::matrix_of(known));
    for (const auto& known : election_test::codes_with_two_full_rows()) codes.push_back(election_test::matrix_of(known));
    return codes;
}

} // namespace

TEST_CASE("odd k: every partition of a b-tolerant code has at least 2b + 1 holders, so r >= 2b + 1") {
    int tolerant = 0;
    for (const packed_allocation& code : tolerant_codes()) {
        const int b = tolerance(code);
        if (b < 0) continue;
        ++tolerant;
        CHECK(static_cast<int>(metrics(code).min_degree) >= 2 * b + 1);
    }
    CHECK(tolerant > 100);
}

TEST_CASE("odd k: loads at most w tolerate fewer than (n / 2) max M(k, w') liars") {
    for (const packed_allocation& code : tolerant_codes()) {
        const int b = tolerance(code);
        const allocation_metrics costs = metrics(code);
        double most = 0;
        for (std::size_t w = 0; w <= costs.max_load; ++w) most = std::max(most, mean_vote(costs.partitions, w));
        CHECK(b < static_cast<double>(costs.workers) / 2 * most + (b < 0 ? 1 : 0));
    }
}

TEST_CASE("odd k: a b-tolerant code has more than (4kb - n(k-1)) / (k+1) full rows, hence at least 4b - n + 1") {
    for (const packed_allocation& code : tolerant_codes()) {
        const int b = tolerance(code);
        if (b < 0) continue;
        const int n = static_cast<int>(code.workers());
        const int k = static_cast<int>(code.partitions());
        int full_rows = 0;
        for (std::size_t i = 0; i < code.workers(); ++i) full_rows += code.load(i) == code.partitions() ? 1 : 0;
        CHECK(full_rows * (k + 1) > 4 * k * b - n * (k - 1));
        CHECK(full_rows >= 4 * b - n + 1);
    }
}

TEST_CASE("the staircase of share and tolerance: 1/10 at 1/5, 1/6 at 1/3, 1/5 at 3/5, 1/2 at 1") {
    CHECK(mean_vote(5, 1) / 2 == doctest::Approx(1.0 / 10));
    CHECK(mean_vote(3, 1) / 2 == doctest::Approx(1.0 / 6));
    CHECK(mean_vote(5, 3) / 2 == doctest::Approx(1.0 / 5));
    CHECK(mean_vote(7, 5) / 2 == doctest::Approx(3.0 / 14));
    CHECK(mean_vote(9, 7) / 2 == doctest::Approx(2.0 / 9));
    for (std::size_t k = 3; k <= 21; k += 2) {
        CHECK(mean_vote(k, 1) / 2 == doctest::Approx(1.0 / (2.0 * static_cast<double>(k))));
        CHECK(mean_vote(k, k) / 2 == doctest::Approx(0.5));
    }
}

TEST_CASE("the staircase has no other steps: 1/(2k) at share 1/k, (k-1)/(4k) at (k-2)/k for k >= 5, 1/2 at 1") {
    constexpr std::size_t largest = 25;
    constexpr double rounding = 1e-12;
    const auto height = [&](double share) {
        double most = share >= 1 - rounding ? 0.5 : 0;
        for (std::size_t k = 1; k <= largest; k += 2) {
            const auto size = static_cast<double>(k);
            if (1 / size <= share + rounding) most = std::max(most, 1 / (2 * size));
            if (k >= 5 && (size - 2) / size <= share + rounding) most = std::max(most, (size - 1) / (4 * size));
        }
        return most;
    };
    for (std::size_t k = 1; k <= largest; k += 2) {
        for (std::size_t w = 1; w <= k; ++w) {
            CAPTURE(k);
            CAPTURE(w);
            const double share = static_cast<double>(w) / static_cast<double>(k);
            CHECK(mean_vote(k, w) / 2 <= height(share) + rounding);
        }
        if (k >= 5)
            CHECK(mean_vote(k, k - 2) / 2 == doctest::Approx(height((static_cast<double>(k) - 2) / static_cast<double>(k))));
    }
}

TEST_CASE("all w-subsets of the partitions have one margin, n M(k, w), on every nearest election") {
    for (std::size_t k = 3; k <= 9; k += 2) {
        for (std::size_t w = 1; w <= k; ++w) {
            CAPTURE(k);
            CAPTURE(w);
            packed_allocation code(binomial(k, w), k);
            std::size_t worker = 0;
            for (std::uint32_t held = 0; held < std::uint32_t{1} << k; ++held) {
                if (static_cast<std::size_t>(std::popcount(held)) != w) continue;
                for (std::size_t j = 0; j < k; ++j) {
                    if ((held >> j & 1U) != 0) code.set(worker, j);
                }
                ++worker;
            }
            const double margin = static_cast<double>(code.workers()) * mean_vote(k, w);
            CHECK(verify(code).margin == doctest::Approx(margin));
            sign_list message(k, -1);
            for (std::size_t j = 0; j < nearest_winners(k); ++j) message[(3 * j + 1) % k] = 1;
            if (truth_of(message) == 1 && k % 3 != 0) {
                CHECK(margin_of(votes_of(code, message, tie_policy::abstain), 1, tie_policy::abstain) ==
                      doctest::Approx(margin));
            }
        }
    }
}

TEST_CASE("even k: two partitions together have at least 2b + 1 holders, r >= b + 1 - 1/k, under every tie policy") {
    int tolerant = 0;
    for (std::uint64_t round = 0; round < 600; ++round) {
        const std::size_t k = 2 + 2 * (round % 4);
        const std::size_t n = 2 + round % 9;
        const packed_allocation code = election_test::random_code(n, k, 0.6, election_test::seed() + round);
        const int b = tolerance(code, tie_policies[round / 4 % tie_policies.size()]);
        if (b < 1) continue;
        ++tolerant;
        for (std::size_t j = 0; j < k; ++j) {
            for (std::size_t other = 0; other < j; ++other) {
                int holders = 0; // a worker that holds both counts once
                for (std::size_t i = 0; i < n; ++i) holders += code(i, j) || code(i, other) ? 1 : 0;
                CHECK(holders >= 2 * b + 1);
            }
        }
        CHECK(metrics(code).redundancy >= b + 1 - 1 / static_cast<double>(k) - 1e-9);
    }
    CHECK(tolerant > 30);
}

TEST_CASE("even rows: where a tie counts as wrong, dropping a partition of one never hurts; where it abstains, it can") {
    for (std::uint64_t round = 0; round < 60; ++round) {
        CAPTURE(election_test::seed());
        const packed_allocation code = election_test::random_code(6, 7, 0.5, election_test::seed() + round);
        const verdict before = verify(code, {.ties = tie_policy::coin});
        for (std::size_t i = 0; i < code.workers(); ++i) {
            if (code.load(i) == 0 || code.load(i) % 2 == 1) continue;
            for (std::size_t j = 0; j < code.partitions(); ++j) {
                if (!code(i, j)) continue;
                packed_allocation dropped = code;
                dropped.reset(i, j);
                CHECK(verify(dropped, {.ties = tie_policy::coin}).margin >= before.margin);
            }
        }
    }
    // Two pairs and three full rows tolerate a liar; when a pair loses a partition they do not.
    packed_allocation pairs(5, 5);
    for (std::size_t j : {0U, 1U}) pairs.set(0, j);
    for (std::size_t j : {2U, 3U}) pairs.set(1, j);
    for (std::size_t i = 2; i < 5; ++i) {
        for (std::size_t j = 0; j < 5; ++j) pairs.set(i, j);
    }
    CHECK(tolerance(pairs) == 1);
    packed_allocation dropped = pairs;
    dropped.reset(0, 0);
    CHECK(tolerance(dropped) == 0);
    dropped.reset(1, 2);
    CHECK(tolerance(dropped) == 0);
}

TEST_CASE("block structure: unit rows outside, full rows, and rows inside a block are tolerant by the sets of the block") {
    CAPTURE(election_test::seed());
    const election::counter_random random(election_test::seed());
    int tolerant = 0;
    for (std::uint64_t round = 0; round < 400; ++round) {
        const std::size_t n = 7 + 2 * (round % 3);
        const std::size_t b = 1 + round % 2;
        const std::size_t units = (n - 2 * b - 1) / 2;
        const std::size_t block = n - units;
        const std::size_t rows = 1 + static_cast<std::size_t>(random.below(block - 2 * b + 1, 100 * round));
        std::vector<std::uint64_t> inside;
        packed_allocation code(n, n);
        for (std::size_t i = 0; i < n; ++i) {
            if (i < units) {
                code.set(i, i);
            } else if (i < units + rows) {
                // Dense rows of odd weight; sparse ones hardly ever tolerate anything.
                std::uint64_t held =
                    (random(100 * round + i) | random(100 * round + 50 + i)) & ((std::uint64_t{1} << block) - 1);
                if (std::popcount(held) % 2 == 0) held ^= 1;
                inside.push_back(held);
                for (std::size_t j = 0; j < block; ++j) {
                    if ((held >> j & 1U) != 0) code.set(i, units + j);
                }
            } else {
                for (std::size_t j = 0; j < n; ++j) code.set(i, j);
            }
        }
        bool allowed = true;
        for (std::uint64_t losers = 0; losers < std::uint64_t{1} << block; ++losers) {
            const int size = std::popcount(losers);
            if (size > static_cast<int>(block - b - 1)) continue;
            int wrong = 0;
            for (std::uint64_t held : inside) wrong += 2 * std::popcount(held & losers) > std::popcount(held) ? 1 : 0;
            allowed = allowed && wrong <= std::max(0, size - static_cast<int>(b));
        }
        CHECK(allowed == (tolerance(code) >= static_cast<int>(b)));
        tolerant += allowed ? 1 : 0;
    }
    CHECK(tolerant > 20);
    CHECK(tolerant < 380);
}

TEST_CASE("with abstentions 2b+1 full rows among idle workers reach r = 2b + 1; under the other policies idleness is a "
          "wrong vote") {
    packed_allocation code(9, 7);
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 7; ++j) code.set(i, j);
    }
    CHECK(metrics(code).redundancy == 3);
    CHECK(tolerance(code) == 1);
    CHECK(tolerance(code, tie_policy::coin) < 0);
    CHECK(tolerance(code, tie_policy::positive) < 0);
    CHECK(tolerance(code, tie_policy::negative) < 0);
}

TEST_CASE("systematic codes tolerate exactly b at redundancy 2b + 1, and even k would need one full row less") {
    for (std::size_t k = 1; k <= 9; ++k) {
        for (std::size_t b = 0; b <= 4; ++b) {
            const code made = systematic(k, b);
            for (tie_policy ties : tie_policies) CHECK(tolerance(packed(made), ties) == static_cast<int>(b));
            CHECK(metrics(made).redundancy == static_cast<double>(2 * b + 1));
            if (k % 2 == 0 && b >= 1) {
                packed_allocation shorter(made.shape()[0] - 1, k);
                for (std::size_t i = 0; i < shorter.workers(); ++i) {
                    for (std::size_t j = 0; j < k; ++j) {
                        if (made(i, j) != 0) shorter.set(i, j);
                    }
                }
                CHECK(tolerance(shorter) == static_cast<int>(b));
            }
        }
    }
}

TEST_CASE("group repetition with (2b+1)k workers tolerates b at share 1/k; for even k groups of b+1, one of b, are enough") {
    for (std::size_t b = 0; b <= 3; ++b) {
        for (std::size_t k : {1U, 3U, 5U, 7U}) {
            const code made = repetition((2 * b + 1) * k, k);
            CHECK(tolerance(packed(made)) == static_cast<int>(b));
            CHECK(metrics(made).max_load == 1);
            // Optimal in both: share >= mean load / k = r / n >= (2b + 1) / n.
            CHECK(metrics(made).redundancy == static_cast<double>(2 * b + 1));
            CHECK(metrics(made).largest_share * static_cast<double>(made.shape()[0]) ==
                  doctest::Approx(static_cast<double>(2 * b + 1)));
        }
        for (std::size_t k : {2U, 4U, 6U}) {
            CHECK(tolerance(packed(repetition((b + 1) * k, k))) >= static_cast<int>(b));
            if (b >= 1) CHECK(tolerance(packed(repetition((b + 1) * k - 1, k))) >= static_cast<int>(b));
        }
    }
}

TEST_CASE("deterministic codes: every odd n up to 15 and every b, under every tie policy") {
    for (std::size_t n = 1; n <= 15; n += 2) {
        for (std::size_t b = 0; b <= (n - 1) / 2; ++b) {
            CAPTURE(n);
            CAPTURE(b);
            const code made = deterministic(n, b);
            for (tie_policy ties : tie_policies) CHECK(tolerance(packed(made), ties) == static_cast<int>(b));
            CHECK(metrics(made).redundancy == doctest::Approx(*made.guaranteed.redundancy).epsilon(1e-12));
        }
    }
    const auto ones = [](std::size_t n, std::size_t b) { return metrics(deterministic(n, b)).ones; };
    CHECK(ones(5, 1) == 19);
    CHECK(ones(5, 2) == 25);
    CHECK(ones(7, 1) == 29);
    CHECK(ones(7, 2) == 41);
    CHECK(ones(7, 3) == 49);
    CHECK(ones(9, 1) == 45);
    CHECK(ones(9, 2) == 61);
    CHECK(ones(9, 3) == 71);
    CHECK(ones(21, 1) == 171);
    CHECK(ones(31, 1) == 317);
}

TEST_CASE("deterministic codes have at least 2b + 1 full rows, and cost more than 2b + 1 full rows among idle workers") {
    for (std::size_t n = 3; n <= 31; n += 2) {
        for (std::size_t b = 1; 2 * b + 1 < n; ++b) {
            const allocation_metrics costs = metrics(deterministic(n, b));
            CHECK(static_cast<std::size_t>(std::ranges::count(costs.loads, n)) >= 2 * b + 1);
            CHECK(costs.ones > (2 * b + 1) * n);
        }
    }
    CHECK(metrics(deterministic(1001, 1)).redundancy / 1001 == doctest::Approx(0.25).epsilon(0.01)); // r is about n / 4
}

TEST_CASE("a row of weight k - 1 with even k is never wrong") {
    for (std::size_t k = 2; k <= 12; k += 2) {
        packed_allocation code(k, k);
        for (std::size_t i = 0; i < k; ++i) {
            for (std::size_t j = 0; j < k; ++j) {
                if (i != j) code.set(i, j);
            }
        }
        verify_options options;
        CHECK(verify(code, options).margin == static_cast<int>(k));
    }
}

TEST_CASE("what a family guarantees is what the verifier finds, under every tie policy") {
    std::vector<code> codes;
    for (std::size_t n = 1; n <= 9; ++n) codes.push_back(uncoded(n));
    for (std::size_t n = 1; n <= 8; ++n) {
        for (std::size_t k = 1; k <= 6; ++k) {
            codes.push_back(full(n, k));
            if (n >= k) codes.push_back(repetition(n, k));
            if (k >= 2) codes.push_back(repetition(n, k, n));
            codes.push_back(systematic(k, n % 4));
            codes.push_back(cyclic(n, k, 1 + n % k, 1 + n % 3));
            codes.push_back(regular(n, k, 1 + k % n, n));
            codes.push_back(bernoulli(n, k, 0.5, n * 10 + k));
        }
    }
    for (std::size_t q : {3U, 5U, 7U, 9U, 11U, 13U}) codes.push_back(paley(q));
    for (std::size_t q : {2U, 3U}) codes.push_back(plane(q));
    for (std::size_t n = 1; n <= 11; n += 2) {
        for (std::size_t b = 0; 2 * b < n; ++b) codes.push_back(deterministic(n, b));
    }
    for (const code& made : codes) {
        CAPTURE(made.name.str());
        const allocation_metrics costs = metrics(made);
        const guarantee& promise = made.guaranteed;
        if (promise.redundancy && !promise.redundancy_is_expected)
            CHECK(costs.redundancy == doctest::Approx(*promise.redundancy));
        if (promise.max_load) CHECK(costs.max_load == *promise.max_load);
        if (!promise.tolerance) continue;
        for (tie_policy ties : tie_policies) {
            CAPTURE(name_of(ties));
            if (promise.tolerance_is_exact) {
                CHECK(tolerance(packed(made), ties) == *promise.tolerance);
            } else {
                CHECK(tolerance(packed(made), ties) >= *promise.tolerance);
            }
        }
    }
}
