// SPDX-License-Identifier: MIT
#include <election/learners/product.hpp>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>
#include <support/architectures.hpp>

using namespace election;

TEST_CASE_TEMPLATE_DEFINE("known products, also of a transpose, and added to what is there", Arch, known) {
    const std::vector<double> a{1, 2, 3, 4, 5, 6};    // 2 × 3
    const std::vector<double> b{1, 0, -1, 2, 10, 20}; // 3 × 2
    std::vector<double> c(4, 100);
    multiply<Arch>(row_major(a.data(), 2, 3), row_major(b.data(), 3, 2), row_major(c.data(), 2, 2));
    CHECK(c == std::vector<double>{29, 64, 59, 130});
    multiply<Arch>(row_major(a.data(), 2, 3), row_major(b.data(), 3, 2), row_major(c.data(), 2, 2), product_start::kept);
    CHECK(c == std::vector<double>{58, 128, 118, 260});
    // The 3 × 2 matrix, transposed, times itself.
    multiply<Arch>(row_major(b.data(), 3, 2).transposed(), row_major(b.data(), 3, 2), row_major(c.data(), 2, 2));
    CHECK(c == std::vector<double>{102, 198, 198, 404});
    multiply<Arch>(row_major(a.data(), 2, 0), row_major(b.data(), 0, 2), row_major(c.data(), 2, 2), product_start::kept);
    CHECK(c == std::vector<double>{102, 198, 198, 404});
    multiply<Arch>(row_major(a.data(), 2, 0), row_major(b.data(), 0, 2), row_major(c.data(), 2, 2));
    CHECK(c == std::vector<double>(4, 0));
}
TEST_CASE_TEMPLATE_APPLY(known, election_test::enabled_architectures);

TEST_CASE("transposing, of all shapes around a square's side") {
    constexpr std::size_t most = 40;
    std::vector<float> from(most * most);
    std::iota(from.begin(), from.end(), 1.0F);
    for (std::size_t rows : {0U, 1U, 5U, 15U, 16U, 17U, 33U}) {
        for (std::size_t columns : {0U, 1U, 2U, 16U, 31U}) {
            std::vector<float> to(most * most);
            transpose<float>(row_major(from.data(), rows, columns), row_major(to.data(), columns, rows));
            for (std::size_t i = 0; i < rows; ++i) {
                for (std::size_t j = 0; j < columns; ++j) REQUIRE(to[j * rows + i] == from[i * columns + j]);
            }
            CHECK(std::count(to.begin(), to.end(), 0.0F) == static_cast<std::ptrdiff_t>(most * most - rows * columns));
        }
    }
}

TEST_CASE("shapes that do not fit are refused") {
    const std::vector<float> a(12);
    std::vector<float> c(12);
    const auto in = [&](std::size_t rows, std::size_t columns) { return row_major(a.data(), rows, columns); };
    const auto out = [&](std::size_t rows, std::size_t columns) { return row_major(c.data(), rows, columns); };
    CHECK_THROWS_WITH_AS(multiply(in(2, 3), in(2, 2), out(2, 2)),
                         "election::multiply: b.rows = 2 must be the columns of a, 3", parameter_error);
    CHECK_THROWS_WITH_AS(multiply(in(2, 3), in(3, 2), out(3, 2)), "election::multiply: c.rows = 3 must be the rows of a, 2",
                         parameter_error);
    CHECK_THROWS_WITH_AS(multiply(in(2, 3), in(3, 2), out(2, 3)),
                         "election::multiply: c.columns = 3 must be the columns of b, 2", parameter_error);
    CHECK_THROWS_WITH_AS(multiply(in(2, 3), in(2, 3).transposed(), out(2, 2)),
                         "election::multiply: b.column_step = 3 must be 1; transpose b into other memory", parameter_error);
    CHECK_THROWS_WITH_AS(multiply(in(2, 3), in(3, 2), out(2, 2).transposed()),
                         "election::multiply: c.column_step = 2 must be 1", parameter_error);
    CHECK_THROWS_WITH_AS(reference_multiply(in(2, 3), in(2, 2), out(2, 2)),
                         "election::multiply: b.rows = 2 must be the columns of a, 3", parameter_error);
    CHECK_THROWS_WITH_AS(transpose(in(2, 3), out(2, 3)), "election::transpose: to.rows = 2 must be the columns of from, 3",
                         parameter_error);
    CHECK_THROWS_WITH_AS(transpose(in(2, 3), out(3, 3)), "election::transpose: to.columns = 3 must be the rows of from, 2",
                         parameter_error);
}
