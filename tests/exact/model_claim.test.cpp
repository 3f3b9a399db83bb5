// SPDX-License-Identifier: MIT
#include <election/exact/model_claim.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/exact/exact_election.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/model_reference.hpp>
#include <election/exact/verify_exact.hpp>
#include <election/verify/claim.hpp>
#include <election/verify/reference.hpp>
#include <election/verify/verdict.hpp>
#include <support/certificate_text.hpp>
#include <support/random_code.hpp>
#include <support/random_model.hpp>

namespace {

using election::exact_model;
using election::model_claim;
using election::optimality_check;
using election::sign_alphabet;
using election::tie_policy;
using election::witness_check;

/// All that can be said of a model's worst election, as the reference finds it.
model_claim reference_claim(const election::packed_allocation& code, const exact_model& model) {
    const election::exact_election worst = election::verify_model_reference(code, model);
    election::verdict found;
    found.workers = code.workers();
    found.partitions = code.partitions();
    found.ties = model.ties;
    found.exact = true;
    found.margin = found.margin_lower = static_cast<int>(worst.margin);
    if (model.weights.empty()) found.tolerance = election::tolerance_of(found.margin);
    found.witness = worst.message;
    found.witness_votes = worst.votes;
    return election::claim_of(found, model, worst);
}

std::string refutations_of(const election::claim_check& checked) {
    std::string text;
    for (const std::string& line : checked.refutations) text.append(line).append("\n");
    return text;
}

struct altered_claim {
    std::string what;
    std::function<void(model_claim&)> change;
    witness_check witness;
    optimality_check optimality;
    std::string refutations;
};

void check_altered(const election::packed_allocation& code, const model_claim& honest,
                   const std::vector<altered_claim>& table) {
    for (const altered_claim& altered : table) {
        CAPTURE(altered.what);
        model_claim claimed = honest;
        altered.change(claimed);
        const auto checked = election::check_claim(code, claimed);
        CHECK(checked.witness == altered.witness);
        CHECK(checked.optimality == altered.optimality);
        CHECK(refutations_of(checked) == altered.refutations);
    }
}

} // namespace

TEST_CASE("model_claim: the reference is confirmed under models of all kinds, and no margin that is off by one") {
    std::mt19937 random(31);
    for (int round = 0; round < 600; ++round) {
        const auto code = election_test::random_code(1 + random() % 6, 1 + random() % 4, 0.5, random());
        const exact_model model = election_test::random_model(code, random);
        const model_claim honest = reference_claim(code, model);
        const auto confirmed = election::check_claim(code, honest);
        CHECK(refutations_of(confirmed).empty());
        CHECK(confirmed.witness == witness_check::confirmed);
        CHECK(confirmed.optimality == optimality_check::not_proved);
        for (const int step : {1, -1}) {
            model_claim other = honest;
            *other.margin += step;
            const auto caught = election::check_claim(code, other);
            CHECK(caught.witness == witness_check::wrong);
            CHECK(caught.optimality == optimality_check::refuted);
        }
    }
}

TEST_CASE("model_claim: what verify_exact says of each model is confirmed") {
    const election::packed_allocation code(election_test::matrix({"1100", "0110", "0011", "1111", "1001"}));
    for (const exact_model& model :
         {exact_model{}, exact_model{.ties = tie_policy::coin, .alphabet = sign_alphabet::ternary},
          exact_model{.weights = {1, 2, 3, 0, 1}}, exact_model{.liars = {3, 0}}, exact_model{.may_lose = {2, 0}},
          exact_model{.corrupted = 1}}) {
        const auto found = election::verify_exact(code, {.model = model, .threads = 1}, election::exact_kernels_for<>());
        const auto checked = election::check_claim(code, election::claim_of(found, model, found.election));
        CHECK(refutations_of(checked).empty());
        CHECK(checked.witness == witness_check::confirmed);
    }
}

TEST_CASE("model_claim: of the plain model it finds what check_claim() finds without a model") {
    std::mt19937 random(37);
    for (int round = 0; round < 400; ++round) {
        const auto code = election_test::random_code(1 + random() % 6, 1 + random() % 5, 0.5, random());
        const auto found = election::verify_reference(code, election::tie_policies[random() % 4]);
        model_claim claimed{election::claim_of(found), {}, {}, {}, {}};
        claimed.model.ties = claimed.ties;
        if (random() % 2 == 0) (*claimed.witness)[random() % code.partitions()] = "+-0x"[random() % 4];
        if (random() % 4 == 0) (*claimed.witness_votes)[random() % code.workers()] = "+-0"[random() % 3];
        if (random() % 4 == 0) claimed.margin = static_cast<int>(random() % 9) - 4;
        if (random() % 4 == 0) claimed.tolerance = 1;
        const auto plain = election::check_claim(code, static_cast<const election::claim&>(claimed));
        const auto modelled = election::check_claim(code, claimed);
        CHECK(plain.witness == modelled.witness);
        CHECK(plain.optimality == modelled.optimality);
        CHECK(refutations_of(plain) == refutations_of(modelled));
    }
}

TEST_CASE("model_claim: every part of a corrupted election that is altered is found and named") {
    constexpr auto confirmed = witness_check::confirmed;
    constexpr auto wrong = witness_check::wrong;
    constexpr auto refuted = optimality_check::refuted;
    constexpr auto open = optimality_check::not_proved;
    const election::packed_allocation code(election_test::matrix({"10000", "01110", "11111", "11111", "11111"}));
    const model_claim honest = reference_claim(code, {.liars = {0}, .may_lose = {0, 1, 2}, .corrupted = 1});
    REQUIRE(honest.witness == "+--++");
    REQUIRE(honest.reported == "---++");
    REQUIRE(honest.witness_votes == "-----");
    REQUIRE(honest.margin == -5);
    check_altered(
        code, honest,
        {{"nothing", [](model_claim&) {}, confirmed, open, ""},
         {"truth", [](model_claim& c) { c.truth = '-'; }, wrong, open,
          "truth: another than that of the witness is claimed, which is +\n"},
         {"no truth", [](model_claim& c) { c.truth.reset(); }, confirmed, open, ""},
         {"corrupted", [](model_claim& c) { c.corrupted = {1}; }, wrong, open,
          "corrupted: other partitions are claimed than report another sign: 0\n"},
         {"corrupted, one more",
          [](model_claim& c) {
              c.corrupted = {1, 0};
          },
          wrong, open, "corrupted: other partitions are claimed than report another sign: 0\n"},
         {"no corrupted", [](model_claim& c) { c.corrupted.reset(); }, confirmed, open, ""},
         {"no reports", [](model_claim& c) { c.reported.reset(); }, wrong, open,
          "corrupted: partitions are claimed, none reports another sign\n"
          "witness_votes: ----- is claimed, the workers vote --+++\nmargin: -5 is claimed, the witness has 1\n"},
         {"more corrupted", [](model_claim& c) { c.witness = "+-+++"; }, wrong, open,
          "witness: 2 partitions report another sign, and 1 can be corrupted\n"},
         {"others corrupted", [](model_claim& c) { c.reported = "+---+"; }, wrong, open,
          "witness: partition 3 may not lose\n"},
         {"short reports", [](model_claim& c) { c.reported = "---+"; }, wrong, open,
          "reported: 4 signs are claimed, the matrix has 5 partitions\n"},
         {"strange reports", [](model_claim& c) { c.reported = "---+0"; }, wrong, open,
          "reported: the sign of partition 4 must be + or -\n"},
         {"votes", [](model_claim& c) { c.witness_votes = "+----"; }, wrong, open,
          "witness_votes: +---- is claimed, the workers vote -----\n"},
         {"no liars", [](model_claim& c) { c.model.liars.clear(); }, confirmed, open, ""}, // that worker errs anyway
         {"fewer corrupted", [](model_claim& c) { c.model.corrupted = 0; }, wrong, open,
          "witness: 1 partitions report another sign, and 0 can be corrupted\n"},
         {"others may lose",
          [](model_claim& c) {
              c.model.may_lose = {0, 1};
          },
          wrong, open, "witness: partition 2 may not lose\n"},
         {"tolerance", [](model_claim& c) { c.tolerance = 0; }, confirmed, refuted,
          "tolerance: 0 is claimed, a margin of -5 gives -1\n"},
         {"no witness", [](model_claim& c) { c.witness.reset(), c.witness_votes.reset(); }, wrong, open,
          "truth: a truth is claimed without a witness\nreported: reports are claimed without a witness\n"
          "corrupted: partitions are claimed without a witness\n"},
         {"no election",
          [](model_claim& c) {
              c = {claim_of(election::verdict{}), c.model, {}, {}, {}}, c.workers = c.partitions = 5;
          },
          witness_check::absent, open, ""}});
}

TEST_CASE("model_claim: every part of a ternary election of weights that is altered is found and named") {
    constexpr auto confirmed = witness_check::confirmed;
    constexpr auto wrong = witness_check::wrong;
    constexpr auto refuted = optimality_check::refuted;
    constexpr auto open = optimality_check::not_proved;
    const election::packed_allocation code(election_test::matrix({"100", "010", "111"}));
    const model_claim honest =
        reference_claim(code, {.ties = tie_policy::coin, .alphabet = sign_alphabet::ternary, .weights = {5, 1, 2}});
    REQUIRE(honest.witness == "00+");
    REQUIRE(honest.witness_votes == "00+");
    REQUIRE(honest.margin == -4);
    const char* no_number = "but liars that weigh differently have no number\n";
    const std::string tolerance = std::string("tolerance: -1 is claimed, ").append(no_number);
    const std::string tolerates = std::string("tolerates: true is claimed, ").append(no_number);
    check_altered(code, honest,
                  {{"nothing", [](model_claim&) {}, confirmed, open, ""},
                   {"alphabet", [](model_claim& c) { c.model.alphabet = sign_alphabet::binary; }, wrong, open,
                    "witness: the sign of partition 0 must be + or -\n"},
                   {"weights",
                    [](model_claim& c) {
                        c.model.weights = {5, 1, 3};
                    },
                    wrong, open, "margin: -4 is claimed, the witness has -3\n"},
                   {"liars", [](model_claim& c) { c.model.liars = {2}; }, wrong, refuted,
                    "witness_votes: 00+ is claimed, the workers vote 00-\nmargin: -4 is claimed, the witness has -8\n"
                    "margin_lower: -4 is claimed, the witness has margin -8\n"},
                   {"strange sign", [](model_claim& c) { c.witness = "0x+"; }, wrong, open,
                    "witness: the sign of partition 1 must be +, - or 0\n"},
                   {"strange report", [](model_claim& c) { c.reported = "0x+"; }, wrong, open,
                    "reported: the sign of partition 1 must be +, - or 0\n"},
                   {"no truth", [](model_claim& c) { c.witness = "0+-"; }, wrong, open,
                    "witness: as many + as -, such a message has no truth\n"},
                   {"tolerance", [](model_claim& c) { c.tolerance = -1; }, confirmed, refuted, tolerance},
                   {"tolerates", [](model_claim& c) { c.liars = 1, c.tolerates = true; }, confirmed, refuted, tolerates},
                   {"too many votes", [](model_claim& c) { c.margin = c.margin_lower = 9; }, wrong, refuted,
                    "margin: 9 is claimed, the witness has -4\nmargin_lower: 9 is claimed, the witness has margin -4\n"
                    "margin: 9 is claimed, it must be -8 to 8 with so many votes\n"},
                   {"no margin", [](model_claim& c) { c.margin.reset(); }, confirmed, refuted,
                    "exact: true is claimed without a margin\n"}});
}

TEST_CASE("model_claim: a claim about another matrix, or with a model that does not fit, is no claim about this one") {
    const election::packed_allocation code(election_test::matrix({"110", "011", "111"}));
    const auto refused = [&](const std::function<void(model_claim&)>& change) -> std::string {
        model_claim claimed = reference_claim(code, {});
        change(claimed);
        try {
            static_cast<void>(election::check_claim(code, claimed));
        } catch (const election::error& failure) {
            return failure.what();
        }
        return "checked";
    };
    CHECK(refused([](model_claim&) {}) == "checked");
    CHECK(refused([](model_claim& c) { c.workers = 4; }) ==
          "election::check_claim: the claim is about 4 workers and 3 partitions; the matrix has 3 and 3");
    CHECK(refused([](model_claim& c) { c.ties = tie_policy::coin; }) ==
          "election::check_claim: ties = abstain must be those of the claim, coin");
    CHECK(refused([](model_claim& c) {
              c.model.weights = {1, 2};
          }) == "election::check_claim: number of weights = 2 must be that of the workers, 3, or 0");
    CHECK(refused([](model_claim& c) { c.model.liars = {3}; }) == "election::check_claim: liar = 3 must be less than 3");
    CHECK(refused([](model_claim& c) {
              c.model.may_lose = {1, 1};
          }) == "election::check_claim: partition that may lose = 1 must be given once");
    CHECK(refused([](model_claim& c) { c.model.corrupted = 4; }) ==
          "election::check_claim: corrupted = 4 must be at most 3");
}
