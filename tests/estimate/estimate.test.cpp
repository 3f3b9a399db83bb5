// SPDX-License-Identifier: MIT
#include <election/estimate/estimate.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/bernoulli.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/uncoded.hpp>
#include <election/models/alie_attack.hpp>
#include <election/models/collude_attack.hpp>
#include <election/models/corrupted_messages.hpp>
#include <election/models/gaussian_gradients.hpp>
#include <election/models/gradient_noise_attack.hpp>
#include <election/models/ipm_attack.hpp>
#include <election/models/mimic_attack.hpp>
#include <election/models/scaling_attack.hpp>
#include <election/models/stealth_attack.hpp>
#include <election/models/zero_sum_attack.hpp>
#include <support/architectures.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// The same, slowly: what reaches the master in the election that is shown.
int margin_shown(const drawn_election& election) {
    int sum = 0;
    for (std::int8_t vote : election.votes) sum += vote;
    return sum * election.truth;
}

} // namespace

TEST_CASE("a tolerant code never fails, and what it does not tolerate it fails at") {
    for (std::size_t b : {1U, 2U, 3U}) {
        const auto code = deterministic(11, b);
        const auto safe = estimate(code, nearest_messages{}, worst_placement{b}, against_attack{}, {.trials = 50'000});
        CHECK((safe.failures == 0 && safe.trials == 50'000 && safe.lower == 0));
        CHECK(safe.upper == doctest::Approx(1 - std::pow(0.025, 1 / 50'000.0)).epsilon(1e-6));
        CHECK(safe.worst.margin >= 1);
        const auto broken = estimate(code, nearest_messages{}, worst_placement{b + 1}, against_attack{}, {.trials = 50'000});
        CHECK(broken.failures > 0);
        CHECK(broken.worst.margin <= 0);
        CHECK(margin_shown(broken.worst) - 2 * static_cast<int>(b + 1) == broken.worst.margin);
    }
}

TEST_CASE("uncoded: the share of wrong signs follows the binomial law") {
    CAPTURE(election_test::seed());
    // Five workers, each right with 0.7: fails when at most two are, 0.16308. Within 5 sigma: one seed in 1.7 million.
    const auto result = estimate(uncoded(5), independent_messages{0.7}, worst_placement{0}, against_attack{},
                                 {.seed = election_test::seed(), .trials = 400'000});
    CHECK(std::abs(result.estimate - 0.16308) < 5 * std::sqrt(0.16308 * 0.83692 / 400'000));
    CHECK((result.lower < result.estimate && result.estimate < result.upper));
}

TEST_CASE("one long run, parts of it, and any number of threads see the same elections") {
    const auto code = bernoulli(15, 21, 0.3, 3);
    const auto run = [&](std::uint64_t first, std::uint64_t trials, unsigned threads) {
        return estimate(code, uniform_messages{}, random_placement{3}, noise_attack{},
                        {.seed = 5, .first_trial = first, .trials = trials, .threads = threads});
    };
    const auto whole = run(0, 123'457, 1);
    for (unsigned threads : {2U, 5U}) {
        const auto same = run(0, 123'457, threads);
        CHECK((same.failures == whole.failures && same.trials == whole.trials));
        CHECK((same.worst.trial == whole.worst.trial && same.worst.message == whole.worst.message));
        CHECK((same.worst.liars == whole.worst.liars && same.worst.votes == whole.worst.votes));
    }
    std::uint64_t failures = 0;
    std::uint64_t at = 0;
    for (std::uint64_t part : {1U, 1000U, 1023U, 50'000U, 71'433U}) {
        failures += run(at, part, 2).failures;
        at += part;
    }
    CHECK((at == 123'457 && failures == whole.failures));
    CHECK(run(200'000, 123'457, 1).failures != whole.failures); // other elections
}

TEST_CASE_TEMPLATE_DEFINE("the same on every architecture", Arch, same_result) {
    const auto code = bernoulli(20, 33, 0.3, 3);
    const auto check = [&](const auto& messages, const auto& placement, const auto& attack) {
        const estimate_options options{.seed = 9, .trials = 20'000};
        const auto fast = estimate<Arch>(code, messages, placement, attack, options);
        const auto plain = estimate<arch::word64>(code, messages, placement, attack, options);
        CHECK((fast.failures == plain.failures && fast.worst.trial == plain.worst.trial));
        CHECK((fast.worst.message == plain.worst.message && fast.worst.margin == plain.worst.margin));
        CHECK(plain.failures > 0);
    };
    check(nearest_messages{}, worst_placement{2}, against_attack{});
    check(independent_messages{0.6}, random_placement{3}, flip_attack{0.3});
    check(gaussian_messages{1, 0.2}, fixed_placement{{1, 4}}, reverse_attack{});
    check(weight_messages{20}, random_placement{5}, directional_attack{-1});
    check(uniform_messages{}, random_placement{5}, zero_sum_attack{});
    check(corrupted_messages<nearest_messages>{{}, 2}, random_placement{2}, collude_attack{packed(code)});
    check(gaussian_gradients{1, 0.2}, random_placement{4}, alie_attack{0.1});
}
TEST_CASE_TEMPLATE_APPLY(same_result, election_test::enabled_architectures);

TEST_CASE("the worst election is what it is said to be") {
    const packed_allocation code = election_test::random_code(13, 12, 0.4, 77);
    for (tie_policy ties : {tie_policy::abstain, tie_policy::positive}) {
        const auto drawn = estimate(code, uniform_messages{}, random_placement{2}, reverse_attack{},
                                    {.ties = ties, .seed = 4, .trials = 3'000});
        CHECK(margin_shown(drawn.worst) == drawn.worst.margin);
        CHECK(truth_of(drawn.worst.message) == drawn.worst.truth);
        const sign_list honest = votes_of(code, drawn.worst.message, ties);
        std::size_t liars = 0;
        for (std::size_t i = 0; i < 13; ++i) {
            liars += drawn.worst.liars[i] ? 1U : 0U;
            CHECK(drawn.worst.votes[i] == (drawn.worst.liars[i] ? -honest[i] : honest[i]));
        }
        CHECK(liars == 2);
        // Drawn again alone, it is the same.
        const auto again = estimate(code, uniform_messages{}, random_placement{2}, reverse_attack{},
                                    {.ties = ties, .seed = 4, .first_trial = drawn.worst.trial, .trials = 1});
        CHECK((again.worst.message == drawn.worst.message && again.worst.margin == drawn.worst.margin));
    }
}

TEST_CASE("attacks that know the votes: the worst election adds up, and what fails is what fails against the truth") {
    const packed_allocation code = election_test::random_code(13, 12, 0.4, 77);
    for (tie_policy ties : {tie_policy::abstain, tie_policy::negative}) {
        CAPTURE(name_of(ties));
        // Liars are drawn from a stream of their own: the same elections under every attack.
        const auto run = [&](const auto& messages, const auto& attack) {
            const auto result =
                estimate(code, messages, random_placement{3}, attack, {.ties = ties, .seed = 4, .trials = 20'000});
            CHECK(margin_shown(result.worst) == result.worst.margin);
            return result.failures;
        };
        const auto against = run(uniform_messages{}, against_attack{});
        CHECK(run(uniform_messages{}, stealth_attack{}) == against);
        CHECK(run(uniform_messages{}, zero_sum_attack{}) == against);
        CHECK(run(uniform_messages{}, collude_attack{code}) <= against);
        CHECK(run(uniform_messages{}, mimic_attack{}) < against);
        const auto none = run(gaussian_gradients{1}, scaling_attack{code, ties, 2});
        CHECK(run(gaussian_gradients{1}, gradient_noise_attack{code, ties, 0}) == none);
        CHECK(run(gaussian_gradients{1}, ipm_attack{}) > none);
        CHECK(run(gaussian_gradients{1}, alie_attack{100}) == run(gaussian_gradients{1}, against_attack{}));
        CHECK(run(corrupted_messages<uniform_messages>{{}, 0}, mimic_attack{}) == run(uniform_messages{}, mimic_attack{}));
    }
}

TEST_CASE_TEMPLATE_DEFINE("what is counted in a batch is what its margins say, in all parts of it", Arch, counted_by_hand) {
    CAPTURE(election_test::seed());
    constexpr estimate_kernels kernels = estimate_kernels_for<Arch>();
    const auto check = [&](const packed_allocation& code, const auto& messages, const auto& placement, const auto& attack,
                           tie_policy ties) {
        using source_type = detail::election_source<std::decay_t<decltype(messages)>, std::decay_t<decltype(placement)>,
                                                    std::decay_t<decltype(attack)>>;
        source_type source(code, messages, placement, attack, ties, election_test::seed(), kernels);
        source.draw(3);
        const auto margins = source.margins();
        constexpr std::size_t all = election_batch::elections;
        for (const auto& range : std::vector<std::pair<std::size_t, std::size_t>>{
                 {0, all}, {0, 1}, {all - 1, all}, {63, 65}, {64, 128}, {100, 1000}, {1, all - 1}}) {
            const std::size_t first = range.first;
            const std::size_t last = range.second;
            const detail::batch_count counted = source.count(first, last);
            std::uint64_t failures = 0;
            std::size_t worst = first;
            for (std::size_t e = first; e < last; ++e) {
                failures += margins[e] <= 0 ? 1U : 0U;
                if (margins[e] < margins[worst]) worst = e;
            }
            CAPTURE(first);
            CHECK(counted.failures == failures);
            CHECK((counted.least_margin == margins[worst] && counted.worst == worst));
        }
    };
    for (std::size_t n : {1U, 2U, 15U, 64U, 200U}) {
        CAPTURE(n);
        const packed_allocation code = election_test::random_code(n, 14, 0.4, election_test::seed() + n);
        for (tie_policy ties : tie_policies) {
            check(code, uniform_messages{}, worst_placement{n / 5}, against_attack{}, ties);
            check(code, independent_messages{0.8}, worst_placement{0}, against_attack{}, ties);
            check(code, independent_messages{0.6}, random_placement{n / 3}, noise_attack{}, ties);
            check(code, independent_messages{0.6}, random_placement{n / 3}, zero_sum_attack{}, ties); // some are silent
        }
        check(code, uniform_messages{}, worst_placement{n}, against_attack{}, tie_policy::abstain);
    }
}
TEST_CASE_TEMPLATE_APPLY(counted_by_hand, election_test::enabled_architectures);

TEST_CASE("a silent liar is shown as silent") {
    // One honest vote against four liars: two send its opposite, one the same, one nothing.
    const packed_allocation code(std::vector<std::vector<int>>(5, {1, 1, 1}));
    const auto result = estimate(code, nearest_messages{}, random_placement{4}, zero_sum_attack{}, {.trials = 4096});
    CHECK((result.failures == 4096 && result.worst.margin == 0 && margin_shown(result.worst) == 0));
    CHECK(std::count(result.worst.votes.begin(), result.worst.votes.end(), 0) == 1);
}

TEST_CASE("limits") {
    const auto code = bernoulli(15, 15, 0.3, 3);
    const auto run = [&](const estimate_options& options) {
        return estimate(code, nearest_messages{}, worst_placement{2}, against_attack{}, options);
    };
    const auto failures = run({.failures = 1000, .threads = 1});
    CHECK((failures.end == estimate_end::failures && failures.failures >= 1000));
    CHECK(run({.failures = 1000, .threads = 3}).trials == failures.trials);
    const auto error = run({.relative_error = 0.02});
    CHECK((error.end == estimate_end::relative_error && error.trials >= 2000));
    const auto time = estimate(deterministic(15, 3), nearest_messages{}, worst_placement{2}, against_attack{},
                               {.time_limit = std::chrono::duration<double>(0.05)});
    CHECK((time.end == estimate_end::time_limit && time.trials > 0));
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = run({.trials = 10'000'000, .stop = stop.get_token()});
    CHECK((stopped.end == estimate_end::stopped && stopped.trials < 10'000'000 && stopped.trials > 0));
    std::uint64_t calls = 0;
    (void)estimate(deterministic(15, 3), nearest_messages{}, worst_placement{2}, against_attack{},
                   {.time_limit = std::chrono::duration<double>(0.5), .on_progress = [&](const progress& state) {
                        ++calls;
                        CHECK((state.done <= state.total && state.seconds_left >= 0));
                    }});
    CHECK(calls >= 2);
    // Who takes long to look is told of what comes after the end, too.
    bool is_late = false;
    (void)estimate(
        deterministic(15, 3), nearest_messages{}, worst_placement{2}, against_attack{},
        {.time_limit = std::chrono::duration<double>(0.15), .threads = 1, .on_progress = [&](const progress& state) {
             CHECK((state.done <= state.total && state.seconds_left >= 0));
             is_late = is_late || state.seconds > 0.15;
             std::this_thread::sleep_for(std::chrono::milliseconds(150));
         }});
    CHECK(is_late);
}

TEST_CASE("what is not allowed") {
    const auto code = uncoded(5);
    const auto run = [&](const estimate_options& options) {
        (void)estimate(code, nearest_messages{}, worst_placement{2}, against_attack{}, options);
    };
    CHECK_THROWS_WITH(run({.trials = 0}), "election::estimate: trials = 0 must be at least 1");
    CHECK_THROWS_WITH(run({.failures = 0}), "election::estimate: failures = 0 must be at least 1");
    CHECK_THROWS_WITH(run({.relative_error = 0}), "election::estimate: relative_error = 0 must be more than 0");
    CHECK_THROWS_WITH(run({.confidence = 1}), "election::estimate: confidence = 1 must be between 0 and 1");
    CHECK_THROWS_WITH((void)estimate(code, nearest_messages{}, worst_placement{6}, against_attack{}),
                      "election::placement: liars = 6 must be at most the number of workers, 5");
    CHECK_THROWS_WITH((void)estimate(code, nearest_messages{}, worst_placement{3}, reverse_attack{}),
                      "election::placement: liars = 3 must be at most half of the workers for the worst who reverse, 2");
    static_assert(!liar_model<worst_placement, noise_attack> && liar_model<random_placement, noise_attack>);
}
