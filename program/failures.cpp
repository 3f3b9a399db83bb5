// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include <election/codes/packed_allocation.hpp>
#include <election/core/parallel.hpp>
#include <election/exact/all_failures.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/verify_exact.hpp>
#include <election/verify/verdict.hpp>

#include "commands.hpp"
#include "environment.hpp"
#include "exact_models.hpp"
#include "files.hpp"
#include "kernels/kernels.hpp"
#include "table.hpp"
#include "terminal.hpp"

namespace election::program {
namespace {

constexpr std::int64_t most_threads = 1024;
constexpr std::int64_t most_listed = 1'000'000'000;
constexpr std::size_t listed_by_default = 20;
constexpr double longest_seconds = 1e9;

void declare(command_line& line) {
    line.usage("FILE [--ties POLICY] [--limit N] [--up-to-symmetry] [options]")
        .chapter("DESCRIPTION",
                 R"(Finds the smallest margin of a code, as "election verify" does, and then counts all
nearest elections that have it, exactly, and lists them in order: + before 0 before -, the first partition first. Nearest elections are
those in which as few partitions as possible have the sign that most have (with zeros: in which the sum is as near to 0 as it can be).

An election is its message. Weights and liars make other elections worst, but no more of them. With corrupted
partitions several messages lead to the same reports, and what to count is not clear: these are refused.

Both truths count. Where ties treat both signs alike (abstain and coin), every election comes with its
mirror image.

With --up-to-symmetry, elections that only differ by a symmetry of the code are listed once, by the first of them, with
the number that there are. Symmetries that are looked for are exchanges of two partitions, the maps j to a*j+s modulo the number of
partitions, and the mirror image. That is for binary messages.)")
        .argument("FILE", "The code: one worker a line, 0 or 1 for every partition. \"-\" is standard input.")
        .option("--ties", "POLICY", "must be abstain, positive, negative or coin",
                "How a worker votes whose partitions are split evenly, and one without partitions: abstain (the default), "
                "positive, negative, or coin (which counts as wrong).")
        .option("--limit", "N", "must be a whole number from 0 to 1000000000",
                "List at most N elections, 20 by default. The count is of all.")
        .flag("--up-to-symmetry", "List elections that symmetries make of one another once.");
    declare_exact_model(line, false);
    line.option("--time-limit", "S", "must be a number of seconds above 0 and up to 1000000000",
                "Stop after S seconds and print what is known, with status 3 if that is not all.")
        .option("--threads", "T", "must be a whole number from 1 to 1024",
                "Threads of the search for the margin, and of enumerations. By default as many as there are processors that "
                "this "
                "process may use.")
        .option("--format", "FORMAT", format_rule(), "The format of FILE. By default it follows from the extension.")
        .flag("--json", "Print one JSON object instead of text.")
        .chapter("JSON", R"(workers, partitions, ties, margin (the smallest), margin_lower (proved: no election has a smaller one), tolerance (-1 if the code errs with
no liar; null with --weights), exact (whether margin and count are final; if not, margin is the worst seen and count a lower bound), count
(elections with that margin, a decimal string, since it may have hundreds of digits), complete (whether failures has all of them, or one
of each kind), failures (a list: message, one sign a partition; votes, +, -, and 0 for a worker that is tied; orbit, how many
elections it stands for, a decimal string: 1 without --up-to-symmetry), method (that counted: tree, frontier, exhaustive or symmetric), nodes (of
search trees, states of tables, elections that were enumerated), seconds; with a model of its own (--alphabet, --weights, --liar-set,
--may-lose) also alphabet, weights, liar_set, may_lose, corrupted_partitions (0). Before the margin
is known tolerance, count and method are null and failures is empty.)")
        .chapter("EXIT STATUS", R"( 0  margin and count are final
 2  bad use or bad input
 3  stopped by a limit or a signal before that; what is known is printed)")
        .chapter("SIGNALS", R"(SIGINT (Ctrl-C) and SIGTERM stop the search and print what is known so far. A
second one ends the program at once.)")
        .chapter("ENVIRONMENT", R"( ELECTION_ARCH  instruction set: word64, sse2, avx2, avx512 or neon. By default
                the best that the processor has.
 NO_COLOR       if set, no colours are used.)")
        .chapter("EXAMPLES", R"( election generate deterministic --n 5 --b 1 | election failures -
 election generate paley --q 19 | election failures - --up-to-symmetry --json)");
}

struct request {
    packed_allocation code;
    exact_model model;
    failure_options listing;
    unsigned threads = 1;
    arch_id arch = arch_id::word64;
};

[[nodiscard]] request make_request(const command_line& line) {
    request asked{read_code(line.required("FILE"), chosen_format(line, "--format")), {}, {}, 1, arch_id::word64};
    asked.model = read_exact_model(line, asked.code, line.choice("--ties", tie_policy_named).value_or(tie_policy::abstain));
    if (asked.model.corrupted != 0) {
        throw bad_use("--corrupted: several messages lead to the same reports, so that these elections are not counted, "
                      "leave it away");
    }
    const auto limit = line.integer("--limit", 0, most_listed);
    asked.listing.limit = limit ? static_cast<std::size_t>(*limit) : listed_by_default;
    asked.listing.up_to_symmetry = line.has("--up-to-symmetry");
    if (asked.listing.up_to_symmetry && asked.model.alphabet == sign_alphabet::ternary) {
        throw bad_use("--up-to-symmetry: is for binary messages, leave it or --alphabet ternary away");
    }
    if (const auto seconds = line.real("--time-limit", 0, longest_seconds)) {
        if (*seconds <= 0) throw line.bad_value("--time-limit");
        asked.listing.seconds = *seconds;
    }
    asked.threads = static_cast<unsigned>(line.integer("--threads", 1, most_threads).value_or(available_threads()));
    asked.listing.threads = asked.threads;
    asked.arch = environment_arch();
    return asked;
}

/// All that was found out.
struct answer {
    exact_verdict worst;
    std::optional<failure_report> report; ///< nothing before the margin is known
    bool complete = false;                ///< whether the report lists all, or one of each orbit
    double seconds = 0;

    [[nodiscard]] bool is_final() const { return report && report->counted; }
};

[[nodiscard]] answer run(request& asked) {
    const auto start = std::chrono::steady_clock::now();
    const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
    const stop_signals signals;

    answer found;
    exact_options options;
    options.model = asked.model;
    options.threads = asked.threads;
    options.stop = signals.token();
    const bool is_limited = asked.listing.seconds <= longest_seconds;
    if (is_limited) options.time_limit = std::chrono::duration<double>(asked.listing.seconds);
    found.worst = verify_exact(asked.code, options, exact_kernels_of(asked.arch));
    if (found.worst.exact) {
        asked.listing.stop = signals.token();
        asked.listing.seconds -= elapsed();
        found.report =
            all_failures(asked.code, options.model, found.worst.margin, asked.listing, exact_kernels_of(asked.arch));
        // One is known: that of the verdict.
        if (!found.report->counted && found.report->count < big_count(1)) found.report->count = big_count(1);
        big_count listed;
        for (const failure& one : found.report->failures) listed += one.orbit;
        found.complete = found.report->counted && listed == found.report->count;
    }
    found.seconds = elapsed();
    return found;
}

void print_json(const request& asked, const answer& found) {
    nlohmann::ordered_json object;
    object["workers"] = asked.code.workers();
    object["partitions"] = asked.code.partitions();
    object["ties"] = name_of(asked.model.ties);
    object["margin"] =
        found.worst.witness.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(found.worst.margin);
    object["margin_lower"] = found.worst.margin_lower;
    object["tolerance"] =
        found.worst.tolerance ? nlohmann::ordered_json(*found.worst.tolerance) : nlohmann::ordered_json(nullptr);
    object["exact"] = found.is_final();
    object["count"] =
        found.report ? nlohmann::ordered_json(found.report->count.to_string()) : nlohmann::ordered_json(nullptr);
    object["complete"] = found.complete;
    object["failures"] = nlohmann::ordered_json::array();
    if (found.report) {
        for (const failure& one : found.report->failures) {
            nlohmann::ordered_json listed;
            listed["message"] = to_string(one.election.message);
            listed["votes"] = to_string(one.election.votes);
            listed["orbit"] = one.orbit.to_string();
            object["failures"].push_back(std::move(listed));
        }
    }
    object["method"] = found.report ? nlohmann::ordered_json(found.report->method) : nlohmann::ordered_json(nullptr);
    object["nodes"] = found.worst.nodes + (found.report ? found.report->nodes : 0);
    object["seconds"] = found.seconds;
    show_exact_model(asked.model, object);
    std::cout << object.dump() << '\n';
}

/// "14", "1,693".
[[nodiscard]] std::string grouped(const big_count& count) {
    std::string text = count.to_string();
    for (std::size_t end = text.size(); end > 3; end -= 3) text.insert(end - 3, 1, ',');
    return text;
}

[[nodiscard]] std::string headline(const answer& found) {
    if (!found.report) return "Stopped before the smallest margin was known.";
    const std::string count = grouped(found.report->count);
    const bool one = found.report->count == big_count(1);
    return (found.report->counted ? "" : "At least ") + count + (one ? " election has" : " elections have") +
           " the smallest margin, " + std::to_string(found.worst.margin) + ".";
}

void print_text(const request& asked, const answer& found) {
    const colours paint;
    std::cout << paint.bold(headline(found)) << "\n\n";
    table facts;
    facts.row("workers", std::to_string(asked.code.workers()));
    facts.row("partitions", std::to_string(asked.code.partitions()));
    facts.row("ties", std::string(name_of(asked.model.ties)));
    show_exact_model(asked.model, facts);
    if (!found.report) {
        if (!found.worst.witness.empty()) facts.row("margin", std::to_string(found.worst.margin) + "  (the worst seen)");
        facts.row("margin at least", std::to_string(found.worst.margin_lower) + "  (proved)");
    }
    if (found.worst.tolerance) facts.row("tolerance", std::to_string(*found.worst.tolerance));
    if (found.is_final()) facts.row("counted by", found.report->method);
    facts.row("seconds", rounded(found.seconds, 3));
    std::cout << facts.str();
    if (!found.report || found.report->failures.empty()) return;

    const failure_report& report = *found.report;
    std::cout << '\n'
              << (found.complete ? asked.listing.up_to_symmetry ? "One of each kind" : "All of them"
                                 : "The first " + std::to_string(report.failures.size()))
              << ", the signs of the partitions and the votes of the workers"
              << (asked.listing.up_to_symmetry ? ", with how many there are of the kind" : "") << ":\n\n";
    for (const failure& one : report.failures) {
        std::cout << "  " << to_string(one.election.message) << "   " << to_string(one.election.votes);
        if (asked.listing.up_to_symmetry) std::cout << "   " << grouped(one.orbit);
        std::cout << '\n';
    }
}

} // namespace

status failures_command(words arguments) {
    command_line line("failures", "counts and lists the worst elections of a code");
    declare(line);
    if (!line.parse(std::move(arguments), std::cout)) return status::done;
    request asked = make_request(line);
    const answer found = run(asked);
    (line.has("--json") ? print_json : print_text)(asked, found);
    return found.is_final() ? status::done : status::stopped;
}

} // namespace election::program
