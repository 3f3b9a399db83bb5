// SPDX-License-Identifier: MIT
#include <election/exact/symmetry.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/bernoulli.hpp>
#include <election/codes/cyclic.hpp>
#include <election/codes/paley.hpp>
#include <election/codes/plane.hpp>
#include <support/random_problem.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::problem_of;
using election_test::random32;

namespace {

column_permutation affine(std::uint32_t k, std::uint32_t a, std::uint32_t s) {
    column_permutation images(k);
    for (std::uint32_t j = 0; j < k; ++j) images[j] = (a * j + s) % k;
    return images;
}

/// The rows as a table from what a row is to how often it is there.
auto counted(const cover_problem& problem, const column_permutation& images) {
    std::map<std::tuple<std::set<std::uint32_t>, std::uint32_t, bool, std::uint32_t>, int> count;
    for (const cover_row& row : problem.rows) {
        std::set<std::uint32_t> columns;
        for (std::uint32_t column : row.columns) columns.insert(images[column]);
        ++count[{columns, row.need, row.may_tie, row.weight}];
    }
    return count;
}

/// Rows and all they become under some affine maps, a few dropped.
cover_problem ring_problem(random32& random, std::uint32_t k) {
    cover_problem problem{k, k / 2, {}, 0};
    const std::uint32_t a = 1 + random() % k, s = random() % k;
    for (std::uint32_t kinds = 1 + random() % 2; kinds > 0; --kinds) {
        cover_row row;
        for (std::uint32_t j = 0; j < k; ++j) {
            if (random() % 3 == 0) row.columns.push_back(j);
        }
        row.need = 1 + random() % 3;
        row.may_tie = random() % 2 == 0;
        row.weight = 1 + random() % 2;
        for (std::uint32_t times = 0; times < k; ++times) {
            problem.rows.push_back(row);
            if (std::gcd(a, k) == 1) row.columns = image_of(affine(k, a, s), row.columns);
        }
    }
    if (random() % 4 == 0) problem.rows.pop_back();
    if (random() % 4 == 0) problem.rows.push_back({{}, 1});
    std::ranges::shuffle(problem.rows, random);
    return problem;
}

} // namespace

TEST_CASE("a symmetry maps rows to rows of the same kind, each as often as it is there") {
    random32 random(election_test::seed());
    CAPTURE(election_test::seed());
    int yes = 0, no = 0;
    for (int round = 0; round < 3000; ++round) {
        CAPTURE(round);
        const cover_problem problem = election_test::random_problem(random, 4, 4);
        column_permutation images(problem.columns), identity(problem.columns);
        std::iota(images.begin(), images.end(), 0U);
        std::iota(identity.begin(), identity.end(), 0U);
        do {
            const bool expected = counted(problem, images) == counted(problem, identity);
            REQUIRE(is_symmetry(problem, images) == expected);
            (expected ? yes : no) += 1;
        } while (std::ranges::next_permutation(images).found);
    }
    CHECK(yes > 3000);
    CHECK(no > 3000);
    const cover_problem weighted{2, 1, {{{0}, 1, false, 1}, {{0}, 1, false, 2}, {{1}, 1, false, 2}, {{1}, 1, false, 1}}, 0};
    CHECK(is_symmetry(weighted, column_permutation{1, 0}));
    const cover_problem chain{3, 1, {{{0, 1}, 2}, {{1, 2}, 2}}, 0};
    CHECK(is_symmetry(chain, column_permutation{2, 1, 0}));
    CHECK_FALSE(is_symmetry(chain, column_permutation{2, 1}));
    CHECK_FALSE(is_symmetry(chain, column_permutation{2, 1, 2}));
    CHECK_FALSE(is_symmetry(chain, column_permutation{3, 1, 0}));
}

TEST_CASE("symmetries keep the loss of every choice") {
    random32 random(election_test::seed() + 1);
    for (int round = 0; round < 500; ++round) {
        const cover_problem problem = ring_problem(random, 3 + random() % 6);
        for (const column_permutation& g : affine_symmetries(problem)) {
            for (std::uint32_t bits = 0; bits < 1U << problem.columns; ++bits) {
                std::vector<std::uint32_t> choice;
                for (std::uint32_t j = 0; j < problem.columns; ++j) {
                    if ((bits >> j & 1U) != 0) choice.push_back(j);
                }
                REQUIRE(loss_of(problem, choice) == loss_of(problem, image_of(g, choice)));
            }
        }
    }
}

TEST_CASE("affine symmetries generate all affine symmetries and no others") {
    random32 random(election_test::seed() + 2);
    CAPTURE(election_test::seed());
    std::set<std::size_t> orders;
    for (int round = 0; round < 1500; ++round) {
        CAPTURE(round);
        const std::uint32_t k = 2 + random() % 14;
        const cover_problem problem = ring_problem(random, k);
        std::set<column_permutation> expected;
        for (std::uint32_t a = 0; a < k; ++a) {
            for (std::uint32_t s = 0; s < k; ++s) {
                if (std::gcd(a, k) == 1 && is_symmetry(problem, affine(k, a, s))) expected.insert(affine(k, a, s));
            }
        }
        const std::vector<column_permutation> generators = affine_symmetries(problem);
        std::set<column_permutation> found{affine(k, 1, 0)};
        for (const column_permutation& g : close_group(generators, 1000)) found.insert(g);
        REQUIRE(found == expected);
        orders.insert(found.size());
    }
    CHECK(orders.size() > 12);
}

TEST_CASE("known groups") {
    const auto order = [](const cover_problem& problem) { return close_group(affine_symmetries(problem), 100'000).size(); };
    for (std::size_t p : {7U, 11U, 13U, 17U, 19U, 29U, 31U, 43U}) {
        CAPTURE(p);
        CHECK(order(problem_of(paley(p))) == p * (p - 1) / 2);
    }
    CHECK(order(problem_of(cyclic(63, 63, 9))) == 126);
    CHECK(order(problem_of(cyclic(12, 24, 6, 2))) == 24); // every second rotation, and reflections
    CHECK(affine_symmetries(problem_of(cyclic(63, 63, 9))).size() == 2);
    CHECK(affine_symmetries(problem_of(paley(43))).size() <= 3); // of 21 multipliers most follow
    CHECK(affine_symmetries(problem_of(bernoulli(41, 41, 0.3, 1))).empty());
    CHECK(affine_symmetries(cover_problem{}).empty());
    CHECK(affine_symmetries(cover_problem{1, 0, {}, 0}).empty());
    CHECK(order(cover_problem{7, 3, {}, 0}) == 42); // no rows: every map
    // A band that is no ring is found by its reflection, however large it is.
    cover_problem band{1001, 500, {}, 0};
    for (std::uint32_t i = 0; i + 6 < 1001; ++i) band.rows.push_back({{i, i + 1, i + 2, i + 3, i + 4, i + 5, i + 6}, 4});
    CHECK(order(band) == 2);
    CHECK(order(problem_of(cyclic(1001, 1001, 7))) == 2002);
    CHECK_THROWS_WITH_AS((void)affine_symmetries(cover_problem{1, 2, {}, 0}),
                         "election::affine_symmetries: budget = 2 is more than there are columns", parameter_error);
}

TEST_CASE("products, inverses, groups") {
    const column_permutation turn{1, 2, 3, 0}, flip{3, 2, 1, 0};
    CHECK(product(turn, flip) == column_permutation{2, 1, 0, 3}); // first 0 → 1, then 1 → 2
    CHECK(inverse(turn) == column_permutation{3, 0, 1, 2});
    CHECK(product(turn, inverse(turn)) == column_permutation{0, 1, 2, 3});
    const std::vector<column_permutation> square = close_group(std::vector{turn, flip}, 1000);
    CHECK(square.size() == 8);
    CHECK(square[0] == column_permutation{0, 1, 2, 3});
    CHECK(std::set<column_permutation>(square.begin(), square.end()).size() == 8);
    for (std::size_t limit = 1; limit <= 9; ++limit) {
        const auto some = close_group(std::vector{turn, flip}, limit);
        CHECK(some.size() == std::min<std::size_t>(limit, 8));
        CHECK(std::equal(some.begin(), some.end(), square.begin()));
    }
    CHECK(close_group(std::vector<column_permutation>{{1, 0, 2, 3}, {1, 2, 3, 0}}, 1000).size() == 24);
    CHECK(close_group({}, 5).empty());
    CHECK_THROWS_WITH_AS((void)close_group(std::vector<column_permutation>{turn}, 0),
                         "election::close_group: limit = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS((void)close_group(std::vector<column_permutation>{{1, 0}, {0, 0}}, 9),
                         "election::close_group: generator = 1 is no permutation", parameter_error);
    CHECK_THROWS_WITH_AS((void)close_group(std::vector<column_permutation>{{1, 0}, {0}}, 9),
                         "election::close_group: columns = 1 must be the same for all", parameter_error);
}

TEST_CASE("orbits: as many as the group over what leaves the choice as it is") {
    random32 random(election_test::seed() + 3);
    CAPTURE(election_test::seed());
    for (const cover_problem& problem : {problem_of(paley(11)), problem_of(cyclic(12, 12, 5)), problem_of(paley(13))}) {
        const auto generators = affine_symmetries(problem);
        const auto group = close_group(generators, 1000);
        for (int round = 0; round < 100; ++round) {
            std::vector<std::uint32_t> choice;
            for (std::uint32_t j = 0; j < problem.columns; ++j) {
                if (random() % 3 == 0) choice.push_back(j);
            }
            std::set<std::vector<std::uint32_t>> images;
            std::size_t fixed = 0;
            for (const column_permutation& g : group) {
                images.insert(image_of(g, choice));
                fixed += image_of(g, choice) == choice ? 1U : 0U;
            }
            const auto orbit = orbit_of(generators, choice);
            CHECK(std::ranges::equal(orbit, images));
            CHECK(count_orbit(generators, choice) == group.size() / fixed);
            std::ranges::shuffle(choice, random);
            CHECK(count_orbit(generators, choice) == group.size() / fixed);
        }
    }
    CHECK(count_orbit({}, std::vector<std::uint32_t>{3, 1}) == 1);
    CHECK(orbit_of({}, std::vector<std::uint32_t>{3, 1})[0] == std::vector<std::uint32_t>{1, 3});
}

TEST_CASE("colour refinement never denies a symmetry, and sees where there is none") {
    CAPTURE(election_test::seed());
    random32 random(election_test::seed());
    int none = 0;
    for (int round = 0; round < 1000; ++round) {
        CAPTURE(round);
        const cover_problem problem = election_test::random_problem(random, 6, 6);
        column_permutation images(problem.columns);
        std::iota(images.begin(), images.end(), 0U);
        std::size_t all = 0;
        do all += is_symmetry(problem, images) ? 1U : 0U;
        while (std::ranges::next_permutation(images).found);
        if (all > 1) CHECK(may_have_symmetries(problem));
        if (!may_have_symmetries(problem)) {
            CHECK(all == 1);
            ++none;
        } else if (problem.columns <= 3) {
            CHECK(all > 1); // so few columns that look alike are alike
        }
    }
    CHECK(none > 100);
    CHECK(may_have_symmetries(problem_of(paley(31))));
    CHECK(may_have_symmetries(problem_of(cyclic(40, 40, 9))));
    CHECK_FALSE(may_have_symmetries(problem_of(bernoulli(41, 41, 0.3, 1))));
    CHECK_FALSE(may_have_symmetries(cover_problem{}));
    CHECK_THROWS_AS((void)may_have_symmetries(cover_problem{1, 2, {}, 0}), parameter_error);
}
