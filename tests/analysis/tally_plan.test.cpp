// SPDX-License-Identifier: MIT
#include <election/analysis/tally_plan.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/analysis/tally_enumerator.hpp>
#include <election/codes/packed_allocation.hpp>
#include <support/code_with_twins.hpp>
#include <support/seed.hpp>

using election::message_count;
using election::packed_allocation;
using election::detail::class_states;
using election::detail::labelled_states;
using election::detail::tally_plan;

namespace {

/// All ways to split the columns that matter, and the one that is used.
const std::vector<tally_plan::limits> splits{{}, {1, 1, 1, 1}, {4, 4, 16, 16}, {8, 4, 128, 512}, {16, 2, 1024, 1024}};

/// Calls visit(code, plan) for random codes, with all splits.
template <class Visit>
void for_plans(const Visit& visit) {
    CAPTURE(election_test::seed());
    for (std::size_t trial = 0; trial < 12; ++trial) {
        CAPTURE(trial);
        const auto code = election_test::code_with_twins(7, 6 + trial % 6, 0.4, election_test::seed() + trial);
        for (const tally_plan::limits& limits : splits) visit(code, tally_plan(code, limits));
    }
}

bool is_set(const tally_plan& plan, std::size_t line, std::size_t lane) {
    return (plan.lines[line + lane / 64] >> lane % 64 & 1U) != 0;
}

} // namespace

TEST_CASE("tally_plan: lanes, middle, upper and top states together are all states, with the messages that there are") {
    for_plans([](const packed_allocation& code, const tally_plan& plan) {
        CHECK(static_cast<double>(plan.unit_states * plan.top_total) == plan.code.states());
        CHECK(plan.lanes * plan.middle_states.count() * plan.upper_states.count() == plan.unit_states);
        const std::size_t busy = code.partitions() - plan.code.idle_partitions;
        std::vector<message_count> messages(busy + 1, 0);
        for (std::uint64_t top = 0; top < plan.top_total; ++top) {
            for (const auto upper : plan.upper.sorted) {
                for (const auto middle : plan.middle.sorted) {
                    for (const auto low : plan.low.sorted) {
                        message_count count = 1;
                        std::size_t weight = 0;
                        for (const auto& label : {plan.top_states.label(top), plan.upper_states.label(upper),
                                                  plan.middle_states.label(middle), plan.low_states.label(low)}) {
                            count *= label.messages;
                            weight += label.weight;
                        }
                        messages[weight] += count;
                    }
                }
            }
        }
        for (std::size_t w = 0; w <= busy; ++w) CHECK(messages[w] == election::messages_of_weight(busy, w));
    });
}

TEST_CASE("tally_plan: one of two mirrored top states is examined, and the one in the middle if there is one") {
    for_plans([](const packed_allocation&, const tally_plan& plan) {
        REQUIRE(plan.top.sorted.size() == plan.units());
        std::vector<int> seen(plan.top_total, 0);
        for (const std::uint64_t top : plan.top.sorted) {
            const std::uint64_t mirror = plan.top_total - 1 - top;
            ++seen[top];
            if (!plan.is_its_own_mirror(top)) ++seen[mirror];
            CHECK(plan.is_its_own_mirror(top) == (mirror == top));
            for (const auto& row : plan.code.rows) { // what has + and what does not change places
                CHECK(plan.top_states.hits(row, top) + plan.top_states.hits(row, mirror) == plan.top_states.load(row));
            }
        }
        for (const int times : seen) CHECK(times == 1);
    });
}

TEST_CASE("tally_plan: states are sorted by their labels") {
    for_plans([](const packed_allocation&, const tally_plan& plan) {
        const auto check = [](const labelled_states& sorted, const class_states& states) {
            REQUIRE(sorted.start.size() == sorted.labels.size() + 1);
            for (std::size_t l = 0; l < sorted.labels.size(); ++l) {
                CHECK((l == 0 || sorted.labels[l - 1] < sorted.labels[l]));
                for (std::size_t i = sorted.start[l]; i < sorted.start[l + 1]; ++i) {
                    const auto label = states.label(sorted.sorted[i]);
                    CHECK(label.weight == sorted.labels[l].weight);
                    CHECK(label.messages == sorted.labels[l].messages);
                    CHECK(sorted.label[sorted.sorted[i]] == l);
                }
            }
            CHECK(sorted.start.back() == sorted.sorted.size());
        };
        check(plan.low, plan.low_states);
        check(plan.middle, plan.middle_states);
        check(plan.upper, plan.upper_states);
        check(plan.top, plan.top_states);
    });
}

TEST_CASE("tally_plan: a line says in which lanes a row's hits reach a threshold, or are one short of a majority") {
    for_plans([](const packed_allocation&, const tally_plan& plan) {
        for (std::size_t i = 0; i < plan.rows.size(); ++i) {
            const tally_plan::row& row = plan.rows[i];
            const auto& held = plan.code.rows[i];
            CHECK(row.reach == held.load / 2 + 1);
            CHECK(row.may_tie == (held.load % 2 == 0));
            CHECK(row.workers * plan.worker_unit == held.workers);
            CHECK(row.low_load == plan.low_states.load(held));
            for (std::size_t lane = 0; lane < plan.lanes; ++lane) {
                const std::size_t hits = plan.low_states.hits(held, lane);
                for (std::size_t h = 1; h <= row.low_load; ++h) {
                    CHECK(is_set(plan, row.at_least + (h - 1) * plan.stride, lane) == (hits >= h));
                }
                for (std::size_t h = 0; h <= row.low_load && row.may_tie; ++h) {
                    CHECK(is_set(plan, row.exactly + h * plan.stride, lane) == (hits == h));
                }
            }
            for (std::size_t m = 0; m < plan.middle.sorted.size(); ++m) {
                CHECK(plan.middle_hits[m * plan.rows.size() + i] == plan.middle_states.hits(held, plan.middle.sorted[m]));
            }
        }
        for (std::size_t lane = 0; lane < plan.lanes; ++lane) {
            std::size_t label = 0;
            for (std::size_t q = 0; q < plan.label_digits; ++q) {
                label |= std::size_t{plan.label_planes[q * plan.stride + lane / 64] >> lane % 64 & 1U} << q;
            }
            CHECK(label == plan.low.label[lane]);
        }
    });
}
