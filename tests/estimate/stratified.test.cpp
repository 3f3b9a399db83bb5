// SPDX-License-Identifier: MIT
#include <election/estimate/stratified.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/bernoulli.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/uncoded.hpp>
#include <support/architectures.hpp>
#include <support/exact_failure.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

constexpr against_attack against;

/// The mean over seeds is the exact value: within five standard errors, found from the 40 estimates themselves, which happens by
/// chance once in 80 000 comparisons (Student's t, 39 degrees of freedom).
template <class Messages>
void check_unbiased(const packed_allocation& code, const Messages& messages, std::size_t liars, tie_policy ties) {
    const double exact =
        election_test::exact_failure(election_test::exact_by_weight(code, Messages::truth, liars, ties), messages);
    double sum = 0;
    double squares = 0;
    const int runs = 40;
    for (int run = 0; run < runs; ++run) {
        const auto found = estimate_stratified(code, messages, worst_placement{liars}, against,
                                               {.ties = ties,
                                                .seed = election_test::seed() + static_cast<std::uint64_t>(run),
                                                .threads = 1,
                                                .trials = 50'000,
                                                .enumerate = 0});
        sum += found.estimate;
        squares += (found.estimate - exact) * (found.estimate - exact);
    }
    const double mean = sum / runs;
    const double error = std::sqrt(std::max(0.0, squares / runs - (mean - exact) * (mean - exact)) / (runs - 1));
    CAPTURE(exact);
    CAPTURE(mean);
    CHECK(std::abs(mean - exact) <= 5 * error + 1e-9 * exact);
}

} // namespace

TEST_CASE("fewest_wrong() is never too many, and sometimes exactly right") {
    CAPTURE(election_test::seed());
    std::size_t exact_ones = 0;
    std::size_t useful = 0;
    for (std::uint64_t s = 0; s < 30; ++s) {
        const packed_allocation code = election_test::random_code(
            5 + s % 7, 5 + s % 5, 0.2 + 0.1 * static_cast<double>(s % 5), election_test::seed() + s);
        const std::size_t k = code.partitions();
        for (tie_policy ties : tie_policies) {
            for (std::size_t liars : {0U, 1U, 2U}) {
                const auto by_weight = election_test::exact_by_weight(code, truth_rule::plus, liars, ties);
                std::size_t fewest = 0;
                while (fewest <= k && by_weight[k - fewest] == 0) ++fewest;
                const std::size_t bound = fewest_wrong(code, ties, 1, liars);
                CAPTURE(s);
                CHECK(bound <= fewest);
                exact_ones += bound == fewest ? 1U : 0U;
                useful += bound > 0 ? 1U : 0U;
                // The other truth is the mirror image, with the ties turned.
                const tie_policy turned = ties == tie_policy::positive   ? tie_policy::negative
                                          : ties == tie_policy::negative ? tie_policy::positive
                                                                         : ties;
                CHECK(fewest_wrong(code, turned, -1, liars) == bound);
            }
        }
    }
    CHECK(exact_ones > 100); // of 360
    CHECK(useful > 100);
    CHECK(fewest_wrong(uncoded(9), tie_policy::abstain, 1, 4) == 1);
    CHECK(fewest_wrong(uncoded(9), tie_policy::abstain, 1, 5) == 0);
    CHECK(fewest_wrong(packed_allocation(2, 3), tie_policy::positive, 1, 0) == 4); // idle, and right by their ties
}

TEST_CASE("enumerated weights are exact") {
    for (tie_policy ties : {tie_policy::abstain, tie_policy::positive, tie_policy::negative}) {
        const packed_allocation code = election_test::random_code(9, 10, 0.4, 5);
        const auto check = [&](const auto& messages) {
            constexpr truth_rule rule = std::decay_t<decltype(messages)>::truth;
            const double exact = election_test::exact_failure(election_test::exact_by_weight(code, rule, 1, ties), messages);
            const auto found = estimate_stratified(code, messages, worst_placement{1}, against, {.ties = ties});
            CHECK(found.estimate == doctest::Approx(exact).epsilon(1e-12));
            CHECK((found.standard_error == 0 && found.lower <= found.estimate && found.estimate <= found.upper));
            CHECK(found.upper - found.lower <= 1e-8 * exact);
            CHECK((found.interval == "bonferroni" && found.method == rare_method::importance));
        };
        check(independent_messages{0.95});
        check(gaussian_messages{3, 0.2});
        check(uniform_messages{});
        check(nearest_messages{});
        check(weight_messages{8});
    }
}

TEST_CASE("drawn weights are unbiased") {
    CAPTURE(election_test::seed());
    const packed_allocation code = election_test::random_code(11, 12, 0.3, 8);
    for (tie_policy ties : {tie_policy::abstain, tie_policy::coin}) {
        check_unbiased(code, independent_messages{0.97}, 1, ties);
        check_unbiased(code, uniform_messages{}, 1, ties);
    }
    check_unbiased(code, gaussian_messages{6, 0.1}, 2, tie_policy::positive);
    check_unbiased(code, nearest_messages{}, 0, tie_policy::negative);
}

TEST_CASE("rare failures, against a closed form") {
    CAPTURE(election_test::seed());
    // Within five standard errors each: all three at once for all but one seed in 580 000.
    const packed_allocation code = election_test::triples(11, 2);
    const auto by_weight = election_test::exact_triples(11, 2, truth_rule::plus, 1);
    std::vector<double> seen;
    for (double right : {0.92, 0.96, 0.98}) {
        const independent_messages messages{right};
        const double exact = election_test::exact_failure(by_weight, messages);
        const auto found = estimate_stratified(code, messages, worst_placement{1}, against,
                                               {.seed = election_test::seed(), .trials = 1U << 21U, .enumerate = 1U << 14U});
        CAPTURE(exact);
        CAPTURE(found.estimate);
        CHECK(std::abs(found.estimate - exact) <= 5 * found.standard_error);
        CHECK((found.lower <= exact && exact <= found.upper));
        CHECK(found.relative_error() < 0.1);
        seen.push_back(exact);
    }
    CHECK((seen[0] > 1e-9 && seen[2] < 1e-12));
}

TEST_CASE("intervals cover") {
    CAPTURE(election_test::seed());
    const packed_allocation code = election_test::random_code(11, 12, 0.3, 8);
    const independent_messages messages{0.95};
    const double exact = election_test::exact_failure(
        election_test::exact_by_weight(code, truth_rule::plus, 1, tie_policy::abstain), messages);
    int conservative = 0;
    int normal = 0;
    const int runs = 200;
    for (int run = 0; run < runs; ++run) {
        rare_options options{
            .seed = election_test::seed() + static_cast<std::uint64_t>(run), .confidence = 0.9, .threads = 1};
        options.trials = 20'000;
        options.enumerate = 0;
        const auto wide = estimate_stratified(code, messages, worst_placement{1}, against, options);
        options.interval = rare_interval::normal;
        const auto narrow = estimate_stratified(code, messages, worst_placement{1}, against, options);
        CHECK((wide.estimate == narrow.estimate && wide.upper - wide.lower > narrow.upper - narrow.lower));
        CHECK(narrow.interval == "normal");
        conservative += wide.lower <= exact && exact <= wide.upper ? 1 : 0;
        normal += narrow.lower <= exact && exact <= narrow.upper ? 1 : 0;
    }
    // At least 180 on average, less 5 sigma of a binomial: 159; the conservative one misses a tenth of that at most.
    CHECK(conservative >= 190);
    CHECK(normal >= 155);
    CHECK(normal <= 199);
}

TEST_CASE("other liars: as plain sampling sees them") {
    CAPTURE(election_test::seed());
    const auto code = bernoulli(15, 15, 0.3, 3);
    const auto check = [&](const auto& messages, const auto& placement, const auto& attack) {
        const auto plain = estimate(code, messages, placement, attack, {.seed = election_test::seed(), .trials = 400'000});
        const auto found = estimate_stratified(code, messages, placement, attack,
                                               {.seed = election_test::seed(), .relative_error = 0.01, .trials = 1'000'000});
        const double error = std::hypot(found.standard_error, std::sqrt(plain.estimate * (1 - plain.estimate) / 400'000));
        CAPTURE(plain.estimate);
        CHECK(plain.failures > 100);
        CHECK(std::abs(plain.estimate - found.estimate) <= 5 * error); // one seed in 1.7 million, each
    };
    check(independent_messages{0.8}, random_placement{3}, noise_attack{});
    check(uniform_messages{}, fixed_placement{{2, 5}}, directional_attack{-1});
    check(nearest_messages{}, random_placement{2}, flip_attack{0.5});
    check(gaussian_messages{2, 0.1}, worst_placement{2}, reverse_attack{});
}

TEST_CASE_TEMPLATE_DEFINE("the same for any number of threads and every architecture", Arch, same_strata) {
    const packed_allocation code = election_test::triples(13, 2);
    const auto run = [&](auto arch, unsigned threads) {
        return estimate_stratified<decltype(arch)>(code, independent_messages{0.9}, random_placement{2}, noise_attack{},
                                                   {.seed = 3, .threads = threads, .trials = 200'000});
    };
    const auto plain = run(arch::word64{}, 1);
    CHECK(plain.estimate > 0);
    for (unsigned threads : {1U, 2U, 5U}) {
        const auto same = run(Arch{}, threads);
        CHECK((same.estimate == plain.estimate && same.upper == plain.upper && same.trials == plain.trials));
    }
}
TEST_CASE_TEMPLATE_APPLY(same_strata, election_test::enabled_architectures);

TEST_CASE("what cannot fail is known not to, and parameters are checked") {
    const auto never = estimate_stratified(uncoded(25), weight_messages{25}, worst_placement{3}, against);
    CHECK((never.estimate == 0 && never.upper == 0 && never.trials == 0));
    const auto message = [](std::size_t liars) -> std::string {
        try {
            (void)estimate_stratified(uncoded(5), nearest_messages{}, worst_placement{liars}, reverse_attack{});
        } catch (const parameter_error& failure) {
            return failure.what();
        }
        return "";
    };
    CHECK(message(6) == "election::placement: liars = 6 must be at most half of the workers for the worst who reverse, 2");
    CHECK(message(2).empty());
}
