// SPDX-License-Identifier: MIT
#include <election/estimate/splitting.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/codes/uncoded.hpp>
#include <election/verify/vote.hpp>
#include <support/architectures.hpp>
#include <support/exact_failure.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

constexpr sampling_kernel kernel = sampling_kernel_for<default_arch>();

/// The mean of many replicates is the exact value, within five of its standard errors. Were it normal, once in 1.7 million seeds it
/// would not be; estimates of rare events are skewed, so that once in 10^4 is a safe guess.
template <class Messages>
void check_unbiased(const packed_allocation& code, const Messages& messages, std::size_t liars, tie_policy ties,
                    double exact, std::size_t replicates = 400) {
    const auto found = estimate_splitting(
        code, messages, liars,
        {.ties = ties, .seed = election_test::seed(), .particles = 100, .replicates = replicates, .sweeps = 1});
    CAPTURE(exact);
    CAPTURE(found.estimate);
    CAPTURE(found.standard_error);
    CHECK(std::abs(found.estimate - exact) <= 5 * found.standard_error);
    CHECK(found.relative_error() < 0.13); // far less than that of so many plain elections
}

template <class Messages>
double exact_small(const packed_allocation& code, const Messages& messages, std::size_t liars, tie_policy ties) {
    return election_test::exact_failure(election_test::exact_by_weight(code, Messages::truth, liars, ties), messages);
}

template <class Messages>
double exact_triples(std::size_t count, std::size_t full, const Messages& messages, std::size_t liars) {
    return election_test::exact_failure(election_test::exact_triples(count, full, Messages::truth, liars), messages);
}

} // namespace

TEST_CASE("steps keep the books: votes and scores are those of the message") {
    for (tie_policy ties : tie_policies) {
        const packed_allocation code = election_test::random_code(9, 8, 0.4, 11);
        const detail::splitting_problem problem(code, uniform_messages{}, 1, ties);
        detail::splitting_population population(problem, 50);
        random_stream random(kernel, 5, 0);
        for (std::size_t i = 0; i < 50; ++i) {
            {
                detail::splitting_walker walker(problem, population, i);
                walker.draw(random);
                walker.walk(3, static_cast<std::int64_t>(i % 5) * 3000, random);
            }
            sign_list message(8, -1);
            for (std::size_t p = 0; p < population.weights[i]; ++p) message[population.order[8 * i + p]] = 1;
            REQUIRE(truth_of(message) != 0);
            std::int32_t sum = 0;
            for (std::size_t c = 0; c < problem.classes(); ++c) {
                std::int32_t signs = population.sums[i * problem.classes() + c];
                if (signs == 0 && ties == tie_policy::coin) signs = population.coins[i * problem.classes() + c];
                sum += signs > 0 ? problem.size[c] : signs < 0 ? -problem.size[c] : problem.tied[c];
            }
            CHECK(sum == population.votes[i]);
            std::int32_t honest = 0;
            for (std::int8_t vote : votes_of(code, message, ties)) honest += vote;
            if (ties != tie_policy::coin) CHECK(honest == population.votes[i]);
            std::int64_t pull = 0;
            for (std::size_t j = 0; j < 8; ++j) pull += message[j] * problem.pull[j];
            CHECK(pull == population.pulls[i]);
        }
    }
}

TEST_CASE("walks within a level leave the law of the messages there as it is") {
    CAPTURE(election_test::seed());
    // Draws that happen to be within the level follow the law given it; so they must after a walk. Each message's frequency after the
    // walk against the law: 5 sigma, at most 32 messages in each of two cases, one seed in 27 000.
    const packed_allocation code = election_test::random_code(7, 5, 0.5, 4);
    const std::int64_t level = 2 * detail::splitting_problem::unit;
    const auto check = [&](const auto& messages, tie_policy ties) {
        const detail::splitting_problem problem(code, messages, 0, ties);
        detail::splitting_population population(problem, 1);
        random_stream random(kernel, election_test::seed(), 1);
        std::map<std::vector<std::uint16_t>, double> before;
        std::map<std::vector<std::uint16_t>, double> after;
        double count = 0;
        for (int i = 0; i < 60'000; ++i) {
            const auto pluses = [&] {
                std::vector<std::uint16_t> set(
                    population.order.begin(), population.order.begin() + static_cast<std::ptrdiff_t>(population.weights[0]));
                std::ranges::sort(set);
                return set;
            };
            {
                detail::splitting_walker walker(problem, population, 0);
                walker.draw(random);
                if (!walker.place().is_within(level)) continue;
            }
            ++count;
            ++before[pluses()];
            {
                detail::splitting_walker walker(problem, population, 0);
                walker.walk(1, level, random);
                REQUIRE(walker.place().is_within(level));
            }
            ++after[pluses()];
        }
        CHECK(count > 3'000);
        for (const auto& [set, times] : before) {
            // Both counts are random: twice the variance.
            CHECK(std::abs(after[set] - times) <= 5 * std::sqrt(2 * times) + 5);
        }
        for (const auto& [set, times] : after) CHECK((before[set] > 0 || times < 30));
    };
    check(independent_messages{0.7}, tie_policy::abstain);
    check(uniform_messages{}, tie_policy::positive);
}

TEST_CASE("levels need not be in the order of failure: elections that fail pass all of them") {
    CAPTURE(election_test::seed());
    const packed_allocation code = election_test::triples(5, 0);
    const independent_messages messages{0.6};
    const double exact = exact_triples(5, 0, messages, 0);
    const rare_options options{.seed = election_test::seed(), .particles = 100, .sweeps = 1};
    const detail::splitting_problem problem(code, messages, 0, tie_policy::abstain);
    const int runs = 400;
    double sum = 0;
    double squares = 0;
    for (int run = 0; run < runs; ++run) {
        detail::splitting_replicate replicate(problem, options, kernel, static_cast<std::uint64_t>(run));
        replicate.draw();
        double estimate = replicate.pass(-6 * detail::splitting_problem::unit); // most failures are above
        estimate *= static_cast<double>(replicate.failures()) / 100;
        sum += estimate;
        squares += (estimate - exact) * (estimate - exact);
    }
    CHECK((exact > 0.1 && exact < 0.5));
    CHECK(std::abs(sum / runs - exact) <= 5 * std::sqrt(squares) / runs); // one seed in 1.7 million
}

TEST_CASE("unbiased: small codes, all messages and ties, against every message") {
    CAPTURE(election_test::seed());
    const packed_allocation code = election_test::random_code(11, 12, 0.3, 8);
    for (tie_policy ties : tie_policies) {
        CAPTURE(name_of(ties));
        check_unbiased(code, independent_messages{0.97}, 1, ties, exact_small(code, independent_messages{0.97}, 1, ties));
        check_unbiased(code, uniform_messages{}, 0, ties, exact_small(code, uniform_messages{}, 0, ties), 100);
        check_unbiased(code, nearest_messages{}, 0, ties, exact_small(code, nearest_messages{}, 0, ties), 100);
    }
    check_unbiased(code, gaussian_messages{8, 0.05}, 1, tie_policy::abstain,
                   exact_small(code, gaussian_messages{8, 0.05}, 1, tie_policy::abstain));
    check_unbiased(code, weight_messages{9}, 1, tie_policy::positive,
                   exact_small(code, weight_messages{9}, 1, tie_policy::positive));
}

TEST_CASE("unbiased: from 10^-3 to 10^-11, against a closed form") {
    CAPTURE(election_test::seed());
    const auto check = [&](std::size_t count, std::size_t full, const auto& messages, double low, double high) {
        const double exact = exact_triples(count, full, messages, 1);
        CHECK((exact > low && exact < high));
        check_unbiased(election_test::triples(count, full), messages, 1, tie_policy::abstain, exact, 200);
    };
    check(21, 8, nearest_messages{}, 1e-3, 1e-2);
    check(21, 11, nearest_messages{}, 1e-5, 1e-4);
    check(31, 14, uniform_messages{}, 1e-8, 1e-7);
    check(9, 2, independent_messages{0.97}, 1e-11, 1e-10);
}

TEST_CASE_TEMPLATE_DEFINE("the same for any number of threads and every architecture", Arch, same_populations) {
    const packed_allocation code = election_test::triples(13, 6);
    const auto run = [&](auto arch, unsigned threads) {
        return estimate_splitting<decltype(arch)>(code, nearest_messages{}, 1,
                                                  {.seed = 3, .threads = threads, .particles = 50, .replicates = 7});
    };
    const auto plain = run(arch::word64{}, 1);
    CHECK(plain.estimate > 0);
    for (unsigned threads : {1U, 2U, 5U}) {
        const auto same = run(Arch{}, threads);
        CHECK((same.estimate == plain.estimate && same.standard_error == plain.standard_error));
        CHECK((same.trials == plain.trials && same.levels == plain.levels));
    }
}
TEST_CASE_TEMPLATE_APPLY(same_populations, election_test::enabled_architectures);

TEST_CASE("intervals cover about as often as they say") {
    CAPTURE(election_test::seed());
    const packed_allocation code = election_test::triples(15, 6);
    const double exact = exact_triples(15, 6, nearest_messages{}, 1);
    int covered = 0;
    const int runs = 60;
    for (int run = 0; run < runs; ++run) {
        const auto found = estimate_splitting(code, nearest_messages{}, 1,
                                              {.seed = election_test::seed() + static_cast<std::uint64_t>(run),
                                               .confidence = 0.9,
                                               .particles = 200,
                                               .replicates = 10,
                                               .sweeps = 1});
        CHECK(found.interval == "student");
        covered += found.lower <= exact && exact <= found.upper ? 1 : 0;
    }
    CHECK(covered >= 42); // 54 on average, less 5 sigma
}

TEST_CASE("no failure, and nothing but failures") {
    const auto never = estimate_splitting(deterministic(9, 2), nearest_messages{}, 2, {.particles = 50, .replicates = 4});
    CHECK((never.estimate == 0 && never.lower == 0 && never.interval == "clopper-pearson"));
    CHECK(never.upper == doctest::Approx(1 - std::pow(0.025, 1 / 200.0)).epsilon(1e-6)); // 200 elections, no failure
    const auto always = estimate_splitting(uncoded(9), nearest_messages{}, 1, {.particles = 50, .replicates = 4});
    CHECK((always.estimate == 1 && always.upper == 1 && always.levels == 1));
    CHECK(detail::student_quantile(19, 0.05) == doctest::Approx(2.0930240544).epsilon(1e-9));
}

TEST_CASE("parameters are checked") {
    const auto message = [](std::size_t liars) -> std::string {
        try {
            (void)estimate_splitting(uncoded(5), nearest_messages{}, liars);
        } catch (const parameter_error& failure) {
            return failure.what();
        }
        return "";
    };
    CHECK(message(6) == "election::placement: liars = 6 must be at most the number of workers, 5");
}
