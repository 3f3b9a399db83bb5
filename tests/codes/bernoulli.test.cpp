// SPDX-License-Identifier: MIT
#include <election/codes/bernoulli.hpp>

#include <string>

#include <doctest/doctest.h>
#include <election/codes/metrics.hpp>
#include <support/rows_of.hpp>

using namespace election;
using election_test::rows_of;

#include <cmath>

TEST_CASE("the same seed gives the same matrix, on every platform") {
    CHECK(rows_of(bernoulli(4, 4, 0.5, 1)) == rows_of(bernoulli(4, 4, 0.5, 1)));
    CHECK(rows_of(bernoulli(4, 4, 0.5, 1)) != rows_of(bernoulli(4, 4, 0.5, 2)));
    CHECK(election_test::checksum(bernoulli(31, 31, 0.3, 7)) == 13150443445065566186U);
    CHECK(bernoulli(4, 5, 0.25, 9).name.str() == "bernoulli:n=4,k=5,p=0.25,seed=9");
}

TEST_CASE("probabilities 0 and 1 are certain, another is met within 5 sigma (false alarm 6e-7)") {
    CHECK(metrics(bernoulli(9, 9, 0, 1)).ones == 0);
    CHECK(metrics(bernoulli(9, 9, 1, 1)).ones == 81);
    const double ones = static_cast<double>(metrics(bernoulli(300, 300, 0.3, 3)).ones);
    CHECK(std::abs(ones - 27000) < 5 * std::sqrt(90000 * 0.3 * 0.7));
}

TEST_CASE("idle workers are drawn again if asked, the others keep their rows") {
    const code kept = bernoulli(60, 5, 0.1, 4);
    const code redrawn = bernoulli(60, 5, 0.1, 4, empty_rows::redraw);
    CHECK(metrics(kept).min_load == 0);
    CHECK(metrics(redrawn).min_load >= 1);
    CHECK(redrawn.name.str() == "bernoulli:n=60,k=5,p=0.1,seed=4,redraw-empty=1");
    for (std::size_t i = 0; i < 60; ++i) {
        if (metrics(kept).loads[i] == 0) continue;
        for (std::size_t j = 0; j < 5; ++j) CHECK(kept(i, j) == redrawn(i, j));
    }
}

TEST_CASE("what is no probability is refused") {
    CHECK_THROWS_WITH_AS((void)bernoulli(3, 3, 1.5, 0), "election::bernoulli: p = 1.5 must be 0 to 1", parameter_error);
    CHECK_THROWS_WITH_AS((void)bernoulli(3, 3, -0.5, 0), "election::bernoulli: p = -0.5 must be 0 to 1", parameter_error);
    CHECK_THROWS_AS((void)bernoulli(3, 3, std::nan(""), 0), parameter_error);
    CHECK_THROWS_WITH_AS((void)bernoulli(3, 3, 0, 0, empty_rows::redraw),
                         "election::bernoulli: p = 0 must be at least 0.000001 / k to draw empty rows again",
                         parameter_error);
}
