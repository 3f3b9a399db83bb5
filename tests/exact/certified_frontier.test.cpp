// SPDX-License-Identifier: MIT
#include <election/exact/certified_frontier.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/exact/certificate.hpp>
#include <election/exact/verify_exact.hpp>
#include <election/verify/reference.hpp>
#include <support/certificate_text.hpp>
#include <support/margin_claims.hpp>
#include <support/random_code.hpp>
#include <support/random_model.hpp>

namespace {

using election::packed_allocation;
using election_test::matrix;
using election_test::outcome;

} // namespace

TEST_CASE("certified_frontier: a table over the columns") {
    std::mt19937 random(17);
    for (int round = 0; round < 400; ++round) {
        const bool sparse = round >= 300; // many states that are reached with different numbers of losers
        const std::size_t k = sparse ? 12 : 1 + random() % 11;
        const auto code = election_test::random_code(sparse ? 16 : 1 + random() % 7, k,
                                                     sparse ? 0.25 : 0.1 * static_cast<double>(1 + random() % 9), random());
        std::vector<std::uint32_t> order(k);
        for (std::uint32_t j = 0; j < k; ++j) order[j] = j;
        std::ranges::shuffle(order, random);
        for (election::tie_policy ties : election::tie_policies) {
            election_test::check_margin_claims(code, {.ties = ties}, election::frontier_lines(order));
        }
    }
    const packed_allocation code(election::deterministic(9, 1));
    const std::string start = "claim margin at least 3\nside + loss 12\nfrontier ";
    CHECK(outcome(code, start + "0,1,2,3,4,5,6,7,8\n") == "proved");
    CHECK(outcome(code, start + "8,7,6,5,4,3,2,1,0\n") == "proved");
    CHECK(outcome(code, start + "0,1,2,3,4,5,6,7,7\n") == "line 6: column 7 is there twice");
    CHECK(outcome(code, start + "1,2,3,4,5,6,7,8\n") == "line 6: column 0 turns votes and is not there");
    CHECK(outcome(code, start + "\n") == "F:6: a column must be a whole number up to 8");
    CHECK(outcome(code, start + "0,1 \n") == "F:6: has more than its line may have");
    CHECK(outcome(code, "claim margin at least 5\nside + loss 14\nfrontier 0,1,2,3,4,5,6,7,8\n") ==
          "line 6: a choice has no more loss than the target");
    // Columns that nobody needs may be left out; they are losers that cost nothing.
    const packed_allocation sparse(matrix({"1000000", "1000000", "0100000"}));
    REQUIRE(election::verify_reference(sparse).margin == -3);
    CHECK(outcome(sparse, "claim margin at least -3\nside + loss 0\nfrontier 0,1\n") == "proved");
    CHECK(outcome(sparse, "claim margin at least -2\nside + loss 1\nfrontier 0,1\n") ==
          "line 6: a choice has no more loss than the target");
    // A state that is reached with many losers first, then with fewer: the many count, too.
    const packed_allocation twice(matrix({"11110", "11011", "10101", "00111"}));
    REQUIRE(election::verify_reference(twice).margin == 0);
    CHECK(outcome(twice, "claim margin at least 0\nside + loss 4\nfrontier 1,4,3,2,0\n") == "proved");
    CHECK(outcome(twice, "claim margin at least 1\nside + loss 5\nfrontier 1,4,3,2,0\n") ==
          "line 6: a choice has no more loss than the target");
    // After the columns 2, 3, 6, 5 and 4 a state is reached with three losers, then with two: that with three has loss 4 in the end.
    const packed_allocation later(matrix({"0000101", "0001000", "1001010", "0110110", "1110111"}));
    CHECK(outcome(later, "claim margin at least -1\nside + loss 4\nfrontier 2,3,6,5,4,1,0\n") == "proved");
    CHECK(outcome(later, "claim margin at least 0\nside + loss 5\nfrontier 2,3,6,5,4,1,0\n") ==
          "line 6: a choice has no more loss than the target");
    // Rows of nearly all columns are open for a moment only, by the columns that they do not hold.
    packed_allocation dense(61, 61);
    for (std::size_t i = 0; i < 61; ++i) {
        for (std::size_t j = 0; j < 61; ++j) {
            if (j != i && j != (i + 1) % 61 && j != (i + 2) % 61) dense.set(i, j);
        }
    }
    std::string order = "frontier 0";
    for (int j = 1; j < 61; ++j) order += "," + std::to_string(j);
    const int margin = election::verify_exact(dense, {}, election::exact_kernels_for<>()).margin;
    const auto claimed = [&](int at_least) {
        return "claim margin at least " + std::to_string(at_least) + "\nside + loss " + std::to_string(at_least + 61) +
               "\n" + order + "\n";
    };
    CHECK(outcome(dense, claimed(margin)) == "proved");
    CHECK(outcome(dense, claimed(margin + 1)) == "line 6: a choice has no more loss than the target");
    // Too many rows that are open at a time.
    packed_allocation wide(400, 9);
    for (std::size_t i = 0; i < 400; ++i) {
        for (std::size_t j = 0; j < 9; ++j) {
            if ((i >> j & 1U) == 0) wide.set(i, j);
        }
    }
    CHECK(outcome(wide, "claim margin at least 0\nside + loss 400\nfrontier 0,1,2,3,4,5,6,7,8\n") ==
          "F:6: has an order that leaves too many rows open at a time");
}

TEST_CASE("certified_frontier: votes of every size, under every model") {
    std::mt19937 random(18);
    for (int round = 0; round < 400; ++round) {
        const std::size_t k = 1 + random() % 6;
        const auto code =
            election_test::random_code(1 + random() % 8, k, 0.1 * static_cast<double>(1 + random() % 9), random());
        auto model = election_test::random_model(code, random);
        const std::uint32_t scale = std::vector<std::uint32_t>{1, 1, 4095, 10'000'000}[random() % 4];
        for (std::uint32_t& weight : model.weights) weight = weight * scale + random() % 2;
        std::size_t columns = model.may_lose.empty() ? k : model.may_lose.size();
        if (model.alphabet == election::sign_alphabet::ternary) columns *= 2;
        std::vector<std::uint32_t> order(columns);
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::shuffle(order, random);
        if (order.empty()) continue;
        election_test::check_margin_claims(code, model, election::frontier_lines(order));
    }
}
