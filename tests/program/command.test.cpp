// SPDX-License-Identifier: MIT
#include "run.hpp"

#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/families.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/lp.hpp>
#include <election/exact/opb.hpp>
#include <election/io/matrix_file.hpp>
#include <election/verify/reference.hpp>
#include <nlohmann/json.hpp>

using election_test::run;
using election_test::scratch;
using nlohmann::json;

TEST_CASE("help and version") {
    const scratch folder;
    CHECK(run(folder, {"--version"}).out == "election " ELECTION_VERSION "\n");
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"--help"},
                                               {"generate", "--help"},
                                               {"info", "--help"},
                                               {"verify", "--help"},
                                               {"failures", "--help"},
                                               {"check", "--help"},
                                               {"enumerate", "--help"},
                                               {"bound", "--help"},
                                               {"estimate", "--help"},
                                               {"merge", "--help"},
                                               {"export", "--help"},
                                               {"generate", "deterministic", "--help"}}) {
        const auto help = run(folder, words);
        CHECK(help.status == 0);
        CHECK(help.err.empty());
        for (const char* chapter : {"NAME\n", "SYNOPSIS\n", "EXIT STATUS\n"})
            CHECK(help.out.find(chapter) != std::string::npos);
    }
}

TEST_CASE("generate prints the name, what is proved, and the rows; the same code comes again from its name") {
    const scratch folder;
    const auto made = run(folder, {"generate", "deterministic", "--n", "5", "--b", "1"});
    CHECK(made.status == 0);
    CHECK(made.out ==
          "# deterministic:n=5,b=1\n# 5 workers, 5 partitions, redundancy 3.8, largest load 5, tolerates 1 liar\n"
          "10000\n01110\n11111\n11111\n11111\n");
    for (const char* format : {"csv", "npy", "mtx", "alist", "txt"}) {
        const std::string file = folder.path(std::string("code.") + format);
        CHECK(
            run(folder, {"generate", "bernoulli", "--n", "9", "--k", "7", "--p", "0.4", "--seed", "3", "-o", file}).status ==
            0);
        const auto text = run(folder, {"export", file, "--format", "text"});
        const auto expected = run(folder, {"generate", "bernoulli", "--n", "9", "--k", "7", "--p", "0.4", "--seed", "3"});
        CHECK(expected.out.ends_with("\n" + text.out));
    }
    const auto redrawn = run(folder, {"generate", "bernoulli", "--n", "9", "--k", "7", "--p", "0.1", "--redraw-empty"});
    CHECK(redrawn.out.starts_with("# bernoulli:n=9,k=7,p=0.1,seed=0,redraw-empty=1\n"));
}

TEST_CASE("export states the search for a worst election, as the library does") {
    const scratch folder;
    const std::string file = folder.file("code.txt", "11000\n01100\n00110\n11111\n00000\n10101\n");
    const election::packed_allocation code = election::read_matrix(file);
    for (election::tie_policy ties : election::tie_policies) {
        for (int truth : {1, -1}) {
            election::exact_model model;
            model.ties = ties;
            const auto problem = election::make_cover_problem(code, model, truth);
            const std::string sign = truth > 0 ? "+" : "-";
            const std::vector<std::string> comments{"The worst election of " + file + ": 6 workers, 5 partitions",
                                                    "ties " + std::string(name_of(ties)) + ", truth " + sign};
            const election::program_labels labels{comments, problem.workers, problem.partitions};
            std::ostringstream opb;
            std::ostringstream lp;
            write_opb(opb, problem.cover, labels);
            write_lp(lp, problem.cover, labels);
            const auto policy = std::string(name_of(ties));
            CHECK(run(folder, {"export", file, "--format", "opb", "--ties", policy, "--truth", sign}).out == opb.str());
            CHECK(run(folder, {"export", file, "--format", "lp", "--ties", policy, "--truth", sign}).out == lp.str());
            if (ties == election::tie_policy::abstain && truth > 0) { // the defaults, and names that say the format
                CHECK(run(folder, {"export", file, "-o", folder.path("worst.opb")}).status == 0);
                CHECK(scratch::read(folder.path("worst.opb")) == opb.str());
                CHECK(run(folder, {"export", file, "-o", folder.path("worst.lp")}).status == 0);
                CHECK(scratch::read(folder.path("worst.lp")) == lp.str());
            }
        }
    }
    election::exact_model model;
    model.alphabet = election::sign_alphabet::ternary;
    model.weights = {1, 2, 1, 1, 3, 1};
    model.liars = {5};
    model.may_lose = {0, 1, 3};
    model.corrupted = 1;
    const auto problem = election::make_cover_problem(code, model, 1);
    const std::vector<std::string> comments{"The worst election of " + file + ": 6 workers, 5 partitions",
                                            "ties abstain, truth +",
                                            "alphabet ternary",
                                            "weights 1,2,1,1,3,1",
                                            "liar set 5",
                                            "may lose 0,1,3",
                                            "corrupted 1",
                                            "a partition that loses once reports 0, one that loses twice the wrong sign"};
    std::ostringstream opb;
    write_opb(opb, problem.cover, {comments, problem.workers, problem.partitions});
    CHECK(run(folder, {"export", file, "--format", "opb", "--alphabet", "ternary", "--weights", "1,2,1,1,3,1", "--liar-set",
                       "5", "--may-lose", "0,1,3", "--corrupted", "1"})
              .out == opb.str());
    const auto piped = run(folder, {"export", "-", "--format", "lp"}, {.input = "1\n", .environment = {}});
    CHECK(piped.out.starts_with("\\ The worst election of standard input: 1 worker, 1 partition\n"));
    CHECK(run(folder, {"export", file, "-o", folder.path("opb")}).status == 0); // a name, no extension
    CHECK(scratch::read(folder.path("opb")).starts_with("11000\n"));
}

TEST_CASE("generate --list names every family, as text and as JSON") {
    const scratch folder;
    const auto text = run(folder, {"generate", "--list"});
    const json list = json::parse(run(folder, {"generate", "--list", "--json"}).out);
    REQUIRE(list["families"].size() == election::families().size());
    for (const election::family& family : election::families())
        CHECK(text.out.find(std::string(family.key) + " --") != std::string::npos);
}

TEST_CASE("info: every key") {
    const scratch folder;
    const json info = json::parse(run(folder, {"info", "-", "--json"}, {.input = "110\n000\n111\n", .environment = {}}).out);
    CHECK(info["workers"] == 3);
    CHECK(info["partitions"] == 3);
    CHECK(info["ones"] == 5);
    CHECK(info["redundancy"].get<double>() == doctest::Approx(5.0 / 3));
    CHECK(info["max_load"] == 3);
    CHECK(info["min_load"] == 0);
    CHECK(info["max_degree"] == 2);
    CHECK(info["min_degree"] == 1);
    CHECK(run(folder, {"info", "-"}, {.input = "110\n000\n", .environment = {}}).out.find("(1 idle)") != std::string::npos);
}

TEST_CASE("verify: every key, for every tie policy and method, as the library says") {
    const scratch folder;
    const std::string rows = "11000\n01100\n00110\n11111\n00000\n10101\n";
    const std::string file = folder.file("code.txt", rows);
    const std::vector<std::vector<int>> code{{1, 1, 0, 0, 0}, {0, 1, 1, 0, 0}, {0, 0, 1, 1, 0},
                                             {1, 1, 1, 1, 1}, {0, 0, 0, 0, 0}, {1, 0, 1, 0, 1}};
    for (election::tie_policy ties : election::tie_policies) {
        const election::verdict expected = election::verify_reference(code, ties);
        for (const char* method : {"auto", "exhaustive", "reference"}) {
            const auto result =
                run(folder, {"verify", file, "--json", "--ties", std::string(name_of(ties)), "--method", method});
            CHECK(result.status == 0);
            CHECK(result.err.empty());
            const json found = json::parse(result.out);
            CHECK(found["workers"] == 6);
            CHECK(found["partitions"] == 5);
            CHECK(found["redundancy"].get<double>() == doctest::Approx(14.0 / 5));
            CHECK(found["max_load"] == 5);
            CHECK(found["ties"] == name_of(ties));
            CHECK(found["exact"] == true);
            CHECK(found["margin"] == expected.margin);
            CHECK(found["tolerance"] == *expected.tolerance);
            CHECK(found["witness"] == election::to_string(expected.witness));
            CHECK(found["witness_votes"] == election::to_string(expected.witness_votes));
            CHECK(found["messages"].get<long>() > 0);
            CHECK(found["seconds"].get<double>() >= 0);
            CHECK_FALSE(found.contains("tolerates"));
        }
    }
}

TEST_CASE("verify --tolerates answers with its exit status") {
    const scratch folder;
    const std::string file = folder.path("code.txt");
    REQUIRE(run(folder, {"generate", "deterministic", "--n", "7", "--b", "2", "-o", file}).status == 0);
    const auto yes = run(folder, {"verify", file, "--tolerates", "2", "--json"});
    CHECK(yes.status == 0);
    CHECK(json::parse(yes.out)["tolerates"] == true);
    const auto no = run(folder, {"verify", file, "--tolerates", "3", "--json"});
    CHECK(no.status == 1);
    CHECK(json::parse(no.out)["tolerates"] == false);
}

TEST_CASE("verify gives the same answer on every architecture that is there, and with any number of threads") {
    const scratch folder;
    const std::string file = folder.path("code.txt");
    REQUIRE(run(folder, {"generate", "bernoulli", "--n", "21", "--k", "27", "--p", "0.4", "-o", file}).status == 0);
    // The program says itself which instruction sets are there.
    const auto unknown = run(folder, {"verify", file}, {.input = "", .environment = {"ELECTION_ARCH=mmx"}});
    CHECK(unknown.status == 2);
    const std::string rule = "election: ELECTION_ARCH: mmx must be one that this processor has: ";
    REQUIRE(unknown.err.starts_with(rule + "word64"));
    std::istringstream names(unknown.err.substr(rule.size()));
    const auto answer = [&](const std::string& arch, const std::string& threads) {
        const auto result = run(folder, {"verify", file, "--json", "--method", "exhaustive", "--threads", threads},
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
        for (const char* threads : {"1", "2", "5"}) {
            CAPTURE(arch);
            CAPTURE(threads);
            CHECK(answer(arch, threads) == expected);
        }
    }
}

TEST_CASE("Ctrl-C and a time limit end a long search with what is known") {
    const scratch folder;
    const std::string file = folder.path("code.txt");
    REQUIRE(run(folder, {"generate", "bernoulli", "--n", "45", "--k", "45", "--p", "0.5", "-o", file}).status == 0);
    for (const auto& stopped : {run(folder, {"verify", file, "--json", "--method", "exhaustive"},
                                    {.input = "", .environment = {}, .signal_after_seconds = 0.5}),
                                run(folder, {"verify", file, "--json", "--method", "exhaustive", "--time-limit", "0.3"})}) {
        CHECK(stopped.status == 3);
        CHECK(stopped.err.find("elections to examine, about") != std::string::npos);
        const json found = json::parse(stopped.out);
        CHECK(found["exact"] == false);
        CHECK(found["tolerance"].is_null());
        CHECK(found["margin"].is_number_integer());
        CHECK(found["margin_lower"] <= found["margin"]);
        CHECK(found["witness"].get<std::string>().size() == 45);
        const std::string claim = folder.file("claim.json", stopped.out);
        CHECK(run(folder, {"check", file, claim}).status == 0);
    }
}

TEST_CASE("progress is drawn when it is asked for") {
    const scratch folder;
    const std::string file = election_test::endless_code(folder);
    for (const char* method : {"exhaustive", "tree"}) {
        const auto drawn = run(folder, {"verify", file, "--progress", "--time-limit", "0.5", "--method", method});
        CHECK(drawn.err.find('%') != std::string::npos);
        CHECK(drawn.err.find("left") != std::string::npos);
    }
}

TEST_CASE("check confirms what verify says, and refutes every field that is changed") {
    const scratch folder;
    const std::string code = folder.path("code.txt");
    REQUIRE(run(folder, {"generate", "deterministic", "--n", "5", "--b", "1", "-o", code}).status == 0);
    const json honest = json::parse(run(folder, {"verify", code, "--json"}).out);
    const auto check = [&](const json& claim, std::vector<std::string> more = {}) {
        std::vector<std::string> words{"check", code, folder.file("claim.json", claim.dump()), "--json"};
        words.insert(words.end(), more.begin(), more.end());
        return run(folder, words);
    };
    const auto confirmed = check(honest);
    CHECK(confirmed.status == 0);
    CHECK(json::parse(confirmed.out)["witness"] == "confirmed");
    CHECK(json::parse(confirmed.out)["optimality"] == "not proved by this file");
    CHECK(check(honest, {"--require-proof"}).status == 1);

    struct change {
        const char* key;
        json value;
        int status;
    };
    for (const change& c : {change{"workers", 6, 2},       change{"partitions", 4, 2},
                            change{"redundancy", 3.7, 1},  change{"max_load", 4, 1},
                            change{"ones", 18, 1},         change{"ones", -1, 2},
                            change{"margin", 7, 1},        change{"tolerates", true, 2},
                            change{"liars", -1, 2},        change{"ties", "odd", 2},
                            change{"exact", 1, 2},         change{"margin", 5, 1},
                            change{"margin", 1, 1},        change{"margin", "3", 2},
                            change{"tolerance", 2, 1},     change{"margin_lower", 4, 1},
                            change{"witness", "+++++", 1}, change{"witness", "+++", 1},
                            change{"witness", "++--x", 1}, change{"witness_votes", "+++++", 1},
                            change{"witness", 7, 2},       change{"margin", 1e300, 2}}) {
        CAPTURE(c.key);
        CAPTURE(c.value.dump());
        json tampered = honest;
        tampered[c.key] = c.value;
        CHECK(check(tampered).status == c.status);
    }
    json without = honest;
    without.erase("witness");
    without.erase("witness_votes");
    CHECK(json::parse(check(without).out)["witness"] == "absent");
}

TEST_CASE("output files are replaced whole, and a failure leaves them") {
    const scratch folder;
    const std::string file = folder.file("code.txt", "old");
    CHECK(run(folder, {"generate", "deterministic", "--n", "4", "--b", "1", "-o", file}).status == 2);
    CHECK(scratch::read(file) == "old");
    CHECK(run(folder, {"generate", "uncoded", "--n", "1", "-o", file}).status == 0);
    CHECK(scratch::read(file).ends_with("\n1\n"));
}
