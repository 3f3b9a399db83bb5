// SPDX-License-Identifier: MIT
#include <election/exact/certified_witness.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/exact/certified_step.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/model_reference.hpp>
#include <election/verify/verdict.hpp>
#include <support/certificate_text.hpp>
#include <support/random_code.hpp>
#include <support/random_model.hpp>

namespace {

using election::exact_model;
using election::packed_allocation;
using election::sign_alphabet;
using election::tie_policy;
using election_test::matrix;

/// The margin, or why there is none.
std::string held(const packed_allocation& code, const exact_model& model, const std::string& message,
                 const std::string& reported) {
    try {
        return std::to_string(election::detail::margin_of_witness(code, model, message, reported));
    } catch (const election::detail::false_step& step) {
        return step.why;
    }
}

} // namespace

TEST_CASE("certified_witness: the margin of an election is what its model says") {
    const packed_allocation code(matrix({"100", "010", "110", "111", "000"}));
    const auto margin = [&](const exact_model& model, const std::string& message) {
        return held(code, model, message, message);
    };
    CHECK(margin({}, "-++") == "1");                              // wrong, right, tied, right, tied
    CHECK(margin({}, "+--") == "1");                              // the same turned round
    CHECK(margin({.ties = tie_policy::positive}, "-++") == "3");  // ties are right
    CHECK(margin({.ties = tie_policy::positive}, "+--") == "-1"); // or wrong
    CHECK(margin({.ties = tie_policy::negative}, "-++") == "-1");
    CHECK(margin({.ties = tie_policy::coin}, "-++") == "-1");
    CHECK(margin({.ties = tie_policy::coin}, "+--") == "-1");
    CHECK(margin({.alphabet = sign_alphabet::ternary}, "-++") == "1");
    CHECK(margin({.alphabet = sign_alphabet::ternary}, "00+") == "1"); // only the full row votes
    CHECK(margin({.alphabet = sign_alphabet::ternary}, "0-0") == "3"); // truth −: all but two vote for it
    CHECK(margin({.weights = {5, 1, 7, 2, 9}}, "-++") == "-2");
    CHECK(margin({.liars = {3, 4}}, "-++") == "-2"); // −1 + 1 + 0 − 1 − 1
    CHECK(margin({.weights = {1, 1, 1, 1, 3}, .liars = {4}}, "-++") == "-2");
    CHECK(margin({.may_lose = {0}}, "-++") == "1");
    CHECK(margin({.may_lose = {1, 2}}, "-++") == "partition 0 may not lose");
    CHECK(margin({.alphabet = sign_alphabet::ternary, .may_lose = {1, 2}}, "0++") == "partition 0 may not lose");
    CHECK(margin({.alphabet = sign_alphabet::ternary}, "+-0") ==
          "the witness has as many + as -: such a message has no truth");
    // Corrupted partitions report what they like; the truth is that of the honest message.
    CHECK(held(code, {.corrupted = 1}, "-++", "--+") == "-4");
    CHECK(held(code, {.corrupted = 1}, "-++", "---") == "2 partitions report another sign, and 1 can be corrupted");
    CHECK(held(code, {}, "-++", "--+") == "1 partitions report another sign, and 0 can be corrupted");
    CHECK(held(code, {.may_lose = {0, 2}, .corrupted = 1}, "-++", "--+") == "partition 1 may not lose");
    CHECK(held(code, {.may_lose = {0}, .corrupted = 3}, "+++", "-++") == "1");
}

TEST_CASE("certified_witness: worst elections of the reference have its margin") {
    std::mt19937 random(29);
    for (int round = 0; round < 600; ++round) {
        const auto code = election_test::random_code(1 + random() % 6, 1 + random() % 4, 0.5, random());
        const exact_model model = election_test::random_model(code, random);
        const auto worst = election::verify_model_reference(code, model);
        CHECK(held(code, model, election::to_string(worst.message), election::to_string(worst.reported)) ==
              std::to_string(worst.margin));
    }
}
