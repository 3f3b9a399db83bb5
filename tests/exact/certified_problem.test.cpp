// SPDX-License-Identifier: MIT
#include <election/exact/certified_problem.hpp>

#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/verify/reference.hpp>
#include <support/certificate_text.hpp>

namespace {

using election::packed_allocation;
using election::tie_policy;
using election_test::matrix;

} // namespace

TEST_CASE("certified_problem: what divides all losses rounds the target") {
    // Rows {0, 1}, twice, and {0}, four times, of three columns: the losses 2·{2, 1} and 4·{2, 0} are even and add to 2, 12 or 10; an
    // idle row abstains always. So a loss of 3 at least is 3 as soon as it is more than 1.
    const packed_allocation code(matrix({"110", "110", "100", "100", "100", "100", "000"}));
    CHECK(election::verify_reference(code).margin == 3 - 7);
    const auto problem = election::detail::certified_problem(code, tie_policy::abstain, 1, {});
    CHECK(problem.largest_below(3) == 1);
    CHECK(problem.largest_below(4) == 3);
    CHECK(problem.largest_below(5) == 3);
    CHECK(problem.largest_below(6) == 5);
    CHECK(problem.largest_below(1) == -1);
    CHECK(problem.largest_below(-9) == -1);
    // Coins: units of 8 and 4 and no constant.
    const auto coins = election::detail::certified_problem(code, tie_policy::coin, 1, {});
    CHECK(coins.largest_below(8) == 4);
    CHECK(coins.largest_below(9) == 8);
    // Nothing can vary: the only loss is known.
    const auto fixed = election::detail::certified_problem(matrix({"111", "000"}), tie_policy::abstain, 1, {});
    CHECK(fixed.largest_below(3) == 2);
    CHECK(fixed.largest_below(4) == 3);
    CHECK(fixed.largest_below(99) == 3);
    // A pair that can't be split evenly does not abstain: one of two columns loses nothing.
    const auto two = election::detail::certified_problem(matrix({"11", "10"}), tie_policy::abstain, 1, {});
    CHECK(two.largest_below(4) == 3);
    // A row of even load that all the losers together can't tie has a constant loss.
    const auto heavy = election::detail::certified_problem(matrix({"1111111100", "1000000000"}), tie_policy::abstain, 1, {});
    CHECK(heavy.budget() == 4);
    CHECK(heavy.largest_below(3) == 2);
}
