// SPDX-License-Identifier: MIT
#include <election/analysis/enumerate.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stop_token>
#include <vector>

#include <doctest/doctest.h>
#include <election/analysis/enumerate_reference.hpp>
#include <election/codes/bernoulli.hpp>
#include <election/codes/full.hpp>
#include <election/codes/repetition.hpp>
#include <election/codes/systematic.hpp>
#include <election/verify/verify.hpp>
#include <support/architectures.hpp>
#include <support/code_with_twins.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::code_with_twins;

namespace {

void check_totals(const tally_enumerator& tally) {
    for (std::size_t w = 0; w <= tally.partitions(); ++w) {
        CAPTURE(w);
        CHECK(tally.messages(w) == messages_of_weight(tally.partitions(), w));
    }
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("the enumeration counts what the definition counts", Arch, counts_as_reference) {
    CAPTURE(election_test::seed());
    const enumerate_kernel kernel = enumerate_kernel_for<Arch>();
    for (std::size_t trial = 0; trial < 60; ++trial) {
        CAPTURE(trial);
        const std::size_t n = 1 + trial * 7 % 23;
        const std::size_t k = 1 + trial % 13;
        const std::uint64_t seed = election_test::seed() + trial;
        const packed_allocation code =
            trial % 2 == 0 ? code_with_twins(n, k, 0.4, seed) : election_test::random_code(n, k, 0.4, seed);
        const enumeration_result found = enumerate_tally(code, {.threads = trial % 3 == 0 ? 3U : 1U}, kernel);
        CHECK(found.complete);
        CHECK(found.states == found.states_total);
        CHECK(found.tally == enumerate_tally_reference(code));
    }
}
TEST_CASE_TEMPLATE_APPLY(counts_as_reference, election_test::enabled_architectures);

TEST_CASE("however the columns are split into lanes, middle, upper and top ones") {
    CAPTURE(election_test::seed());
    const enumerate_kernel kernel = enumerate_kernel_for<default_arch>();
    for (std::size_t trial = 0; trial < 24; ++trial) {
        CAPTURE(trial);
        const packed_allocation code = code_with_twins(9, 9 + trial % 5, 0.4, election_test::seed() + trial);
        const tally_enumerator expected = enumerate_tally_reference(code);
        for (const detail::tally_plan::limits& limits :
             {detail::tally_plan::limits{1, 1, 1, 1}, detail::tally_plan::limits{4, 4, 16, 16},
              detail::tally_plan::limits{8, 4, 128, 512}, detail::tally_plan::limits{16, 2, 1024, 1024}}) {
            CAPTURE(limits.lanes);
            for (unsigned threads : {1U, 3U}) {
                const enumerate_options options{.threads = threads};
                const enumeration_result found =
                    detail::tally_enumeration(code, options, kernel, limits).run(code.partitions());
                CHECK(found.complete);
                CHECK(found.tally == expected);
            }
        }
    }
}

TEST_CASE("many workers: keys that no array holds, and counters of many digits") {
    CAPTURE(election_test::seed());
    for (std::size_t n : {63U, 64U, 600U, 2100U}) {
        CAPTURE(n);
        const packed_allocation code = election_test::random_code(n, 9, 0.5, election_test::seed());
        CHECK(enumerate_tally(code).tally == enumerate_tally_reference(code));
    }
}

TEST_CASE("workers in groups of a size that divides all") {
    CAPTURE(election_test::seed());
    for (std::size_t group : {2U, 3U, 5U}) {
        CAPTURE(group);
        const packed_allocation some = election_test::random_code(7, 10, 0.5, election_test::seed() + group);
        packed_allocation code(7 * group, 10);
        for (std::size_t i = 0; i < code.workers(); ++i) {
            for (std::size_t j = 0; j < 10; ++j) {
                if (some(i / group, j)) code.set(i, j);
            }
        }
        CHECK(enumerate_tally(code).tally == enumerate_tally_reference(code));
    }
}

TEST_CASE("more partitions than the reference takes: totals, and the margin that the verifier finds") {
    CAPTURE(election_test::seed());
    for (std::size_t k : {22U, 25U}) {
        CAPTURE(k);
        const packed_allocation code = election_test::random_code(17, k, 0.35, election_test::seed() + k);
        const tally_enumerator tally = enumerate_tally(code, {.threads = 1}).tally;
        check_totals(tally);
        CHECK(tally == enumerate_tally(code, {.threads = 3}).tally);
        int margin = std::numeric_limits<int>::max();
        const int n = static_cast<int>(code.workers());
        for (const truth_cell& cell : tally.by_truth()) {
            const std::size_t right = std::max(cell.weight, k - cell.weight);
            if (right == k / 2 + 1) {
                margin = std::min(margin, 2 * static_cast<int>(cell.correct) + static_cast<int>(cell.tied) - n);
            }
        }
        CHECK(margin == verify(code).margin);
    }
}

TEST_CASE("codes of many partitions in few classes, with counts beyond 64 bits") {
    const packed_allocation blocks{repetition(120, 120, 12)}; // ten blocks of twelve partitions
    const enumeration_result found =
        enumerate_tally(blocks, {.threads = 1, .time_limit = std::chrono::duration<double>(0.2)});
    CHECK_FALSE(found.complete); // 13^10 states
    CHECK(found.states < found.states_total);

    packed_allocation four(6, 100); // four classes of 25
    for (std::size_t j = 0; j < 100; ++j) {
        four.set(j / 25, j);
        four.set(4, j);
        if (j < 50) four.set(5, j);
    }
    const tally_enumerator tally = enumerate_tally(four).tally;
    check_totals(tally);
    CHECK(enumerate_tally(packed_allocation(full(3, 128))).tally.messages(64) == messages_of_weight(128, 64));
}

TEST_CASE("idle workers and idle partitions alone") {
    CHECK(enumerate_tally(packed_allocation(3, 4)).tally == enumerate_tally_reference(packed_allocation(3, 4)));
}

TEST_CASE("limits are named") {
    CHECK_THROWS_WITH_AS((void)enumerate_tally(packed_allocation(1, 129)),
                         "election::enumerate_tally: partitions = 129 must be at most 128", parameter_error);
    CHECK_THROWS_WITH_AS((void)enumerate_tally(packed_allocation(65536, 1)),
                         "election::enumerate_tally: workers = 65536 must be at most 65535", parameter_error);
    CHECK_THROWS_WITH_AS(
        (void)enumerate_tally(systematic(41, 1)),
        "election::enumerate_tally: columns = 41 different ones have more than 2^40 states, too many to enumerate",
        parameter_error);
}

TEST_CASE("a stop ends it with what has been counted, and progress is told") {
    const packed_allocation code{bernoulli(31, 36, 0.3, 1)};
    std::stop_source source;
    std::size_t reports = 0;
    const auto on_progress = [&](const progress& state) {
        CHECK(state.done <= state.total);
        if (++reports == 2) source.request_stop();
    };
    const enumeration_result found =
        enumerate_tally(code, {.threads = 2, .stop = source.get_token(), .on_progress = on_progress});
    CHECK(reports >= 2);
    CHECK_FALSE(found.complete);
    CHECK(found.states > 0);
    message_count counted = 0;
    for (const tally_cell& cell : found.tally.cells()) counted += cell.messages;
    CHECK(counted == message_count{2} * found.states); // every state and its mirror image
}

namespace {

/// Adds all rows but the last one: a kernel that is wrong in one place.
void drop_one(std::uint64_t* const* planes, std::size_t count, std::size_t digit, const std::uint64_t* const* rows,
              std::size_t n, std::size_t first, std::size_t words) {
    enumerate_kernel_for<default_arch>().add(planes, count, digit, rows, n - 1, first, words);
}

} // namespace

TEST_CASE("a kernel that drops a worker is rejected by the comparison above") {
    enumerate_kernel wrong = enumerate_kernel_for<default_arch>();
    wrong.add = &drop_one;
    const packed_allocation code = election_test::random_code(9, 8, 0.5, 1);
    CHECK_FALSE(enumerate_tally(code, {}, wrong).tally == enumerate_tally_reference(code));
}
