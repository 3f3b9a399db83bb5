// SPDX-License-Identifier: MIT
#include <election/exact/search_checkpoint.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/arch.hpp>
#include <election/exact/branch_and_bound.hpp>
#include <election/exact/cover_kernel.hpp>
#include <election/exact/cover_reference.hpp>
#include <support/random_cover.hpp>

using namespace election;

namespace {

constexpr auto searching = cover_kernel_for<default_arch>();

std::string text_of(const search_state& state, const cover_problem& problem, const std::string& identity = "I") {
    std::ostringstream to;
    write_search(to, state, problem, identity);
    return to.str();
}

search_state state_of(const std::string& text, const cover_problem& problem, const std::string& identity = "I") {
    std::istringstream from(text);
    return read_search(from, "F", problem, identity);
}

/// What reading says; nothing if it is read.
std::string refusal_of(const std::string& text, const cover_problem& problem, const std::string& identity = "I") {
    try {
        (void)state_of(text, problem, identity);
    } catch (const format_error& failure) {
        return failure.what();
    }
    return "";
}

/// With a checksum that fits, in place of the last line.
std::string sealed(std::string text) {
    text.resize(text.rfind("sum "));
    election::detail::fnv64 hash;
    hash.add(text);
    return text + "sum " + election::detail::hash_text(hash.value()) + "\n";
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const std::size_t place = text.find(what);
    REQUIRE(place != std::string::npos);
    return sealed(text.replace(place, what.size(), by));
}

bool same(const search_state& a, const search_state& b) {
    return a.open == b.open && a.losers == b.losers && a.loss == b.loss && a.nodes == b.nodes && a.done == b.done &&
           a.looks == b.looks && a.next_id == b.next_id;
}

/// Goes on for some nodes.
void go_on(const cover_problem& problem, search_state& state, unsigned threads = 1) {
    search_options options;
    options.nodes = 40;
    options.threads = threads;
    options.looks_elsewhere = false; // which a slow machine would do, and be done
    branch_and_bound(problem, options, searching, state);
}

/// Rows of k columns each that make a tree of some thousand nodes.
cover_problem hard_problem(std::uint32_t columns, std::uint32_t rows, std::uint32_t seed) {
    std::mt19937 random(seed);
    cover_problem problem{columns, (columns - 1) / 2, {}, -static_cast<std::int64_t>(rows)};
    for (std::uint32_t i = 0; i < rows; ++i) {
        cover_row row;
        for (std::uint32_t j = 0; j < columns; ++j) {
            if (random() % 2 == 0) row.columns.push_back(j);
        }
        row.need = static_cast<std::uint32_t>(row.columns.size() / 2 + 1);
        row.may_tie = row.columns.size() % 2 == 0;
        problem.rows.push_back(row);
    }
    return problem;
}

/// A search in the middle.
search_state middle_of(const cover_problem& problem) {
    cover_answer start;
    start.losers.resize(problem.budget);
    for (std::size_t j = 0; j < problem.budget; ++j) start.losers[j] = static_cast<std::uint32_t>(j);
    start.loss = loss_of(problem, start.losers);
    search_state state = search_from(problem, start);
    go_on(problem, state);
    std::erase_if(state.open, [&](const open_subtree& part) {
        const bool is_impossible = !election::detail::has_choice(part, problem.budget);
        if (is_impossible) state.done += part.share;
        return is_impossible;
    });
    REQUIRE(state.open.size() >= 2);
    return state;
}

} // namespace

TEST_CASE("a hash sees everything that a problem is") {
    const cover_problem problem{4, 2, {{{0, 1}, 1, false, 1}, {{2, 3}, 2, true, 3}}, -4};
    const std::vector<std::function<void(cover_problem&)>> changes{
        [](cover_problem& p) { p.columns = 5; },
        [](cover_problem& p) { p.budget = 1; },
        [](cover_problem& p) { p.constant = -5; },
        [](cover_problem& p) { p.rows.pop_back(); },
        [](cover_problem& p) { p.rows[0].need = 2; },
        [](cover_problem& p) { p.rows[1].may_tie = false; },
        [](cover_problem& p) { p.rows[1].weight = 2; },
        [](cover_problem& p) { p.rows[0].columns = {0}; },
        [](cover_problem& p) {
            p.rows[0].columns = {0, 3};
        },
    };
    CHECK(problem_hash(problem) == problem_hash(cover_problem(problem)));
    for (std::size_t i = 0; i < changes.size(); ++i) {
        CAPTURE(i);
        cover_problem other = problem;
        changes[i](other);
        CHECK(problem_hash(other) != problem_hash(problem));
    }
    // The same numbers one after the other, but for how many columns a row has.
    const cover_problem first{5, 2, {{{2}, 5, false, 1}, {{}, 1, true, 4}}, 0};
    const cover_problem second{5, 2, {{{}, 5, false, 1}, {{4}, 2, true, 1}}, 0};
    CHECK(problem_hash(first) != problem_hash(second));
}

TEST_CASE("the file of a search is as it is documented") {
    const cover_problem problem{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
    search_state state;
    state.open.push_back({{6}, {1}, 2, 0.25, 7});
    state.losers = {2};
    state.loss = 4;
    state.nodes = 12;
    state.done = 0.75;
    state.looks = 1;
    state.next_id = 8;
    state.open[0].open = {6};
    state.open[0].losers = {0};
    const std::string text = text_of(state, problem, "uncoded(3), abstain");
    CHECK(text == sealed("election search 2\nidentity uncoded(3), abstain\nproblem " +
                         election::detail::hash_text(problem_hash(problem)) +
                         "\nbest 4 losers 2\nnodes 12\ndone 0.75\nlooks 1\nnext 8\nopen 1\n"
                         "s 7 2 0.25 0000000000000006 0000000000000000\nsum "));
    CHECK(same(state_of(text, problem, "uncoded(3), abstain"), state));
    // A good choice was last looked for after 4 ms, 8 ms, …; 60 times is more than any search can.
    CHECK(state_of(text, problem, "uncoded(3), abstain").seconds == 0.004);
    state.looks = 60;
    const std::string long_one = text_of(state, problem, "uncoded(3), abstain");
    CHECK(state_of(long_one, problem, "uncoded(3), abstain").seconds < std::numeric_limits<double>::infinity());
    for (int looks : {61, std::numeric_limits<int>::max()}) {
        state.looks = looks;
        CHECK_THROWS_AS(state_of(text_of(state, problem, "uncoded(3), abstain"), problem, "uncoded(3), abstain"),
                        format_error);
    }
    CHECK_THROWS_AS(text_of(state, problem, "two\nlines"), parameter_error);
    CHECK_THROWS_AS(text_of(state, problem, std::string(201, 'x')), parameter_error);
    CHECK_NOTHROW(text_of(state, problem, std::string(200, 'x')));
}

TEST_CASE("searches that are written and read again and again give the reference's loss") {
    std::mt19937 random(11);
    std::size_t interruptions = 0;
    for (int trial = 0; trial < 150; ++trial) {
        CAPTURE(trial);
        const bool hard = trial % 5 == 0;
        const cover_problem problem =
            hard ? hard_problem(17, 30, static_cast<std::uint32_t>(random())) : election_test::random_cover(random, 14, 9);
        const cover_answer expected = solve_cover_reference(problem);
        cover_answer start;
        if (trial % 2 == 0 || problem.rows.empty()) {
            start.losers.resize(problem.budget);
            for (std::size_t j = 0; j < problem.budget; ++j) start.losers[j] = static_cast<std::uint32_t>(j);
            start.loss = loss_of(problem, start.losers);
        } else {
            start.loss = expected.loss + 1; // a bare cutoff
        }
        search_state state = search_from(problem, start);
        while (!state.open.empty()) {
            const std::string text = text_of(state, problem);
            search_state back = state_of(text, problem);
            REQUIRE(text_of(back, problem) == text);
            REQUIRE(back.loss == state.loss);
            REQUIRE(back.losers == state.losers);
            REQUIRE(back.nodes == state.nodes);
            bool all_possible = true;
            for (const open_subtree& part : state.open) {
                all_possible = all_possible && election::detail::has_choice(part, problem.budget);
            }
            if (all_possible) REQUIRE(same(back, state));
            state = std::move(back);
            go_on(problem, state, trial % 3 == 0 ? 2 : 1);
            ++interruptions;
        }
        CHECK(state.loss == expected.loss);
        CHECK(loss_of(problem, state.losers) == expected.loss);
        CHECK(state.done == doctest::Approx(1));
        CHECK(same(state_of(text_of(state, problem), problem), state)); // one that is done
    }
    CHECK(interruptions > 300);
}

TEST_CASE("subtrees without a choice are done") {
    const cover_problem problem{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
    search_state state;
    state.loss = 5;
    state.next_id = 9;
    state.open = {{{4}, {3}, 0, 0.25, 1}, {{4}, {1}, 0, 0.5, 2}, {{0}, {0}, 0, 0.25, 3}};
    const search_state back = state_of(text_of(state, problem), problem);
    CHECK(back.open == std::vector<open_subtree>{state.open[1]});
    CHECK(back.done == 0.5);
}

TEST_CASE("what does not belong together is refused in one line") {
    const cover_problem problem = hard_problem(70, 20, 3);
    const search_state state = middle_of(problem);
    const std::string text = text_of(state, problem);
    CHECK(same(state_of(text, problem), state));

    CHECK(refusal_of(text, problem, "J") == "F:2: belongs to 'I', not to 'J'");
    CHECK(refusal_of(replaced(text, "identity I", "identity \x01"), problem) == "F:2: belongs to '\\x01', not to 'I'");
    cover_problem other = problem;
    other.rows[3].may_tie = !other.rows[3].may_tie;
    CHECK(refusal_of(text, other).starts_with("F:3: belongs to another problem"));
    CHECK(refusal_of("", problem) == "F: is empty; a search begins with 'election search 2'");
    CHECK(refusal_of(replaced(text, "search 2", "search 1"), problem).starts_with("F:1: is no search of this version"));
    CHECK(refusal_of(text.substr(0, text.size() - 1), problem).find("is cut off or was changed") != std::string::npos);

    const auto line = [&](const std::string& begin) {
        const std::size_t first = text.find("\n" + begin) + 1;
        return text.substr(first, text.find('\n', first) - first);
    };
    const std::string best = line("best ");
    CHECK(refusal_of(replaced(text, best, "best " + std::to_string(state.loss + 1) + best.substr(best.find(" losers"))),
                     problem)
              .find("that of its losers is " + std::to_string(state.loss)) != std::string::npos);
    CHECK(refusal_of(replaced(text, best, best + ",69"), problem).find("it must have the budget, 34") != std::string::npos);
    CHECK(refusal_of(replaced(text, best, best + ",3"), problem).find("not in order") != std::string::npos);
    CHECK(refusal_of(replaced(text, best, best + ",70"), problem).find("up to 69") != std::string::npos);
    CHECK(refusal_of(replaced(text, line("done "), "done 0.1"), problem).find("do not add up to 1") != std::string::npos);
    CHECK(refusal_of(replaced(text, line("done "), "done -1"), problem).find("from 0 to 1") != std::string::npos);
    CHECK(refusal_of(replaced(text, line("done "), "done nan"), problem).find("from 0 to 1") != std::string::npos);
    CHECK(refusal_of(replaced(text, line("next "), "next " + std::to_string(state.next_id - 1)), problem)
              .find("still to be given") != std::string::npos);
    const std::string count = std::to_string(state.open.size());
    CHECK(refusal_of(replaced(text, "open " + count, "open " + std::to_string(state.open.size() - 1)), problem) != "");
    CHECK(refusal_of(replaced(text, "open " + count, "open " + std::to_string(state.open.size() + 1)), problem) != "");
    CHECK(refusal_of(replaced(text, "nodes ", "nodes x"), problem).starts_with("F:5: nodes must be a whole number"));

    // Subtrees.
    const auto with = [&](const std::function<void(open_subtree&)>& change) {
        search_state changed = state;
        change(changed.open[0]);
        return refusal_of(text_of(changed, problem), problem);
    };
    CHECK(with([](open_subtree&) {}) == "");
    CHECK(with([](open_subtree& part) { part.losers[0] |= part.open[0] & (~part.open[0] + 1); }).find("open and loses") !=
          std::string::npos);
    CHECK(with([](open_subtree& part) { part.open[1] |= 1U << 6U; }).find("not there; they are 70") != std::string::npos);
    CHECK(with([](open_subtree& part) { part.losers[1] |= 1U << 6U; }).find("not there; they are 70") != std::string::npos);
    CHECK(with([](open_subtree& part) { part.open.pop_back(); }).find("128 digits") == std::string::npos);
    CHECK(with([](open_subtree& part) { part.open.pop_back(); }).find("digits") != std::string::npos);
    CHECK(with([](open_subtree& part) { part.losers.push_back(0); }).find("more than its line may have") !=
          std::string::npos);
    CHECK(with([](open_subtree& part) { part.loss_lower = -1; }).find("the least loss") != std::string::npos);
    CHECK(with([](open_subtree& part) { part.loss_lower = 40; }) == ""); // 20 rows of 2
    CHECK(with([](open_subtree& part) { part.loss_lower = 41; }).find("up to 40") != std::string::npos);
    CHECK(with([](open_subtree& part) { part.share = 2; }).find("the share must be") != std::string::npos);
    CHECK(with([&](open_subtree& part) { part.id = state.open[1].id; }).find("the same name") != std::string::npos);
    std::string beyond = line("s ");
    const std::size_t losers = beyond.rfind(' ') + 1;
    const std::string open = beyond.substr(losers - 33, 32);
    beyond.replace(losers - 33, 32, std::string(32, '0'));
    beyond.replace(losers, 32, "ffffffffffffffff0000000000000000");
    CHECK(refusal_of(replaced(text, line("s "), beyond), problem).find("no choice of 34 losers") != std::string::npos);
    beyond.replace(losers, 32, "00000000ffffffff0000000000000000");
    CHECK(refusal_of(replaced(text, line("s "), beyond), problem).find("no choice of 34 losers") != std::string::npos);
    beyond.replace(losers, 32, "00000003ffffffff0000000000000000");
    CHECK(refusal_of(replaced(text, line("s "), beyond), problem) == "");
    CHECK(open.size() == 32);
}

TEST_CASE("every changed byte and every cut is refused") {
    const cover_problem problem = hard_problem(20, 12, 4);
    const std::string text = text_of(middle_of(problem), problem);
    std::mt19937 random(5);
    for (std::size_t i = 0; i < text.size(); ++i) {
        CAPTURE(i);
        std::string changed = text;
        changed[i] = static_cast<char>(changed[i] ^ static_cast<char>(1U << random() % 8));
        CHECK(refusal_of(changed, problem).starts_with("F:"));
        CHECK(refusal_of(text.substr(0, i), problem).starts_with("F:"));
        CHECK(refusal_of(text.substr(0, i) + text.substr(i + 1), problem).starts_with("F:"));
    }
    CHECK(refusal_of(text + "\n", problem).starts_with("F:"));
    CHECK(refusal_of(text + text, problem).starts_with("F:"));
}

TEST_CASE("texts that are mutated and sealed anew are refused, or are searches") {
    const cover_problem problem = hard_problem(20, 12, 6);
    const std::string text = text_of(middle_of(problem), problem);
    std::mt19937 random(7);
    const std::string letters = "0123456789abcdef ,.-se\n";
    std::size_t read = 0;
    for (int trial = 0; trial < 6000; ++trial) {
        std::string changed = text.substr(0, text.rfind("sum "));
        for (std::size_t changes = 1 + random() % 3; changes > 0; --changes) {
            const std::size_t place = random() % changed.size();
            const char letter = random() % 8 == 0 ? static_cast<char>(random() % 256) : letters[random() % letters.size()];
            switch (random() % 4) {
            case 0:
                changed.insert(place, 1, letter);
                break;
            case 1:
                changed.erase(place, 1 + random() % 20);
                break;
            case 2:
                changed.insert(place, changed.substr(random() % changed.size(), random() % 100));
                break;
            default:
                changed[place] = letter;
            }
            if (changed.empty()) changed.push_back('x');
        }
        changed.append("sum ");
        changed = sealed(changed);
        try {
            search_state state = state_of(changed, problem);
            ++read;
            if (read % 16 == 0) {
                branch_and_bound(problem, {}, searching, state);
                CHECK(state.open.empty());
            }
        } catch (const format_error& failure) {
            REQUIRE(std::string(failure.what()).starts_with("F:"));
            REQUIRE(std::string(failure.what()).find('\n') == std::string::npos);
        }
    }
    CHECK(read > 50);
    CHECK(read < 3000);
}
