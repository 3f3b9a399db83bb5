// SPDX-License-Identifier: MIT
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <election/core/ties.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/lp.hpp>
#include <election/exact/opb.hpp>
#include <election/io/atomic_file.hpp>
#include <election/io/matrix_file.hpp>

#include "commands.hpp"
#include "exact_models.hpp"
#include "files.hpp"
#include "terminal.hpp"

namespace election::program {
namespace {

/// How the search for a worst election is written for other solvers.
enum class problem_format : std::uint8_t { opb, lp };

[[nodiscard]] std::optional<problem_format> problem_format_named(std::string_view name) {
    if (name == "opb") return problem_format::opb;
    if (name == "lp") return problem_format::lp;
    return std::nullopt;
}

using export_format = std::variant<matrix_format, problem_format>;

[[nodiscard]] std::optional<export_format> export_format_named(std::string_view name) {
    if (const auto problem = problem_format_named(name)) return *problem;
    if (const auto matrix = matrix_format_named(name)) return *matrix;
    return std::nullopt;
}

[[nodiscard]] std::string export_format_rule() {
    std::vector<std::string> names;
    for (matrix_format format : matrix_formats) names.emplace_back(name_of(format));
    names.emplace_back("opb");
    names.emplace_back("lp");
    return "must be " + choices(names);
}

[[nodiscard]] export_format format_of_output(const std::string& output) {
    if (output == "-") return matrix_format::text;
    const std::string extension = std::filesystem::path(output).extension().string();
    if (const auto problem = problem_format_named(extension.empty() ? "" : extension.substr(1))) return *problem;
    return matrix_format_of(output);
}

[[nodiscard]] std::optional<int> truth_named(std::string_view sign) {
    if (sign == "+") return 1;
    if (sign == "-") return -1;
    return std::nullopt;
}

void write_problem(const std::string& output, problem_format format, const packed_allocation& code, const std::string& file,
                   const exact_model& model, int truth) {
    const worst_case_problem problem = make_cover_problem(code, model, truth);
    std::vector<std::string> comments{"The worst election of " + (file == "-" ? "standard input" : shown_word(file)) + ": " +
                                          counted(code.workers(), "worker") + ", " + counted(code.partitions(), "partition"),
                                      detail::joined({"ties ", name_of(model.ties), ", truth ", truth > 0 ? "+" : "-"})};
    std::vector<std::string> model_lines = lines_of(model);
    std::ranges::move(model_lines, std::back_inserter(comments));
    if (model.alphabet == sign_alphabet::ternary) {
        comments.emplace_back("a partition that loses once reports 0, one that loses twice the wrong sign");
    }
    const program_labels labels{comments, problem.workers, problem.partitions};
    const auto write = [&](std::ostream& stream) {
        format == problem_format::opb ? write_opb(stream, problem.cover, labels) : write_lp(stream, problem.cover, labels);
    };
    output == "-" ? write(std::cout) : write_file(output, write);
}

} // namespace

status export_command(words arguments) {
    command_line line("export", "writes a code in another format, or the search for its worst election for other solvers");
    line.usage("FILE --format FORMAT [-o FILE]")
        .usage("FILE --format opb|lp [--ties POLICY] [--truth SIGN] [MODEL] [-o FILE]")
        .chapter("DESCRIPTION", R"(Reads a code in any format and writes it in another:

  text   0 and 1, one worker a line
  csv    0 and 1 between commas, one worker a line
  npy    a NumPy array of bytes, workers x partitions
  mtx    MatrixMarket coordinate pattern; rows are workers
  alist  MacKay's alist; columns are partitions, rows are workers

Two more formats state the search for a worst election, so that solvers which know nothing of elections can be asked:

  opb    linear pseudo-Boolean optimisation, as in the pseudo-Boolean competitions
  lp     a 0/1 program in CPLEX's LP format, for solvers of mixed-integer programs

Their minimum plus the number that a comment in the file gives is the smallest margin of an election that --truth wins. Under positive and negative the margin of the code is the smaller one of both truths. Other comments say what the variables mean. The options of a MODEL are those of `election verify`, for the elections that count.

An output file is written whole or not at all, and replaces an existing one.)")
        .argument("FILE", "The code. \"-\" is standard input.")
        .option("--format", "FORMAT", export_format_rule(),
                "The format to write. By default it follows from the name of the output.")
        .option("--from", "FORMAT", format_rule(), "The format of FILE. By default it follows from the extension.")
        .option("--ties", "POLICY", "must be abstain, positive, negative or coin",
                "For opb and lp: how workers vote whose partitions are split evenly. By default abstain.")
        .option("--truth", "SIGN", "must be + or -", "For opb and lp: the sign that most partitions have. By default +.");
    declare_exact_model(line);
    line.option("--output,-o", "FILE", "must be a file name", "Where to write. By default to standard output, as text.")
        .chapter("EXIT STATUS", " 0  done\n 2  bad use or bad input")
        .chapter("EXAMPLES", " election export code.txt --format mtx -o code.mtx\n"
                             " election generate paley --q 31 | election export - -o paley.npy\n"
                             " election export code.txt -o worst.lp && cbc worst.lp solve -quit");
    if (!line.parse(std::move(arguments), std::cout)) return status::done;
    const std::string file = line.required("FILE");
    const std::string output = line.text("--output").value_or("-");
    const export_format format = line.choice("--format", export_format_named).value_or(format_of_output(output));
    const auto ties = line.choice("--ties", tie_policy_named);
    const auto truth = line.choice("--truth", truth_named);
    const auto* const problem = std::get_if<problem_format>(&format);
    if (problem == nullptr) {
        std::optional<std::string> stray = given_exact_model_option(line);
        if (line.has("--truth")) stray = "--truth";
        if (line.has("--ties")) stray = "--ties";
        if (stray) throw bad_use(*stray + ": goes with --format opb or lp only");
    }
    const packed_allocation code = read_code(file, chosen_format(line, "--from"));
    if (problem != nullptr) {
        write_problem(output, *problem, code, file, read_exact_model(line, code, ties.value_or(tie_policy::abstain)),
                      truth.value_or(1));
    } else {
        write_matrix(output, code, std::get<matrix_format>(format));
    }
    return status::done;
}

} // namespace election::program
