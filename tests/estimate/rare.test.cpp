// SPDX-License-Identifier: MIT
#include <election/estimate/rare.hpp>

#include <cmath>
#include <cstddef>

#include <doctest/doctest.h>
#include <election/codes/uncoded.hpp>
#include <support/exact_failure.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("weights are drawn where they make failures rare, else populations are split") {
    CAPTURE(election_test::seed());
    const packed_allocation code = election_test::triples(21, 11);
    // Five standard errors each, those of splitting from 20 replicates (Student): one seed in 12 000.
    const auto check = [&](const auto& messages, std::size_t liars, rare_method expected) {
        const double exact = election_test::exact_failure(
            election_test::exact_triples(21, 11, std::decay_t<decltype(messages)>::truth, liars), messages);
        const auto found = estimate_rare(code, messages, liars, {.seed = election_test::seed(), .particles = 300});
        CAPTURE(exact);
        CAPTURE(found.estimate);
        CHECK(found.method == expected);
        CHECK(std::abs(found.estimate - exact) <= 5 * found.standard_error);
        CHECK((found.workers == 32 && found.partitions == 63 && found.seed == election_test::seed()));
    };
    check(independent_messages{0.75}, 2, rare_method::importance);
    check(nearest_messages{}, 0, rare_method::splitting);
}

TEST_CASE("a method that is asked for is taken") {
    const auto run = [](rare_method method) {
        return estimate_rare(uncoded(15), independent_messages{0.8}, 1, {.trials = 100'000, .particles = 50}, method);
    };
    CHECK(run(rare_method::importance).method == rare_method::importance);
    CHECK(run(rare_method::splitting).method == rare_method::splitting);
}
