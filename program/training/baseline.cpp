// SPDX-License-Identifier: MIT
#include "training/baseline.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include <election/codes/code_name.hpp>
#include <election/core/error.hpp>
#include <election/core/random.hpp>

#include "kernels/kernels.hpp"
#include "terminal.hpp"
#include "training/processes.hpp"

namespace election::program {
namespace {

constexpr std::string_view allowed_attacks =
    "none, reverse, reverse-partition, noise, directional, mimic, alie, alie:T, ipm, "
    "gradient-noise:S, scaling:F, silent or drop:P";

/// An aggregator's name and the parameters that it may have.
struct aggregator_entry {
    std::string_view name;
    bool takes_liars;
    std::array<std::string_view, 2> keys;
};
constexpr std::array aggregators{
    aggregator_entry{"mean", false, {}},
    aggregator_entry{"median", false, {}},
    aggregator_entry{"trimmed-mean", true, {}},
    aggregator_entry{"geometric-median", false, {"iterations", "smoothing"}},
    aggregator_entry{"krum", true, {}},
    aggregator_entry{"multi-krum", true, {"m", {}}},
    aggregator_entry{"centred-clipping", false, {"radius", "iterations"}},
};

/// How far a worker may be from the last result, in units of gradients: about what honest ones of all presets are.
constexpr double usual_radius = 0.3;

/// The parameters that --aggregator gives.
class aggregator_text {
public:
    explicit aggregator_text(const std::string& text) : text_(text) {
        const code_name name = [&] {
            try {
                return code_name::parse(text);
            } catch (const error&) {
                throw bad_use("--aggregator: " + shown_word(text) + " " + aggregator_rule());
            }
        }();
        const auto found = std::ranges::find(aggregators, name.family(), &aggregator_entry::name);
        if (found == aggregators.end()) throw bad_use("--aggregator: " + shown_word(text) + " " + aggregator_rule());
        entry_ = *found;
        for (const auto& [key, value] : name.parameters()) {
            if (std::ranges::find(entry_.keys, std::string_view(key)) == entry_.keys.end())
                fail(key, "is no parameter of it");
        }
        name_ = name;
    }

    [[nodiscard]] const aggregator_entry& entry() const noexcept { return entry_; }
    [[nodiscard]] std::size_t count(const char* key, std::size_t otherwise) const {
        const auto value = name_.find(key);
        if (!value) return otherwise;
        const auto number = parse_integer(*value);
        if (!number || *number < 1 || *number > 1'000'000'000) fail(key, "must be a whole number from 1 on");
        return static_cast<std::size_t>(*number);
    }
    [[nodiscard]] double real(const char* key, double otherwise) const {
        const auto value = name_.find(key);
        if (!value) return otherwise;
        const auto number = parse_real(*value);
        if (!number || *number <= 0) fail(key, "must be a number above 0");
        return *number;
    }

private:
    [[noreturn]] void fail(std::string_view key, std::string_view rule) const {
        throw bad_use(detail::joined({"--aggregator: ", shown_word(text_), ": ", key, " ", rule}));
    }

    std::string text_;
    aggregator_entry entry_{};
    code_name name_;
};

[[nodiscard]] bad_use refused_attack(const training_lies& liars) {
    return bad_use(detail::joined({"--attack: ", shown_word(liars.attack_name),
                                   " is of votes, must be with an aggregator of gradients ", allowed_attacks}));
}

[[nodiscard]] baseline_attack attack_of(const training_lies& liars) {
    if (const auto* silent = std::get_if<silent_attack>(&liars.attack)) return gradient_drop{silent->share};
    if (std::holds_alternative<label_flip_attack>(liars.attack)) {
        throw bad_use(detail::joined(
            {"--attack: label-flip needs --aggregator majority; with gradients it must be ", allowed_attacks}));
    }
    if (std::holds_alternative<no_attack>(liars.attack)) return gradient_drop{0};
    const auto* sent = std::get_if<sent_attack>(&liars.attack);
    if (sent == nullptr) throw refused_attack(liars);
    return std::visit(
        [&](const auto& attack) -> baseline_attack {
            using attack_type = std::remove_cvref_t<decltype(attack)>;
            if constexpr (std::is_same_v<attack_type, reverse_attack> ||
                          std::is_same_v<attack_type, reverse_partition_attack>) {
                return gradient_scaling{-1}; // a mean has no ties: both are minus what is honest
            } else if constexpr (std::is_same_v<attack_type, noise_attack>) {
                return gradient_random{};
            } else if constexpr (std::is_same_v<attack_type, gradient_noise_attack>) {
                return gradient_gaussian{attack.sigma};
            } else if constexpr (std::is_same_v<attack_type, scaling_attack>) {
                return gradient_scaling{attack.factor};
            } else if constexpr (requires { baseline_attack(attack); }) {
                return attack;
            } else {
                throw refused_attack(liars);
            }
        },
        *sent);
}

/// How many workers surely send something in every step.
[[nodiscard]] std::size_t surely_sending(const training_plan& plan, const training_lies& liars) {
    std::size_t there = 0;
    for (std::size_t i = 0; i < plan.code.workers(); ++i) {
        const bool holds = std::ranges::any_of(plan.code.row(i), [](std::uint64_t word) { return word != 0; });
        if (holds && std::ranges::find(plan.absent, i) == plan.absent.end()) ++there;
    }
    const auto* silent = std::get_if<silent_attack>(&liars.attack);
    if (silent == nullptr || silent->share == 0) return there;
    return there - std::min(there, liars.liars);
}

} // namespace

void send_lies(const gradient_drop& attack, const gradient_round& round, std::span<const std::size_t> liars,
               std::uint64_t seed) {
    constexpr std::uint64_t worker_stream = std::uint64_t{0x511} << 40U; // that of silent_lies
    for (std::size_t liar : liars) {
        if (counter_random(seed, worker_stream + liar).happens(attack.share, round.step)) round.silent[liar] = 1;
    }
}

std::string aggregator_rule() {
    std::vector<std::string> names{"majority"};
    for (const aggregator_entry& entry : aggregators) names.emplace_back(entry.name);
    return "must be " + choices(names);
}

void describe_baselines(command_line& line) {
    line.chapter(
        "BASELINES",
        R"(With another aggregator than majority every worker sends its full gradient, the mean over the partitions it holds, in 32-bit floats, and the step is that aggregate times the length. One process computes all.
 mean            no protection
 median          of every coordinate
 trimmed-mean    of every coordinate, without the B lowest and B highest
 geometric-median  the point with the smallest sum of distances;
                 geometric-median:iterations=I,smoothing=V
 krum            the gradient nearest to its n-B-2 nearest; n >= 2B+3
 multi-krum      the mean of the M best ones of krum; multi-krum:m=M, n-B by
                 default
 centred-clipping  the last aggregate, moved by the mean of differences cut to
                 length R, 0.3 by default; centred-clipping:radius=R,iterations=I
B is the number of liars, or --assume-liars. Of the attacks these are for gradients: none, reverse (minus the own gradient; reverse-partition is the same), noise (normal numbers with about the norm of the own gradient), directional (+1 everywhere), mimic, alie, alie:T, ipm, gradient-noise:S, scaling:F, silent and drop:P.)");
}

std::string aggregator_name(const training_plan& plan, const training_lies& liars) {
    return is_baseline(plan) ? baseline_of(plan, liars).name() : plan.aggregator;
}

baseline_aggregator baseline_of(const training_plan& plan, const training_lies& liars) {
    const aggregator_text asked(plan.aggregator);
    if (plan.assumed_liars && !asked.entry().takes_liars) {
        throw bad_use(detail::joined(
            {"--assume-liars: is of no use to ", asked.entry().name, ", must go with trimmed-mean, krum or multi-krum"}));
    }
    const std::size_t b = plan.assumed_liars.value_or(liars.liars);
    const std::size_t n = plan.code.workers();
    const aggregation_kernel& kernel = kernels_of(chosen_arch()).aggregation;
    const auto made = [&]() -> baseline_aggregator::variant_type {
        const std::string_view name = asked.entry().name;
        if (name == "mean") return mean_aggregator<>(kernel);
        if (name == "median") return median_aggregator<>(kernel);
        if (name == "trimmed-mean") return trimmed_mean_aggregator<>(b, kernel);
        if (name == "krum") return krum_aggregator<>(b, 1, kernel);
        if (name == "multi-krum") return krum_aggregator<>(b, asked.count("m", n > b + 1 ? n - b : 1), kernel);
        if (name == "geometric-median") {
            geometric_median_options options;
            options.iterations = asked.count("iterations", options.iterations);
            options.smoothing = asked.real("smoothing", options.smoothing);
            return geometric_median_aggregator<>(options, kernel);
        }
        return centred_clipping_aggregator<>(asked.real("radius", usual_radius), asked.count("iterations", 1), kernel);
    };
    baseline_aggregator chosen(made());
    const std::size_t there = surely_sending(plan, liars);
    if (there < chosen.least_rows()) {
        throw bad_use(
            detail::joined({"--aggregator: ", chosen.name(), " needs gradients of ", counted(chosen.least_rows(), "worker"),
                            ", but ", there < n ? "in a step there may be only " : "there are ", std::to_string(there),
                            "; use more workers or fewer liars"}));
    }
    return chosen;
}

baseline_lies baseline_lies_of(const training_plan& plan, const training_lies& liars) {
    return {attack_of(liars), liars.who, plan.absent, plan.seed};
}

void check_baseline(const training_plan& plan, const training_lies& liars) {
    if (!is_baseline(plan)) {
        if (plan.assumed_liars) throw bad_use("--assume-liars: must go with --aggregator trimmed-mean, krum or multi-krum");
        return;
    }
    if (one_of_several_processes()) {
        throw bad_use(detail::joined(
            {"--aggregator: ", shown_word(plan.aggregator), " runs in one process, must be majority under mpirun"}));
    }
    static_cast<void>(baseline_of(plan, liars));
    static_cast<void>(attack_of(liars));
}

} // namespace election::program
