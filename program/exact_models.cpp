// SPDX-License-Identifier: MIT
#include "exact_models.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commas.hpp"
#include "terminal.hpp"

namespace election::program {

std::optional<sign_alphabet> alphabet_named(std::string_view name) {
    if (name == "binary") return sign_alphabet::binary;
    if (name == "ternary") return sign_alphabet::ternary;
    return std::nullopt;
}

namespace {

/// Numbers with commas between, each below a bound.
[[nodiscard]] std::vector<std::size_t> read_indices(const command_line& line, const std::string& option, std::size_t bound,
                                                    const std::string& thing) {
    std::vector<std::size_t> indices;
    const auto given = line.text(option);
    if (!given) return indices;
    for (const std::string_view part : at_commas(*given)) {
        const auto index = parse_integer(part);
        if (!index || *index < 0 || static_cast<std::uint64_t>(*index) >= bound) {
            throw bad_use(option + ": " + shown_word(part) + " must be a " + thing + " from 0 to " +
                          std::to_string(bound - 1));
        }
        if (std::find(indices.begin(), indices.end(), static_cast<std::size_t>(*index)) != indices.end()) {
            throw bad_use(option + ": " + shown_word(part) + " is given twice");
        }
        indices.push_back(static_cast<std::size_t>(*index));
    }
    return indices;
}

/// Numbers with commas between.
template <class Numbers>
[[nodiscard]] std::string listed(const Numbers& numbers) {
    std::string text;
    for (const auto number : numbers) {
        if (!text.empty()) text += ',';
        text += std::to_string(number);
    }
    return text;
}

} // namespace

void declare_exact_model(command_line& line, bool corrupts) {
    line.option("--alphabet", "ALPHABET", "must be binary or ternary",
                "What partitions report: binary, + or - (the default), or ternary, which also allows 0, as sparse gradients "
                "give; the truth is the sign of the sum.")
        .option("--weights", "W,W,…", "must be whole numbers from 0 to 1000, one a worker, with commas",
                "How many votes each worker has. The tolerance is not given then, only the margin.")
        .option("--liar-set", "I,J,…", "must be workers, rows from 0, with commas",
                "These workers always vote wrong; the margin counts them.")
        .option("--may-lose", "J,K,…", "must be partitions from 0, with commas",
                std::string("Only these partitions may report the wrong sign") +
                    (corrupts ? ", corrupted ones included." : "."))
        .option("--corrupted", "T", "must be a whole number from 0 to the number of partitions",
                corrupts ? "So many partitions report whatever is worst, beside the minority that every election may have."
                         : "");
}

exact_model read_exact_model(const command_line& line, const packed_allocation& code, tie_policy ties) {
    exact_model model;
    model.ties = ties;
    model.alphabet = line.choice("--alphabet", alphabet_named).value_or(sign_alphabet::binary);
    model.liars = read_indices(line, "--liar-set", code.workers(), "worker");
    model.may_lose = read_indices(line, "--may-lose", code.partitions(), "partition");
    constexpr std::int64_t any_number = 1'000'000'000;
    model.corrupted = static_cast<std::size_t>(line.integer("--corrupted", 0, any_number).value_or(0));
    if (model.corrupted > code.partitions()) {
        throw bad_use("--corrupted: " + std::to_string(model.corrupted) + " must be at most " +
                      std::to_string(code.partitions()) + ", the number of partitions");
    }
    if (const auto given = line.text("--weights")) {
        for (const std::string_view part : at_commas(*given)) {
            const auto weight = parse_integer(part);
            constexpr std::int64_t heaviest = 1000;
            if (!weight || *weight < 0 || *weight > heaviest) {
                throw bad_use("--weights: " + shown_word(part) + " must be a whole number from 0 to 1000");
            }
            model.weights.push_back(static_cast<std::uint32_t>(*weight));
        }
        if (model.weights.size() != code.workers()) {
            throw bad_use("--weights: " + counted(model.weights.size(), "number") + " given, the code has " +
                          counted(code.workers(), "worker"));
        }
    }
    return model;
}

std::vector<std::string> lines_of(const exact_model& model) {
    std::vector<std::string> lines;
    const auto add = [&](const char* name, const std::string& value) { lines.push_back(std::string(name) + ' ' + value); };
    if (model.alphabet == sign_alphabet::ternary) add("alphabet", "ternary");
    if (!model.weights.empty()) add("weights", listed(model.weights));
    if (!model.liars.empty()) add("liar set", listed(model.liars));
    if (!model.may_lose.empty()) add("may lose", listed(model.may_lose));
    if (model.corrupted != 0) add("corrupted", std::to_string(model.corrupted));
    return lines;
}

void show_exact_model(const exact_model& model, table& facts) {
    if (model.alphabet == sign_alphabet::ternary) facts.row("alphabet", "ternary");
    if (!model.weights.empty()) facts.row("weights", listed(model.weights));
    if (!model.liars.empty()) facts.row("liars", listed(model.liars) + "  (they vote wrong, and the margin counts them)");
    if (!model.may_lose.empty()) facts.row("may lose", listed(model.may_lose));
    if (model.corrupted != 0)
        facts.row("corrupted", std::to_string(model.corrupted) + "  (partitions that report what they like)");
}

void show_exact_model(const exact_model& model, nlohmann::ordered_json& object) {
    if (is_plain(model)) return;
    object["alphabet"] = model.alphabet == sign_alphabet::ternary ? "ternary" : "binary";
    object["weights"] = model.weights;
    object["liar_set"] = model.liars;
    object["may_lose"] = model.may_lose;
    object["corrupted_partitions"] = model.corrupted;
}

} // namespace election::program
