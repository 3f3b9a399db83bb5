// SPDX-License-Identifier: MIT
#include <election/verify/verify.hpp>

#include <vector>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/core/xtensor.hpp>

using namespace election;

TEST_CASE("verify takes codes, xtensor expressions and containers of rows, and all give the same verdict") {
    const code made = deterministic(5, 1);
    const std::vector<std::vector<int>> rows{
        {1, 0, 0, 0, 0}, {0, 1, 1, 1, 0}, {1, 1, 1, 1, 1}, {1, 1, 1, 1, 1}, {1, 1, 1, 1, 1}};
    const std::vector<std::vector<bool>> flags{{true, false, false, false, false},
                                               {false, true, true, true, false},
                                               {true, true, true, true, true},
                                               {true, true, true, true, true},
                                               {true, true, true, true, true}};
    const xt::xtensor<double, 2> numbers = made.matrix;
    for (const verdict& v : {verify(made), verify(rows), verify(flags), verify(numbers), verify(numbers * numbers),
                             verify(packed(made)), verify<arch::word64>(made)}) {
        CHECK(v.margin == 3);
        CHECK(v.tolerance == 1);
        CHECK(to_string(v.witness) == "++--+");
        CHECK(v.method == "exhaustive");
        CHECK(v.workers == 5);
        CHECK(v.partitions == 5);
    }
}

TEST_CASE("a matrix that is no code is refused with its place") {
    CHECK_THROWS_WITH_AS((void)verify(std::vector<std::vector<int>>{{1, 0}, {0, 2}}),
                         "election::allocation: entry (1, 1) = 2 must be 0 or 1", error);
    CHECK_THROWS_WITH_AS((void)verify(std::vector<std::vector<int>>{{1, 0}, {0}}),
                         "election::allocation: row 1 has 1 entries and must have 2 as row 0", error);
    CHECK_THROWS_WITH_AS((void)verify(std::vector<std::vector<int>>{}),
                         "election::allocation: workers = 0 must be at least 1", error);
    CHECK_THROWS_WITH_AS((void)verify(std::vector<std::vector<int>>{{}}),
                         "election::allocation: partitions = 0 must be at least 1", error);
}
