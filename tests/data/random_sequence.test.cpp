// SPDX-License-Identifier: MIT
#include <election/data/random_sequence.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include <doctest/doctest.h>
#include <support/seed.hpp>

using namespace election;

namespace {

/// Mean and variance of many draws, each within five standard errors of what they should be: with a fourth central moment
/// `fourth`, a false alarm has a probability of about 10⁻⁶.
template <class Draw>
void check_moments(const Draw& draw, double mean, double variance, double fourth) {
    CAPTURE(election_test::seed());
    constexpr int draws = 200000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < draws; ++i) {
        const double x = draw();
        sum += x;
        squares += (x - mean) * (x - mean);
    }
    CHECK(std::abs(sum / draws - mean) < 5 * std::sqrt(variance / draws));
    CHECK(std::abs(squares / draws - variance) < 5 * std::sqrt((fourth - variance * variance) / draws));
}

} // namespace

TEST_CASE("a sequence is the words of counter_random, from anywhere") {
    random_sequence from_five(7, 1, 5);
    CHECK(from_five.word() == 0x413017d88c209be8U); // computed by another program
    CHECK(from_five.word() == 0x3bce7d84ebd01bU);
    random_sequence all(7, 1);
    for (std::uint64_t i = 0; i < 10; ++i) CHECK(all.word() == counter_random(7, 1)(i));
    CHECK(all.below(1) == 0);
    CHECK(all.word() == counter_random(7, 1)(11));
}

TEST_CASE("uniform and bell-shaped numbers") {
    random_sequence random(election_test::seed(), 2);
    check_moments([&] { return random.uniform(); }, 0.5, 1.0 / 12, 1.0 / 80);
    check_moments([&] { return random.bell(); }, 0, 1, 3 - 0.1); // excess −6/5 of one uniform number, over 12
    check_moments([&] { return random.normal(); }, 0, 1, 3);
    bool inside = true;
    for (int i = 0; i < 1000; ++i) {
        const double x = random.uniform();
        inside = inside && x > 0 && x < 1;
    }
    CHECK(inside);
    // 68.3 % and 95.4 % of normal numbers are within 1 and 2; five standard deviations of 100 000 draws are 0.0074 and 0.0033.
    // For a sum of twelve uniform numbers they are 67.9 % and 95.5 %.
    std::array<int, 4> within{};
    for (int i = 0; i < 100000; ++i) {
        const double x = std::abs(random.normal());
        const double y = std::abs(random.bell());
        within[0] += x < 1;
        within[1] += x < 2;
        within[2] += y < 1;
        within[3] += y < 2;
    }
    CHECK(std::abs(within[0] * 1e-5 - 0.6827) < 0.0074);
    CHECK(std::abs(within[1] * 1e-5 - 0.9545) < 0.0033);
    CHECK(std::abs(within[2] * 1e-5 - 0.6785) < 0.0074);
    CHECK(std::abs(within[3] * 1e-5 - 0.9554) < 0.0033);
}

TEST_CASE("gamma-distributed numbers") {
    // Mean α, variance α, fourth central moment 3α² + 6α.
    for (double shape : {0.3, 1.0, 4.5}) {
        CAPTURE(shape);
        random_sequence random(election_test::seed(), 3);
        check_moments([&] { return std::exp(random.log_gamma_variate(shape)); }, shape, shape,
                      3 * shape * shape + 6 * shape);
    }
    // The mean of the logarithm of an exponential number is −γ, its variance π²/6, its fourth central moment 3π⁴/20.
    random_sequence random(election_test::seed(), 4);
    check_moments([&] { return random.log_gamma_variate(1); }, -0.57721566, 1.64493407, 14.6113);
    CHECK(std::isfinite(random.log_gamma_variate(1e-300)));
}

TEST_CASE("orders are equally likely") {
    CAPTURE(election_test::seed());
    random_sequence random(election_test::seed(), 5);
    std::map<std::vector<int>, int> times;
    for (int i = 0; i < 24000; ++i) {
        std::vector<int> items{1, 2, 3, 4};
        random.shuffle(std::span(items));
        ++times[items];
    }
    // Chi-squared with 23 degrees of freedom is above 80 with a probability below 10⁻⁷.
    double chi_squared = 0;
    for (const auto& entry : times) chi_squared += (entry.second - 1000.0) * (entry.second - 1000.0) / 1000;
    CHECK(times.size() == 24);
    CHECK(chi_squared < 80);
    std::vector<int> none;
    random.shuffle(std::span(none));
    CHECK(none.empty());
}
