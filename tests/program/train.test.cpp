// SPDX-License-Identifier: MIT
// Training runs, driven from outside: what they learn, write and leave behind, and what they refuse.
#include "run.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/random.hpp>
#include <election/train/run_log.hpp>
#include <nlohmann/json.hpp>
#include <support/seed.hpp>

using election_test::run;
using election_test::run_options;
using election_test::run_result;
using election_test::scratch;
using nlohmann::json;
using arguments = std::vector<std::string>;

namespace {

arguments joined(arguments words, const arguments& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

run_result train(const scratch& folder, const arguments& words, const run_options& options = {}) {
    return run(folder, joined({"train"}, words), options);
}

/// The object that a run prints, which must end well.
json outcome(const scratch& folder, const arguments& words, const run_options& options = {}) {
    const run_result result = train(folder, joined({"--json"}, words), options);
    REQUIRE_MESSAGE(result.status == 0, result.err);
    return json::parse(result.out);
}

std::string hash(const scratch& folder, const arguments& words) {
    return outcome(folder, words)["parameters_hash"].get<std::string>();
}

/// Rows without what is different each time.
std::vector<election::run_row> rows_of(const std::string& path) {
    auto rows = election::read_run_log(path).rows;
    for (election::run_row& row : rows) row.seconds = 0;
    return rows;
}

/// How many iterations stand in a log so far.
std::size_t rows_in(const std::string& path) {
    const std::string text = scratch::read(path);
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, std::count(text.begin(), text.end(), '\n')) - 1);
}

/// Sends a signal when the log has so many rows, and a little later; or never, where the run ends before.
std::function<void(pid_t)> signal_at(int signal, const std::string& csv, std::size_t rows, double later = 0) {
    return [=](pid_t child) {
        while (election_test::is_running(child) && rows_in(csv + ".part") < rows)
            std::this_thread::sleep_for(std::chrono::microseconds(200));
        std::this_thread::sleep_for(std::chrono::duration<double>(later));
        ::kill(child, signal);
    };
}

std::size_t files_in(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

/// Those that a processor may not have are left out.
bool is_available(const scratch& folder, const std::string& arch) {
    run_options options;
    options.environment = {"ELECTION_ARCH=" + arch};
    const run_result result = train(folder, {"--model", "softmax", "--steps", "1"}, options);
    return result.status == 0 || result.err.find("ELECTION_ARCH") == std::string::npos;
}

/// IDX: unsigned bytes of that shape.
std::string idx(const std::vector<std::uint8_t>& shape, const std::string& bytes) {
    std::string text{'\0', '\0', '\x08', static_cast<char>(shape.size())};
    for (std::uint8_t length : shape) text.append(3, '\0').push_back(static_cast<char>(length));
    return text + bytes;
}

const arguments attacks{
    "reverse",    "reverse-partition", "against", "flip:0.5",         "noise", "directional", "zero-sum", "stealth",
    "mimic",      "directional:-1",    "collude", "alie:1",           "ipm",   "silent",      "drop:0.5", "gradient-noise:1",
    "scaling:-2", "label-flip",        "alie",    "directional:fixed"};

} // namespace

TEST_CASE("without options it learns") {
    const scratch folder;
    const json answer = outcome(folder, {});
    CHECK((answer["metric"] > 0.9 && answer["metric"] <= 1 && answer["metric_name"] == "accuracy"));
    CHECK((answer["iterations"] == 200 && answer["epochs"] == 8 && answer["seconds"] > 0));
    CHECK((answer["parameters"] == 144 * 32 + 32 + 32 * 10 + 10 && answer["exact"] == true && answer["seed"] == 1));
    CHECK((answer["workers"] == 5 && answer["partitions"] == 5 && answer["liars"] == 0 && answer["attack"] == "none"));
    CHECK((answer["code"] == "uncoded:n=5" && answer["votes"] == "binary" && answer["aggregator"] == "majority"));
    CHECK((answer["loss"] > 0 && answer["loss"] < 1 && !answer.contains("metric_margin") && !answer.contains("record")));
    CHECK(answer["parameters_hash"].get<std::string>().size() == 16);

    const run_result text = train(folder, {"--steps", "3", "--code", "deterministic:n=5,b=1", "--liars", "1", "--record"});
    CHECK((text.status == 0 && text.err.empty()));
    CHECK(text.out.starts_with("Accuracy 0."));
    for (const char* line :
         {" on test samples after 3 steps.\n\n", "\n  preset       digits, perceptron:32, 4,970 parameters\n",
          "\n  code         deterministic:n=5,b=1\n", "\n  workers      5, of whom 1 lies (reverse, placed random)\n",
          "\n  partitions   5\n", "\n  master       majority of binary votes\n", "\n  seed         1\n",
          "\nOf 14,910 elections 0 had no truth: as many partitions for + as for -. Of the others 0 were decided wrongly or "
          "left "
          "open, 0 of them turned by liars.\n"}) {
        CAPTURE(line);
        CHECK(text.out.find(line) != std::string::npos);
    }
}

TEST_CASE("a seed decides the parameters, whatever threads and instruction set compute them") {
    const scratch folder;
    arguments there{""};
    for (const char* arch : {"word64", "sse2", "avx2", "avx512", "neon"}) {
        if (is_available(folder, arch)) there.emplace_back(arch);
    }
    const char* const threads[] = {"1", "2", "5"};
    for (const arguments& votes : {arguments{"--votes", "binary", "--ties", "coin", "--attack", "noise"},
                                   {"--votes", "abstaining", "--attack", "zero-sum"},
                                   {"--votes", "ternary", "--attack", "alie:1", "--worker-momentum", "0.5"}}) {
        CAPTURE(votes[1]);
        const arguments words =
            joined({"--steps", "8", "--code", "cyclic:n=6,k=6,weight=2", "--liars", "2", "--reshuffle"}, votes);
        const std::string expected = hash(folder, joined(words, {"--threads", "1"}));
        for (std::size_t i = 0; i < std::max<std::size_t>(3, there.size()); ++i) {
            run_options options;
            const std::string arch = there[i % there.size()];
            if (!arch.empty()) options.environment = {"ELECTION_ARCH=" + arch};
            CAPTURE(arch);
            CAPTURE(threads[i % 3]);
            CHECK(outcome(folder, joined(words, {"--threads", threads[i % 3]}), options)["parameters_hash"] == expected);
        }
        CHECK(hash(folder, joined(words, {"--seed", "2"})) != expected);
    }
}

TEST_CASE("a tolerant code decides as if nobody lied; without one, liars turn elections") {
    const scratch folder;
    const arguments coded{"--code", "deterministic:n=15,b=3", "--steps", "3"};
    const json honest = outcome(folder, joined(coded, {"--record"}));
    CHECK((honest["record"]["violations"] == 0 && honest["record"]["with_truth"] == 3 * 4970)); // k is odd
    for (const std::string& attack : attacks) {
        CAPTURE(attack);
        const json answer = outcome(folder, joined(coded, {"--record", "--liars", "3", "--attack", attack}));
        CHECK((answer["record"]["violations"] == 0 && answer["record"]["turned"] == 0));
        CHECK(answer["record"]["with_truth"] == 3 * 4970);
        CHECK(answer["parameters_hash"] == honest["parameters_hash"]);
    }
    for (const char* votes : {"abstaining", "ternary"}) {
        for (const char* attack : {"against", "zero-sum", "noise", "directional:fixed", "drop-coordinates:0.3"}) {
            CAPTURE(votes);
            CAPTURE(attack);
            const json answer = outcome(folder, {"--code", "deterministic:n=5,b=1", "--steps", "4", "--votes", votes,
                                                 "--record", "--liars", "1", "--attack", attack, "--placement", "worst"});
            CHECK((answer["record"]["violations"] == 0 && answer["record"]["with_truth"] > 4000));
        }
    }
    for (const char* attack : {"reverse", "noise", "label-flip"}) {
        CAPTURE(attack);
        const json answer =
            outcome(folder, {"--workers", "5", "--steps", "3", "--record", "--liars", "1", "--attack", attack});
        const json& record = answer["record"];
        CHECK((record["violations"] > 0 && record["turned"] == record["violations"] && record["rounds"] == 3));
    }
    // One liar more than the code tolerates.
    const json beyond = outcome(folder, {"--code", "deterministic:n=5,b=1", "--steps", "3", "--record", "--liars", "2",
                                         "--attack", "against", "--placement", "worst"});
    CHECK(beyond["record"]["violations"] > 0);
}

TEST_CASE("the log: a row an iteration, the bytes of messages, the metric at the end") {
    const scratch folder;
    const std::string csv = folder.path("run.csv");
    for (const char* votes : {"binary", "ternary"}) {
        CAPTURE(votes);
        const json answer = outcome(folder, {"--model", "softmax", "--votes", votes, "--workers", "6", "--steps", "53",
                                             "--csv", csv, "--metric-every", "20"});
        const std::string text = scratch::read(csv);
        CHECK(text.starts_with("iteration,epoch,seconds,metric,metric_margin,loss,vote_bytes,decision_bytes,absent\n1,1,"));
        CHECK(!std::filesystem::exists(csv + ".part"));
        const auto rows = election::read_run_log(csv).rows;
        REQUIRE(rows.size() == 53);
        const std::size_t planes = votes == std::string("ternary") ? 2 : 1;
        const std::size_t bytes = 6 * (32 + planes * ((145 * 10 + 7) / 8));
        bool right = true;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            right = right && rows[i].iteration == i + 1 && rows[i].epoch == i / 25 + 1; // 1000 samples, 40 a step
            right = right && rows[i].vote_bytes == bytes && rows[i].decision_bytes == bytes && rows[i].absent == 0;
            right = right && rows[i].metric.has_value() == ((i + 1) % 20 == 0 || i + 1 == 53) && !rows[i].metric_margin;
            right = right && rows[i].loss.has_value() && *rows[i].loss > 0 && *rows[i].loss < 10;
            right = right && (i == 0 ? rows[i].seconds > 0 : rows[i].seconds >= rows[i - 1].seconds);
        }
        CHECK(right);
        CHECK((answer["metric"] == rows.back().metric.value_or(0) && answer["loss"] == rows.back().loss.value_or(0)));
        CHECK((answer["seconds"] == rows.back().seconds && answer["vote_bytes"] == 53 * bytes));
        CHECK((rows.back().metric > rows[19].metric));
    }
}

TEST_CASE("killed at any moment, a run goes on from its checkpoint and ends as if nothing had been") {
    const scratch folder;
    const std::string csv = folder.path("run.csv");
    const std::string checkpoint = folder.path("run.ck");
    // Whole partitions a step, so that there is time to be killed in.
    const arguments words{"--model", "softmax", "--batch",  "1200",       "--steps",  "60",        "--votes", "ternary",
                          "--liars", "1",       "--attack", "label-flip", "--record", "--threads", "2",       "--csv"};
    json whole = outcome(folder, joined(words, {folder.path("whole.csv")}));
    const election::counter_random random(election_test::seed());
    CAPTURE(election_test::seed());
    std::vector<std::size_t> moments;
    for (std::uint64_t i = 0; i < 20; ++i) moments.push_back(static_cast<std::size_t>(random.below(56, i)));
    std::ranges::sort(moments);
    const arguments resumed = joined(words, {csv, "--checkpoint", checkpoint});
    int killed = 0;
    for (std::size_t i = 0; i < moments.size(); ++i) {
        run_options options;
        const double later = 1e-5 * static_cast<double>(random.below(1500, 100 + i));
        options.meanwhile = signal_at(SIGKILL, csv, moments[i], later);
        const run_result result = train(folder, resumed, options);
        REQUIRE_MESSAGE((result.status == 0 || result.status == 128 + SIGKILL), result.err);
        killed += result.status == 0 ? 0 : 1;
    }
    CHECK(killed >= 10);
    for (int again = 0; again < 2; ++again) { // the second time there is nothing left to do
        json end = outcome(folder, resumed);
        CHECK(rows_of(csv) == rows_of(folder.path("whole.csv")));
        CHECK(!std::filesystem::exists(csv + ".part"));
        CHECK((end["seconds"] > 0 && election::read_run_log(csv).rows.back().seconds == end["seconds"]));
        end.erase("seconds");
        whole.erase("seconds");
        CHECK(end == whole);
    }
}

TEST_CASE("a signal ends a run after a step; it goes on later, and can be made longer") {
    const scratch folder;
    for (int signal : {SIGINT, SIGTERM}) {
        CAPTURE(signal);
        const std::string csv = folder.path("run.csv");
        const std::string checkpoint = folder.path("run.ck");
        const arguments words{"--model", "softmax", "--step", "0.01",         "--metric-every",
                              "1",       "--csv",   csv,      "--checkpoint", checkpoint};
        run_options options;
        options.meanwhile = signal_at(signal, csv, 3);
        const run_result stopped = train(folder, joined(words, {"--steps", "1000000", "--json"}), options);
        CHECK((stopped.status == 3 && stopped.err.empty()));
        const json partial = json::parse(stopped.out);
        const auto done = partial["iterations"].get<std::uint64_t>();
        CHECK((partial["exact"] == false && done >= 3 && done < 1000000 && partial["metric"] > 0));
        CHECK(!std::filesystem::exists(csv));
        CHECK(rows_in(csv + ".part") == done);

        const arguments steps{"--steps", std::to_string(done + 5)};
        const json end = outcome(folder, joined(words, steps));
        const std::string other = folder.path("whole.csv");
        const json whole =
            outcome(folder, joined({"--model", "softmax", "--step", "0.01", "--metric-every", "1", "--csv", other}, steps));
        CHECK((end["parameters_hash"] == whole["parameters_hash"] && end["vote_bytes"] == whole["vote_bytes"]));
        CHECK((end["run"] == whole["run"] && end["metric"] == whole["metric"] && end["exact"] == true));
        CHECK(rows_of(csv) == rows_of(other));
        std::filesystem::remove(csv);
        std::filesystem::remove(checkpoint);
    }
}

TEST_CASE("a checkpoint is refused by another run, and when it is damaged") {
    const scratch folder;
    const std::string checkpoint = folder.path("run.ck");
    const arguments words{"--model", "softmax", "--step", "0.01", "--checkpoint", checkpoint};
    CHECK(train(folder, joined(words, {"--steps", "4", "--csv", folder.path("a.csv")})).status == 0);
    const std::string saved = scratch::read(checkpoint);
    const auto refused = [&](const arguments& more, const std::string& what) {
        const std::size_t files = files_in(folder.path(""));
        const run_result result = train(folder, joined(joined(words, {"--steps", "9"}), more));
        CHECK((result.status == 2 && result.out.empty()));
        CHECK(result.err == "election: " + what + "\n");
        CHECK(files_in(folder.path("")) == files);
    };
    const std::string other = checkpoint + ": is of another run: there ";
    refused({"--seed", "2"}, other + "seed is '1', not '2'");
    refused({"--liars", "1"}, other + "attack is 'none', not 'reverse'");
    refused({"--votes", "abstaining"}, other + "ties is 'positive', not 'abstain'");
    refused({"--batch", "7"}, other + "batch is left out, not '7'");
    refused({"--record"},
            "--record: the checkpoint's steps were not recorded, must be left out; or begin with another file");
    refused({"--csv", folder.path("lost.csv")}, folder.path("lost.csv") + ": cannot be read: No such file or directory");
    CHECK(scratch::read(checkpoint) == saved);
    // Without the record it goes on, and so it does without its log.
    CHECK(hash(folder, joined(words, {"--steps", "5"})) ==
          hash(folder, {"--model", "softmax", "--step", "0.01", "--steps", "5"}));
    std::string flipped = saved;
    flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 4);
    for (const std::string& text : {flipped, saved.substr(0, saved.size() - 1), saved.substr(0, 40)}) {
        (void)folder.file("run.ck", text);
        refused({}, checkpoint + ": is cut off or damaged: its checksum is wrong; take an earlier checkpoint or start anew");
    }
    (void)folder.file("run.ck", "no checkpoint");
    refused({}, checkpoint + ": is no checkpoint");
    CHECK(scratch::read(checkpoint) == "no checkpoint");
    // One that recorded can be taken up without.
    std::filesystem::remove(checkpoint);
    CHECK(train(folder, joined(words, {"--steps", "4", "--record"})).status == 0);
    CHECK(hash(folder, joined(words, {"--steps", "5"})) ==
          hash(folder, {"--model", "softmax", "--step", "0.01", "--steps", "5"}));
}

TEST_CASE("workers who are absent, and masters with an even number of votes") {
    const scratch folder;
    const arguments coded{"--code", "deterministic:n=15,b=3", "--steps", "3"};
    const std::string csv = folder.path("run.csv");
    const json answer = outcome(folder, joined(coded, {"--absent", "14,0,7", "--csv", csv, "--record"}));
    CHECK(answer["parameters_hash"] == outcome(folder, coded)["parameters_hash"]); // no worse than liars
    CHECK((answer["absent_votes"] == 9 && answer["record"]["violations"] == 0));
    // A tie that the master guesses right is no failure, and the exact probabilities do not know: nothing is compared.
    const auto expected = [&](const char* workers, const char* votes) {
        const arguments words{"--steps", "2", "--liars", "1", "--record", "--workers", workers, "--votes", votes};
        return outcome(folder, words)["record"]["expected"];
    };
    CHECK(
        (expected("4", "binary").is_null() && !expected("5", "binary").is_null() && !expected("4", "abstaining").is_null()));
    const auto rows = election::read_run_log(csv).rows;
    CHECK((rows.size() == 3 && rows[1].absent == 3 && rows[1].vote_bytes == 12 * (32 + (4970 + 7) / 8)));
    const json silent = outcome(folder, joined(coded, {"--liar-set", "14,0,7", "--attack", "silent"}));
    CHECK((silent["parameters_hash"] == answer["parameters_hash"] && silent["absent_votes"] == 9));

    // Two workers who disagree leave the master without a decision: it takes the sign that it was told, or leaves things alone.
    const auto sum = [&](const arguments& more) {
        return outcome(folder,
                       joined({"--workers", "3", "--absent", "1", "--steps", "1", "--step", "0.5"}, more))["parameter_sum"]
            .get<double>();
    };
    const double positive = sum({});
    const double negative = sum({"--master-ties", "negative"});
    const double alone = sum({"--votes", "abstaining"});
    CHECK(positive == sum({"--master-ties", "positive"}));
    CHECK((positive < alone - 100 && alone < negative - 100)); // x loses the step where + wins
    CHECK(alone == doctest::Approx((positive + negative) / 2).epsilon(1e-4));
    // Nobody is there: with votes that may abstain, nothing changes.
    const arguments nobody{"--workers", "2",      "--absent", "0",       "--liar-set", "1",
                           "--attack",  "silent", "--votes",  "ternary", "--step",     "0.1"};
    CHECK(hash(folder, joined(nobody, {"--steps", "1"})) == hash(folder, joined(nobody, {"--steps", "4"})));
}

TEST_CASE("a folder with MNIST's files") {
    const scratch folder;
    const std::string data = folder.path("mnist");
    std::filesystem::create_directory(data);
    const auto refused = [&](const std::string& line) {
        const run_result result = train(folder, {"--preset", "mnist", "--data", data, "--steps", "2"});
        CHECK((result.status == 2 && result.out.empty()));
        CHECK(result.err == "election: " + line + "\n");
    };
    std::string labels;
    std::string pixels;
    for (int i = 0; i < 20; ++i) {
        labels.push_back(static_cast<char>(i % 10));
        for (int p = 0; p < 784; ++p) pixels.push_back(static_cast<char>(p % 10 == i % 10 ? 200 : p % 7));
    }
    refused(data + "/train-labels-idx1-ubyte: cannot be opened: No such file or directory");
    (void)folder.file("mnist/train-labels-idx1-ubyte", idx({20}, labels));
    refused(data + "/train-images-idx3-ubyte: cannot be opened: No such file or directory");
    (void)folder.file("mnist/train-images-idx3-ubyte", idx({20, 28, 28}, pixels));
    refused(data + "/t10k-labels-idx1-ubyte: cannot be opened: No such file or directory");
    (void)folder.file("mnist/t10k-labels-idx1-ubyte", idx({20}, labels));
    refused(data + "/t10k-images-idx3-ubyte: cannot be opened: No such file or directory");
    (void)folder.file("mnist/t10k-images-idx3-ubyte", idx({20, 28, 28}, pixels));
    const json answer = outcome(folder, {"--preset", "mnist", "--data", data, "--model", "softmax", "--steps", "30",
                                         "--workers", "1", "--batch", "20", "--step", "0.01"});
    CHECK((answer["metric"] > 0.9 && answer["parameters"] == 7850 && answer["model"] == "softmax"));
    CHECK(outcome(folder, {"--preset", "mnist", "--data", data, "--steps", "1"})["parameters"] == 785 * 128 + 1290);
}

TEST_CASE("bad use: one line, status 2, nothing printed, no files") {
    const scratch folder;
    const std::string header =
        "ACTION,RESOURCE,MGR_ID,ROLE_ROLLUP_1,ROLE_ROLLUP_2,ROLE_DEPTNAME,ROLE_TITLE,ROLE_FAMILY_DESC,"
        "ROLE_FAMILY,ROLE_CODE\n";
    const std::string row = "1,39353,85475,117961,118300,123472,117905,117906,290919,117908\n";
    const std::string amazon = folder.file("good.csv", header + row + row);
    const std::string empty = folder.file("empty.csv", "");
    const std::string letter = folder.file("letter.csv", header + row + "1,2,x,4,5,6,7,8,9,10\n");
    const std::string cut = folder.file("cut.csv", header + row + row + "1,2,3\n");
    const std::string action = folder.file("action.csv", header + "7,2,3,4,5,6,7,8,9,10\n");
    const std::string code = folder.file("code.txt", "101\n0x1\n");
    const std::string csv = folder.path("no.csv");
    const std::string checkpoint = folder.path("no.ck");
    (void)train(folder, {"--help"}); // leaves what run() leaves
    const std::size_t files = files_in(folder.path(""));
    const auto refused = [&](const arguments& words, const std::string& line) {
        const run_result result = train(folder, joined({"--steps", "1", "--csv", csv, "--checkpoint", checkpoint}, words));
        CAPTURE(line);
        CHECK((result.status == 2 && result.out.empty()));
        CHECK(result.err == "election: " + line + "\n");
        CHECK(files_in(folder.path("")) == files);
    };
    // data
    refused({"--preset", "cifar"}, "--preset: cifar must be digits, mnist or amazon");
    refused({"--preset", "amazon"}, "--data: is missing, must be the file train.csv of the Amazon employee-access data");
    refused({"--preset", "mnist"},
            "--data: is missing, must be the folder with MNIST's four files; examples/fetch_mnist.sh fetches them");
    refused({"--preset", "mnist", "--data", amazon},
            "--data: " + amazon + " must be the folder with MNIST's four files; examples/fetch_mnist.sh fetches them");
    refused({"--data", amazon}, "--data: is not used by the preset digits; choose --preset mnist or amazon");
    refused({"--liars", "2", "--attack", "drop-coordinates:0.5"},
            "--attack: drop-coordinates:0.5 is of votes that can abstain, must go with --votes ternary or abstaining");
    const auto refused_amazon = [&](const std::string& data, const std::string& line) {
        refused({"--preset", "amazon", "--data", data}, line);
    };
    refused_amazon("missing.csv", "missing.csv: cannot be opened: No such file or directory");
    refused_amazon(empty, empty + ": is empty; the first line must be the header ACTION,RESOURCE,MGR_ID,…");
    refused_amazon(letter, letter + ":3: field 3: 'x' is no whole number from 0 to 4294967295");
    refused_amazon(cut, cut + ":4: 3 fields, but a line has 10: ACTION and nine categories");
    refused_amazon(action, action + ":2: field 1: ACTION is 7, but must be 0 or 1");
    refused_amazon(amazon,
                   "--data: " + amazon +
                       " must have the 32769 rows of the published train.csv and has 2: it is cut off, or another file");
    refused_amazon(folder.path(""), folder.path("") + ": is a folder; a data file must be given");
    refused({"--preset", "amazon", "--data", amazon, "--votes", "binary"},
            "--votes: binary must be ternary with sparse data: nearly all coordinates of a sparse gradient are exactly 0");
    refused({"--preset", "amazon", "--data", amazon, "--model", "softmax"},
            "--model: the preset amazon has its own, logistic regression");
    // codes
    refused({"--code", "deterministic:n=5,b=1", "--workers", "7"},
            "--workers: 7 must be the number of workers of the code deterministic:n=5,b=1, 5, or be left out");
    refused({"--code", "deterministic:n=15,b=3", "--partitions", "14"},
            "--partitions: 14 must be the number of partitions of the code deterministic:n=15,b=3, 15, or be left out");
    refused({"--workers", "5", "--partitions", "7"},
            "--code: is missing, must be given where --workers (5) and --partitions (7) differ");
    refused({"--workers", "100000"}, "--workers: 100000 makes a matrix of more than 2^32 entries with k = 100000");
    refused({"--partitions", "100000"}, "--partitions: 100000 makes a matrix of more than 2^32 entries with k = 100000");
    refused({"--code", "nothing"}, "--code: nothing is neither a file nor the name of a code, as in deterministic:n=15,b=3; "
                                   "see 'election generate --list'");
    refused({"--code", code}, code + ":2: column 2: 'x' is neither 0 nor 1");
    refused({"--code", "deterministic:n=5,b=9"}, "--code: deterministic:n=5,b=9: b = 9 must be at most (n - 1) / 2 = 2");
    refused({"--code", "deterministic:n=5"}, "--code: deterministic:n=5: b = (nothing) must be given");
    refused({"--code", "deterministic:n"},
            "--code: deterministic:n must look like family:key=value,key=value, as in deterministic:n=15,b=3");
    refused({"--batch", "1201"},
            "--batch: 1201 is larger than partition 0, which has 1200 samples; take a batch of at most 1200, "
            "fewer partitions or more data");
    refused({"--workers", "6001"}, "--partitions: 6001 must be at most the training samples, 6000");
    // liars and absent workers
    refused({"--liars", "6"}, "--liars: 6 must be at most the number of workers n = 5; use fewer, or a code with more rows");
    refused({"--liar-set", "1,1"}, "--liar-set: 1 is given twice, liars must be different workers");
    refused({"--liar-set", "5"}, "--liar-set: 5 must be a worker from 0 to 4");
    refused({"--liar-set", "1,3", "--liars", "1"}, "--liars: 1 contradicts --liar-set, which names 2");
    refused({"--liar-set", "1", "--placement", "worst"}, "--placement: worst contradicts --liar-set, must be fixed");
    refused({"--placement", "fixed"}, "--placement: fixed must go with --liar-set I,J,…");
    refused({"--attack", "noise"}, "--attack: noise must go with liars: --liars B or --liar-set I,J,…");
    refused({"--absent", "5"}, "--absent: 5 must be a worker from 0 to 4");
    refused({"--absent", "1,1"}, "--absent: 1 must be named once");
    refused({"--absent", "1,"}, "--absent: '' must be a worker from 0 to 4");
    refused({"--absent", "-1"}, "--absent: -1 must be a worker from 0 to 4");
    // contradictions
    refused({"--epochs", "2"}, "--steps: is given beside --epochs, must be one of them");
    refused({"--ties", "abstain"}, "--ties: abstain needs votes that may abstain, --votes abstaining or ternary");
    refused({"--votes", "ternary", "--ties", "positive"},
            "--ties: must be abstain where votes may abstain; --votes binary has the others");
    refused({"--votes", "ternary", "--master-ties", "positive"},
            "--master-ties: needs --votes binary; where votes may abstain, a tied master leaves the parameter alone");
    refused({"--aggregator", "median", "--record"}, "--record: counts votes, must go with --aggregator majority");
    // numbers
    for (const char* step : {"", "0", "-1", "x", "nan", "inf", "1e400", "0.1,", "0.1:5", "0.1,5:0", "0.1,5", "0.1,0:1",
                             "0.1,5:1,5:2", "0.1,5:1,4:2", "cosine:1", "cosine:1:0", "cosine:1:2:3", "sqrt:1", "sqrt:1:0"}) {
        refused({"--step", step}, std::string("--step: ") + (*step == '\0' ? "''" : step) +
                                      " must be as in 0.001, 0.001,117:0.0001, cosine:0.01:0.0001 or sqrt:0.01:100");
    }
    refused({"--momentum", "1"}, "--momentum: 1 must be at least 0 and below 1");
    refused({"--worker-momentum", "-0.1"}, "--worker-momentum: -0.1 must be at least 0 and below 1");
    refused({"--weight-decay", "-1"}, "--weight-decay: -1 must be at least 0");
    refused({"--batch", "0"}, "--batch: 0 must be a whole number from 1 on");
    refused({"--metric-every", "0"}, "--metric-every: 0 must be a whole number from 1 on");
    refused({"--threads", "0"}, "--threads: 0 must be a whole number from 1 on");
    refused({"--seed", "-1"}, "--seed: -1 must be a whole number from 0 on");
    refused({"--split", "dirichlet:0"},
            "--split: dirichlet:0 must be contiguous, shuffled or dirichlet:ALPHA with ALPHA > 0");
    refused({"--model", "perceptron:0"}, "--model: perceptron:0 must be softmax, perceptron:WIDTH,… or convolutional");
    // files
    const auto refused_alone = [&](const arguments& words, const std::string& line) {
        const run_result result = train(folder, words);
        CHECK((result.status == 2 && result.out.empty() && result.err == "election: " + line + "\n"));
        CHECK(files_in(folder.path("")) == files);
    };
    for (const char* option : {"--checkpoint", "--csv"}) {
        const std::string name = std::string(option) + ": ";
        refused_alone({option, folder.path("no/x")}, name + folder.path("no/x") + " must be in a folder that is there");
        refused_alone({option, folder.path("")}, name + folder.path("") + " is a folder, must be a file name");
    }
    refused_alone({"--workers", "2", "--absent", "0,1"}, "--absent: 0,1 are all workers, must leave one of them");
    refused_alone({"--checkpoint-every", "5"}, "--checkpoint-every: must go with --checkpoint FILE");
    // A log and a checkpoint in one place, however that is called: the one would replace the other.
    const std::string place = folder.path("one");
    for (const std::string& other : {place, folder.path("./one"), place + ".part"}) {
        refused_alone({"--csv", place, "--checkpoint", other},
                      "--checkpoint: " + other +
                          " must be another file than that of --csv, and than that with .part behind its name");
    }
    refused_alone({"more"}, "more: unexpected argument, see 'election train --help'");
}

TEST_CASE("steps that are too long end in a NaN that is named, and the log keeps what was done") {
    const scratch folder;
    for (const char* votes : {"binary", "ternary"}) {
        CAPTURE(votes);
        const std::string csv = folder.path("nan.csv");
        const run_result result =
            train(folder, {"--step", "1e30", "--steps", "5", "--csv", csv, "--votes", votes, "--threads", "1"});
        CHECK((result.status == 2 && result.out.empty()));
        CHECK(result.err.starts_with("election: gradient_signs: the gradient of partition 0 in step 2 has a NaN ("));
        CHECK(result.err.ends_with("); a shorter step or smaller features would help\n"));
        CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
        CHECK(!std::filesystem::exists(csv));
        CHECK(rows_in(csv + ".part") == 1);
    }
}

TEST_CASE("the paper's logistic regression, as its authors' program computes it") {
    const char* const given = std::getenv("ELECTION_AMAZON_CSV");
    if (given == nullptr) {
        MESSAGE("skipped: ELECTION_AMAZON_CSV names no train.csv");
        return;
    }
    const scratch folder;
    const std::string csv = folder.path("run.csv");
    const auto at = [&](const arguments& words) {
        return outcome(folder, joined({"--preset", "amazon", "--data", given, "--metric-every", "20", "--csv", csv}, words));
    };
    struct known {
        const char* steps;
        double non_zeros; ///< 0: not known
        double sum;       ///< of the parameters, in steps of 0.001; 0: not known
        double area;      ///< 0: not known
    };
    const arguments five{"--workers", "5", "--checkpoint", folder.path("run.ck")};
    for (const known& expected : {known{"1", 6268, 5180, 0.4789026},
                                  {"2", 11757, 15819, 0},
                                  {"20", 77481, 811017, 0.5771850},
                                  {"351", 262866, 67011454, 0},
                                  {"420", 0, 0, 0.8438112}}) {
        CAPTURE(expected.steps);
        const json answer = at(joined(five, {"--steps", expected.steps}));
        if (expected.non_zeros > 0) CHECK(answer["non_zeros"] == expected.non_zeros);
        if (expected.sum > 0) CHECK(std::round(answer["parameter_sum"].get<double>() * 1000) == expected.sum);
        if (expected.area > 0) CHECK(std::abs(answer["metric"].get<double>() - expected.area) <= 4e-5);
    }
    const json end = at(five);
    CHECK((end["iterations"] == 2808 && end["epochs"] == 8 && end["parameters"] == 263500 && end["metric_name"] == "auc"));
    CHECK(std::abs(end["metric"].get<double>() - 0.8511) <= 1e-4);
    CHECK(std::abs(end["metric_margin"].get<double>() - 0.8530) <= 1e-4);
    const auto rows = election::read_run_log(csv).rows;
    REQUIRE(rows.size() == 2808);
    CHECK((rows[350].epoch == 1 && rows[351].epoch == 2 && rows.back().metric == end["metric"].get<double>()));
    CHECK(rows[419].metric.has_value());
    CHECK(rows[7].vote_bytes == 5 * (32 + 2 * ((263500 + 7) / 8)));

    const json fifteen = at({});
    CHECK((fifteen["workers"] == 15 && fifteen["iterations"] == 936));
    CHECK(std::abs(fifteen["metric"].get<double>() - 0.8377) <= 1e-4);
    const run_result text = train(folder, {"--preset", "amazon", "--data", given, "--steps", "1", "--workers", "5"});
    CHECK(text.out.starts_with("Area under the ROC curve 0.4789 on test samples after 1 step.\n"));
}
