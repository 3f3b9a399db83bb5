// SPDX-License-Identifier: MIT
#include <election/nauty/nauty_symmetries.hpp>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/bernoulli.hpp>
#include <election/codes/cyclic.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/paley.hpp>
#include <election/codes/plane.hpp>
#include <election/exact/orbit_prefixes.hpp>
#include <election/exact/verify_exact.hpp>
#include <support/random_problem.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::problem_of;

TEST_CASE("known groups") {
    CHECK(nauty_symmetries(problem_of(plane(2))).order == 168);
    CHECK(nauty_symmetries(problem_of(plane(3))).order == 5616);
    CHECK(nauty_symmetries(problem_of(plane(4))).order == 120'960); // with the automorphism of the field
    CHECK(nauty_symmetries(problem_of(plane(5))).order == 372'000);
    CHECK(nauty_symmetries(problem_of(plane(7))).order == 5'630'688);
    CHECK(nauty_symmetries(problem_of(paley(43))).order == 903);
    CHECK(nauty_symmetries(problem_of(paley(27))).order == 1053); // with the three automorphisms of the field
    CHECK(nauty_symmetries(problem_of(paley(7))).order == 168);   // this is the Fano plane
    CHECK(nauty_symmetries(problem_of(cyclic(63, 63, 9))).order == 126);
    CHECK(nauty_symmetries(problem_of(bernoulli(41, 41, 0.3, 1))).order == 1);
    CHECK(nauty_symmetries(cover_problem{}).order == 1);
    CHECK(nauty_symmetries(cover_problem{5, 2, {}, 0}).order == 120);
    CHECK(nauty_symmetries(cover_problem{3, 1, {{{}, 1}, {{}, 1}, {{0, 1, 2}, 2}, {{0, 1, 2}, 2}}, 0}).order == 6);
    CHECK_THROWS_WITH_AS((void)nauty_symmetries(cover_problem{1, 2, {}, 0}),
                         "election::nauty_symmetries: budget = 2 is more than there are columns", parameter_error);
}

TEST_CASE("the group is that of all permutations that are symmetries") {
    election_test::random32 random(election_test::seed());
    CAPTURE(election_test::seed());
    int many = 0;
    for (int round = 0; round < 1000; ++round) {
        CAPTURE(round);
        cover_problem problem = election_test::random_problem(random, 5, 5);
        if (!problem.rows.empty() && random() % 2 == 0) problem.rows.push_back(problem.rows[random() % problem.rows.size()]);
        column_permutation images(problem.columns);
        std::iota(images.begin(), images.end(), 0U);
        std::size_t all = 0;
        do all += is_symmetry(problem, images) ? 1U : 0U;
        while (std::ranges::next_permutation(images).found);
        const symmetry_group group = nauty_symmetries(problem);
        CHECK(group.order == static_cast<double>(all));
        CHECK(std::max<std::size_t>(close_group(group.generators, 1000).size(), 1) == all);
        many += all > 2 ? 1 : 0;
    }
    CHECK(many > 100);
}

TEST_CASE("several threads") {
    const cover_problem problem = problem_of(plane(5));
    std::vector<double> orders(4, 0);
    std::vector<std::thread> threads;
    for (double& order : orders) threads.emplace_back([&] { order = nauty_symmetries(problem).order; });
    for (std::thread& thread : threads) thread.join();
    CHECK(orders == std::vector<double>(4, 372'000));
}

TEST_CASE("prefixes with a part of a large group") {
    const cover_problem problem = problem_of(plane(3));
    const symmetry_group group = nauty_symmetries(problem);
    const auto some = close_group(group.generators, 6000);
    REQUIRE(some.size() == 5616);
    const auto order = orbit_order(problem, some);
    std::size_t counted = 0; // every choice is in the orbit of exactly one
    for (const orbit_prefix& whole : orbit_prefixes(problem, some, order, 13))
        counted += count_orbit(group.generators, whole.losers);
    CHECK(counted == 1716);
}

TEST_CASE("verify_exact uses them, whatever the order of rows and columns") {
    election_test::random32 random(election_test::seed());
    CAPTURE(election_test::seed());
    const auto shuffled = [&](const packed_allocation& code) {
        std::vector<std::size_t> rows(code.workers()), columns(code.partitions());
        std::iota(rows.begin(), rows.end(), std::size_t{0});
        std::iota(columns.begin(), columns.end(), std::size_t{0});
        std::ranges::shuffle(rows, random);
        std::ranges::shuffle(columns, random);
        packed_allocation result(code.workers(), code.partitions());
        for (std::size_t i = 0; i < code.workers(); ++i) {
            for (std::size_t j = 0; j < code.partitions(); ++j) {
                if (code(i, j)) result.set(rows[i], columns[j]);
            }
        }
        return result;
    };
    exact_options plain;
    plain.method = exact_method::symmetric;
    exact_options all = plain;
    all.symmetries = {"nauty", [](const cover_problem& problem) { return nauty_symmetries(problem).generators; }};
    const auto margin_of_code = [&](const packed_allocation& code, const exact_options& options) {
        return verify_exact(code, options, exact_kernels_for<>());
    };
    const packed_allocation paley19 = shuffled(packed_allocation(paley(19)));
    const exact_verdict found = margin_of_code(paley19, all);
    CHECK(found.margin == -5);
    CHECK(std::ranges::find(found.reasons, "symmetries: 171 by nauty, the maps j to a*j + s are 1") != found.reasons.end());
    for (const packed_allocation& code :
         {packed_allocation(plane(3)), packed_allocation(plane(4)), packed_allocation(cyclic(18, 18, 7)),
          packed_allocation(deterministic(15, 2)), packed_allocation(bernoulli(15, 15, 0.4, 3))}) {
        const std::int64_t margin = margin_of_code(code, plain).margin;
        CHECK(margin_of_code(shuffled(code), all).margin == margin);
        CHECK(margin_of_code(code, all).margin == margin);
    }
}
