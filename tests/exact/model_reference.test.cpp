// SPDX-License-Identifier: MIT
#include <election/exact/model_reference.hpp>

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/repetition.hpp>
#include <election/codes/systematic.hpp>
#include <election/codes/uncoded.hpp>
#include <election/verify/reference.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("the default model is that of the reference verifier, witness included up to its order") {
    CAPTURE(election_test::seed());
    for (std::uint64_t round = 0; round < 120; ++round) {
        const packed_allocation code =
            election_test::random_code(1 + round % 7, 1 + round % 8, 0.5, election_test::seed() + round);
        for (tie_policy ties : tie_policies) {
            const exact_election worst = verify_model_reference(code, {.ties = ties});
            REQUIRE(worst.margin == verify_reference(code, ties).margin);
            REQUIRE(worst.truth == truth_of(worst.message));
            REQUIRE(worst.reported == worst.message);
            REQUIRE(worst.corrupted.empty());
            REQUIRE(worst.votes == votes_of(code, worst.message, ties));
            REQUIRE(margin_of(worst.votes, worst.truth, ties) == worst.margin);
        }
    }
}

TEST_CASE("each part of a model by hand") {
    const packed_allocation code = packed(uncoded(5));
    CHECK(verify_model_reference(code, {}).margin == 1);
    CHECK(verify_model_reference(code, {.weights = {9, 1, 2, 3, 4}}).margin == 6 - 13);
    CHECK(verify_model_reference(code, {.liars = {1}}).margin == 2 - 3);
    CHECK(verify_model_reference(code, {.may_lose = {3}}).margin == 3);
    CHECK(verify_model_reference(code, {.corrupted = 1}).margin == -1);
    CHECK(verify_model_reference(code, {.corrupted = 5}).margin == -5);
    CHECK(verify_model_reference(code, {.may_lose = {1, 2}, .corrupted = 5}).margin == 1);
    CHECK(verify_model_reference(code, {.alphabet = sign_alphabet::ternary}).margin == 1);
    CHECK(verify_model_reference(code, {.ties = tie_policy::coin, .alphabet = sign_alphabet::ternary}).margin == -3);
    CHECK(verify_model_reference(code, {.ties = tie_policy::positive, .alphabet = sign_alphabet::ternary}).truth == -1);
    CHECK(verify_model_reference(code, {.ties = tie_policy::negative, .alphabet = sign_alphabet::ternary}).truth == 1);
    CHECK(verify_model_reference(code, {.alphabet = sign_alphabet::ternary, .corrupted = 1}).margin == -1);
}

TEST_CASE("too many partitions and models that do not fit are refused") {
    CHECK_NOTHROW((void)verify_model_reference(packed_allocation(1, 12), {}));
    CHECK_THROWS_WITH_AS((void)verify_model_reference(packed_allocation(1, 13), {}),
                         "election::verify_model_reference: partitions = 13 must be at most 12", parameter_error);
    CHECK_THROWS_WITH_AS((void)verify_model_reference(packed_allocation(1, 2), {.liars = {1}}),
                         "election::verify_model_reference: liar = 1 must be less than 1", parameter_error);
}
