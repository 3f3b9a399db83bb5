// SPDX-License-Identifier: MIT
// check with certificates: what is proved, what is false, what is no certificate of this code.
#include "run.hpp"

#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/exact/certificate.hpp>
#include <election/io/matrix_file.hpp>
#include <election/verify/reference.hpp>
#include <nlohmann/json.hpp>
#include <support/certificate_maker.hpp>

using election_test::run;
using election_test::scratch;
using nlohmann::json;

namespace {

std::string text_of(const election::certificate& proof) {
    std::ostringstream file;
    election::write_certificate(file, proof);
    return file.str();
}

std::string text_of(const election::packed_allocation& code) {
    std::ostringstream file;
    election::write_matrix(file, code, election::matrix_format::text);
    return file.str();
}

} // namespace

TEST_CASE("check replays a certificate: what is proved, and what is false") {
    const scratch folder;
    std::mt19937 random(1);
    const election::packed_allocation code(election::deterministic(9, 1));
    const std::string file = folder.file("code.txt", text_of(code));
    const std::string witness = election::to_string(election::verify_reference(code).witness);
    const auto made = [&](election::margin_claim claim, int margin, const std::string& shown) {
        return text_of(election_test::made_certificate(code, election::tie_policy::abstain, claim, margin, shown, random));
    };
    using election::margin_claim;

    const std::string exact = made(margin_claim::exactly, 3, witness);
    const std::string certificate = folder.file("exact.cert", exact);
    const auto proved = run(folder, {"check", file, certificate, "--require-proof"});
    CHECK(proved.status == 0);
    CHECK(proved.err.empty());
    CHECK(proved.out == "claim: margin 3, ties abstain\nwitness: confirmed\noptimality: proved\n");
    CHECK(run(folder, {"check", file, certificate, "--json"}).out ==
          R"({"claim":"exactly","margin":3,"ties":"abstain","witness":"confirmed","optimality":"proved","refutations":[]})"
          "\n");
    CHECK(run(folder, {"check", file, "-", "--require-proof"}, {exact, {}}).out == proved.out);
    CHECK(run(folder, {"check", "-", certificate}, {text_of(code), {}}).out == proved.out);

    const auto check = [&](const std::string& text) {
        return run(folder, {"check", file, folder.file("some.cert", text), "--require-proof"});
    };
    const auto yes = check(made(margin_claim::at_least, 3, ""));
    CHECK(yes.status == 0);
    CHECK(yes.out == "claim: margin at least 3, ties abstain\nwitness: absent\noptimality: proved\n");
    const auto no = check(made(margin_claim::at_most, 4, witness));
    CHECK(no.status == 0);
    CHECK(no.out == "claim: margin at most 4, ties abstain\nwitness: confirmed\noptimality: not claimed\n");
    const json object = json::parse(
        run(folder, {"check", file, folder.file("no.cert", made(margin_claim::at_most, 4, witness)), "--json"}).out);
    CHECK((object["claim"] == "at most" && object["margin"] == 4 && object["optimality"] == "not claimed"));
    const auto forged = check(made(margin_claim::at_most, 2, witness));
    CHECK(forged.status == 1);
    CHECK(forged.out == "claim: margin at most 2, ties abstain\nwitness: wrong\noptimality: not proved by this file\n"
                        "refuted: line 5: the witness has margin 3\n");

    // A claim of one more, with the same proof: the witness is not worth it, nor the proof.
    election::certificate lifted =
        election_test::made_certificate(code, election::tie_policy::abstain, margin_claim::exactly, 3, witness, random);
    lifted.margin = 5;
    const auto refuted = run(folder, {"check", file, folder.file("lifted.cert", text_of(lifted)), "--json"});
    CHECK(refuted.status == 1);
    const json answer = json::parse(refuted.out);
    CHECK(answer["witness"] == "wrong");
    CHECK(answer["optimality"] == "refuted");
    CHECK(answer["refutations"] ==
          json{"line 5: the witness has margin 3", "line 6: so much loss does not show the margin that is claimed"});
}

TEST_CASE("check says of an enumeration whether all of it was done again") {
    const scratch folder;
    const election::packed_allocation code(election::deterministic(9, 1));
    const std::string file = folder.file("code.txt", text_of(code));
    const std::string proof = folder.path("proof.cert");
    for (const char* method : {"exhaustive", "symmetric"}) {
        CHECK(run(folder, {"verify", file, "--method", method, "--certificate", proof}).status == 0);
        const auto whole = run(folder, {"check", file, proof, "--require-proof"});
        CHECK(whole.status == 0);
        CHECK(whole.out == "claim: margin 3, ties abstain\nwitness: confirmed\noptimality: proved\n");
        const auto some = run(folder, {"check", file, proof, "--sample", "1000", "--seed", "7"});
        CHECK(some.status == 0);
        CHECK(some.out ==
              "claim: margin 3, ties abstain\nwitness: confirmed\noptimality: sampled\n"
              "sample: of the elections that were enumerated 1000 of each truth were drawn at random, and none is "
              "worse; if more than a fraction of 0.00299 were, this would have shown with probability 0.95; "
              "--require-proof enumerates all\n");
        CHECK(run(folder, {"check", file, proof, "--sample", "1000", "--require-proof"}).status == 1);
        const auto object = json::parse(run(folder, {"check", file, proof, "--sample", "1000", "--json"}).out);
        CHECK(object["optimality"] == "sampled");
        CHECK(object["samples"] == 1000);
        CHECK(object["undetected"].get<double>() > 0.0029);
    }
}

TEST_CASE("check says what a verdict claims") {
    const scratch folder;
    const std::string file = folder.file("code.txt", "111\n111\n111\n");
    const auto first_line = [&](const std::string& rest) {
        const std::string claim =
            folder.file("claim.json", R"({"workers":3,"partitions":3,"ties":"coin","exact":)" + rest + "}");
        const auto result = run(folder, {"check", file, claim});
        return result.out.substr(0, result.out.find('\n'));
    };
    CHECK(first_line(R"(true,"margin":3)") == "claim: margin 3, ties coin");
    CHECK(first_line(R"(false,"margin":3,"margin_lower":1)") == "claim: margin at most 3, ties coin");
    CHECK(first_line(R"(false,"margin_lower":1)") == "claim: margin at least 1, ties coin");
    CHECK(first_line("false") == "witness: absent");
    const std::string none = folder.file("claim.json", R"({"workers":3,"partitions":3,"ties":"coin","exact":false})");
    CHECK(json::parse(run(folder, {"check", file, none, "--json"}).out)["claim"].is_null());
}

TEST_CASE("check confirms what verify says of other models, and refutes every field that is changed") {
    const scratch folder;
    const std::string file = folder.file("code.txt", "10000\n01110\n11111\n11111\n11111\n");
    struct change {
        const char* key;
        json value;
        int status;
    };
    struct question {
        std::vector<std::string> options;
        const char* model; ///< the line that check prints
        std::vector<change> changes;
    };
    for (const question& asked :
         {question{{"--alphabet", "ternary", "--ties", "coin"},
                   "alphabet ternary",
                   {{"alphabet", "binary", 1},
                    {"alphabet", nullptr, 1},
                    {"ties", "abstain", 1},
                    {"witness", "++-00", 1},
                    {"witness", "00000", 1},
                    {"truth", "-", 1}}},
          question{{"--weights", "1,9,2,2,2"},
                   "weights 1,9,2,2,2",
                   {{"weights", {1, 8, 2, 2, 2}, 1},
                    {"weights", json::array(), 1},
                    {"margin", 0, 1},
                    {"margin_lower", 3, 1},
                    {"tolerance", 0, 1}}},
          question{{"--liar-set", "4,3"},
                   "liars 3,4",
                   {{"liar_set", json::array(), 1}, {"liar_set", {3}, 1}, {"tolerance", 1, 1}, {"tolerance", nullptr, 1}}},
          question{{"--may-lose", "3,1"}, "may-lose 1,3", {{"may_lose", {1, 2}, 1}, {"witness_votes", "-++++", 1}}},
          question{{"--corrupted", "1"},
                   "corrupted 1",
                   {{"corrupted_partitions", 0, 1},
                    {"corrupted", json::array(), 1},
                    {"corrupted", {0, 1, 2, 3, 4}, 1},
                    {"reported", "+++++", 1},
                    {"reported", nullptr, 1},
                    {"reported", "", 1},
                    {"witness", nullptr, 1}}}}) {
        CAPTURE(asked.model);
        std::vector<std::string> words{"verify", file, "--json"};
        words.insert(words.end(), asked.options.begin(), asked.options.end());
        const auto found = run(folder, words);
        CHECK(found.status == 0);
        const json honest = json::parse(found.out);
        CHECK(honest["messages"].is_null()); // nobody counts these
        const auto check = [&](const json& claim, const char* more) {
            return run(folder, {"check", file, folder.file("claim.json", claim.dump()), more});
        };
        const auto confirmed = run(folder, {"check", file, folder.file("claim.json", found.out)});
        CHECK(confirmed.status == 0);
        CHECK(confirmed.out == "claim: margin " + honest["margin"].dump() + ", ties " + honest["ties"].get<std::string>() +
                                   "\nmodel: " + asked.model +
                                   "\nwitness: confirmed\noptimality: not proved by this file\n");
        CHECK(check(honest, "--require-proof").status == 1);
        const json answer = json::parse(check(honest, "--json").out);
        CHECK(answer["alphabet"] == honest["alphabet"]);
        CHECK(answer["weights"] == honest["weights"]);
        CHECK(answer["corrupted_partitions"] == honest["corrupted_partitions"]);
        for (const change& c : asked.changes) {
            CAPTURE(c.key);
            CAPTURE(c.value.dump());
            json tampered = honest;
            tampered[c.key] = c.value;
            const auto caught = check(tampered, "--json");
            CHECK(caught.status == c.status);
            CHECK(!json::parse(caught.out)["refutations"].empty());
        }
    }
}

TEST_CASE("check says in one line what is wrong with a claim's model") {
    const scratch folder;
    const std::string file = folder.file("code.txt", "110\n011\n");
    const auto refused = [&](const std::string& fields) {
        const std::string claim =
            folder.file("claim.json", R"({"workers":2,"partitions":3,"ties":"coin","exact":false,)" + fields + "}");
        const auto result = run(folder, {"check", file, claim});
        CHECK(result.status == 2);
        CHECK(result.out.empty());
        const std::string begin = "election: " + claim + ": ";
        CHECK(result.err.substr(0, begin.size()) == begin);
        return result.err.substr(begin.size());
    };
    CHECK(refused(R"("alphabet":"greek")") == "\"alphabet\" must be binary or ternary\n");
    CHECK(refused(R"("alphabet":3)") == "\"alphabet\" must be a string\n");
    const std::string weights = "\"weights\" must be a list of whole numbers from 0 to 2147483647\n";
    CHECK(refused(R"("weights":3)") == weights);
    CHECK(refused(R"("weights":[1,-1])") == weights);
    CHECK(refused(R"("weights":[1,"1"])") == weights);
    CHECK(refused(R"("weights":[1,1.5])") == weights);
    CHECK(refused(R"("weights":[1,2147483648])") == weights);
    CHECK(refused(R"("weights":[1,2147483647])") == "\"weights\" must be at most 2147483647 together\n");
    CHECK(refused(R"("weights":[1,1,1])") == "\"weights\" must be as many as workers, 2\n");
    CHECK(refused(R"("liar_set":[2])") == "\"liar_set\" must be a list of workers from 0 to 1\n");
    CHECK(refused(R"("liar_set":"1")") == "\"liar_set\" must be a list of workers from 0 to 1\n");
    CHECK(refused(R"("liar_set":[1,0,1])") == "\"liar_set\" must have each of its workers once\n");
    CHECK(refused(R"("may_lose":[3])") == "\"may_lose\" must be a list of partitions from 0 to 2\n");
    CHECK(refused(R"("may_lose":[2,2])") == "\"may_lose\" must have each of its partitions once\n");
    CHECK(refused(R"("corrupted_partitions":-1)") == "\"corrupted_partitions\" must not be negative\n");
    CHECK(refused(R"("corrupted_partitions":4)") ==
          "\"corrupted_partitions\" must be at most the number of partitions, 3\n");
    CHECK(refused(R"("truth":"0")") == "\"truth\" must be + or -\n");
    CHECK(refused(R"("reported":1)") == "\"reported\" must be a string\n");
    CHECK(refused(R"("corrupted":[9])") == "\"corrupted\" must be a list of partitions from 0 to 2\n");
}

TEST_CASE("check refuses what is no certificate of this code, or a damaged one") {
    const scratch folder;
    std::mt19937 random(2);
    const election::packed_allocation code(election::deterministic(7, 1));
    election::packed_allocation other = code;
    other.reset(6, 6);
    const std::string text = text_of(
        election_test::made_certificate(code, election::tie_policy::coin, election::margin_claim::at_least, 3, "", random));
    const std::string certificate = folder.file("good.cert", text);
    const std::string file = folder.file("code.txt", text_of(code));
    REQUIRE(run(folder, {"check", file, certificate}).status == 0);
    const auto refused = [&](const std::string& matrix, const std::string& path, const std::string& why) {
        CAPTURE(why);
        const auto result = run(folder, {"check", matrix, path});
        CHECK(result.status == 2);
        CHECK(result.out.empty());
        CHECK(result.err == "election: " + path + why + "\n");
    };
    refused(folder.file("other.txt", text_of(other)), certificate,
            ":2: the certificate is about another matrix of this size");
    refused(folder.file("small.txt", "101\n"), certificate,
            ":2: the certificate is about 7 workers and 7 partitions; the matrix has 1 and 3");
    std::string damaged = text;
    damaged[damaged.find("loss") + 5] ^= 1;
    const auto noticed = run(folder, {"check", file, folder.file("damaged.cert", damaged)});
    CHECK(noticed.status == 2);
    CHECK(noticed.err.find("the checksum is wrong: the file is damaged or was changed") != std::string::npos);
    refused(file, folder.file("words.cert", "election day\n"), ":1: must be 'election certificate 1'");
    refused(file, folder.file("cut.cert", "election certificate 1\ncode"),
            ":2: is cut off: a line must end with a line end");
    const auto piped = run(folder, {"check", file, "-"}, {"election certificate 1\n", {}});
    CHECK(piped.err == "election: standard input:1: is cut off after this line: the code must follow\n");
}
