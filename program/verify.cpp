// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <election/codes/metrics.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/parallel.hpp>
#include <election/exact/certificate.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/symmetry.hpp>
#include <election/exact/verify_exact.hpp>
#include <election/io/atomic_file.hpp>
#include <election/io/file_lock.hpp>
#include <election/verify/nearest.hpp>
#include <election/verify/reference.hpp>
#include <election/verify/verdict.hpp>

#include "commands.hpp"
#include "environment.hpp"
#include "exact_models.hpp"
#include "files.hpp"
#include "kernels/kernels.hpp"
#include "long_search.hpp"
#include "picture.hpp"
#include "symmetries.hpp"
#include "table.hpp"
#include "terminal.hpp"
#include "training/processes.hpp"

namespace election::program {
namespace {

constexpr std::int64_t most_threads = 1024;
constexpr std::int64_t most_liars = 1'000'000'000;
constexpr double longest_seconds = 1e9;

enum class method { automatic, exhaustive, reference, symmetric, tree, frontier, circulant };

[[nodiscard]] std::optional<method> method_named(std::string_view name) {
    if (name == "auto") return method::automatic;
    if (name == "exhaustive") return method::exhaustive;
    if (name == "reference") return method::reference;
    if (name == "symmetric") return method::symmetric;
    if (name == "tree") return method::tree;
    if (name == "frontier") return method::frontier;
    if (name == "circulant") return method::circulant;
    return std::nullopt;
}

[[nodiscard]] exact_method exact_method_of(method how) noexcept {
    switch (how) {
    case method::exhaustive:
        return exact_method::exhaustive;
    case method::symmetric:
        return exact_method::symmetric;
    case method::tree:
        return exact_method::tree;
    case method::frontier:
        return exact_method::frontier;
    case method::circulant:
        return exact_method::circulant;
    default:
        return exact_method::automatic;
    }
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
        .option("--method", "METHOD", "must be auto, exhaustive, symmetric, tree, frontier, circulant or reference",
                "How: auto (the default) takes what is expected to be fastest for the code; see METHODS.")
        .flag("--explain", "Say what was looked at and why the method was taken.")
        .option("--certificate", "FILE", "must be a file name",
                "Write a certificate of the answer, which \"election check FILE CERTIFICATE\" replays without trusting the "
                "search; "
                "\"-\" is not allowed. Some 100 bytes a node of the search tree: "
                "hard codes have certificates of gigabytes.");
    declare_exact_model(line);
    line.option("--time-limit", "S", "must be a number of seconds above 0 and up to 1000000000",
                "Stop after S seconds and print what is known, with status 3 if that is not the answer.")
        .option("--checkpoint", "FILE", "must be a file name",
                "Keep a search that takes long in FILE: it is written now and then and when the search ends early, and a "
                "search goes "
                "on from it if it is there. A search that is done removes it. Only a search tree has one.")
        .option("--checkpoint-every", "S", "must be a number of seconds above 0 and up to 1000000000",
                "Seconds between two writes; by default 10.")
        .option("--threads", "T", "must be a whole number from 1 to 1024",
                "By default as many as there are processors that this process may use, or one under mpirun. The margin does "
                "not depend on it.")
        .option("--format", "FORMAT", format_rule(), "The format of FILE. By default it follows from the extension.")
        .flag("--progress", "Show progress on standard error although it is no terminal.")
        .flag("--json", "Print one JSON object instead of text.")
        .chapter("METHODS",
                 R"( exhaustive  every nearest election, hundreds at a time; at most 64
             partitions. The witness is the first one in ASCII order.
 symmetric   one nearest election of each orbit of the code's symmetries
             (columns j to a*j + s; in a program with nauty all of them); at
             most 64 partitions
 tree        a search tree with Lagrangian bounds; any size
 frontier    a table over the columns, for sparse, banded and block codes
 circulant   a table for codes whose rows are rotations of short windows, or
             windows of columns that make up a half, a third, ... of them
 reference   every message one by one as the definition says; at most 24
             partitions

auto also has three bounds that settle designs and long windows at once: moments, conflicts and groups.
See docs/exact.md.)")
        .chapter("JSON", R"(workers, partitions, ones, redundancy (ones divided by partitions), max_load,
ties, method, exact (whether margin is the smallest of all elections), margin,
margin_lower (proved: no election has a smaller margin), tolerance (-1 if the
code errs with no liar; null unless exact), witness (one sign a partition),
witness_votes (+, -, and 0 for a worker that is tied), messages (elections
examined, or covered by the answer if it is exact; at most 2^64 - 1; null where that is no number of elections: of a search that ended
before, and with a model of its own), nodes (of a search tree, states of a table, or elections), threads (that took part), seconds; with --tolerates also liars and tolerates (true, false, or
null when it is not known); with --explain reasons (a list of lines); with a
model of its own (--alphabet, --weights, --liar-set, --may-lose, --corrupted)
also alphabet, weights, liar_set, may_lose, corrupted_partitions, truth (+ or -), reported (what the partitions report, where some are
corrupted) and corrupted (which).)")
        .chapter("EXIT STATUS", R"( 0  the answer is known (with --tolerates: it is yes)
 1  with --tolerates: the answer is no
 2  bad use or bad input
 3  stopped by a limit or a signal before the answer was final; what is known
    is printed, with "exact": false)")
        .chapter("SEVERAL PROCESSES", R"(In a program with MPI, "mpirun -n P election verify FILE" shares a search tree out
over P processes, on one machine or many; the file is read by the first one. Other methods run at that one alone.)")
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
    exact_model model;
    std::optional<std::string> certificate = {};
    std::optional<std::string> checkpoint = {};
    double checkpoint_every = 10;
    bool has_checkpoint = false; ///< the file is there, and of this search
    bool explain = false;
    method how = method::automatic;
    arch_id arch = arch_id::word64;
    bool json = false;
    bool show_progress = false;
};

/// A code's file, for people.
[[nodiscard]] std::string shown_file(const std::string& file) { return file == "-" ? "standard input" : shown_word(file); }

/// Which method covers the code.
[[nodiscard]] method choose_method(method wanted, const std::string& file, std::size_t partitions) {
    const auto require_at_most = [&](std::size_t limit, const std::string& name, const std::string& advice) {
        if (partitions > limit) {
            throw bad_use("--method: " + name + " covers at most " + std::to_string(limit) + " partitions, " +
                          shown_file(file) + " has " + std::to_string(partitions) + advice);
        }
    };
    if (wanted == method::reference) {
        require_at_most(reference_max_partitions, "reference", "; use auto");
        return method::reference;
    }
    if (wanted == method::exhaustive) require_at_most(exhaustive_max_partitions, "exhaustive", "; use auto");
    if (wanted == method::symmetric) require_at_most(exhaustive_max_partitions, "symmetric", "; use auto");
    return wanted;
}

[[nodiscard]] request make_request(const command_line& line) {
    const std::string file = line.required("FILE");
    verify_options options;
    options.ties = line.choice("--ties", tie_policy_named).value_or(tie_policy::abstain);
    if (const auto liars = line.integer("--tolerates", 0, most_liars)) options.tolerates = static_cast<int>(*liars);
    const unsigned threads = one_of_several_processes() ? 1 : available_threads();
    options.threads = static_cast<unsigned>(line.integer("--threads", 1, most_threads).value_or(threads));
    if (const auto seconds = line.real("--time-limit", 0, longest_seconds)) {
        if (*seconds <= 0) throw line.bad_value("--time-limit");
        options.time_limit = std::chrono::duration<double>(*seconds);
    }
    const method wanted = line.choice("--method", method_named).value_or(method::automatic);
    const arch_id arch = environment_arch();
    packed_allocation code = read_code(file, chosen_format(line, "--format"));
    const method how = choose_method(wanted, file, code.partitions());
    exact_model model = read_exact_model(line, code, options.ties);
    const auto certificate = line.text("--certificate");
    const bool table_of_all = how == method::exhaustive || how == method::reference || how == method::symmetric;
    if (!is_plain(model)) {
        if (table_of_all) throw bad_use("--method: this one is for binary messages and workers that are alike, use auto");
        if (!model.weights.empty() && options.tolerates) {
            throw bad_use("--tolerates: liars that weigh differently have no number, leave it away or --weights");
        }
    }
    if (certificate && (*certificate == "-" || certificate->empty()))
        throw bad_use("--certificate: must be the name of a file");
    std::error_code unknown;
    if (certificate && std::filesystem::equivalent(file, *certificate, unknown)) {
        throw bad_use("--certificate: is the code's own file, must be another");
    }
    if (certificate && how == method::reference) {
        throw bad_use("--certificate: this method writes none, use auto");
    }
    if (certificate) require_writable("--certificate", *certificate);
    const auto checkpoint = line.text("--checkpoint");
    if (checkpoint && (*checkpoint == "-" || checkpoint->empty())) throw bad_use("--checkpoint: must be the name of a file");
    if (checkpoint && certificate)
        throw bad_use("--checkpoint: does not keep what --certificate needs, leave one of them away");
    if (checkpoint && how != method::automatic && how != method::tree) {
        throw bad_use("--checkpoint: this method keeps none, use auto or tree");
    }
    if (checkpoint) require_writable("--checkpoint", *checkpoint);
    const auto every = line.real("--checkpoint-every", 0, longest_seconds);
    if (every && *every <= 0) throw line.bad_value("--checkpoint-every");
    if (every && !checkpoint) throw bad_use("--checkpoint-every: must go with --checkpoint");
    request asked{file, std::move(code), std::move(options), std::move(model), certificate};
    asked.checkpoint = checkpoint;
    asked.checkpoint_every = every.value_or(asked.checkpoint_every);
    asked.explain = line.has("--explain");
    asked.how = how;
    asked.arch = arch;
    asked.json = line.has("--json");
    asked.show_progress = line.has("--progress");
    return asked;
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

/// Progress of a search tree, in thousandths of a percent.
[[nodiscard]] std::function<void(const search_progress&)> tree_progress(progress_line& line) {
    const progress_function draw = line.function();
    if (!draw) return {};
    return [draw](const search_progress& now) {
        constexpr double whole = 100000;
        progress state;
        state.total = static_cast<std::uint64_t>(whole);
        state.done = static_cast<std::uint64_t>(now.done * whole);
        state.seconds = now.seconds;
        state.seconds_left = now.done > 0 ? now.seconds * (1 - now.done) / now.done : 0;
        draw(state);
    };
}

/// What a checkpoint must be about: the code, the model and the question.
[[nodiscard]] std::string identity_of(const request& asked) {
    std::string text;
    for (std::size_t i = 0; i < asked.code.workers(); ++i) {
        for (std::uint64_t word : asked.code.row(i)) text += std::to_string(word) + ' ';
        text += '\n';
    }
    const exact_model_identity model = identity_of_model(asked.model);
    text += model.lists;
    detail::fnv64 hash;
    hash.add(text);
    std::string identity = detail::hash_text(hash.value());
    identity += ' ';
    identity += name_of(asked.options.ties);
    identity.append(" ").append(model.words);
    identity += " tolerates " + (asked.options.tolerates ? std::to_string(*asked.options.tolerates) : std::string("?"));
    return identity;
}

/// Whether nauty might have helped: the search took long, and there may be symmetries that are not affine.
[[nodiscard]] bool misses_symmetries(const request& asked, const exact_verdict& found) {
    constexpr double long_seconds = 1;
    if (asked.code.partitions() > exhaustive_max_partitions || !is_plain(asked.model) || asked.certificate) return false;
    if (asked.how != method::symmetric && (asked.how != method::automatic || found.seconds < long_seconds)) return false;
    const cover_problem stated = make_cover_problem(asked.code, asked.model, found.election.truth).cover;
    return affine_symmetries(stated).empty() && may_have_symmetries(stated);
}

/// \param signals  that stop a search; nobody listens where there is none
[[nodiscard]] exact_verdict run_exact(request& asked, process_session& session, stop_signals& signals) {
    // Only a checkpoint needs the identity, which is all of the code in words.
    const std::string identity = asked.checkpoint ? identity_of(asked) : std::string();
    long_search search(session, asked.checkpoint, asked.checkpoint_every, identity);
    progress_line progress(asked.show_progress, "parts of the tree");
    exact_options options;
    options.model = asked.model;
    options.tolerates = asked.options.tolerates;
    options.method = exact_method_of(asked.how);
    options.threads = asked.options.threads;
    options.time_limit = asked.options.time_limit;
    options.stop = asked.options.stop;
    options.on_search = [&] { signals.listen(); };
    options.on_progress = tree_progress(progress);
    options.certify = asked.certificate.has_value();
    options.search = search.searcher();
    options.symmetries = all_symmetries();
    exact_verdict found = verify_exact(asked.code, options, exact_kernels_of(asked.arch));
    search.end();
    asked.has_checkpoint = search.has_file();
    if (asked.explain && !options.symmetries.find && misses_symmetries(asked, found)) {
        found.reasons.emplace_back(
            "symmetries: no map j to a*j + s is one; a program built with nauty would look for others");
    }
    return found;
}

[[nodiscard]] exact_verdict run(request& asked, process_session& session) {
    stop_signals signals(listening::when_told);
    asked.options.stop = signals.token();
    exact_verdict found;
    switch (asked.how) {
    case method::reference:
        signals.listen();
        static_cast<verdict&>(found) = run_reference(asked);
        found.nodes = found.messages;
        break;
    case method::exhaustive:
        if (asked.certificate) {
            found = run_exact(asked, session, signals);
            break;
        }
        signals.listen();
        static_cast<verdict&>(found) = run_exhaustive(asked);
        found.nodes = found.messages;
        break;
    default:
        found = run_exact(asked, session, signals);
        break;
    }
    if (found.reasons.empty()) found.reasons.push_back(found.method + ": asked for");
    return found;
}

/// Writes the certificate, if one was asked for and there is something to certify.
/// \returns a line about it
[[nodiscard]] std::string write_proof(const request& asked, const exact_verdict& found) {
    if (!asked.certificate) return {};
    if (!found.proof) {
        return found.exact || found.tolerates ? "none written: the time was over before a single proof showed all of it"
                                              : "none written: the answer is not known";
    }
    write_file(*asked.certificate, [&](std::ostream& out) { write_certificate(out, *found.proof); });
    return *asked.certificate;
}

[[nodiscard]] status status_of(const verdict& found, bool asked) {
    if (asked) return !found.tolerates ? status::stopped : *found.tolerates ? status::done : status::no;
    return found.exact ? status::done : status::stopped;
}

template <class T>
[[nodiscard]] nlohmann::ordered_json or_null(const std::optional<T>& value) {
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

/// Elections that were examined, or are covered by the answer: not what is done of a search tree or of a table, and not those of
/// other models, which nobody counts.
[[nodiscard]] std::optional<std::uint64_t> elections_of(const request& asked, const exact_verdict& found) {
    if (!is_plain(asked.model)) return std::nullopt;
    const bool enumerated = asked.how == method::exhaustive || asked.how == method::reference ||
                            (found.method == "exhaustive" && found.tolerates);
    return found.exact || enumerated ? std::optional(found.messages) : std::nullopt;
}

/// Why a method that was asked for has ended without an answer, if it was not stopped.
[[nodiscard]] std::string why_given_up(const request& asked, const exact_verdict& found) {
    if (asked.how == method::automatic || found.exact || found.tolerates) return {};
    for (const std::string& reason : found.reasons) {
        if (reason.find(": given up after ") != std::string::npos) return reason;
    }
    return {};
}

/// A search that is done and printed needs its checkpoint no more; what is no file (a device) stays.
void remove_checkpoint(const request& asked) {
    std::cout.flush();
    if (!asked.has_checkpoint || !std::cout) return;
    std::error_code ignored;
    const std::filesystem::path file = detail::link_target(*asked.checkpoint);
    if (std::filesystem::is_regular_file(file, ignored)) std::filesystem::remove(file, ignored);
}

void print_json(const request& asked, const allocation_metrics& costs, const exact_verdict& found) {
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
    object["messages"] = or_null(elections_of(asked, found));
    object["nodes"] = found.nodes;
    object["threads"] = found.threads;
    object["seconds"] = found.seconds;
    if (asked.certificate) object["certificate"] = or_null(found.proof ? asked.certificate : std::nullopt);
    if (asked.explain) object["reasons"] = found.reasons;
    show_exact_model(asked.model, object);
    if (!is_plain(asked.model)) {
        object["truth"] = found.election.truth > 0 ? "+" : "-";
        if (asked.model.corrupted != 0) {
            object["reported"] = to_string(found.election.reported);
            object["corrupted"] = found.election.corrupted;
        }
    }
    std::cout << object.dump() << '\n';
}

void print_text(const request& asked, const allocation_metrics& costs, const exact_verdict& found,
                const std::string& proof) {
    const colours paint;
    const bool seen = !found.witness.empty();
    const bool plain_words = is_plain(asked.model) || (asked.options.tolerates && found.tolerates);
    const std::string margin_words =
        std::string(found.exact ? "The smallest margin is " : "Stopped: the smallest margin is at most ") +
        std::to_string(found.margin) + ".";
    std::cout << paint.bold(plain_words ? verdict_in_words(found, asked.options.tolerates, !asked.model.liars.empty())
                                        : margin_words)
              << "\n\n";

    table facts;
    facts.row("workers", std::to_string(found.workers));
    facts.row("partitions", std::to_string(found.partitions));
    facts.row("ones", std::to_string(costs.ones));
    facts.row("redundancy", rounded(costs.redundancy, 4) + "  (workers that hold a partition, on average)");
    facts.row("largest load", std::to_string(costs.max_load) + " of " + counted(found.partitions, "partition"));
    facts.row("ties", std::string(name_of(found.ties)));
    show_exact_model(asked.model, facts);
    if (seen) facts.row("margin", std::to_string(found.margin) + (found.exact ? "" : "  (the worst seen)"));
    if (!found.exact) facts.row("margin at least", std::to_string(found.margin_lower) + "  (proved)");
    if (found.tolerance) facts.row("tolerance", std::to_string(*found.tolerance));
    facts.row("method", found.method + (asked.how != method::reference ? ", " + std::string(name_of(asked.arch)) + ", " +
                                                                             counted(found.threads, "thread")
                                                                       : ""));
    if (const auto elections = elections_of(asked, found)) {
        facts.row("messages", *elections == std::numeric_limits<std::uint64_t>::max() ? "more than 10^19, all covered"
                                                                                      : grouped(*elections));
    }
    const std::string work = found.method == "tree"                                      ? "nodes"
                             : found.method == "frontier" || found.method == "circulant" ? "states"
                             : found.method == "symmetric"                               ? "elections examined"
                                                                                         : "";
    if (!work.empty()) facts.row(work, grouped(found.nodes));
    if (!proof.empty()) facts.row("certificate", proof);
    facts.row("seconds", rounded(found.seconds, 3));
    std::cout << facts.str();
    if (asked.explain) {
        std::cout << '\n';
        for (const std::string& reason : found.reasons) std::cout << "  " << reason << '\n';
    }
    if (!is_plain(asked.model)) {
        const exact_election& worst = found.election;
        std::cout << '\n'
                  << (found.exact ? "A worst election" : "The worst election seen") << ":\n\n  message   "
                  << to_string(worst.message) << "\n";
        if (!worst.corrupted.empty()) std::cout << "  reported  " << to_string(worst.reported) << "\n";
        std::cout << "  votes     " << to_string(worst.votes) << "\n  truth     " << (worst.truth > 0 ? '+' : '-') << '\n';
    } else if (seen) {
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
    process_options processes;
    processes.transport = one_of_several_processes() ? transport_kind::tree : transport_kind::local;
#ifndef ELECTION_WITH_MPI
    if (one_of_several_processes()) {
        throw bad_use("verify: this program was built without MPI; it would do the same at every process");
    }
#endif
    if (launched_rank() != 0) { // rank 0 reads the code and hands out parts of the search
        const auto threads = static_cast<unsigned>(line.integer("--threads", 1, most_threads).value_or(1));
        const arch_id arch = environment_arch();
        process_session session(processes);
        return serve_long_searches(session, threads, exact_kernels_of(arch).cover);
    }
    request asked = make_request(line);
    process_session session(processes);
    try {
        const exact_verdict found = run(asked, session);
        const std::string proof = write_proof(asked, found);
        if (const std::string why = why_given_up(asked, found); !why.empty()) std::cerr << "election: " << why << std::endl;
        if (asked.certificate && !found.proof) std::cerr << "election: --certificate: " << proof << std::endl;
        if (asked.json) {
            print_json(asked, metrics(asked.code), found);
        } else {
            print_text(asked, metrics(asked.code), found, proof);
        }
        const bool lacks_proof = asked.certificate && !found.proof;
        const status answer = lacks_proof ? status::stopped : status_of(found, asked.options.tolerates.has_value());
        if (answer != status::stopped) remove_checkpoint(asked);
        return session.end(true, answer);
    } catch (const std::exception& failure) {
        if (session.ranks() > 1) {
            std::cerr << "election: " << failure.what() << std::endl;
            session.abort();
        }
        throw;
    }
}

} // namespace election::program
