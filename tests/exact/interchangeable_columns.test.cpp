// SPDX-License-Identifier: MIT
#include <election/exact/interchangeable_columns.hpp>

#include <algorithm>
#include <cstdint>
#include <numeric>
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
