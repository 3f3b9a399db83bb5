// SPDX-License-Identifier: MIT
#include <election/verify/claim.hpp>

#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/random.hpp>
#include <election/verify/reference.hpp>
#include <support/seed.hpp>

namespace {

using election::claim;
using election::optimality_check;
using election::witness_check;

/// The worst election of deterministic(5, 1) and everything that verify --json says about it.
claim true_claim() {
    claim claimed = election::claim_of(election::verify_reference(election::deterministic(5, 1)));
    claimed.redundancy = 3.8;
    claimed.max_load = 5;
    return claimed;
}

struct tampering {
    const char* what;
    std::function<void(claim&)> change;
    witness_check witness;
    optimality_check optimality;
    std::vector<std::string> refutations;
};

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + '\n';
    return text;
}

election::packed_allocation random_code(const election::counter_random& random, std::size_t n, std::size_t k) {
    election::packed_allocation code(n, k);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < k; ++j) {
            if (random.happens(0.5, i * k + j)) code.set(i, j);
        }
    }
    return code;
}

} // namespace

TEST_CASE("check_claim: a true claim is confirmed but not proved") {
    const auto checked = election::check_claim(election::deterministic(5, 1), true_claim());
    CHECK(checked.holds());
    CHECK(checked.witness == witness_check::confirmed);
    CHECK(checked.optimality == optimality_check::not_proved);
}

TEST_CASE("check_claim: every field that is tampered with is found and named") {
    constexpr auto confirmed = witness_check::confirmed;
    constexpr auto wrong = witness_check::wrong;
    constexpr auto absent = witness_check::absent;
    constexpr auto refuted = optimality_check::refuted;
    constexpr auto open = optimality_check::not_proved;
    const claim honest = true_claim();
    REQUIRE(honest.witness == "++--+");
    REQUIRE(honest.witness_votes == "+-+++");
    REQUIRE(honest.margin == 3);

    const std::vector<tampering> table{
        {"redundancy",
         [](claim& c) { c.redundancy = 4; },
         confirmed,
         open,
         {"redundancy: 4 is claimed, the matrix has 3.8"}},
        {"redundancy nan",
         [](claim& c) { c.redundancy = std::nan(""); },
         confirmed,
         open,
         {"redundancy: nan is claimed, the matrix has 3.8"}},
        {"max_load", [](claim& c) { c.max_load = 4; }, confirmed, open, {"max_load: 4 is claimed, the matrix has 5"}},
        {"margin too large",
         [](claim& c) { c.margin = c.margin_lower = 5, c.tolerance = 2; },
         wrong,
         refuted,
         {"margin: 5 is claimed, the witness has 3", "margin_lower: 5 is claimed, the witness has margin 3"}},
        {"margin too large, alone",
         [](claim& c) { c.margin = 5, c.tolerance = 2, c.margin_lower.reset(); },
         wrong,
         refuted,
         {"margin: 5 is claimed, the witness has 3"}},
        {"margin too small",
         [](claim& c) { c.margin = c.margin_lower = 1, c.tolerance = 0; },
         wrong,
         open,
         {"margin: 1 is claimed, the witness has 3"}},
        {"margin without the rest",
         [](claim& c) { c.margin = 1; },
         wrong,
         refuted,
         {"margin: 1 is claimed, the witness has 3", "tolerance: 1 is claimed, a margin of 1 gives 0",
          "margin_lower: 3 contradicts an exact margin of 1"}},
        {"margin_lower",
         [](claim& c) { c.margin_lower = 4; },
         confirmed,
         refuted,
         {"margin_lower: 4 contradicts an exact margin of 3"}},
        {"margin_lower, exact",
         [](claim& c) { c.margin_lower = 2; },
         confirmed,
         refuted,
         {"margin_lower: 2 contradicts an exact margin of 3"}},
        {"margin_lower, stopped early",
         [](claim& c) { c.exact = false, c.tolerance.reset(), c.margin_lower = -5; },
         confirmed,
         open,
         {}},
        {"margin_lower, stopped early, impossible",
         [](claim& c) { c.exact = false, c.tolerance.reset(), c.margin_lower = 4; },
         confirmed,
         refuted,
         {"margin_lower: 4 contradicts a margin of 3"}},
        {"tolerance",
         [](claim& c) { c.tolerance = 2; },
         confirmed,
         refuted,
         {"tolerance: 2 is claimed, a margin of 3 gives 1"}},
        {"tolerance of a failing code",
         [](claim& c) { c.tolerance = -1; },
         confirmed,
         refuted,
         {"tolerance: -1 is claimed, a margin of 3 gives 1"}},
        {"no tolerance",
         [](claim& c) { c.tolerance.reset(); },
         confirmed,
         refuted,
         {"exact: true is claimed without a margin and a tolerance"}},
        {"not exact",
         [](claim& c) { c.exact = false; },
         confirmed,
         refuted,
         {"tolerance: 1 is claimed, but exact is false"}},
        {"tolerates",
         [](claim& c) { c.tolerates = false, c.liars = 1; },
         confirmed,
         refuted,
         {"tolerates: false is claimed (liars = 1), a margin of 3 says true"}},
        {"tolerates more",
         [](claim& c) { c.tolerates = true, c.liars = 2; },
         confirmed,
         refuted,
         {"tolerates: true is claimed (liars = 2), a margin of 3 says false"}},
        {"tolerates more, no margin",
         [](claim& c) {
             c.tolerates = true, c.liars = 2, c.exact = false;
             c.margin.reset(), c.margin_lower.reset(), c.tolerance.reset();
         },
         confirmed,
         refuted,
         {"tolerates: true is claimed (liars = 2), the witness has margin 3"}},
        {"tolerates, truly", [](claim& c) { c.tolerates = true, c.liars = 1; }, confirmed, open, {}},
        {"tolerates, unsettled by its witness",
         [](claim& c) { c.tolerates = false, c.liars = 1, c.exact = false, c.tolerance.reset(), c.margin_lower = 0; },
         confirmed,
         open,
         {}},
        {"another witness",
         [](claim& c) { c.witness = "+++--"; },
         wrong,
         open,
         {"witness_votes: +-+++ is claimed, the workers vote +++++", "margin: 3 is claimed, the witness has 5"}},
        {"mirrored witness",
         [](claim& c) { c.witness = "--++-"; },
         wrong,
         open,
         {"witness_votes: +-+++ is claimed, the workers vote -+---"}},
        {"short witness",
         [](claim& c) { c.witness = "++--"; },
         wrong,
         open,
         {"witness: 4 signs are claimed, the matrix has 5 partitions"}},
        {"long witness",
         [](claim& c) { c.witness = "++--++"; },
         wrong,
         open,
         {"witness: 6 signs are claimed, the matrix has 5 partitions"}},
        {"empty witness",
         [](claim& c) { c.witness = ""; },
         wrong,
         open,
         {"witness: 0 signs are claimed, the matrix has 5 partitions"}},
        {"strange witness",
         [](claim& c) { c.witness = "++-0+"; },
         wrong,
         open,
         {"witness: the sign of partition 3 must be + or -"}},
        {"votes",
         [](claim& c) { c.witness_votes = "+++++"; },
         wrong,
         open,
         {"witness_votes: +++++ is claimed, the workers vote +-+++"}},
        {"short votes",
         [](claim& c) { c.witness_votes = "+-++"; },
         wrong,
         open,
         {"witness_votes: +-++ is claimed, the workers vote +-+++"}},
        {"strange votes",
         [](claim& c) { c.witness_votes = "+-\n++"; },
         wrong,
         open,
         {"witness_votes: something else than votes is claimed, the workers vote +-+++"}},
        {"votes alone",
         [](claim& c) { c.witness.reset(); },
         wrong,
         open,
         {"witness_votes: votes are claimed without a witness"}},
        {"no witness", [](claim& c) { c.witness.reset(), c.witness_votes.reset(); }, absent, open, {}},
        {"no votes", [](claim& c) { c.witness_votes.reset(); }, confirmed, open, {}},
        {"odd rows vote alike under every tie policy",
         [](claim& c) { c.ties = election::tie_policy::coin; },
         confirmed,
         open,
         {}},
    };
    for (const tampering& tampered : table) {
        CAPTURE(tampered.what);
        claim claimed = honest;
        tampered.change(claimed);
        const auto checked = election::check_claim(election::deterministic(5, 1), claimed);
        CHECK(checked.witness == tampered.witness);
        CHECK(checked.optimality == tampered.optimality);
        CHECK(joined(checked.refutations) == joined(tampered.refutations));
        CHECK(checked.holds() == tampered.refutations.empty());
    }
}

TEST_CASE("check_claim: a message with as many + as - has no truth") {
    const std::vector<std::vector<int>> code{{1, 1}, {1, 0}};
    claim claimed = election::claim_of(election::verify_reference(code));
    claimed.witness = "+-";
    const auto checked = election::check_claim(code, claimed);
    CHECK(checked.witness == witness_check::wrong);
    CHECK(joined(checked.refutations) == "witness: as many + as -, such a message has no truth\n");
}

TEST_CASE("check_claim: a claim about a matrix of another size is no claim about this one") {
    claim claimed = true_claim();
    CHECK_THROWS_WITH_AS(static_cast<void>(election::check_claim(election::deterministic(7, 1), claimed)),
                         "election::check_claim: the claim is about 5 workers and 5 partitions; the matrix has 7 and 7",
                         election::error);
}

TEST_CASE("check_claim: confirms the reference under every tie policy, and rejects a margin that is off by one") {
    CAPTURE(election_test::seed());
    std::uint64_t stream = 0;
    for (std::size_t n = 1; n <= 6; ++n) {
        for (std::size_t k = 1; k <= 6; ++k) {
            const auto code = random_code(election::counter_random(election_test::seed(), stream++), n, k);
            for (election::tie_policy ties : election::tie_policies) {
                CAPTURE(n);
                CAPTURE(k);
                CAPTURE(election::name_of(ties));
                claim claimed = election::claim_of(election::verify_reference(code, ties));
                const auto honest = election::check_claim(code, claimed);
                CHECK(joined(honest.refutations).empty());
                CHECK(honest.witness == witness_check::confirmed);
                CHECK(honest.optimality == optimality_check::not_proved);
                ++*claimed.margin;
                const auto tampered = election::check_claim(code, claimed);
                CHECK(tampered.witness == witness_check::wrong);
                CHECK(tampered.optimality == optimality_check::refuted);
            }
        }
    }
}

TEST_CASE("check_claim: the names that results use") {
    CHECK(election::name_of(witness_check::confirmed) == "confirmed");
    CHECK(election::name_of(witness_check::wrong) == "wrong");
    CHECK(election::name_of(witness_check::absent) == "absent");
    CHECK(election::name_of(optimality_check::proved) == "proved");
    CHECK(election::name_of(optimality_check::refuted) == "refuted");
    CHECK(election::name_of(optimality_check::not_proved) == "not proved by this file");
}
