// SPDX-License-Identifier: MIT
#include <election/majority/majority.hpp>

#include <cstddef>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/sign_matrix.hpp>
#include <election/bits/sign_vector.hpp>
#include <election/core/executor.hpp>
#include <election/majority/reference.hpp>
#include <support/architectures.hpp>
#include <support/random_signs.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

sign_matrix random_rows(std::size_t n, std::size_t d, std::uint64_t seed) {
    sign_matrix rows(n, d);
    for (std::size_t i = 0; i < n; ++i)
        election_test::fill_random(rows[i].data(), words_for(d), seed + 1000 * i); // padding too
    return rows;
}

std::vector<sign_view> views_of(const sign_matrix& rows) {
    std::vector<sign_view> views;
    for (std::size_t i = 0; i < rows.rows(); ++i) views.push_back(rows[i]);
    return views;
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("what the definition says, for every remainder of d", Arch, as_defined) {
    CAPTURE(election_test::seed());
    for (std::size_t n : {1U, 2U, 3U, 4U, 9U, 10U, 31U, 40U}) {
        for (std::size_t d = 0; d <= 1100; d += d < 140 || d > 1000 ? 1 : 37) {
            CAPTURE(n);
            CAPTURE(d);
            const sign_matrix rows = random_rows(n, d, election_test::seed() + d);
            const std::vector<sign_view> views = views_of(rows);
            sign_vector expected(d);
            sign_vector found(d);
            reference_at_least(views, n / 2 + 1, expected);
            majority<Arch>(rows, found, tie_sign::negative);
            REQUIRE(found == expected); // with zero padding, or they would differ
            reference_at_least(views, (n + 1) / 2, expected);
            majority<Arch>(rows, found, tie_sign::positive);
            REQUIRE(found == expected);
            ternary_vector votes(d);
            majority<Arch>(rows, votes);
            for (std::size_t j = 0; j < d; ++j) {
                const std::size_t count = reference_count(views, j);
                REQUIRE(votes[j] == (2 * count > n ? 1 : 2 * count < n ? -1 : 0));
            }
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(as_defined, election_test::enabled_architectures);

TEST_CASE("laws: permuted rows, flipped signs, one more vote for +") {
    CAPTURE(election_test::seed());
    sign_matrix rows = random_rows(21, 700, election_test::seed());
    sign_vector before(700);
    majority(rows, before);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < 21; ++i) order.push_back(i * 8 % 21);
    sign_vector after(700);
    majority(row_set(rows, order), after);
    CHECK(after == before);
    for (std::size_t i = 0; i < 21; ++i) {
        for (std::uint64_t& word : rows[i].words()) word = ~word;
        rows[i].clear_padding();
    }
    majority(rows, after);
    for (std::size_t j = 0; j < 700; ++j) REQUIRE(after[j] == -before[j]);
    for (std::size_t j = 0; j < 700; ++j) rows[4].set(j, true);
    sign_vector more(700);
    majority(rows, more);
    for (std::size_t j = 0; j < 700; ++j) REQUIRE(more[j] >= after[j]);
}

TEST_CASE("thresholds from 0 to n + 1") {
    const sign_matrix rows = random_rows(5, 130, election_test::seed());
    const std::vector<sign_view> views = views_of(rows);
    for (std::size_t threshold = 0; threshold <= 6; ++threshold) {
        sign_vector expected(130);
        sign_vector found(130);
        reference_at_least(views, threshold, expected);
        at_least(rows, threshold, found);
        CHECK(found == expected);
    }
}

TEST_CASE("wrong sizes are refused") {
    const sign_matrix rows(3, 100);
    sign_vector out(99);
    CHECK_THROWS_WITH_AS(majority(rows, out),
                         "election::at_least: out.size() = 99 must be the number of signs in a row, 100", parameter_error);
    sign_vector right(100);
    CHECK_THROWS_WITH_AS(at_least(rows, 5, right), "election::at_least: threshold = 5 must be at most n + 1 = 4",
                         parameter_error);
    CHECK_THROWS_WITH_AS(majority(sign_matrix(0, 100), right), "election::at_least: rows = 0 must be 1 to 65535",
                         parameter_error);
    ternary_vector votes(7);
    CHECK_THROWS_WITH_AS(majority(rows, votes),
                         "election::majority: out.size() = 7 must be the number of signs in a row, 100", parameter_error);
}

TEST_CASE("parts of an executor are put together, in all three ways") {
    constexpr std::size_t d = 150'001; // several parts
    const election_test::random_rows data(6, d, election_test::seed());
    const row_set rows(data.span());
    sign_vector alone(d);
    sign_vector shared(d);
    at_least(rows, 2, alone);
    at_least(thread_executor(3), rows, 2, shared);
    CHECK(alone == shared);
    majority(rows, alone, tie_sign::negative);
    majority(thread_executor(3), rows, shared, tie_sign::negative);
    CHECK(alone == shared);
    ternary_vector open(d);
    ternary_vector shared_open(d);
    majority(rows, open);
    majority(thread_executor(3), rows, shared_open);
    CHECK(open == shared_open);
    sign_vector none(0);
    CHECK_THROWS_AS(at_least(thread_executor(2), sign_matrix(3, 0), 99, none), parameter_error);
}
