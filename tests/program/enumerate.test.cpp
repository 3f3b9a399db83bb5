// SPDX-License-Identifier: MIT
#include "run.hpp"

#include <cmath>
#include <cstddef>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/analysis/enumerate_reference.hpp>
#include <election/analysis/failure_probability.hpp>
#include <nlohmann/json.hpp>

using election_test::run;
using election_test::scratch;
using nlohmann::json;

namespace {

const std::string seven_by_six_text = "110000\n011000\n001101\n111110\n000000\n101011\n100000\n";
const std::vector<std::vector<int>> seven_by_six{{1, 1, 0, 0, 0, 0}, {0, 1, 1, 0, 0, 0}, {0, 0, 1, 1, 0, 1},
                                                 {1, 1, 1, 1, 1, 0}, {0, 0, 0, 0, 0, 0}, {1, 0, 1, 0, 1, 1},
                                                 {1, 0, 0, 0, 0, 0}};

json tally_of(const election::tally_enumerator& tally) {
    json list = json::array();
    for (const election::truth_cell& cell : tally.by_truth()) {
        list.push_back({cell.weight, cell.correct, cell.tied, election::to_string(cell.messages)});
    }
    return list;
}

} // namespace

TEST_CASE("enumerate --json: the tally of all messages that have a truth, whatever --ties says") {
    const scratch folder;
    const std::string file = folder.file("code.txt", seven_by_six_text);
    const auto result = run(folder, {"enumerate", file, "--json"});
    CHECK(result.status == 0);
    CHECK(result.err.empty());
    const json found = json::parse(result.out);
    CHECK(found["workers"] == 7);
    CHECK(found["partitions"] == 6);
    CHECK(found["exact"] == true);
    CHECK(found["method"] == "enumeration");
    CHECK(found["states"] == found["states_total"]);
    CHECK(found["seconds"].get<double>() >= 0);
    CHECK(found["tally"] == tally_of(election::enumerate_tally_reference(seven_by_six)));
    CHECK_FALSE(found.contains("failure_probability"));
    CHECK(json::parse(run(folder, {"enumerate", file, "--json", "--ties", "coin"}).out)["tally"] == found["tally"]);
}

TEST_CASE("enumerate: probabilities of every model, as the library says") {
    const scratch folder;
    const std::string file = folder.file("code.txt", seven_by_six_text);
    const election::packed_allocation matrix(seven_by_six);
    const election::tally_enumerator tally = election::enumerate_tally_reference(matrix);
    using election::failure_probability;
    const election::against_attack against;
    struct entry {
        std::vector<std::string> words;
        double expected;
        std::string messages, placement, attack;
        int liars;
    };
    using election::tie_policy;
    const std::vector<entry> table{
        {{"--liars", "1"},
         failure_probability(tally, election::nearest_messages{}, election::worst_placement{1}, against),
         "nearest",
         "worst",
         "against",
         1},
        {{"--messages", "uniform"},
         failure_probability(tally, election::uniform_messages{}, election::worst_placement{0}, against),
         "uniform",
         "worst",
         "against",
         0},
        {{"--messages", "weight:5", "--liars", "2", "--attack", "random"},
         failure_probability(tally, election::weight_messages{5}, election::random_placement{2}, against),
         "weight:5",
         "random",
         "against",
         2},
        {{"--messages", "weight:5", "--liars", "2", "--attack", "worst"},
         failure_probability(tally, election::weight_messages{5}, election::worst_placement{2}, against),
         "weight:5",
         "worst",
         "against",
         2},
        {{"--messages", "independent:0.9", "--liars", "3", "--attack", "reverse", "--ties", "coin"},
         failure_probability(tally, election::independent_messages{0.9}, election::worst_placement{3},
                             election::reverse_attack{}, tie_policy::coin),
         "independent:0.9",
         "worst",
         "reverse",
         3},
        {{"--messages", "gaussian:2.5", "--liars", "2", "--attack", "noise", "--placement", "random", "--ties", "positive"},
         failure_probability(tally, election::gaussian_messages{2.5}, election::random_placement{2},
                             election::noise_attack{}, tie_policy::positive),
         "gaussian:2.5",
         "random",
         "noise",
         2},
        {{"--messages", "gaussian:2.5,0.25", "--liars", "2", "--attack", "flip:0.75", "--placement", "random"},
         failure_probability(tally, election::gaussian_messages{2.5, 0.25}, election::random_placement{2},
                             election::flip_attack{0.75}),
         "gaussian:2.5,0.25",
         "random",
         "flip:0.75",
         2},
        {{"--attack", "directional:-1", "--placement", "fixed:5,0", "--ties", "negative"},
         failure_probability(matrix, election::nearest_messages{}, election::fixed_placement{{0, 5}},
                             election::directional_attack{-1}, tie_policy::negative),
         "nearest",
         "fixed:0,5",
         "directional:-1",
         2},
        {{"--placement", "fixed:0,1,2,3,4,5,6", "--liars", "7"}, 1, "nearest", "fixed:0,1,2,3,4,5,6", "against", 7},
    };
    for (const entry& asked : table) {
        CAPTURE(asked.words);
        std::vector<std::string> words{"enumerate", file, "--json"};
        words.insert(words.end(), asked.words.begin(), asked.words.end());
        const auto result = run(folder, words);
        REQUIRE(result.status == 0);
        const json found = json::parse(result.out);
        CHECK(found["failure_probability"].get<double>() == doctest::Approx(asked.expected).epsilon(1e-13));
        CHECK(found["messages"] == asked.messages);
        CHECK(found["placement"] == asked.placement);
        CHECK(found["attack"] == asked.attack);
        CHECK(found["liars"] == asked.liars);
        CHECK(found["exact"] == true);
    }
}

TEST_CASE("enumerate: the text says the probability, the saved tally is the one of --json") {
    const scratch folder;
    const std::string file = folder.file("code.txt", seven_by_six_text);
    const std::string saved = folder.path("tally.csv");
    const auto text = run(folder, {"enumerate", file, "--messages", "independent:1", "-o", saved});
    CHECK(text.status == 0);
    CHECK(text.out.starts_with("The probability of failure is 0, exactly.\n"));
    CHECK(text.out.find("least margin") != std::string::npos);
    std::istringstream lines(scratch::read(saved));
    std::string line;
    REQUIRE(std::getline(lines, line));
    CHECK(line == "weight,correct,tied,messages");
    json cells = json::array();
    while (std::getline(lines, line)) {
        std::istringstream fields(line);
        std::vector<std::string> values;
        for (std::string value; std::getline(fields, value, ',');) values.push_back(value);
        REQUIRE(values.size() == 4);
        cells.push_back({std::stoul(values[0]), std::stoul(values[1]), std::stoul(values[2]), values[3]});
    }
    CHECK(cells == tally_of(election::enumerate_tally_reference(seven_by_six)));
}

TEST_CASE("enumerate gives the same tally on every architecture that is there, and with any number of threads") {
    const scratch folder;
    const std::string file = folder.path("code.txt");
    REQUIRE(run(folder, {"generate", "bernoulli", "--n", "14", "--k", "20", "--p", "0.4", "-o", file}).status == 0);
    const auto unknown = run(folder, {"enumerate", file}, {.input = "", .environment = {"ELECTION_ARCH=mmx"}});
    CHECK(unknown.status == 2);
    const std::string rule = "election: ELECTION_ARCH: mmx must be one that this processor has: ";
    REQUIRE(unknown.err.starts_with(rule + "word64"));
    std::istringstream names(unknown.err.substr(rule.size()));
    const auto answer = [&](const std::string& arch, const std::string& threads) {
        const auto result = run(folder, {"enumerate", file, "--json", "--threads", threads, "--messages", "uniform"},
                                {.input = "", .environment = {"ELECTION_ARCH=" + arch}});
        REQUIRE(result.status == 0);
        json found = json::parse(result.out);
        found.erase("seconds");
        found.erase("threads");
        return found.dump();
    };
    const std::string expected = answer("word64", "1");
    for (std::string arch; names >> arch;) {
        if (arch.ends_with(',')) arch.pop_back();
        for (const char* threads : {"1", "3"}) {
            CAPTURE(arch);
            CAPTURE(threads);
            CHECK(answer(arch, threads) == expected);
        }
    }
}

TEST_CASE("Ctrl-C and a time limit end a long count with what is known") {
    const scratch folder;
    const std::string file = folder.path("code.txt");
    const std::string saved = folder.file("tally.csv", "old");
    REQUIRE(run(folder, {"generate", "bernoulli", "--n", "40", "--k", "40", "--p", "0.3", "-o", file}).status == 0);
    const std::vector<std::string> words{"enumerate", file, "--json", "--messages", "uniform", "-o", saved};
    std::vector<std::string> limited = words;
    limited.insert(limited.end(), {"--time-limit", "0.3"});
    for (const auto& stopped :
         {run(folder, words, {.input = "", .environment = {}, .signal_after_seconds = 0.5}), run(folder, limited)}) {
        CHECK(stopped.status == 3);
        CHECK(stopped.err.starts_with("election: stopped: "));
        CHECK(stopped.err.ends_with(" % of the messages were counted\n"));
        const json found = json::parse(stopped.out);
        CHECK(found["exact"] == false);
        CHECK(found["failure_probability"].is_null());
        const double lower = found["failure_lower"].get<double>();
        const double upper = found["failure_upper"].get<double>();
        CHECK(0 <= lower);
        CHECK(lower < upper);
        CHECK(upper <= 1);
        CHECK(found["states"] < found["states_total"]);
        CHECK(scratch::read(saved) == "old");
    }
    const auto drawn = run(folder, {"enumerate", file, "--progress", "--time-limit", "0.5"});
    CHECK(drawn.err.find("left") != std::string::npos);
    CHECK(drawn.out.starts_with("Stopped: "));
}
