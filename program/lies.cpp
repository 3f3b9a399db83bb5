// SPDX-License-Identifier: MIT
#include "lies.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/models/alie_attack.hpp>
#include <election/train/attack_needs.hpp>

namespace election::program {
namespace {

constexpr const char* attack_rule =
    "must be none, reverse, reverse-partition, against, omniscient, flip:P, noise, random, directional, directional:-1, "
    "directional:fixed, zero-sum, stealth, mimic, collude, alie, alie:T, ipm, gradient-noise:S, gaussian:S, scaling:F, "
    "label-flip, silent, "
    "drop:P or drop-coordinates:P";
constexpr const char* placement_rule = "must be random, fixed, worst, group or clustered";
constexpr std::int64_t most_liars = 1'000'000'000;
constexpr std::int64_t most_steps = 1'000'000'000'000'000;

/// An attack, and its name in full where it is not the name that models.hpp gives.
struct named_attack {
    training_attack attack;
    std::string name;
};

/// The same attack as one of more.
[[nodiscard]] named_attack sent(attack_model attack) {
    std::string name = name_of(attack);
    return {std::visit([](auto& chosen) -> training_attack { return sent_attack(std::move(chosen)); }, attack),
            std::move(name)};
}

/// The number behind a name that ends with a colon, from 0 to 1; nothing for other texts.
[[nodiscard]] std::optional<double> read_share(const std::string& text, std::string_view name) {
    if (!text.starts_with(name)) return std::nullopt;
    const std::string share = text.substr(name.size());
    const auto value = parse_real(share);
    if (!value || *value < 0 || *value > 1)
        throw bad_use(detail::joined({"--attack: ", shown_word(share), " must be a probability P from 0 to 1"}));
    return value;
}

[[nodiscard]] named_attack read_attack_of(const command_line& line, const std::string& text, const packed_allocation& code,
                                          tie_policy ties, std::size_t liars) {
    if (text == "none") return {no_attack{}, text};
    if (text == "random") return sent(noise_attack{});
    if (text == "omniscient") return sent(against_attack{});
    if (text == "reverse-partition") return {sent_attack(reverse_partition_attack{code}), text};
    if (text == "label-flip") return {label_flip_attack{}, text};
    if (text == "silent") return {silent_attack{}, text};
    if (text == "directional:fixed") return {fixed_vote_attack{}, text};
    if (text == "alie") {
        if (liars == 0) return sent(alie_attack{0}); // sent by nobody
        if (code.workers() < 3 || liars > code.workers() / 2) {
            throw bad_use(
                detail::joined({"--attack: alie chooses T where at most half of the workers lie, of three or more; ",
                                std::to_string(liars), " of ", std::to_string(code.workers()), " lie: give it as alie:T"}));
        }
        return sent(alie_attack{alie_tau(code.workers(), liars)});
    }
    if (const auto share = read_share(text, "drop:")) return {silent_attack{*share}, text};
    if (const auto share = read_share(text, "drop-coordinates:")) return {sparse_vote_attack{*share}, text};
    const std::string_view gaussian = "gaussian:";
    std::string known = text;
    if (text.starts_with(gaussian))
        known = detail::joined({"gradient-noise:", std::string_view(text).substr(gaussian.size())});
    if (auto attack = read_attack(known, code, ties)) return sent(*std::move(attack));
    throw line.bad_value("--attack");
}

[[nodiscard]] bad_use contradiction(const std::string& option, std::string_view value, const std::string& rule) {
    return bad_use(detail::joined({option, ": ", shown_word(value), " ", rule}));
}

/// b, and which of the options says so.
[[nodiscard]] std::size_t read_count(const command_line& line, std::size_t workers) {
    const auto liars = line.integer("--liars", 0, most_liars);
    if (liars && static_cast<std::uint64_t>(*liars) > workers) {
        throw bad_use(detail::joined({"--liars: ", std::to_string(*liars), " must be at most the number of workers n = ",
                                      std::to_string(workers), "; use fewer, or a code with more rows"}));
    }
    return static_cast<std::size_t>(liars.value_or(0));
}

[[nodiscard]] lie_times read_times(const command_line& line) {
    lie_times times;
    times.from = static_cast<std::uint64_t>(line.integer("--attack-from", 0, most_steps).value_or(0));
    times.every = static_cast<std::uint64_t>(line.integer("--attack-every", 1, most_steps).value_or(1));
    times.renew = static_cast<std::uint64_t>(line.integer("--attack-renew", 1, most_steps).value_or(0));
    return times;
}

[[nodiscard]] std::string joined_numbers(const std::vector<std::size_t>& numbers) {
    std::string text;
    for (std::size_t number : numbers) {
        if (!text.empty()) text += ',';
        text += std::to_string(number);
    }
    return text;
}

} // namespace

void declare_lies(command_line& line) {
    const std::string count = "must be a whole number from 0 to 1000000000";
    line.option("--liars", "B", count, "How many workers lie; by default none, or those that --liar-set names.")
        .option("--liar-set", "I,J,…", "must be workers, rows from 0, with commas",
                "Which workers lie, rows of the code from 0; implies --placement fixed.")
        .option("--placement", "PLACEMENT", placement_rule,
                "Which workers lie: random (the default), fixed, worst, group or clustered; see LIARS.")
        .option("--attack", "ATTACK", attack_rule,
                "What liars send: reverse (the default), reverse-partition, against, flip:P, noise, directional[:fixed], "
                "zero-sum, stealth, mimic, collude, alie[:T], ipm, gradient-noise:S, scaling:F, label-flip, silent, drop:P, "
                "drop-coordinates:P or none; see LIARS.")
        .option("--attack-from", "T", "must be a whole number from 0 to 1000000000000000",
                "Liars are honest before step T, steps counted from 0; by default 0.")
        .option("--attack-every", "Q", "must be a whole number from 1 to 1000000000000000",
                "They lie in steps T, T+Q, T+2Q, …; by default in all from T on.")
        .option("--attack-renew", "R", "must be a whole number from 1 to 1000000000000000",
                "Draw a new set of liars every R steps, counted from T; by default they are drawn once a run.");
}

void describe_lies(command_line& line) {
    std::string text(R"(Placements, of B workers:
 random          a uniformly random set, drawn once a run with the seed, or
                 every R steps; the default
 fixed           those that --liar-set names
 worst           the set of which most nearest elections fail when it votes
                 against the truth: of all sets and elections where they are
                 few, else found greedily and on a sample
 group           workers with identical rows: whole groups in a random order,
                 then workers whose row nobody else has
 clustered       neighbours i, i+1, …, with a random i
Attacks; an election is a parameter in a step, and its truth is the sign of the sum of the signs of all partitions. Where that
is 0 there is none, and attacks that look at it send the honest vote:
 none            nobody lies
 against         minus the truth; also called omniscient
)");
    text.append(attacks_on_own_votes)
        .append(R"(                 noise is also called random
 reverse-partition  the own majority of minus the partitions' signs: minus the
                 own honest vote, but for ties, which are as ever
 silent          nothing: the vote is absent
 directional:fixed  the same random signs in every step, drawn with the seed
 drop:P          nothing, in each step with probability P; else honest
 drop-coordinates:P  the honest vote without some coordinates, each missing with
                 probability P (a multiple of 2^-24); only of votes that can abstain
 label-flip      the own majority of signs of gradients with labels y made
                 C-1-y, C classes, with a momentum of their own
Attacks that look at others:
)")
        .append(attacks_on_all_votes)
        .append(
            R"(Attacks on what partitions report, gradients or their momentum; 0 and NaN abstain, or have the sign of 0 where signs are binary:
)")
        .append(attacks_on_gradients)
        .append(R"(                 gradient-noise is also called gaussian; alie alone takes
                 the T of its authors for n workers and B liars, 0 or less for
                 one liar
Where votes cannot abstain, the liar of zero-sum who would be silent sends minus the sign of the sum of honest votes, or - where that is 0.)");
    line.chapter("LIARS", std::move(text));
}

training_lies read_lies(const command_line& line, const packed_allocation& code, tie_policy ties, std::uint64_t seed) {
    const std::size_t n = code.workers();
    std::size_t count = read_count(line, n);
    const lie_times times = read_times(line);
    const auto set = line.text("--liar-set");
    const auto given = line.text("--placement");
    const std::string placement = given.value_or(set ? "fixed" : "random");

    training_lies result;
    result.always = times.from == 0 && times.every == 1 && times.renew == 0;
    if (!result.always) {
        result.times_name = detail::joined({"from:", std::to_string(times.from), ",every:", std::to_string(times.every),
                                            ",renew:", std::to_string(times.renew)});
    }
    std::vector<std::size_t> liars = set ? read_liar_set("--liar-set", *set, n) : std::vector<std::size_t>();
    named_attack attack =
        read_attack_of(line, line.text("--attack").value_or("reverse"), code, ties, set ? liars.size() : count);
    if (set && placement != "fixed") throw contradiction("--placement", placement, "contradicts --liar-set, must be fixed");
    if (placement == "fixed") {
        if (!set) throw bad_use("--placement: fixed must go with --liar-set I,J,…");
        if (line.has("--liars") && count != liars.size()) {
            throw contradiction("--liars", std::to_string(count),
                                "contradicts --liar-set, which names " + std::to_string(liars.size()));
        }
        if (times.renew != 0)
            throw contradiction("--attack-renew", std::to_string(times.renew),
                                "must go with a placement that is drawn, not fixed");
        count = liars.size();
        result.placement_name = "fixed:" + joined_numbers(liars);
        result.who = lie_schedule(n, std::move(liars), times);
    } else if (placement == "worst") {
        if (times.renew != 0)
            throw contradiction("--attack-renew", std::to_string(times.renew),
                                "must go with a placement that is drawn, not worst");
        worst_liars_options options;
        options.ties = ties;
        options.seed = seed;
        result.worst = worst_liars(code, count, options);
        result.who = lie_schedule(n, result.worst->liars, times);
        result.placement_name = placement;
    } else {
        result.placement_name = placement;
        if (placement == "random") {
            result.who = lie_schedule(
                n, [n, count, seed](std::uint64_t i) { return random_liars(n, count, seed, i); }, times);
        } else if (placement == "clustered") {
            result.who = lie_schedule(
                n, [n, count, seed](std::uint64_t i) { return clustered_liars(n, count, seed, i); }, times);
        } else if (placement == "group") {
            result.who = lie_schedule(
                n, [code, count, seed](std::uint64_t i) { return group_liars(code, count, seed, i); }, times);
        } else {
            throw line.bad_value("--placement");
        }
    }
    // "--liars 0" may go with any attack: one point of a row of experiments.
    if (count == 0 && line.has("--attack") && !line.has("--liars") && !std::holds_alternative<no_attack>(attack.attack)) {
        throw contradiction("--attack", *line.text("--attack"), "must go with liars: --liars B or --liar-set I,J,…");
    }
    if (count == 0 || std::holds_alternative<no_attack>(attack.attack)) {
        result.who = lie_schedule(n, std::vector<std::size_t>{});
        result.placement_name = "none";
        return result;
    }
    if (const auto* sent = std::get_if<sent_attack>(&attack.attack)) result.needs_gradients = needs_of(*sent).gradients;
    result.attack = std::move(attack.attack);
    result.attack_name = std::move(attack.name);
    result.liars = count;
    return result;
}

} // namespace election::program
