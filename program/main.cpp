// SPDX-License-Identifier: MIT
// The election program: finds the command, and turns every failure into one line and a status.
#include <algorithm>
#include <array>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "commands.hpp"
#include "options.hpp"

namespace election::program {
namespace {

struct command {
    std::string_view name;
    std::string_view summary;
    status (*run)(words);
};

constexpr std::array commands{
    command{"generate", "makes a code of a known family", &generate_command},
    command{"info", "what a code costs: workers, partitions, ones, loads", &info_command},
    command{"verify", "the exact worst case of a code, with an election that shows it", &verify_command},
    command{"failures", "counts and lists the worst elections of a code", &failures_command},
    command{"check", "re-checks a claim about a code", &check_command},
    command{"enumerate", "counts the votes of all messages, and the failure probability that follows", &enumerate_command},
    command{"estimate", "how often a code fails in random elections, with an interval", &estimate_command},
    command{"bound", "lower bounds on cost, and how often random codes fail", &bound_command},
    command{"merge", "adds up results files of estimates", &merge_command},
    command{"train", "trains by majority votes of coded workers, some of whom lie", &train_command},
    command{"export", "writes a code in another format", &export_command},
};

[[nodiscard]] std::string help() {
    std::string list;
    for (const command& listed : commands) {
        list += "      " + std::string(listed.name) + std::string(12 - listed.name.size(), ' ') +
                std::string(listed.summary) + '\n';
    }
    return R"(NAME
      election - codes that protect a majority vote against lying workers

SYNOPSIS
      election COMMAND [arguments]
      election COMMAND --help
      election --version

DESCRIPTION
      A code is a matrix of 0 and 1 that says which worker (row) holds which
      part of the training data (column). Every worker votes for the sign that
      most of its parts have; the master takes the majority of the votes. The
      program says exactly how many lying workers a code tolerates, and shows
      the election that breaks it.

COMMANDS
)" + list + R"(
FILES
      A code file has one worker a line, 0 or 1 for every partition, with blanks
      or commas between them if you like; # begins a comment. Files that end in
      .csv, .npy, .mtx and .alist are read and written in those formats. "-" is
      standard input or output.

ENVIRONMENT
      ELECTION_ARCH   word64, sse2, avx2, avx512 or neon: the instruction set to
                      use. By default the best that the processor has.
      NO_COLOR        if set, no colours are used.

EXIT STATUS
      0  done
      1  the answer to a yes/no question is no, or a claim is false
      2  bad use or bad input
      3  stopped before the answer was final; what is known is printed

EXAMPLES
      election generate deterministic --n 5 --b 1 -o code.txt
      election verify code.txt
)";
}

[[nodiscard]] status run(std::vector<std::string> arguments) {
    if (arguments.empty()) throw bad_use("COMMAND: is missing, see 'election --help'");
    const std::string first = arguments.front();
    if (first == "--help" || first == "-h") {
        std::cout << help();
        return status::done;
    }
    if (first == "--version") {
        std::cout << "election " << ELECTION_VERSION << '\n';
        return status::done;
    }
    if (first.starts_with('-')) throw bad_use(shown_word(first) + ": unknown option, see 'election --help'");
    const auto found = std::ranges::find(commands, first, &command::name);
    if (found == commands.end()) throw bad_use(shown_word(first) + ": unknown command, see 'election --help'");
    return found->run({arguments.begin() + 1, arguments.end()});
}

[[nodiscard]] int complain(std::string_view message) {
    std::cerr << "election: " << printable(message) << std::endl; // a file's name may contain anything
    return static_cast<int>(status::bad_use);
}

[[nodiscard]] int guarded(std::vector<std::string> arguments) {
    try {
        const status result = run(std::move(arguments));
        std::cout.flush();
        if (!std::cout) return complain("standard output: cannot be written");
        return static_cast<int>(result);
    } catch (const std::exception& failure) {
        return complain(message_of(failure));
    }
}

} // namespace
} // namespace election::program

int main(int argc, char** argv) {
#ifdef __GLIBC__
    // Tables come and go: memory that is kept need not be asked for, and cleared, again.
    constexpr int kept = 32 << 20; // bytes; the most that every glibc takes on 64 bits
    // The second alone would keep the first from growing with what is asked for.
    if (mallopt(M_MMAP_THRESHOLD, kept) == 1) mallopt(M_TRIM_THRESHOLD, kept);
#endif
    return election::program::guarded({argv + 1, argv + argc});
}
