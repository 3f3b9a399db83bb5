// SPDX-License-Identifier: MIT
#include <election/exact/interchangeable_columns.hpp>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/repetition.hpp>
#include <election/exact/symmetry.hpp>
#include <support/cover_problems.hpp>
#include <support/seed.hpp>

using namespace election;
using classes_of_columns = std::vector<std::vector<std::uint32_t>>;

namespace {

bool may_swap(const cover_problem& problem, std::uint32_t a, std::uint32_t b) {
    column_permutation images(problem.columns);
    std::iota(images.begin(), images.end(), 0U);
    std::swap(images[a], images[b]);
    return is_symmetry(problem, images);
}

} // namespace

TEST_CASE("two columns are in a class if and only if exchanging them is a symmetry") {
    CAPTURE(election_test::seed());
    election_test::cover_problems draw(election_test::seed());
    std::size_t together = 0, different = 0;
    for (int trial = 0; trial < 1500; ++trial) {
        const cover_problem problem = draw.shuffled(draw.any(9, 8));
        const classes_of_columns classes = interchangeable_columns(problem);
        CHECK(std::ranges::is_sorted(classes));
        std::vector<std::size_t> class_of(problem.columns, problem.columns);
        for (std::size_t c = 0; c < classes.size(); ++c) {
            CHECK(std::ranges::is_sorted(classes[c]));
            for (std::uint32_t column : classes[c]) {
                CHECK(class_of[column] == problem.columns);
                class_of[column] = c;
            }
        }
        for (std::uint32_t a = 0; a < problem.columns; ++a) {
            REQUIRE(class_of[a] < classes.size());
            for (std::uint32_t b = 0; b < a; ++b) {
                const bool same = may_swap(problem, a, b);
                CHECK((class_of[a] == class_of[b]) == same);
                (same ? together : different) += 1;
            }
        }
    }
    CHECK(together > 1000);
    CHECK(different > 1000);
}

TEST_CASE("classes of known codes") {
    const auto code_classes = [](const packed_allocation& code) {
        return interchangeable_columns(election_test::nearest_cover(code));
    };
    // Four unit rows on columns 0 … 3; a window on 4, 5, 6, one on 6, 7, 8: 6 is in both.
    CHECK(code_classes(packed_allocation(deterministic(11, 1))) ==
          classes_of_columns{{0, 1, 2, 3}, {4, 5}, {6}, {7}, {8}, {9, 10}});
    CHECK(code_classes(packed_allocation(cyclic(9, 9, 3))).size() == 9);
    CHECK(code_classes(packed_allocation(repetition(15, 5))).size() == 1);
    // Need, tie and weight tell rows apart.
    CHECK(interchangeable_columns({2, 1, {{{0}, 1}, {{1}, 2}}, 0}).size() == 2);
    CHECK(interchangeable_columns({2, 1, {{{0}, 1}, {{1}, 1, true}}, 0}).size() == 2);
    CHECK(interchangeable_columns({2, 1, {{{0}, 1, false, 2}, {{1}, 1}}, 0}).size() == 2);
    CHECK(interchangeable_columns({2, 1, {{{0}, 1, false, 2}, {{1}, 1, false, 2}}, 0}).size() == 1);
    CHECK(interchangeable_columns({0, 0, {}, 0}).empty());
    CHECK(interchangeable_columns({3, 1, {}, 0}) == classes_of_columns{{0, 1, 2}});
    CHECK_THROWS_AS((void)interchangeable_columns({1, 2, {}, 0}), parameter_error);
}

TEST_CASE("what is known of one column is known of all that are open in its class") {
    // Classes {0, 1, 2}, {3, 4} and {5}.
    const detail::column_classes classes({6, 3, {{{0}, 1}, {{1}, 1}, {{2}, 1}, {{3, 4}, 1}, {{3, 4, 5}, 2}}, 0});
    REQUIRE(classes.all() == classes_of_columns{{0, 1, 2}, {3, 4}, {5}});
    CHECK(classes.class_of(1) == 0);
    CHECK(classes.members(1) == std::vector<std::uint32_t>{3, 4});
    const auto widened = [&](std::uint64_t open, std::uint64_t zeros, std::uint64_t ones) {
        const bool is_possible = classes.widen(&open, &zeros, &ones, 1);
        return std::tuple(is_possible, zeros, ones);
    };
    CHECK(widened(0b111111, 0b000001, 0b010000) == std::tuple(true, std::uint64_t{0b000111}, std::uint64_t{0b011000}));
    CHECK(widened(0b110101, 0b000001, 0b100000) == std::tuple(true, std::uint64_t{0b000101}, std::uint64_t{0b100000}));
    CHECK_FALSE(std::get<0>(widened(0b111111, 0b000001, 0b000010)));
    CHECK(std::get<0>(widened(0b111111, 0b000001, 0b001000)));
    const detail::column_classes single({2, 1, {{{0}, 1}, {{0, 1}, 2}}, 0}); // nothing to widen
    std::uint64_t open = 0b11, zeros = 0b01, ones = 0b10;
    CHECK(single.widen(&open, &zeros, &ones, 1));
    CHECK(zeros == 0b01);
    CHECK(ones == 0b10);
    ones = 0b01;
    CHECK_FALSE(single.widen(&open, &zeros, &ones, 1));
}
