// SPDX-License-Identifier: MIT
#include <election/exact/branch_and_bound.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <sstream>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/exact/certificate_check.hpp>
#include <election/exact/cover_reference.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/search_checkpoint.hpp>
#include <support/architectures.hpp>
#include <support/random_code.hpp>
#include <support/random_cover.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::between;
using election_test::total_loss;

namespace {

cover_problem random_problem(std::mt19937& random, std::size_t columns, std::size_t rows) {
    if (between(random, 0, 1) == 0) return election_test::random_cover(random, columns, rows);
    cover_problem problem{between(random, 1, columns), 0, {}, 0}; // of a code: few nodes are enough for most others
    problem.budget = (problem.columns - 1) / 2;
    const std::size_t density = between(random, 2, 8);
    for (std::size_t i = 0; i < rows; ++i) {
        cover_row row;
        for (std::uint32_t j = 0; j < problem.columns; ++j) {
            if (between(random, 0, 9) < density) row.columns.push_back(j);
        }
        row.need = static_cast<std::uint32_t>(row.columns.size() / 2 + 1);
        row.may_tie = row.columns.size() % 2 == 0;
        problem.rows.push_back(std::move(row));
    }
    return problem;
}

search_options random_options(std::mt19937& random) {
    search_options options;
    options.threads = static_cast<unsigned>(between(random, 1, 3));
    options.iterations = static_cast<int>(between(random, 1, 7));
    return options;
}

cover_answer cutoff(std::int64_t loss) {
    cover_answer answer;
    answer.loss = loss;
    return answer;
}

double shares(const search_state& state) {
    double sum = state.done;
    for (const open_subtree& part : state.open) sum += part.share;
    return sum;
}

/// The least loss of an open subtree's choices, by trying all; `none` if there is none.
std::int64_t least_of(const cover_problem& problem, const open_subtree& part, std::int64_t none) {
    std::int64_t least = none;
    for (std::uint64_t set = 0; set < std::uint64_t{1} << problem.columns; ++set) {
        if (static_cast<std::size_t>(std::popcount(set)) != problem.budget) continue;
        if ((set & ~part.open[0]) != part.losers[0]) continue;
        std::vector<std::uint32_t> losers;
        for (std::uint32_t j = 0; j < problem.columns; ++j) {
            if ((set >> j & 1U) != 0) losers.push_back(j);
        }
        least = std::min(least, loss_of(problem, losers));
    }
    return least;
}

std::string certificate_of(const packed_allocation& code, const worst_case_problem& stated, const cover_answer& answer,
                           const std::vector<std::string>& texts) {
    std::vector<std::vector<std::uint32_t>> groups;
    for (std::size_t worker : stated.workers) groups.push_back({static_cast<std::uint32_t>(worker)});
    certificate proof = certificate_about(code);
    proof.margin = stated.cover.constant + answer.loss;
    proof.witness.assign(code.partitions(), '+');
    for (std::uint32_t column : answer.losers) proof.witness[stated.partitions[column]] = '-';
    proof.sides.push_back({1, proof.margin + static_cast<std::int64_t>(code.workers()),
                           tree_lines(groups, static_cast<std::uint32_t>(multiplier_scale(stated.cover)), texts)});
    std::ostringstream file;
    write_certificate(file, proof);
    return file.str();
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("the search finds what trying every choice finds", Arch, search_reference) {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    const cover_kernel kernel = cover_kernel_for<Arch>();
    std::uint64_t nodes = 0;
    for (int round = 0; round < 1200; ++round) {
        CAPTURE(round);
        const cover_problem problem = random_problem(random, 12, 24);
        const cover_answer best = solve_cover_reference(problem);
        cover_answer start = cutoff(total_loss(problem) + 1);
        if (round % 3 == 1) {
            tabu_options looking;
            looking.walks = 1;
            looking.seed = static_cast<std::uint64_t>(round);
            start = tabu_search(problem, looking);
        }
        if (round % 3 == 2) start.loss = best.loss + static_cast<std::int64_t>(between(random, 0, 3)) - 1;
        search_state state = search_from(problem, start);
        branch_and_bound(problem, random_options(random), kernel, state);
        const cover_answer answer = answer_of(state);
        REQUIRE(state.open.empty());
        REQUIRE(answer.exact());
        REQUIRE(answer.loss == std::min(best.loss, start.loss));
        if (best.loss < start.loss || !start.losers.empty()) {
            REQUIRE(answer.losers.size() == problem.budget);
            REQUIRE(std::ranges::is_sorted(answer.losers));
            REQUIRE(loss_of(problem, answer.losers) == best.loss);
        } else {
            REQUIRE(answer.losers.empty());
        }
        REQUIRE(std::abs(shares(state) - 1) < 1e-9);
        REQUIRE(answer.nodes >= 1);
        nodes += answer.nodes;
    }
    CHECK(nodes > 3000);
}
TEST_CASE_TEMPLATE_APPLY(search_reference, election_test::enabled_architectures);

TEST_CASE("a search that is stopped often loses nothing") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    const cover_kernel kernel = cover_kernel_for<default_arch>();
    int stops = 0;
    int raised = 0;
    for (int round = 0; round < 150; ++round) {
        CAPTURE(round);
        const cover_problem problem = random_problem(random, 11, 30);
        const cover_answer best = solve_cover_reference(problem);
        const std::int64_t first = between(random, 0, 1) == 0 ? total_loss(problem) + 1 : best.loss + 1;
        search_state state = search_from(problem, cutoff(first));
        search_options options = random_options(random);
        options.iterations = 1;
        const int way = static_cast<int>(between(random, 0, 2));
        int calls = 0;
        while (!state.open.empty()) {
            REQUIRE(++calls < 5000);
            const search_state before = state;
            std::stop_source source;
            options.nodes = way == 0 ? between(random, 0, 1) : between(random, 1, 9);
            options.seconds = way == 1 ? 0 : 1e9;
            if (way == 2 && calls % 3 == 0) source.request_stop();
            options.stop = source.get_token();
            branch_and_bound(problem, options, kernel, state);
            REQUIRE(state.nodes >= before.nodes);
            REQUIRE(state.nodes <= before.nodes + options.nodes + 32 * (options.threads - 1));
            if (source.stop_requested()) REQUIRE(state.nodes == before.nodes);
            REQUIRE(state.loss <= before.loss);
            REQUIRE(std::abs(shares(state) - 1) < 1e-9);
            const cover_answer answer = answer_of(state);
            REQUIRE(answer.loss_lower <= best.loss);
            REQUIRE(answer.loss_lower >= answer_of(before).loss_lower);
            raised += answer.loss_lower > answer_of(before).loss_lower && !state.open.empty() ? 1 : 0;
            REQUIRE(answer.loss >= best.loss);
            // What is open, and what was seen, still hold a best choice.
            std::int64_t least = state.loss;
            for (const open_subtree& part : state.open) {
                const std::int64_t here = least_of(problem, part, total_loss(problem) + 1);
                REQUIRE(here >= part.loss_lower);
                REQUIRE((part.open[0] & part.losers[0]) == 0);
                least = std::min(least, here);
            }
            REQUIRE(least == best.loss);
            stops += state.open.empty() ? 0 : 1;
        }
        REQUIRE(state.loss == best.loss);
        REQUIRE(state.losers.size() == problem.budget);
        REQUIRE(loss_of(problem, state.losers) == best.loss);
    }
    CHECK(stops > 200);
    CHECK(raised > 20);
}

TEST_CASE("yes or no: the search ends at a choice that is enough") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    const cover_kernel kernel = cover_kernel_for<default_arch>();
    int early = 0;
    for (int round = 0; round < 400; ++round) {
        const cover_problem problem = random_problem(random, 11, 24);
        const cover_answer best = solve_cover_reference(problem);
        search_options options = random_options(random);
        options.enough = best.loss + static_cast<std::int64_t>(between(random, 0, 5)) - 2;
        const bool cut = between(random, 0, 1) == 0;
        search_state state = search_from(problem, cutoff(cut ? *options.enough + 1 : total_loss(problem) + 1));
        branch_and_bound(problem, options, kernel, state);
        if (best.loss <= *options.enough) {
            REQUIRE(state.loss <= *options.enough);
            REQUIRE(loss_of(problem, state.losers) == state.loss);
            early += state.open.empty() ? 0 : 1;
        } else {
            REQUIRE(state.open.empty());
            REQUIRE(state.loss == (cut ? *options.enough + 1 : best.loss));
        }
        REQUIRE(answer_of(state).loss_lower <= std::max(best.loss, state.loss));
        REQUIRE(std::abs(shares(state) - 1) < 1e-9);
        if (!state.losers.empty() && state.loss <= *options.enough) { // nothing more to be done
            const std::uint64_t nodes = state.nodes;
            branch_and_bound(problem, options, kernel, state);
            REQUIRE(state.nodes == nodes);
        }
    }
    CHECK(early > 20);
}

TEST_CASE("the tree that is written is a proof, of one or of several threads, in one go or in many") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    const cover_kernel kernel = cover_kernel_for<default_arch>();
    std::size_t several = 0;
    for (int round = 0; round < 200; ++round) {
        CAPTURE(round);
        const packed_allocation code =
            election_test::random_code(between(random, 1, 30), between(random, 1, 15), 0.3, random());
        const worst_case_problem stated = make_cover_problem(code, {}, 1);
        search_options options = random_options(random);
        if (round % 2 == 0) options.nodes = between(random, 1, 20);
        search_state state =
            search_from(stated.cover, round % 4 < 2 ? tabu_search(stated.cover) : cutoff(total_loss(stated.cover) + 1));
        std::vector<std::string> texts;
        while (!state.open.empty()) branch_and_bound(stated.cover, options, kernel, state, texts);
        const cover_answer answer = answer_of(state);
        std::size_t trees = 0;
        for (const std::string& text : texts) trees += static_cast<std::size_t>(std::ranges::count(text, 't'));
        several += trees > 1 ? 1 : 0;
        const certificate_check report = check_certificate(code, certificate_of(code, stated, answer, texts), "F");
        REQUIRE(report.proved());
    }
    CHECK(several > 20);
}

TEST_CASE("where all losses are even, an odd cutoff is as good as the even one above") {
    std::mt19937 random(7);
    const cover_kernel kernel = cover_kernel_for<default_arch>();
    std::uint64_t nodes = 0;
    for (int round = 0; round < 60; ++round) {
        cover_problem problem{17, 8, {}, 0};
        for (int i = 0; i < 25; ++i) {
            cover_row row;
            for (std::uint32_t j = 0; j < problem.columns; ++j) {
                if (random() % 3 == 0) row.columns.push_back(j);
            }
            row.need = static_cast<std::uint32_t>(row.columns.size() / 2 + 1);
            problem.rows.push_back(std::move(row));
        }
        REQUIRE(loss_unit(problem) == 2);
        const auto nodes_from = [&](std::int64_t loss) {
            search_state state = search_from(problem, cutoff(loss));
            search_options alone;
            alone.looks_elsewhere = false; // it would depend on the time what is found when
            branch_and_bound(problem, alone, kernel, state);
            return state.nodes;
        };
        const std::int64_t even = solve_cover_reference(problem).loss;
        REQUIRE(nodes_from(even) == nodes_from(even - 1));
        REQUIRE(nodes_from(even + 2) == nodes_from(even + 1));
        nodes += nodes_from(even);
    }
    CHECK(nodes > 200);
}

TEST_CASE("codes whose worst elections are known") {
    const cover_kernel kernel = cover_kernel_for<default_arch>();
    const auto margin = [&](const packed_allocation& code) {
        const worst_case_problem stated = make_cover_problem(code, {}, 1);
        search_state state = search_from(stated.cover, tabu_search(stated.cover));
        search_options options;
        options.threads = 2;
        branch_and_bound(stated.cover, options, kernel, state);
        REQUIRE(answer_of(state).exact());
        return stated.cover.constant + state.loss;
    };
    CHECK(margin(packed_allocation(deterministic(41, 3))) == 7);
    CHECK(margin(packed_allocation(deterministic(63, 10))) == 21);
    CHECK(margin(packed_allocation(deterministic(63, 3))) == 7);
}

TEST_CASE("the limits of problems, options and states") {
    const cover_kernel kernel = cover_kernel_for<arch::word64>();
    const cover_problem none{};
    search_state state = search_from(none, cutoff(1));
    branch_and_bound(none, {}, kernel, state);
    CHECK(answer_of(state).exact());
    CHECK(state.loss == 0);
    const cover_problem problem{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
    const auto search = [&](const cover_problem& p, const search_options& options, const auto& change) {
        search_state changed = search_from(p, cutoff(100));
        change(changed);
        branch_and_bound(p, options, kernel, changed);
        return changed.loss;
    };
    const auto nothing = [](search_state&) {};
    CHECK(search(problem, {}, nothing) == 4);
    const auto huge = [](search_state& s) { s.loss = std::numeric_limits<std::int64_t>::max(); };
    CHECK(search(problem, {}, huge) == 4);
    CHECK(search(problem, {}, [](search_state& s) { s.loss = std::numeric_limits<std::int64_t>::min(); }) < 0);
    search_options no_iterations;
    no_iterations.iterations = 0;
    CHECK_THROWS_WITH_AS(search(problem, no_iterations, nothing),
                         "election::branch_and_bound: iterations = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS(search({30001, 1, {}}, {}, nothing),
                         "election::branch_and_bound: columns = 30001 must be at most 30000", parameter_error);
    CHECK_THROWS_WITH_AS(search({3, 1, {{{0}, 1, false, 8193}}}, {}, nothing),
                         "election::branch_and_bound: weight = 8193 must be at most 8192", parameter_error);
    CHECK_THROWS_WITH_AS(search(problem, {},
                                [](search_state& s) {
                                    s.losers = {0, 1};
                                }),
                         "election::branch_and_bound: number of the state's losers = 2 must be the budget, 1",
                         parameter_error);
    CHECK_THROWS_WITH_AS(search(problem, {}, [](search_state& s) { s.losers = {3}; }),
                         "election::branch_and_bound: loser = 3 of the state is no column", parameter_error);
    CHECK_THROWS_WITH_AS(search(problem, {}, [](search_state& s) { s.losers = {1}; }),
                         "election::branch_and_bound: loss = 100 of the state must be that of its losers, 4",
                         parameter_error);
    const char* other = "election::branch_and_bound: open subtree = 0 does not belong to a problem with 3 columns";
    CHECK_THROWS_WITH_AS(search(problem, {}, [](search_state& s) { s.open[0].open[0] = 15; }), other, parameter_error);
    CHECK_THROWS_WITH_AS(search(problem, {}, [](search_state& s) { s.open[0].losers[0] = 4; }), other, parameter_error);
    CHECK_THROWS_WITH_AS(search(problem, {}, [](search_state& s) { s.open[0].losers.clear(); }), other, parameter_error);
    CHECK_THROWS_AS(search({3, 4, {}}, {}, nothing), parameter_error);
}

TEST_CASE("progress is told of all threads, and what it throws leaves the state as it was") {
    std::mt19937 random(5);
    cover_problem problem{43, 21, {}, 0};
    for (int i = 0; i < 60; ++i) {
        cover_row row;
        for (std::uint32_t j = 0; j < problem.columns; ++j) {
            if (random() % 2 == 0) row.columns.push_back(j);
        }
        row.need = static_cast<std::uint32_t>(row.columns.size() / 2 + 1);
        row.may_tie = row.columns.size() % 2 == 0;
        problem.rows.push_back(std::move(row));
    }
    search_options options;
    options.threads = 2;
    std::uint64_t told = 0;
    std::stop_source source;
    options.stop = source.get_token();
    options.on_progress = [&](const search_progress& progress) {
        CHECK(progress.nodes >= told);
        CHECK((progress.done >= 0 && progress.done <= 1));
        CHECK(progress.seconds >= 0.1);
        CHECK(progress.loss <= 121);
        told = progress.nodes;
        source.request_stop();
    };
    const cover_kernel kernel = cover_kernel_for<default_arch>();
    search_state state = search_from(problem, cutoff(121));
    branch_and_bound(problem, options, kernel, state);
    CHECK(told > 0);
    CHECK(state.nodes >= told);
    CHECK_FALSE(state.open.empty());
    CHECK(std::abs(shares(state) - 1) < 1e-9);
    const search_state before = state;
    options.stop = {};
    options.on_progress = [](const search_progress&) { throw std::runtime_error("full"); };
    std::vector<std::string> texts;
    CHECK_THROWS_WITH(branch_and_bound(problem, options, kernel, state, texts), "full");
    CHECK(state.open == before.open);
    CHECK(state.losers == before.losers);
    CHECK(state.loss == before.loss);
    CHECK(state.nodes == before.nodes);
    CHECK(state.done == before.done);
    CHECK(state.next_id == before.next_id);
    CHECK(texts.empty());
}

TEST_CASE("children that are examined two at a time make no difference to what is found") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    const cover_kernel pairs = cover_kernel_for<default_arch>();
    const bool has_pairs = pairs.examine_two != nullptr;
    REQUIRE(has_pairs);
    cover_kernel singles = pairs;
    singles.examine_two = nullptr;
    for (int round = 0; round < 300; ++round) {
        CAPTURE(round);
        const cover_problem problem = random_problem(random, 14, 40);
        const std::int64_t least = solve_cover_reference(problem).loss;
        for (const cover_kernel& kernel : {pairs, singles}) {
            search_options options = random_options(random);
            options.looks_elsewhere = false;
            if (round % 2 == 0) options.nodes = 1 + between(random, 0, 6); // in many goes
            auto state = search_from(problem, cutoff(total_loss(problem) + 1));
            while (!state.open.empty()) {
                const std::uint64_t before = state.nodes;
                branch_and_bound(problem, options, kernel, state);
                REQUIRE(shares(state) == doctest::Approx(1));
                REQUIRE(state.nodes > before);
                if (options.threads == 1 && round % 2 == 0) REQUIRE(state.nodes <= before + options.nodes);
            }
            REQUIRE(state.loss == least);
            REQUIRE(loss_of(problem, state.losers) == least);
        }
    }
}

TEST_CASE("a search that goes on begins its bounds with the multipliers that it had") {
    std::mt19937 random(11);
    const packed_allocation code = election_test::random_code(41, 41, 0.3, random());
    const cover_problem problem = make_cover_problem(code, {}, 1).cover;
    const cover_kernel kernel = cover_kernel_for<default_arch>();
    search_options options;
    options.looks_elsewhere = false;
    options.nodes = 200;
    auto state = search_from(problem, tabu_search(problem));
    branch_and_bound(problem, options, kernel, state);
    REQUIRE(!state.open.empty());
    for (const open_subtree& part : state.open) CHECK(part.multipliers.size() == problem.rows.size());
    CHECK(state.seconds > 0);
    // Other multipliers are another way to the same loss.
    auto without = state;
    for (open_subtree& part : without.open) part.multipliers.clear();
    auto wild = state;
    for (open_subtree& part : wild.open) {
        for (std::int16_t& multiplier : part.multipliers) multiplier = static_cast<std::int16_t>(random() % 32768);
    }
    options.nodes = std::numeric_limits<std::uint64_t>::max();
    for (search_state* each : {&state, &without, &wild}) {
        branch_and_bound(problem, options, kernel, *each);
        CHECK(each->open.empty());
    }
    CHECK(without.loss == state.loss);
    CHECK(wild.loss == state.loss);
}

TEST_CASE("better choices are looked for by the time of all goes of a search") {
    std::mt19937 random(12);
    const packed_allocation code = election_test::random_code(63, 63, 0.4, random()); // out of reach
    const cover_problem problem = make_cover_problem(code, {}, 1).cover;
    const cover_kernel kernel = cover_kernel_for<default_arch>();
    search_options options;
    options.seconds = 0.002; // less than the first time
    auto state = search_from(problem, tabu_search(problem));
    while (state.seconds < 0.05) branch_and_bound(problem, options, kernel, state);
    CHECK(state.looks >= 2); // at 4, 8, 16 … ms
    // A file does not know its time: how often it has looked says how long it has searched at least.
    state.looks = 5; // the last one at 64 ms, the next one at 128
    std::stringstream file;
    write_search(file, state, problem, "looks");
    auto from_file = read_search(file, "F", problem, "looks");
    CHECK(from_file.seconds == 0.064);
    while (from_file.seconds < 0.14) {
        CHECK((from_file.looks == 5 || from_file.seconds >= 0.128));
        branch_and_bound(problem, options, kernel, from_file);
    }
    CHECK(from_file.looks >= 6);
    const int looks = state.looks;
    options.looks_elsewhere = false;
    while (state.seconds < 0.2) branch_and_bound(problem, options, kernel, state);
    CHECK(state.looks == looks);
}
