// SPDX-License-Identifier: MIT
// Attacks and corrupted partitions as options of estimate.
#include "run.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using election_test::run;
using election_test::scratch;
using nlohmann::json;

namespace {

/// A code in which ties, wrong votes and failures come up.
std::string code_in(const scratch& folder) {
    const std::string file = folder.path("code.txt");
    CHECK(run(folder, {"generate", "bernoulli", "--n", "11", "--k", "9", "--p", "0.4", "--seed", "3", "-o", file}).status ==
          0);
    return file;
}

} // namespace

TEST_CASE("every attack has its name, in the result too, and differs from the others or not as it must") {
    const scratch folder;
    const std::string file = code_in(folder);
    const auto failures = [&](const std::string& attack, const std::vector<std::string>& more) {
        std::vector<std::string> words{"estimate", file,       "--liars", "3",      "--placement", "random", "--attack",
                                       attack,     "--trials", "20000",   "--seed", "5",           "--json"};
        words.insert(words.end(), more.begin(), more.end());
        CAPTURE(attack);
        const auto result = run(folder, words);
        CHECK(result.err.empty());
        REQUIRE(result.status == 0);
        const json found = json::parse(result.out);
        CHECK(found["attack"] == attack);
        return found["failures"].get<long>();
    };
    const long against = failures("against", {});
    CHECK(failures("stealth", {}) == against);
    CHECK(failures("zero-sum", {}) == against);
    CHECK(failures("mimic", {}) < against);
    CHECK(failures("collude", {}) < against);
    // Ties that abstain: the reverse of all partitions is the reverse of the vote, and a positive factor is honest.
    const std::vector<std::string> gaussian{"--messages", "gaussian:1.5,0.25"};
    const long honest = failures("scaling:2.5", gaussian);
    CHECK(failures("scaling:inf", gaussian) == honest);
    CHECK(failures("gradient-noise:0", gaussian) == honest);
    CHECK(failures("gradient-noise:2", gaussian) != honest);
    CHECK(failures("scaling:-2.5", gaussian) == failures("scaling:-inf", gaussian));
    CHECK(failures("scaling:-1", gaussian) > honest);
    CHECK(failures("scaling:nan", gaussian) == failures("scaling:0", gaussian));
    CHECK(failures("scaling:nan", gaussian) < honest); // all + is the truth
    CHECK(failures("alie:-1000", gaussian) < honest);
    CHECK(failures("alie:1000", gaussian) > failures("ipm", gaussian));
    CHECK(failures("ipm", gaussian) > honest);
}

TEST_CASE("tie policies reach attacks on gradients") {
    const scratch folder;
    const std::string file = folder.file("idle.txt", "111\n000\n000\n"); // liars hold nothing, and are always tied
    const auto failures = [&](const char* ties) {
        const auto result = run(folder, {"estimate", file, "--placement", "fixed:1,2", "--attack", "scaling:1", "--messages",
                                         "gaussian:9", "--ties", ties, "--trials", "4096", "--json"});
        REQUIRE(result.status == 0);
        return json::parse(result.out)["failures"].get<long>();
    };
    CHECK(failures("positive") == 0);
    CHECK(failures("negative") == 4096);
    CHECK(failures("abstain") < 10);
    CHECK(failures("coin") > 900); // both coins are −: a quarter; out of these bounds for one seed in 250,000
    CHECK(failures("coin") < 1200);
}

TEST_CASE("corrupted partitions") {
    const scratch folder;
    const std::string file = folder.file("full.txt", "11111\n11111\n11111\n");
    const auto result_of = [&](const std::vector<std::string>& more) {
        std::vector<std::string> words{"estimate", file, "--trials", "4096", "--json"};
        words.insert(words.end(), more.begin(), more.end());
        const auto result = run(folder, words);
        CHECK(result.err.empty());
        REQUIRE(result.status == 0);
        return json::parse(result.out);
    };
    CHECK(result_of({})["failures"] == 0);
    CHECK(result_of({"--corrupt", "0"})["task"] == result_of({})["task"]);
    const json all = result_of({"--corrupt", "5"});
    CHECK(all["failures"] == 4096);
    CHECK(all["messages"] == "nearest+corrupt:5");
    // One of five: it is one of the three winners.
    const auto one = result_of({"--corrupt", "1", "--messages", "weight:2"})["failures"].get<double>();
    CHECK(std::abs(one / 4096 - 0.6) < 5 * 0.00766); // one seed in 1.7 million
    // Gradients are corrupted with their signs.
    const json gradients =
        result_of({"--corrupt", "5", "--messages", "gaussian:30", "--placement", "fixed:0,1,2", "--attack", "scaling:1"});
    CHECK(gradients["messages"] == "gaussian:30+corrupt:5");
    CHECK(gradients["failures"] == 4096);
}

TEST_CASE("bad attacks get their one line") {
    const scratch folder;
    const std::string file = code_in(folder);
    struct bad_use {
        std::vector<std::string> words;
        std::string line;
    };
    const std::string rule =
        " must be against, reverse, directional, directional:-1, noise, flip:P, mimic, zero-sum, stealth, "
        "collude, gradient-noise:S, scaling:F, alie:T, ipm, worst or random";
    const std::vector<bad_use> table{
        {{"--attack", "frown"}, "--attack: frown" + rule},
        {{"--attack", "mimic:2"}, "--attack: mimic:2" + rule},
        {{"--attack", "ipm:2"}, "--attack: ipm:2" + rule},
        {{"--attack", "alie"}, "--attack: alie" + rule},
        {{"--attack", "alie:x"}, "--attack: x must be a number T"},
        {{"--attack", "scaling:x"}, "--attack: x must be a number F, inf, -inf or nan"},
        {{"--attack", "gradient-noise:x"}, "--attack: x must be a number S"},
        {{"--attack", "gradient-noise:-1"}, "--attack: -1 must be a standard deviation S, at least 0"},
        {{"--attack", "alie:1"}, "--attack: alie:1 changes gradients, must go with --messages gaussian:SNR"},
        {{"--attack", "ipm", "--messages", "independent:0.9"},
         "--attack: ipm changes gradients, must go with --messages gaussian:SNR"},
        {{"--attack", "mimic", "--liars", "2"},
         "--placement: worst goes with --attack against or reverse; use random or fixed:I,J,…"},
        {{"--corrupt", "10"}, "--corrupt: 10 must be at most k = 9"},
        {{"--corrupt", "-1"}, "--corrupt: -1 must be a whole number from 0 to 1000000000"},
    };
    for (const bad_use& entry : table) {
        std::vector<std::string> words{"estimate", file};
        words.insert(words.end(), entry.words.begin(), entry.words.end());
        const auto result = run(folder, words);
        CHECK(result.err == "election: " + entry.line + "\n");
        CHECK(result.out.empty());
        CHECK(result.status == 2);
    }
}
