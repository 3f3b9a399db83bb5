// SPDX-License-Identifier: MIT
#include <election/exact/all_failures.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <numeric>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/bernoulli.hpp>
#include <election/codes/cyclic.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/paley.hpp>
#include <election/codes/repetition.hpp>
#include <election/verify/vote.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

sign_list signs_of(const std::string& message) {
    sign_list signs;
    for (char sign : message) signs.push_back(sign == '+' ? std::int8_t{1} : sign == '-' ? std::int8_t{-1} : std::int8_t{0});
    return signs;
}

/// + before 0 before −.
struct message_order {
    bool operator()(const std::string& a, const std::string& b) const {
        const auto rank = [](char sign) { return sign == '+' ? 0 : sign == '0' ? 1 : 2; };
        return std::ranges::lexicographical_compare(a, b, {}, rank, rank);
    }
};
using margin_map = std::map<std::string, std::int64_t, message_order>;

/// The margins of all nearest elections, by the definition; in the order of the messages.
margin_map margins_of_all(const packed_allocation& code, const exact_model& model) {
    const std::size_t k = code.partitions();
    const bool ternary = model.alphabet == sign_alphabet::ternary;
    const std::string alphabet = ternary ? "+0-" : "+-";
    const std::size_t steps = ternary ? 2 : 1; // from one truth to the other
    std::size_t budget = ternary ? k - 1 : (k - 1) / 2;
    if (!model.may_lose.empty()) budget = std::min(budget, steps * model.may_lose.size());
    margin_map margins;
    std::vector<std::size_t> digits(k, 0);
    while (true) {
        std::string message;
        for (std::size_t digit : digits) message += alphabet[digit];
        for (int truth : {1, -1}) {
            std::size_t away = 0;
            bool allowed = true;
            int sum = 0;
            for (std::size_t j = 0; j < k; ++j) {
                const std::size_t far = truth > 0 ? digits[j] : steps - digits[j];
                away += far;
                sum += signs_of(message)[j];
                if (far != 0 && !model.may_lose.empty() && std::ranges::find(model.may_lose, j) == model.may_lose.end()) {
                    allowed = false;
                }
            }
            if (!allowed || away != budget || truth * sum <= 0) continue;
            sign_list votes = votes_of(code, signs_of(message), model.ties);
            for (std::size_t liar : model.liars) votes[liar] = static_cast<std::int8_t>(-truth);
            std::int64_t margin = 0;
            for (std::size_t i = 0; i < votes.size(); ++i) {
                const std::int64_t weight = model.weights.empty() ? 1 : std::int64_t{model.weights[i]};
                const int vote = votes[i] == 0 && model.ties == tie_policy::coin ? -truth : votes[i];
                margin += weight * truth * vote;
            }
            margins[message] = margin;
        }
        std::size_t j = 0;
        while (j < k && ++digits[j] == alphabet.size()) digits[j++] = 0;
        if (j == k) return margins;
    }
}

/// Draws a code: sparse, dense, cyclic, with equal rows.
packed_allocation random_code(std::mt19937_64& random, std::size_t most_partitions) {
    const auto number = [&](std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(random); };
    const std::size_t n = 1 + number(7), k = 1 + number(most_partitions - 1);
    std::vector<std::vector<int>> rows(n, std::vector<int>(k, 0));
    const std::size_t shape = number(3);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < k; ++j) {
            rows[i][j] = shape == 0   ? number(3) == 0
                         : shape == 1 ? number(3) != 0
                         : shape == 2 ? (i + k - j) % k < 3
                                      : j == i;
        }
        if (i > 0 && number(4) == 0) rows[i] = rows[i - 1];
    }
    return packed_allocation(rows);
}

exact_model random_model(std::mt19937_64& random, const packed_allocation& code) {
    exact_model model;
    model.ties = tie_policies[random() % tie_policies.size()];
    if (random() % 3 == 0) {
        for (std::size_t i = 0; i < code.workers(); ++i) {
            model.weights.push_back(static_cast<std::uint32_t>(random() % 3));
        }
    }
    if (random() % 4 == 0) model.liars.push_back(random() % code.workers());
    if (random() % 4 == 0) {
        for (std::size_t j = 0; j < code.partitions(); ++j) {
            if (random() % 3 != 0) model.may_lose.push_back(j);
        }
    }
    return model;
}

/// Which elections symmetries make of which: the first of each orbit with its size. Symmetries that all_failures() finds are tried here
/// one by one.
std::map<std::string, std::uint64_t> orbits_of(const std::vector<std::string>& messages, const packed_allocation& code,
                                               const exact_model& model) {
    std::map<std::string, std::string> leader;
    for (const std::string& message : messages) leader[message] = message;
    const std::function<std::string(const std::string&)> find = [&](const std::string& message) {
        return leader[message] == message ? message : find(leader[message]);
    };
    const auto join = [&](const std::string& a, const std::string& b) {
        REQUIRE(leader.contains(b));
        const std::string first = find(a), second = find(b);
        leader[std::max(first, second)] = std::min(first, second);
    };
    for (int truth : {1, -1}) {
        const worst_case_problem stated = make_cover_problem(code, model, truth);
        const cover_problem problem = detail::with_rows_merged(stated.cover);
        const std::size_t k = problem.columns;
        std::vector<column_permutation> maps;
        for (std::uint32_t a = 0; a < k; ++a) {
            for (std::uint32_t b = 0; b < k; ++b) {
                column_permutation exchange(k), affine(k);
                std::iota(exchange.begin(), exchange.end(), 0U);
                std::swap(exchange[a], exchange[b]);
                for (std::uint32_t j = 0; j < k; ++j) affine[j] = static_cast<std::uint32_t>((a * j + b) % k);
                maps.push_back(exchange);
                maps.push_back(affine);
            }
        }
        std::erase_if(maps, [&](const auto& map) { return !is_symmetry(problem, map); });
        for (const std::string& message : messages) {
            if (truth_of(signs_of(message)) != truth) continue;
            for (const column_permutation& map : maps) {
                std::string image = message;
                for (std::size_t j = 0; j < k; ++j) image[stated.partitions[map[j]]] = message[stated.partitions[j]];
                join(message, image);
            }
            if (!is_symmetric(model.ties)) continue;
            std::string mirror = message;
            for (char& sign : mirror) sign = sign == '+' ? '-' : '+';
            join(message, mirror);
        }
    }
    std::map<std::string, std::uint64_t> sizes;
    for (const std::string& message : messages) ++sizes[find(message)];
    return sizes;
}

std::int64_t worst_margin(const margin_map& margins) {
    return std::ranges::min_element(margins, {}, [](const auto& entry) { return entry.second; })->second;
}

} // namespace

TEST_CASE("all worst elections, in order, as the definition finds them; and up to symmetry") {
    CAPTURE(election_test::seed());
    std::mt19937_64 random(election_test::seed());
    std::size_t joined = 0;
    for (int trial = 0; trial < 800; ++trial) {
        const bool ternary = trial % 4 == 3;
        const packed_allocation code = random_code(random, ternary ? 6 : 8);
        exact_model model = random_model(random, code);
        if (ternary) model.alphabet = sign_alphabet::ternary;
        const auto margins = margins_of_all(code, model);
        const std::int64_t margin = worst_margin(margins) + static_cast<std::int64_t>(trial % 5 == 0 ? random() % 3 : 0);
        std::vector<std::string> expected;
        for (const auto& [message, found] : margins) {
            if (found <= margin) expected.push_back(message);
        }

        failure_options options;
        options.limit = trial % 3 == 0 ? random() % (expected.size() + 2) : 1000;
        const failure_report report = all_failures(code, model, margin, options);
        CHECK(report.count == big_count(expected.size()));
        CHECK(report.counted);
        CHECK(report.listed);
        REQUIRE(report.failures.size() == std::min(options.limit, expected.size()));
        for (std::size_t i = 0; i < report.failures.size(); ++i) {
            const failure& listed = report.failures[i];
            CHECK(to_string(listed.election.message) == expected[i]);
            CHECK(listed.election.margin == margins.at(expected[i]));
            CHECK(listed.orbit == big_count(1));
        }

        if (ternary) continue;
        const auto orbits = orbits_of(expected, code, model);
        options.up_to_symmetry = true;
        const failure_report firsts = all_failures(code, model, margin, options);
        CHECK(firsts.count == report.count);
        REQUIRE(firsts.failures.size() == std::min(options.limit, orbits.size()));
        auto orbit = orbits.begin();
        for (const failure& listed : firsts.failures) {
            CHECK(to_string(listed.election.message) == orbit->first);
            CHECK(listed.orbit == big_count(orbit->second));
            ++orbit;
        }
        if (orbits.size() < expected.size()) ++joined;
    }
    CHECK(joined > 300);
}

TEST_CASE("known codes") {
    const failure_report five = all_failures(packed_allocation(deterministic(5, 1)), {}, 3);
    CHECK(five.count.to_string() == "14");
    // Quadratic residues modulo 19: 57 worst choices of losers, one orbit of the 171 maps a·j + s with a square.
    failure_options options;
    options.up_to_symmetry = true;
    const failure_report paley19 = all_failures(packed_allocation(paley(19)), {}, -5, options);
    CHECK(paley19.count.to_string() == "114");
    REQUIRE(paley19.failures.size() == 1);
    CHECK(paley19.failures[0].orbit.to_string() == "114");
    CHECK(paley19.listed);
    // Groups of three: five partitions that are all alike.
    const failure_report groups = all_failures(packed_allocation(repetition(303, 101)), {}, 3, options);
    REQUIRE(groups.failures.size() == 1);
    CHECK(groups.failures[0].orbit == big_binomial(101, 50) * big_count(2));
    CHECK(groups.count == groups.failures[0].orbit);
    CHECK(to_string(groups.failures[0].election.message) == std::string(51, '+') + std::string(50, '-'));
}

TEST_CASE("enumerations count and list what the tree does") {
    CAPTURE(election_test::seed());
    std::mt19937_64 random(election_test::seed() + 1);
    const exact_kernels kernels = exact_kernels_for<default_arch>();
    const std::vector<packed_allocation> codes{packed_allocation(paley(13)),
                                               packed_allocation(paley(11)),
                                               packed_allocation(cyclic(14, 14, 9)),
                                               packed_allocation(bernoulli(9, 12, 0.4, 1)),
                                               packed_allocation(bernoulli(13, 13, 0.5, 2)),
                                               packed_allocation(cyclic(12, 12, 5)),
                                               packed_allocation(paley(19))};
    for (int trial = 0; trial < 42; ++trial) {
        const packed_allocation& code = codes[static_cast<std::size_t>(trial) % codes.size()];
        exact_model model = random_model(random, code);
        model.may_lose.clear();
        if (trial < 7 || code.partitions() == 19) model = {};
        exact_options how;
        how.model = model;
        const std::int64_t margin = verify_exact(code, how, kernels).margin + (trial % 5 == 4 ? 1 : 0);
        failure_options options;
        options.threads = 1 + static_cast<unsigned>(trial % 2);
        options.limit = 100'000;
        const failure_report report = all_failures(code, model, margin, options, kernels);
        CHECK(report.counted);
        CHECK(report.count >= big_count(1));
        big_count by_tree;
        for (int truth : {1, -1}) {
            const cover_problem problem = make_cover_problem(code, model, truth).cover;
            choice_options tree;
            tree.method = count_method::tree;
            by_tree += count_choices(problem, margin - problem.constant, tree).count;
            detail::failure_enumerator enumerator(code, model, truth, {}, options.threads, {}, kernels.exhaustive);
            if (enumerator.seconds() > 1e9) continue; // no vote varies
            const auto& found = enumerator.run(margin, 1e9);
            REQUIRE(found);
            auto expected = list_choices(problem, margin - problem.constant, 2'000'000);
            CHECK(found->count == big_count(expected.size()));
            REQUIRE(found->listed);
            std::vector<std::uint64_t> sets;
            for (const auto& losers : expected) {
                sets.push_back(0);
                for (std::uint32_t j : losers) sets.back() |= std::uint64_t{1} << j;
            }
            std::vector<std::uint64_t> listed = found->losers;
            std::ranges::sort(sets);
            std::ranges::sort(listed);
            CHECK(listed == sets);
            // In order, as the search lists them.
            const choice_order order = truth > 0 ? choice_order::winners_first : choice_order::losers_first;
            detail::failure_side side(code, model, truth, margin, choice_classes::all, {}, kernels.cover, &*found);
            choice_lister lister(problem, margin - problem.constant, order);
            while (auto losers = lister.next()) {
                REQUIRE(side.has_next());
                CHECK(side.losers() == *losers);
                side.advance();
            }
            CHECK_FALSE(side.has_next());
        }
        CHECK(report.count == by_tree);
        std::string before;
        for (const failure& one : report.failures) {
            CHECK(one.election.margin <= margin);
            CHECK(before < to_string(one.election.message));
            before = to_string(one.election.message);
        }
    }
}

TEST_CASE("one of each orbit is enough to count: quadratic residues modulo 31") {
    failure_options options;
    options.up_to_symmetry = true;
    const failure_report paley31 = all_failures(packed_allocation(paley(31)), {}, -9, options);
    CHECK((paley31.method == "symmetric" || paley31.method == "exhaustive"));
    big_count sum;
    for (const failure& one : paley31.failures) sum += one.orbit;
    CHECK(sum == paley31.count);
    options.limit = 0;
    options.threads = 2;
    CHECK(all_failures(packed_allocation(paley(31)), {}, -9, options).count == paley31.count);
}

TEST_CASE("symmetries that are given are checked and used") {
    // Two pairs, 0 1 and 2 3, which may change places as a whole: neither an exchange of two partitions nor affine.
    const packed_allocation code(std::vector<std::vector<int>>{
        {1, 1, 0, 0, 0, 0, 0}, {0, 0, 1, 1, 0, 0, 0}, {0, 0, 0, 0, 1, 0, 0}, {1, 1, 1, 1, 1, 1, 1}});
    const std::int64_t margin = worst_margin(margins_of_all(code, {}));
    failure_options options;
    options.up_to_symmetry = true;
    const failure_report without = all_failures(code, {}, margin, options);
    CHECK(without.failures.size() == 3); // 4 loses, and one of the pairs, or half of each, which then abstain
    options.symmetries = {{2, 3, 0, 1, 4, 5, 6}};
    const failure_report with = all_failures(code, {}, margin, options);
    REQUIRE(with.failures.size() == 2);
    big_count sum;
    for (const failure& listed : with.failures) sum += listed.orbit;
    CHECK(sum == big_count(12));
    CHECK(with.count == big_count(12));
    CHECK(without.count == big_count(12));
    CHECK(with.failures[0].election.message == without.failures[0].election.message);
    options.symmetries = {{1, 2, 3, 4, 5, 6, 0}};
    CHECK_THROWS_WITH_AS((void)all_failures(code, {}, margin, options),
                         "election::all_failures: symmetry = 0 must map workers to workers", parameter_error);
}

TEST_CASE("limits, and what is not supported") {
    const packed_allocation code(bernoulli(41, 41, 0.3, 1));
    failure_options options;
    std::stop_source source;
    source.request_stop();
    options.stop = source.get_token();
    const failure_report stopped = all_failures(code, {}, 20, options);
    CHECK_FALSE(stopped.counted);
    CHECK_FALSE(stopped.listed);
    CHECK(stopped.failures.empty());
    CHECK(stopped.count.is_zero());
    options.stop = {};
    options.seconds = 0.2;
    options.limit = 3;
    const failure_report late = all_failures(code, {}, 20, options);
    CHECK_FALSE(late.counted);
    CHECK(late.listed);
    CHECK(late.failures.size() == 3);
    CHECK(late.count >= big_count(3));
    exact_model ternary;
    ternary.alphabet = sign_alphabet::ternary;
    options = {};
    options.up_to_symmetry = true;
    CHECK_THROWS_WITH_AS((void)all_failures(code, ternary, 0, options),
                         "election::all_failures: up_to_symmetry = 1 is for binary signs", parameter_error);
    options = {};
    options.threads = 0;
    CHECK_THROWS_WITH_AS((void)all_failures(code, {}, 0, options), "election::all_failures: threads = 0 must be at least 1",
                         parameter_error);
    exact_model corrupted;
    corrupted.corrupted = 1;
    CHECK_THROWS_WITH_AS((void)all_failures(code, corrupted, 0), "election::all_failures: corrupted = 1 must be 0",
                         parameter_error);
}
