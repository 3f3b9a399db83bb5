// SPDX-License-Identifier: MIT
#include <election/exact/lp.hpp>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <support/random_cover.hpp>
#include <support/stated_program.hpp>

using namespace election;

namespace {

std::string as_lp(const cover_problem& problem, const program_labels& labels = {}) {
    std::ostringstream stream;
    write_lp(stream, problem, labels);
    return stream.str();
}

/// Reads what the LP format allows and write_lp() uses; anything else fails the test.
election_test::stated_program read_lp(const std::string& text) {
    election_test::stated_program program;
    std::istringstream lines(text);
    std::string line;
    std::string rest; // without comments
    while (std::getline(lines, line)) {
        REQUIRE(line.size() <= 255);
        if (line.starts_with("\\")) {
            std::istringstream words(line);
            std::string word;
            std::string sign;
            if (words >> word >> word && word == "margin") {
                REQUIRE((words >> word >> word >> sign >> program.margin_constant));
                if (sign == "-") program.margin_constant = -program.margin_constant;
            }
        } else {
            rest += line + '\n';
        }
    }
    std::istringstream words(rest);
    std::string word;
    REQUIRE((words >> word && word == "Minimize"));
    enum { in_objective, in_constraints, in_binary, behind } part = in_objective;
    election_test::stated_program::constraint one;
    std::int64_t sign = 1;
    std::int64_t coefficient = 1;
    while (words >> word) {
        REQUIRE(part != behind);
        if (word == "Subject") {
            REQUIRE((words >> word && word == "To"));
            std::erase_if(one.terms, [](const auto& term) { return term.second == 0; });
            program.objective = one.terms;
            one = {};
            part = in_constraints;
        } else if (word == "Binary") {
            part = in_binary;
        } else if (word == "End") {
            part = behind;
        } else if (part == in_binary) {
            program.variables.push_back(word);
        } else if (word.ends_with(":")) {
            REQUIRE(one.terms.empty());
        } else if (word == "+" || word == "-") {
            sign = word == "+" ? 1 : -1;
        } else if (word == ">=" || word == "=") {
            one.exactly = word == "=";
            REQUIRE(static_cast<bool>(words >> one.bound));
            program.constraints.push_back(one);
            one = {};
        } else if (std::isdigit(static_cast<unsigned char>(word[0])) != 0) {
            coefficient = std::stoll(word);
        } else {
            REQUIRE_FALSE(one.terms.contains(word));
            one.terms[word] = sign * coefficient;
            sign = coefficient = 1;
        }
    }
    REQUIRE(part == behind);
    return program;
}

} // namespace

TEST_CASE("a file in full") {
    const std::vector<std::string> comments{"two workers"};
    const std::vector<std::size_t> workers{4, 9};
    const std::vector<std::size_t> partitions{0, 2, 3, 5};
    const cover_problem problem{4, 2, {{{0, 1, 2}, 2, false, 1}, {{2, 3}, 2, true, 3}}, -8};
    CHECK(as_lp(problem, {comments, workers, partitions}) == R"(\ two workers
\ margin = minimum - 8
\ x1: partition 0 loses
\ x2: partition 2 loses
\ x3: partition 3 loses
\ x4: partition 5 loses
\ a1: worker 4 is right
\ a2: worker 9 is right or abstains
\ r2: worker 9 is right
Minimize
 loss: 2 a1 + 3 a2 + 3 r2
Subject To
 c0: x1 + x2 + x3 + x4 = 2
 c1: x1 + x2 + x3 + a1 >= 2
 c2: x3 + x4 + a2 + r2 >= 2
 c3: a2 - r2 >= 0
Binary
 x1 x2 x3 x4 a1 a2 r2
End
)");
}

TEST_CASE("an objective has a term even when nothing can change") {
    CHECK(as_lp({1, 0, {}, 3}).find("loss: 0 x1\nSubject To\n c0: x1 = 0\n") != std::string::npos);
}

TEST_CASE("what is written is the program, in short lines") {
    std::mt19937 random(4);
    for (int round = 0; round < 300; ++round) {
        const cover_problem problem = election_test::random_cover(random, round % 10 == 0 ? 80 : 9, 30);
        if (problem.columns == 0) continue;
        const zero_one_program program = make_zero_one_program(problem);
        const auto name = [&](std::size_t v) {
            const zero_one_variable& variable = program.variables[v];
            const char* letter = variable.what == zero_one_variable::meaning::loses   ? "x"
                                 : variable.what == zero_one_variable::meaning::right ? "r"
                                                                                      : "a";
            return std::string(letter).append(std::to_string(variable.index + 1));
        };
        CAPTURE(as_lp(problem));
        REQUIRE(read_lp(as_lp(problem)) == election_test::stated(program, problem.constant + program.constant, name));
    }
}

TEST_CASE("a broken problem is refused before anything is written") {
    std::ostringstream stream;
    CHECK_THROWS_AS(write_lp(stream, {1, 2, {}, 0}), parameter_error);
    CHECK(stream.str().empty());
}
