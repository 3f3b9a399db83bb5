// SPDX-License-Identifier: MIT
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <election/codes/metrics.hpp>

#include "commands.hpp"
#include "files.hpp"
#include "table.hpp"
#include "terminal.hpp"

namespace election::program {
namespace {

/// "1 (6 workers), 3 (4 workers)": how many things have which value.
[[nodiscard]] std::string histogram(const std::vector<std::size_t>& values, std::string_view thing) {
    std::map<std::size_t, std::size_t> counts;
    for (std::size_t value : values) ++counts[value];
    std::string text;
    for (const auto& [value, count] : counts) {
        text += (text.empty() ? "" : ", ") + std::to_string(value) + " (" + counted(count, thing) + ")";
        if (text.size() > 60) return text + ", …";
    }
    return text;
}

void print_json(const allocation_metrics& costs) {
    nlohmann::ordered_json object;
    object["workers"] = costs.workers;
    object["partitions"] = costs.partitions;
    object["ones"] = costs.ones;
    object["redundancy"] = costs.redundancy;
    object["largest_share"] = costs.largest_share;
    object["max_load"] = costs.max_load;
    object["min_load"] = costs.min_load;
    object["max_degree"] = costs.max_degree;
    object["min_degree"] = costs.min_degree;
    std::cout << object.dump() << '\n';
}

void print_text(const allocation_metrics& costs) {
    std::size_t idle = 0;
    for (std::size_t load : costs.loads) idle += load == 0 ? 1U : 0U;
    table facts;
    facts.row("workers", std::to_string(costs.workers) + (idle == 0 ? "" : "  (" + std::to_string(idle) + " idle)"));
    facts.row("partitions", std::to_string(costs.partitions));
    facts.row("ones", std::to_string(costs.ones));
    facts.row("redundancy", rounded(costs.redundancy, 6) + "  (workers that hold a partition, on average)");
    facts.row("largest share", rounded(costs.largest_share, 4) + "  (part of all data that the slowest worker processes)");
    facts.row("loads", histogram(costs.loads, "worker"));
    facts.row("degrees", histogram(costs.degrees, "partition"));
    std::cout << facts.str();
}

} // namespace

status info_command(words arguments) {
    command_line line("info", "what a code costs: workers, partitions, ones, loads");
    line.usage("FILE [options]")
        .chapter(
            "DESCRIPTION",
            "Prints the size of a code, its redundancy (ones divided by partitions: how many workers hold a partition, on "
            "average), the loads of its workers (partitions that a worker holds: its work) and the degrees of its "
            "partitions "
            "(workers that hold a partition).")
        .argument("FILE", "The code: one worker a line, 0 or 1 for every partition. \"-\" is standard input.")
        .option("--format", "FORMAT", format_rule(), "The format of FILE. By default it follows from the extension.")
        .flag("--json", "Print one JSON object instead of text.")
        .chapter("JSON",
                 "workers, partitions, ones, redundancy, largest_share (largest load divided by partitions), max_load, "
                 "min_load, max_degree, min_degree.")
        .chapter("EXIT STATUS", " 0  done\n 2  bad use or bad input")
        .chapter("EXAMPLES", " election info code.txt\n election generate plane --q 5 | election info - --json");
    if (!line.parse(std::move(arguments), std::cout)) return status::done;
    const std::string file = line.required("FILE");
    const allocation_metrics costs = metrics(read_code(file, chosen_format(line, "--format")));
    (line.has("--json") ? print_json : print_text)(costs);
    return status::done;
}

} // namespace election::program
