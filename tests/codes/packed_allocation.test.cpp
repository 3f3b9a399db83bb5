// SPDX-License-Identifier: MIT
#include <election/codes/packed_allocation.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("entries read back, loads count them, and padding bits stay zero, for all widths around words") {
    CAPTURE(election_test::seed());
    for (std::size_t k : {1U, 2U, 63U, 64U, 65U, 127U, 128U, 129U, 200U}) {
        CAPTURE(k);
        std::vector<std::vector<int>> rows(5, std::vector<int>(k));
        const counter_random random(election_test::seed(), k);
        for (std::size_t i = 0; i < 5; ++i) {
            for (std::size_t j = 0; j < k; ++j) rows[i][j] = random.happens(0.5, i * k + j) ? 1 : 0;
        }
        packed_allocation code(rows);
        CHECK(code.words_per_row() == (k + 63) / 64);
        for (std::size_t i = 0; i < 5; ++i) {
            std::size_t load = 0;
            for (std::size_t j = 0; j < k; ++j) {
                REQUIRE(code(i, j) == (rows[i][j] == 1));
                load += static_cast<std::size_t>(rows[i][j]);
            }
            CHECK(code.load(i) == load);
            if (k % 64 != 0) CHECK((code.row(i).back() >> (k % 64)) == 0);
        }
        CHECK(packed_allocation(packed(rows)) == code);
        code.set(0, k - 1);
        CHECK(code(0, k - 1));
        code.reset(0, k - 1);
        CHECK_FALSE(code(0, k - 1));
    }
}

TEST_CASE("a packed matrix is passed through without a copy") {
    const packed_allocation code(2, 3);
    CHECK(&packed(code) == &code);
}

TEST_CASE("sizes of zero are refused") {
    CHECK_THROWS_WITH_AS(packed_allocation(0, 3), "election::allocation: workers = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS(packed_allocation(3, 0), "election::allocation: partitions = 0 must be at least 1",
                         parameter_error);
}

TEST_CASE("words are taken as they are, and refused where they are no rows") {
    CAPTURE(election_test::seed());
    for (std::size_t k : {1U, 63U, 64U, 65U, 128U, 200U}) {
        const packed_allocation code = election_test::random_code(4, k, 0.5, election_test::seed() + k);
        std::vector<std::uint64_t> words;
        for (std::size_t i = 0; i < 4; ++i) words.insert(words.end(), code.row(i).begin(), code.row(i).end());
        CHECK(packed_allocation(4, k, words) == code);
        if (k % 64 != 0) {
            std::vector<std::uint64_t> wide = words;
            wide[2 * code.words_per_row() - 1] |= std::uint64_t{1} << (k % 64);
            CHECK_THROWS_WITH_AS(packed_allocation(4, k, wide),
                                 "election::allocation: last word of row = 1 must be 0 past the last partition",
                                 parameter_error);
        }
        words.push_back(0);
        CHECK_THROWS_AS(packed_allocation(4, k, words), parameter_error);
    }
    CHECK_THROWS_WITH_AS(packed_allocation(2, 65, {1, 2, 3}), "election::allocation: words = 3 must be 2 for each worker",
                         parameter_error);
    CHECK_THROWS_AS(packed_allocation(0, 3, {}), parameter_error);
    CHECK_THROWS_AS(packed_allocation(3, 0, {}), parameter_error);
}
