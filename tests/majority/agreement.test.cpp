// SPDX-License-Identifier: MIT
#include <election/majority/agreement.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/executor.hpp>
#include <support/architectures.hpp>
#include <support/random_signs.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// Vote by vote.
template <class Row, class Decoded>
agreement_counts plain_agreement(const Row& row, const Decoded& decoded) {
    agreement_counts counts;
    for (std::size_t j = 0; j < decoded.size(); ++j) {
        if (decoded[j] == 0) continue;
        counts += {row[j] == decoded[j] ? 1U : 0U, row[j] == -decoded[j] ? 1U : 0U, row[j] == 0 ? 1U : 0U};
    }
    return counts;
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("rows and decoded votes, each binary or ternary", Arch, all_kinds) {
    CAPTURE(election_test::seed());
    for (std::size_t n : {1U, 2U, 31U}) {
        for (std::size_t d : {0U, 1U, 63U, 64U, 65U, 1000U, 16384U, 70'001U}) {
            if (n > 2 && d > 20'000) continue;
            const election_test::random_rows rows(n, d, election_test::seed() + d);
            const election_test::random_votes votes(n + 1, d, election_test::seed() + d + 1);
            const std::vector<ternary_view> views = votes.views();
            const row_set binary(rows.span());
            const ternary_row_set ternary(std::vector<ternary_view>(views.begin(), views.end() - 1));
            const sign_view signs = rows[0];
            const ternary_view some = views.back();
            const auto one = agreement<Arch>(binary, signs);
            const auto two = agreement<Arch>(ternary, signs);
            const auto three = agreement<Arch>(binary, some);
            const auto four = agreement<Arch>(ternary, some);
            const auto shared = agreement<Arch>(thread_executor(2), ternary, some);
            CAPTURE(n);
            CAPTURE(d);
            for (std::size_t i = 0; i < n; ++i) {
                CHECK(one[i] == plain_agreement(rows[i], signs));
                CHECK(two[i] == plain_agreement(views[i], signs));
                CHECK(three[i] == plain_agreement(rows[i], some));
                CHECK(four[i] == plain_agreement(views[i], some));
                CHECK(shared[i] == four[i]);
            }
            CHECK(one[0] == agreement_counts{d, 0, 0});
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(all_kinds, election_test::enabled_architectures);

TEST_CASE("a decoded vector of another size is named") {
    CHECK_THROWS_WITH_AS((void)agreement(row_set(sign_matrix(2, 10)), sign_vector(9).view()),
                         "election::agreement: decoded.size() = 9 must be the number of signs in a row, 10",
                         parameter_error);
}
