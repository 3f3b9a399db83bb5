// SPDX-License-Identifier: MIT
#include "models.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include <election/bits/sign_span.hpp>
#include <election/core/error.hpp>
#include <election/estimate/task.hpp>

#include "commas.hpp"
#include "files.hpp"

namespace election::program {
namespace {

constexpr const char* messages_rule = "must be nearest, uniform, weight:W, independent:Q, gaussian:SNR, "
                                      "gaussian:SNR,CORRELATION, partitions:Q,… or recorded:FILE";
constexpr const char* placement_rule = "must be worst, random or fixed:I,J,…";
constexpr const char* basic_attack_rule =
    "must be against, reverse, directional, directional:-1, noise, flip:P, worst or random";
constexpr const char* attack_rule =
    "must be against, reverse, directional, directional:-1, noise, flip:P, mimic, zero-sum, stealth, collude, "
    "gradient-noise:S, scaling:F, alie:T, ipm, worst or random";
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

[[nodiscard]] uncorrupted_model read_weight(std::string_view text, std::size_t partitions) {
    const std::string option = "--messages";
    const auto weight = parse_integer(text);
    if (!weight || *weight < 0 || static_cast<std::uint64_t>(*weight) > partitions) {
        throw bad_part(option, text, "must be a number W of partitions from 0 to k = " + std::to_string(partitions));
    }
    if (2 * static_cast<std::uint64_t>(*weight) == partitions) {
        throw bad_part(option, text, "is half of the partitions: such messages have no truth");
    }
    // W and k - W are the same model, and the same task.
    return weight_messages{std::max(static_cast<std::size_t>(*weight), partitions - static_cast<std::size_t>(*weight))};
}

[[nodiscard]] uncorrupted_model read_gaussian(std::string_view text) {
    const std::string option = "--messages";
    const std::vector<std::string_view> parts = at_commas(text);
    if (parts.size() > 2) throw bad_part(option, text, "must be SNR or SNR,CORRELATION");
    const auto snr = parse_real(parts[0]);
    if (!snr) throw bad_part(option, parts[0], "must be a number SNR");
    return gaussian_messages{*snr, parts.size() == 2 ? probability(option, parts[1], "CORRELATION") : 0};
}

[[nodiscard]] uncorrupted_model read_partitions(std::string_view text, std::size_t partitions) {
    partition_messages model;
    for (std::string_view part : at_commas(text)) model.right.push_back(probability("--messages", part, "Q"));
    if (model.right.size() != partitions) {
        throw bad_use(detail::joined({"--messages: partitions: names ", std::to_string(model.right.size()),
                                      " probabilities, must be k = ", std::to_string(partitions)}));
    }
    return model;
}

/// A row a message, 1 for +.
[[nodiscard]] uncorrupted_model read_recorded(std::string_view file, std::size_t partitions) {
    if (file.empty()) throw bad_use("--messages: recorded: names no file");
    const packed_allocation rows = read_code(std::string(file), std::nullopt);
    if (rows.partitions() != partitions) {
        throw bad_use(
            detail::joined({"--messages: ", shown_word(file), " has messages of ", std::to_string(rows.partitions()),
                            " signs, must be k = ", std::to_string(partitions)}));
    }
    recorded_messages model{sign_matrix(rows.workers(), partitions)};
    bool has_truth = false;
    for (std::size_t i = 0; i < rows.workers(); ++i) {
        for (std::size_t j = 0; j < partitions; ++j) model.messages[i].set(j, rows(i, j));
        has_truth = has_truth || 2 * rows.load(i) != partitions;
    }
    if (!has_truth)
        throw bad_use("--messages: " + shown_word(file) + " has no message with a truth: all have as many + as -");
    return model;
}

[[nodiscard]] uncorrupted_model read_messages(const command_line& line, std::size_t partitions) {
    const std::string text = line.text("--messages").value_or("nearest");
    const auto [name, rest] = split(text);
    if (!rest) {
        if (name == "nearest") return nearest_messages{};
        if (name == "uniform") return uniform_messages{};
    } else {
        if (name == "weight") return read_weight(*rest, partitions);
        if (name == "partitions") return read_partitions(*rest, partitions);
        if (name == "recorded") return read_recorded(*rest, partitions);
        if (name == "independent") return independent_messages{probability("--messages", *rest, "Q")};
        if (name == "gaussian") return read_gaussian(*rest);
    }
    throw line.bad_value("--messages");
}

/// The same model as one of more.
[[nodiscard]] message_model widened(uncorrupted_model messages) {
    return std::visit([](auto& chosen) -> message_model { return std::move(chosen); }, messages);
}

} // namespace

std::vector<std::size_t> read_liar_set(const std::string& option, std::string_view text, std::size_t workers) {
    std::vector<std::size_t> liars;
    for (std::string_view part : at_commas(text)) {
        const auto worker = parse_integer(part);
        if (!worker || *worker < 0 || static_cast<std::uint64_t>(*worker) >= workers) {
            throw bad_part(option, part, "must be a worker from 0 to " + std::to_string(workers - 1));
        }
        if (std::find(liars.begin(), liars.end(), static_cast<std::size_t>(*worker)) != liars.end()) {
            throw bad_part(option, part, "is given twice, liars must be different workers");
        }
        liars.push_back(static_cast<std::size_t>(*worker));
    }
    std::sort(liars.begin(), liars.end());
    return liars;
}

namespace {

/// The attack, and the placement that a short form stands for.
struct read_attack_result {
    attack_model attack;
    std::optional<std::string> placement;
};

/// A finite number that belongs to an attack.
[[nodiscard]] double attack_number(std::string_view text, const std::string& letter) {
    const auto value = parse_real(text);
    if (!value) throw bad_part("--attack", text, "must be a number " + letter);
    return *value;
}

/// A factor, which may be no finite number too.
[[nodiscard]] double factor(std::string_view text) {
    if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
    if (text == "inf" || text == "+inf") return std::numeric_limits<double>::infinity();
    if (text == "-inf") return -std::numeric_limits<double>::infinity();
    const auto value = parse_real(text);
    if (!value) throw bad_part("--attack", text, "must be a number F, inf, -inf or nan");
    return *value;
}

/// Those that look at nothing but the truth and the own vote.
[[nodiscard]] std::optional<read_attack_result> read_basic_attack(const named_value& given) {
    const auto& [name, rest] = given;
    if (name == "flip" && rest) return {{flip_attack{probability("--attack", *rest, "P")}, std::nullopt}};
    if (name == "directional" && (!rest || *rest == "+1" || *rest == "1" || *rest == "-1")) {
        return {{directional_attack{rest == "-1" ? -1 : 1}, std::nullopt}};
    }
    if (rest) return std::nullopt;
    if (name == "against") return {{against_attack{}, std::nullopt}};
    if (name == "reverse") return {{reverse_attack{}, std::nullopt}};
    if (name == "noise") return {{noise_attack{}, std::nullopt}};
    if (name == "worst" || name == "random") return {{against_attack{}, std::string(name)}};
    return std::nullopt;
}

/// Those that look at the votes or partitions of others.
[[nodiscard]] std::optional<attack_model> read_attack_on_votes(const named_value& given, const packed_allocation& code) {
    if (given.rest) return std::nullopt;
    if (given.name == "mimic") return mimic_attack{};
    if (given.name == "zero-sum") return zero_sum_attack{};
    if (given.name == "stealth") return stealth_attack{};
    if (given.name == "collude") return collude_attack{code};
    return std::nullopt;
}

/// Those that change gradients.
[[nodiscard]] std::optional<attack_model> read_attack_on_gradients(const named_value& given, const packed_allocation& code,
                                                                   tie_policy ties) {
    const auto& [name, rest] = given;
    if (!rest) {
        if (name == "ipm") return ipm_attack{};
        return std::nullopt;
    }
    if (name == "gradient-noise") {
        const double sigma = attack_number(*rest, "S");
        if (sigma < 0) throw bad_part("--attack", *rest, "must be a standard deviation S, at least 0");
        return gradient_noise_attack{code, ties, sigma};
    }
    if (name == "scaling") return scaling_attack{code, ties, factor(*rest)};
    if (name == "alie") return alie_attack{attack_number(*rest, "T")};
    return std::nullopt;
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
        fixed_placement fixed{read_liar_set("--placement", *rest, workers)};
        if (liars && count != fixed.liars.size()) {
            throw bad_use("--liars: " + std::to_string(count) + " contradicts --placement, which names " +
                          std::to_string(fixed.liars.size()));
        }
        return fixed;
    }
    throw line.bad_value("--placement");
}

} // namespace

std::optional<attack_model> read_attack(std::string_view text, const packed_allocation& code, tie_policy ties) {
    const named_value given = split(text);
    if (const auto basic = read_basic_attack(given)) {
        if (basic->placement) return std::nullopt; // a short form, which says more than an attack
        return basic->attack;
    }
    if (auto on_votes = read_attack_on_votes(given, code)) return on_votes;
    return read_attack_on_gradients(given, code, ties);
}

namespace {

/// What is not known in closed form.
[[nodiscard]] std::string only_estimated(const std::string& option, std::string_view value) {
    return option + ": " + shown_word(value) + " has no exact law here; use 'election estimate'";
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
        .option("--corrupt", "N", "must be a whole number from 0 to 1000000000",
                "How many partitions report the opposite sign to all who hold them; by default none; see ELECTIONS.")
        .option("--liars", "B", "must be a whole number from 0 to 1000000000",
                "How many workers lie; by default none, or those that --placement fixed names.")
        .option("--placement", "PLACEMENT", placement_rule,
                "Which workers lie: worst (the default), random or fixed:I,J,…; see LIARS.")
        .option("--attack", "ATTACK", attack_rule,
                "What liars send: against (the default), reverse, directional, noise, flip:P, mimic, zero-sum, stealth, "
                "collude, "
                "gradient-noise:S, scaling:F, alie:T or ipm; see LIARS.");
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
 partitions:Q,…  the truth is +, and each partition reports it with a probability
                 of its own, k of them; for estimate alone
 recorded:FILE   one of the messages in FILE, a row of 0 (-) and 1 (+) each, in any
                 format of codes; the truth is the majority; for estimate alone
With --corrupt N, for estimate alone, a new uniformly random set of N partitions in every election reports the opposite sign to all who hold them, after
the truth is settled: no allocation can repair that.
In the first three the truth is the sign that most partitions have, and messages with as many + as - never come up. A failure
is a decoded sign that is not strictly the truth: a tie among the votes is one too.)");
    std::string text(R"(Placements:
 worst           those that do most harm, chosen for each election when the
                 honest votes are known; the default
 random          a new uniformly random set in every election
 fixed:I,J,…     these workers, rows of FILE counted from 0
Attacks:
 against         minus the truth; the default
)");
    text.append(attacks_on_own_votes)
        .append("Attacks that look at others, for estimate alone:\n")
        .append(attacks_on_all_votes)
        .append("Attacks on partition gradients, for estimate alone and with --messages gaussian; an election has k "
                "gradients, whose own noise has standard deviation 1, and 0 and NaN have sign +:\n")
        .append(attacks_on_gradients)
        .append(
            R"(Short forms: "--attack worst" is against with placement worst, "--attack random" is against with placement random.)");
    line.chapter("LIARS", std::move(text));
}

bool models_are_given(const command_line& line) {
    return line.has("--messages") || line.has("--corrupt") || line.has("--liars") || line.has("--placement") ||
           line.has("--attack");
}

election_models read_models(const command_line& line, const packed_allocation& code, tie_policy ties) {
    uncorrupted_model messages = read_messages(line, code.partitions());
    const std::string text = line.text("--attack").value_or("against");
    const named_value given = split(text);
    read_attack_result sent{against_attack{}, std::nullopt};
    if (auto basic = read_basic_attack(given)) {
        sent = *std::move(basic);
    } else if (auto on_votes = read_attack_on_votes(given, code)) {
        sent.attack = *std::move(on_votes);
    } else if (auto on_gradients = read_attack_on_gradients(given, code, ties)) {
        const auto* signs = std::get_if<gaussian_messages>(&messages);
        if (signs == nullptr) {
            throw bad_use("--attack: " + shown_word(text) + " changes gradients, must go with --messages gaussian:SNR");
        }
        messages = gaussian_gradients{signs->snr, signs->correlation};
        sent.attack = *std::move(on_gradients);
    } else {
        throw line.bad_value("--attack");
    }
    const auto corrupted = static_cast<std::size_t>(line.integer("--corrupt", 0, most_liars).value_or(0));
    if (corrupted > code.partitions()) {
        throw bad_use("--corrupt: " + std::to_string(corrupted) +
                      " must be at most k = " + std::to_string(code.partitions()));
    }
    placement_model placement = read_placement(line, sent.placement, code.workers());
    if (corrupted == 0) return {widened(std::move(messages)), std::move(placement), std::move(sent.attack)};
    return {corrupted_messages<uncorrupted_model>{std::move(messages), corrupted}, std::move(placement),
            std::move(sent.attack)};
}

election_models read_models(const command_line& line, std::size_t workers, std::size_t partitions) {
    if (line.integer("--corrupt", 0, most_liars).value_or(0) > 0)
        throw bad_use(only_estimated("--corrupt", *line.text("--corrupt")));
    message_model messages = widened(read_messages(line, partitions));
    const std::string text = line.text("--attack").value_or("against");
    auto sent = read_basic_attack(split(text));
    if (!sent) throw bad_use("--attack: " + shown_word(text) + " " + basic_attack_rule);
    return {std::move(messages), read_placement(line, sent->placement, workers), std::move(sent->attack)};
}

basic_election_models basic_models(const election_models& models) {
    return {std::visit(
                [&](const auto& messages) -> basic_message_model {
                    if constexpr (std::is_constructible_v<basic_message_model, decltype(messages)>) {
                        return messages;
                    } else {
                        throw bad_use(only_estimated("--messages", name_of(models.messages)));
                    }
                },
                models.messages),
            models.placement,
            std::visit(
                [&](const auto& attack) -> basic_attack_model {
                    if constexpr (std::is_constructible_v<basic_attack_model, decltype(attack)>) {
                        return attack;
                    } else {
                        throw bad_use(only_estimated("--attack", name_of(models.attack)));
                    }
                },
                models.attack)};
}

std::size_t liars_of(const placement_model& placement) noexcept {
    if (const auto* fixed = std::get_if<fixed_placement>(&placement)) return fixed->liars.size();
    if (const auto* random = std::get_if<random_placement>(&placement)) return random->liars;
    const auto* worst = std::get_if<worst_placement>(&placement);
    return worst != nullptr ? worst->liars : 0;
}

std::string name_of(const message_model& messages) {
    const auto gaussian = [](double snr, double correlation) {
        if (correlation == 0) return detail::joined({"gaussian:", shortest(snr)});
        return detail::joined({"gaussian:", shortest(snr), ",", shortest(correlation)});
    };
    return std::visit(
        overloaded{[](const nearest_messages&) { return std::string("nearest"); },
                   [](const uniform_messages&) { return std::string("uniform"); },
                   [](const weight_messages& m) {
                       return detail::joined({"weight:", std::to_string(m.weight)});
                   },
                   [](const independent_messages& m) {
                       return detail::joined({"independent:", shortest(m.right)});
                   },
                   [&](const gaussian_messages& m) { return gaussian(m.snr, m.correlation); },
                   [&](const gaussian_gradients& m) { return gaussian(m.snr, m.correlation); },
                   [](const partition_messages& m) {
                       std::string text = "partitions:";
                       for (double right : m.right) text.append(shortest(right)).append(",");
                       text.pop_back();
                       return text;
                   },
                   // What was recorded, not where it is kept, is the identity of the task.
                   [](const recorded_messages& m) {
                       std::uint64_t hash = m.messages.rows();
                       for (std::size_t i = 0; i < m.messages.rows(); ++i)
                           hash = detail::hash_step(hash, hash_of(m.messages[i]));
                       return detail::joined({"recorded:", hex_digits(hash)});
                   },
                   [](const corrupted_messages<uncorrupted_model>& m) {
                       return detail::joined({name_of(widened(m.messages)), "+corrupt:", std::to_string(m.count)});
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
                   },
                   [](const mimic_attack&) { return std::string("mimic"); },
                   [](const zero_sum_attack&) { return std::string("zero-sum"); },
                   [](const stealth_attack&) { return std::string("stealth"); },
                   [](const collude_attack&) { return std::string("collude"); },
                   [](const gradient_noise_attack& a) {
                       return detail::joined({"gradient-noise:", shortest(a.sigma)});
                   },
                   [](const scaling_attack& a) {
                       return detail::joined({"scaling:", std::isnan(a.factor) ? "nan" : shortest(a.factor)});
                   },
                   [](const alie_attack& a) {
                       return detail::joined({"alie:", shortest(a.tau)});
                   },
                   [](const ipm_attack&) { return std::string("ipm"); }},
        attack);
}

} // namespace election::program
