// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include <election/analysis/allocation_classes.hpp>
#include <election/analysis/enumerate.hpp>
#include <election/analysis/failure_probability.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/parallel.hpp>
#include <election/core/ties.hpp>
#include <election/io/atomic_file.hpp>

#include "commands.hpp"
#include "environment.hpp"
#include "files.hpp"
#include "kernels/kernels.hpp"
#include "models.hpp"
#include "table.hpp"
#include "terminal.hpp"

namespace election::program {
namespace {

constexpr std::int64_t most_threads = 1024;
constexpr double longest_seconds = 1e9;

void declare(command_line& line) {
    line.usage("FILE [-o TALLY.csv] [options]")
        .usage("FILE [--messages MODEL] [--liars B] [--placement PLACEMENT] [--attack ATTACK] [--ties POLICY] [options]")
        .chapter(
            "DESCRIPTION",
            R"(Counts the honest votes of all messages of partition signs, exactly: how many messages of each weight (partitions
with +) have how many correct and how many tied votes. That is the code's tally enumerator. From it follows, without any
sampling, how often the decoded sign is not the truth, for the elections and the liars that the options name.

Identical partitions and identical workers count once, and a message together
with its mirror image. What is left may be up to 2^40 messages; beyond that
"election estimate" samples them.)")
        .argument("FILE", "The code: one worker a line, 0 or 1 for every partition. \"-\" is standard input.");
    declare_models(line);
    line.option(
            "--ties", "POLICY", "must be abstain, positive, negative or coin",
            "How a worker votes whose partitions are split evenly, and one without partitions: abstain (does not vote; "
            "the default), positive (votes +), negative (votes -), or coin (a fair coin). It matters to the probability; "
            "the tally has tied workers apart.")
        .option("--output,-o", "FILE", "must be a file name",
                "Save the tally as CSV, a line a cell: weight,correct,tied,messages. Only when it is complete.")
        .option("--time-limit", "S", "must be a number of seconds above 0 and up to 1000000000",
                "Stop after S seconds with what has been counted, and status 3.")
        .option("--threads", "T", "must be a whole number from 1 to 1024",
                "By default as many as there are processors that this process may use. The result does not depend on it.")
        .option("--format", "FORMAT", format_rule(), "The format of FILE. By default it follows from the extension.")
        .flag("--progress", "Show progress on standard error although it is no terminal.")
        .flag("--json", "Print one JSON object instead of text.");
    describe_models(line);
    line.chapter("JSON", R"(workers, partitions, method, exact (whether all messages were counted), tally (a
list of [weight, correct, tied, count] over all messages that have a truth;
weight is the number of +, tied the number of tied workers whatever --ties
says, and count a string, as it may pass 2^53), states and states_total (how
much was counted of what there is, identical partitions and mirror images
once), threads, seconds. With any of --messages, --liars, --placement and
--attack also ties, messages, liars, placement, attack, failure_probability
(null unless exact), failure_lower and failure_upper (what is proved, if the
count was stopped).)")
        .chapter("EXIT STATUS", R"( 0  everything was counted
 2  bad use or bad input
 3  stopped by a limit or a signal before; what has been counted is printed,
    with "exact": false)")
        .chapter("SIGNALS", R"(SIGINT (Ctrl-C) and SIGTERM stop the count and print what is known so far. A
second one ends the program at once.)")
        .chapter("ENVIRONMENT", R"( ELECTION_ARCH  instruction set: word64, sse2, avx2, avx512 or neon. By default
                the best that the processor has.
 NO_COLOR       if set, no colours are used.)")
        .chapter("EXAMPLES", R"( election enumerate code.txt
 election enumerate code.txt -o tally.csv
 election enumerate code.txt --messages independent:0.9 --liars 2 --attack random
 election enumerate code.txt --messages gaussian:3 --placement fixed:0,4 --json)");
}

struct request {
    std::string file;
    packed_allocation code;
    enumerate_options options;
    std::optional<election_models> models; ///< if a probability is asked for
    tie_policy ties = tie_policy::abstain;
    std::optional<std::string> output;
    arch_id arch = arch_id::word64;
    bool json = false;
    bool show_progress = false;
};

/// What was found.
struct answer {
    enumeration_result all;
    std::optional<double> failure;       ///< if asked for and exact
    std::optional<double> failure_lower; ///< proved, if asked for
    std::optional<double> failure_upper;
};

/// Refuses what cannot be enumerated with a line that says what can.
void require_enumerable(const request& asked) {
    const std::string file = asked.file == "-" ? "standard input" : printable(asked.file);
    const auto fail = [&](const std::string& what) { throw format_error(file, 0, what + "; use 'election estimate'"); };
    if (asked.code.partitions() > tally_max_partitions) {
        fail(std::to_string(asked.code.partitions()) + " partitions, enumeration covers at most " +
             std::to_string(tally_max_partitions));
    }
    if (asked.code.workers() > enumerate_max_workers) {
        fail(std::to_string(asked.code.workers()) + " workers, enumeration covers at most " +
             std::to_string(enumerate_max_workers));
    }
    const allocation_classes classes(asked.code);
    if (classes.states() > enumerate_max_states) {
        fail(counted(classes.column_sizes.size(), "different column") +
             " make more than 2^40 messages, the most that enumeration covers");
    }
    if (!asked.models || !std::holds_alternative<fixed_placement>(asked.models->placement)) return;
    const attack_model& attack = asked.models->attack;
    if (std::holds_alternative<reverse_attack>(attack) || std::holds_alternative<flip_attack>(attack)) {
        throw bad_use("--attack: " + name_of(attack) +
                      " depends on how just these liars would vote, which a tally does not say; with --placement fixed it "
                      "must be against, directional or noise; use 'election estimate'");
    }
}

[[nodiscard]] request make_request(const command_line& line) {
    const std::string file = line.required("FILE");
    enumerate_options options;
    options.threads = static_cast<unsigned>(line.integer("--threads", 1, most_threads).value_or(available_threads()));
    if (const auto seconds = line.real("--time-limit", 0, longest_seconds)) {
        if (*seconds <= 0) throw line.bad_value("--time-limit");
        options.time_limit = std::chrono::duration<double>(*seconds);
    }
    const tie_policy ties = line.choice("--ties", tie_policy_named).value_or(tie_policy::abstain);
    const arch_id arch = environment_arch();
    if (const auto output = line.text("--output"); output && (*output == file || *output == "-")) {
        throw bad_use("--output: " + shown_word(*output) + " must be a file other than FILE");
    }
    packed_allocation code = read_code(file, chosen_format(line, "--format"));
    std::optional<election_models> models;
    if (models_are_given(line)) models = read_models(line, code.workers(), code.partitions());
    request asked{file, std::move(code),    std::move(options),    std::move(models), ties, line.text("--output"),
                  arch, line.has("--json"), line.has("--progress")};
    require_enumerable(asked);
    return asked;
}

/// The failure probability for each weight, given the tally of all workers or, for a fixed placement, of the honest ones.
[[nodiscard]] std::vector<double> by_weight(const tally_enumerator& tally, const basic_election_models& models,
                                            truth_rule rule, tie_policy ties) {
    return std::visit(
        [&](const auto& placement, const auto& attack) -> std::vector<double> {
            using placement_type = std::decay_t<decltype(placement)>;
            using attack_type = std::decay_t<decltype(attack)>;
            if constexpr (exchangeable_placement<placement_type>) {
                return failure_by_weight(tally, rule, placement, attack, ties);
            } else if constexpr (vote_blind_attack<attack_type>) {
                return failure_by_weight(tally, rule, placement.liars.size(), attack, ties);
            } else {
                throw std::logic_error("a fixed placement with an attack that reads honest votes was let through");
            }
        },
        models.placement, models.attack);
}

/// The probability of a failure among the messages counted, and how likely it is that a message is one of them.
struct counted_failures {
    double failing;
    double covered;
};

[[nodiscard]] counted_failures failures_of(const tally_enumerator& tally, const basic_election_models& models,
                                           tie_policy ties) {
    return std::visit(
        [&](const auto& messages) -> counted_failures {
            const std::vector<double> failing = by_weight(tally, models, std::decay_t<decltype(messages)>::truth, ties);
            std::vector<double> covered(failing.size());
            for (std::size_t w = 0; w < covered.size(); ++w) {
                covered[w] =
                    static_cast<double>(tally.messages(w)) / static_cast<double>(messages_of_weight(tally.partitions(), w));
            }
            return {failure_probability(failing, messages), failure_probability(covered, messages)};
        },
        models.messages);
}

[[nodiscard]] answer run(request& asked) {
    const stop_signals signals;
    const enumerate_kernel kernel = enumerate_kernel_of(asked.arch);
    progress_line progress(asked.show_progress, "messages");
    asked.options.stop = signals.token();
    asked.options.on_progress = progress.function();
    answer found{enumerate_tally(asked.code, asked.options, kernel), {}, {}, {}};
    if (!asked.models) return found;
    const auto take = [&](const enumeration_result& counted) {
        const counted_failures failures = failures_of(counted.tally, basic_models(*asked.models), asked.ties);
        if (counted.complete) {
            found.failure = failures.failing;
        } else {
            found.failure_lower = failures.failing;
            found.failure_upper = std::min(1.0, failures.failing + std::max(0.0, 1 - failures.covered));
        }
    };
    if (const auto* fixed = std::get_if<fixed_placement>(&asked.models->placement)) {
        if (asked.options.time_limit) { // what the first count has left of it
            const double left = asked.options.time_limit->count() - found.all.seconds;
            asked.options.time_limit = std::chrono::duration<double>(std::max(left, 1e-9));
        }
        take(enumerate_honest(asked.code, *fixed, asked.options, kernel));
    } else {
        take(found.all);
    }
    return found;
}

template <class T>
[[nodiscard]] nlohmann::ordered_json or_null(const std::optional<T>& value) {
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

/// Whether everything that was asked for is final.
[[nodiscard]] bool is_final(const request& asked, const answer& found) {
    return found.all.complete && (!asked.models || found.failure);
}

void print_json(const request& asked, const answer& found) {
    nlohmann::ordered_json object;
    object["workers"] = asked.code.workers();
    object["partitions"] = asked.code.partitions();
    object["method"] = found.all.method;
    object["exact"] = is_final(asked, found);
    if (asked.models) {
        object["ties"] = name_of(asked.ties);
        object["messages"] = name_of(asked.models->messages);
        object["liars"] = liars_of(asked.models->placement);
        object["placement"] = name_of(asked.models->placement);
        object["attack"] = name_of(asked.models->attack);
        object["failure_probability"] = or_null(found.failure);
        if (!found.failure) {
            object["failure_lower"] = or_null(found.failure_lower);
            object["failure_upper"] = or_null(found.failure_upper);
        }
    }
    object["states"] = found.all.states;
    object["states_total"] = found.all.states_total;
    object["threads"] = found.all.threads;
    object["seconds"] = found.all.seconds;
    nlohmann::ordered_json tally = nlohmann::ordered_json::array();
    for (const truth_cell& cell : found.all.tally.by_truth()) {
        tally.push_back({cell.weight, cell.correct, cell.tied, to_string(cell.messages)});
    }
    object["tally"] = std::move(tally);
    std::cout << object.dump() << '\n';
}

/// "1,234,567" of a number that may not fit 64 bits.
[[nodiscard]] std::string grouped_count(message_count count) {
    const std::string digits = to_string(count);
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
        text += digits[i];
    }
    return text;
}

/// The worst votes of the messages of one weight.
struct worst_of_weight {
    std::size_t weight = 0;
    std::ptrdiff_t margin = 0; ///< correct − wrong votes, ties as the policy says
    message_count such = 0;    ///< messages with that margin
    message_count all = 0;
};

[[nodiscard]] std::vector<worst_of_weight> worst_by_weight(const request& asked, const tally_enumerator& tally) {
    std::vector<worst_of_weight> rows;
    for (const truth_cell& cell : tally.by_truth()) {
        const bool plus = 2 * cell.weight > tally.partitions();
        const auto correct = static_cast<std::ptrdiff_t>(cell.correct);
        const auto tied = static_cast<std::ptrdiff_t>(cell.tied);
        const std::ptrdiff_t wrong = static_cast<std::ptrdiff_t>(tally.workers()) - correct - tied;
        const bool ties_count = asked.ties != tie_policy::abstain;
        const bool ties_right =
            (asked.ties == tie_policy::positive && plus) || (asked.ties == tie_policy::negative && !plus);
        const std::ptrdiff_t margin = correct - wrong + (!ties_count ? 0 : ties_right ? tied : -tied);
        if (rows.empty() || rows.back().weight != cell.weight) rows.push_back({cell.weight, margin, 0, 0});
        worst_of_weight& row = rows.back();
        if (margin < row.margin) {
            row.margin = margin;
            row.such = 0;
        }
        if (margin == row.margin) row.such += cell.messages;
        row.all += cell.messages;
    }
    return rows;
}

/// Words in columns that are aligned to the right.
[[nodiscard]] std::string in_columns(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths(rows.front().size());
    for (const auto& row : rows) {
        for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t c = 0; c < row.size(); ++c) text += std::string(widths[c] - row[c].size() + 2, ' ') + row[c];
        text += '\n';
    }
    return text;
}

[[nodiscard]] std::string share_in_words(const enumeration_result& counted) {
    return rounded(100 * static_cast<double>(counted.states) / static_cast<double>(counted.states_total), 3) +
           " % of the messages were counted";
}

[[nodiscard]] std::string headline(const request& asked, const answer& found) {
    constexpr int digits = 12;
    if (!asked.models) {
        return found.all.complete ? "The votes of all messages, counted." : "Stopped: " + share_in_words(found.all) + ".";
    }
    if (found.failure) return "The probability of failure is " + rounded(*found.failure, digits) + ", exactly.";
    return "Stopped: the probability of failure is from " + rounded(found.failure_lower.value_or(0), digits) + " to " +
           rounded(found.failure_upper.value_or(1), digits) + ".";
}

void print_text(const request& asked, const answer& found) {
    const colours paint;
    std::cout << paint.bold(headline(asked, found)) << "\n\n";
    table facts;
    facts.row("workers", std::to_string(asked.code.workers()));
    facts.row("partitions", std::to_string(asked.code.partitions()));
    facts.row("ties", std::string(name_of(asked.ties)));
    if (asked.models) {
        facts.row("messages", name_of(asked.models->messages));
        facts.row("liars", std::to_string(liars_of(asked.models->placement)) + ", placed " +
                               name_of(asked.models->placement) + ", who send " + name_of(asked.models->attack));
    }
    facts.row("method",
              found.all.method + ", " + std::string(name_of(asked.arch)) + ", " + counted(found.all.threads, "thread"));
    facts.row("counted", grouped(found.all.states) + " of " + grouped(found.all.states_total) +
                             "  (identical partitions and mirror images once)");
    facts.row("seconds", rounded(found.all.seconds, 3));
    std::cout << facts.str() << '\n';

    std::vector<std::vector<std::string>> rows{{"weight", "messages", "least margin", "messages with it"}};
    for (const worst_of_weight& row : worst_by_weight(asked, found.all.tally)) {
        rows.push_back(
            {std::to_string(row.weight), grouped_count(row.all), std::to_string(row.margin), grouped_count(row.such)});
    }
    std::cout << in_columns(rows);
}

void save(const std::string& path, const tally_enumerator& tally) {
    write_file(path, [&](std::ostream& stream) {
        stream << "weight,correct,tied,messages\n";
        for (const truth_cell& cell : tally.by_truth()) {
            stream << cell.weight << ',' << cell.correct << ',' << cell.tied << ',' << to_string(cell.messages) << '\n';
        }
    });
}

} // namespace

status enumerate_command(words arguments) {
    command_line line("enumerate", "counts the votes of all messages, and the failure probability that follows");
    declare(line);
    if (!line.parse(std::move(arguments), std::cout)) return status::done;
    request asked = make_request(line);
    const answer found = run(asked);
    if (asked.output && found.all.complete) save(*asked.output, found.all.tally);
    (asked.json ? print_json : print_text)(asked, found);
    if (is_final(asked, found)) return status::done;
    std::cerr << "election: stopped: " << share_in_words(found.all) << std::endl;
    return status::stopped;
}

} // namespace election::program
