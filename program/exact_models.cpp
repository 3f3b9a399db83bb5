// SPDX-License-Identifier: MIT
#include "exact_models.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/core/error.hpp>

#include "commas.hpp"
#include "terminal.hpp"

namespace election::program {
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

[[nodiscard]] std::optional<sign_alphabet> alphabet_named(std::string_view name) {
    if (name == "binary") return sign_alphabet::binary;
    if (name == "ternary") return sign_alphabet::ternary;
    return std::nullopt;
}

/// One thing in which a model may differ from the plain one, as it is shown.
struct model_part {
    bool is_plain;
    const char* name;   ///< in lists
    const char* fact;   ///< in tables
    std::string value;  ///< in both
    const char* remark; ///< behind it in tables
    const char* key;    ///< in JSON
    nlohmann::ordered_json json;
};

[[nodiscard]] std::vector<model_part> parts_of(const exact_model& model) {
    // Whoever adds a part to the model is stopped here, and has the options, both readers and the identity before and behind.
    const auto& [ties, alphabet, weights, liars, may_lose, corrupted] = model;
    static_cast<void>(ties); // which are no part of it: every command has them
    const char* signs = alphabet == sign_alphabet::ternary ? "ternary" : "binary";
    return {{alphabet == sign_alphabet::binary, "alphabet", "alphabet", signs, "", "alphabet", signs},
            {weights.empty(), "weights", "weights", listed(weights), "", "weights", weights},
            {liars.empty(), "liar set", "liars", listed(liars), "  (they vote wrong, and the margin counts them)",
             "liar_set", liars},
            {may_lose.empty(), "may lose", "may lose", listed(may_lose), "", "may_lose", may_lose},
            {corrupted == 0, "corrupted", "corrupted", std::to_string(corrupted),
             "  (partitions that report what they like)", "corrupted_partitions", corrupted}};
}

/// An option of a model, as help has it.
struct model_option {
    const char* name;
    const char* value;
    const char* rule;
    const char* help;
    const char* help_uncorrupted; ///< of a command that refuses --corrupted
};

constexpr const char* of_alphabet =
    "What partitions report: binary, + or - (the default), or ternary, which also allows 0, as sparse gradients "
    "give; the truth is the sign of the sum.";
constexpr const char* of_weights = "How many votes each worker has. The tolerance is not given then, only the margin.";
constexpr const char* of_liars = "These workers always vote wrong; the margin counts them.";
constexpr model_option model_options[] = {
    {"--alphabet", "ALPHABET", "must be binary or ternary", of_alphabet, of_alphabet},
    {"--weights", "W,W,…", "must be whole numbers from 0 to 1000, one a worker, with commas", of_weights, of_weights},
    {"--liar-set", "I,J,…", "must be workers, rows from 0, with commas", of_liars, of_liars},
    {"--may-lose", "J,K,…", "must be partitions from 0, with commas",
     "Only these partitions may report the wrong sign, corrupted ones included.",
     "Only these partitions may report the wrong sign."},
    {"--corrupted", "T", "must be a whole number from 0 to the number of partitions",
     "So many partitions report whatever is worst, beside the minority that every election may have.", ""}};

} // namespace

void declare_exact_model(command_line& line, bool corrupts) {
    for (const model_option& each : model_options) {
        line.option(each.name, each.value, each.rule, corrupts ? each.help : each.help_uncorrupted);
    }
}

std::optional<std::string> given_exact_model_option(const command_line& line) {
    for (const model_option& each : model_options) {
        if (line.has(each.name)) return each.name;
    }
    return std::nullopt;
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

exact_model read_exact_model(const json_fields& fields, std::size_t workers, std::size_t partitions) {
    exact_model read;
    if (const auto name = fields.text("alphabet")) {
        const auto alphabet = alphabet_named(*name);
        if (!alphabet) fields.fail("\"alphabet\" must be binary or ternary");
        read.alphabet = *alphabet;
    }
    constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max(); // of all weights, as in certificates
    if (const auto weights = fields.numbers("weights", most, "whole numbers from 0 to 2147483647")) {
        if (!weights->empty() && weights->size() != workers) {
            fields.fail("\"weights\" must be as many as workers, " + std::to_string(workers));
        }
        std::uint64_t sum = 0;
        for (const std::uint64_t weight : *weights) {
            sum += weight;
            if (sum > most) fields.fail("\"weights\" must be at most 2147483647 together");
            read.weights.push_back(static_cast<std::uint32_t>(weight));
        }
    }
    read.liars = fields.indices("liar_set", workers, "workers").value_or(read.liars);
    read.may_lose = fields.indices("may_lose", partitions, "partitions").value_or(read.may_lose);
    read.corrupted = fields.natural("corrupted_partitions").value_or(0);
    if (read.corrupted > partitions) {
        fields.fail("\"corrupted_partitions\" must be at most the number of partitions, " + std::to_string(partitions));
    }
    return read;
}

std::vector<std::string> lines_of(const exact_model& model) {
    std::vector<std::string> lines;
    for (const model_part& part : parts_of(model)) {
        if (!part.is_plain) lines.push_back(detail::joined({part.name, " ", part.value}));
    }
    return lines;
}

void show_exact_model(const exact_model& model, table& facts) {
    for (const model_part& part : parts_of(model)) {
        if (!part.is_plain) facts.row(part.fact, part.value + part.remark);
    }
}

void show_exact_model(const exact_model& model, nlohmann::ordered_json& object) {
    if (is_plain(model)) return;
    for (model_part& part : parts_of(model)) object[part.key] = std::move(part.json);
}

exact_model_identity identity_of_model(const exact_model& model) {
    exact_model_identity identity;
    const auto add = [&](const auto& numbers) {
        identity.lists += '/';
        for (const auto number : numbers) identity.lists += std::to_string(number) + ' ';
    };
    add(model.weights);
    add(model.liars);
    add(model.may_lose);
    identity.words = model.alphabet == sign_alphabet::ternary ? "ternary" : "binary";
    identity.words += " corrupted " + std::to_string(model.corrupted);
    return identity;
}

} // namespace election::program
