// SPDX-License-Identifier: MIT
#include <election/codes/code.hpp>

#include <string>

#include <doctest/doctest.h>
#include <election/codes/metrics.hpp>
#include <support/rows_of.hpp>

using namespace election;
using election_test::rows_of;

TEST_CASE("parts are as equal as possible, consecutive and cover everything") {
    for (std::size_t total = 0; total < 40; ++total) {
        for (std::size_t parts = 1; parts < 12; ++parts) {
            CHECK(detail::part_begin(total, parts, 0) == 0);
            CHECK(detail::part_begin(total, parts, parts) == total);
            for (std::size_t p = 0; p < parts; ++p) {
                const std::size_t size = detail::part_begin(total, parts, p + 1) - detail::part_begin(total, parts, p);
                CHECK((size == total / parts || size == total / parts + 1));
            }
        }
    }
}

TEST_CASE("a blank code has a name, zeros and nothing guaranteed") {
    const code blank = detail::blank_code("mine", 2, 3);
    CHECK(rows_of(blank) == "000 000");
    CHECK(blank.name.family() == "mine");
    CHECK_FALSE(blank.guaranteed.tolerance.has_value());
    CHECK(metrics(blank).ones == 0);
}
