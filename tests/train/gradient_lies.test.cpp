// SPDX-License-Identifier: MIT
#include <election/train/gradient_lies.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/error.hpp>
#include <support/aggregator_laws.hpp>

using namespace election;
using election_test::random_gradients;

namespace {

static_assert(gradient_lies<honest>);
static_assert(gradient_lies<gradient_liars<alie_attack>>);
static_assert(message_attack<std::variant<reverse_attack, gradient_silence>>);
static_assert(!message_attack<flip_attack>);
static_assert(!gradient_lies<alie_attack>);

using gradient_table = std::vector<std::vector<float>>;

struct outcome {
    gradient_table sent;
    std::vector<std::uint8_t> silent;
};

/// What is sent when these workers lie.
template <class Attack>
outcome sent(const Attack& attack, gradient_table honest, std::vector<std::size_t> liars, std::uint64_t step = 0,
             std::vector<std::uint8_t> silent = {}, std::uint64_t seed = 1) {
    silent.resize(honest.size());
    const std::vector<std::span<float>> messages(honest.begin(), honest.end());
    gradient_liars who(attack, fixed_liars(std::move(liars)), seed);
    who.lie(gradient_round{step, messages, silent});
    return {honest, silent};
}

} // namespace

TEST_CASE("each attack by its definition") {
    const gradient_table honest{{1, -2}, {3, 0}, {5, 4}, {-7, 8}};
    const std::vector<std::size_t> liars{3, 1};
    const auto first = [&](const auto& attack) {
        const outcome out = sent(attack, honest, liars);
        CHECK(out.sent[0] == honest[0]); // nobody else's message is touched
        CHECK(out.sent[2] == honest[2]);
        return gradient_table{out.sent[1], out.sent[3]};
    };
    CHECK(first(reverse_attack{}) == gradient_table{{-3, -0.0F}, {7, -8}});
    CHECK(first(gradient_scaling{-10}) == gradient_table{{-30, 0}, {70, -80}});
    CHECK(first(directional_attack{}) == gradient_table{{1, 1}, {1, 1}});
    CHECK(first(directional_attack{-1}) == gradient_table{{-1, -1}, {-1, -1}});
    CHECK(first(gradient_constant{2.5F}) == gradient_table{{2.5F, 2.5F}, {2.5F, 2.5F}});
    // Honest workers 0 and 2: mean 3 and 1, standard deviation (of the population) 2 and 3.
    CHECK(first(alie_attack{0.5}) == gradient_table{{2, -0.5F}, {2, -0.5F}});
    CHECK(first(ipm_attack{2}) == gradient_table{{-6, -2}, {-6, -2}});
    CHECK(first(mimic_attack{}) == gradient_table{{1, -2}, {1, -2}});
    CHECK(first(std::variant<mimic_attack, ipm_attack>(ipm_attack{1})) == gradient_table{{-3, -1}, {-3, -1}});
    CHECK(std::isnan(first(gradient_constant{std::nanf("")})[0][1]));
    CHECK(std::isinf(first(gradient_scaling{std::numeric_limits<double>::infinity()})[1][0]));
    CHECK(sent(gradient_silence{}, honest, liars).silent == std::vector<std::uint8_t>{0, 1, 0, 1});
    CHECK(sent(gradient_silence{}, honest, {}).silent == std::vector<std::uint8_t>{0, 0, 0, 0});
}

TEST_CASE("more columns than a tile, against the definition") {
    const auto honest = random_gradients(7, 1000, 3, 2);
    const auto out = sent(alie_attack{1.5}, honest, {0, 6}).sent;
    const auto minus = sent(ipm_attack{0.5}, honest, {0, 6}).sent;
    for (std::size_t c = 0; c < 1000; ++c) {
        double mean = 0;
        for (std::size_t i = 1; i < 6; ++i) mean += honest[i][c] / 5.0;
        double variance = 0;
        for (std::size_t i = 1; i < 6; ++i) variance += (honest[i][c] - mean) * (honest[i][c] - mean) / 5.0;
        REQUIRE(out[0][c] == doctest::Approx(mean - 1.5 * std::sqrt(variance)));
        REQUIRE(out[6][c] == out[0][c]);
        REQUIRE(minus[6][c] == doctest::Approx(-0.5 * mean));
    }
}

TEST_CASE("who is silent is not looked at; where nobody is honest, liars send their own") {
    const gradient_table honest{{1}, {2}, {7}};
    CHECK(sent(mimic_attack{}, honest, {2}, 0, {1, 0, 0}).sent[2][0] == 2);
    CHECK(sent(ipm_attack{1}, honest, {2}, 0, {1, 0, 0}).sent[2][0] == -2);
    CHECK(sent(mimic_attack{}, honest, {1}, 0, {0, 1, 0}).silent[1] == 0);
    CHECK(sent(mimic_attack{}, honest, {0, 1, 2}).sent == honest);
    CHECK(sent(alie_attack{1}, honest, {0, 1, 2}).sent == honest);
}

TEST_CASE("noise has the variance it should, and is another for each seed, step and worker, and the same again") {
    const std::size_t d = 20'001;
    const gradient_table honest(3, std::vector<float>(d, 0.5F));
    const auto moments = [&](const std::vector<float>& row) {
        double mean = 0;
        double squares = 0;
        for (float x : row) mean += x / static_cast<double>(d);
        for (float x : row) squares += (x - mean) * (x - mean) / static_cast<double>(d);
        return std::pair(mean, std::sqrt(squares));
    };
    const auto of_norm = sent(gradient_random{}, honest, {0, 2}).sent;
    CHECK(std::abs(moments(of_norm[0]).first) < 0.02);
    CHECK(moments(of_norm[0]).second == doctest::Approx(0.5).epsilon(0.03));
    CHECK(moments(sent(gradient_random{3}, honest, {0}).sent[0]).second == doctest::Approx(3).epsilon(0.03));
    const auto added = moments(sent(gradient_gaussian{3}, honest, {1}).sent[1]);
    CHECK(added.first == doctest::Approx(0.5).epsilon(0.2));
    CHECK(added.second == doctest::Approx(3).epsilon(0.03));
    CHECK(sent(gradient_gaussian{0}, honest, {1}).sent == honest);

    CHECK(of_norm[0] != of_norm[2]);
    CHECK(sent(gradient_random{}, honest, {0}).sent[0] == of_norm[0]);
    CHECK(sent(gradient_random{}, honest, {0}, 1).sent[0] != of_norm[0]);
    CHECK(sent(gradient_random{}, honest, {0}, 0, {}, 2).sent[0] != of_norm[0]);
}

TEST_CASE("what cannot be is refused") {
    const gradient_table honest(3, std::vector<float>(2));
    CHECK_THROWS_WITH_AS(sent(reverse_attack{}, honest, {3}),
                         "election::gradient_liars: liar = 3 must be below the number of workers, 3", parameter_error);
    CHECK_THROWS_WITH_AS(fixed_liars({1, 2, 1}), "election::fixed_liars: liar = 1 must be named once", parameter_error);
    CHECK_THROWS_WITH_AS(sent(alie_attack{std::nan("")}, honest, {0}), "election::alie: tau = nan must be a finite number",
                         parameter_error);
    CHECK_THROWS_WITH_AS(sent(ipm_attack{0}, honest, {0}), "election::ipm: tau = 0 must be a finite number, more than 0",
                         parameter_error);
    CHECK_THROWS_WITH_AS(sent(directional_attack{2}, honest, {0}), "election::directional: sign = 2 must be 1 or -1",
                         parameter_error);
    CHECK_THROWS_WITH_AS(sent(gradient_random{-1}, honest, {0}),
                         "election::random: sigma = -1 must be a finite number, at least 0", parameter_error);
    CHECK_THROWS_WITH_AS(sent(gradient_gaussian{std::nan("")}, honest, {0}),
                         "election::gaussian: sigma = nan must be a finite number, at least 0", parameter_error);
}
