// SPDX-License-Identifier: MIT
#include <election/majority/ternary_majority.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/executor.hpp>
#include <election/majority/reference.hpp>
#include <support/architectures.hpp>
#include <support/random_signs.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE_TEMPLATE_DEFINE("votes that may abstain, decoded in all three ways", Arch, all_ways) {
    CAPTURE(election_test::seed());
    for (std::size_t n : {1U, 2U, 3U, 4U, 7U, 8U, 9U, 16U, 31U, 100U, 130U}) {
        for (std::size_t d : {0U, 1U, 63U, 64U, 65U, 513U, 1100U, 8257U}) {
            if (n > 31 && d > 1100) continue;
            const election_test::random_votes votes(n, d, election_test::seed() + n + 1000 * d);
            const std::vector<ternary_view> views = votes.views();
            const ternary_row_set rows(views);
            const election_test::guarded_signs up(d);
            const election_test::guarded_signs down(d);
            const election_test::guarded_votes open(d);
            const election_test::guarded_votes shared(d);
            majority<Arch>(rows, up.span());
            majority<Arch>(rows, down.span(), tie_sign::negative);
            majority<Arch>(rows, open.span());
            majority<Arch>(thread_executor(2), rows, shared.span());
            CAPTURE(n);
            CAPTURE(d);
            for (std::size_t j = 0; j < d; ++j) {
                const int sign = reference_sign(reference_vote_sum<ternary_view>(views, {}, j));
                REQUIRE(up.span()[j] == (sign == 0 ? 1 : sign));
                REQUIRE(down.span()[j] == (sign == 0 ? -1 : sign));
                REQUIRE(open.span()[j] == sign);
                REQUIRE(shared.span()[j] == sign);
            }
            CHECK(up.padding_is_zero());
            CHECK(down.padding_is_zero());
            CHECK(open.is_canonical());
            CHECK(shared.is_canonical());
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(all_ways, election_test::enabled_architectures);

TEST_CASE("up to 65535 voters; most abstain, one decides") {
    std::vector<ternary_vector> kinds(3, ternary_vector(65));
    for (std::size_t j = 0; j < 65; ++j) {
        kinds[1].set(j, 1);
        kinds[2].set(j, -1);
    }
    std::vector<ternary_view> views(65535, kinds[0].view());
    views[7] = kinds[2].view();
    ternary_vector decoded(65);
    majority(ternary_row_set(views), decoded);
    CHECK(decoded[0] == -1);
    for (ternary_view& view : views) view = kinds[1].view();
    majority(ternary_row_set(views), decoded);
    CHECK(decoded[64] == 1);
    for (std::size_t i = 0; i < 65534; i += 2) views[i] = kinds[2].view();
    views[65534] = kinds[0].view();
    majority(ternary_row_set(views), decoded);
    CHECK(decoded[64] == 0);
}

TEST_CASE("no row, and outputs of another size, are named") {
    sign_vector out(9);
    const std::vector<ternary_vector> one(1, ternary_vector(10));
    CHECK_THROWS_WITH_AS(majority(ternary_row_set(std::vector<ternary_view>{}), out),
                         "election::majority: rows = 0 must be 1 to 65535", parameter_error);
    CHECK_THROWS_WITH_AS(majority(ternary_row_set(one), out),
                         "election::majority: out.size() = 9 must be the number of signs in a row, 10", parameter_error);
}

TEST_CASE("parts of an executor are put together") {
    constexpr std::size_t d = 150'001;
    const election_test::random_votes votes(6, d, election_test::seed());
    const std::vector<ternary_view> views = votes.views();
    sign_vector alone(d);
    sign_vector shared(d);
    majority(views, alone, tie_sign::negative);
    majority(thread_executor(3), views, shared, tie_sign::negative);
    CHECK(alone == shared);
    ternary_vector open(d);
    ternary_vector shared_open(d);
    majority(views, open);
    majority(thread_executor(3), views, shared_open);
    CHECK(open == shared_open);
}
