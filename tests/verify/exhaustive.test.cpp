// SPDX-License-Identifier: MIT
#include <election/verify/exhaustive.hpp>

#include <atomic>
#include <bit>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/bernoulli.hpp>
#include <election/codes/cyclic.hpp>
#include <election/codes/full.hpp>
#include <election/codes/paley.hpp>
#include <election/codes/uncoded.hpp>
#include <election/core/random.hpp>
#include <election/verify/reference.hpp>
#include <support/architectures.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// Everything that two verifiers must agree on, as text.
std::string shown(const verdict& v) {
    return std::to_string(v.margin) + " " + (v.tolerance ? std::to_string(*v.tolerance) : "?") + " " + to_string(v.witness) +
           " " + to_string(v.witness_votes) + (v.exact ? " exact" : "");
}

template <class Arch>
verdict enumerate(const packed_allocation& code, const verify_options& options = {}) {
    return verify_exhaustive(code, options, exhaustive_kernel_for<Arch>());
}

/// The matrices of the comparison: all shapes that the tables treat differently.
packed_allocation code_of_round(std::uint64_t round, std::uint64_t seed) {
    const counter_random random(seed, 1000 + round);
    const std::size_t k = 1 + static_cast<std::size_t>(random.below(14, 0));
    std::size_t n = 1 + static_cast<std::size_t>(random.below(24, 1));
    if (round % 9 == 0) n = 25 + static_cast<std::size_t>(random.below(60, 1));
    if (round % 31 == 0) n = 240 + static_cast<std::size_t>(random.below(40, 1)); // one block of rows, or two
    const double density = static_cast<double>(random.below(101, 2)) / 100;
    return election_test::random_code(n, k, density, seed + round);
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("enumeration says what the reference says, under every tie policy", Arch, equals_reference) {
    CAPTURE(election_test::seed());
    for (std::uint64_t round = 0; round < 320; ++round) {
        const packed_allocation code = code_of_round(round, election_test::seed());
        for (tie_policy ties : tie_policies) {
            CAPTURE(round);
            CAPTURE(code.workers());
            CAPTURE(code.partitions());
            CAPTURE(name_of(ties));
            verify_options options;
            options.ties = ties;
            const verdict expected = verify_reference(code, ties);
            const verdict found = enumerate<Arch>(code, options);
            REQUIRE(shown(found) == shown(expected));
            REQUIRE(found.margin_lower == found.margin);
            REQUIRE(found.messages ==
                    binomial(code.partitions(), nearest_winners(code.partitions())) * (is_symmetric(ties) ? 1 : 2));
            for (int liars : {0, 1, found.margin / 2}) {
                options.tolerates = std::max(0, liars);
                const verdict answer = enumerate<Arch>(code, options);
                REQUIRE(answer.tolerates == (expected.margin > 2 * *options.tolerates));
                REQUIRE((answer.margin > 2 * *options.tolerates) == answer.tolerates);
            }
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(equals_reference, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("larger codes: the same verdict as plain words, with blocks of rows, top columns and threads",
                          Arch, equals_plain_words) {
    CAPTURE(election_test::seed());
    struct shape {
        std::size_t n;
        std::size_t k;
        double density;
    };
    for (const shape& s : {shape{31, 25, 0.4}, shape{17, 26, 0.2}, shape{600, 17, 0.5}, shape{255, 19, 0.3},
                           shape{256, 19, 0.7}, shape{63, 24, 0.5}, shape{5, 27, 0.6}}) {
        CAPTURE(s.n);
        CAPTURE(s.k);
        const packed_allocation code = election_test::random_code(s.n, s.k, s.density, election_test::seed() + s.n);
        for (tie_policy ties : tie_policies) {
            verify_options options;
            options.ties = ties;
            options.threads = 1;
            const verdict expected = enumerate<arch::word64>(code, options);
            REQUIRE(expected.exact);
            for (unsigned threads : {1U, 2U, 5U}) {
                options.threads = threads;
                CHECK(shown(enumerate<Arch>(code, options)) == shown(expected));
                options.tolerates = 0;
                const verdict no = enumerate<Arch>(code, options);
                options.threads = 1;
                CHECK(shown(enumerate<Arch>(code, options)) == shown(no));
                options.tolerates.reset();
            }
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(equals_plain_words, election_test::enabled_architectures);

TEST_CASE(
    "where ties vote for one sign, the two truths can have different rows that vary, and different splits of columns") {
    CAPTURE(election_test::seed());
    std::vector<packed_allocation> codes;
    packed_allocation all_but_one(5, 15); // loads 14: half of a nearest election's rows can tie for one truth only
    for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t j = 0; j < 15; ++j) {
            if (i != j) all_but_one.set(i, j);
        }
    }
    codes.push_back(all_but_one);
    const counter_random random(election_test::seed());
    for (std::uint64_t round = 0; round < 60; ++round) {
        const std::size_t k = 11 + static_cast<std::size_t>(random.below(5, 2 * round));
        const std::size_t n = 1 + static_cast<std::size_t>(random.below(8, 2 * round + 1));
        codes.push_back(election_test::random_code(n, k, round % 2 == 0 ? 0.9 : 0.1, election_test::seed() + round));
    }
    for (const packed_allocation& code : codes) {
        CAPTURE(code.workers());
        CAPTURE(code.partitions());
        for (tie_policy ties : tie_policies) {
            const verdict found = enumerate<default_arch>(code, {.ties = ties});
            CHECK(found.exact);
            CHECK(shown(found) == shown(verify_reference(code, ties)));
        }
    }
}

TEST_CASE("ties for one sign are worst where they count as wrong, and abstaining is never worse") {
    CAPTURE(election_test::seed());
    for (std::uint64_t round = 0; round < 200; ++round) {
        const packed_allocation code =
            election_test::random_code(1 + round % 9, 1 + round % 10, 0.5, election_test::seed() + round);
        const auto margin = [&](tie_policy ties) { return enumerate<default_arch>(code, {.ties = ties}).margin; };
        CHECK(margin(tie_policy::positive) == margin(tie_policy::coin));
        CHECK(margin(tie_policy::negative) == margin(tie_policy::coin));
        CHECK(margin(tie_policy::abstain) >= margin(tie_policy::coin));
    }
}

TEST_CASE("what a refuted question shows does not depend on which thread comes first") {
    const packed_allocation code = packed(bernoulli(21, 27, 0.5, 3));
    verify_options options;
    options.tolerates = 0;
    options.threads = 1;
    const std::string expected = shown(enumerate<default_arch>(code, options));
    CHECK_FALSE(expected.ends_with("exact")); // the search ends early, or might
    options.threads = 5;
    for (int round = 0; round < 50; ++round) REQUIRE(shown(enumerate<default_arch>(code, options)) == expected);
}

TEST_CASE("permuting workers changes nothing, permuting partitions permutes the witnesses") {
    const packed_allocation code = election_test::random_code(20, 13, 0.4, election_test::seed());
    packed_allocation permuted(20, 13);
    for (std::size_t i = 0; i < 20; ++i) {
        for (std::size_t j = 0; j < 13; ++j) {
            if (code(i, j)) permuted.set((i * 7 + 3) % 20, (j * 5 + 1) % 13);
        }
    }
    for (tie_policy ties : tie_policies) {
        verify_options options;
        options.ties = ties;
        CHECK(enumerate<default_arch>(permuted, options).margin == enumerate<default_arch>(code, options).margin);
    }
}

TEST_CASE("one more full row adds one to the margin; the mirrored policies mirror the witness") {
    const packed_allocation code = election_test::random_code(12, 11, 0.4, election_test::seed());
    packed_allocation longer(13, 11);
    for (std::size_t i = 0; i < 12; ++i) {
        for (std::size_t j = 0; j < 11; ++j) {
            if (code(i, j)) longer.set(i, j);
        }
    }
    for (std::size_t j = 0; j < 11; ++j) longer.set(12, j);
    for (tie_policy ties : tie_policies) {
        verify_options options;
        options.ties = ties;
        CHECK(enumerate<default_arch>(longer, options).margin == enumerate<default_arch>(code, options).margin + 1);
    }
    verify_options positive, negative;
    positive.ties = tie_policy::positive;
    negative.ties = tie_policy::negative;
    CHECK(enumerate<default_arch>(code, positive).margin == enumerate<default_arch>(code, negative).margin);
}

TEST_CASE("a code in which every election is a worst one has the first in ASCII order as its witness") {
    const verdict even = enumerate<default_arch>(packed(full(3, 28)));
    CHECK(to_string(even.witness) == std::string(15, '+') + std::string(13, '-'));
    CHECK(even.margin == 3);
    const verdict odd = enumerate<default_arch>(packed(uncoded(25)));
    CHECK(to_string(odd.witness) == std::string(13, '+') + std::string(12, '-'));
}

TEST_CASE("64 partitions are enumerated, 65 are not, and the message says so") {
    packed_allocation code(4, 64);
    for (std::size_t j = 0; j < 64; ++j) code.set(0, j);
    code.set(1, 0);
    verify_options options;
    std::stop_source source;
    options.stop = source.get_token();
    options.on_progress = [&](const progress&) { source.request_stop(); };
    const verdict stopped = enumerate<default_arch>(code, options);
    CHECK_FALSE(stopped.exact);
    CHECK(stopped.messages > 0);
    CHECK_FALSE(stopped.tolerance.has_value());
    CHECK(stopped.margin >= 0); // a full row, two idle workers that abstain, and one that may be wrong
    CHECK(stopped.margin_lower == 0);
    CHECK_THROWS_WITH_AS(enumerate<default_arch>(packed_allocation(2, 65)),
                         "election::verify: partitions = 65 is more than enumeration covers (64)", parameter_error);
}

TEST_CASE("a search that is stopped does not say more than it knows") {
    // Three full rows and a unit row: the least margin is 2, and so is what is proved without a search. One liar makes a tie.
    packed_allocation code(4, 43);
    code.set(3, 0);
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 43; ++j) code.set(i, j);
    }
    std::stop_source source;
    source.request_stop();
    verify_options options;
    options.stop = source.get_token();
    options.tolerates = 1;
    const verdict unknown = enumerate<default_arch>(code, options);
    CHECK(unknown.margin_lower == 2);
    CHECK(unknown.tolerates != true);
    options.tolerates = 0;
    CHECK(enumerate<default_arch>(code, options).tolerates == true);
}

TEST_CASE("what follows from the rows alone is answered without a search") {
    for (std::size_t k = 1; k <= 11; ++k) { // full, idle and almost full rows: no vote varies
        packed_allocation code(4, k);
        for (std::size_t j = 0; j < k; ++j) {
            code.set(0, j);
            if (k % 2 == 0 && j > 0) code.set(1, j); // never wrong
        }
        for (tie_policy ties : tie_policies) {
            const verdict expected = verify_reference(code, ties);
            const verdict found = enumerate<default_arch>(code, {.ties = ties});
            CHECK(shown(found) == shown(expected));
            CHECK(found.margin_lower == found.margin);
        }
    }
    const verdict large = enumerate<default_arch>(packed(full(3, 64))); // a century by enumeration
    CHECK(large.tolerance == 1);
    CHECK(large.messages == binomial(64, 33));
    packed_allocation code(7, 63);
    for (std::size_t i = 1; i < 7; ++i) {
        for (std::size_t j = 0; j < 63; ++j) code.set(i, j);
    }
    code.set(0, 5);
    const verdict yes = enumerate<default_arch>(code, {.tolerates = 2}); // 6 full rows against the one that varies
    CHECK(yes.tolerates == true);
    CHECK(yes.messages == 0);
    CHECK_FALSE(yes.exact);
}

TEST_CASE("where the columns are split three ways, the witness is the first of the worst") {
    // The plain loop over nearest elections in ASCII order, for codes whose search has several units of work.
    CAPTURE(election_test::seed());
    const std::size_t k = 25;
    // In the first ones a later unit has the first worst election, and not as the first one that it meets.
    for (std::uint64_t seed : {std::uint64_t{1027}, std::uint64_t{1084}, std::uint64_t{1098}, election_test::seed()}) {
        const packed_allocation code = election_test::random_code(5 + (seed - 1000) % 11, k, 0.4, seed);
        std::vector<std::uint32_t> rows(code.workers());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (std::size_t j = 0; j < k; ++j) rows[i] |= code(i, j) ? std::uint32_t{1} << (k - 1 - j) : 0U;
        }
        int least = 1000;
        std::uint32_t first = 0;
        for (std::uint32_t pluses = (std::uint32_t{1} << k) - 1; pluses > 0; --pluses) { // + first: descending numbers
            const int count = std::popcount(pluses);
            if (count != 12 && count != 13) continue;
            int margin = 0;
            for (std::uint32_t row : rows) {
                const int sum = 2 * std::popcount(row & pluses) - std::popcount(row);
                margin += sum > 0 ? 1 : sum < 0 ? -1 : 0;
            }
            if (count == 12) margin = -margin;
            if (margin < least) {
                least = margin;
                first = pluses;
            }
        }
        for (unsigned threads : {1U, 3U}) {
            const verdict found = enumerate<default_arch>(code, {.threads = threads});
            CHECK(found.margin == least);
            std::string witness;
            for (std::size_t j = 0; j < k; ++j) witness += (first >> (k - 1 - j) & 1U) != 0 ? '+' : '-';
            CHECK(to_string(found.witness) == witness);
        }
    }
}

TEST_CASE("a failure on one thread ends the search on all") {
    verify_options options;
    options.threads = 2;
    options.on_progress = [](const progress&) { throw std::runtime_error("enough"); };
    const packed_allocation code = packed(paley(43)); // minutes, if it went on
    CHECK_THROWS_WITH_AS((void)enumerate<default_arch>(code, options), "enough", std::runtime_error);
}

TEST_CASE("bad options are refused before any work") {
    const packed_allocation code = packed(uncoded(3));
    verify_options options;
    options.tolerates = -1;
    CHECK_THROWS_WITH_AS(enumerate<default_arch>(code, options), "election::verify: tolerates = -1 must be at least 0",
                         parameter_error);
    options.tolerates.reset();
    options.time_limit = std::chrono::seconds(0);
    CHECK_THROWS_WITH_AS(enumerate<default_arch>(code, options), "election::verify: time_limit = 0 must be more than 0 s",
                         parameter_error);
}

TEST_CASE("a stop keeps what is known: the witness is real, the lower bound holds") {
    const code paley_code = paley(43);
    const packed_allocation code = packed(paley_code);
    std::stop_source source;
    verify_options options;
    options.threads = 2;
    options.stop = source.get_token();
    std::atomic<int> reports = 0;
    options.on_progress = [&](const progress& state) {
        CHECK(state.done <= state.total);
        CHECK(state.total == binomial(43, 22));
        CHECK(state.seconds_left >= 0);
        if (++reports == 2) source.request_stop();
    };
    const verdict stopped = enumerate<default_arch>(code, options);
    CHECK(reports >= 2);
    CHECK_FALSE(stopped.exact);
    CHECK(stopped.messages < binomial(43, 22));
    CHECK(stopped.margin ==
          margin_of(votes_of(code, stopped.witness, tie_policy::abstain), truth_of(stopped.witness), tie_policy::abstain));
    CHECK(stopped.margin_lower <= stopped.margin);
    CHECK_FALSE(stopped.tolerates.has_value());

    std::stop_source at_once;
    at_once.request_stop();
    options.stop = at_once.get_token();
    options.on_progress = {};
    const verdict nothing = enumerate<default_arch>(code, options);
    CHECK(nothing.messages == 0);
    CHECK_FALSE(nothing.exact);
    CHECK(nothing.witness.size() == 43);
}

TEST_CASE("a yes/no question ends at the first election that answers no") {
    const packed_allocation code = packed(cyclic(41, 41, 5));
    verify_options options;
    options.tolerates = 1;
    const verdict no = enumerate<default_arch>(code, options);
    CHECK(no.tolerates == false);
    CHECK(no.messages < binomial(41, 21) / 10);
    CHECK(no.margin <= 2);
    CHECK_FALSE(no.exact);
}

TEST_CASE("the time estimate is made without the whole search") {
    const packed_allocation code = packed(paley(27));
    verify_options options;
    options.threads = 1;
    const double expected = estimate_exhaustive_seconds(code, options, exhaustive_kernel_for<default_arch>());
    CHECK(expected > 0);
    CHECK(expected < 60);
}

// The comparison itself must be able to fail: kernels that are wrong in one place are told from the right one.
namespace {

using detail::plan_view;

/// A kernel whose lines are changed after they are made.
template <void (*Damage)(const plan_view&)>
exhaustive_kernel damaged_kernel() {
    exhaustive_kernel kernel = exhaustive_kernel_for<default_arch>();
    kernel.fill_lines = [](const plan_view& plan) {
        exhaustive_kernel_for<default_arch>().fill_lines(plan);
        Damage(plan);
    };
    return kernel;
}

void drop_one_worker(const plan_view& plan) { // its first tap never reaches its threshold
    if (plan.taps == 0) return;               // every vote is the same in all elections
    auto* lowest = const_cast<std::int16_t*>(plan.lowest);
    for (std::size_t c = 0; c <= plan.low_columns; ++c) {
        const std::size_t tap = c * plan.taps + plan.blocks[0].first_tap;
        lowest[tap] = plan.highest[tap];
    }
}

void unmask_tail(const plan_view& plan) { // lanes that hold no election are counted as if they did
    auto* valid = const_cast<std::uint64_t*>(plan.valid);
    for (std::size_t w = 0; w < plan.class_start[plan.low_columns + 1] * plan.words; ++w) valid[w] = ~std::uint64_t{0};
}

void shift_thresholds(const plan_view& plan) { // > instead of >=
    auto* bias = const_cast<std::int16_t*>(plan.bias);
    auto* highest = const_cast<std::int16_t*>(plan.highest);
    for (std::size_t t = 0; t < (plan.low_columns + 1) * plan.taps; ++t) {
        bias[t] = static_cast<std::int16_t>(bias[t] + static_cast<std::int16_t>(plan.words));
        highest[t] = static_cast<std::int16_t>(highest[t] - static_cast<std::int16_t>(plan.words));
    }
}

/// How often a kernel's verdict differs from the reference, or its own check finds the difference.
int disagreements(const exhaustive_kernel& kernel) {
    int found = 0;
    for (std::uint64_t round = 0; round < 60; ++round) {
        const packed_allocation code = code_of_round(round, election_test::seed());
        try {
            if (shown(verify_exhaustive(code, {}, kernel)) != shown(verify_reference(code))) ++found;
        } catch (const std::logic_error&) {
            ++found;
        }
    }
    return found;
}

} // namespace

TEST_CASE("kernels that are wrong in one place are rejected") {
    CHECK(disagreements(exhaustive_kernel_for<default_arch>()) == 0);
    CHECK(disagreements(damaged_kernel<&drop_one_worker>()) > 0);
    CHECK(disagreements(damaged_kernel<&unmask_tail>()) > 0);
    CHECK(disagreements(damaged_kernel<&shift_thresholds>()) > 0);
}
