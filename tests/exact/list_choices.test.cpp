// SPDX-License-Identifier: MIT
#include <election/exact/list_choices.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/bernoulli.hpp>
#include <election/codes/deterministic.hpp>
#include <support/counted_choices.hpp>
#include <support/cover_problems.hpp>
#include <support/seed.hpp>

using namespace election;
using choices_by_losers = std::vector<std::vector<std::uint32_t>>;

namespace {

/// A choice as a word: 'a' for what comes first.
std::string word_of(const cover_problem& problem, const std::vector<std::uint32_t>& losers, choice_order order) {
    const bool losers_first = order == choice_order::losers_first;
    std::string word(problem.columns, losers_first ? 'b' : 'a');
    for (std::uint32_t j : losers) word[j] = losers_first ? 'a' : 'b';
    return word;
}

/// All choices, by trying all sets, in order.
choices_by_losers all_choices(const cover_problem& problem, choice_order order) {
    choices_by_losers choices;
    for (std::uint32_t set = 0; set < std::uint32_t{1} << problem.columns; ++set) {
        std::vector<std::uint32_t> losers;
        for (std::uint32_t j = 0; j < problem.columns; ++j) {
            if ((set >> j & 1U) != 0) losers.push_back(j);
        }
        if (losers.size() == problem.budget) choices.push_back(losers);
    }
    std::ranges::sort(choices, {}, [&](const auto& losers) { return word_of(problem, losers, order); });
    return choices;
}

choices_by_losers drain(choice_lister& lister) {
    choices_by_losers listed;
    while (auto choice = lister.next()) listed.push_back(*choice);
    CHECK(lister.complete());
    CHECK_FALSE(lister.next());
    return listed;
}

} // namespace

TEST_CASE("lists what trying all choices finds, in both orders, whole and to a limit") {
    CAPTURE(election_test::seed());
    election_test::cover_problems draw(election_test::seed());
    for (int trial = 0; trial < 400; ++trial) {
        const cover_problem problem = draw.shuffled(draw.any(trial % 10 == 0 ? 11 : 8, 10));
        for (choice_order order : {choice_order::winners_first, choice_order::losers_first}) {
            const choices_by_losers all = all_choices(problem, order);
            std::int64_t least = loss_of(problem, all[0]), most = least;
            for (const auto& losers : all) {
                least = std::min(least, loss_of(problem, losers));
                most = std::max(most, loss_of(problem, losers));
            }
            CHECK(list_choices(problem, least - 1, 10, order).empty());
            CHECK(list_choices(problem, most, 5, order) ==
                  choices_by_losers(all.begin(),
                                    all.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(5, all.size()))));
            choice_options options;
            if (trial % 3 == 0) options.patience = draw.number(3); // then other methods look for choices
            for (std::int64_t loss : {least, (least + most) / 2}) {
                choices_by_losers expected;
                std::copy_if(all.begin(), all.end(), std::back_inserter(expected),
                             [&](const auto& losers) { return loss_of(problem, losers) <= loss; });
                CHECK(list_choices(problem, loss, all.size() + 1, order, options) == expected);
                const std::size_t limit = draw.number(expected.size());
                choices_by_losers first = expected;
                first.resize(limit);
                CHECK(list_choices(problem, loss, limit, order) == first);

                // One for each number of losers in the classes, the first of them.
                choice_lister lister(problem, loss, order, choice_classes::firsts, options);
                const auto& classes = lister.classes();
                for (const auto& members : interchangeable_columns(problem)) { // they are in one of them
                    CHECK(std::ranges::any_of(classes, [&](const auto& c) { return std::ranges::includes(c, members); }));
                }
                std::map<std::vector<std::size_t>, bool> seen;
                choices_by_losers firsts;
                for (const auto& losers : expected) {
                    std::vector<std::size_t> counts;
                    for (const auto& members : classes) {
                        counts.push_back(static_cast<std::size_t>(std::ranges::count_if(
                            members, [&](std::uint32_t j) { return std::ranges::binary_search(losers, j); })));
                    }
                    if (seen.emplace(counts, true).second) firsts.push_back(losers);
                }
                CHECK(drain(lister) == firsts);
            }
        }
    }
}

TEST_CASE("of pairs only how many of both lose is listed: by 0, 1, 2 or by 2, 1, 0") {
    CAPTURE(election_test::seed());
    election_test::cover_problems draw(election_test::seed() + 3);
    for (int trial = 0; trial < 300; ++trial) {
        const cover_problem problem = election_test::with_pairs(draw.any(5, 8), trial % 2 == 0);
        choice_options options;
        options.identity = choice_identity::pairs;
        if (trial % 3 == 0) options.patience = 1;
        for (choice_order order : {choice_order::winners_first, choice_order::losers_first}) {
            const std::uint32_t alone = order == choice_order::winners_first ? 1 : 0; // of a pair, if one loses
            std::int64_t least = std::int64_t{1} << 40, most = 0;
            choices_by_losers all;
            for (const auto& losers : all_choices(problem, order)) {
                const bool is_first = std::ranges::all_of(
                    losers, [&](std::uint32_t j) { return j % 2 == alone || std::ranges::binary_search(losers, j ^ 1U); });
                if (!is_first) continue;
                all.push_back(losers);
                least = std::min(least, loss_of(problem, losers));
                most = std::max(most, loss_of(problem, losers));
            }
            for (std::int64_t loss : {least, (least + most) / 2, most}) {
                choices_by_losers expected;
                std::copy_if(all.begin(), all.end(), std::back_inserter(expected),
                             [&](const auto& losers) { return loss_of(problem, losers) <= loss; });
                CHECK(list_choices(problem, loss, all.size() + 1, order, options) == expected);
            }
        }
    }
    choice_options options;
    options.identity = choice_identity::pairs;
    CHECK_THROWS_WITH_AS((void)list_choices({3, 1, {}, 0}, 0, 1, choice_order::winners_first, options),
                         "election::choice_lister: columns = 3 must be pairs", parameter_error);
}

TEST_CASE("the first of very many come at once") {
    const cover_problem problem = election_test::nearest_cover(packed_allocation(deterministic(201, 3)));
    const std::int64_t least = 2 * static_cast<std::int64_t>(problem.rows.size()) - (201 - 7); // margin 7
    const auto listed = list_choices(problem, least, 20);
    REQUIRE(listed.size() == 20);
    for (std::size_t i = 0; i < listed.size(); ++i) {
        CHECK(loss_of(problem, listed[i]) <= least);
        CHECK((i == 0 || word_of(problem, listed[i - 1], choice_order::winners_first) <
                             word_of(problem, listed[i], choice_order::winners_first)));
    }
}

TEST_CASE("the first of very many where a search for one takes long") {
    const cover_problem problem = election_test::nearest_cover(packed_allocation(deterministic(301, 20)));
    const std::int64_t least = 301 + 41;
    choice_lister lister(problem, least, choice_order::winners_first);
    for (int i = 0; i < 5; ++i) {
        const auto losers = lister.next();
        REQUIRE(losers);
        CHECK(loss_of(problem, *losers) == least);
    }
    choice_lister none(problem, least - 1, choice_order::winners_first);
    CHECK_FALSE(none.next());
    CHECK(none.complete());
    CHECK(none.nodes() < 1'000'000);
}

TEST_CASE("limits end a list before it is whole") {
    const cover_problem problem = election_test::nearest_cover(packed_allocation(bernoulli(41, 41, 0.3, 1)));
    std::stop_source source;
    choice_options options;
    options.stop = source.get_token();
    choice_lister stopped(problem, 60, choice_order::winners_first, choice_classes::all, options);
    CHECK(stopped.next().has_value());
    source.request_stop();
    while (stopped.next()) {
    }
    CHECK_FALSE(stopped.complete());
    options.stop = {};
    options.seconds = 1e-9;
    choice_lister late(problem, 60, choice_order::winners_first, choice_classes::all, options);
    CHECK_FALSE(late.next());
    CHECK_FALSE(late.complete());
    CHECK_THROWS_AS((void)list_choices({1, 2, {}, 0}, 0, 1), parameter_error);
    options.iterations = 0;
    CHECK_THROWS_AS((void)list_choices(problem, 0, 1, choice_order::winners_first, options), parameter_error);
}
