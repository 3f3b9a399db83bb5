// SPDX-License-Identifier: MIT
#include <support/known_codes.hpp>

#include <doctest/doctest.h>
#include <election/codes/metrics.hpp>
#include <election/verify/verify.hpp>

using namespace election;

namespace {

void check_known(const election_test::known_code& known) {
    CAPTURE(known.name);
    const packed_allocation matrix = election_test::matrix_of(known);
    const allocation_metrics costs = metrics(matrix);
    CHECK(costs.ones == known.ones);
    CHECK(costs.min_load >= 1); // nobody idle
    verify_options options;
    CHECK(verify(matrix, options).tolerance == known.tolerance);
    options.ties = tie_policy::coin;
    const verdict coin = verify(matrix, options);
    if (known.ties_wrong_too) {
        CHECK(coin.tolerance == known.tolerance);
    } else {
        CHECK(*coin.tolerance < known.tolerance);
    }
}

} // namespace

TEST_CASE("codes of fewest ones have their totals and tolerances") {
    for (const auto& known : election_test::optimal_codes()) check_known(known);
}

TEST_CASE("the reconstructed published example tolerates no liar, though it was said to tolerate one") {
    const election_test::known_code published{
        "published example", 5, 5, {{0, 2, 3}, {0, 1, 4}, {2, 3, 4}, {1, 3, 4}, {0, 1, 2}}, 15, 0};
    check_known(published);
    CHECK(verify(election_test::matrix_of(published)).margin == 1);
}

TEST_CASE("two full rows can be enough for one liar") {
    for (const auto& known : election_test::codes_with_two_full_rows()) check_known(known);
}

TEST_CASE("the catalogue's block codes have their totals and tolerances") {
    for (const auto& block : election_test::block_codes()) check_known(election_test::as_known_code(block));
    check_known(election_test::eleven_three());
}

TEST_CASE("2b abstaining pairs and 2b+1 full rows tolerate b liars for n = k = 4b + 1") {
    for (std::size_t b = 1; b <= 5; ++b) {
        const std::size_t n = 4 * b + 1;
        election_test::known_code pairs{"pairs", n, n, {}, 4 * b + (2 * b + 1) * n, static_cast<int>(b), false};
        for (std::size_t i = 0; i < 2 * b; ++i) pairs.rows.push_back({2 * i, 2 * i + 1});
        check_known(pairs);
        for (tie_policy ties : {tie_policy::positive, tie_policy::negative}) { // these totals are for abstentions alone
            verify_options options;
            options.ties = ties;
            CHECK(*verify(election_test::matrix_of(pairs), options).tolerance < static_cast<int>(b));
        }
    }
}
