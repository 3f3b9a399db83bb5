// SPDX-License-Identifier: MIT
#include <election/exact/certified_enumeration.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/codes/uncoded.hpp>
#include <election/exact/certificate.hpp>
#include <election/exact/certificate_check.hpp>
#include <election/exact/certified_problem.hpp>
#include <election/exact/exact_model.hpp>
#include <support/certificate_text.hpp>
#include <support/certified_loss.hpp>
#include <support/random_code.hpp>
#include <support/random_model.hpp>

namespace {

using election::check_certificate;
using election::optimality_check;
using election::packed_allocation;
using election::detail::certified_enumeration;
using election::detail::certified_problem;
using election_test::certified_loss_of;
using election_test::written;

} // namespace

TEST_CASE("certified_enumeration: all choices of a prefix exceed what the least of them does, and no more") {
    std::mt19937 random(37);
    std::mt19937_64 draws(41);
    for (int round = 0; round < 600; ++round) {
        const std::size_t n =
            random() % 10 == 0 ? 900 : 1 + random() % 30; // many rows go beyond what the bytes of a sum hold
        const auto code = election_test::random_code(n, 1 + random() % 8, 0.5, random());
        const certified_problem problem(code, election_test::random_model(code, random), 1,
                                        random() % 2 == 0 ? std::vector<std::vector<std::uint32_t>>{}
                                                          : std::vector<std::vector<std::uint32_t>>{{0}});
        const std::size_t k = problem.columns();
        std::vector<std::uint32_t> order(k);
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::shuffle(order, random);
        std::vector<char> prefix(random() % (k + 1));
        for (char& value : prefix) value = static_cast<char>(random() % 2);
        std::int64_t least = INT64_MAX;
        std::int64_t least_of_all = INT64_MAX;
        double count = 0;
        std::vector<char> choice(k, 0);
        std::fill(choice.end() - problem.budget(), choice.end(), char{1});
        do {
            std::vector<char> by_column(k);
            for (std::size_t i = 0; i < k; ++i) by_column[order[i]] = choice[i];
            least_of_all = std::min(least_of_all, certified_loss_of(problem, by_column));
            if (!std::equal(prefix.begin(), prefix.end(), choice.begin())) continue;
            least = std::min(least, certified_loss_of(problem, by_column));
            ++count;
        } while (std::ranges::next_permutation(choice).found);
        certified_enumeration choices(problem, order);
        CHECK(choices.choices(prefix) == count);
        if (count == 0) {
            CHECK(choices.all_exceed(1'000'000, prefix));
        } else {
            CHECK(choices.all_exceed(least - 1, prefix));
            CHECK_FALSE(choices.all_exceed(least, prefix));
        }
        CHECK(choices.all_exceed(least_of_all - 1));
        CHECK_FALSE(choices.all_exceed(least_of_all));
        CHECK(choices.sample_exceeds(least_of_all - 1, 20, draws));
        // So many draws miss a choice once in e^20 times.
        const auto many = static_cast<std::uint64_t>(20 * choices.choices());
        CHECK_FALSE(choices.sample_exceeds(least_of_all, many, draws));
    }
}

TEST_CASE("certified_enumeration: every choice is drawn as often as any other") {
    // One of ten choices loses less than all others.
    const packed_allocation code(election_test::matrix({"11000"}));
    const certified_problem problem(code, {.ties = election::tie_policy::positive}, 1, {});
    const std::vector<std::uint32_t> order{0, 1, 2, 3, 4};
    std::mt19937_64 draws(43);
    certified_enumeration choices(problem, order);
    int missed = 0;
    for (int round = 0; round < 20000; ++round) missed += choices.sample_exceeds(0, 1, draws) ? 1 : 0;
    CHECK(missed > 18000 - 5 * 43); // five standard deviations
    CHECK(missed < 18000 + 5 * 43);
}

TEST_CASE("certified_enumeration: a certificate is enumerated as a whole, or says that it was not") {
    const packed_allocation code(election::uncoded(21)); // C(21, 10) = 352716 choices, all with a margin of 1
    auto made = election::certificate_about(code);
    made.claim = election::margin_claim::at_least;
    made.margin = 1;
    made.sides.push_back({1, 22, election::enumeration_lines()});
    const std::string text = written(made);
    const auto whole = check_certificate(code, text);
    CHECK(whole.proved());
    CHECK(whole.enumerated == 352716);
    CHECK(whole.samples == 0);
    CHECK(whole.undetected() == 0);
    CHECK(check_certificate(code, text, "F", {.enumerate_up_to = 352716}).proved());
    const auto some = check_certificate(code, text, "F", {.enumerate_up_to = 352715, .samples = 1000});
    CHECK(some.holds());
    CHECK_FALSE(some.proved());
    CHECK(some.optimality == optimality_check::sampled);
    CHECK(name_of(some.optimality) == "sampled");
    CHECK(some.samples == 1000);
    CHECK(some.enumerated == 0);
    CHECK(some.undetected() == doctest::Approx(0.0029912)); // (1 − p)^1000 = 0.05
    CHECK_THROWS_AS((void)check_certificate(code, text, "F", {.samples = 0}), election::parameter_error);
    // What is false is found where it is frequent.
    made.margin = 2;
    made.sides[0].loss = 23;
    CHECK(check_certificate(code, written(made)).refutations[0] == "line 6: a choice has no more loss than the target");
    const auto drawn = check_certificate(code, written(made), "F", {.enumerate_up_to = 0, .samples = 1});
    CHECK(drawn.refutations[0] == "line 6: a choice has no more loss than the target");
    CHECK(drawn.optimality == optimality_check::refuted);
    // A witness that is wrong is worse than a sample.
    made.margin = 1;
    made.sides[0].loss = 22;
    made.claim = election::margin_claim::exactly;
    made.witness = std::string(21, '+');
    CHECK(check_certificate(code, written(made), "F", {.enumerate_up_to = 0, .samples = 1}).optimality ==
          optimality_check::not_proved);
    packed_allocation wide(1, 128);
    wide.set(0, 0);
    CHECK(election_test::outcome(wide, "claim margin at least -1\nside + loss 0\nenumerate\n") ==
          "F:6: is for 127 columns at most");
    CHECK(election_test::outcome(code, "claim margin at least 1\nside + loss 22\nenumerate \n") ==
          "F:6: has more than its line may have");
}

TEST_CASE("certified_enumeration: 127 columns fit their bytes") {
    packed_allocation code(2, 127);
    for (std::size_t j = 0; j < 127; ++j) {
        if (j != 126) code.set(0, j);
        code.set(1, j);
    }
    const certified_problem problem(code, {.corrupted = 63}, 1, {}); // 126 of 127 lose: all but one
    std::vector<std::uint32_t> order(127);
    std::iota(order.begin(), order.end(), 0U);
    certified_enumeration choices(problem, order);
    CHECK(choices.choices() == 127);
    CHECK(choices.all_exceed(-1));
    CHECK_FALSE(choices.all_exceed(0));
}

TEST_CASE("certified_enumeration: more rows than the bytes of a sum can count") {
    for (std::size_t n : {799U, 801U, 1023U, 1024U, 1025U, 1700U}) {
        packed_allocation code(n, 3); // all hold one partition
        for (std::size_t i = 0; i < n; ++i) code.set(i, 0);
        const std::vector<std::uint32_t> order{1, 0, 2};
        const auto twice = static_cast<std::int64_t>(2 * n);
        certified_enumeration choices(election::detail::single_rows(code, {}, 1), order);
        CHECK_FALSE(choices.all_exceed(0));
        CHECK(choices.all_exceed(-1));
        CHECK(choices.all_exceed(twice - 1, {1}));
        CHECK_FALSE(choices.all_exceed(twice, {1}));
    }
}
