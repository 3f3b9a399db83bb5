// SPDX-License-Identifier: MIT
#include <iostream>
#include <string>
#include <utility>

#include <election/io/matrix_file.hpp>

#include "commands.hpp"
#include "files.hpp"

namespace election::program {

status export_command(words arguments) {
    command_line line("export", "writes a code in another format");
    line.usage("FILE --format FORMAT [-o FILE]")
        .chapter("DESCRIPTION", R"(Reads a code in any format and writes it in another:

  text   0 and 1, one worker a line
  csv    0 and 1 between commas, one worker a line
  npy    a NumPy array of bytes, workers x partitions
  mtx    MatrixMarket coordinate pattern; rows are workers
  alist  MacKay's alist; columns are partitions, rows are workers

An output file is written whole or not at all, and replaces an existing one.)")
        .argument("FILE", "The code. \"-\" is standard input.")
        .option("--format", "FORMAT", format_rule(),
                "The format to write. By default it follows from the name of the output.")
        .option("--from", "FORMAT", format_rule(), "The format of FILE. By default it follows from the extension.")
        .option("--output,-o", "FILE", "must be a file name", "Where to write. By default to standard output, as text.")
        .chapter("EXIT STATUS", " 0  done\n 2  bad use or bad input")
        .chapter("EXAMPLES", " election export code.txt --format mtx -o code.mtx\n"
                             " election generate paley --q 31 | election export - -o paley.npy");
    if (!line.parse(std::move(arguments), std::cout)) return status::done;
    const std::string file = line.required("FILE");
    const auto format = chosen_format(line, "--format");
    const packed_allocation code = read_code(file, chosen_format(line, "--from"));
    write_matrix(line.text("--output").value_or("-"), code, format);
    return status::done;
}

} // namespace election::program
