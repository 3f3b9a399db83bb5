// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include <election/codes/metrics.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/parallel.hpp>
#include <election/verify/nearest.hpp>
#include <election/verify/reference.hpp>
#include <election/verify/verdict.hpp>

#include "commands.hpp"
#include "environment.hpp"
#include "files.hpp"
#include "kernels/kernels.hpp"
#include "picture.hpp"
#include "table.hpp"
#include "terminal.hpp"

namespace election::program {
namespace {

constexpr std::int64_t most_threads = 1024;
constexpr std::int64_t most_liars = 1'000'000'000;
constexpr double longest_seconds = 1e9;

enum class method { automatic, exhaustive, reference };

[[nodiscard]] std::optional<method> method_named(std::string_view name) {
    if (name == "auto") return method::automatic;
    if (name == "exhaustive") return method::exhaustive;
    if (name == "reference") return method::reference;
    return std::nullopt;
}

void declare(command_line& line) {
    line.usage("FILE [--ties POLICY] [--tolerates B] [options]")
        .chapter("DESCRIPTION",
                 R"(Finds the worst election of a code: the message of partition signs whose honest
votes have the smallest margin, correct minus wrong votes. That is the measure of the code: every lying worker can lower it by 2,
so the code tolerates b lying workers if and only if the margin exceeds 2b.

A worker votes for the sign that most of its partitions have. The truth is the
sign that most partitions have; messages with as many + as - have no truth and
are never counted. The answer comes with a witness, an election that attains the
margin, which "election check" recomputes.)")
        .argument("FILE", "The code: one worker a line, 0 or 1 for every partition. \"-\" is standard input.")
        .option("--ties", "POLICY", "must be abstain, positive, negative or coin",
                "How a worker votes whose partitions are split evenly, and one without partitions: abstain (does not "
                "vote; the default), positive (votes +), negative (votes -), or coin (a fair coin; the worst case counts "
                "it as a wrong vote).")
        .option("--tolerates", "B", "must be a whole number from 0 to 1000000000",
                "Ask only whether the code tolerates B lying workers. The exit status is 0 for yes and 1 for no, and the "
                "search ends as soon as the answer is known.")
        .option("--method", "METHOD", "must be auto, exhaustive or reference",
                "exhaustive examines every nearest election, hundreds at a time, for at most 64 partitions; reference "
                "tries every message one by one as the definition says, for at most 24 partitions; auto (the default) "
                "takes the fastest that covers the code.")
        .option("--time-limit", "S", "must be a number of seconds above 0 and up to 1000000000",
                "Stop after S seconds and print what is known, with status 3 if that is not the answer.")
        .option("--threads", "T", "must be a whole number from 1 to 1024",
                "Threads of the exhaustive method. By default as many as there are processors that this process may "
                "use. The answer does not depend on it.")
        .option("--format", "FORMAT", format_rule(), "The format of FILE. By default it follows from the extension.")
        .flag("--progress", "Show progress on standard error although it is no terminal.")
        .flag("--json", "Print one JSON object instead of text.")
        .chapter("JSON", R"(workers, partitions, ones, redundancy (ones divided by partitions), max_load,
ties, method, exact (whether margin is the smallest of all elections), margin,
margin_lower (proved: no election has a smaller margin), tolerance (-1 if the
code errs with no liar; null unless exact), witness (one sign a partition),
witness_votes (+, -, and 0 for a worker that is tied), messages (elections
examined), threads (that took part), seconds; with --tolerates also liars and tolerates (true, false, or
null when it is not known).)")
        .chapter("EXIT STATUS", R"( 0  the answer is known (with --tolerates: it is yes)
 1  with --tolerates: the answer is no
 2  bad use or bad input
 3  stopped by a limit or a signal before the answer was final; what is known
    is printed, with "exact": false)")
        .chapter("SIGNALS", R"(SIGINT (Ctrl-C) and SIGTERM stop the search and print what is known so far. A
second one ends the program at once.)")
        .chapter("ENVIRONMENT", R"( ELECTION_ARCH  instruction set of the exhaustive method: word64, sse2, avx2,
                avx512 or neon. By default the best that the processor has.
 NO_COLOR       if set, no colours are used.)")
        .chapter("EXAMPLES", R"( election generate deterministic --n 15 --b 3 -o code.txt
 election verify code.txt
 election verify code.txt --tolerates 3 && echo safe
 election verify code.txt --json > claim.json && election check code.txt claim.json
 election generate paley --q 31 | election verify - --time-limit 60)");
}

struct request {
    std::string file;
    packed_allocation code;
    verify_options options;
    method how = method::automatic;
    arch_id arch = arch_id::word64;
    bool json = false;
    bool show_progress = false;
};

/// Which method covers the code.
[[nodiscard]] method choose_method(method wanted, const std::string& file, std::size_t partitions) {
    const auto require_at_most = [&](std::size_t limit, const std::string& name, const std::string& advice) {
        if (partitions > limit) {
            throw bad_use("--method: " + name + " covers at most " + std::to_string(limit) + " partitions, " +
                          (file == "-" ? "standard input" : shown_word(file)) + " has " + std::to_string(partitions) +
                          advice);
        }
    };
    if (wanted == method::reference) {
        require_at_most(reference_max_partitions, "reference",
                        partitions <= exhaustive_max_partitions ? "; use exhaustive" : "");
        return method::reference;
    }
    require_at_most(exhaustive_max_partitions, wanted == method::automatic ? "auto" : "exhaustive", "");
    return method::exhaustive;
}

[[nodiscard]] request make_request(const command_line& line) {
    const std::string file = line.required("FILE");
    verify_options options;
    options.ties = line.choice("--ties", tie_policy_named).value_or(tie_policy::abstain);
    if (const auto liars = line.integer("--tolerates", 0, most_liars)) options.tolerates = static_cast<int>(*liars);
    options.threads = static_cast<unsigned>(line.integer("--threads", 1, most_threads).value_or(available_threads()));
    if (const auto seconds = line.real("--time-limit", 0, longest_seconds)) {
        if (*seconds <= 0) throw line.bad_value("--time-limit");
        options.time_limit = std::chrono::duration<double>(*seconds);
    }
    const method wanted = line.choice("--method", method_named).value_or(method::automatic);
    const arch_id arch = environment_arch();
    packed_allocation code = read_code(file, chosen_format(line, "--format"));
    const method how = choose_method(wanted, file, code.partitions());
    return {file, std::move(code), std::move(options), how, arch, line.has("--json"), line.has("--progress")};
}

/// Runs the reference on a thread of its own, since it can neither stop nor say how far it is. Where a limit or a signal
/// comes first, nothing is known.
[[nodiscard]] verdict run_reference(const request& asked) {
    struct shared_state {
        std::mutex mutex;
        std::condition_variable_any changed;
        std::optional<verdict> result;
        std::exception_ptr failure;
    };
    const auto state = std::make_shared<shared_state>();
    std::thread([state, code = asked.code, ties = asked.options.ties] {
        std::optional<verdict> result;
        std::exception_ptr failure;
        try {
            result = verify_reference(code, ties);
        } catch (...) {
            failure = std::current_exception();
        }
        const std::lock_guard lock(state->mutex);
        state->result = std::move(result);
        state->failure = failure;
        state->changed.notify_all();
    }).detach();

    const auto start = std::chrono::steady_clock::now();
    const std::chrono::duration<double> limit =
        asked.options.time_limit.value_or(std::chrono::duration<double>(longest_seconds));
    std::unique_lock lock(state->mutex);
    state->changed.wait_for(lock, asked.options.stop, limit, [&] { return state->result || state->failure; });
    if (state->failure) std::rethrow_exception(state->failure);
    verdict found;
    if (state->result) {
        found = std::move(*state->result);
        if (asked.options.tolerates) found.tolerates = found.margin > 2 * *asked.options.tolerates;
    } else {
        found.workers = asked.code.workers();
        found.partitions = asked.code.partitions();
        found.ties = asked.options.ties;
        found.method = "reference";
        found.margin_lower = -static_cast<int>(found.workers);
        found.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    return found;
}

/// How many elections the exhaustive method examines.
[[nodiscard]] std::uint64_t nearest_elections(const request& asked) {
    const std::size_t k = asked.code.partitions();
    return binomial(k, nearest_winners(k)) * (is_symmetric(asked.options.ties) ? 1 : 2);
}

[[nodiscard]] verdict run_exhaustive(request& asked) {
    constexpr double long_seconds = 1;
    constexpr double surely_short = 1e9; // votes: a fraction of a second even with plain words
    const bool long_perhaps =
        static_cast<double>(nearest_elections(asked)) * static_cast<double>(asked.code.workers()) > surely_short;
    const double seconds = long_perhaps ? estimated_seconds(asked.code, asked.options, asked.arch) : 0;
    if (seconds > long_seconds) {
        std::cerr << "election: " << grouped(nearest_elections(asked)) << " elections to examine, "
                  << duration_in_words(seconds) << " on " << counted(asked.options.threads, "thread") << std::endl;
    }
    progress_line progress(asked.show_progress, "elections");
    asked.options.on_progress = progress.function();
    return verify(asked.code, asked.options, asked.arch);
}

[[nodiscard]] verdict run(request& asked) {
    const stop_signals signals;
    asked.options.stop = signals.token();
    return asked.how == method::reference ? run_reference(asked) : run_exhaustive(asked);
}

[[nodiscard]] status status_of(const verdict& found, bool asked) {
    if (asked) return !found.tolerates ? status::stopped : *found.tolerates ? status::done : status::no;
    return found.exact ? status::done : status::stopped;
}

template <class T>
[[nodiscard]] nlohmann::ordered_json or_null(const std::optional<T>& value) {
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

void print_json(const request& asked, const allocation_metrics& costs, const verdict& found) {
    const bool seen = !found.witness.empty();
    nlohmann::ordered_json object;
    object["workers"] = found.workers;
    object["partitions"] = found.partitions;
    object["ones"] = costs.ones;
    object["redundancy"] = costs.redundancy;
    object["max_load"] = costs.max_load;
    object["ties"] = name_of(found.ties);
    object["method"] = found.method;
    object["exact"] = found.exact;
    object["margin"] = or_null(seen ? std::optional(found.margin) : std::nullopt);
    object["margin_lower"] = found.margin_lower;
    object["tolerance"] = or_null(found.tolerance);
    if (asked.options.tolerates) {
        object["liars"] = *asked.options.tolerates;
        object["tolerates"] = or_null(found.tolerates);
    }
    object["witness"] = or_null(seen ? std::optional(to_string(found.witness)) : std::nullopt);
    object["witness_votes"] = or_null(seen ? std::optional(to_string(found.witness_votes)) : std::nullopt);
    object["messages"] = found.messages;
    object["threads"] = found.threads;
    object["seconds"] = found.seconds;
    std::cout << object.dump() << '\n';
}

void print_text(const request& asked, const allocation_metrics& costs, const verdict& found) {
    const colours paint;
    const bool seen = !found.witness.empty();
    std::cout << paint.bold(verdict_in_words(found, asked.options.tolerates)) << "\n\n";

    table facts;
    facts.row("workers", std::to_string(found.workers));
    facts.row("partitions", std::to_string(found.partitions));
    facts.row("ones", std::to_string(costs.ones));
    facts.row("redundancy", rounded(costs.redundancy, 4) + "  (workers that hold a partition, on average)");
    facts.row("largest load", std::to_string(costs.max_load) + " of " + counted(found.partitions, "partition"));
    facts.row("ties", std::string(name_of(found.ties)));
    if (seen) facts.row("margin", std::to_string(found.margin) + (found.exact ? "" : "  (the worst seen)"));
    if (!found.exact) facts.row("margin at least", std::to_string(found.margin_lower) + "  (proved)");
    if (found.tolerance) facts.row("tolerance", std::to_string(*found.tolerance));
    facts.row("method", found.method + (asked.how == method::exhaustive ? ", " + std::string(name_of(asked.arch)) + ", " +
                                                                              counted(found.threads, "thread")
                                                                        : ""));
    facts.row("messages", grouped(found.messages));
    facts.row("seconds", rounded(found.seconds, 3));
    std::cout << facts.str();
    if (seen) {
        std::cout << '\n'
                  << (found.exact ? "A worst election" : "The worst election seen")
                  << ", one column a partition and one row a worker:\n\n"
                  << draw_witness(asked.code, found, paint);
    }
}

} // namespace

status verify_command(words arguments) {
    command_line line("verify", "the exact worst case of a code, with an election that shows it");
    declare(line);
    if (!line.parse(std::move(arguments), std::cout)) return status::done;
    request asked = make_request(line);
    const verdict found = run(asked);
    (asked.json ? print_json : print_text)(asked, metrics(asked.code), found);
    return status_of(found, asked.options.tolerates.has_value());
}

} // namespace election::program
