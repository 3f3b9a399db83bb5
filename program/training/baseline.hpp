// SPDX-License-Identifier: MIT
// What --aggregator names besides majority: masters who are sent whole gradients, and what liars send them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <election/train/aggregator.hpp>
#include <election/train/centred_clipping_aggregator.hpp>
#include <election/train/geometric_median_aggregator.hpp>
#include <election/train/gradient_lies.hpp>
#include <election/train/krum_aggregator.hpp>
#include <election/train/lie_schedule.hpp>
#include <election/train/mean_aggregator.hpp>
#include <election/train/median_aggregator.hpp>
#include <election/train/trimmed_mean_aggregator.hpp>

#include "lies.hpp"
#include "training/plan.hpp"

namespace election::program {

/// One of the aggregators that options can name. An aggregator.
class baseline_aggregator {
public:
    using variant_type = std::variant<mean_aggregator<>, median_aggregator<>, trimmed_mean_aggregator<>,
                                      geometric_median_aggregator<>, krum_aggregator<>, centred_clipping_aggregator<>>;

    explicit baseline_aggregator(variant_type chosen) : chosen_(chosen) {}

    [[nodiscard]] std::string name() const {
        return std::visit([](const auto& one) { return one.name(); }, chosen_);
    }
    [[nodiscard]] std::size_t least_rows() const {
        return std::visit([](const auto& one) { return one.least_rows(); }, chosen_);
    }
    void operator()(std::span<const gradient_row> rows, std::span<float> out, aggregation_workspace& workspace) const {
        std::visit([&](const auto& one) { one(rows, out, workspace); }, chosen_);
    }

private:
    variant_type chosen_;
};

/// Liars send nothing in a share of the steps: those in which silent_lies of the same seed would not.
struct gradient_drop {
    double share = 1; ///< 0 … 1
};
void send_lies(const gradient_drop& attack, const gradient_round& round, std::span<const std::size_t> liars,
               std::uint64_t seed);

/// What liars can do to a baseline.
using baseline_attack = std::variant<gradient_scaling, directional_attack, gradient_random, gradient_gaussian, alie_attack,
                                     ipm_attack, mimic_attack, gradient_drop>;

/// Liars who send something else, and workers of whom nothing ever arrives. They are gradient_lies.
class baseline_lies {
public:
    /// \param attack  what liars send
    /// \param who     nobody where there are none
    /// \param absent  workers who never send anything
    /// \param seed    of attacks that draw
    baseline_lies(baseline_attack attack, lie_schedule who, std::vector<std::size_t> absent, std::uint64_t seed)
        : attack_(attack), who_(std::move(who)), absent_(std::move(absent)), seed_(seed) {}

    [[nodiscard]] std::span<const std::size_t> liars(std::uint64_t step) { return who_.liars(step); }
    void lie(const gradient_round& round) {
        silence(round); // nobody imitates who is not there
        const std::span<const std::size_t> who = liars(round.step);
        if (who.empty()) return;
        send_lies(attack_, round, who, seed_);
        silence(round); // whatever they would have sent
    }

private:
    void silence(const gradient_round& round) const {
        for (std::size_t i : absent_) round.silent[i] = 1;
    }

    baseline_attack attack_;
    lie_schedule who_;
    std::vector<std::size_t> absent_;
    std::uint64_t seed_;
};

/// Whether a plan's master is sent gradients, not votes.
[[nodiscard]] inline bool is_baseline(const training_plan& plan) { return plan.aggregator != "majority"; }

/// The rule of the option --aggregator.
[[nodiscard]] std::string aggregator_rule();
/// The chapter of a command's help on aggregators.
void describe_baselines(command_line& line);

/// What decides in a run, in full: "majority", "krum:b=3".
/// \throws bad_use  see baseline_of()
[[nodiscard]] std::string aggregator_name(const training_plan& plan, const training_lies& liars);

/// \{
/// The master and the liars of a plan that is_baseline().
/// \throws bad_use  an unknown parameter, too few workers for that many liars, an attack on votes, several processes
[[nodiscard]] baseline_aggregator baseline_of(const training_plan& plan, const training_lies& liars);
[[nodiscard]] baseline_lies baseline_lies_of(const training_plan& plan, const training_lies& liars);
/// \}

/// Refuses what a baseline cannot do, before data is loaded; nothing where votes are counted.
/// \throws bad_use  see baseline_of()
void check_baseline(const training_plan& plan, const training_lies& liars);

} // namespace election::program
