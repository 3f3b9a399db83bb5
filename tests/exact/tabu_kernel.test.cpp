// SPDX-License-Identifier: MIT
#include <election/exact/tabu_kernel.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <vector>

#include <doctest/doctest.h>
#include <election/exact/cover_kernel.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/tabu_search.hpp>
#include <support/architectures.hpp>
#include <support/random_cover.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::between;

namespace {

/// Rows with as many columns as a density says, and needs and ties as in codes.
cover_problem any_code(std::mt19937& random, std::size_t columns, std::size_t rows, std::size_t tenths,
                       std::size_t heaviest) {
    cover_problem problem{columns, between(random, 1, columns - 1), {}, 0};
    for (std::size_t i = 0; i < rows; ++i) {
        cover_row row;
        for (std::uint32_t j = 0; j < columns; ++j) {
            if (between(random, 1, 10) <= tenths) row.columns.push_back(j);
        }
        row.need = static_cast<std::uint32_t>(row.columns.size() / 2 + 1);
        row.may_tie = row.columns.size() % 2 == 0 && between(random, 0, 3) != 0;
        row.weight = static_cast<std::uint32_t>(between(random, 1, heaviest));
        problem.rows.push_back(std::move(row));
    }
    return problem;
}

/// Two walks from one choice; whether they are the same after each part.
template <class Arch>
void walk_both(const cover_problem& problem, std::mt19937& random) {
    REQUIRE(detail::fits_tabu_lanes(problem));
    detail::small_random numbers(random());
    const detail::tabu_energy energy(problem, numbers);
    const cover_kernel kernel = cover_kernel_for<Arch>();
    detail::plain_tabu_walk plain(problem, energy);
    detail::lane_tabu_walk lanes(problem, energy, kernel);
    for (int walk = 0; walk < 2; ++walk) { // the second one finds the traces of the first
        std::vector<std::uint32_t> order(problem.columns);
        for (std::uint32_t j = 0; j < problem.columns; ++j) order[j] = j;
        std::shuffle(order.begin(), order.end(), random);
        const auto losers = std::span(order).first(problem.budget);
        plain.begin(losers);
        lanes.begin(losers);
        for (std::size_t part = 0; part < 6; ++part) {
            REQUIRE(lanes.exchanges() == plain.exchanges());
            REQUIRE(lanes.best_loss() == plain.best_loss());
            REQUIRE(lanes.best_losers() == plain.best_losers());
            std::vector<std::uint64_t> drawn(part * 7);
            for (std::uint64_t& number : drawn) number = numbers();
            const std::int64_t target = part == 4 ? plain.best_loss() - 1 : -1; // ends early, perhaps
            plain.walk(drawn, target);
            lanes.walk(drawn, target);
        }
        std::vector<std::uint32_t> found = lanes.best_losers();
        REQUIRE(found.size() == problem.budget);
        REQUIRE(loss_of(problem, found) == lanes.best_loss());
    }
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("walks in registers go where plain ones go", Arch, tabu_walks) {
    if constexpr (short_lanes<Arch>::size == 1) {
        CHECK((cover_kernel_for<Arch>().exchange == nullptr)); // the plain walk is faster
        return;
    }
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    for (int round = 0; round < 120; ++round) {
        cover_problem problem = election_test::random_cover(random, 70, 70);
        if (problem.budget == 0 || problem.budget == problem.columns) continue;
        walk_both<Arch>(problem, random);
    }
    // Both sides of every limit of lanes, and the sizes that have code of their own.
    for (std::size_t rows : {1U, 31U, 32U, 33U, 63U, 64U, 65U, 97U, 128U, 130U}) {
        for (std::size_t columns : {2U, 32U, 33U, 64U, 65U, 97U, 128U, 129U, 190U}) {
            const std::size_t heaviest = between(random, 0, 1) == 0 ? 1 : 5;
            walk_both<Arch>(any_code(random, columns, rows, between(random, 1, 9), heaviest), random);
        }
    }
    walk_both<Arch>(any_code(random, 40, 64, 5, 8192), random);    // steps that are rounded
    walk_both<Arch>(any_code(random, 12, 2000, 9, 1), random);     // a loss of 1 counts less, or sums would not fit
    walk_both<Arch>(any_code(random, 60, 1000, 10, 8192), random); // next to nothing
    walk_both<Arch>({2, 1, {{{0}, 1}, {{0, 1}, 2, true, 3}}, 0}, random);
    walk_both<Arch>({3, 2, {{{}, 1}, {{0, 1, 2}, 16383}}, 0}, random); // no such row is ever wrong
}
TEST_CASE_TEMPLATE_APPLY(tabu_walks, election_test::enabled_architectures);

TEST_CASE("an exchange is drawn from all the bits that it has") {
    std::set<std::size_t> windows[2];
    std::set<std::int16_t> turns[2];
    detail::small_random random(election_test::seed());
    for (int i = 0; i < 2000; ++i) {
        const detail::tabu_draw drawn = detail::tabu_loops<arch::word64>::draw(random());
        for (int half = 0; half < 2; ++half) {
            REQUIRE(drawn.window[half] % detail::tabu_lanes == 0);
            windows[half].insert(drawn.window[half]);
            turns[half].insert(drawn.turn[half]);
        }
    }
    for (int half = 0; half < 2; ++half) {
        CHECK(windows[half].size() == detail::noise_windows);
        CHECK(*windows[half].rbegin() == (detail::noise_windows - 1) * detail::tabu_lanes);
        CHECK(turns[half].size() == detail::most_tabu_noise + 1);
        CHECK((*turns[half].begin() == 0 && *turns[half].rbegin() == detail::most_tabu_noise));
    }
}
