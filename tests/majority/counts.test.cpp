// SPDX-License-Identifier: MIT
#include <election/majority/counts.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/executor.hpp>
#include <election/majority/reference.hpp>
#include <support/architectures.hpp>
#include <support/random_signs.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

template <class Arch, class T>
void check_counts(const std::vector<sign_view>& views, std::size_t d) {
    std::vector<T> plus(d, 99);
    counts<Arch>(row_set(views), std::span(plus));
    bool right = true;
    for (std::size_t j = 0; j < d; ++j) right = right && plus[j] == reference_count(views, j);
    CHECK(right);
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("counts of every type, sums of votes, any size", Arch, all_counts) {
    CAPTURE(election_test::seed());
    for (std::size_t n : {1U, 2U, 15U, 16U, 63U, 64U, 100U, 255U, 256U, 700U}) {
        // 1, 2 and 4 words: rows that are read several at a time where there is no gap.
        for (std::size_t d : {0U, 1U, 60U, 64U, 65U, 128U, 130U, 250U, 256U, 300U, 1100U}) {
            if (n * d > 200'000) continue;
            for (std::size_t gap : {0U, 1U}) {
                const election_test::random_rows data(n, d, election_test::seed() + n + 1000 * d, words_for(d) + gap);
                const std::vector<sign_view> views = data.views();
                std::vector<std::uint32_t> of_matrix(d, 99); // whose rows are known to have no gap
                counts<Arch>(data.span(), std::span(of_matrix));
                bool same = true;
                for (std::size_t j = 0; j < d; ++j) same = same && of_matrix[j] == reference_count(views, j);
                CHECK(same);
                CAPTURE(n);
                CAPTURE(d);
                CAPTURE(gap);
                if (n <= 255) check_counts<Arch, std::uint8_t>(views, d);
                check_counts<Arch, std::uint16_t>(views, d);
                check_counts<Arch, std::uint32_t>(views, d);
                std::vector<std::int32_t> sums(d, 99);
                vote_sums<Arch>(row_set(views), sums);
                bool right = true;
                for (std::size_t j = 0; j < d; ++j) right = right && sums[j] == reference_vote_sum<sign_view>(views, {}, j);
                CHECK(right);
            }
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(all_counts, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("sums of votes that may abstain", Arch, ternary_sums) {
    CAPTURE(election_test::seed());
    for (std::size_t n : {1U, 9U, 64U, 130U}) {
        for (std::size_t d : {1U, 64U, 1030U}) {
            const election_test::random_votes votes(n, d, election_test::seed() + n + d);
            const std::vector<ternary_view> views = votes.views();
            std::vector<std::int32_t> sums(d, 99);
            vote_sums<Arch>(ternary_row_set(views), sums);
            bool right = true;
            for (std::size_t j = 0; j < d; ++j) right = right && sums[j] == reference_vote_sum<ternary_view>(views, {}, j);
            CHECK(right);
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(ternary_sums, election_test::enabled_architectures);

TEST_CASE("more rows than one set of counters holds, narrow and wide, and more than half of them for votes") {
    const election_test::random_rows few(5, 100, election_test::seed());
    std::vector<sign_view> views;
    for (std::size_t i = 0; i < 140'000; ++i) views.push_back(few[i % 5]);
    std::vector<std::uint32_t> plus(100);
    counts(row_set(views), std::span(plus));
    for (std::size_t j = 0; j < 100; ++j) {
        std::uint32_t expected = 0;
        for (std::size_t i = 0; i < 5; ++i) expected += few[i][j] > 0 ? 28'000U : 0U;
        REQUIRE(plus[j] == expected);
    }
    const election_test::random_rows narrow(600'000, 64, election_test::seed());
    std::vector<std::uint32_t> many(64);
    counts(narrow.span(), std::span(many));
    for (std::size_t j = 0; j < 64; ++j) {
        std::uint32_t expected = 0;
        for (std::size_t i = 0; i < 600'000; ++i) expected += static_cast<std::uint32_t>(narrow.span().data()[i] >> j & 1U);
        REQUIRE(many[j] == expected);
    }
    ternary_vector for_it(3);
    for_it.set(1, 1);
    for_it.set(2, -1);
    const std::vector<ternary_view> all(65535, for_it.view());
    std::vector<std::int32_t> sums(3);
    vote_sums(ternary_row_set(all), sums);
    CHECK(sums == std::vector<std::int32_t>{0, 65535, -65535});
}

TEST_CASE("shared out by an executor the counts are the same") {
    const election_test::random_rows data(9, 200'000, election_test::seed());
    std::vector<std::uint8_t> alone(200'000);
    std::vector<std::uint8_t> shared(200'000);
    counts(row_set(data.span()), std::span(alone));
    counts(thread_executor(2), row_set(data.span()), std::span(shared));
    CHECK(alone == shared);
    std::vector<std::int32_t> sums(200'000);
    vote_sums(thread_executor(2), row_set(data.span()), sums);
    CHECK(sums[199'999] == 2 * alone[199'999] - 9);
}

TEST_CASE("a type that is too small, and outputs of another size, are named") {
    const sign_matrix votes(256, 10);
    std::vector<std::uint8_t> bytes(10);
    CHECK_THROWS_WITH_AS(counts(votes, std::span(bytes)),
                         "election::counts: rows = 256 must be 1 to 255, what the type of `out` can count", parameter_error);
    std::vector<std::uint16_t> nine(9);
    CHECK_THROWS_WITH_AS(counts(votes, std::span(nine)),
                         "election::counts: out.size() = 9 must be the number of signs in a row, 10", parameter_error);
    std::vector<std::int32_t> sums(9);
    CHECK_THROWS_AS(vote_sums(row_set(votes), sums), parameter_error);
}
