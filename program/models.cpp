// SPDX-License-Identifier: MIT
#include "models.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>
#include <vector>

#include <election/core/error.hpp>

namespace election::program {
namespace {

constexpr const char* messages_rule =
    "must be nearest, uniform, weight:W, independent:Q, gaussian:SNR or gaussian:SNR,CORRELATION";
constexpr const char* placement_rule = "must be worst, random or fixed:I,J,…";
constexpr const char* attack_rule = "must be against, reverse, directional, directional:-1, noise, flip:P, worst or random";
constexpr std::int64_t most_liars = 1'000'000'000;

/// "NAME:REST" in its two parts; what stands without a colon has no rest.
struct named_value {
    std::string_view name;
    std::optional<std::string_view> rest;
};

[[nodiscard]] named_value split(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return {text, std::nullopt};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

/// The error of a part of an option's value.
[[nodiscard]] bad_use bad_part(const std::string& option, std::string_view value, const std::string& rule) {
    return bad_use(option + ": " + shown_word(value) + " " + rule);
}

[[nodiscard]] double probability(const std::string& option, std::string_view text, const std::string& letter) {
    const auto value = parse_real(text);
    if (!value || *value < 0 || *value > 1) throw bad_part(option, text, "must be a probability " + letter + " from 0 to 1");
    return *value;
}

[[nodiscard]] std::vector<std::string_view> at_commas(std::string_view text) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t comma = text.find(',');
        parts.push_back(text.substr(0, comma));
        if (comma == std::string_view::npos) return parts;
        text.remove_prefix(comma + 1);
    }
}

[[nodiscard]] message_model read_weight(std::string_view text, std::size_t partitions) {
    const std::string option = "--messages";
    const auto weight = parse_integer(text);
    if (!weight || *weight < 0 || static_cast<std::uint64_t>(*weight) > partitions) {
        throw bad_part(option, text, "must be a number W of partitions from 0 to k = " + std::to_string(partitions));
    }
    if (2 * static_cast<std::uint64_t>(*weight) == partitions) {
        throw bad_part(option, text, "is half of the partitions: such messages have no truth");
    }
    return weight_messages{static_cast<std::size_t>(*weight)};
}

[[nodiscard]] message_model read_gaussian(std::string_view text) {
    const std::string option = "--messages";
    const std::vector<std::string_view> parts = at_commas(text);
    if (parts.size() > 2) throw bad_part(option, text, "must be SNR or SNR,CORRELATION");
    const auto snr = parse_real(parts[0]);
    if (!snr) throw bad_part(option, parts[0], "must be a number SNR");
    return gaussian_messages{*snr, parts.size() == 2 ? probability(option, parts[1], "CORRELATION") : 0};
}

[[nodiscard]] message_model read_messages(const command_line& line, std::size_t partitions) {
    const std::string text = line.text("--messages").value_or("nearest");
    const auto [name, rest] = split(text);
    if (!rest) {
        if (name == "nearest") return nearest_messages{};
        if (name == "uniform") return uniform_messages{};
    } else {
        if (name == "weight") return read_weight(*rest, partitions);
        if (name == "independent") return independent_messages{probability("--messages", *rest, "Q")};
        if (name == "gaussian") return read_gaussian(*rest);
    }
    throw line.bad_value("--messages");
}

[[nodiscard]] std::vector<std::size_t> read_liar_set(std::string_view text, std::size_t workers) {
    std::vector<std::size_t> liars;
    for (std::string_view part : at_commas(text)) {
        const auto worker = parse_integer(part);
        if (!worker || *worker < 0 || static_cast<std::uint64_t>(*worker) >= workers) {
            throw bad_part("--placement", part, "must be a worker from 0 to " + std::to_string(workers - 1));
        }
        if (std::find(liars.begin(), liars.end(), static_cast<std::size_t>(*worker)) != liars.end()) {
            throw bad_part("--placement", part, "is given twice, liars must be different workers");
        }
        liars.push_back(static_cast<std::size_t>(*worker));
    }
    std::sort(liars.begin(), liars.end());
    return liars;
}

/// The attack, and the placement that a short form stands for.
struct read_attack_result {
    attack_model attack;
    std::optional<std::string> placement;
};

[[nodiscard]] read_attack_result read_attack(const command_line& line) {
    const std::string text = line.text("--attack").value_or("against");
    const auto [name, rest] = split(text);
    if (name == "flip" && rest) return {flip_attack{probability("--attack", *rest, "P")}, std::nullopt};
    if (name == "directional" && (!rest || *rest == "+1" || *rest == "1" || *rest == "-1")) {
        return {directional_attack{rest == "-1" ? -1 : 1}, std::nullopt};
    }
    if (!rest) {
        if (name == "against") return {against_attack{}, std::nullopt};
        if (name == "reverse") return {reverse_attack{}, std::nullopt};
        if (name == "noise") return {noise_attack{}, std::nullopt};
        if (name == "worst" || name == "random") return {against_attack{}, std::string(name)};
    }
    throw line.bad_value("--attack");
}

[[nodiscard]] placement_model read_placement(const command_line& line, const std::optional<std::string>& short_form,
                                             std::size_t workers) {
    const auto given = line.text("--placement");
    if (given && short_form && *given != *short_form) {
        throw bad_use("--placement: " + shown_word(*given) + " contradicts --attack " + *short_form +
                      ", must be left out or " + *short_form);
    }
    const std::string text = given ? *given : short_form.value_or("worst");
    const auto liars = line.integer("--liars", 0, most_liars);
    if (liars && static_cast<std::uint64_t>(*liars) > workers) {
        throw bad_use("--liars: " + std::to_string(*liars) + " must be at most n = " + std::to_string(workers));
    }
    const auto count = static_cast<std::size_t>(liars.value_or(0));
    const auto [name, rest] = split(text);
    if (!rest && name == "worst") return worst_placement{count};
    if (!rest && name == "random") return random_placement{count};
    if (rest && name == "fixed") {
        fixed_placement fixed{read_liar_set(*rest, workers)};
        if (liars && count != fixed.liars.size()) {
            throw bad_use("--liars: " + std::to_string(count) + " contradicts --placement, which names " +
                          std::to_string(fixed.liars.size()));
        }
        return fixed;
    }
    throw line.bad_value("--placement");
}

/// The shortest decimal text that reads as the same number.
[[nodiscard]] std::string shortest(double number) {
    std::array<char, 32> buffer{};
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    return {buffer.data(), result.ptr};
}

/// A function object made of several, one for each alternative of a variant.
template <class... F>
struct overloaded : F... {
    using F::operator()...;
};
template <class... F>
overloaded(F...) -> overloaded<F...>;

} // namespace

void declare_models(command_line& line) {
    line.option("--messages", "MODEL", messages_rule,
                "Which elections come up: nearest (the default), uniform, weight:W, independent:Q or gaussian:SNR; see "
                "ELECTIONS.")
        .option("--liars", "B", "must be a whole number from 0 to 1000000000",
                "How many workers lie; by default none, or those that --placement fixed names.")
        .option("--placement", "PLACEMENT", placement_rule,
                "Which workers lie: worst (the default), random or fixed:I,J,…; see LIARS.")
        .option("--attack", "ATTACK", attack_rule,
                "What liars send: against (the default), reverse, directional, noise or flip:P; see LIARS.");
}

void describe_models(command_line& line) {
    line.chapter("ELECTIONS", R"( nearest         uniform over the messages in which the truth has just enough
                 partitions on its side, both signs alike; the default
 uniform         uniform over all messages that have a truth
 weight:W        uniform over the messages with W or k-W partitions of sign +
 independent:Q   the truth is +, and every partition reports it with
                 probability Q, independently
 gaussian:SNR    the truth is +, and every partition reports the sign of its
                 noisy gradient; SNR is the true coordinate over the standard
                 deviation of its estimate from all k partitions together, so a
                 sign is wrong with probability Phi(-SNR/sqrt(k))
 gaussian:SNR,R  the same, with correlation R between the noise of partitions
In the first three the truth is the sign that most partitions have, and messages with as many + as - never come up. A failure
is a decoded sign that is not strictly the truth: a tie among the votes is one too.)")
        .chapter("LIARS", R"(Placements:
 worst           those that do most harm, chosen for each election when the
                 honest votes are known; the default
 random          a new uniformly random set in every election
 fixed:I,J,…     these workers, rows of FILE counted from 0
Attacks:
 against         minus the truth; the default
 reverse         minus the own honest vote; who is tied still abstains
 directional     always +; directional:-1 always -
 noise           fair signs
 flip:P          the own honest vote, reversed with probability P
Short forms: "--attack worst" is against with placement worst, "--attack random" is against with placement random.)");
}

bool models_are_given(const command_line& line) {
    return line.has("--messages") || line.has("--liars") || line.has("--placement") || line.has("--attack");
}

election_models read_models(const command_line& line, std::size_t workers, std::size_t partitions) {
    const message_model messages = read_messages(line, partitions);
    const read_attack_result sent = read_attack(line);
    return {messages, read_placement(line, sent.placement, workers), sent.attack};
}

std::size_t liars_of(const placement_model& placement) noexcept {
    if (const auto* fixed = std::get_if<fixed_placement>(&placement)) return fixed->liars.size();
    if (const auto* random = std::get_if<random_placement>(&placement)) return random->liars;
    const auto* worst = std::get_if<worst_placement>(&placement);
    return worst != nullptr ? worst->liars : 0;
}

std::string name_of(const message_model& messages) {
    return std::visit(overloaded{[](const nearest_messages&) { return std::string("nearest"); },
                                 [](const uniform_messages&) { return std::string("uniform"); },
                                 [](const weight_messages& m) {
                                     return detail::joined({"weight:", std::to_string(m.weight)});
                                 },
                                 [](const independent_messages& m) {
                                     return detail::joined({"independent:", shortest(m.right)});
                                 },
                                 [](const gaussian_messages& m) {
                                     if (m.correlation == 0) return detail::joined({"gaussian:", shortest(m.snr)});
                                     return detail::joined({"gaussian:", shortest(m.snr), ",", shortest(m.correlation)});
                                 }},
                      messages);
}

std::string name_of(const placement_model& placement) {
    return std::visit(overloaded{[](const worst_placement&) { return std::string("worst"); },
                                 [](const random_placement&) { return std::string("random"); },
                                 [](const fixed_placement& fixed) {
                                     std::string text = "fixed:";
                                     for (std::size_t i = 0; i < fixed.liars.size(); ++i) {
                                         if (i > 0) text += ',';
                                         text += std::to_string(fixed.liars[i]);
                                     }
                                     return text;
                                 }},
                      placement);
}

std::string name_of(const attack_model& attack) {
    return std::visit(
        overloaded{[](const against_attack&) { return std::string("against"); },
                   [](const reverse_attack&) { return std::string("reverse"); },
                   [](const directional_attack& a) { return std::string(a.sign < 0 ? "directional:-1" : "directional:+1"); },
                   [](const noise_attack&) { return std::string("noise"); },
                   [](const flip_attack& a) {
                       return detail::joined({"flip:", shortest(a.probability)});
                   }},
        attack);
}

} // namespace election::program
