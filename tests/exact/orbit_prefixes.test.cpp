// SPDX-License-Identifier: MIT
#include <election/exact/orbit_prefixes.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <functional>
#include <numeric>
#include <set>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/codes/paley.hpp>
#include <election/codes/plane.hpp>
#include <election/exact/cover_reference.hpp>
#include <support/random_problem.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::problem_of;
using election_test::random32;

namespace {

/// Calls visit() with every choice of the budget, as bits.
void for_each_choice(const cover_problem& problem, const std::function<void(std::uint32_t)>& visit) {
    for (std::uint32_t bits = 0; bits < 1U << problem.columns; ++bits) {
        if (static_cast<std::size_t>(std::popcount(bits)) == problem.budget) visit(bits);
    }
}

std::uint32_t bits_of(const std::vector<std::uint32_t>& columns) {
    std::uint32_t bits = 0;
    for (std::uint32_t column : columns) bits |= 1U << column;
    return bits;
}

std::vector<std::uint32_t> columns_of(std::uint32_t bits) {
    std::vector<std::uint32_t> columns;
    for (std::uint32_t j = 0; j < 32; ++j) {
        if ((bits >> j & 1U) != 0) columns.push_back(j);
    }
    return columns;
}

bool holds(const orbit_prefix& prefix, std::uint32_t choice) {
    return (choice & bits_of(prefix.losers)) == bits_of(prefix.losers) && (choice & bits_of(prefix.winners)) == 0;
}

/// The word of a choice as a number: the first column of the order is the highest bit.
std::uint32_t word_of(std::uint32_t choice, const std::vector<std::uint32_t>& order) {
    std::uint32_t word = 0;
    for (std::uint32_t column : order) word = word << 1 | (choice >> column & 1U);
    return word;
}

std::vector<std::uint32_t> natural(std::size_t columns) {
    std::vector<std::uint32_t> order(columns);
    std::iota(order.begin(), order.end(), 0U);
    return order;
}

/// Everything that is promised, by brute force. Returns the number of prefixes.
std::size_t check_prefixes(const cover_problem& problem, const std::vector<column_permutation>& symmetries,
                           const std::vector<column_permutation>& group, const std::vector<std::uint32_t>& order,
                           std::size_t depth) {
    CAPTURE(depth);
    const std::vector<orbit_prefix> prefixes = orbit_prefixes(problem, symmetries, order, depth);
    std::uint32_t decided = 0; // the columns of all prefixes
    for (std::size_t i = 0; i < std::min(depth, problem.columns); ++i) decided |= 1U << order[i];
    std::vector<std::uint32_t> words;
    double left = 0;
    for (const orbit_prefix& prefix : prefixes) {
        CHECK(std::ranges::is_sorted(prefix.losers));
        CHECK(std::ranges::is_sorted(prefix.winners));
        CHECK(((bits_of(prefix.losers) | bits_of(prefix.winners)) & decided) == decided);
        words.push_back(word_of(bits_of(prefix.losers) & decided, order));
        CHECK(completions(problem, prefix) >= 1);
        left += completions(problem, prefix);
    }
    CHECK(std::ranges::is_sorted(words, std::greater<>()));
    CHECK(std::ranges::adjacent_find(words) == words.end());
    std::size_t held = 0;
    for_each_choice(problem, [&](std::uint32_t choice) {
        const auto holders = std::ranges::count_if(prefixes, [&](const orbit_prefix& p) { return holds(p, choice); });
        CHECK(holders <= 1);
        held += static_cast<std::size_t>(holders);
        bool is_first = true;
        for (const column_permutation& g : group) {
            is_first = is_first && word_of(bits_of(image_of(g, columns_of(choice))), order) <= word_of(choice, order);
        }
        if (is_first) CHECK(holders == 1);
    });
    CHECK(left == doctest::Approx(static_cast<double>(held)));
    return prefixes.size();
}

/// How many orbits there are, by Burnside's count of choices that stay as they are.
std::size_t orbits(const cover_problem& problem, const std::vector<column_permutation>& group) {
    std::size_t fixed = 0;
    for_each_choice(problem, [&](std::uint32_t choice) {
        for (const column_permutation& g : group) fixed += bits_of(image_of(g, columns_of(choice))) == choice ? 1U : 0U;
    });
    return fixed / group.size();
}

} // namespace

TEST_CASE("prefixes hold the first of every orbit once, all of them only the first") {
    random32 random(election_test::seed());
    CAPTURE(election_test::seed());
    for (const cover_problem& code : {problem_of(paley(7)), problem_of(paley(11)), problem_of(cyclic(9, 9, 4)),
                                      problem_of(cyclic(4, 12, 5, 3)), problem_of(paley(13))}) {
        const std::vector<column_permutation> group = close_group(affine_symmetries(code), 1000);
        for (int round = 0; round < 4; ++round) {
            CAPTURE(round);
            cover_problem problem = code;
            if (round > 0) problem.budget = random() % (problem.columns + 1);
            std::vector<std::uint32_t> order = natural(problem.columns);
            if (round > 1) std::ranges::shuffle(order, random);
            if (round == 1) order = orbit_order(problem, group);
            for (const std::size_t depth :
                 {std::size_t{0}, std::size_t{random() % 7}, problem.columns - 2, problem.columns + 3}) {
                const std::size_t count = check_prefixes(problem, group, group, order, depth);
                if (depth == 0) CHECK(count == 1);
                if (depth > problem.columns) CHECK(count == orbits(problem, group));
            }
            // Some elements of the group, no group themselves.
            std::vector<column_permutation> some = group;
            std::ranges::shuffle(some, random);
            some.resize(1 + random() % some.size());
            check_prefixes(problem, some, group, order, 5);
        }
    }
}

TEST_CASE("orbits of what the prefixes hold are all choices, and the least loss is among them") {
    for (const cover_problem& problem : {problem_of(paley(11)), problem_of(paley(13)), problem_of(cyclic(12, 12, 5))}) {
        const std::vector<column_permutation> generators = affine_symmetries(problem);
        const std::vector<column_permutation> group = close_group(generators, 1000);
        const std::vector<std::uint32_t> order = orbit_order(problem, group);
        const auto prefixes = orbit_prefixes(problem, group, order, 5);
        std::set<std::uint32_t> reached;
        std::int64_t least = 1000;
        std::size_t all = 0;
        for_each_choice(problem, [&](std::uint32_t choice) {
            ++all;
            if (std::ranges::none_of(prefixes, [&](const orbit_prefix& p) { return holds(p, choice); })) return;
            least = std::min(least, loss_of(problem, columns_of(choice)));
            for (const auto& image : orbit_of(generators, columns_of(choice))) reached.insert(bits_of(image));
        });
        CHECK(reached.size() == all);
        CHECK(least == solve_cover_reference(problem).loss);
        // With whole choices, every orbit is there once: the minimal ones are counted by their orbits.
        std::size_t minimal = 0, counted = 0;
        for_each_choice(problem, [&](std::uint32_t c) { minimal += loss_of(problem, columns_of(c)) == least ? 1U : 0U; });
        for (const orbit_prefix& whole : orbit_prefixes(problem, group, order, problem.columns)) {
            REQUIRE(whole.losers.size() == problem.budget);
            if (loss_of(problem, whole.losers) == least) counted += count_orbit(generators, whole.losers);
        }
        CHECK(counted == minimal);
    }
}

TEST_CASE("any permutations of few columns, all budgets: no group is needed") {
    random32 random(election_test::seed() + 1);
    CAPTURE(election_test::seed());
    for (int round = 0; round < 300; ++round) {
        CAPTURE(round);
        const std::uint32_t k = random() % 7;
        cover_problem problem{k, random() % (k + 1), {}, 0}; // without rows everything is a symmetry
        std::vector<column_permutation> symmetries;
        for (std::uint32_t count = random() % 4; count > 0; --count) {
            column_permutation g = natural(k);
            std::ranges::shuffle(g, random);
            symmetries.push_back(g);
        }
        std::vector<column_permutation> group = close_group(symmetries, 1000);
        if (group.empty()) group.push_back(natural(k));
        std::vector<std::uint32_t> order = natural(k);
        std::ranges::shuffle(order, random);
        check_prefixes(problem, symmetries, group, order, random() % (k + 1));
        CHECK(check_prefixes(problem, group, group, order, k) == orbits(problem, group));
        if (symmetries.empty()) CHECK(check_prefixes(problem, symmetries, group, order, k) == orbits(problem, group));
        check_prefixes(problem, group, group, orbit_order(problem, group), random() % (k + 1));
    }
}

TEST_CASE("a visit that ends the walk, and another walk after it") {
    const cover_problem problem = problem_of(paley(11));
    const auto group = close_group(affine_symmetries(problem), 1000);
    const std::vector<std::uint32_t> order = natural(11);
    detail::prefix_tree tree(11, 5, group);
    const auto count = [&](std::size_t most) {
        std::size_t visits = 0;
        tree.walk(order, 7, [&](std::span<const std::int8_t>) { return ++visits < most; });
        return visits;
    };
    const std::size_t all = count(1000);
    CHECK(all == orbit_prefixes(problem, group, order, 7).size());
    CHECK(count(2) == 2);
    CHECK(count(1000) == all);
    CHECK_THROWS(tree.walk(order, 7, [](std::span<const std::int8_t>) -> bool { throw 1; }));
    CHECK(count(1000) == all);
}

TEST_CASE("Paley 43: what is left") {
    const cover_problem problem = problem_of(paley(43));
    const auto group = close_group(affine_symmetries(problem), 1000);
    REQUIRE(group.size() == 903);
    const std::vector<std::uint32_t> order = orbit_order(problem, group);
    CHECK(is_permutation_of_columns(order));
    CHECK(orbit_depth(problem, group, order, 1) == 0);
    CHECK(orbit_depth(problem, group, order, 2) ==
          2); // the first column loses; so does the second, by symmetry, or it need not
    const std::size_t depth = orbit_depth(problem, group, order, 1000);
    const auto prefixes = orbit_prefixes(problem, group, order, depth);
    CHECK(prefixes.size() >= 1000);
    CHECK(orbit_prefixes(problem, group, order, depth - 1).size() < 1000);
    double left = 0;
    for (const orbit_prefix& prefix : prefixes) left += completions(problem, prefix);
    const double all = completions(problem, {});
    CHECK(all == 1052049481860.0);
    CHECK(left < all / 60);
    // What follows from prefixes is followed to the end: figures of an independent program that looked at all symmetries again and again.
    CHECK(orbit_prefixes(problem, group, natural(43), 10).size() == 122);
    double left_at_14 = 0;
    const auto prefixes_at_14 = orbit_prefixes(problem, group, natural(43), 14);
    for (const orbit_prefix& prefix : prefixes_at_14) left_at_14 += completions(problem, prefix);
    CHECK(prefixes_at_14.size() == 1214);
    CHECK(left_at_14 * 903 / all == doctest::Approx(40.959).epsilon(2e-5));
    double with_natural = 0;
    for (const orbit_prefix& prefix : orbit_prefixes(problem, group, natural(43), depth))
        with_natural += completions(problem, prefix);
    CHECK(left < with_natural / 2);
    CHECK(orbit_depth(problem, {}, natural(43), 1000) == 10);
    CHECK(orbit_depth(cover_problem{3, 1, {}, 0}, {}, natural(3), 1000) == 3);
}

TEST_CASE("completions") {
    CHECK(completions(cover_problem{6, 3, {}, 0}, {}) == 20);
    CHECK(completions(cover_problem{6, 3, {}, 0}, {{1}, {0, 2}}) == 3);
    CHECK(completions(cover_problem{6, 3, {}, 0}, {{1, 2, 3}, {0}}) == 1);
    CHECK(completions(cover_problem{6, 3, {}, 0}, {{0, 1, 2, 3}, {}}) == 0);
    CHECK(completions(cover_problem{6, 3, {}, 0}, {{}, {0, 1, 2, 3}}) == 0);
    CHECK(completions(cover_problem{0, 0, {}, 0}, {}) == 1);
    CHECK(completions(cover_problem{1001, 500, {}, 0}, {}) == doctest::Approx(5.400369844039561e299).epsilon(1e-9));
}

TEST_CASE("what does not fit is refused") {
    const cover_problem problem{3, 1, {}, 0};
    const std::vector<column_permutation> wrong{{0, 1, 2}, {0, 1}}, none;
    CHECK_THROWS_WITH_AS((void)orbit_prefixes(problem, wrong, natural(3), 2),
                         "election::orbit_prefixes: symmetry = 1 is no permutation of the columns", parameter_error);
    CHECK_THROWS_WITH_AS((void)orbit_prefixes(problem, none, natural(2), 2),
                         "election::orbit_prefixes: order = 2 must be all columns, each once: 3", parameter_error);
    CHECK_THROWS_WITH_AS((void)orbit_depth(problem, none, std::vector<std::uint32_t>{0, 1, 1}, 2),
                         "election::orbit_depth: order = 3 must be all columns, each once: 3", parameter_error);
    CHECK_THROWS_AS((void)orbit_order(cover_problem{1, 2, {}, 0}, none), parameter_error);
    CHECK(orbit_prefixes(problem, none, natural(3), 3, 3).size() == 3); // who of three loses
    CHECK_THROWS_WITH_AS((void)orbit_prefixes(problem, none, natural(3), 3, 2),
                         "election::orbit_prefixes: symmetries = 0 leave more than 2 beginnings; use another method",
                         parameter_error);
}
