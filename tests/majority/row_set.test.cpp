// SPDX-License-Identifier: MIT
#include <election/majority/row_set.hpp>

#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/sign_vector.hpp>

using namespace election;

TEST_CASE("rows of a matrix, some of them, and vectors from anywhere are read in place") {
    sign_matrix matrix(100, 70);
    matrix[3].set(69, true);
    const row_set all(matrix);
    CHECK(all.size() == 100);
    CHECK(all.signs() == 70);
    CHECK(all[3].data() == matrix[3].data());
    const std::size_t some[] = {3, 3, 99};
    const row_set chosen(matrix, some);
    CHECK(chosen.size() == 3);
    CHECK(chosen[1].data() == matrix[3].data());
    CHECK(chosen[2][69] == -1);
    const std::vector<sign_vector> vectors(2, sign_vector(5));
    const row_set from_vectors(vectors);
    CHECK(from_vectors.size() == 2);
    CHECK(from_vectors.data()[1] == vectors[1].view().data());
    CHECK(row_set(std::vector<sign_view>{}).size() == 0);
}

TEST_CASE("wrong rows are named") {
    const sign_matrix matrix(4, 9);
    const std::size_t wrong[] = {0, 4};
    CHECK_THROWS_WITH_AS(row_set(matrix, wrong), "election::row_set: index = 4 must be less than the number of rows, 4",
                         parameter_error);
    const std::vector<sign_vector> vectors{sign_vector(5), sign_vector(6)};
    CHECK_THROWS_WITH_AS((void)row_set(vectors), "election::row_set: signs = 6 must be those of the first vector, 5",
                         parameter_error);
}

TEST_CASE("a tile begins at a word, few rows or many") {
    for (std::size_t n : {1U, 64U, 65U}) {
        const sign_matrix matrix(n, 200);
        row_set part = row_set(matrix).tile(2, 70);
        CHECK(part.signs() == 70);
        CHECK(part[n - 1].data() == matrix[n - 1].data() + 2);
        const row_set moved = std::move(part);
        CHECK(moved.data()[0] == matrix[0].data() + 2);
        CHECK(part.size() == 0);
    }
}
