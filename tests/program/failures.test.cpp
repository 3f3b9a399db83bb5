// SPDX-License-Identifier: MIT
#include "run.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/exact/all_failures.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/model_reference.hpp>
#include <election/io/matrix_file.hpp>
#include <election/verify/reference.hpp>
#include <nlohmann/json.hpp>

using election_test::run;
using election_test::scratch;
using nlohmann::json;

TEST_CASE("failures: every key, for every tie policy, as the library says") {
    const scratch folder;
    const std::string file = folder.file("code.txt", "1100000\n0110000\n0011000\n1111111\n0000000\n1010001\n0000111\n");
    const election::packed_allocation code = election::read_matrix(file);
    for (election::tie_policy ties : election::tie_policies) {
        const election::verdict worst = election::verify_reference(code, ties);
        for (bool up_to_symmetry : {false, true}) {
            for (std::size_t limit : {std::size_t{0}, std::size_t{3}, std::size_t{1000}}) {
                election::exact_model model;
                model.ties = ties;
                election::failure_options options;
                options.limit = limit;
                options.up_to_symmetry = up_to_symmetry;
                const auto expected = election::all_failures(code, model, worst.margin, options);
                std::vector<std::string> words{
                    "failures", file, "--json", "--ties", std::string(name_of(ties)), "--limit", std::to_string(limit)};
                if (up_to_symmetry) words.emplace_back("--up-to-symmetry");
                const auto result = run(folder, words);
                CHECK(result.status == 0);
                CHECK(result.err.empty());
                const json found = json::parse(result.out);
                CHECK(found["workers"] == 7);
                CHECK(found["partitions"] == 7);
                CHECK(found["ties"] == name_of(ties));
                CHECK(found["margin"] == worst.margin);
                CHECK(found["tolerance"] == *worst.tolerance);
                CHECK(found["exact"] == true);
                CHECK(found["count"] == expected.count.to_string());
                election::big_count listed_in_all;
                for (const auto& listed : expected.failures) listed_in_all += listed.orbit;
                CHECK(found["complete"] == (listed_in_all == expected.count));
                CHECK((limit < 1000 || found["complete"] == true));
                CHECK(found["nodes"].is_number_unsigned());
                CHECK(found["seconds"].get<double>() >= 0);
                REQUIRE(found["failures"].size() == expected.failures.size());
                for (std::size_t i = 0; i < expected.failures.size(); ++i) {
                    const json& listed = found["failures"][i];
                    CHECK(listed["message"] == election::to_string(expected.failures[i].election.message));
                    CHECK(listed["votes"] == election::to_string(expected.failures[i].election.votes));
                    CHECK(listed["orbit"] == expected.failures[i].orbit.to_string());
                }
                if (limit > 0) CHECK(found["failures"][0]["message"] == election::to_string(worst.witness)); // the first
            }
        }
    }
}

TEST_CASE("failures under other models, as the library says") {
    const scratch folder;
    const std::string file = folder.file("code.txt", "1100000\n0110000\n0011000\n1111111\n0000000\n1010001\n0000111\n");
    const election::packed_allocation code = election::read_matrix(file);
    struct asked {
        std::vector<std::string> words;
        election::exact_model model;
    };
    std::vector<asked> models(5);
    models[0].words = {"--alphabet", "ternary"};
    models[0].model.alphabet = election::sign_alphabet::ternary;
    models[1].words = {"--weights", "1,2,3,1,1,0,4"};
    models[1].model.weights = {1, 2, 3, 1, 1, 0, 4};
    models[2].words = {"--liar-set", "3,0"};
    models[2].model.liars = {3, 0};
    models[3].words = {"--may-lose", "0,2,3,6"};
    models[3].model.may_lose = {0, 2, 3, 6};
    models[4].words = {"--alphabet", "ternary", "--weights", "1,2,1,1,1,1,2", "--liar-set", "1", "--may-lose", "1,2,3,4,5"};
    models[4].model.alphabet = election::sign_alphabet::ternary;
    models[4].model.weights = {1, 2, 1, 1, 1, 1, 2};
    models[4].model.liars = {1};
    models[4].model.may_lose = {1, 2, 3, 4, 5};
    for (asked& one : models) {
        for (election::tie_policy ties : {election::tie_policy::abstain, election::tie_policy::positive}) {
            one.model.ties = ties;
            const std::int64_t margin = election::verify_model_reference(code, one.model).margin;
            const auto expected = election::all_failures(code, one.model, margin, {.limit = 50});
            std::vector<std::string> words{
                "failures", file, "--json", "--limit", "50", "--ties", std::string(name_of(ties))};
            words.insert(words.end(), one.words.begin(), one.words.end());
            const auto result = run(folder, words);
            CHECK(result.status == 0);
            CHECK(result.err.empty());
            const json found = json::parse(result.out);
            CHECK(found["margin"] == margin);
            CHECK(found["count"] == expected.count.to_string());
            CHECK(found["method"].is_string());
            CHECK(found["tolerance"].is_null() == !one.model.weights.empty());
            CHECK(found["alphabet"] == (one.model.alphabet == election::sign_alphabet::ternary ? "ternary" : "binary"));
            CHECK(found["weights"] == one.model.weights);
            CHECK(found["liar_set"] == one.model.liars);
            CHECK(found["may_lose"] == one.model.may_lose);
            REQUIRE(found["failures"].size() == expected.failures.size());
            for (std::size_t i = 0; i < expected.failures.size(); ++i) {
                CHECK(found["failures"][i]["message"] == election::to_string(expected.failures[i].election.message));
            }
        }
    }
    const auto words = run(folder, {"failures", file, "--alphabet", "ternary", "--liar-set", "2"});
    CHECK(words.out.find("  alphabet     ternary\n  liars        2  (they vote wrong") != std::string::npos);
    CHECK(words.out.find("  counted by   ") != std::string::npos);
}

TEST_CASE("failures in words") {
    const scratch folder;
    const std::string file = folder.file("code.txt", "10000\n01110\n11111\n11111\n11111\n");
    const auto all = run(folder, {"failures", file});
    CHECK(all.status == 0);
    CHECK(all.out.starts_with("14 elections have the smallest margin, 3.\n"));
    CHECK(all.out.find("tolerance    1\n") != std::string::npos);
    CHECK(all.out.find("\nAll of them, the signs of the partitions and the votes of the workers:\n\n  ++--+   +-+++\n") !=
          std::string::npos);
    CHECK(all.out.ends_with("  --++-   -+---\n"));
    const auto some = run(folder, {"failures", file, "--limit", "2"});
    CHECK(some.out.find("\nThe first 2, the signs") != std::string::npos);
    const auto none = run(folder, {"failures", file, "--limit", "0"});
    CHECK(none.out.find("signs") == std::string::npos);
    const auto kinds = run(folder, {"failures", file, "--up-to-symmetry"});
    CHECK(kinds.out.find("\nOne of each kind, ") != std::string::npos);
    const auto many =
        run(folder, {"failures", "-", "--up-to-symmetry"}, {.input = std::string(45, '1') + "\n", .environment = {}});
    CHECK(many.out.find("8,233,430,727,600") != std::string::npos); // twice 45 over 22: nobody can be fooled
    const auto one = run(folder, {"failures", "-", "--ties", "positive"}, {.input = "1\n0\n0\n", .environment = {}});
    CHECK(one.out.starts_with("1 election has the smallest margin, -1.\n"));
}

TEST_CASE("failures that are stopped say what is known") {
    const scratch folder;
    const std::string file = folder.path("code.txt");
    REQUIRE(run(folder, {"generate", "paley", "--q", "79", "-o", file}).status == 0);
    const auto late = run(folder, {"failures", file, "--time-limit", "0.2", "--json"});
    CHECK(late.status == 3);
    const json found = json::parse(late.out);
    CHECK(found["exact"] == false);
    CHECK(found["margin_lower"].is_number());
    CHECK(found["tolerance"].is_null());
    CHECK(found["count"].is_null());
    CHECK(found["complete"] == false);
    CHECK(found["failures"].empty());
    election_test::run_options interrupt;
    interrupt.signal_after_seconds = 0.3;
    const auto stopped = run(folder, {"failures", file}, interrupt);
    CHECK(stopped.status == 3);
    CHECK(stopped.out.starts_with("Stopped before the smallest margin was known.\n"));
    CHECK(stopped.out.find("(proved)") != std::string::npos);
}

TEST_CASE("failures refuses what makes no sense, in one line") {
    const scratch folder;
    const std::string file = folder.file("code.txt", "111\n");
    const auto line_of = [&](const std::vector<std::string>& words) {
        const auto result = run(folder, words);
        CHECK(result.status == 2);
        CHECK(result.out.empty());
        CHECK(std::ranges::count(result.err, '\n') == 1);
        return result.err;
    };
    CHECK(line_of({"failures"}).starts_with("election: FILE: "));
    CHECK(line_of({"failures", file, "--limit", "-1"}) ==
          "election: --limit: -1 must be a whole number from 0 to 1000000000\n");
    CHECK(line_of({"failures", file, "--time-limit", "0"}) ==
          "election: --time-limit: 0 must be a number of seconds above 0 and up to 1000000000\n");
    CHECK(line_of({"failures", file, "--ties", "maybe"}) ==
          "election: --ties: maybe must be abstain, positive, negative or coin\n");
    CHECK(run(folder, {"failures", "--help"}).out.find("--corrupted") == std::string::npos);
    CHECK(line_of({"failures", file, "--corrupted", "1"}) == "election: --corrupted: several messages lead to the same "
                                                             "reports, so that these elections are not counted, leave it "
                                                             "away\n");
    CHECK(line_of({"failures", file, "--alphabet", "ternary", "--up-to-symmetry"}) ==
          "election: --up-to-symmetry: is for binary messages, leave it or --alphabet ternary away\n");
    CHECK(line_of({"failures", file, "--liar-set", "1"}) == "election: --liar-set: 1 must be a worker from 0 to 0\n");
    CHECK(line_of({"failures", folder.path("nothing.txt")}).find("nothing.txt") != std::string::npos);
}
