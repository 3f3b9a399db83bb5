// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <limits>
#include <numbers>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

#include <election/analysis/bounds.hpp>
#include <election/analysis/ensemble.hpp>

#include "commands.hpp"
#include "table.hpp"
#include "terminal.hpp"

namespace election::program {
namespace {

/// What random codes of one density do.
struct random_codes {
    double p = 0;
    vote_law law; ///< one worker in a nearest election
    double log_failure = 0;
    double log_union = 0;
    double log_chernoff = 0;
    double hoeffding = 0;
    double best_p = 0;
    double log_best_failure = 0;
};

/// How dense a random code must be for a risk.
struct density {
    double risk = 0;
    double p = 0;
};

struct request {
    std::size_t workers = 0;
    std::size_t partitions = 0;
    std::size_t liars = 0;
    std::size_t max_load = 0; ///< what the busiest worker holds at least
    std::optional<random_codes> random;
    std::optional<density> needed;
};

[[nodiscard]] random_codes measure(const request& asked, double p) {
    const auto [n, k, b] = std::tuple(asked.workers, asked.partitions, asked.liars);
    random_codes found;
    found.p = p;
    found.law = bernoulli_law(k, k / 2 + 1, p);
    found.log_failure = log_bernoulli_failure(n, k, b, p);
    found.log_union = log_bernoulli_union(n, k, b, p);
    found.log_chernoff = log_chernoff_failure(found.law, n, b);
    found.hoeffding = hoeffding_failure(found.law, n, b);
    found.best_p = p > 0 ? best_bernoulli_probability(n, k, b, p) : 0;
    found.log_best_failure = log_bernoulli_failure(n, k, b, found.best_p);
    return found;
}

[[nodiscard]] double log10_of(double natural) { return natural / std::numbers::ln10; }

/// The fewest ones with idle workers, from the redundancy.
[[nodiscard]] std::size_t ones_with_idle(const request& asked) {
    const auto ones = redundancy_lower(asked.partitions, asked.liars) * static_cast<double>(asked.partitions);
    return static_cast<std::size_t>(std::llround(ones)); // a whole number for even k too
}

void print_json(const request& asked) {
    const auto [n, k, b] = std::tuple(asked.workers, asked.partitions, asked.liars);
    nlohmann::ordered_json object;
    object["workers"] = n;
    object["partitions"] = k;
    object["liars"] = b;
    object["redundancy_lower"] = redundancy_lower(k, b);
    object["ones_lower"] = ones_lower(n, k, b);
    object["ones_lower_abstain"] = ones_lower(n, k, b, tie_policy::abstain);
    object["ones_lower_idle"] = ones_with_idle(asked);
    object["equal_load_lower"] = equal_load_lower(n, k, b);
    object["equal_load_lower_abstain"] = equal_load_lower(n, k, b, tie_policy::abstain);
    object["max_load_lower"] = asked.max_load;
    object["largest_share_lower"] = static_cast<double>(asked.max_load) / static_cast<double>(k);
    object["all_ones_rows_lower"] = k % 2 == 1 ? full_rows_lower(n, k, b) : 0;
    object["never_wrong_rows_lower"] = full_rows_lower(n, k, b);
    if (asked.random) {
        const random_codes& random = *asked.random;
        object["p"] = random.p;
        object["bernoulli_redundancy"] = random.p * static_cast<double>(n);
        object["bernoulli_right"] = random.law.right;
        object["bernoulli_tied"] = random.law.tied;
        object["bernoulli_wrong"] = random.law.wrong;
        object["bernoulli_failure"] = std::exp(random.log_failure);
        object["bernoulli_failure_log10"] = log10_of(random.log_failure);
        object["bernoulli_union"] = std::exp(random.log_union);
        object["bernoulli_union_log10"] = log10_of(random.log_union);
        object["bernoulli_chernoff"] = std::exp(random.log_chernoff);
        object["bernoulli_hoeffding"] = random.hoeffding;
        object["best_p"] = random.best_p;
        object["best_p_failure"] = std::exp(random.log_best_failure);
    }
    if (asked.needed) {
        object["risk"] = asked.needed->risk;
        object["p_for_risk"] = asked.needed->p;
        object["redundancy_for_risk"] = asked.needed->p * static_cast<double>(n);
    }
    std::cout << object.dump() << '\n';
}

/// A probability from its logarithm, also where it is too small or too large for a double.
[[nodiscard]] std::string probability_in_words(double natural) {
    if (std::isinf(natural)) return natural < 0 ? "0" : "inf";
    const double value = std::exp(natural);
    if (value > 1e-300 && value < 1e300) return rounded(value, 6);
    return "10^" + rounded(log10_of(natural), 6);
}

void print_text(const request& asked) {
    const auto [n, k, b] = std::tuple(asked.workers, asked.partitions, asked.liars);
    const bool odd = k % 2 == 1;
    const auto both = [](std::size_t wrong, std::size_t abstain) {
        return std::to_string(wrong) + (wrong == abstain ? "" : " (ties abstain: " + std::to_string(abstain) + ")");
    };
    table facts;
    facts.row("workers", std::to_string(n));
    facts.row("partitions", std::to_string(k));
    facts.row("liars", std::to_string(b));
    facts.row("redundancy at least",
              rounded(redundancy_lower(k, b), 6) + "  (" + std::to_string(ones_with_idle(asked)) + " ones; any code)");
    facts.row("ones at least", both(ones_lower(n, k, b), ones_lower(n, k, b, tie_policy::abstain)) + "  (nobody idle)");
    facts.row("equal loads at least", both(equal_load_lower(n, k, b), equal_load_lower(n, k, b, tie_policy::abstain)) +
                                          "  (everybody holds as much)");
    facts.row("largest load at least", std::to_string(asked.max_load) + " of " + counted(k, "partition") + "  (any code)");
    facts.row("largest share at least", rounded(static_cast<double>(asked.max_load) / static_cast<double>(k), 4));
    facts.row("full rows at least", std::to_string(full_rows_lower(n, k, b)) + "  (workers that hold everything" +
                                        (odd ? "" : ", or all but one partition") + "; any code)");
    std::cout << facts.str();
    if (asked.random) {
        const random_codes& random = *asked.random;
        table random_facts;
        random_facts.row("p", rounded(random.p, 6) + "  (redundancy " + rounded(random.p * static_cast<double>(n), 6) +
                                  " on average)");
        random_facts.row("votes", rounded(random.law.right, 6) + " right, " + rounded(random.law.tied, 6) + " tied, " +
                                      rounded(random.law.wrong, 6) + " wrong");
        random_facts.row("failure", probability_in_words(random.log_failure) + "  (one nearest election, exact)");
        random_facts.row("Chernoff's bound", probability_in_words(random.log_chernoff));
        random_facts.row("Hoeffding's bound", rounded(random.hoeffding, 6));
        random_facts.row("union bound", probability_in_words(random.log_union) + "  (any nearest election" +
                                            (random.log_union > 0 ? "; says nothing" : "") + ")");
        if (random.best_p < random.p) {
            random_facts.row("better p", rounded(random.best_p, 6) + "  (failure " +
                                             probability_in_words(random.log_best_failure) + ")");
        }
        std::cout << "\nRandom codes, every entry 1 with probability p; ties abstain:\n\n" << random_facts.str();
    }
    if (asked.needed) {
        std::cout << "\nFrom p = " << rounded(asked.needed->p, 6) << " (redundancy "
                  << rounded(asked.needed->p * static_cast<double>(n), 6) << " on average) a random code tolerates "
                  << counted(b, "liar") << " but for a risk of at most " << rounded(asked.needed->risk, 6) << ".\n";
    }
}

} // namespace

status bound_command(words arguments) {
    const std::string whole = "must be a whole number from 0 to " + std::to_string(std::numeric_limits<std::int64_t>::max());
    command_line line("bound", "lower bounds on cost, and how often random codes fail");
    line.usage("--n N --k K --b B [--p P] [--risk R] [--json]")
        .chapter(
            "DESCRIPTION",
            "Prints lower bounds that hold for every code of this size that tolerates B liars, whoever finds it: on its "
            "redundancy, its ones, its loads, and on the workers that hold everything. With --p it says how "
            "often a random code, whose entries are 1 with probability P, fails. The proofs are in docs/bounds.md.")
        .option("--n", "N", whole, "Workers, 1 to 1000000.")
        .option("--k", "K", whole, "Partitions, 1 to 10000.")
        .option("--b", "B", whole, "Liars, fewer than half of the workers.")
        .option("--p", "P", "must be 0 to 1", "Also the failures of random codes: every entry is 1 with probability P.")
        .option("--risk", "R", "must be a number above 0 and up to 1",
                "Also the least p from which, by the union bound, a random code tolerates B liars with probability 1 - R.")
        .flag("--json", "Print one JSON object instead of text.")
        .chapter("JSON",
                 "workers, partitions, liars, redundancy_lower, ones_lower and equal_load_lower (nobody idle, ties count as "
                 "wrong), ones_lower_abstain and equal_load_lower_abstain (nobody idle, ties abstain), ones_lower_idle, "
                 "max_load_lower and largest_share_lower (any code), all_ones_rows_lower, never_wrong_rows_lower (rows that "
                 "hold all partitions, or for even K all but one). With --p: p, bernoulli_redundancy, bernoulli_right, "
                 "bernoulli_tied, bernoulli_wrong (a worker's vote), bernoulli_failure (one nearest election, worst-placed "
                 "liars, ties abstain), bernoulli_union (times the number of nearest elections of one side; may be above 1, "
                 "null where it is too large for a number), both also with _log10 (null for probability 0), "
                 "bernoulli_chernoff, bernoulli_hoeffding (upper bounds of bernoulli_failure), best_p and best_p_failure "
                 "(the p up to P that fails least). With --risk: risk, p_for_risk, redundancy_for_risk.")
        .chapter("EXIT STATUS", " 0  done\n 2  bad use")
        .chapter("EXAMPLES", " election bound --n 15 --k 15 --b 1\n election bound --n 101 --k 101 --b 3 --p 0.2 --json");
    if (!line.parse(std::move(arguments), std::cout)) return status::done;
    const auto whole_number = [&](const std::string& name) {
        (void)line.required(name);
        return static_cast<std::size_t>(*line.integer(name, 0, std::numeric_limits<std::int64_t>::max()));
    };
    request asked;
    asked.workers = whole_number("--n");
    asked.partitions = whole_number("--k");
    asked.liars = whole_number("--b");
    asked.max_load = max_load_lower(asked.workers, asked.partitions, asked.liars); // refuses what is out of range
    const auto p = line.real("--p", 0, 1);
    const auto risk = line.real("--risk", std::numeric_limits<double>::min(), 1);
    if (p) asked.random = measure(asked, *p);
    if (risk) asked.needed = density{*risk, bernoulli_probability_for(asked.workers, asked.partitions, asked.liars, *risk)};
    (line.has("--json") ? print_json : print_text)(asked);
    return status::done;
}

} // namespace election::program
