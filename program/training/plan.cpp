// SPDX-License-Identifier: MIT
#include "training/plan.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <string_view>
#include <utility>

#include <election/codes/families.hpp>
#include <election/core/error.hpp>
#include <election/core/parallel.hpp>

#include "files.hpp"
#include "training/baseline.hpp"

namespace election::program {
namespace {

constexpr std::int64_t most = 1'000'000'000;

[[nodiscard]] std::vector<std::string> split_at(std::string_view text, char mark) {
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t end = text.find(mark);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

[[nodiscard]] std::optional<training_preset> preset_named(std::string_view name) {
    if (name == "digits") return training_preset::digits;
    if (name == "mnist") return training_preset::mnist;
    if (name == "amazon") return training_preset::amazon;
    return std::nullopt;
}
[[nodiscard]] std::optional<vote_kind> votes_named(std::string_view name) {
    if (name == "binary") return vote_kind::binary;
    if (name == "abstaining") return vote_kind::abstaining;
    if (name == "ternary") return vote_kind::ternary;
    return std::nullopt;
}
[[nodiscard]] std::optional<model_choice> model_named(std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::string_view name = text.substr(0, colon);
    model_choice chosen;
    if (name == "softmax" && colon == std::string_view::npos) return chosen;
    if (name == "convolutional" && colon == std::string_view::npos) {
        chosen.what = model_choice::kind::convolutional;
        return chosen;
    }
    if (name != "perceptron" || colon == std::string_view::npos) return std::nullopt;
    chosen.what = model_choice::kind::perceptron;
    for (const std::string& width : split_at(text.substr(colon + 1), ',')) {
        const auto number = parse_integer(width);
        if (!number || *number < 1 || *number > 1'000'000) return std::nullopt;
        chosen.hidden.push_back(static_cast<std::size_t>(*number));
    }
    return chosen;
}
[[nodiscard]] std::optional<partition_choice> partitions_named(std::string_view text) {
    if (text == "contiguous") return partition_choice{};
    if (text == "shuffled") return partition_choice{partition_choice::kind::shuffled, 0};
    if (!text.starts_with("dirichlet:")) return std::nullopt;
    const auto alpha = parse_real(text.substr(10));
    if (!alpha || *alpha <= 0) return std::nullopt;
    return partition_choice{partition_choice::kind::dirichlet, *alpha};
}

/// The code of that name. \throws bad_use  it is none: what is wrong is wrong with --code, not with an option of the parameter's name
[[nodiscard]] code_name named_code(const std::string& text, std::uint64_t seed) {
    try {
        code_name name = code_name::parse(text);
        const auto& parameters = family_named(text.substr(0, text.find(':'))).parameters;
        const bool takes_seed =
            std::ranges::any_of(parameters, [](const family_parameter& parameter) { return parameter.key == "seed"; });
        if (takes_seed && !name.find("seed")) name.with("seed", seed);
        return name;
    } catch (const error&) {
        throw bad_use("--code: " + shown_word(text) +
                      " must look like family:key=value,key=value, as in deterministic:n=15,b=3");
    }
}

/// The code that is asked for: by name, from a file, or everybody his own partition.
void read_training_code(const command_line& line, training_plan& plan) {
    const auto workers = line.integer("--workers", 1, most);
    const auto partitions = line.integer("--partitions", 1, most);
    const auto asked = line.text("--code");
    if (!asked) {
        const std::int64_t n = workers                                  ? *workers
                               : partitions                             ? *partitions
                               : plan.preset == training_preset::amazon ? 15
                                                                        : 5;
        if (partitions && *partitions != n) {
            throw bad_use(detail::joined({"--code: is missing, must be given where --workers (", std::to_string(n),
                                          ") and --partitions (", std::to_string(*partitions), ") differ"}));
        }
        plan.code_name = detail::joined({"uncoded:n=", std::to_string(n)});
        try {
            plan.code = packed_allocation(make_code(code_name::parse(plan.code_name)));
        } catch (const parameter_error& failure) { // its n was given under another name
            throw bad_use(
                detail::joined({workers ? "--workers: " : "--partitions: ", failure.value(), " ", failure.rule()}));
        }
        return;
    }
    const std::string family(asked->substr(0, asked->find(':')));
    bool known = false;
    for (const auto& listed : families()) known = known || listed.key == family;
    if (known && !std::filesystem::exists(*asked)) {
        const code_name name = named_code(*asked, plan.seed);
        plan.code_name = name.str();
        try {
            plan.code = packed_allocation(make_code(name));
        } catch (const parameter_error& failure) { // of the name, not of an option
            throw bad_use(detail::joined({"--code: ", shown_word(*asked), ": ", failure.parameter(), " = ",
                                          shown_word(failure.value()), " ", failure.rule()}));
        }
    } else {
        if (!std::filesystem::exists(*asked) && *asked != "-") {
            throw bad_use(
                "--code: " + shown_word(*asked) +
                " is neither a file nor the name of a code, as in deterministic:n=15,b=3; see 'election generate --list'");
        }
        plan.code_name = *asked;
        plan.code = read_code(*asked, std::nullopt);
    }
    const auto check = [&](const char* option, const std::optional<std::int64_t>& wanted, std::size_t has,
                           const char* things) {
        if (wanted && static_cast<std::size_t>(*wanted) != has) {
            throw bad_use(detail::joined({option, ": ", std::to_string(*wanted), " must be the number of ", things,
                                          " of the code ", plan.code_name, ", ", std::to_string(has), ", or be left out"}));
        }
    };
    check("--workers", workers, plan.code.workers(), "workers");
    check("--partitions", partitions, plan.code.partitions(), "partitions");
}

void read_votes(const command_line& line, training_plan& plan) {
    for (const char* option : {"--votes", "--ties", "--master-ties"}) {
        if (is_baseline(plan) && line.has(option))
            throw bad_use(detail::joined({option, ": is of votes, must be left out with --aggregator ", plan.aggregator}));
    }
    plan.votes = plan.preset == training_preset::amazon ? vote_kind::ternary : vote_kind::binary;
    plan.votes = line.choice("--votes", votes_named).value_or(plan.votes);
    if (plan.preset == training_preset::amazon && plan.votes != vote_kind::ternary) {
        throw bad_use("--votes: " + name_of(plan.votes) +
                      " must be ternary with sparse data: nearly all coordinates of a sparse gradient are exactly 0");
    }
    plan.ties = plan.votes == vote_kind::binary ? tie_policy::positive : tie_policy::abstain;
    if (const auto ties = line.choice("--ties", tie_policy_named)) {
        if ((*ties == tie_policy::abstain) != (plan.votes != vote_kind::binary)) {
            throw bad_use(plan.votes == vote_kind::binary
                              ? "--ties: abstain needs votes that may abstain, --votes abstaining or ternary"
                              : "--ties: must be abstain where votes may abstain; --votes binary has the others");
        }
        plan.ties = *ties;
    }
    if (const auto master = line.text("--master-ties")) {
        if (*master != "positive" && *master != "negative") throw line.bad_value("--master-ties");
        if (plan.votes != vote_kind::binary)
            throw bad_use(
                "--master-ties: needs --votes binary; where votes may abstain, a tied master leaves the parameter alone");
        plan.master_positive = *master == "positive";
    }
}

void read_absent(const command_line& line, training_plan& plan) {
    const auto text = line.text("--absent");
    if (!text) return;
    std::vector<bool> seen(plan.code.workers());
    for (const std::string& word : split_at(*text, ',')) {
        const auto worker = parse_integer(word);
        if (!worker || *worker < 0 || static_cast<std::size_t>(*worker) >= seen.size()) {
            throw bad_use(detail::joined(
                {"--absent: ", shown_word(word), " must be a worker from 0 to ", std::to_string(seen.size() - 1)}));
        }
        if (seen[static_cast<std::size_t>(*worker)])
            throw bad_use(detail::joined({"--absent: ", word, " must be named once"}));
        seen[static_cast<std::size_t>(*worker)] = true;
    }
    for (std::size_t i = 0; i < seen.size(); ++i) {
        if (seen[i]) plan.absent.push_back(i);
    }
    if (plan.absent.size() == seen.size())
        throw bad_use(detail::joined({"--absent: ", shown_word(*text), " are all workers, must leave one of them"}));
}

} // namespace

void declare_plan(command_line& line) {
    line.option(
            "--preset", "NAME", "must be digits, mnist or amazon",
            "What is learnt: digits (pictures that the program draws itself; the default), mnist, or amazon, the paper's "
            "logistic regression.")
        .option("--data", "PATH", "must be a file or folder",
                "amazon: the file train.csv. mnist: the folder with the four files. digits needs none.")
        .option("--model", "MODEL", "must be softmax, perceptron:WIDTH,… or convolutional",
                "digits and mnist: what is trained; perceptron:128 by default for mnist, perceptron:32 for digits.")
        .option("--workers", "N", "must be a whole number from 1 on",
                "Workers; by default those of the code, else as many as partitions.")
        .option("--partitions", "K", "must be a whole number from 1 on",
                "Partitions of the training samples; by default those of the code.")
        .option(
            "--code", "NAME|FILE", "must be a code's name or file",
            "Who holds what: a name such as deterministic:n=15,b=3, or a file. By default everybody his own partition. A "
            "random code without a seed gets that of the run.")
        .option(
            "--votes", "KIND", "must be binary, abstaining or ternary",
            "binary: one bit; abstaining: tied workers and a tied master abstain; ternary: zero gradients too. By default "
            "binary, and ternary for amazon.")
        .option("--ties", "POLICY", "must be abstain, positive, negative or coin",
                "How a tied worker votes; by default positive, abstain where votes may.")
        .option("--master-ties", "SIGN", "must be positive or negative",
                "How a tied master decodes, with binary votes; by default positive.")
        .option(
            "--aggregator", "NAME", aggregator_rule(),
            "majority of signs (the default), or a baseline to which every worker sends its full gradient: mean, median, "
            "trimmed-mean, geometric-median, krum, multi-krum or centred-clipping; see BASELINES.")
        .option("--assume-liars", "B", "must be a whole number from 0 to 1000000000",
                "How many liars trimmed-mean, krum and multi-krum are to withstand; by default as many as there are.")
        .option("--split", "HOW", "must be contiguous, shuffled or dirichlet:ALPHA with ALPHA > 0",
                "How training samples are shared out; by default contiguous for amazon, else shuffled. dirichlet is uneven "
                "by class.")
        .flag("--reshuffle", "A new order of each partition in each epoch.")
        .option("--batch", "B", "must be a whole number from 1 on",
                "Samples of a partition's mini-batch; by default the preset's.")
        .option("--momentum", "BETA", "must be at least 0 and below 1",
                "Of each partition, before the sign: v <- BETA v + (1 - BETA) g; by default 0.9. 0 is SignSGD.")
        .option("--worker-momentum", "BETA", "must be at least 0 and below 1", "Of each worker's votes; by default 0.")
        .option("--weight-decay", "L", "must be at least 0", "x <- x - step (vote + L x); by default 0.")
        .option("--step", "SCHEDULE", "must be as in 0.001, 0.001,117:0.0001, cosine:0.01:0.0001 or sqrt:0.01:100",
                "The length of steps: constant; another from a step on; falling as half a cosine; or falling as 1/sqrt(1 + "
                "t/PERIOD).")
        .option("--epochs", "E", "must be a number above 0",
                "How often each partition is gone through; by default the preset's.")
        .option("--steps", "T", "must be a whole number from 1 on", "How many steps, instead of --epochs.")
        .option("--absent", "I,J,…", "must be workers", "Workers whose votes never reach the master.")
        .option("--metric-every", "M", "must be a whole number from 1 on",
                "Steps between two looks at the test samples; the last step has one in any case.")
        .option("--seed", "S", "must be a whole number from 0 on", "Of everything random; by default 1.")
        .option("--threads", "T", "must be a whole number from 1 on",
                "Threads that compute partitions; by default the processors there are. Results do not depend on it.");
}

training_plan read_plan(const command_line& line) {
    training_plan plan;
    plan.preset = line.choice("--preset", preset_named).value_or(training_preset::digits);
    plan.data = line.text("--data").value_or("");
    if (plan.preset == training_preset::digits && !plan.data.empty())
        throw bad_use("--data: is not used by the preset digits; choose --preset mnist or amazon");
    if (plan.preset == training_preset::mnist && plan.data.empty())
        throw bad_use(
            "--data: is missing, must be the folder with MNIST's four files; examples/fetch_mnist.sh fetches them");
    if (plan.preset == training_preset::amazon && plan.data.empty())
        throw bad_use("--data: is missing, must be the file train.csv of the Amazon employee-access data");
    plan.seed = static_cast<std::uint64_t>(line.integer("--seed", 0, std::numeric_limits<std::int64_t>::max()).value_or(1));
    plan.aggregator = line.text("--aggregator").value_or("majority");
    if (const auto assumed = line.integer("--assume-liars", 0, most))
        plan.assumed_liars = static_cast<std::size_t>(*assumed);

    plan.model.what = plan.preset == training_preset::amazon ? model_choice::kind::logistic : model_choice::kind::perceptron;
    if (plan.preset != training_preset::amazon) plan.model.hidden = {plan.preset == training_preset::mnist ? 128U : 32U};
    if (const auto model = line.choice("--model", model_named)) {
        if (plan.preset == training_preset::amazon)
            throw bad_use("--model: the preset amazon has its own, logistic regression");
        plan.model = *model;
    }
    read_training_code(line, plan);
    read_votes(line, plan);
    read_absent(line, plan);

    plan.partitions.how =
        plan.preset == training_preset::amazon ? partition_choice::kind::contiguous : partition_choice::kind::shuffled;
    plan.partitions = line.choice("--split", partitions_named).value_or(plan.partitions);
    plan.reshuffle = line.has("--reshuffle");
    if (const auto batch = line.integer("--batch", 1, most)) plan.batch = static_cast<std::size_t>(*batch);
    const auto below_one = [&](const char* option, double otherwise) {
        const double value = line.real(option, 0, 1).value_or(otherwise);
        if (value == 1) throw line.bad_value(option);
        return value;
    };
    plan.momentum = below_one("--momentum", 0.9);
    plan.worker_momentum = below_one("--worker-momentum", 0);
    plan.weight_decay = line.real("--weight-decay", 0, 1e300).value_or(0);
    plan.step = line.text("--step");
    if (plan.step) (void)schedule_of(*plan.step, 1);
    plan.epochs = line.real("--epochs", 0, 1e9);
    if (plan.epochs && *plan.epochs == 0) throw line.bad_value("--epochs");
    if (const auto steps = line.integer("--steps", 1, most)) {
        if (plan.epochs) throw bad_use("--steps: is given beside --epochs, must be one of them");
        plan.steps = static_cast<std::uint64_t>(*steps);
    }
    if (const auto every = line.integer("--metric-every", 1, most)) plan.metric_every = static_cast<std::uint64_t>(*every);
    plan.threads = static_cast<unsigned>(line.integer("--threads", 1, 65536).value_or(available_threads()));
    return plan;
}

std::string name_of(training_preset preset) {
    return preset == training_preset::digits ? "digits" : preset == training_preset::mnist ? "mnist" : "amazon";
}
std::string name_of(vote_kind votes) {
    return votes == vote_kind::binary ? "binary" : votes == vote_kind::abstaining ? "abstaining" : "ternary";
}
std::string name_of(const model_choice& model) {
    switch (model.what) {
    case model_choice::kind::softmax:
        return "softmax";
    case model_choice::kind::convolutional:
        return "convolutional";
    case model_choice::kind::logistic:
        return "logistic";
    default: {
        std::string text = "perceptron:";
        for (std::size_t l = 0; l < model.hidden.size(); ++l)
            text.append(l == 0 ? "" : ",").append(std::to_string(model.hidden[l]));
        return text;
    }
    }
}
std::string name_of(const partition_choice& partitions) {
    if (partitions.how == partition_choice::kind::contiguous) return "contiguous";
    if (partitions.how == partition_choice::kind::shuffled) return "shuffled";
    return detail::joined({"dirichlet:", detail::shown(partitions.alpha)});
}

step_schedule schedule_of(const std::string& text, std::uint64_t steps) {
    const auto bad = [&] {
        return bad_use("--step: " + shown_word(text) +
                       " must be as in 0.001, 0.001,117:0.0001, cosine:0.01:0.0001 or sqrt:0.01:100");
    };
    const auto length = [&](const std::string& word) {
        const auto value = parse_real(word);
        if (!value || *value <= 0) throw bad();
        return *value;
    };
    const std::vector<std::string> words = split_at(text, ':');
    if (words.front() == "cosine") {
        if (words.size() != 3) throw bad();
        return step_schedule::cosine(length(words[1]), length(words[2]), steps);
    }
    if (words.front() == "sqrt") {
        const auto period = words.size() == 3 ? parse_integer(words[2]) : std::nullopt;
        if (!period || *period < 1) throw bad();
        return step_schedule::square_root(length(words[1]), static_cast<std::uint64_t>(*period));
    }
    std::vector<std::pair<std::uint64_t, double>> pieces;
    for (const std::string& part : split_at(text, ',')) {
        const std::vector<std::string> piece = split_at(part, ':');
        if (pieces.empty()) {
            if (piece.size() != 1) throw bad();
            pieces.emplace_back(0, length(piece[0]));
        } else {
            const auto first = piece.size() == 2 ? parse_integer(piece[0]) : std::nullopt;
            if (!first || *first <= static_cast<std::int64_t>(pieces.back().first)) throw bad();
            pieces.emplace_back(static_cast<std::uint64_t>(*first), length(piece[1]));
        }
    }
    return step_schedule::piecewise(std::move(pieces));
}

} // namespace election::program
