// SPDX-License-Identifier: MIT
#include <election/majority/ternary_row_set.hpp>

#include <cstddef>
#include <vector>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("rows of two matrices, and votes from anywhere, are read in place") {
    for (std::size_t n : {1U, 64U, 65U, 100U}) {
        const sign_matrix signs(n, 130);
        const sign_matrix present(n, 130);
        const ternary_row_set rows(signs, present);
        CHECK(rows.size() == n);
        CHECK(rows.signs() == 130);
        CHECK(rows[n - 1].signs().data() == signs[n - 1].data());
        CHECK(rows[n - 1].present().data() == present[n - 1].data());
        const ternary_row_set part = rows.tile(1, 66);
        CHECK(part.size() == n);
        CHECK(part.signs() == 66);
        CHECK(part[n - 1].present().data() == present[n - 1].data() + 1);
        const std::vector<ternary_vector> vectors(n, ternary_vector(7));
        const ternary_row_set from_vectors(vectors);
        CHECK(from_vectors.size() == n);
        CHECK(from_vectors[n - 1].signs().data() == vectors[n - 1].view().signs().data());
    }
}

TEST_CASE("planes of different shapes and votes of different lengths are named") {
    CHECK_THROWS_WITH_AS(ternary_row_set(sign_matrix(2, 9), sign_matrix(3, 9)),
                         "election::ternary_row_set: present.rows() = 3 must be those of the signs, 2", parameter_error);
    CHECK_THROWS_WITH_AS(ternary_row_set(sign_matrix(2, 9), sign_matrix(2, 8)),
                         "election::ternary_row_set: present.signs() = 8 must be those of the signs, 9", parameter_error);
    const std::vector<ternary_vector> vectors{ternary_vector(5), ternary_vector(6)};
    CHECK_THROWS_WITH_AS((void)ternary_row_set(vectors),
                         "election::ternary_row_set: votes = 6 must be those of the first vector, 5", parameter_error);
}

TEST_CASE("rows from anywhere, and which of their votes are there") {
    const sign_matrix signs(3, 70);
    const sign_matrix present(3, 70);
    const std::size_t some[] = {2, 0};
    const ternary_row_set rows(row_set(signs.view(), some), row_set(present.view(), some));
    CHECK(rows.size() == 2);
    CHECK(rows[0].signs().data() == signs[2].data());
    CHECK(rows[1].present().data() == present[0].data());
    CHECK_THROWS_AS(ternary_row_set(row_set(signs.view(), some), row_set(present.view())), parameter_error);
    CHECK_THROWS_AS(ternary_row_set(row_set(signs.view()), row_set(sign_matrix(3, 71).view())), parameter_error);
}
