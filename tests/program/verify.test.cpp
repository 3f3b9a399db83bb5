// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <election/codes/packed_allocation.hpp>
#include <election/exact/model_reference.hpp>
#include <election/io/matrix_file.hpp>

#include "run.hpp"

using election_test::endless_code;
using election_test::run;
using election_test::scratch;
using nlohmann::json;

namespace {

std::string generated(const scratch& folder, const std::string& name, std::vector<std::string> words) {
    const std::string file = folder.path(name);
    words.insert(words.begin(), "generate");
    words.insert(words.end(), {"-o", file});
    REQUIRE(run(folder, words).status == 0);
    return file;
}

} // namespace

TEST_CASE("codes of any size are verified, and every method says the same") {
    const scratch folder;
    const std::string large = generated(folder, "large.txt", {"deterministic", "--n", "301", "--b", "7"});
    for (const char* method : {"auto", "tree", "frontier"}) {
        const auto result = run(folder, {"verify", large, "--json", "--method", method});
        CHECK(result.status == 0);
        const json found = json::parse(result.out);
        CHECK(found["exact"] == true);
        CHECK(found["margin"] == 15);
        CHECK(found["tolerance"] == 7);
        CHECK(found["witness"].get<std::string>().size() == 301);
    }
    const std::string ring = generated(folder, "ring.txt", {"cyclic", "--n", "25", "--k", "25", "--weight", "5"});
    int expected = 0;
    for (const char* method : {"exhaustive", "symmetric", "tree", "frontier", "circulant", "auto"}) {
        const std::string proof = folder.path("proof.cert");
        CHECK(run(folder, {"verify", ring, "--method", method, "--certificate", proof}).status == 0);
        CHECK(run(folder, {"check", ring, proof, "--require-proof"}).status == 0);
        const auto result = run(folder, {"verify", ring, "--json", "--explain", "--method", method});
        CHECK(result.status == 0);
        const json found = json::parse(result.out);
        if (std::string(method) == "exhaustive") expected = found["margin"];
        CHECK(found["margin"] == expected);
        CHECK(!found["reasons"].empty());
        const std::string claim = folder.file("claim.json", result.out);
        CHECK(run(folder, {"check", ring, claim}).status == 0);
    }
}

TEST_CASE("a search gives the same margin on every architecture and with any number of threads") {
    const scratch folder;
    const std::string file = generated(folder, "code.txt", {"bernoulli", "--n", "30", "--k", "37", "--p", "0.3"});
    const auto unknown = run(folder, {"verify", file}, {.input = "", .environment = {"ELECTION_ARCH=mmx"}});
    const std::string rule = "election: ELECTION_ARCH: mmx must be one that this processor has: ";
    REQUIRE(unknown.err.starts_with(rule));
    std::vector<std::string> names;
    for (std::string rest = unknown.err.substr(rule.size()); !rest.empty();) {
        const std::size_t end = rest.find_first_of(", \n");
        if (end != 0) names.push_back(rest.substr(0, end));
        rest.erase(0, end == std::string::npos ? end : end + 1);
    }
    json first;
    for (const std::string& arch : names) {
        for (const char* threads : {"1", "3"}) {
            const auto result = run(folder, {"verify", file, "--json", "--method", "tree", "--threads", threads},
                                    {.input = "", .environment = {"ELECTION_ARCH=" + arch}});
            REQUIRE(result.status == 0);
            const json found = json::parse(result.out);
            if (first.is_null()) first = found;
            CHECK(found["margin"] == first["margin"]);
        }
    }
}

TEST_CASE("a certificate is written, replayed, and refused when anything is changed") {
    const scratch folder;
    const std::string code = generated(folder, "code.txt", {"bernoulli", "--n", "35", "--k", "35", "--p", "0.2"});
    const std::string other =
        generated(folder, "other.txt", {"bernoulli", "--n", "35", "--k", "35", "--p", "0.2", "--seed", "2"});
    for (const char* ties : {"abstain", "positive", "coin"}) {
        for (const char* method : {"auto", "tree"}) {
            const std::string proof = folder.path("proof.cert");
            const auto found =
                run(folder, {"verify", code, "--json", "--ties", ties, "--method", method, "--certificate", proof});
            REQUIRE(found.status == 0);
            const auto checked = run(folder, {"check", code, proof, "--require-proof", "--json"});
            CHECK(checked.status == 0);
            CHECK(json::parse(checked.out)["optimality"] == "proved");
            CHECK(json::parse(checked.out)["witness"] == "confirmed");
            CHECK(run(folder, {"check", other, proof}).status == 2);
            std::string text = scratch::read(proof);
            text[text.size() / 2] = text[text.size() / 2] == '1' ? '2' : '1';
            CHECK(run(folder, {"check", code, folder.file("bad.cert", text)}).status == 2);
        }
    }
}

TEST_CASE("both answers to a question about liars have a certificate") {
    const scratch folder;
    const std::string code = generated(folder, "code.txt", {"deterministic", "--n", "45", "--b", "4"});
    const std::string proof = folder.path("proof.cert");
    CHECK(run(folder, {"verify", code, "--tolerates", "4", "--certificate", proof}).status == 0);
    CHECK(run(folder, {"check", code, proof, "--require-proof"}).status == 0);
    CHECK(run(folder, {"verify", code, "--tolerates", "5", "--certificate", proof}).status == 1);
    CHECK(run(folder, {"check", code, proof, "--require-proof"}).status == 0);
}

TEST_CASE("a time limit leaves bounds on the margin") {
    const scratch folder;
    const std::string code = endless_code(folder);
    for (const auto& stopped :
         {run(folder, {"verify", code, "--json"}, {.input = "", .environment = {}, .signal_after_seconds = 0.5}),
          run(folder, {"verify", code, "--json", "--time-limit", "0.3"})}) {
        CHECK(stopped.status == 3);
        const json found = json::parse(stopped.out);
        CHECK(found["exact"] == false);
        CHECK(found["tolerance"].is_null());
        CHECK(found["messages"].is_null());
        CHECK(found["nodes"] > 0);
        CHECK(found["margin_lower"] < found["margin"]);
        CHECK(found["margin_lower"] >= -255);
        CHECK(run(folder, {"check", code, folder.file("claim.json", stopped.out)}).status == 0);
    }
}

TEST_CASE("a signal stops every method, whether or not it writes a certificate") {
    const scratch folder;
    const std::string hard = endless_code(folder);
    const std::string plain = generated(folder, "plain.txt", {"bernoulli", "--n", "200", "--k", "24", "--p", "0.35"});
    const std::vector<std::vector<std::string>> runs{
        {"verify", hard, "--method", "exhaustive"},
        {"verify", hard, "--method", "tree"},
        {"verify", hard, "--certificate", folder.path("proof")},
        {"verify", hard, "--method", "exhaustive", "--certificate", folder.path("proof")},
        {"verify", plain, "--method", "reference"},
    };
    for (const std::vector<std::string>& words : runs) {
        CAPTURE(words);
        CHECK(run(folder, words, {.input = "", .environment = {}, .signal_after_seconds = 0.5}).status == 3);
    }
}

TEST_CASE("other models, as the definition says") {
    const scratch folder;
    const std::string file = folder.file("code.txt", "1100\n0110\n0011\n1111\n1001\n");
    const auto code = election::read_matrix(file);
    election::exact_model model;
    const auto margin = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"verify", file, "--json"});
        const auto result = run(folder, words);
        CHECK(result.status == 0);
        return json::parse(result.out)["margin"].get<int>();
    };
    model.alphabet = election::sign_alphabet::ternary;
    CHECK(margin({"--alphabet", "ternary"}) == election::verify_model_reference(code, model).margin);
    model = {};
    model.weights = {1, 2, 3, 0, 1};
    CHECK(margin({"--weights", "1,2,3,0,1"}) == election::verify_model_reference(code, model).margin);
    model = {};
    model.liars = {3};
    CHECK(margin({"--liar-set", "3"}) == election::verify_model_reference(code, model).margin);
    model = {};
    model.may_lose = {0, 2};
    model.corrupted = 1;
    CHECK(margin({"--may-lose", "0,2", "--corrupted", "1"}) == election::verify_model_reference(code, model).margin);
}

TEST_CASE("a certificate never replaces the code") {
    const scratch folder;
    const std::string file = folder.file("code.txt", "110\n011\n111\n");
    CHECK(run(folder, {"verify", file, "--certificate", file}).status == 2);
    CHECK(scratch::read(file) == "110\n011\n111\n");
}

TEST_CASE("a certificate of another model says so, and is replayed") {
    const scratch folder;
    const std::string file = folder.file("code.txt", "1100\n0110\n0011\n1111\n1001\n");
    const std::string proof = folder.path("proof.cert");
    for (const auto& [options, line] : std::vector<std::pair<std::vector<std::string>, std::string>>{
             {{"--alphabet", "ternary"}, "alphabet ternary"},
             {{"--weights", "1,2,3,0,1"}, "weights 1,2,3,0,1"},
             {{"--liar-set", "3,0"}, "liars 0,3"},
             {{"--may-lose", "2,0", "--corrupted", "1"}, "may-lose 0,2;corrupted 1"},
             {{"--corrupted", "1", "--alphabet", "ternary", "--ties", "positive"}, "alphabet ternary;corrupted 1"}}) {
        std::vector<std::string> words{"verify", file, "--certificate", proof};
        words.insert(words.end(), options.begin(), options.end());
        REQUIRE(run(folder, words).status == 0);
        const auto checked = run(folder, {"check", file, proof, "--require-proof"});
        CHECK(checked.status == 0);
        const json object = json::parse(run(folder, {"check", file, proof, "--json"}).out);
        CHECK(checked.out == "claim: margin " + object["margin"].dump() + ", ties " + object["ties"].get<std::string>() +
                                 "\nmodel: " + line + "\nwitness: confirmed\noptimality: proved\n");
        CHECK(object.contains("alphabet"));
    }
}

TEST_CASE("a search goes on from its checkpoint, and from no other") {
    const scratch folder;
    const std::string code = generated(folder, "code.txt", {"bernoulli", "--n", "37", "--k", "41", "--p", "0.45"});
    const json whole = json::parse(run(folder, {"verify", code, "--json", "--method", "tree", "--threads", "1"}).out);
    const std::string file = folder.path("search.txt");
    const std::vector<std::string> words{"verify", code,           "--json", "--method",           "tree", "--threads",
                                         "1",      "--checkpoint", file,     "--checkpoint-every", "0.05"};
    json found;
    std::string stopped; // the last file
    int stops = 0;
    for (; stops < 400; ++stops) {
        std::vector<std::string> piece = words;
        // At least a quarter of the whole time, so that a busy machine comes to an end, and a quick one stops.
        piece.insert(piece.end(), {"--time-limit", std::to_string(0.01 + whole["seconds"].get<double>() / 4)});
        const auto result = run(folder, piece);
        REQUIRE((result.status == 0 || result.status == 3));
        found = json::parse(result.out);
        if (stops > 0) CHECK(result.err.find("going on from") != std::string::npos);
        if (result.status == 0) break;
        stopped = scratch::read(file);
        CHECK(found["margin_lower"] <= whole["margin"]);
        CHECK(found["margin"] >= whole["margin"]);
    }
    CHECK(stops >= 1);
    CHECK(found["exact"] == true);
    CHECK(found["margin"] == whole["margin"]);
    CHECK(!std::filesystem::exists(file)); // it is done
    (void)folder.file("search.txt", stopped);
    const std::string other =
        generated(folder, "other.txt", {"bernoulli", "--n", "37", "--k", "41", "--p", "0.45", "--seed", "9"});
    std::vector<std::string> wrong = words;
    wrong[1] = other;
    const auto refused = run(folder, wrong);
    CHECK(refused.status == 2);
    CHECK(refused.out.empty());
    std::string text = stopped;
    text[text.size() / 3] = text[text.size() / 3] == '1' ? '2' : '1';
    (void)folder.file("search.txt", text);
    CHECK(run(folder, words).status == 2);
}

TEST_CASE("a checkpoint that can no longer be written is said once, and the search goes on") {
    const scratch folder;
    const std::string code = endless_code(folder);
    const std::filesystem::path inner = folder.path("inner");
    std::filesystem::create_directory(inner);
    const std::string file = (inner / "search.txt").string();
    election_test::run_options options;
    options.meanwhile = [&](pid_t child) {
        while (!std::filesystem::exists(file) && election_test::is_running(child)) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        std::filesystem::remove_all(inner);
    };
    const auto result = run(folder,
                            {"verify", code, "--json", "--method", "tree", "--time-limit", "2", "--checkpoint", file,
                             "--checkpoint-every", "0.05"},
                            options);
    CHECK(result.status == 3);
    CHECK(json::parse(result.out)["margin_lower"] >= -255);
    CHECK(result.err.starts_with("election: --checkpoint: " + file + ": cannot be written"));
    CHECK(result.err.ends_with("; the search goes on\n"));
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
}

TEST_CASE("a search that is done leaves files of others alone") {
    const scratch folder;
    const std::string code = generated(folder, "code.txt", {"deterministic", "--n", "5", "--b", "1"});
    const std::string file = folder.file("search.txt", "mine\n");
    CHECK(run(folder, {"verify", code, "--checkpoint", file}).status == 0); // settled before there is a tree
    CHECK(scratch::read(file) == "mine\n");
}

TEST_CASE("liars that are given are in the words of an answer") {
    const scratch folder;
    const std::string file = folder.file("code.txt", "111\n111\n111\n111\n111\n");
    const auto said = [&](const std::string& liars, const std::string& asked) {
        const auto result = run(folder, {"verify", file, "--liar-set", liars, "--tolerates", asked});
        return result.out.substr(0, result.out.find('\n'));
    };
    CHECK(said("0", "0") == "Yes: right in every election when nobody lies beside the given liars.");
    CHECK(said("0,1,2", "0") == "No: errs even when nobody lies beside the given liars.");
    CHECK(said("0", "1") == "Yes: tolerates 1 lying worker beside the given liars.");
    CHECK(said("0", "2") == "No: does not tolerate 2 lying workers beside the given liars.");
}

TEST_CASE("a method that was asked for and cannot do it says so in one line") {
    const scratch folder;
    const std::string code = generated(folder, "code.txt", {"bernoulli", "--n", "63", "--k", "63", "--p", "0.3"});
    CHECK(run(folder, {"verify", code, "--method", "symmetric"}).err ==
          "election: --method: symmetric needs a code with more symmetries, or fewer partitions; take auto or tree\n");
    const std::string windows = generated(folder, "windows.txt", {"cyclic", "--n", "320", "--k", "320", "--weight", "40"});
    const auto result = run(folder, {"verify", windows, "--method", "circulant", "--json"});
    CHECK(result.status == 3);
    CHECK(json::parse(result.out)["messages"].is_null());
    CHECK(result.err.starts_with("election: windows: given up after "));
    CHECK(result.err.ends_with(", the tables are too large; take tree\n"));
}

TEST_CASE("symmetries that no map a*j + s is: found by nauty, or missed in so many words") {
    const scratch folder;
    // Quadratic residues modulo 19, the columns in another order.
    std::string text;
    for (int i = 0; i < 19; ++i) {
        std::string row(19, '0');
        for (int j = 1; j < 19; ++j) row[static_cast<std::size_t>((i + j * j) % 19)] = '1';
        std::swap(row[0], row[5]);
        std::swap(row[1], row[7]);
        std::swap(row[2], row[12]);
        text += row + '\n';
    }
    const std::string file = folder.file("code.txt", text);
    const auto result = run(folder, {"verify", file, "--method", "symmetric", "--explain", "--json"});
    CHECK(result.status == 0);
    const json found = json::parse(result.out);
    CHECK(found["margin"] == -5);
    int lines = 0;
    for (const json& reason : found["reasons"]) {
        if (reason == "symmetries: 171 by nauty, the maps j to a*j + s are 1" ||
            reason == "symmetries: no map j to a*j + s is one; a program built with nauty would look for others") {
            ++lines;
        }
    }
    CHECK(lines == 1);
    const auto quick = run(folder, {"verify", file, "--explain"}); // it would not matter
    CHECK(quick.out.find("nauty") == std::string::npos);
}
