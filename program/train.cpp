// SPDX-License-Identifier: MIT
#include <chrono>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include <election/codes/metrics.hpp>
#include <election/io/atomic_file.hpp>
#include <election/io/file_lock.hpp>

#include "commands.hpp"
#include "files.hpp"
#include "lies.hpp"
#include "table.hpp"
#include "terminal.hpp"
#include "training/baseline.hpp"
#include "training/grid.hpp"
#include "training/plan.hpp"
#include "training/processes.hpp"
#include "training/run.hpp"

namespace election::program {
namespace {

using json = nlohmann::ordered_json;

template <class T>
[[nodiscard]] json or_null(const std::optional<T>& value) {
    return value ? json(*value) : json(nullptr);
}

[[nodiscard]] json outcome_json(const training_plan& plan, const training_lies& liars, const training_outcome& outcome,
                                const run_identity& identity) {
    json result;
    result["preset"] = name_of(plan.preset);
    result["model"] = name_of(plan.model);
    result["code"] = plan.code_name;
    result["workers"] = plan.code.workers();
    result["partitions"] = plan.code.partitions();
    result["liars"] = liars.liars;
    result["attack"] = liars.attack_name;
    result["placement"] = liars.placement_name;
    result["aggregator"] = aggregator_name(plan, liars);
    if (plan.aggregator == "majority") result["votes"] = name_of(plan.votes);
    result["metric_name"] = outcome.metric_name;
    result["metric"] = or_null(outcome.metric);
    if (outcome.metric_name == "auc") result["metric_margin"] = or_null(outcome.metric_margin);
    result["loss"] = or_null(outcome.loss);
    result["iterations"] = outcome.iterations;
    result["epochs"] = outcome.epochs;
    result["seconds"] = outcome.seconds;
    result["parameters"] = outcome.parameters;
    result["parameter_sum"] = outcome.parameter_sum;
    result["non_zeros"] = outcome.non_zeros;
    result["parameters_hash"] = outcome.hash;
    result["vote_bytes"] = outcome.vote_bytes;
    result["decision_bytes"] = outcome.decision_bytes;
    result["absent_votes"] = outcome.absent;
    result["seed"] = plan.seed;
    result["run"] = identity.id();
    result["exact"] = outcome.finished;
    if (!outcome.record.empty()) result["record"] = json::parse(outcome.record);
    return result;
}

[[nodiscard]] std::string megabytes(std::uint64_t bytes) { return rounded(static_cast<double>(bytes) / 1e6, 4) + " MB"; }

void print_outcome(const training_plan& plan, const training_lies& liars, const training_outcome& outcome) {
    const colours paint;
    const std::string name = outcome.metric_name == "auc" ? "Area under the ROC curve" : "Accuracy";
    std::cout << paint.bold(name + " " + (outcome.metric ? rounded(*outcome.metric, 5) : std::string("unknown")))
              << " on test samples after " << counted(outcome.iterations, "step")
              << (outcome.finished ? ".\n" : ", stopped before the last one.\n") << '\n';
    table rows;
    rows.row("preset",
             name_of(plan.preset) + ", " + name_of(plan.model) + ", " + grouped(outcome.parameters) + " parameters");
    rows.row("code", plan.code_name);
    rows.row("workers",
             std::to_string(plan.code.workers()) + ", of whom " + std::to_string(liars.liars) +
                 (liars.liars == 1 ? " lies" : " lie") +
                 (liars.liars == 0 ? std::string() : " (" + liars.attack_name + ", placed " + liars.placement_name + ")"));
    rows.row("partitions", std::to_string(plan.code.partitions()));
    rows.row("master", plan.aggregator == "majority" ? "majority of " + name_of(plan.votes) + " votes"
                                                     : aggregator_name(plan, liars) + " of full gradients");
    if (outcome.metric_margin) rows.row("margin's area", rounded(*outcome.metric_margin, 5));
    if (outcome.loss) rows.row("loss", rounded(*outcome.loss, 4) + "  (mean of the last mini-batches)");
    rows.row("epochs", rounded(outcome.epochs, 4));
    rows.row("traffic", megabytes(outcome.vote_bytes) + " of " + (plan.aggregator == "majority" ? "votes" : "gradients") +
                            ", " + megabytes(outcome.decision_bytes) + " of decisions");
    if (outcome.absent != 0) rows.row("absent votes", grouped(outcome.absent));
    rows.row("seed", std::to_string(plan.seed));
    rows.row("seconds", rounded(outcome.seconds, 3));
    std::cout << rows.str();
    if (outcome.record.empty()) return;
    const json record = json::parse(outcome.record);
    const auto elections = record["coordinates"].get<std::uint64_t>();
    const auto with_truth = record["with_truth"].get<std::uint64_t>();
    std::cout << "\nOf " << grouped(elections) << " elections " << grouped(elections - with_truth)
              << " had no truth: as many partitions for + as for -. Of the others "
              << grouped(record["violations"].get<std::uint64_t>()) << " were decided wrongly or left open, "
              << grouped(record["turned"].get<std::uint64_t>()) << " of them turned by liars.\n";
    if (!record["expected"].is_null()) {
        std::cout << "Were partitions exchangeable, " << rounded(record["expected"]["expected"].get<double>(), 6) << " of "
                  << grouped(record["expected"]["elections"].get<std::uint64_t>()) << " would be expected; there were "
                  << grouped(record["expected"]["measured"].get<std::uint64_t>()) << ".\n";
    }
    const json& signs = record["full_gradient"]["decision"];
    if (!signs.is_null()) {
        std::cout << "The decision had the full gradient's sign in " << rounded(100 * signs["right"].get<double>(), 4)
                  << " % of the coordinates (weighted by size: " << rounded(100 * signs["right_by_size"].get<double>(), 4)
                  << " %), looked at every " << record["full_gradient"]["every"].get<std::uint64_t>() << " steps.\n";
    }
}

void declare(command_line& line) {
    line.usage("[--preset NAME] [--data PATH] [--code NAME|FILE] [--liars B] [--attack NAME] [options]")
        .usage("--grid FILE -o RESULTS [--curves FOLDER] [--dry-run] [options]")
        .chapter("DESCRIPTION",
                 "Trains a model as n workers would of whom some lie: in each step every partition takes the signs of its "
                 "mini-batch gradient, every worker sends the majority of the partitions it holds, liars send something "
                 "else, and the master takes the majority of all. The same seed gives the same parameters, bit for bit, "
                 "for any number of threads and processes and on every instruction set. Without options it trains a small "
                 "network on pictures that the program draws itself.");
    declare_plan(line);
    declare_lies(line);
    declare_processes(line);
    declare_grid(line);
    line.option("--csv", "FILE", "must be a file name",
                "Write a row an iteration: iteration,epoch,seconds,metric,… While the run goes on they stand in FILE.part.")
        .option("--checkpoint", "FILE", "must be a file name",
                "Go on from FILE if it is there, and write it once an epoch, when stopped and at the end.")
        .option("--checkpoint-every", "N", "must be a whole number from 1 on", "Write the checkpoint every N steps instead.")
        .flag("--record", "Count in all steps how votes came out, which the liars turned and how signs agree with the full "
                          "gradient, and compare with exact probabilities.")
        .flag("--json", "Print one JSON object instead of text.")
        .flag("--progress", "Draw progress although standard error is no terminal.");
    describe_lies(line);
    describe_baselines(line);
    describe_grid(line);
    line.chapter("EXIT STATUS",
                 " 0  done\n 2  bad use or bad input\n 3  stopped before the last step; what is known is printed")
        .chapter("EXAMPLES", " election train\n"
                             " election train --code deterministic:n=15,b=3 --liars 3 --attack reverse --record\n"
                             " election train --preset amazon --data train.csv --workers 15 --csv run.csv\n"
                             " election train --preset mnist --data mnist --aggregator median --workers 15 --liars 3\n"
                             " election train --grid examples/grids/digits.grid -o results.csv");
}

/// Whether a run would write its log and its checkpoint to the same place, whatever that is called.
[[nodiscard]] bool meet(const std::string& log, const std::string& checkpoint) {
    namespace fs = std::filesystem;
    const auto place = [](const fs::path& file) {
        std::error_code ignored;
        return fs::weakly_canonical(fs::absolute(file, ignored), ignored);
    };
    const fs::path kept = place(detail::link_target(checkpoint));
    const std::string rows = detail::link_target(log).string();
    return kept == place(rows) || kept == place(rows + ".part"); // where rows stand while the run goes on
}

/// Everything that options say of one run.
struct training_request {
    training_plan plan;
    training_lies liars;
    training_hooks hooks;
};

[[nodiscard]] training_request read_request(const command_line& line) {
    training_request asked;
    asked.plan = read_plan(line);
    asked.liars = read_lies(line, asked.plan.code, asked.plan.ties, asked.plan.seed);
    asked.hooks.processes = read_processes(line);
    asked.hooks.csv = line.text("--csv").value_or("");
    asked.hooks.checkpoint = line.text("--checkpoint").value_or("");
    if (const auto every = line.integer("--checkpoint-every", 1, 1'000'000'000)) {
        if (asked.hooks.checkpoint.empty()) throw bad_use("--checkpoint-every: must go with --checkpoint FILE");
        asked.hooks.checkpoint_every = static_cast<std::uint64_t>(*every);
    }
    check_baseline(asked.plan, asked.liars);
    if (asked.plan.aggregator != "majority" && asked.hooks.processes.transport != transport_kind::local)
        throw bad_use("--aggregator: " + asked.plan.aggregator + " runs in one process, must be majority under mpirun");
    if (!asked.hooks.csv.empty() && !asked.hooks.checkpoint.empty() && meet(asked.hooks.csv, asked.hooks.checkpoint)) {
        throw bad_use("--checkpoint: " + shown_word(asked.hooks.checkpoint) +
                      " must be another file than that of --csv, and than that with .part behind its name");
    }
    if (launched_rank() == 0) {
        if (!asked.hooks.csv.empty()) require_writable("--csv", asked.hooks.csv);
        if (!asked.hooks.checkpoint.empty()) require_writable("--checkpoint", asked.hooks.checkpoint);
    }
    asked.hooks.record = line.has("--record");
    if (asked.hooks.record && asked.plan.aggregator != "majority")
        throw bad_use("--record: counts votes, must go with --aggregator majority");
    return asked;
}

/// What goes wrong in all processes is said once: the first one ends all of them before others have said it too.
void wait_for_master(int rank) {
    if (rank != 0) std::this_thread::sleep_for(std::chrono::seconds(2));
}

/// Holds the run that options ask for, and prints what it came to.
[[nodiscard]] status run_one(const command_line& line) {
    training_request asked = read_request(line);
    const training_data data = load_training_data(asked.plan);
    process_session session(asked.hooks.processes);
    // Processes that stop at different steps would wait for each other: with several, a signal ends them as usual.
    std::optional<stop_signals> signals;
    if (session.ranks() == 1) asked.hooks.stop = signals.emplace().token();
    progress_line drawn(line.has("--progress"), "steps");
    asked.hooks.progress = drawn.function();
    training_outcome outcome;
    try {
        outcome = run_training(asked.plan, asked.liars, data, asked.hooks);
    } catch (const std::exception& failure) {
        drawn.clear();
        if (session.ranks() == 1) throw;
        wait_for_master(session.rank());
        std::cerr << detail::joined({"election: rank ", std::to_string(session.rank()), ": ", failure.what(), "\n"})
                  << std::flush;
        session.abort();
    }
    drawn.clear();
    if (outcome.is_master && line.has("--json")) {
        std::cout << outcome_json(asked.plan, asked.liars, outcome, identity_of(asked.plan, asked.liars, data)).dump()
                  << '\n';
    } else if (outcome.is_master) {
        print_outcome(asked.plan, asked.liars, outcome);
    }
    return session.end(outcome.everybody, outcome.finished ? status::done : status::stopped);
}

} // namespace

status train_command(words arguments) {
    command_line line("train", "SignSGD with a majority vote of coded workers, some of whom lie");
    declare(line);
    if (!line.parse(std::move(arguments), std::cout)) return status::done;
    try {
        if (line.has("--grid")) return run_grid(line);
        refuse_grid_options(line);
        return run_one(line);
    } catch (const bad_use&) {
        // All processes read the same options; one line about them is enough, and mpirun ends all when the first one ends.
        if (launched_rank() == 0) throw;
        wait_for_master(launched_rank());
        return status::bad_use;
    } catch (const std::exception&) {
        wait_for_master(launched_rank()); // a file may be missing where only one of them is
        throw;
    }
}

} // namespace election::program
