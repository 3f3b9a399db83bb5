// SPDX-License-Identifier: MIT
#include <election/train/any_lies.hpp>

#include <sstream>
#include <variant>

#include <doctest/doctest.h>
#include <election/codes/uncoded.hpp>
#include <election/train/silent_lies.hpp>
#include <election/train/vote_lies.hpp>
#include <support/lie_rounds.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::lie_round;
using election_test::seed;

namespace {

using some_lies = any_lies<honest, silent_lies, vote_lies<mimic_attack>, vote_lies<reverse_attack>>;
static_assert(lies<some_lies, binary_form, float>);
static_assert(lies<some_lies, ternary_form, double>);

} // namespace

TEST_CASE("they do what was chosen, and know what that knows") {
    const packed_allocation code(uncoded(4));
    const lie_round<ternary_form> honest_round(code, 200, seed());
    const lie_schedule who(4, {2});

    lie_round<ternary_form> made = honest_round;
    some_lies nobody(honest{});
    nobody.lie(made.round(0));
    CHECK((made.votes == honest_round.votes && !nobody.may_lie(2) && nobody.liars(0).empty() && !nobody.knows_everything()));

    some_lies gone(silent_lies{who});
    gone.lie(made.round(0));
    CHECK((made.votes == honest_round.votes && made.silent[2] == 1 && gone.may_lie(2) && !gone.knows_everything()));

    some_lies copies(vote_lies(mimic_attack{}, who));
    copies.lie(made.round(0));
    CHECK((equal(made.votes.view()[2], made.votes.view()[0]) && copies.knows_everything() && copies.liars(0)[0] == 2));
    CHECK(std::holds_alternative<vote_lies<mimic_attack>>(copies.chosen()));

    // Those who remember nothing write nothing.
    std::stringstream state;
    copies.save(state, 0);
    CHECK((state.str().empty() && copies.remembered().empty()));
    copies.load(state, 0);
    CHECK(copies.may_lie(2));
}
