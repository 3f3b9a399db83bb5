// SPDX-License-Identifier: MIT
#include "run.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/analysis/bounds.hpp>
#include <election/analysis/ensemble.hpp>
#include <nlohmann/json.hpp>

using election_test::run;
using election_test::scratch;
using nlohmann::json;

namespace {

json bound(const scratch& folder, std::vector<std::string> words) {
    words.insert(words.begin(), "bound");
    words.emplace_back("--json");
    const auto result = run(folder, words);
    CHECK(result.status == 0);
    CHECK(result.err.empty());
    return json::parse(result.out);
}

} // namespace

TEST_CASE("bound: every key, odd k") {
    const scratch folder;
    const json found = bound(folder, {"--n", "9", "--k", "9", "--b", "3"});
    CHECK(found["workers"] == 9);
    CHECK(found["partitions"] == 9);
    CHECK(found["liars"] == 3);
    CHECK(found["redundancy_lower"] == 7);
    CHECK(found["ones_lower"] == 65);
    CHECK(found["ones_lower_abstain"] == 65);
    CHECK(found["ones_lower_idle"] == 63);
    CHECK(found["equal_load_lower"] == 9);
    CHECK(found["equal_load_lower_abstain"] == 9);
    CHECK(found["max_load_lower"] == 9);
    CHECK(found["largest_share_lower"] == 1);
    CHECK(found["all_ones_rows_lower"] == 6);
    CHECK(found["never_wrong_rows_lower"] == 6);
    CHECK_FALSE(found.contains("bernoulli_failure"));
    CHECK_FALSE(found.contains("risk"));
}

TEST_CASE("bound: even n and k") {
    const scratch folder;
    const json found = bound(folder, {"--n", "8", "--k", "4", "--b", "3"});
    CHECK(found["redundancy_lower"] == 3.75);
    CHECK(found["ones_lower_idle"] == 15);
    CHECK(found["ones_lower"] == election::ones_lower(8, 4, 3));
    CHECK(found["ones_lower_abstain"] == election::ones_lower(8, 4, 3, election::tie_policy::abstain));
    CHECK(found["all_ones_rows_lower"] == 0);
    CHECK(found["never_wrong_rows_lower"] == 6);
}

TEST_CASE("bound --p and --risk: as the library says") {
    const scratch folder;
    const json found = bound(folder, {"--n", "31", "--k", "15", "--b", "2", "--p", "0.4", "--risk", "0.5"});
    const double failure = election::log_bernoulli_failure(31, 15, 2, 0.4);
    const double all = election::log_bernoulli_union(31, 15, 2, 0.4);
    CHECK(found["p"] == 0.4);
    CHECK(found["bernoulli_redundancy"].get<double>() == doctest::Approx(12.4));
    CHECK(found["bernoulli_failure"].get<double>() == doctest::Approx(std::exp(failure)).epsilon(1e-12));
    CHECK(found["bernoulli_failure_log10"].get<double>() == doctest::Approx(failure / std::log(10)).epsilon(1e-12));
    CHECK(found["bernoulli_union"].get<double>() == doctest::Approx(6435 * std::exp(failure)).epsilon(1e-12));
    CHECK(found["bernoulli_union_log10"].get<double>() == doctest::Approx(all / std::log(10)).epsilon(1e-12));
    CHECK(found["bernoulli_chernoff"].get<double>() >= found["bernoulli_failure"].get<double>());
    CHECK(found["bernoulli_hoeffding"].get<double>() >= found["bernoulli_chernoff"].get<double>());
    CHECK(found["bernoulli_right"].get<double>() + found["bernoulli_tied"].get<double>() +
              found["bernoulli_wrong"].get<double>() ==
          doctest::Approx(1));
    CHECK(found["best_p"].get<double>() <= 0.4);
    CHECK(found["best_p_failure"].get<double>() <= found["bernoulli_failure"].get<double>());
    CHECK(found["risk"] == 0.5);
    CHECK(found["p_for_risk"].get<double>() ==
          doctest::Approx(election::bernoulli_probability_for(31, 15, 2, 0.5)).epsilon(1e-12));
    CHECK(found["redundancy_for_risk"].get<double>() == doctest::Approx(31 * found["p_for_risk"].get<double>()));
    const json certain = bound(folder, {"--n", "5", "--k", "5", "--b", "1", "--p", "1"});
    CHECK(certain["bernoulli_failure"] == 0);
    CHECK(certain["bernoulli_failure_log10"].is_null());
    CHECK(certain["bernoulli_union"] == 0);
    const json idle = bound(folder, {"--n", "5", "--k", "5", "--b", "1", "--p", "0"});
    CHECK(idle["bernoulli_failure"] == 1);
    CHECK(idle["bernoulli_union"].get<double>() == doctest::Approx(10));
}

TEST_CASE("bound as text: what an even k changes, and a union bound above 1, are said") {
    const scratch folder;
    const auto odd = run(folder, {"bound", "--n", "9", "--k", "9", "--b", "1"});
    CHECK(odd.status == 0);
    CHECK(odd.out.find("  ones at least            31  (nobody idle)\n") != std::string::npos);
    CHECK(odd.out.find("  full rows at least       0  (workers that hold everything; any code)\n") != std::string::npos);
    CHECK(odd.out.find("Random codes") == std::string::npos);
    const auto even = run(folder, {"bound", "--n", "8", "--k", "8", "--b", "1", "--p", "0.5", "--risk", "0.1"});
    CHECK(even.out.find("(ties abstain: ") != std::string::npos);
    CHECK(even.out.find(", or all but one partition; any code)\n") != std::string::npos);
    CHECK(even.out.find("; says nothing)\n") != std::string::npos);
    CHECK(even.out.find("a random code tolerates 1 liar but for a risk of at most 0.1.\n") != std::string::npos);
}
