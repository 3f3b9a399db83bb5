// SPDX-License-Identifier: MIT
#include <election/exact/opb.hpp>

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

std::string as_opb(const cover_problem& problem, const program_labels& labels = {}) {
    std::ostringstream stream;
    write_opb(stream, problem, labels);
    return stream.str();
}

/// Reads what the competitions' format allows and write_opb() uses; anything else fails the test.
election_test::stated_program read_opb(const std::string& text) {
    std::istringstream stream(text);
    std::string line;
    std::string word;
    std::size_t variables = 0;
    std::size_t constraints = 0;
    REQUIRE(static_cast<bool>(std::getline(stream, line)));
    std::istringstream head(line);
    REQUIRE(static_cast<bool>(head >> word));
    REQUIRE(word == "*");
    REQUIRE((head >> word >> variables && word == "#variable="));
    REQUIRE((head >> word >> constraints && word == "#constraint="));
    election_test::stated_program program;
    for (std::size_t v = 1; v <= variables; ++v) program.variables.push_back(std::string(1, 'x').append(std::to_string(v)));
    bool objective = false;
    while (std::getline(stream, line)) {
        std::istringstream words(line);
        if (line.starts_with("*")) {
            std::string sign;
            std::int64_t constant = 0;
            if (words >> word >> word && word == "margin") {
                REQUIRE((words >> word >> word >> sign >> constant && word == "minimum"));
                program.margin_constant = sign == "-" ? -constant : constant;
            }
            continue;
        }
        election_test::stated_program::constraint one;
        bool bounded = false;
        if (!objective) REQUIRE((words >> word && word == "min:"));
        while (words >> word && word != ";") {
            REQUIRE_FALSE(bounded);
            if (word == ">=" || word == "=") {
                one.exactly = word == "=";
                REQUIRE(static_cast<bool>(words >> one.bound));
                bounded = true;
                continue;
            }
            const std::int64_t coefficient = std::stoll(word);
            REQUIRE((word[0] == '+' || word[0] == '-'));
            REQUIRE(static_cast<bool>(words >> word));
            REQUIRE(word[0] == 'x');
            REQUIRE(std::stoull(word.substr(1)) >= 1);
            REQUIRE(std::stoull(word.substr(1)) <= variables);
            REQUIRE_FALSE(one.terms.contains(word));
            one.terms[word] = coefficient;
        }
        REQUIRE(word == ";");
        REQUIRE(bounded == objective);
        if (objective) {
            program.constraints.push_back(one);
        } else {
            std::erase_if(one.terms, [](const auto& term) { return term.second == 0; });
            program.objective = one.terms;
            objective = true;
        }
    }
    REQUIRE(objective);
    REQUIRE(program.constraints.size() == constraints);
    return program;
}

} // namespace

TEST_CASE("a file in full") {
    const std::vector<std::string> comments{"two workers"};
    const std::vector<std::size_t> workers{4, 9};
    const std::vector<std::size_t> partitions{0, 2, 3, 5, 7};
    const cover_problem problem{5,
                                2,
                                {
                                    {{0, 1, 2}, 2, false, 1},
                                    {{1, 2, 3, 4}, 3, true, 1},
                                },
                                -6};
    CHECK(as_opb(problem, {comments, workers, partitions}) == R"(* #variable= 7 #constraint= 3
* two workers
* margin = minimum - 5
* x1: partition 0 loses
* x2: partition 2 loses
* x3: partition 3 loses
* x4: partition 5 loses
* x5: partition 7 loses
* x6: worker 4 is right
* x7: worker 9 is right
min: +2 x6 +1 x7 ;
+1 x1 +1 x2 +1 x3 +1 x4 +1 x5 = 2 ;
+1 x1 +1 x2 +1 x3 +2 x6 >= 2 ;
+1 x2 +1 x3 +1 x4 +1 x5 +1 x7 >= 2 ;
)");
}

TEST_CASE("rows and columns without labels are numbered from 0") {
    const cover_problem problem{4, 2, {{{0, 1}, 2, true, 3}}, 1};
    CHECK(as_opb(problem) == R"(* #variable= 6 #constraint= 3
* margin = minimum + 1
* x1: partition 0 loses
* x2: partition 1 loses
* x3: partition 2 loses
* x4: partition 3 loses
* x5: worker 0 is right or abstains
* x6: worker 0 is right
min: +3 x5 +3 x6 ;
+1 x1 +1 x2 +1 x3 +1 x4 = 2 ;
+1 x1 +1 x2 +1 x5 +1 x6 >= 2 ;
+1 x5 -1 x6 >= 0 ;
)");
}

TEST_CASE("an objective has a term even when nothing can change") {
    CHECK(as_opb({1, 0, {}, 3}).find("min: +0 x1 ;\n+1 x1 = 0 ;\n") != std::string::npos);
}

TEST_CASE("what is written is the program") {
    std::mt19937 random(3);
    for (int round = 0; round < 300; ++round) {
        cover_problem problem = election_test::random_cover(random, 9, 6);
        if (problem.columns == 0) continue;
        const zero_one_program program = make_zero_one_program(problem);
        const auto name = [](std::size_t v) { return std::string(1, 'x').append(std::to_string(v + 1)); };
        CAPTURE(as_opb(problem));
        REQUIRE(read_opb(as_opb(problem)) == election_test::stated(program, problem.constant + program.constant, name));
    }
}

TEST_CASE("a broken problem is refused before anything is written") {
    std::ostringstream stream;
    CHECK_THROWS_AS(write_opb(stream, {1, 2, {}, 0}), parameter_error);
    CHECK(stream.str().empty());
}
