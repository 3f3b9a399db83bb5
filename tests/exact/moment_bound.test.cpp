// SPDX-License-Identifier: MIT
#include <election/exact/moment_bound.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/codes/paley.hpp>
#include <election/codes/plane.hpp>
#include <election/codes/regular.hpp>
#include <election/exact/cover_reference.hpp>
#include <support/random_problem.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::problem_of;

namespace {

/// The best bound of one class of rows by trying all parabolas through three points, in fractions of long double.
long double best_of_triples(std::size_t columns, std::size_t budget, const cover_row& row, long double rows, long double s1,
                            long double s2) {
    const std::size_t others = columns - row.columns.size();
    const long double low = budget > others ? static_cast<long double>(budget - others) : 0;
    const auto high = static_cast<long double>(std::min(row.columns.size(), budget));
    const auto loss = [&](long double h) { return static_cast<long double>(loss_of(row, static_cast<std::size_t>(h))); };
    long double best = 0;
    const auto consider = [&](long double a, long double c) {
        long double least = std::numeric_limits<long double>::max();
        for (long double h = low; h <= high; ++h) least = std::min(least, loss(h) + a * h + c * h * h);
        best = std::max(best, rows * least - a * s1 - c * s2);
    };
    if (high == low + 1) consider(loss(low) - loss(high), 0); // two points: a line
    for (long double x = low; x <= high; ++x) {
        for (long double y = x + 1; y <= high; ++y) {
            for (long double z = y + 1; z <= high; ++z) {
                const long double c = -((loss(z) - loss(y)) / (z - y) - (loss(y) - loss(x)) / (y - x)) / (z - x);
                consider(-(loss(y) - loss(x)) / (y - x) - c * (x + y), c);
            }
        }
    }
    return best;
}

/// All subsets of `size` of `columns` columns: a design for every size.
std::vector<std::vector<std::uint32_t>> subsets(std::uint32_t columns, std::size_t size) {
    std::vector<std::vector<std::uint32_t>> all;
    for (std::uint32_t bits = 0; bits < 1U << columns; ++bits) {
        std::vector<std::uint32_t> one;
        for (std::uint32_t j = 0; j < columns; ++j) {
            if ((bits >> j & 1U) != 0) one.push_back(j);
        }
        if (one.size() == size) all.push_back(one);
    }
    return all;
}

} // namespace

TEST_CASE("projective planes of order 5 and 7 close at the root") {
    const auto five = moment_bound(problem_of(plane(5)));
    REQUIRE(five);
    CHECK(five->loss_lower == 27); // margin 27 − 31 = −4
    REQUIRE(five->parts.size() == 1);
    CHECK(five->parts[0].linear * 6 == -five->parts[0].denominator); // a = −1/6, c = 1/6
    CHECK(five->parts[0].square * 6 == five->parts[0].denominator);
    CHECK(is_proved(problem_of(plane(5)), *five));
    const auto seven = moment_bound(problem_of(plane(7)));
    REQUIRE(seven);
    CHECK(seven->loss_lower == 44); // margin 44 − 57 = −13
    CHECK(is_proved(problem_of(plane(7)), *seven));
}

TEST_CASE("where there is no design there is no bound") {
    CHECK_FALSE(moment_bound(cover_problem{}));
    CHECK_FALSE(moment_bound(cover_problem{1, 0, {{{0}, 1}}, 0}));
    CHECK_FALSE(moment_bound(problem_of(paley(13)))); // pairs whose difference is a square are in more rows than others
    cover_problem broken = problem_of(plane(5));
    broken.rows[3].columns.pop_back();
    CHECK_FALSE(moment_bound(broken));
    CHECK_THROWS_WITH_AS((void)moment_bound(cover_problem{1, 2, {}, 0}),
                         "election::moment_bound: budget = 2 is more than there are columns", parameter_error);
}

TEST_CASE("the multipliers are the best there are") {
    for (std::size_t q : {7U, 11U, 19U, 31U, 43U}) {
        CAPTURE(q);
        cover_problem problem = problem_of(paley(q));
        for (std::uint32_t need = 1; need <= (q - 1) / 2; need += q < 20 ? 1U : 5U) {
            for (cover_row& row : problem.rows) row.need = need, row.may_tie = need % 2 == 0;
            for (std::size_t budget = 1; budget < q; ++budget) {
                CAPTURE(need);
                CAPTURE(budget);
                problem.budget = budget;
                const auto b = static_cast<long double>(budget), size = static_cast<long double>((q - 1) / 2);
                const long double pair = (size - 1) / 2;
                const long double best = best_of_triples(q, budget, problem.rows[0], static_cast<long double>(q), size * b,
                                                         size * b + pair * b * (b - 1));
                std::int64_t least = 0;
                for (const cover_row& row : problem.rows) least += loss_of(row, std::min(row.columns.size(), budget));
                const auto unit = static_cast<long double>(loss_unit(problem));
                const auto rounded = static_cast<std::int64_t>(std::ceil(best / unit - 1e-9L) * unit);
                const auto bound = moment_bound(problem);
                CHECK((bound ? bound->loss_lower : least) == std::max(least, rounded));
                if (bound) CHECK(is_proved(problem, *bound));
            }
        }
    }
}

TEST_CASE("complete designs, mixed, weighted and with rows that are none: never above the least loss, and proved") {
    election_test::random32 random(election_test::seed());
    CAPTURE(election_test::seed());
    int bounds = 0, tight = 0, joint = 0;
    for (int round = 0; round < 600; ++round) {
        CAPTURE(round);
        const std::uint32_t columns = 2 + random() % 6;
        cover_problem problem{columns, random() % (columns + 1), {}, 0};
        const auto kinds = 1 + random() % 3;
        const std::uint32_t shared_weight = 1 + random() % 3;
        for (std::uint32_t kind = 0; kind < kinds; ++kind) {
            const std::size_t size = random() % (columns + 1);
            const auto need = static_cast<std::uint32_t>(1 + random() % (size + 1));
            const bool may_tie = random() % 2 == 0;
            for (const auto& row : subsets(columns, size)) {
                // One design in two halves that need different hits, or of which one may tie: a design only together.
                const bool other = kinds == 1 && round % 2 == 0 && random() % 2 == 0;
                problem.rows.push_back(
                    {row, other && round % 4 == 0 ? need + 1 : need, may_tie != (other && round % 4 == 2), shared_weight});
            }
        }
        if (round % 5 == 0) problem.rows.push_back({{0}, 1, random() % 2 == 0, 1 + random() % 2});
        std::ranges::shuffle(problem.rows, random);
        const std::int64_t truth = solve_cover_reference(problem).loss;
        const auto bound = moment_bound(problem);
        if (!bound) continue;
        ++bounds;
        tight += bound->loss_lower == truth ? 1 : 0;
        joint +=
            kinds == 1 && bound->parts[0].rows.size() == problem.rows.size() &&
                    std::ranges::any_of(problem.rows,
                                        [&](const cover_row& r) {
                                            return r.need != problem.rows[0].need || r.may_tie != problem.rows[0].may_tie;
                                        })
                ? 1
                : 0;
        CHECK(bound->loss_lower <= truth);
        CHECK(bound->loss_lower % loss_unit(problem) == 0);
        CHECK(is_proved(problem, *bound));
        moment_proof more = *bound;
        more.loss_lower += 1;
        CHECK_FALSE(is_proved(problem, more));
    }
    CHECK(bounds > 150);
    CHECK(tight > 100);
    CHECK(joint > 10);
}

TEST_CASE("weights are counted: a plane of weight 3 keeps three times as much") {
    cover_problem problem = problem_of(plane(3));
    const auto once = moment_bound(problem);
    REQUIRE(once);
    for (cover_row& row : problem.rows) row.weight = 3;
    const auto thrice = moment_bound(problem);
    REQUIRE(thrice);
    CHECK(thrice->loss_lower == 3 * once->loss_lower);
    CHECK(thrice->parts[0].linear == once->parts[0].linear);
    // Rows twice at weight 1 and once at weight 1 are once at weight 2 and once at 1 for nobody but the counts of pairs.
    problem.rows[0].weight = 1;
    CHECK_FALSE(moment_bound(problem));
    problem.rows.push_back(problem.rows[0]);
    problem.rows.back().weight = 2;
    const auto split = moment_bound(problem);
    REQUIRE(split);
    CHECK(is_proved(problem, *split));
    CHECK(split->loss_lower <= thrice->loss_lower);
    CHECK(split->loss_lower + 3 > thrice->loss_lower); // only its unit is smaller
}

TEST_CASE("proofs that were altered are refused") {
    const cover_problem problem = problem_of(plane(5));
    const moment_proof proof = moment_bound(problem).value();
    REQUIRE(is_proved(problem, proof));
    moment_proof altered = proof;
    altered.parts[0].linear -= 1;
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    altered.parts[0].square = std::numeric_limits<std::int64_t>::max();
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    altered.parts[0].denominator = 0;
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    altered.parts[0].rows.pop_back(); // no design any more, and a row in no part
    CHECK_FALSE(is_proved(problem, altered));
    altered.parts.push_back({{proof.parts[0].rows.back()}, 0, 0, 1});
    CHECK_FALSE(is_proved(problem, altered));
    altered = proof;
    altered.parts[0].rows.back() = altered.parts[0].rows.front();
    CHECK_FALSE(is_proved(problem, altered));
    altered.parts[0].rows.back() = 31;
    CHECK_FALSE(is_proved(problem, altered));
    CHECK_FALSE(is_proved(problem_of(cyclic(31, 31, 6)), proof)); // columns are as heavy, pairs are not
    // Two rows that exchange a column: all pairs are as heavy but those with these two.
    cover_problem exchanged = problem;
    auto& a = exchanged.rows[0].columns;
    auto& b = exchanged.rows[1].columns;
    const auto x = std::ranges::find_if(a, [&](std::uint32_t j) { return j > 1 && std::ranges::count(b, j) == 0; });
    const auto y = std::ranges::find_if(b, [&](std::uint32_t j) { return j > 1 && std::ranges::count(a, j) == 0; });
    std::swap(*x, *y);
    std::ranges::sort(a);
    std::ranges::sort(b);
    CHECK_FALSE(is_proved(exchanged, proof));
    CHECK_FALSE(moment_bound(exchanged));
    altered = proof;
    altered.parts.push_back(altered.parts[0]); // the same rows twice
    CHECK_FALSE(is_proved(problem, altered));
    cover_problem other = problem;
    other.rows[0].weight = 2;
    CHECK_FALSE(is_proved(other, proof));
    CHECK(is_proved(problem, {0, {{proof.parts[0].rows, 0, 0, 1}}})); // no less than nothing
    CHECK_FALSE(is_proved(problem, {1, {{proof.parts[0].rows, 0, 0, 1}}}));
}

TEST_CASE("numbers that are too large are refused, not rounded") {
    cover_problem problem = problem_of(plane(3));
    for (cover_row& row : problem.rows) row.weight = std::numeric_limits<std::uint32_t>::max();
    const auto bound = moment_bound(problem);
    if (bound) CHECK(is_proved(problem, *bound));
    problem.rows[0].weight -= 1;
    CHECK_FALSE(moment_bound(problem));
}

TEST_CASE("the example of moment_bound") {
    const std::vector<std::vector<std::uint32_t>> lines{{0, 1, 2}, {0, 3, 4}, {0, 5, 6}, {1, 3, 5},
                                                        {1, 4, 6}, {2, 3, 6}, {2, 4, 5}};
    cover_problem fano{7, 3, {}, -7};
    for (const auto& line : lines) fano.rows.push_back({line, 2});
    const auto bound = moment_bound(fano);
    REQUIRE(bound);
    CHECK(bound->loss_lower == 8);
    CHECK(is_proved(fano, *bound));
    CHECK(solve_cover_reference(fano).loss == 8);
}
