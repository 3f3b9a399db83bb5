// SPDX-License-Identifier: MIT
#include <election/train/fixed_vote_lies.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/ternary_matrix.hpp>
#include <election/codes/uncoded.hpp>
#include <support/lie_rounds.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::lie_round;
using election_test::seed;

static_assert(lies<fixed_vote_lies, binary_form, float>);
static_assert(lies<fixed_vote_lies, ternary_form, double>);

TEST_CASE_TEMPLATE("a fixed vote is sent in every step by those who lie, and by nobody else", Form, binary_form,
                   abstaining_form, ternary_form) {
    CAPTURE(seed());
    const packed_allocation code(uncoded(5));
    for (const std::size_t d : {1U, 64U, 131U}) {
        const sign_vector vote = random_vote(d, seed());
        fixed_vote_lies liars(lie_schedule(5, {1, 4}, {.from = 2}), vote);
        CHECK((!liars.knows_everything() && liars.may_lie(4) && !liars.may_lie(0) && liars.liars(1).empty()));
        for (const std::uint64_t step : {1U, 2U, 3U}) {
            lie_round<Form> all(code, d, seed() + step);
            lie_round<Form> some(code, d, seed() + step, Form::votes::abstains ? tie_policy::abstain : tie_policy::positive,
                                 zero_policy::positive, {0, 4});
            const auto before = all.votes;
            liars.lie(all.round(step));
            liars.lie(some.round(step));
            for (std::size_t i = 0; i < 5; ++i) {
                const bool is_liar = step >= 2 && (i == 1 || i == 4);
                for (std::size_t j = 0; j < d; ++j)
                    CHECK(all.votes.view()[i][j] == (is_liar ? vote[j] : before.view()[i][j]));
            }
            for (std::size_t j = 0; j < d; ++j) CHECK(some.votes.view()[1][j] == all.votes.view()[4][j]);
            CHECK(all.silent == std::vector<std::uint8_t>(5, 0));
        }
    }
    lie_round<Form> longer(code, 70, seed());
    fixed_vote_lies liars(lie_schedule(5, {0}), random_vote(69, 1));
    CHECK_THROWS_WITH(liars.lie(longer.round(0)),
                      "election::fixed_vote_lies: vote.size() = 69 must be the number of parameters, 70");
}

TEST_CASE("a random vote is fair, and its seed's") {
    constexpr std::size_t d = 100'000;
    const sign_vector vote = random_vote(d, seed());
    CHECK(vote == random_vote(d, seed()));
    CHECK_FALSE(vote == random_vote(d, seed() + 1));
    double sum = 0;
    for (std::size_t j = 0; j < d; ++j) sum += vote[j];
    CHECK(std::abs(sum) < 5.5 * std::sqrt(static_cast<double>(d))); // one seed in 10^7
}
