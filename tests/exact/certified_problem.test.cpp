// SPDX-License-Identifier: MIT
#include <election/exact/certified_problem.hpp>

#include <cstdint>
#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/exact/certified_step.hpp>
#include <election/exact/exact_model.hpp>
#include <election/verify/reference.hpp>
#include <support/certificate_text.hpp>
#include <vector>

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
    const auto problem = election::detail::certified_problem(code, {}, 1, {});
    CHECK(problem.largest_below(3) == 1);
    CHECK(problem.largest_below(4) == 3);
    CHECK(problem.largest_below(5) == 3);
    CHECK(problem.largest_below(6) == 5);
    CHECK(problem.largest_below(1) == -1);
    CHECK(problem.largest_below(-9) == -1);
    // Coins: units of 8 and 4 and no constant.
    const auto coins = election::detail::certified_problem(code, {.ties = tie_policy::coin}, 1, {});
    CHECK(coins.largest_below(8) == 4);
    CHECK(coins.largest_below(9) == 8);
    // Nothing can vary: the only loss is known.
    const auto fixed = election::detail::certified_problem(matrix({"111", "000"}), {}, 1, {});
    CHECK(fixed.largest_below(3) == 2);
    CHECK(fixed.largest_below(4) == 3);
    CHECK(fixed.largest_below(99) == 3);
    // A pair that can't be split evenly does not abstain: one of two columns loses nothing.
    const auto two = election::detail::certified_problem(matrix({"11", "10"}), {}, 1, {});
    CHECK(two.largest_below(4) == 3);
    // A row of even load that all the losers together can't tie has a constant loss.
    const auto heavy = election::detail::certified_problem(matrix({"1111111100", "1000000000"}), {}, 1, {});
    CHECK(heavy.budget() == 4);
    CHECK(heavy.largest_below(3) == 2);
}

TEST_CASE("certified_problem: rows, losers and votes of every model") {
    using election::sign_alphabet;
    const packed_allocation code(matrix({"1100", "1010", "1110", "0000"}));
    const auto thresholds = [](const election::detail::certified_problem& problem) {
        std::vector<std::vector<std::int64_t>> all;
        for (const auto& r : problem.rows()) all.push_back({r.load, r.count, r.tied_from, r.wrong_from});
        return all;
    };
    const auto of = [&](const election::exact_model& model, int truth = 1) {
        return election::detail::single_rows(code, model, truth);
    };
    using rows = std::vector<std::vector<std::int64_t>>;
    CHECK(thresholds(of({})) == rows{{2, 1, 1, 2}, {2, 1, 1, 2}, {3, 1, 2, 2}, {0, 1, 0, 1}});
    CHECK(of({}).budget() == 1);
    CHECK(thresholds(of({.ties = tie_policy::coin})) == rows{{2, 1, 1, 1}, {2, 1, 1, 1}, {3, 1, 2, 2}, {0, 1, 0, 0}});
    CHECK(thresholds(of({.ties = tie_policy::positive})) == rows{{2, 1, 2, 2}, {2, 1, 2, 2}, {3, 1, 2, 2}, {0, 1, 1, 1}});
    CHECK(thresholds(of({.ties = tie_policy::positive}, -1)) == thresholds(of({.ties = tie_policy::coin})));
    CHECK(thresholds(of({.ties = tie_policy::negative}, -1)) == thresholds(of({.ties = tie_policy::positive})));
    const auto ternary = of({.alphabet = sign_alphabet::ternary});
    CHECK(thresholds(ternary) == rows{{4, 1, 2, 3}, {4, 1, 2, 3}, {6, 1, 3, 4}, {0, 1, 0, 1}});
    CHECK(ternary.columns() == 8);
    CHECK(ternary.budget() == 3);
    CHECK(ternary.rows()[1].columns == std::vector<std::uint32_t>{0, 1, 4, 5});
    const auto weighted = of({.weights = {5, 0, 2, 1}, .liars = {2}});
    CHECK(thresholds(weighted) == rows{{2, 5, 1, 2}, {2, 0, 1, 2}, {3, 0, 2, 2}, {0, 1, 0, 1}});
    CHECK(weighted.all_votes() == 8);
    const auto some = of({.may_lose = {1, 3}, .corrupted = 2});
    CHECK(thresholds(some) == rows{{1, 1, 1, 2}, {0, 1, 1, 2}, {1, 1, 2, 2}, {0, 1, 0, 1}});
    CHECK(some.columns() == 2);
    CHECK(some.budget() == 2);
    CHECK(some.rows()[2].columns == std::vector<std::uint32_t>{0});
    CHECK(of({.alphabet = sign_alphabet::ternary, .corrupted = 2}).budget() == 7);

    // Groups: what counts is the loss. Workers 1 and 3 hold nothing that may lose, and tie at different numbers; 0 and 2 as well.
    using groups = std::vector<std::vector<std::uint32_t>>;
    const auto grouped = [&](const election::exact_model& model, const groups& given) {
        return election::detail::certified_problem(code, model, 1, given);
    };
    CHECK_THROWS_AS((void)grouped({.may_lose = {1, 3}}, {{0, 2}}), election::detail::false_step);
    const auto alike =
        grouped({.ties = tie_policy::positive, .weights = {3, 1, 4, 1}, .liars = {2}, .may_lose = {1}}, {{0, 2}});
    CHECK(thresholds(alike)[0] == std::vector<std::int64_t>{1, 3, 2, 2});
    CHECK_THROWS_AS((void)grouped({.may_lose = {1}}, {{0, 1}}), election::detail::false_step);
}
