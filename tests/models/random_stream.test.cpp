// SPDX-License-Identifier: MIT
#include <election/models/random_stream.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <support/architectures.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE_TEMPLATE_DEFINE("the same numbers on every architecture, whatever is drawn", Arch, same_numbers) {
    static constexpr sampling_kernel kernel = sampling_kernel_for<Arch>();
    static constexpr sampling_kernel plain = sampling_kernel_for<arch::word64>();
    random_stream a(kernel, election_test::seed(), 5);
    random_stream b(plain, election_test::seed(), 5);
    aligned_vector<std::uint64_t> x(32);
    aligned_vector<std::uint64_t> y(32);
    for (std::size_t count : {1U, 15U, 16U, 17U, 32U}) {
        a.fill(std::span(x).first(count));
        b.fill(std::span(y).first(count));
        CHECK(x == y);
        CHECK(a.word() == b.word());
        a.fill_bernoulli(0.3, x);
        b.fill_bernoulli(0.3, y);
        CHECK(x == y);
        CHECK(a.below(1000) == b.below(1000));
        CHECK(a.normal() == b.normal());
    }
}
TEST_CASE_TEMPLATE_APPLY(same_numbers, election_test::enabled_architectures);

TEST_CASE("probabilities at their ends, and beyond") {
    static constexpr sampling_kernel kernel = sampling_kernel_for<default_arch>();
    random_stream random(kernel, 1, 1);
    aligned_vector<std::uint64_t> words(16);
    for (double never : {0.0, -1.0}) {
        random.fill_bernoulli(never, words);
        for (std::uint64_t word : words) CHECK(word == 0);
    }
    random.fill_bernoulli(1, words);
    for (std::uint64_t word : words) CHECK(word == ~std::uint64_t{0});
    random.fill_bernoulli(std::nextafter(1.0, 0.0), words); // wrong once in 2^53
    for (std::uint64_t word : words) CHECK(word == ~std::uint64_t{0});
}

TEST_CASE("uniform and normal numbers have their moments, within five standard errors") {
    CAPTURE(election_test::seed());
    static constexpr sampling_kernel kernel = sampling_kernel_for<default_arch>();
    random_stream random(kernel, election_test::seed(), 9);
    constexpr int n = 40000;
    double sum = 0;
    double squares = 0;
    double uniform = 0;
    double tail = 0;
    for (int i = 0; i < n; ++i) {
        const double x = random.normal();
        sum += x;
        squares += x * x;
        tail += x > 1.959963984540054 ? 1 : 0;
        const double u = random.uniform();
        CHECK((u > 0 && u < 1));
        uniform += u;
    }
    CHECK(std::abs(sum / n) < 5 / std::sqrt(n));
    CHECK(std::abs(squares / n - 1) < 5 * std::sqrt(2.0 / n));
    CHECK(std::abs(tail / n - 0.025) < 5 * std::sqrt(0.025 / n));
    CHECK(std::abs(uniform / n - 0.5) < 5 * std::sqrt(1.0 / 12 / n));
}
