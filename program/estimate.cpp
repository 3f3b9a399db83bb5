// SPDX-License-Identifier: MIT
#include <chrono>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/parallel.hpp>
#include <election/estimate/estimate.hpp>
#include <election/estimate/interval.hpp>
#include <election/estimate/merge_results.hpp>
#include <election/estimate/rare.hpp>
#include <election/estimate/rare_estimate.hpp>
#include <election/estimate/result_file.hpp>
#include <election/estimate/sequential_test.hpp>
#include <election/estimate/task.hpp>
#include <election/io/atomic_file.hpp>
#include <election/models/any_model.hpp>

#include "commands.hpp"
#include "environment.hpp"
#include "files.hpp"
#include "kernels/kernels.hpp"
#include "models.hpp"
#include "picture.hpp"
#include "table.hpp"
#include "terminal.hpp"

namespace election::program {
namespace {

constexpr std::int64_t most_threads = 1024;
constexpr std::int64_t most_parts = 1'000'000;
constexpr std::int64_t most_trials = std::int64_t{1} << 62U;
constexpr double longest_seconds = 1e9;
constexpr double clearly_below = 0.9; ///< of the threshold of --below: nearer to it either answer may be given
constexpr std::int64_t part_distance = std::int64_t{1} << 42U; ///< trials between parts whose size is not known before

void declare(command_line& line) {
    line.usage("FILE [--messages MODEL] [--liars B] [--attack ATTACK] [options]")
        .chapter(
            "DESCRIPTION",
            R"(How often a code fails in random elections, by Monte Carlo: the share of trials in which the decoded sign is not
strictly the truth, with a confidence interval. "election verify" answers for the worst election; this one answers for those that come
up.

Elections are drawn and counted thousands at a time. The result follows from the seed alone, whatever the number of threads and the
processor. Where no trial failed, the upper end of the interval still says what is known.)")
        .argument("FILE", "The code: one worker a line, 0 or 1 for every partition. \"-\" is standard input.");
    declare_models(line);
    line.option("--method", "METHOD", "must be monte-carlo, rare, importance or splitting",
                "monte-carlo (the default) draws elections as they come up. For failures that are too rare for that, with "
                "worst-placed "
                "liars who send against: importance draws the weights of messages as often as they matter; splitting lets "
                "populations of "
                "elections come closer and closer to failure; rare chooses between the two. They do not stop on a signal; "
                "for importance "
                "--trials and --relative-error say how much to draw, about.")
        .option("--ties", "POLICY", "must be abstain, positive, negative or coin",
                "How a worker votes whose partitions are split evenly, and one without partitions: abstain (the default), "
                "positive, negative, or coin (a fair coin).")
        .option("--trials", "N", "must be a whole number from 1 to 4611686018427387904", "Exactly N elections.")
        .option("--failures", "N", "must be a whole number from 1 to 4611686018427387904",
                "Stop when N elections have failed, looked at after every round of some thousand: the estimate is then too "
                "high on average, by about one part in N.")
        .option("--relative-error", "E", "must be a number above 0 and up to 1",
                "Stop when the standard error is E times the estimate.")
        .option("--time-limit", "S", "must be a number of seconds above 0 and up to 1000000000",
                "Stop after S seconds. Without --trials, --failures, --relative-error, --time-limit and --below: a relative "
                "error of 0.1, or 10 seconds.")
        .option(
            "--below", "P", "must be a number above 0 and below 1",
            "Ask only whether the failure probability is below P, by Wald's sequential test, which stops when it is sure: "
            "exit status 0 for yes and 1 for no. Between 0.9 P and P either answer may be given.")
        .option("--error-rate", "A", "must be a number above 0 and below 0.5",
                "How often --below may answer wrongly, in each direction. Default 0.01.")
        .option("--confidence", "C", "must be a number above 0 and below 1", "Of the interval. Default 0.95.")
        .option("--interval", "NAME", "must be clopper-pearson, wilson or bayesian",
                "clopper-pearson (the default) covers at least as often as it says; wilson is narrower and covers about as "
                "often; bayesian is the equal-tailed credible interval under Jeffreys' prior.")
        .option("--seed", "S", "must be a whole number from 0 to 9223372036854775807", "Chooses the elections. Default 1.")
        .option("--part", "I/N", "must be I/N with 1 <= I <= N <= 1000000",
                "Draw from the I-th of N parts of the seed, which have no election in common: N runs on N machines. With "
                "--trials T the parts 1/N to N/N together are the run of N*T trials.")
        .option(
            "--csv", "FILE", "must be a file name",
            "Add the result to this file: a row for a new task, merged into the row of the same task. What is in it already "
            "is refused.")
        .option("--checkpoint", "FILE", "must be a file name",
                "Go on from what this file says, if it exists, and write to it how far this run came, every ten seconds and "
                "at the end.")
        .option("--threads", "T", "must be a whole number from 1 to 1024",
                "By default as many as there are processors that this process may use.")
        .option("--format", "FORMAT", format_rule(), "The format of FILE. By default it follows from the extension.")
        .flag("--progress", "Show progress on standard error although it is no terminal.")
        .flag("--json", "Print one JSON object instead of text.");
    describe_models(line);
    line.chapter("JSON", R"(workers, partitions, ties, messages, placement, attack, liars, trials, failures,
estimate, lower, upper, confidence, interval, method, seed,
first_trial, task (what is estimated, as a hash), ended (trials, failures, relative-error, decided, time-limit or stopped), worst (the
first election with the smallest margin: trial, message, truth, votes, liars, margin; with the worst placement the votes are the honest ones, and the margin is theirs less 2 a liar), threads, seconds; exact (false) where it was stopped early; with --below also threshold
and below (true, false, or null when it is not known). The methods for rare failures add standard_error and leave out first_trial, ended, worst and threads.)")
        .chapter("EXIT STATUS", R"( 0  done (with --below: the answer is yes)
 1  with --below: the answer is no
 2  bad use or bad input
 3  stopped by a signal, or by --time-limit before another limit; what was
    counted is printed)")
        .chapter("EXAMPLES", R"( election generate bernoulli --n 63 --k 63 --p 0.3 --seed 1 -o code.txt
 election estimate code.txt --liars 3
 election estimate code.txt --liars 3 --attack random --messages gaussian:2
 election estimate code.txt --liars 1 --trials 1000000 --part 2/8 --csv results.csv
 election estimate code.txt --liars 3 --below 0.001 && echo good enough)");
}

/// The question, without the code.
struct request {
    std::string file;
    packed_allocation code;
    election_models models;
    estimate_options options;
    estimation_task task;
    std::optional<double> below;
    double error_rate = 0.01;
    std::uint64_t part = 1;
    std::uint64_t parts = 1;
    std::optional<std::string> csv;
    std::optional<std::string> checkpoint;
    arch_id arch = arch_id::word64;
    bool json = false;
    bool show_progress = false;
    bool only_time = false;          ///< the time limit is the only one
    std::optional<rare_method> rare; ///< unless it is plain Monte Carlo
};

/// Monte Carlo as monostate.
using method_choice = std::variant<std::monostate, rare_method>;

[[nodiscard]] std::optional<method_choice> method_named(std::string_view name) {
    if (name == "monte-carlo") return method_choice();
    if (name == "rare") return rare_method::automatic;
    if (name == "importance") return rare_method::importance;
    if (name == "splitting") return rare_method::splitting;
    return std::nullopt;
}

[[nodiscard]] double open_unit(const command_line& line, const std::string& name, double otherwise, double end) {
    const auto value = line.real(name, 0, end);
    if (value && (*value <= 0 || *value >= end)) throw line.bad_value(name);
    return value.value_or(otherwise);
}

void read_part(const command_line& line, request& asked) {
    const auto text = line.text("--part");
    if (!text) return;
    const std::size_t slash = text->find('/');
    if (slash == std::string::npos) throw line.bad_value("--part");
    const auto part = parse_integer(std::string_view(*text).substr(0, slash));
    const auto parts = parse_integer(std::string_view(*text).substr(slash + 1));
    if (!part || !parts || *part < 1 || *part > *parts || *parts > most_parts) throw line.bad_value("--part");
    asked.part = static_cast<std::uint64_t>(*part);
    asked.parts = static_cast<std::uint64_t>(*parts);
}

[[nodiscard]] request make_request(const command_line& line) {
    const std::string file = line.required("FILE");
    estimate_options options;
    options.ties = line.choice("--ties", tie_policy_named).value_or(tie_policy::abstain);
    if (const auto trials = line.integer("--trials", 1, most_trials)) options.trials = static_cast<std::uint64_t>(*trials);
    if (const auto failures = line.integer("--failures", 1, most_trials))
        options.failures = static_cast<std::uint64_t>(*failures);
    options.relative_error = line.real("--relative-error", 0, 1);
    if (options.relative_error && *options.relative_error <= 0) throw line.bad_value("--relative-error");
    if (const auto seconds = line.real("--time-limit", 0, longest_seconds)) {
        if (*seconds <= 0) throw line.bad_value("--time-limit");
        options.time_limit = std::chrono::duration<double>(*seconds);
    }
    options.confidence = open_unit(line, "--confidence", 0.95, 1);
    options.interval = line.choice("--interval", interval_kind_named).value_or(interval_kind::clopper_pearson);
    options.seed =
        static_cast<std::uint64_t>(line.integer("--seed", 0, std::numeric_limits<std::int64_t>::max()).value_or(1));
    options.threads = static_cast<unsigned>(line.integer("--threads", 1, most_threads).value_or(available_threads()));
    std::optional<double> below;
    if (line.has("--below")) below = open_unit(line, "--below", 0, 1);
    if (line.has("--error-rate") && !below) throw bad_use("--error-rate: goes with --below only");
    const double error_rate = open_unit(line, "--error-rate", 0.01, 0.5);
    if (line.text("--csv") == "-") throw line.bad_value("--csv");
    if (line.text("--checkpoint") == "-") throw line.bad_value("--checkpoint");
    const bool only_time = options.time_limit && !options.trials && !options.failures && !options.relative_error && !below;
    if (!options.trials && !options.failures && !options.relative_error && !options.time_limit && !below) {
        options.relative_error = 0.1;
        options.time_limit = std::chrono::duration<double>(10);
    }
    const arch_id arch = environment_arch();
    packed_allocation code = read_code(file, chosen_format(line, "--format"));
    constexpr std::size_t most = 65535;
    for (const auto& [count, things] : {std::pair{code.workers(), "workers"}, std::pair{code.partitions(), "partitions"}}) {
        if (count > most) {
            throw bad_use(detail::joined({file == "-" ? "standard input" : shown_word(file), ": has ", std::to_string(count),
                                          " ", things, ", the most that an estimate covers is 65535"}));
        }
    }
    election_models models = read_models(line, code, options.ties);
    estimation_task task(code);
    task.with("ties", std::string(name_of(options.ties)))
        .with("messages", name_of(models.messages))
        .with("liars", liars_of(models.placement))
        .with("placement", name_of(models.placement))
        .with("attack", name_of(models.attack));
    request asked{file,
                  std::move(code),
                  std::move(models),
                  std::move(options),
                  std::move(task),
                  below,
                  error_rate,
                  1,
                  1,
                  line.text("--csv"),
                  line.text("--checkpoint"),
                  arch,
                  line.has("--json"),
                  line.has("--progress"),
                  only_time,
                  std::nullopt};
    read_part(line, asked);
    const method_choice method = line.choice("--method", method_named).value_or(method_choice());
    if (const auto* rare = std::get_if<rare_method>(&method)) {
        asked.rare = *rare;
        try {
            (void)basic_models(asked.models);
        } catch (const bad_use&) {
            throw bad_use("--method: " + shown_word(*line.text("--method")) +
                          " needs messages nearest, uniform, weight:W, "
                          "independent:Q or gaussian:SNR, and no --corrupt");
        }
        asked.task.with("method", std::string(*rare == rare_method::automatic ? "rare" : name_of(*rare)));
        if (*rare == rare_method::splitting) {
            for (const char* other : {"--trials", "--relative-error"}) {
                if (line.has(other)) throw bad_use(detail::joined({other, ": does not go with --method splitting"}));
            }
        }
        for (const char* other :
             {"--failures", "--time-limit", "--below", "--part", "--csv", "--checkpoint", "--interval", "--progress"}) {
            if (line.has(other)) throw bad_use(detail::joined({other, ": goes with --method monte-carlo only"}));
        }
        if (!std::holds_alternative<worst_placement>(asked.models.placement) ||
            !std::holds_alternative<against_attack>(asked.models.attack)) {
            throw bad_use("--method: " + shown_word(*line.text("--method")) +
                          " needs --placement worst and --attack against");
        }
    }
    const std::uint64_t distance = asked.options.trials.value_or(static_cast<std::uint64_t>(part_distance));
    if (distance > static_cast<std::uint64_t>(most_trials) / asked.part) {
        throw bad_use("--part: " + shown_word(*line.text("--part")) + " of that many --trials is more than 2^62 trials");
    }
    asked.options.first_trial = (asked.part - 1) * distance;
    const bool is_default = !line.has("--trials") && !line.has("--failures") && !line.has("--relative-error") && !below;
    asked.only_time = asked.only_time || is_default; // ten seconds are a way to end, not an interruption
    if (liars_of(asked.models.placement) == 0 && (line.has("--attack") || line.has("--placement"))) {
        std::cerr << "election: --liars: nobody lies unless it says how many\n";
    }
    return asked;
}

/// What an earlier run had counted.
struct counts_so_far {
    std::uint64_t trials = 0;
    std::uint64_t failures = 0;
};

[[nodiscard]] counts_so_far read_checkpoint(const request& asked) {
    if (!asked.checkpoint || !std::filesystem::is_regular_file(*asked.checkpoint)) return {};
    const std::string& file = *asked.checkpoint;
    std::ifstream stream(file);
    std::stringstream text;
    text << stream.rdbuf();
    nlohmann::json object = nlohmann::json::parse(text.str(), nullptr, false);
    const auto number = [&](const char* key) -> std::optional<std::uint64_t> {
        if (!object.is_object() || !object.contains(key) || !object[key].is_number_unsigned()) return std::nullopt;
        return object[key].get<std::uint64_t>();
    };
    const auto trials = number("trials");
    const auto failures = number("failures");
    const auto first = number("first_trial");
    const auto seed = number("seed");
    if (!trials || !failures || !first || !seed || *failures > *trials ||
        *trials > static_cast<std::uint64_t>(most_trials) || !object["task"].is_string()) {
        throw format_error(shown_word(file), 0, "is no checkpoint of an estimate");
    }
    if (object["task"] != asked.task.id()) {
        throw format_error(shown_word(file), 0, "is the checkpoint of another task; use another file");
    }
    if (*seed != asked.options.seed || *first != asked.options.first_trial) {
        throw format_error(shown_word(file), 0, "is the checkpoint of another seed or part; use another file");
    }
    if (asked.options.trials && *trials > *asked.options.trials) {
        throw format_error(shown_word(file), 0, "has more trials than --trials asks for");
    }
    return {*trials, *failures};
}

void write_checkpoint(const request& asked, std::uint64_t trials, std::uint64_t failures) {
    const nlohmann::ordered_json object{{"task", asked.task.id()},    {"description", asked.task.str()},
                                        {"seed", asked.options.seed}, {"first_trial", asked.options.first_trial},
                                        {"trials", trials},           {"failures", failures}};
    write_file(*asked.checkpoint, [&](std::ostream& stream) { stream << object.dump() << '\n'; });
}

/// Those of the worst placement go with two attacks; drawn ones with all.
[[nodiscard]] estimate_result run_models(const request& asked, const estimate_options& options) {
    const kernel_set& kernels = kernels_of(asked.arch);
    const estimate_kernels loops{kernels.majority, kernels.sampling};
    const election_models& models = asked.models;
    if (const auto* worst = std::get_if<worst_placement>(&models.placement)) {
        const auto liars = worst->liars;
        if (std::holds_alternative<reverse_attack>(models.attack)) {
            if (2 * liars > asked.code.workers()) {
                throw bad_use("--liars: " + std::to_string(liars) + " must be at most n / 2 = " +
                              std::to_string(asked.code.workers() / 2) + " with --attack reverse and the worst placement");
            }
        } else if (!std::holds_alternative<against_attack>(models.attack) && liars > 0) {
            throw bad_use("--placement: worst goes with --attack against or reverse; use random or fixed:I,J,…");
        }
        return estimate(asked.code, models.messages, *worst, against_attack{}, options, loops);
    }
    using drawn = std::variant<random_placement, fixed_placement>;
    const drawn placement = std::holds_alternative<random_placement>(models.placement)
                                ? drawn(std::get<random_placement>(models.placement))
                                : drawn(std::get<fixed_placement>(models.placement));
    return estimate(asked.code, models.messages, placement, models.attack, options, loops);
}

struct answer {
    estimate_result found;
    std::optional<bool> below;
};

/// What of a run is new to the results file: all of it, or what came after the part that an earlier run had added.
[[nodiscard]] contribution new_part(const request& asked, const counts_so_far& before, std::uint64_t trials,
                                    std::uint64_t failures) {
    contribution whole{
        .seed = asked.options.seed, .first = asked.options.first_trial, .trials = trials, .failures = failures};
    if (!std::filesystem::exists(*asked.csv)) return whole;
    for (const result_row& row : read_results(*asked.csv)) {
        if (row.task != asked.task) continue;
        counts_so_far there; // consecutive contributions, which are sorted by their first trials
        for (const contribution& c : row.contributions) {
            if (c.seed != whole.seed || c.first != whole.first + there.trials) continue;
            there.trials += c.trials;
            there.failures += c.failures;
            if (there.trials == before.trials && there.failures == before.failures) {
                whole.first += before.trials;
                whole.trials -= before.trials;
                whole.failures -= before.failures;
                return whole;
            }
        }
    }
    return whole;
}

void add_to_csv(const request& asked, const counts_so_far& before, std::uint64_t trials, std::uint64_t failures,
                const std::string& path) {
    result_row row;
    row.task = asked.task;
    row.contributions = {new_part(asked, before, trials, failures)};
    row.confidence = asked.options.confidence;
    row.kind = asked.options.interval;
    merge_into(path, row);
}

/// What would be refused at the end is refused now.
void rehearse_saving(const request& asked, const counts_so_far& before) {
    for (const auto& file : {asked.csv, asked.checkpoint}) {
        if (!file) continue;
        if (std::filesystem::exists(*file) && !std::filesystem::is_regular_file(*file)) {
            throw format_error(shown_word(*file), 0, "is no regular file");
        }
        const std::filesystem::path folder = std::filesystem::absolute(*file).parent_path();
        std::error_code ignored;
        if (!std::filesystem::is_directory(folder, ignored)) {
            throw format_error(shown_word(*file), 0, "cannot be written: No such file or directory");
        }
    }
    if (!asked.csv || !std::filesystem::exists(*asked.csv)) return;
    const contribution first = new_part(asked, before, before.trials + 1, before.failures);
    const std::vector<result_row> rows = read_results(*asked.csv);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].task != asked.task) continue;
        // With --trials all of them are known, else the first one.
        contribution added = first;
        if (asked.options.trials) added.trials = asked.options.first_trial + *asked.options.trials - first.first;
        added.failures = 0;
        if (added.trials == 0) continue;
        if (const auto reason = detail::overlap(rows[i].contributions, added)) {
            throw format_error(shown_word(*asked.csv), i + 2, *reason + "; nothing was added");
        }
    }
}

struct run_result {
    answer found;
    counts_so_far before;
};

[[nodiscard]] bool has_enough(const request& asked, std::uint64_t trials, std::uint64_t failures, estimate_end& why) {
    if (asked.options.failures && failures >= *asked.options.failures) {
        why = estimate_end::failures;
        return true;
    }
    if (asked.options.relative_error && failures > 0) {
        const double right = 1 - static_cast<double>(failures) / static_cast<double>(trials);
        if (std::sqrt(right / static_cast<double>(failures)) <= *asked.options.relative_error) {
            why = estimate_end::relative_error;
            return true;
        }
    }
    return false;
}

[[nodiscard]] run_result run(const request& asked) {
    const counts_so_far before = read_checkpoint(asked);
    rehearse_saving(asked, before);
    const stop_signals signals;
    progress_line line(asked.show_progress, "elections");
    estimate_options options = asked.options;
    options.stop = signals.token();
    options.on_progress = line.function();
    options.first_trial += before.trials;
    options.resumed_trials = before.trials;
    if (options.trials) *options.trials -= before.trials;
    options.failures.reset(); // they are for all trials, and looked at below
    options.relative_error.reset();

    std::optional<sequential_test> test;
    if (asked.below) {
        test.emplace(sequential_rule{.threshold = *asked.below,
                                     .clearly_below = clearly_below * *asked.below,
                                     .false_below = asked.error_rate,
                                     .false_not_below = asked.error_rate});
        (void)test->add(before.trials, before.failures);
        constexpr double many = 1e11;
        if (const double expected = test->expected_trials_below(); expected > many) {
            std::cerr << "election: --below: so small a probability takes about " << rounded(expected, 2)
                      << " elections to decide; see --method for rarer failures\n";
        }
    }
    auto saved = std::chrono::steady_clock::now();
    counts_so_far tested;
    auto why = estimate_end::trials;
    const auto decided = [&] { return test && test->decision() != sequential_decision::undecided; };
    options.enough = [&](std::uint64_t trials, std::uint64_t failures) {
        const auto now = std::chrono::steady_clock::now();
        if (asked.checkpoint && now - saved > std::chrono::seconds(10)) {
            saved = now;
            write_checkpoint(asked, before.trials + trials, before.failures + failures);
        }
        if (has_enough(asked, before.trials + trials, before.failures + failures, why)) return true;
        if (!test) return false;
        (void)test->add(trials - tested.trials, failures - tested.failures);
        tested = {trials, failures};
        why = estimate_end::enough;
        return decided();
    };
    run_result result{{}, before};
    estimate_result& found = result.found.found;
    if (options.trials == std::uint64_t{0} || decided() ||
        (before.trials > 0 && has_enough(asked, before.trials, before.failures, why))) { // the checkpoint has everything
        found.workers = asked.code.workers();
        found.partitions = asked.code.partitions();
        found.end = decided() ? estimate_end::enough : why;
    } else {
        found = run_models(asked, options);
        if (found.end == estimate_end::enough) found.end = why;
    }
    line.clear();
    found.trials += before.trials;
    found.failures += before.failures;
    const interval ends =
        confidence_interval(found.failures, found.trials, asked.options.confidence, asked.options.interval);
    found.estimate = static_cast<double>(found.failures) / static_cast<double>(found.trials);
    found.lower = ends.lower;
    found.upper = ends.upper;
    if (decided()) result.found.below = test->decision() == sequential_decision::below;
    return result;
}

/// After the answer was printed: what cannot be saved is not lost too.
void save(const request& asked, const run_result& result) {
    const estimate_result& found = result.found.found;
    if (asked.checkpoint) write_checkpoint(asked, found.trials, found.failures);
    if (asked.csv && found.trials > result.before.trials) {
        add_to_csv(asked, result.before, found.trials, found.failures, *asked.csv);
    }
}

[[nodiscard]] rare_estimate run_rare(const request& asked) {
    const kernel_set& kernels = kernels_of(asked.arch);
    const estimate_kernels loops{kernels.majority, kernels.sampling};
    rare_options options;
    options.ties = asked.options.ties;
    options.seed = asked.options.seed;
    options.confidence = asked.options.confidence;
    options.threads = asked.options.threads;
    if (asked.options.relative_error) options.relative_error = *asked.options.relative_error;
    if (asked.options.trials) options.trials = *asked.options.trials;
    const std::size_t liars = liars_of(asked.models.placement);
    return std::visit(
        [&](const auto& messages) { return estimate_rare(asked.code, messages, liars, options, *asked.rare, loops); },
        basic_models(asked.models).messages);
}

/// The keys that every method has.
template <class Found>
[[nodiscard]] nlohmann::ordered_json question_and_counts(const request& asked, const Found& found) {
    nlohmann::ordered_json object;
    object["workers"] = found.workers;
    object["partitions"] = found.partitions;
    object["ties"] = name_of(asked.options.ties);
    object["messages"] = name_of(asked.models.messages);
    object["placement"] = name_of(asked.models.placement);
    object["attack"] = name_of(asked.models.attack);
    object["liars"] = liars_of(asked.models.placement);
    object["trials"] = found.trials;
    object["failures"] = found.failures;
    object["estimate"] = found.estimate;
    return object;
}

void print_rare(const request& asked, const rare_estimate& found) {
    if (asked.json) {
        nlohmann::ordered_json object = question_and_counts(asked, found);
        object["standard_error"] = found.standard_error;
        object["lower"] = found.lower;
        object["upper"] = found.upper;
        object["confidence"] = found.confidence;
        object["interval"] = found.interval;
        object["method"] = name_of(found.method);
        object["seed"] = asked.options.seed;
        object["task"] = asked.task.id();
        object["seconds"] = found.seconds;
        std::cout << object.dump() << '\n';
        return;
    }
    const colours paint;
    const bool is_exact = found.lower == found.upper;
    const std::string bounds = rounded(found.lower, 3) + " and " + rounded(found.upper, 3);
    const std::string headline = is_exact ? "Fails with a probability of " + rounded(found.estimate, 10) + ", exactly."
                                 : found.estimate <= 0.0
                                     ? "No failure seen: fails with a probability below " + rounded(found.upper, 3) + "."
                                     : "Fails with a probability between " + bounds + ", estimated " +
                                           rounded(found.estimate, 3) + ", standard error " +
                                           rounded(found.standard_error, 2) + ".";
    std::cout << paint.bold(headline) << "\n\n";
    table facts;
    facts.row("workers", std::to_string(found.workers));
    facts.row("partitions", std::to_string(found.partitions));
    facts.row("messages", name_of(asked.models.messages));
    facts.row("liars", std::to_string(liars_of(asked.models.placement)) + ", placement worst, attack against");
    facts.row("ties", std::string(name_of(asked.options.ties)));
    facts.row("interval", rounded(found.lower, 4) + " to " + rounded(found.upper, 4) + "  (" + std::string(found.interval) +
                              ", " + rounded(100 * found.confidence, 6) + " %)");
    facts.row("method", std::string(name_of(found.method)));
    facts.row("trials", grouped(found.trials));
    facts.row("seed", std::to_string(asked.options.seed));
    facts.row("seconds", rounded(found.seconds, 3));
    std::cout << facts.str();
}

[[nodiscard]] std::string ended_in_words(estimate_end end) {
    switch (end) {
    case estimate_end::trials:
        return "trials";
    case estimate_end::failures:
        return "failures";
    case estimate_end::relative_error:
        return "relative-error";
    case estimate_end::enough:
        return "decided";
    case estimate_end::time_limit:
        return "time-limit";
    case estimate_end::stopped:
        break;
    }
    return "stopped";
}

/// Whether a signal or a limit came before the answer that was asked for.
[[nodiscard]] bool is_unfinished(const request& asked, const answer& result) {
    if (result.found.end == estimate_end::stopped) return true;
    if (asked.below) return !result.below;
    return result.found.end == estimate_end::time_limit && !asked.only_time;
}

[[nodiscard]] std::string liars_shown(const std::vector<bool>& liars) {
    std::string text;
    for (bool lies : liars) text += lies ? 'x' : '.';
    return text;
}

void print_json(const request& asked, const answer& result) {
    const estimate_result& found = result.found;
    nlohmann::ordered_json object = question_and_counts(asked, found);
    object["lower"] = found.lower;
    object["upper"] = found.upper;
    object["confidence"] = asked.options.confidence;
    object["interval"] = name_of(asked.options.interval);
    object["method"] = "monte-carlo";
    object["seed"] = asked.options.seed;
    object["first_trial"] = asked.options.first_trial;
    object["task"] = asked.task.id();
    object["ended"] = ended_in_words(found.end);
    if (is_unfinished(asked, result)) object["exact"] = false;
    if (asked.below) {
        object["threshold"] = *asked.below;
        object["below"] = result.below ? nlohmann::ordered_json(*result.below) : nlohmann::ordered_json(nullptr);
    }
    if (!found.worst.message.empty()) {
        object["worst"] = {{"trial", found.worst.trial},
                           {"message", to_string(found.worst.message)},
                           {"truth", found.worst.truth > 0 ? "+" : "-"},
                           {"votes", to_string(found.worst.votes)},
                           {"liars", liars_shown(found.worst.liars)},
                           {"margin", found.worst.margin}};
    }
    object["threads"] = found.threads;
    object["seconds"] = found.seconds;
    std::cout << object.dump() << '\n';
}

void print_text(const request& asked, const answer& result) {
    const colours paint;
    const estimate_result& found = result.found;
    std::string headline;
    if (asked.below) {
        headline = !result.below   ? "Not decided whether it fails less often than " + rounded(*asked.below, 6) + "."
                   : *result.below ? "Fails less often than " + rounded(*asked.below, 6) + "."
                                   : "Does not fail clearly less often than " + rounded(*asked.below, 6) + ".";
    } else if (found.failures == 0) {
        headline = "No failure in " + grouped(found.trials) + " elections: fails with a probability below " +
                   rounded(found.upper, 3) + ".";
    } else {
        headline = "Fails with a probability of " + rounded(found.estimate, 4) + ", between " + rounded(found.lower, 4) +
                   " and " + rounded(found.upper, 4) + ".";
    }
    std::cout << paint.bold(headline) << "\n\n";
    table facts;
    facts.row("workers", std::to_string(found.workers));
    facts.row("partitions", std::to_string(found.partitions));
    facts.row("messages", name_of(asked.models.messages));
    facts.row("liars", std::to_string(liars_of(asked.models.placement)) + ", placement " + name_of(asked.models.placement) +
                           ", attack " + name_of(asked.models.attack));
    facts.row("ties", std::string(name_of(asked.options.ties)));
    facts.row("trials", grouped(found.trials) + (found.end == estimate_end::stopped ? "  (stopped)" : ""));
    facts.row("failures",
              grouped(found.failures) + (found.end == estimate_end::failures || found.end == estimate_end::relative_error
                                             ? "  (stopping on them makes the estimate slightly too high)"
                                             : ""));
    facts.row("interval", rounded(found.lower, 6) + " to " + rounded(found.upper, 6) + "  (" +
                              std::string(name_of(asked.options.interval)) + ", " +
                              rounded(100 * asked.options.confidence, 6) + " %)");
    if (!found.worst.message.empty()) {
        facts.row("worst margin", std::to_string(found.worst.margin) + "  (trial " + grouped(found.worst.trial) + ")");
    }
    facts.row("seed", std::to_string(asked.options.seed));
    facts.row("task", asked.task.id());
    facts.row("seconds", rounded(found.seconds, 3));
    std::cout << facts.str();
}

} // namespace

status estimate_command(words arguments) {
    command_line line("estimate", "how often a code fails in random elections, with a confidence interval");
    declare(line);
    if (!line.parse(std::move(arguments), std::cout)) return status::done;
    const request asked = make_request(line);
    if (asked.rare) {
        print_rare(asked, run_rare(asked));
        return status::done;
    }
    const run_result ran = run(asked);
    const answer& result = ran.found;
    (asked.json ? print_json : print_text)(asked, result);
    std::cout.flush();
    save(asked, ran);
    if (is_unfinished(asked, result)) return status::stopped;
    return asked.below && !*result.below ? status::no : status::done;
}

} // namespace election::program
