// SPDX-License-Identifier: MIT
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <election/codes/families.hpp>
#include <election/codes/metrics.hpp>
#include <election/io/matrix_file.hpp>

#include "commands.hpp"
#include "files.hpp"
#include "terminal.hpp"

namespace election::program {
namespace {

[[nodiscard]] std::string_view name_of(parameter_kind kind) noexcept {
    return kind == parameter_kind::integer ? "integer" : kind == parameter_kind::real ? "real" : "flag";
}

/// "deterministic --n N --b B".
[[nodiscard]] std::string synopsis_of(const family& chosen) {
    std::string text(chosen.key);
    for (const family_parameter& parameter : chosen.parameters) {
        std::string option = "--" + std::string(parameter.key);
        if (parameter.kind != parameter_kind::flag) {
            option += ' ';
            for (char c : parameter.key) option += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
        }
        text += parameter.required ? " " + option : " [" + option + "]";
    }
    return text;
}

void list_families(bool json) {
    if (json) {
        nlohmann::ordered_json list = nlohmann::ordered_json::array();
        for (const family& listed : families()) {
            nlohmann::ordered_json parameters = nlohmann::ordered_json::array();
            for (const family_parameter& parameter : listed.parameters) {
                parameters.push_back({{"key", parameter.key},
                                      {"kind", name_of(parameter.kind)},
                                      {"required", parameter.required},
                                      {"description", parameter.description}});
            }
            list.push_back({{"family", listed.key},
                            {"description", listed.description},
                            {"guarantee", listed.guarantee},
                            {"reference", listed.reference},
                            {"parameters", parameters}});
        }
        std::cout << nlohmann::ordered_json{{"families", list}}.dump() << '\n';
        return;
    }
    for (const family& listed : families()) {
        std::cout << synopsis_of(listed) << "\n    " << listed.description << "\n    Guarantees: " << listed.guarantee
                  << ".\n    Source: " << listed.reference << ".\n";
    }
}

/// What is known of a code without looking at it, for the file's second line.
[[nodiscard]] std::string facts_of(const code& made) {
    const guarantee& promise = made.guaranteed;
    std::string text = counted(made.shape()[0], "worker") + ", " + counted(made.shape()[1], "partition");
    if (promise.redundancy) {
        text += promise.redundancy_is_expected ? ", expected redundancy " : ", redundancy ";
        text += rounded(*promise.redundancy, 6);
    }
    if (promise.max_load) text += ", largest load " + std::to_string(*promise.max_load);
    if (promise.tolerance == 0 && promise.tolerance_is_exact) {
        text += ", tolerates no liar";
    } else if (promise.tolerance && *promise.tolerance >= 0) {
        text += std::string(promise.tolerance_is_exact ? ", tolerates exactly " : ", tolerates ") +
                counted(static_cast<std::uint64_t>(*promise.tolerance), "liar");
    } else {
        text += promise.tolerance ? ", errs without a liar" : ", no proved tolerance";
    }
    return text;
}

void declare_output(command_line& line) {
    line.option("--output,-o", "FILE", "must be a file name", "Where to write. By default to standard output.")
        .option("--format", "FORMAT", format_rule(),
                "The format to write. By default it follows from the name of the output, else text.");
}

[[nodiscard]] status generate_family(const family& chosen, words arguments) {
    command_line line("generate " + std::string(chosen.key), std::string(chosen.description));
    const std::string synopsis = synopsis_of(chosen);
    line.usage(synopsis.substr(std::min(synopsis.size(), chosen.key.size() + 1)) + " [-o FILE] [--format FORMAT]")
        .chapter("GUARANTEES", std::string(chosen.guarantee) + ".");
    for (const family_parameter& parameter : chosen.parameters) {
        const std::string option = "--" + std::string(parameter.key);
        if (parameter.kind == parameter_kind::flag) {
            line.flag(option, std::string(parameter.description) + ".");
        } else {
            line.option(option, parameter.kind == parameter_kind::real ? "X" : "N",
                        parameter.kind == parameter_kind::real ? "must be a number" : "must be a whole number from 0 on",
                        std::string(parameter.description) + ".");
        }
    }
    declare_output(line);
    line.chapter("SOURCE", std::string(chosen.reference) + ".").chapter("EXIT STATUS", " 0  done\n 2  bad use");
    if (!line.parse(std::move(arguments), std::cout)) return status::done;

    code_name name{std::string(chosen.key)};
    for (const family_parameter& parameter : chosen.parameters) {
        const std::string option = "--" + std::string(parameter.key);
        if (parameter.kind == parameter_kind::flag) {
            if (line.has(option)) name.with(std::string(parameter.key), 1);
        } else if (parameter.required || line.has(option)) {
            name.with(std::string(parameter.key), line.required(option));
        }
    }
    const auto format = chosen_format(line, "--format");
    const code made = make_code(name);
    const std::vector<std::string> comments{made.name.str(), facts_of(made)};
    write_matrix(line.text("--output").value_or("-"), made, format, comments);
    return status::done;
}

} // namespace

status generate_command(words arguments) {
    const bool family_first = !arguments.empty() && !arguments.front().starts_with('-');
    if (family_first) {
        std::vector<std::string> names;
        for (const family& listed : families()) {
            names.emplace_back(listed.key);
            if (arguments.front() == listed.key) return generate_family(listed, {arguments.begin() + 1, arguments.end()});
        }
        throw bad_use(shown_word(arguments.front()) + ": unknown family, must be " + choices(names));
    }
    command_line line("generate", "makes a code of a known family");
    std::string synopses;
    for (const family& listed : families()) synopses += (synopses.empty() ? "  " : "\n  ") + synopsis_of(listed);
    line.usage("FAMILY [options] [-o FILE]")
        .usage("--list [--json]")
        .chapter("DESCRIPTION",
                 "Prints an allocation matrix, one worker a line. The first line is a comment with the code's name, "
                 "from which the same matrix can be made again; the second says what is proved of it.")
        .chapter("FAMILIES", synopses)
        .flag("--list", "List the families with their parameters and guarantees.")
        .flag("--json", "With --list: one JSON object instead of text.")
        .chapter("SEE ALSO", " election generate FAMILY --help")
        .chapter("EXIT STATUS", " 0  done\n 2  bad use")
        .chapter("EXAMPLES", " election generate deterministic --n 15 --b 3 -o code.txt\n"
                             " election generate bernoulli --n 31 --k 31 --p 0.3 --seed 7 -o code.npy");
    if (!line.parse(std::move(arguments), std::cout)) return status::done;
    if (!line.has("--list")) throw bad_use("FAMILY: is missing, see 'election generate --list'");
    list_families(line.has("--json"));
    return status::done;
}

} // namespace election::program
