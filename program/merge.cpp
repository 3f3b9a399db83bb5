// SPDX-License-Identifier: MIT
#include <iostream>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <election/estimate/merge_results.hpp>
#include <election/estimate/result_file.hpp>
#include <election/io/atomic_file.hpp>

#include "commands.hpp"
#include "terminal.hpp"

namespace election::program {
namespace {

void declare(command_line& line) {
    line.usage("RESULTS... [-o FILE]")
        .chapter(
            "DESCRIPTION",
            R"(Adds up results files that "election estimate --csv" wrote, on one machine or many: rows of one task become one row, with the
interval of the sums. Runs that are in two of the files are refused, and so is anything that is no results file.)")
        .argument("RESULTS", "The files.")
        .option("--output,-o", "FILE", "must be a file name", "Where the sum goes; by default to standard output.")
        .chapter("EXIT STATUS", R"( 0  done
 2  bad use or bad input; nothing is written)")
        .chapter("EXAMPLES", R"( election merge node1.csv node2.csv node3.csv -o all.csv)");
}

} // namespace

status merge_command(words arguments) {
    // Any number of files: what is no option is one.
    std::vector<std::string> files;
    words rest;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "-o" || arguments[i] == "--output") {
            rest.push_back(arguments[i]);
            if (i + 1 < arguments.size()) rest.push_back(arguments[++i]);
        } else if (arguments[i].starts_with('-') && arguments[i] != "-") {
            rest.push_back(arguments[i]);
        } else {
            files.push_back(arguments[i]);
        }
    }
    if (!files.empty()) rest.push_back(files.front());
    command_line line("merge", "adds up results files of estimates");
    declare(line);
    if (!line.parse(std::move(rest), std::cout)) return status::done;
    (void)line.required("RESULTS");
    const std::vector<result_row> rows = merge_files(files);
    const auto output = line.text("--output");
    if (!output || *output == "-") {
        write_results(std::cout, rows);
    } else {
        write_file(*output, [&](std::ostream& stream) { write_results(stream, rows); });
    }
    return status::done;
}

} // namespace election::program
