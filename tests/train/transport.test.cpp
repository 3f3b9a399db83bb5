// SPDX-License-Identifier: MIT
#include <election/train/transport.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace election;

static_assert(transport<local_transport<binary_form>, binary_form>);
static_assert(transport<local_transport<ternary_form>, ternary_form>);
static_assert(!transport<std::vector<int>, binary_form>);

namespace {

sign_matrix signs_of(const std::vector<std::string>& rows) {
    sign_matrix matrix(rows.size(), rows.front().size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < rows[i].size(); ++j) matrix[i].set(j, rows[i][j] == '+');
    }
    return matrix;
}
ternary_matrix votes_of(const std::vector<std::string>& rows) {
    ternary_matrix matrix(rows.size(), rows.front().size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < rows[i].size(); ++j)
            matrix[i].set(j, rows[i][j] == '+' ? 1 : rows[i][j] == '-' ? -1 : 0);
    }
    return matrix;
}

} // namespace

TEST_CASE("the decision is the majority of those who sent something") {
    const sign_matrix votes = signs_of({"++-+", "+---", "-+--"});
    local_transport<binary_form> transport(3, tie_sign::negative);
    sign_vector decision(4);
    CHECK(transport.decide({0, transport.workers(), votes.view(), std::vector<std::uint8_t>{0, 0, 0}}, decision).absent ==
          0);
    CHECK(to_string(decision) == "++--");
    const auto report =
        transport.decide({1, transport.workers(), votes.view(), std::vector<std::uint8_t>{0, 1, 0}}, decision);
    CHECK(to_string(decision) == "-+--"); // ties go to −
    CHECK(report.absent == 1);
    CHECK(report.vote_bytes == 2 * (32 + 1));
    CHECK(report.decision_bytes == 3 * (32 + 1));
    local_transport<binary_form> positive(3);
    positive.decide({1, positive.workers(), votes.view(), std::vector<std::uint8_t>{0, 1, 0}}, decision);
    CHECK(to_string(decision) == "++-+");
}

TEST_CASE("ternary votes, and workers that are absent all the time") {
    const ternary_matrix votes = votes_of({"+0-0", "+---", "-+00"});
    const std::vector<std::size_t> absent{1};
    local_transport<ternary_form> transport(3, tie_sign::positive, majority_kernel_for<default_arch>(), absent);
    ternary_vector decision(4);
    const std::vector<std::uint8_t> silent(3);
    const auto report = transport.decide({0, transport.workers(), votes.view(), silent}, decision);
    CHECK(to_string(decision) == "0+-0");
    CHECK(report.absent == 1);
    CHECK(report.vote_bytes == 2 * (32 + 2));
}

TEST_CASE("with nobody left everything is tied") {
    const std::vector<std::uint8_t> silent{1, 1};
    sign_vector decision(70);
    local_transport<binary_form> positive(2);
    positive.decide({0, positive.workers(), sign_matrix(2, 70).view(), silent}, decision);
    CHECK(decision[69] == 1);
    CHECK(decision.view().words().back() == (std::uint64_t{1} << 6U) - 1); // padding stays zero
    ternary_vector open(70);
    open.set(3, 1);
    local_transport<ternary_form> ternary(2);
    ternary.decide({0, ternary.workers(), ternary_matrix(2, 70).view(), silent}, open);
    CHECK(open == ternary_vector(70));
}

TEST_CASE("what cannot be is named") {
    CHECK_THROWS_WITH_AS(local_transport<binary_form>(0), "election::local_transport: workers = 0 must be at least 1",
                         parameter_error);
    const std::vector<std::size_t> absent{3};
    CHECK_THROWS_WITH_AS(local_transport<binary_form>(3, tie_sign::positive, majority_kernel_for<default_arch>(), absent),
                         "election::local_transport: absent = 3 must be below the number of workers, 3", parameter_error);
    local_transport<binary_form> transport(3);
    sign_vector decision(4);
    const std::vector<std::size_t> two{0, 1};
    CHECK_THROWS_AS(transport.decide({0, two, sign_matrix(2, 4).view(), std::vector<std::uint8_t>(2)}, decision),
                    parameter_error);
}
