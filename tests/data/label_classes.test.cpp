// SPDX-License-Identifier: MIT
#include <election/data/label_classes.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("labels become classes in increasing order") {
    const label_classes found = classes_of({3, -1, 0.5, 3, -1});
    CHECK(found.values == std::vector<double>{-1, 0.5, 3});
    CHECK(found.classes == std::vector<std::uint32_t>{2, 0, 1, 2, 0});
    const label_classes given = classes_of({3, -1}, {-1, 0.5, 3, 4});
    CHECK(given.values.size() == 4);
    CHECK(given.classes == std::vector<std::uint32_t>{2, 0});
    CHECK(classes_of({}).values.empty());
}

TEST_CASE("what is refused") {
    CHECK_THROWS_WITH_AS((void)classes_of({3}, {1, 2}),
                         "election::classes_of: label = 3 must be one of the 2 values that classes have", parameter_error);
    CHECK_THROWS_WITH_AS((void)classes_of({1.5}, {1, 2}),
                         "election::classes_of: label = 1.5 must be one of the 2 values that classes have", parameter_error);
    CHECK_THROWS_WITH_AS((void)classes_of({1}, {1, 1}), "election::classes_of: value = 1 must be above the one before it",
                         parameter_error);
    CHECK_THROWS_AS((void)classes_of({1}, {std::nan("")}), parameter_error);
    const std::vector<std::size_t> lines{4, 7};
    CHECK_THROWS_WITH_AS((void)detail::classes_in_file({1, 3}, {1, 2}, "file", lines),
                         "file:7: label 3 is none of the 2 values that classes have", format_error);
    CHECK_THROWS_AS((void)detail::classes_in_file({1, 3}, {2, 1}, "file", lines), parameter_error);
}
