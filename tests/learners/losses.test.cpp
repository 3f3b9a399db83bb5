// SPDX-License-Identifier: MIT
#include <election/learners/losses.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("the logistic function") {
    CHECK(sigmoid(0) == 0.5);
    CHECK(sigmoid(-0.0) == 0.5);
    CHECK(sigmoid(std::log(3.0)) == doctest::Approx(0.75).epsilon(1e-15));
    CHECK(sigmoid(std::numeric_limits<double>::infinity()) == 1);
    CHECK(sigmoid(-std::numeric_limits<double>::infinity()) == 0);
    CHECK(std::isnan(sigmoid(std::numeric_limits<double>::quiet_NaN())));
    // Small chances keep their digits.
    CHECK(sigmoid(-50) == doctest::Approx(std::exp(-50.0)).epsilon(1e-12));
    for (double x = -20; x < 20; x += 0.37) CHECK(sigmoid(x) + sigmoid(-x) == doctest::Approx(1).epsilon(1e-15));
}

TEST_CASE("the logistic loss is -ln of the class's chance, and finite where that rounds to 0") {
    for (double margin = -30; margin < 30; margin += 0.7) {
        CHECK(logistic_loss(margin, 1) == doctest::Approx(-std::log(sigmoid(margin))).epsilon(1e-12));
        CHECK(logistic_loss(margin, 0) == logistic_loss(-margin, 1));
    }
    CHECK(logistic_loss(-5000, 1) == 5000);
    CHECK(logistic_loss(5000, 0) == 5000);
    CHECK(logistic_loss(5000, 1) == 0);
    CHECK(std::isnan(logistic_loss(std::numeric_limits<double>::quiet_NaN(), 1)));
}

TEST_CASE("cross-entropy and its slopes") {
    // e^s is 1, 2, 5: chances 1/8, 1/4, 5/8.
    const std::vector<double> scores{0, std::log(2.0), std::log(5.0)};
    const double chances[] = {0.125, 0.25, 0.625};
    for (std::uint32_t label : {0U, 1U, 2U}) {
        CHECK(cross_entropy(std::span<const double>(scores), label) ==
              doctest::Approx(-std::log(chances[label])).epsilon(1e-14));
        std::vector<double> slopes = scores;
        CHECK(cross_entropy_slopes(std::span<double>(slopes), label, 4) ==
              cross_entropy(std::span<const double>(scores), label));
        for (std::size_t j = 0; j < 3; ++j) {
            CHECK(slopes[j] == doctest::Approx((chances[j] - (j == label ? 1 : 0)) / 4).epsilon(1e-14));
        }
    }
    // What is added to all scores makes no difference, however large.
    const std::vector<float> large{1e30F, 1e30F};
    CHECK(cross_entropy(std::span<const float>(large), 1) == doctest::Approx(std::log(2.0)).epsilon(1e-15));
    const std::vector<double> apart{-4000, 3000};
    CHECK(cross_entropy(std::span<const double>(apart), 0) == 7000);
    std::vector<double> slopes = apart;
    CHECK(cross_entropy_slopes(std::span<double>(slopes), 0, 1) == 7000);
    CHECK(slopes == std::vector<double>{-1, 1});
    const std::vector<double> one{3};
    CHECK(cross_entropy(std::span<const double>(one), 0) == 0);
}
