// SPDX-License-Identifier: MIT
#include <election/packing/momentum.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/sign_vector.hpp>
#include <election/core/executor.hpp>
#include <election/packing/reference.hpp>
#include <support/architectures.hpp>
#include <support/random_numbers.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::random_numbers;
using election_test::same_numbers;

namespace {

template <class Arch, class T>
void check_momentum() {
    election_test::for_sizes([](std::size_t d) {
        CAPTURE(d);
        const std::vector<T> g = random_numbers<T>(d, d, true);
        const std::vector<T> start = random_numbers<T>(d, d + 1, false);
        std::vector<T> expected = start;
        reference_momentum(std::span(expected), std::span<const T>(g), static_cast<T>(0.9));
        for (zero_policy zero : zero_policies) {
            const pack_options options{zero, nan_policy::abstain};
            ternary_vector expected_votes(d);
            ternary_vector votes(d);
            reference_pack(std::span<const T>(expected), expected_votes, zero);
            std::vector<T> m = start;
            momentum_pack<Arch>(m, g, 0.9, votes, options);
            REQUIRE(same_numbers(m, expected));
            REQUIRE(votes == expected_votes);
            m = start;
            momentum_pack<Arch>(thread_executor(2), m, std::span(g), 0.9, votes, options);
            REQUIRE(same_numbers(m, expected));
            REQUIRE(votes == expected_votes);
            if (zero == zero_policy::abstain) continue;
            sign_vector expected_signs(d);
            sign_vector signs(d);
            reference_pack(std::span<const T>(expected), expected_signs, zero);
            m = start;
            momentum_pack<Arch>(std::span(m), g, 0.9, signs, options);
            REQUIRE(same_numbers(m, expected));
            REQUIRE(signs == expected_signs);
            m = start;
            momentum_pack<Arch>(thread_executor(2), m, g, 0.9, signs, options);
            REQUIRE(signs == expected_signs);
        }
    });
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("what the reference does, for every size and policy", Arch, momentum_of_every_size) {
    CAPTURE(election_test::seed());
    check_momentum<Arch, float>();
    check_momentum<Arch, double>();
}
TEST_CASE_TEMPLATE_APPLY(momentum_of_every_size, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("two products and a sum, each rounded, though the compiler may fuse", Arch, never_fused) {
    constexpr std::size_t d = 1000;
    const std::vector<float> g = random_numbers<float>(d, 1, false);
    const std::vector<float> start = random_numbers<float>(d, 2, false);
    std::vector<float> m = start;
    sign_vector signs(d);
    momentum_pack<Arch>(m, g, 0.9, signs, {.nan = nan_policy::abstain});
    std::vector<float> reference = start;
    reference_momentum(std::span(reference), std::span<const float>(g), 0.9F);
    std::size_t fused_differs = 0;
    for (std::size_t j = 0; j < d; ++j) {
        // Products of floats are exact as doubles, and a sum of floats rounded to double and then to float is rounded right.
        const volatile float kept = static_cast<float>(double{0.9F} * double{start[j]});
        const volatile float added = static_cast<float>(double{1 - 0.9F} * double{g[j]});
        const auto expected = static_cast<float>(double{kept} + double{added});
        REQUIRE(election_test::same_number(m[j], expected));
        REQUIRE(election_test::same_number(reference[j], expected));
        fused_differs += election_test::same_number(std::fma(0.9F, start[j], added), expected) ? 0U : 1U;
    }
    CHECK(fused_differs > 50);
}
TEST_CASE_TEMPLATE_APPLY(never_fused, election_test::enabled_architectures);

TEST_CASE("tensors") {
    xt::xtensor<double, 2> m = xt::zeros<double>({3, 5});
    const xt::xtensor<double, 2> g = xt::ones<double>({3, 5}) * -4;
    sign_vector signs(15);
    momentum_pack(m, g, 0.75, signs);
    CHECK(m(2, 4) == -1.0);
    CHECK(to_string(signs) == "---------------");
}

TEST_CASE("a NaN in the new momentum is an error that says where, and the momentum is new everywhere") {
    const std::size_t d = 10'000;
    for (std::size_t place : {0U, 5'000U, 9'999U}) {
        std::vector<double> g(d, 1.0);
        g[place] = std::numeric_limits<double>::quiet_NaN();
        std::vector<double> m(d, 1.0);
        if (place + 1 < d) m[place + 1] = std::numeric_limits<double>::quiet_NaN();
        sign_vector signs(d);
        const std::string message = "election::momentum_pack: m[" + std::to_string(place) +
                                    "] = nan must be a number unless nan_policy::abstain is given";
        CHECK_THROWS_WITH_AS(momentum_pack(m, g, 0.5, signs), message.c_str(), parameter_error);
        CHECK_THROWS_WITH_AS(momentum_pack(thread_executor(2), m, g, 0.5, signs), message.c_str(), parameter_error);
    }
    // The difference of infinities is a NaN that was in neither.
    std::vector<float> m{std::numeric_limits<float>::infinity(), 1};
    sign_vector signs(2);
    CHECK_THROWS_WITH_AS(momentum_pack(m, std::vector<float>{-std::numeric_limits<float>::infinity(), 3}, 0.5, signs),
                         "election::momentum_pack: m[0] = nan must be a number unless nan_policy::abstain is given",
                         parameter_error);
    CHECK(m[1] == 2);
}

TEST_CASE("what cannot be is refused, and changes nothing") {
    std::vector<float> m(3, 1.0F);
    const std::vector<float> g(3);
    sign_vector signs(3);
    CHECK_THROWS_WITH_AS(momentum_pack(m, std::vector<float>(4), 0.5, signs),
                         "election::momentum_pack: g.size() = 4 must be the number of signs, 3", parameter_error);
    sign_vector short_signs(2);
    CHECK_THROWS_WITH_AS(momentum_pack(m, g, 0.5, short_signs),
                         "election::momentum_pack: out.size() = 2 must be the number of signs, 3", parameter_error);
    CHECK_THROWS_WITH_AS(momentum_pack(m, g, 1.5, signs), "election::momentum_pack: beta = 1.5 must be between 0 and 1",
                         parameter_error);
    CHECK_THROWS_WITH_AS(momentum_pack(m, g, std::nan(""), signs),
                         "election::momentum_pack: beta = nan must be between 0 and 1", parameter_error);
    CHECK_THROWS_WITH_AS(
        momentum_pack(m, g, 0.5, signs, {.zero = zero_policy::abstain}),
        "election::momentum_pack: options.zero = abstain must be positive or negative where the signs cannot abstain",
        parameter_error);
    CHECK(m == std::vector<float>(3, 1.0F));
}

TEST_CASE("the padding becomes zero, whatever it was") {
    std::uint64_t words[] = {0, ~std::uint64_t{0}};
    std::vector<float> m(70, 1.0f);
    momentum_pack(m, std::vector<float>(70, 1.0f), 0.5, sign_span<std::uint64_t>(words, 70));
    CHECK(words[0] == ~std::uint64_t{0});
    CHECK(words[1] == 0x3F);
}
