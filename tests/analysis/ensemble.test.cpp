// SPDX-License-Identifier: MIT
// The sampling tests have fixed seeds and allow five standard deviations: a right program fails one of them with a probability
// below 10^-6 when the seed is changed.
#include <election/analysis/ensemble.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/bernoulli.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/random.hpp>
#include <election/verify/nearest.hpp>
#include <election/verify/verify.hpp>
#include <election/verify/vote.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// P(margin <= 2b) by following the margin's distribution worker by worker.
double failure_by_steps(const vote_law& law, std::size_t n, std::size_t b) {
    std::vector<double> mass(2 * n + 1, 0.0); // of margin + n
    mass[n] = 1;
    for (std::size_t worker = 0; worker < n; ++worker) {
        std::vector<double> next(2 * n + 1, 0.0);
        for (std::size_t at = 0; at <= 2 * n; ++at) {
            if (mass[at] == 0) continue;
            next[at] += mass[at] * law.tied;
            if (at + 1 <= 2 * n) next[at + 1] += mass[at] * law.right;
            if (at >= 1) next[at - 1] += mass[at] * law.wrong;
        }
        mass = next;
    }
    return std::accumulate(mass.begin(), mass.begin() + static_cast<std::ptrdiff_t>(n + 2 * b + 1), 0.0);
}

/// Margin of a code's rows, bits each, in the election that the first partitions win.
int margin_of_rows(const std::vector<std::uint32_t>& rows, std::size_t k) {
    const std::uint32_t winners = (std::uint32_t{1} << nearest_winners(k)) - 1;
    int margin = 0;
    for (std::uint32_t row : rows) {
        const int lead = 2 * std::popcount(row & winners) - std::popcount(row);
        margin += lead > 0 ? 1 : lead < 0 ? -1 : 0;
    }
    return margin;
}

/// The election that the first ⌊k/2⌋ + 1 partitions win.
sign_list first_win(std::size_t k) {
    sign_list message(k, -1);
    std::fill_n(message.begin(), nearest_winners(k), sign_list::value_type{1});
    return message;
}

/// How far a count of trials may be from its expectation.
double five_deviations(double probability, double trials) {
    return 5 * std::sqrt(trials * probability * (1 - probability)) + 1;
}

/// A column-regular code: every column a random set of D workers.
packed_allocation column_regular(std::size_t n, std::size_t k, std::size_t degree, std::uint64_t seed) {
    const counter_random random(seed);
    packed_allocation code(n, k);
    std::vector<std::size_t> workers(n);
    for (std::size_t j = 0; j < k; ++j) {
        std::iota(workers.begin(), workers.end(), std::size_t{0});
        for (std::size_t d = 0; d < degree; ++d) {
            std::swap(workers[d], workers[d + static_cast<std::size_t>(random.below(n - d, j * n + d))]);
            code.set(workers[d], j);
        }
    }
    return code;
}

} // namespace

TEST_CASE("the closed sum is the margin's distribution, for laws of all kinds") {
    const std::vector<vote_law> laws{{0.6, 0.1, 0.3}, {0.5, 0, 0.5}, {0.9, 0.05, 0.05}, {0.2, 0.7, 0.1},
                                     {0.1, 0.2, 0.7}, {0.3, 0.7, 0}, {0, 0.4, 0.6},     {1, 0, 0},
                                     {0, 1, 0},       {0, 0, 1},     {0.999, 0, 0.001}, {1e-5, 1 - 2e-5, 1e-5}};
    for (const vote_law& law : laws) {
        for (std::size_t n : {1U, 2U, 3U, 4U, 9U, 16U, 51U, 100U}) {
            for (std::size_t b = 0; 2 * b < n; b += 1 + n / 8) {
                CAPTURE(law.right);
                CAPTURE(law.tied);
                CAPTURE(n);
                CAPTURE(b);
                const double expected = failure_by_steps(law, n, b);
                const double found = std::exp(log_margin_failure(law, n, b));
                CHECK(std::fabs(found - expected) <= 1e-10 * expected);
            }
        }
    }
}

TEST_CASE("thousands of workers: the closed sum keeps its accuracy, deep in the tail too") {
    for (const vote_law& law : {vote_law{0.6, 0.1, 0.3}, vote_law{0.9, 0.02, 0.08}, vote_law{0.55, 0.15, 0.3}}) {
        for (std::size_t n : {1001U, 2500U}) {
            const double expected = failure_by_steps(law, n, 30);
            if (expected < 1e-280) continue; // the steps underflow
            CHECK(std::fabs(std::exp(log_margin_failure(law, n, 30)) - expected) <= 1e-10 * expected);
        }
    }
    // Where the probability itself underflows, its logarithm is still right: 10^4 workers who err with probability 10^-6.
    // All but the first term of the binomial tail are negligible.
    const double expected = log_binomial(9999, 5000) + 5000 * std::log(1e-6) + 4999 * std::log1p(-1e-6);
    CHECK(log_margin_failure({1 - 1e-6, 0, 1e-6}, 9999, 0) == doctest::Approx(expected).epsilon(1e-6));
    CHECK(std::isinf(log_margin_failure({1, 0, 0}, 9999, 4999)));
    CHECK(log_margin_failure({0, 1, 0}, 9999, 0) == 0);
}

TEST_CASE("Bernoulli codes: all matrices of a small size, weighted, fail as often as the closed sum says") {
    for (std::size_t k = 1; k <= 4; ++k) {
        for (std::size_t n = 1; n <= 3; ++n) {
            for (double p : {0.2, 0.5, 0.9}) {
                for (std::size_t b = 0; 2 * b < n; ++b) {
                    double expected = 0;
                    for (std::uint32_t matrix = 0; matrix < std::uint32_t{1} << (n * k); ++matrix) {
                        std::vector<std::uint32_t> rows;
                        for (std::size_t i = 0; i < n; ++i)
                            rows.push_back(matrix >> (i * k) & ((std::uint32_t{1} << k) - 1));
                        const int ones = std::popcount(matrix);
                        if (margin_of_rows(rows, k) <= static_cast<int>(2 * b))
                            expected += std::pow(p, ones) * std::pow(1 - p, static_cast<int>(n * k) - ones);
                    }
                    const double found = std::exp(log_bernoulli_failure(n, k, b, p));
                    CHECK(found == doctest::Approx(expected).epsilon(1e-11));
                }
            }
        }
    }
    CHECK(std::exp(log_bernoulli_failure(9, 9, 1, 0)) == 1);
    CHECK(std::exp(log_bernoulli_failure(9, 9, 4, 1)) == 0);
}

TEST_CASE("row-regular codes: all matrices of a small size fail as often as the hypergeometric law says") {
    for (std::size_t k = 1; k <= 5; ++k) {
        for (std::size_t w = 0; w <= k; ++w) {
            std::vector<std::uint32_t> choices;
            for (std::uint32_t row = 0; row < std::uint32_t{1} << k; ++row) {
                if (static_cast<std::size_t>(std::popcount(row)) == w) choices.push_back(row);
            }
            for (std::size_t b : {0U, 1U}) {
                double failing = 0;
                for (std::uint32_t first : choices) {
                    for (std::uint32_t second : choices) {
                        for (std::uint32_t third : choices)
                            failing += margin_of_rows({first, second, third}, k) <= static_cast<int>(2 * b) ? 1 : 0;
                    }
                }
                const double all = std::pow(static_cast<double>(choices.size()), 3);
                CHECK(std::exp(log_row_regular_failure(3, k, b, w)) == doctest::Approx(failing / all).epsilon(1e-11));
            }
        }
    }
}

TEST_CASE("column-regular codes, all of a small size: the mean margin is that of the law, the bounds hold, and the votes "
          "are not independent") {
    bool differs = false;
    for (std::size_t n = 2; n <= 5; ++n) {
        for (std::size_t k = 1; k <= 4; ++k) {
            for (std::size_t degree = 0; degree <= n; ++degree) {
                std::vector<std::uint32_t> columns;
                for (std::uint32_t column = 0; column < std::uint32_t{1} << n; ++column) {
                    if (static_cast<std::size_t>(std::popcount(column)) == degree) columns.push_back(column);
                }
                std::size_t codes = 1;
                for (std::size_t j = 0; j < k; ++j) codes *= columns.size();
                double mean = 0;
                std::vector<double> failing((n + 1) / 2, 0.0); // for each b
                for (std::size_t code = 0; code < codes; ++code) {
                    std::vector<std::uint32_t> rows(n, 0);
                    std::size_t rest = code;
                    for (std::size_t j = 0; j < k; ++j, rest /= columns.size()) {
                        for (std::size_t i = 0; i < n; ++i) rows[i] |= (columns[rest % columns.size()] >> i & 1U) << j;
                    }
                    const int margin = margin_of_rows(rows, k);
                    mean += margin / static_cast<double>(codes);
                    for (std::size_t b = 0; b < failing.size(); ++b)
                        failing[b] += margin <= static_cast<int>(2 * b) ? 1 / static_cast<double>(codes) : 0;
                }
                const vote_law law = column_regular_law(n, k, degree);
                CHECK(static_cast<double>(n) * law.mean() == doctest::Approx(mean).epsilon(1e-11));
                for (std::size_t b = 0; b < failing.size(); ++b) {
                    CAPTURE(n);
                    CAPTURE(k);
                    CAPTURE(degree);
                    CAPTURE(b);
                    CHECK(failing[b] <= std::exp(log_chernoff_failure(law, n, b)) + 1e-9);
                    CHECK(failing[b] <= hoeffding_failure(law, n, b) + 1e-9);
                    differs = differs || std::fabs(failing[b] - std::exp(log_margin_failure(law, n, b))) > 0.05;
                }
            }
        }
    }
    CHECK(differs);
}

TEST_CASE("Hoeffding's and Chernoff's bounds lie above the exact failure, Chernoff's below Hoeffding's") {
    for (std::size_t n : {9U, 31U, 101U, 500U}) {
        for (double p : {0.01, 0.1, 0.3, 0.6, 0.95}) {
            for (std::size_t b : {0U, 1U, 3U, 4U}) {
                for (std::size_t k : {9U, 10U, 31U}) {
                    const vote_law law = bernoulli_law(k, nearest_winners(k), p);
                    const double exact = log_margin_failure(law, n, b);
                    const double chernoff = log_chernoff_failure(law, n, b);
                    CHECK(exact <= chernoff + 1e-9);
                    CHECK(chernoff <= std::log(hoeffding_failure(law, n, b)) + 1e-9);
                }
            }
        }
    }
    CHECK(hoeffding_failure({0.3, 0.2, 0.5}, 9, 1) == 1);
    CHECK(log_chernoff_failure({0.3, 0.2, 0.5}, 9, 1) == 0);
}

TEST_CASE("sampled Bernoulli codes fail in a fixed election as often as is said (4 settings, 5 deviations)") {
    CAPTURE(election_test::seed());
    struct setting {
        std::size_t n;
        std::size_t k;
        std::size_t b;
        double p;
    };
    for (const setting& at :
         {setting{31, 31, 1, 0.3}, setting{15, 9, 2, 0.6}, setting{20, 8, 1, 0.4}, setting{9, 21, 0, 0.1}}) {
        constexpr int codes = 4000;
        int failures = 0;
        const sign_list message = first_win(at.k);
        for (int round = 0; round < codes; ++round) {
            const packed_allocation code(
                bernoulli(at.n, at.k, at.p, election_test::seed() + static_cast<std::uint64_t>(round)));
            const int margin = margin_of(votes_of(code, message, tie_policy::abstain), 1, tie_policy::abstain);
            failures += margin <= static_cast<int>(2 * at.b) ? 1 : 0;
        }
        const double expected = std::exp(log_bernoulli_failure(at.n, at.k, at.b, at.p));
        CAPTURE(expected);
        CHECK(expected > 0.01);
        CHECK(expected < 0.99);
        CHECK(std::fabs(failures - codes * expected) <= five_deviations(expected, codes));
    }
}

TEST_CASE(
    "sampled column-regular codes: the mean votes are the law's, failures stay below Chernoff's bound (5 deviations)") {
    CAPTURE(election_test::seed());
    constexpr std::size_t n = 41;
    constexpr std::size_t k = 21;
    constexpr std::size_t degree = 21;
    constexpr int codes = 3000;
    const vote_law law = column_regular_law(n, k, degree);
    double right = 0;
    double tied = 0;
    int failures = 0;
    const sign_list message = first_win(k);
    for (int round = 0; round < codes; ++round) {
        const packed_allocation code =
            column_regular(n, k, degree, election_test::seed() + static_cast<std::uint64_t>(round));
        const sign_list votes = votes_of(code, message, tie_policy::abstain);
        right += static_cast<double>(std::count(votes.begin(), votes.end(), 1));
        tied += static_cast<double>(std::count(votes.begin(), votes.end(), 0));
        failures += margin_of(votes, 1, tie_policy::abstain) <= 2 ? 1 : 0;
    }
    // Negatively associated: the variance of a count is at most that of independent votes.
    CHECK(std::fabs(right - codes * n * law.right) <= five_deviations(law.right, codes * n));
    CHECK(std::fabs(tied - codes * n * law.tied) <= five_deviations(law.tied, codes * n));
    const double bound = std::exp(log_chernoff_failure(law, n, 1));
    CHECK(bound < 0.9);
    CHECK(failures <= codes * bound + five_deviations(bound, codes));
}

TEST_CASE("sampled Bernoulli codes are intolerant at most as often as the union bound says (5 deviations)") {
    CAPTURE(election_test::seed());
    for (std::size_t k : {5U, 6U}) {
        constexpr std::size_t n = 25;
        const double p = k == 5 ? 0.6 : 0.45;
        constexpr int codes = 1000;
        const double bound = std::exp(log_bernoulli_union(n, k, 1, p));
        CAPTURE(bound);
        CHECK(bound < 0.6);
        CHECK(bound > 0.01);
        int intolerant = 0;
        for (int round = 0; round < codes; ++round) {
            const auto seed = election_test::seed() + static_cast<std::uint64_t>(round);
            intolerant += *verify(bernoulli(n, k, p, seed)).tolerance < 1 ? 1 : 0;
        }
        CHECK(intolerant > 0);
        CHECK(intolerant <= codes * bound + five_deviations(bound, codes));
    }
}

TEST_CASE("the union bound is the failure times the nearest elections of one side, odd k and even") {
    for (std::size_t k : {1U, 2U, 5U, 8U, 31U, 40U}) {
        const double ratio = log_bernoulli_union(41, k, 2, 0.4) - log_bernoulli_failure(41, k, 2, 0.4);
        CHECK(ratio == doctest::Approx(std::log(static_cast<double>(binomial(k, nearest_winners(k))))).epsilon(1e-12));
    }
    CHECK(std::isinf(log_bernoulli_union(9999, 9999, 1, 1)));
}

TEST_CASE("the best p: everybody holds everything without a limit, otherwise none on a finer grid is better") {
    CHECK(best_bernoulli_probability(31, 31, 1, 1) == 1);
    for (std::size_t k : {5U, 8U, 31U}) {
        for (double limit : {0.05, 0.3, 0.7}) {
            for (std::size_t b : {0U, 1U, 4U}) {
                const double best = best_bernoulli_probability(31, k, b, limit);
                CHECK(best == limit); // so far the failure fell with p wherever it was looked at
                const double least = log_bernoulli_failure(31, k, b, best);
                for (int step = 1; step <= 500; ++step)
                    CHECK(least <= log_bernoulli_failure(31, k, b, limit * step / 500) + 1e-9);
            }
        }
    }
}

TEST_CASE("the p for a risk: the union bound is at the risk there, and above it just below") {
    for (std::size_t n : {15U, 31U, 101U}) {
        for (std::size_t k : {1U, 5U, 6U, 31U}) {
            for (double risk : {0.9, 0.5, 0.01}) {
                const double p = bernoulli_probability_for(n, k, 1, risk);
                CAPTURE(n);
                CAPTURE(k);
                CAPTURE(risk);
                CHECK(p <= 1);
                CHECK(log_bernoulli_union(n, k, 1, p) <= std::log(risk));
                CHECK(log_bernoulli_union(n, k, 1, p - 1e-6) > std::log(risk));
                for (int step = 0; step < 200; ++step) {
                    if (p * step / 200 < p - 1e-6) CHECK(log_bernoulli_union(n, k, 1, p * step / 200) > std::log(risk));
                }
            }
        }
    }
}

TEST_CASE("ensembles refuse what makes no sense") {
    CHECK_THROWS_WITH_AS((void)log_margin_failure({1, 0, 0}, 4, 2),
                         "election::log_margin_failure: b = 2 must be at most (n - 1) / 2 = 1", parameter_error);
    CHECK_THROWS_WITH_AS((void)hoeffding_failure({1, 0, 0}, 0, 0), "election::hoeffding_failure: n = 0 must be 1 to 1000000",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)log_bernoulli_failure(5, 0, 1, 0.5),
                         "election::log_bernoulli_failure: k = 0 must be 1 to 1000000", parameter_error);
    CHECK_THROWS_WITH_AS((void)log_bernoulli_failure(5, 5, 1, 1.5), "election::bernoulli_law: p = 1.5 must be 0 to 1",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)log_row_regular_failure(5, 5, 1, 6),
                         "election::fixed_load_law: load = 6 must be at most k = 5", parameter_error);
    CHECK_THROWS_WITH_AS((void)column_regular_law(5, 5, 6), "election::column_regular_law: degree = 6 must be at most n = 5",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)best_bernoulli_probability(5, 5, 1, 0),
                         "election::best_bernoulli_probability: limit = 0 must be above 0 and up to 1", parameter_error);
    CHECK_THROWS_WITH_AS((void)bernoulli_probability_for(5, 5, 1, 0),
                         "election::bernoulli_probability_for: risk = 0 must be above 0", parameter_error);
}
