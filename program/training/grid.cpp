// SPDX-License-Identifier: MIT
#include "training/grid.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <exception>
#include <filesystem>
#include <iostream>
#include <limits>
#include <map>
#include <optional>
#include <stop_token>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <election/core/error.hpp>
#include <election/io/file_lock.hpp>
#include <election/train/experiment_grid.hpp>
#include <election/train/grid_results.hpp>

#include "files.hpp"
#include "lies.hpp"
#include "terminal.hpp"
#include "training/baseline.hpp"
#include "training/plan.hpp"
#include "training/processes.hpp"
#include "training/run.hpp"

namespace election::program {
namespace {

using json = nlohmann::ordered_json;

/// Keys of a grid file: the options that decide a run. Flags are yes or no.
constexpr std::array keys{
    "preset",       "data",       "model",        "workers",      "partitions",  "code",  "votes",    "ties",
    "master-ties",  "aggregator", "assume-liars", "split",        "reshuffle",   "batch", "momentum", "worker-momentum",
    "weight-decay", "step",       "epochs",       "steps",        "absent",      "seed",  "liars",    "liar-set",
    "placement",    "attack",     "attack-from",  "attack-every", "attack-renew"};
constexpr std::string_view flag_key = "reshuffle";
/// Options that do not change what a run comes to.
constexpr std::array shared_options{"--threads", "--metric-every"};
/// Options of one run only.
constexpr std::array run_options{"--csv", "--checkpoint", "--checkpoint-every", "--json", "--transport", "--rank-limit"};

/// Columns of the results; `parameters_hash` is the first 13 digits of the hash, which are a number without rounding.
const std::vector<std::string>& columns() {
    static const std::vector<std::string> names{"metric",      "metric_margin", "loss",         "iterations",
                                                "epochs_held", "seconds",       "vote_bytes",   "decision_bytes",
                                                "parameters",  "non_zeros",     "absent_votes", "parameters_hash",
                                                "with_truth",  "violations",    "turned"};
    return names;
}

[[nodiscard]] std::string option_of(std::string_view key) { return detail::joined({"--", key}); }

/// What the file may say, and what holds where it does not: what the command line says, or blank for the program's default.
[[nodiscard]] std::vector<grid_key> known_keys(const command_line& line) {
    std::vector<grid_key> known;
    for (const char* key : keys) {
        std::string value = key == std::string_view("preset")       ? "digits"
                            : key == std::string_view("aggregator") ? "majority"
                            : key == std::string_view("seed")       ? "1"
                                                                    : "";
        if (key == flag_key) {
            if (line.has(option_of(key))) value = "yes";
        } else {
            value = line.text(option_of(key)).value_or(value);
        }
        known.push_back({key, std::move(value)});
    }
    return known;
}

/// The options of a point; those that are blank are left out.
[[nodiscard]] std::vector<std::string> words_of(const run_identity& point) {
    std::vector<std::string> words;
    for (const char* key : keys) {
        const std::string value = point.find(key).value_or("");
        if (value.empty()) continue;
        if (key != flag_key) {
            words.push_back(detail::joined({"--", key, "=", value}));
            continue;
        }
        if (value != "yes" && value != "no") {
            throw bad_use(detail::joined({"--", key, ": ", shown_word(value), " must be yes or no in a grid"}));
        }
        if (value == "yes") words.push_back(option_of(key));
    }
    return words;
}

/// What distinguishes a point from others of its grid, in words.
[[nodiscard]] std::string shown_point(const run_identity& point, const experiment_grid& grid) {
    std::string text;
    for (const auto& [key, values] : grid.lists()) {
        if (values.size() < 2) continue;
        text.append(text.empty() ? "" : " ").append(key).append("=").append(shown_word(*point.find(key)));
    }
    return text.empty() ? std::string("the only point") : text;
}

/// A run that a point asks for.
struct grid_run {
    training_plan plan;
    training_lies liars;
};

[[nodiscard]] grid_run read_run(const run_identity& point, const command_line& given) {
    command_line line("train", "a point of a grid");
    declare_plan(line);
    declare_lies(line);
    std::vector<std::string> words = words_of(point);
    for (const char* option : shared_options) {
        if (const auto value = given.text(option)) words.push_back(detail::joined({option, "=", *value}));
    }
    if (!line.parse(std::move(words), std::cout)) throw bad_use("--help: is no option of a point");
    grid_run run;
    run.plan = read_plan(line);
    run.liars = read_lies(line, run.plan.code, run.plan.ties, run.plan.seed);
    check_baseline(run.plan, run.liars);
    return run;
}

[[nodiscard]] std::vector<double> results_of(const training_outcome& outcome) {
    const auto number = [](const auto& value) {
        if constexpr (requires { *value; }) {
            return value ? static_cast<double>(*value) : std::numeric_limits<double>::quiet_NaN();
        } else {
            return static_cast<double>(value);
        }
    };
    const double hash = static_cast<double>(std::stoull(outcome.hash.substr(0, 13), nullptr, 16));
    std::vector<double> row{number(outcome.metric),
                            outcome.metric_name == "auc" ? number(outcome.metric_margin)
                                                         : std::numeric_limits<double>::quiet_NaN(),
                            number(outcome.loss),
                            number(outcome.iterations),
                            outcome.epochs,
                            outcome.seconds,
                            number(outcome.vote_bytes),
                            number(outcome.decision_bytes),
                            number(outcome.parameters),
                            number(outcome.non_zeros),
                            number(outcome.absent),
                            hash};
    const json record = outcome.record.empty() ? json() : json::parse(outcome.record);
    for (const char* name : {"with_truth", "violations", "turned"}) {
        row.push_back(record.is_null() ? std::numeric_limits<double>::quiet_NaN()
                                       : static_cast<double>(record[name].get<std::uint64_t>()));
    }
    return row;
}

/// Says to other processes that a point is being computed here: a lock on RESULTS.IDENTITY.lock, which the system takes off
/// whenever the process ends.
class claim {
public:
    claim(const std::string& results, const run_identity& point)
        : path_(detail::joined({detail::link_target(results).string(), ".", point.id(), ".lock"})) {
        errno = 0;
        handle_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (handle_ < 0) throw format_error(path_, 0, "cannot be written: " + std::generic_category().message(errno));
        // A file that its owner has removed since it was opened is no claim any more: others would make a new one.
        struct stat opened {};
        struct stat there {};
        mine_ = ::flock(handle_, LOCK_EX | LOCK_NB) == 0 && ::fstat(handle_, &opened) == 0 &&
                ::stat(path_.c_str(), &there) == 0 && opened.st_ino == there.st_ino && opened.st_dev == there.st_dev;
    }
    claim(const claim&) = delete;
    claim& operator=(const claim&) = delete;
    ~claim() {
        if (mine_) ::unlink(path_.c_str());
        ::close(handle_);
    }
    /// Whether no other process computes it.
    [[nodiscard]] bool mine() const noexcept { return mine_; }

private:
    std::string path_;
    int handle_ = -1;
    bool mine_ = false;
};

/// Data by preset and path, loaded once.
class data_shelf {
public:
    [[nodiscard]] const training_data& of(const training_plan& plan) {
        const std::pair key(plan.preset, plan.data);
        auto found = shelf_.find(key);
        if (found == shelf_.end()) found = shelf_.emplace(key, load_training_data(plan)).first;
        return found->second;
    }

private:
    std::map<std::pair<training_preset, std::string>, training_data> shelf_;
};

/// The runs of a grid.
class grid_session {
public:
    grid_session(const command_line& line, std::string file)
        : line_(line), file_(std::move(file)), grid_(experiment_grid::read(file_, known_keys(line))),
          points_(grid_.points()), drawn_(line.has("--progress"), "steps") {
        if (const auto output = line.text("--output")) {
            require_writable("--output", *output);
            path_ = *output;
            results_.emplace(path_, std::vector<std::string>(keys.begin(), keys.end()), columns());
        }
        curves_ = line.text("--curves").value_or("");
    }

    /// Says what there would be to do.
    [[nodiscard]] status list() {
        const std::vector<grid_row> there = results_ ? results_->rows() : std::vector<grid_row>{};
        bool all_good = true;
        for (const run_identity& point : points_) {
            const bool done = std::ranges::find(there, point, &grid_row::point) != there.end();
            std::string state = done ? "done" : "new ";
            try {
                static_cast<void>(read_run(point, line_));
            } catch (const std::exception& failure) {
                complain(point, failure);
                state = "bad ";
                all_good = false;
            }
            std::cout << point.id() << "  " << state << "  " << shown_point(point, grid_) << '\n';
        }
        std::cout << counted(points_.size(), "point") << ".\n";
        return all_good ? status::done : status::bad_use;
    }

    /// Holds all runs that are not there.
    [[nodiscard]] status run() {
        static_cast<void>(results_->rows()); // a damaged file is found before anything is computed
        if (!curves_.empty()) {
            std::error_code failure;
            std::filesystem::create_directories(curves_, failure);
            if (!std::filesystem::is_directory(curves_))
                throw bad_use("--curves: " + shown_word(curves_) + " must be a folder, or a name for a new one");
        }
        const stop_signals signals;
        stop_ = signals.token();
        std::vector<run_identity> left = points_;
        while (!left.empty() && !stop_.stop_requested()) {
            std::vector<run_identity> elsewhere;
            for (const run_identity& point : left) {
                if (stop_.stop_requested()) break;
                if (!take(point)) elsewhere.push_back(point);
            }
            left = std::move(elsewhere);
            // What others compute is there when they are done; where they fail or are stopped, it is computed here.
            for (int i = 0; i < 10 && !left.empty() && !stop_.stop_requested(); ++i)
                std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        std::cout << counted(points_.size(), "point") << ": " << here_ << " computed, " << before_ << " there already"
                  << (failed_ != 0 ? ", " + std::to_string(failed_) + " failed" : std::string())
                  << (stop_.stop_requested() ? ", stopped before the others" : "") << ".\n";
        if (stop_.stop_requested()) return status::stopped;
        return failed_ != 0 ? status::bad_use : status::done;
    }

private:
    /// Computes a point, unless it is there. \returns false where another process is at it
    [[nodiscard]] bool take(const run_identity& point) {
        if (results_->has(point)) {
            ++before_;
            return true;
        }
        const claim claimed(path_, point);
        if (!claimed.mine()) return false;
        if (results_->has(point)) { // since the last look
            ++before_;
            return true;
        }
        std::optional<training_outcome> outcome;
        try {
            outcome = hold(point);
        } catch (const std::exception& failure) {
            drawn_.clear();
            drop_curve(point);
            complain(point, failure);
            ++failed_;
            return true;
        }
        drawn_.clear();
        if (!outcome->finished) {
            drop_curve(point);
            return true;
        }
        static_cast<void>(results_->add(point, results_of(*outcome)));
        ++here_;
        std::cout << point.id() << "  " << outcome->metric_name << ' '
                  << (outcome->metric ? rounded(*outcome->metric, 5) : std::string("unknown")) << "  "
                  << rounded(outcome->seconds, 3) << " s  " << shown_point(point, grid_) << std::endl;
        return true;
    }

    [[nodiscard]] training_outcome hold(const run_identity& point) {
        const grid_run run = read_run(point, line_);
        training_hooks hooks;
        hooks.stop = stop_;
        hooks.progress = drawn_.function();
        hooks.record = line_.has("--record") && !is_baseline(run.plan);
        if (!curves_.empty()) hooks.csv = curve_of(point);
        return run_training(run.plan, run.liars, data_.of(run.plan), hooks);
    }

    [[nodiscard]] std::string curve_of(const run_identity& point) const {
        return (std::filesystem::path(curves_) / (point.id() + ".csv")).string();
    }
    /// A point is computed from its beginning, so that half a curve is of no use.
    void drop_curve(const run_identity& point) const {
        std::error_code ignored;
        if (!curves_.empty()) std::filesystem::remove(curve_of(point) + ".part", ignored);
    }

    void complain(const run_identity& point, const std::exception& failure) const {
        std::cerr << "election: "
                  << printable(detail::joined(
                         {file_, ": point ", point.id(), " (", shown_point(point, grid_), "): ", message_of(failure)}))
                  << std::endl;
    }

    const command_line& line_;
    std::string file_;
    experiment_grid grid_;
    std::vector<run_identity> points_;
    std::string path_;
    std::optional<grid_results> results_;
    std::string curves_;
    data_shelf data_;
    progress_line drawn_;
    std::stop_token stop_;
    std::size_t here_ = 0;
    std::size_t before_ = 0;
    std::size_t failed_ = 0;
};

} // namespace

void declare_grid(command_line& line) {
    line.option("--grid", "FILE", "must be a grid file",
                "Hold a run for each point of a grid of experiments instead of one run; see GRIDS.")
        .option("--output,-o", "FILE", "must be a file name", "With --grid: the results, a row a point.")
        .option("--curves", "FOLDER", "must be a folder",
                "With --grid: write a row an iteration of each point to FOLDER/IDENTITY.csv, as --csv does.")
        .flag("--dry-run", "With --grid: list the points and what is wrong with them, and compute nothing.");
}

void describe_grid(command_line& line) {
    line.chapter(
        "GRIDS",
        R"(A grid file has a line "key = value value ..." for each list of values; all ways to choose one of each are its points. Keys are the options that decide a run, without dashes; a..b are whole numbers; quotes keep blanks together, "" is the option left out; reshuffle is yes or no; # begins a comment. Options on the command line hold for points where the file says nothing. For example:
  code   = uncoded:n=15 deterministic:n=15,b=3
  liars  = 0..3
  attack = reverse noise
Points whose row is in the results file already are skipped, so that a grid which was stopped goes on, and several processes may work at one file. A point that fails is reported and leaves no row; the others go on. Results have all keys (blank: the default) and the columns metric, metric_margin, loss, iterations, epochs_held, seconds, vote_bytes, decision_bytes, parameters, non_zeros, absent_votes, parameters_hash (the first 13 hexadecimal digits, as a number), and with --record - where votes are counted - with_truth, violations, turned.)");
}

void refuse_grid_options(const command_line& line) {
    for (const char* option : {"--output", "--curves", "--dry-run"}) {
        if (line.has(option)) throw bad_use(detail::joined({option, ": must go with --grid FILE"}));
    }
}

status run_grid(const command_line& line) {
    for (const char* option : run_options) {
        if (line.has(option)) {
            throw bad_use(detail::joined({option, ": is of one run, must be left out with --grid; results go to --output"}));
        }
    }
    if (one_of_several_processes())
        throw bad_use("--grid: must not be run under mpirun; start several processes with the same --output instead");
    const bool dry = line.has("--dry-run");
    if (!dry && !line.has("--output")) throw bad_use("--output: is missing, must be a file name where --grid is given");
    grid_session session(line, line.required("--grid"));
    return dry ? session.list() : session.run();
}

} // namespace election::program
