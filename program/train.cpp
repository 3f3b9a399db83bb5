// SPDX-License-Identifier: MIT
#include <iostream>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "terminal.hpp"
#include "training/plan.hpp"
#include "training/run.hpp"

namespace election::program {

status train_command(words arguments) {
    command_line line("train", "SignSGD with a majority vote of coded workers, some of whom lie");
    line.usage("[--preset NAME] [--data PATH] [--code NAME|FILE] [options]");
    declare_plan(line);
    line.flag("--json", "One JSON object instead of text.")
        .flag("--progress", "Draw progress although standard error is no terminal.");
    if (!line.parse(std::move(arguments), std::cout)) return status::done;
    const training_plan plan = read_plan(line);
    const training_data data = load_training_data(plan);
    stop_signals signals;
    progress_line drawn(line.has("--progress"), "steps");
    const training_outcome outcome = run_training(plan, data, {signals.token(), drawn.function()});
    drawn.clear();
    nlohmann::ordered_json json;
    json["metric"] = outcome.metric ? nlohmann::ordered_json(*outcome.metric) : nlohmann::ordered_json(nullptr);
    if (outcome.metric_margin) json["metric_margin"] = *outcome.metric_margin;
    json["iterations"] = outcome.iterations;
    json["seconds"] = outcome.seconds;
    json["parameters"] = outcome.parameters;
    json["parameter_sum"] = outcome.parameter_sum;
    json["non_zeros"] = outcome.non_zeros;
    std::cout << json.dump() << '\n';
    return outcome.finished ? status::done : status::stopped;
}

} // namespace election::program
