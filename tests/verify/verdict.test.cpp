// SPDX-License-Identifier: MIT
#include <election/verify/verdict.hpp>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("tolerance is the most liars whose two votes each stay below the margin") {
    for (int margin = -9; margin <= 60; ++margin) {
        int liars = -1;
        while (margin > 2 * (liars + 1)) ++liars;
        CHECK(tolerance_of(margin) == liars);
    }
}

TEST_CASE("signs are printed as +, - and 0") { CHECK(to_string(sign_list{1, -1, 0, 1}) == "+-0+"); }
