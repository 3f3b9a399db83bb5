// SPDX-License-Identifier: MIT
#include "run.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using election_test::run;
using election_test::run_result;
using election_test::scratch;
using nlohmann::json;

namespace {

/// A code that three liars overturn now and then.
std::string code_file(const scratch& folder) {
    const std::string file = folder.path("code.txt");
    const auto made =
        run(folder, {"generate", "bernoulli", "--n", "21", "--k", "21", "--p", "0.4", "--seed", "2", "-o", file});
    REQUIRE(made.status == 0);
    return file;
}

run_result estimate(const scratch& folder, const std::string& file, std::vector<std::string> words,
                    const election_test::run_options& options = {}) {
    words.insert(words.begin(), {"estimate", file, "--json"});
    return run(folder, words, options);
}

} // namespace

TEST_CASE("the keys of the answer") {
    const scratch folder;
    const auto result = estimate(folder, code_file(folder), {"--liars", "2", "--trials", "12345", "--seed", "9"});
    CHECK((result.status == 0 && result.err.empty()));
    const json answer = json::parse(result.out);
    CHECK(answer["trials"] == 12345);
    CHECK(answer["estimate"].get<double>() == answer["failures"].get<double>() / 12345);
    CHECK((answer["lower"] < answer["estimate"] && answer["estimate"] < answer["upper"]));
    CHECK((answer["confidence"] == 0.95 && answer["interval"] == "clopper-pearson" && answer["method"] == "monte-carlo"));
    CHECK((answer["seed"] == 9 && answer["task"].get<std::string>().size() == 16 && answer["seconds"] > 0));
    CHECK((answer["messages"] == "nearest" && answer["placement"] == "worst" && answer["attack"] == "against"));
    CHECK(answer["worst"]["message"].get<std::string>().size() == 21);
    const auto text = run(folder, {"estimate", code_file(folder), "--liars", "2", "--trials", "12345", "--seed", "9"});
    CHECK(text.out.starts_with("Fails with a probability of 0."));
}

TEST_CASE("zero failures still bound the probability") {
    const scratch folder;
    const std::string file = folder.file("full.txt", "111\n111\n111\n");
    const json answer = json::parse(estimate(folder, file, {"--liars", "1", "--trials", "1000"}).out);
    CHECK((answer["failures"] == 0 && answer["estimate"] == 0 && answer["lower"] == 0));
    CHECK(answer["upper"].get<double>() == doctest::Approx(1 - std::pow(0.025, 0.001)));
}

TEST_CASE("short forms and their long ones are the same task") {
    const scratch folder;
    const std::string file = code_file(folder);
    const auto task = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"--liars", "2", "--trials", "5000"});
        const json answer = json::parse(estimate(folder, file, words).out);
        return answer["task"].get<std::string>() + answer["failures"].dump();
    };
    CHECK(task({"--attack", "worst"}) == task({}));
    CHECK(task({"--attack", "worst"}) == task({"--attack", "against", "--placement", "worst"}));
    CHECK(task({"--attack", "random"}) == task({"--attack", "against", "--placement", "random"}));
    CHECK(task({"--attack", "random"}) != task({}));
    CHECK(task({"--placement", "random", "--attack", "noise"}) != task({"--attack", "random"}));
}

TEST_CASE("the same for any number of threads, architecture, and cut into parts") {
    const scratch folder;
    const std::string file = code_file(folder);
    const std::vector<std::string> task{"--liars", "2", "--attack", "random", "--messages", "uniform"};
    const auto failures = [&](std::vector<std::string> words, const election_test::run_options& options = {}) {
        words.insert(words.end(), task.begin(), task.end());
        return json::parse(estimate(folder, file, words, options).out)["failures"].get<int>();
    };
    const int whole = failures({"--trials", "100000", "--threads", "1"});
    CHECK(whole > 0);
    CHECK(failures({"--trials", "100000", "--threads", "5"}) == whole);
    for (const char* arch : {"word64", "sse2"}) {
        const std::string setting = std::string("ELECTION_ARCH=") + arch;
        const auto answer = run(folder, {"--version"}, {.input = "", .environment = {setting}, .signal_after_seconds = 0});
        if (answer.status == 0)
            CHECK(failures({"--trials", "100000"}, {.input = "", .environment = {setting}, .signal_after_seconds = 0}) ==
                  whole);
    }
    const std::string csv = folder.path("results.csv");
    int sum = 0;
    for (int part = 1; part <= 10; ++part) {
        sum += failures({"--trials", "10000", "--part", std::to_string(part) + "/10", "--csv", csv});
    }
    CHECK(sum == whole);
    const std::string totals = std::to_string(whole).insert(0, ",100000,");
    CHECK(scratch::read(csv).find(totals) != std::string::npos);

    const std::string before = scratch::read(csv);
    std::vector<std::string> again{"--trials", "10000", "--part", "3/10", "--csv", csv};
    again.insert(again.end(), task.begin(), task.end());
    const auto refused = estimate(folder, file, again);
    CHECK((refused.status == 2 && refused.out.empty()));
    CHECK(refused.err == "election: " + csv + ":2: seed 1, trials 20000 to 29999 is there already; nothing was added\n");
    CHECK(scratch::read(csv) == before);
}

TEST_CASE("an interrupted estimate prints what it knows, and its checkpoint goes on") {
    const scratch folder;
    const std::string file = code_file(folder);
    const std::string checkpoint = folder.path("estimate.json");
    const auto stopped = estimate(folder, file, {"--liars", "2", "--trials", "40000000000", "--checkpoint", checkpoint},
                                  {.input = "", .environment = {}, .signal_after_seconds = 0.3});
    CHECK(stopped.status == 3);
    const json partial = json::parse(stopped.out);
    const auto done = partial["trials"].get<std::int64_t>();
    CHECK((partial["ended"] == "stopped" && done > 0 && done < 40000000000));
    const auto more =
        estimate(folder, file, {"--liars", "2", "--trials", std::to_string(done + 5000), "--checkpoint", checkpoint});
    const auto whole = estimate(folder, file, {"--liars", "2", "--trials", std::to_string(done + 5000)});
    CHECK((more.status == 0 && whole.status == 0));
    CHECK(json::parse(more.out)["failures"] == json::parse(whole.out)["failures"]);
    const auto complete =
        estimate(folder, file, {"--liars", "2", "--trials", std::to_string(done + 5000), "--checkpoint", checkpoint});
    CHECK(json::parse(complete.out)["failures"] == json::parse(whole.out)["failures"]);

    const auto other = estimate(folder, file, {"--liars", "1", "--trials", "5", "--checkpoint", checkpoint});
    CHECK(other.status == 2);
    CHECK(other.err == "election: " + checkpoint + ": is the checkpoint of another task; use another file\n");
    const auto seed = estimate(folder, file, {"--liars", "2", "--trials", "5", "--seed", "2", "--checkpoint", checkpoint});
    CHECK(seed.err == "election: " + checkpoint + ": is the checkpoint of another seed or part; use another file\n");
    const auto broken = estimate(folder, file, {"--trials", "5", "--checkpoint", folder.file("bad.json", "{\"trials\":1")});
    CHECK((broken.status == 2 &&
           broken.err == "election: " + folder.path("bad.json") + ": is no checkpoint of an estimate\n"));
}

TEST_CASE("an interrupted run ends where the whole one would have ended, and adds to its results what is new") {
    const scratch folder;
    const std::string file = code_file(folder);
    const std::string checkpoint = folder.path("ck.json");
    const std::string csv = folder.path("r.csv");
    const auto go = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"--liars", "2"});
        return json::parse(estimate(folder, file, words).out);
    };
    const json part = go({"--trials", "20000", "--checkpoint", checkpoint, "--csv", csv});
    const json resumed = go({"--failures", "30000", "--checkpoint", checkpoint, "--csv", csv});
    const json whole = go({"--failures", "30000"});
    CHECK((resumed["trials"] == whole["trials"] && resumed["failures"] == whole["failures"]));
    CHECK((resumed["ended"] == "failures" && resumed["trials"] > part["trials"]));
    std::string totals = ",";
    totals.append(whole["trials"].dump()).append(",").append(whole["failures"].dump()).append(",");
    CHECK(scratch::read(csv).find(totals) != std::string::npos);
    const json again = go({"--failures", "30000", "--checkpoint", checkpoint, "--csv", csv});
    CHECK((again["trials"] == whole["trials"] && again["ended"] == "failures")); // it had enough
}

TEST_CASE("yes or no, by a sequential test") {
    const scratch folder;
    const std::string file = code_file(folder);
    const json answer = json::parse(estimate(folder, file, {"--liars", "2", "--relative-error", "0.02"}).out);
    const double p = answer["estimate"].get<double>();
    const auto yes = estimate(folder, file, {"--liars", "2", "--below", std::to_string(std::min(0.99, 1.5 * p))});
    CHECK((yes.status == 0 && json::parse(yes.out)["below"] == true));
    const auto no = estimate(folder, file, {"--liars", "2", "--below", std::to_string(0.8 * p)});
    CHECK((no.status == 1 && json::parse(no.out)["below"] == false));
    CHECK(json::parse(no.out)["ended"] == "decided");
}

TEST_CASE("limits and their exit statuses") {
    const scratch folder;
    const std::string file = code_file(folder);
    CHECK(estimate(folder, file, {"--liars", "2", "--time-limit", "0.05"}).status == 0);
    const auto late = estimate(folder, file, {"--liars", "2", "--trials", "400000000000", "--time-limit", "0.05"});
    CHECK((late.status == 3 && json::parse(late.out)["ended"] == "time-limit" && json::parse(late.out)["exact"] == false));
    const auto failures = estimate(folder, file, {"--liars", "2", "--failures", "100"});
    CHECK((failures.status == 0 && json::parse(failures.out)["failures"] >= 100));
}

TEST_CASE("bad use: one line, status 2, nothing printed") {
    const scratch folder;
    const std::string file = code_file(folder);
    const auto refused = [&](const std::vector<std::string>& words, const std::string& line) {
        const auto result = estimate(folder, file, words);
        CHECK((result.status == 2 && result.out.empty()));
        CHECK(result.err == "election: " + line + "\n");
    };
    refused({"--trials", "0"}, "--trials: 0 must be a whole number from 1 to 4611686018427387904");
    refused({"--liars", "22"}, "--liars: 22 must be at most n = 21");
    refused({"--liars", "11", "--attack", "reverse"},
            "--liars: 11 must be at most n / 2 = 10 with --attack reverse and the worst placement");
    refused({"--messages", "independent:1.5"}, "--messages: 1.5 must be a probability Q from 0 to 1");
    refused({"--confidence", "1"}, "--confidence: 1 must be a number above 0 and below 1");
    refused({"--interval", "wald"}, "--interval: wald must be clopper-pearson, wilson or bayesian");
    refused({"--part", "3/2"}, "--part: 3/2 must be I/N with 1 <= I <= N <= 1000000");
    refused({"--part", "3"}, "--part: 3 must be I/N with 1 <= I <= N <= 1000000");
    refused({"--below", "0"}, "--below: 0 must be a number above 0 and below 1");
    refused({"--relative-error", "0"}, "--relative-error: 0 must be a number above 0 and up to 1");
    refused({"--time-limit", "0"}, "--time-limit: 0 must be a number of seconds above 0 and up to 1000000000");
    refused({"--liars", "2", "--attack", "noise"},
            "--placement: worst goes with --attack against or reverse; use random or fixed:I,J,…");
    refused({"--error-rate", "0.1"}, "--error-rate: goes with --below only");
    refused({"--trials", "4611686018427387904", "--part", "5/8"},
            "--part: 5/8 of that many --trials is more than 2^62 trials");
    refused({"--method", "splitting", "--trials", "5"}, "--trials: does not go with --method splitting");
    refused({"--csv", folder.path("no/x.csv")}, folder.path("no/x.csv") + ": cannot be written: No such file or directory");
    const std::string csv = folder.file("other.csv", "a,b\n1,2\n");
    const auto other = estimate(folder, file, {"--trials", "5", "--csv", csv});
    CHECK((other.status == 2 && other.out.empty() && other.err.starts_with("election: " + csv + ":1: ")));
    CHECK(scratch::read(csv) == "a,b\n1,2\n");
}

TEST_CASE("results of several machines are merged") {
    const scratch folder;
    const std::string file = code_file(folder);
    const std::string a = folder.path("a.csv");
    const std::string b = folder.path("b.csv");
    for (const auto& [csv, part] : {std::pair{a, "1/2"}, std::pair{b, "2/2"}}) {
        REQUIRE(estimate(folder, file, {"--liars", "2", "--trials", "5000", "--part", part, "--csv", csv}).status == 0);
    }
    REQUIRE(estimate(folder, file, {"--liars", "1", "--trials", "5000", "--csv", b}).status == 0);
    const std::string all = folder.path("all.csv");
    const auto merged = run(folder, {"merge", a, b, "-o", all});
    CHECK((merged.status == 0 && merged.out.empty() && merged.err.empty()));
    const json whole = json::parse(estimate(folder, file, {"--liars", "2", "--trials", "10000"}).out);
    const std::string text = scratch::read(all);
    const std::string totals = whole["failures"].dump().insert(0, ",10000,");
    CHECK(text.find(totals) != std::string::npos);
    CHECK(std::count(text.begin(), text.end(), '\n') == 3);
    CHECK(run(folder, {"merge", a, b}).out == text);
    const auto twice = run(folder, {"merge", a, b, a, "-o", all});
    CHECK((twice.status == 2 && twice.out.empty()));
    CHECK(twice.err == "election: " + a + ":2: seed 1, trials 0 to 4999 is there already; an earlier file has it\n");
    CHECK(scratch::read(all) == text);
    CHECK(run(folder, {"merge"}).err == "election: RESULTS: is missing, see 'election merge --help'\n");
    CHECK(run(folder, {"merge", file}).status == 2);
}

TEST_CASE("rare failures, by importance and by splitting, beside the exact value") {
    const scratch folder;
    const std::string file = folder.path("code.txt");
    REQUIRE(run(folder, {"generate", "deterministic", "--n", "15", "--b", "2", "-o", file}).status == 0);
    const std::vector<std::string> models{"--liars", "2", "--messages", "independent:0.95"};
    std::vector<std::string> words{"enumerate", file, "--json"};
    words.insert(words.end(), models.begin(), models.end());
    const double exact = json::parse(run(folder, words).out)["failure_probability"].get<double>();
    CHECK(exact < 1e-5);
    for (const char* method : {"importance", "splitting", "rare"}) {
        std::vector<std::string> options{"--method", method, "--confidence", "0.9999"};
        options.insert(options.end(), models.begin(), models.end());
        const auto result = estimate(folder, file, options);
        REQUIRE(result.status == 0);
        const json answer = json::parse(result.out);
        CAPTURE(method);
        CHECK((answer["lower"] <= exact && exact <= answer["upper"]));
        CHECK((answer["method"] == "importance" || answer["method"] == "splitting"));
        CHECK(answer["standard_error"].get<double>() < 0.3 * exact);
    }
    const auto refused = estimate(folder, file, {"--method", "rare", "--attack", "random", "--liars", "2"});
    CHECK((refused.status == 2 && refused.err == "election: --method: rare needs --placement worst and --attack against\n"));
    CHECK(estimate(folder, file, {"--method", "rare", "--below", "0.1"}).err ==
          "election: --below: goes with --method monte-carlo only\n");
}

TEST_CASE("a probability for each partition, and messages that were recorded") {
    const scratch folder;
    const std::string file = folder.file("code.txt", "100\n010\n001\n");
    const json certain = json::parse(estimate(folder, file, {"--messages", "partitions:1,1,0", "--trials", "5000"}).out);
    CHECK((certain["failures"] == 0 && certain["messages"] == "partitions:1,1,0"));
    const json wrong = json::parse(estimate(folder, file, {"--messages", "partitions:0,1,0", "--trials", "5000"}).out);
    CHECK(wrong["failures"] == 5000);
    // One liar among three single workers overturns a message that one partition decides, and no unanimous one.
    const std::string recorded = folder.file("recorded.txt", "110\n111\n000\n111\n");
    const json some =
        json::parse(estimate(folder, file, {"--messages", "recorded:" + recorded, "--liars", "1", "--trials", "40000"}).out);
    CHECK(std::abs(some["estimate"].get<double>() - 0.25) < 5 * std::sqrt(0.25 * 0.75 / 40000));
    CHECK(some["messages"].get<std::string>().starts_with("recorded:"));
    CHECK(estimate(folder, file, {"--messages", "partitions:1,1"}).err ==
          "election: --messages: partitions: names 2 probabilities, must be k = 3\n");
    CHECK(estimate(folder, file, {"--messages", "recorded:" + folder.file("two.txt", "10\n")}).err ==
          "election: --messages: " + folder.path("two.txt") + " has messages of 2 signs, must be k = 3\n");
    CHECK(run(folder, {"enumerate", file, "--messages", "partitions:1,1,0", "--liars", "1"}).status == 2);
}
