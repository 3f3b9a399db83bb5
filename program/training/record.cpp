// SPDX-License-Identifier: MIT
#include "training/record.hpp"

#include <cmath>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include <election/train/expected_failures.hpp>

namespace election::program {
namespace {

using json = nlohmann::ordered_json;

[[nodiscard]] json agreement_json(const sign_agreement& signs) {
    const std::uint64_t looked_at = signs.counts.agree + signs.counts.disagree + signs.counts.abstained;
    if (looked_at == 0) return nullptr;
    return {{"right", signs.share()}, {"right_by_size", signs.weighted_share()}};
}

/// The probabilities of failure by weight, where they are known for these liars.
[[nodiscard]] std::vector<double> known_failures(const training_plan& plan, const training_lies& liars) {
    const tie_policy ties = plan.ties;
    constexpr std::size_t most = 28; // all 2^28 messages are counted within a second
    if (plan.code.partitions() > most) return {};
    if (plan.worker_momentum > 0 || !plan.absent.empty() || plan.votes == vote_kind::ternary) return {};
    // A tied master's guess is right half of the time; the probabilities count it as a failure.
    if (plan.votes == vote_kind::binary && plan.code.workers() % 2 == 0) return {};
    const std::vector<std::size_t> who = [&] {
        lie_schedule schedule = liars.who;
        const auto first = schedule.liars(0);
        return std::vector<std::size_t>(first.begin(), first.end());
    }();
    try {
        if (std::holds_alternative<no_attack>(liars.attack))
            return failures_by_weight(plan.code, fixed_placement{{}}, against_attack{}, ties);
        const auto* sent = std::get_if<sent_attack>(&liars.attack);
        if (sent == nullptr || who.size() != liars.liars || !liars.always) return {};
        if (std::holds_alternative<against_attack>(*sent))
            return failures_by_weight(plan.code, fixed_placement{who}, against_attack{}, ties);
        if (const auto* directional = std::get_if<directional_attack>(sent))
            return failures_by_weight(plan.code, fixed_placement{who}, *directional, ties);
        if (std::holds_alternative<noise_attack>(*sent))
            return failures_by_weight(plan.code, fixed_placement{who}, noise_attack{}, ties);
        if (std::holds_alternative<reverse_attack>(*sent))
            return failures_by_weight(plan.code, fixed_placement{who}, reverse_attack{}, ties);
    } catch (const error&) { // too many partitions to go through their messages
    }
    return {};
}

} // namespace

std::string record_json(const training_plan& plan, const training_lies& liars, const vote_counts& counts,
                        std::span<const turned_coordinate> turned, const sign_agreement& agreement,
                        std::span<const sign_agreement> partitions, std::uint64_t every) {
    json record;
    record["rounds"] = counts.rounds;
    record["coordinates"] = counts.coordinates;
    record["with_truth"] = counts.with_truth;
    record["violations"] = counts.violations;
    record["turned"] = counts.turned;
    const auto n = static_cast<std::ptrdiff_t>(counts.agreement.size());
    json margins = json::array();
    for (std::size_t m = 0; m < counts.margins.size(); ++m) {
        if (counts.margins[m] != 0) margins.push_back({static_cast<std::ptrdiff_t>(m) - n, counts.margins[m]});
    }
    record["margins"] = margins;
    if (counts.with_truth != 0) record["least_margin"] = counts.least_margin();
    record["leads"] = counts.leads;
    json workers = json::array();
    for (const agreement_counts& worker : counts.agreement) {
        workers.push_back({{"agree", worker.agree}, {"disagree", worker.disagree}, {"abstained", worker.abstained}});
    }
    record["agreement"] = workers;
    json most = json::array();
    for (const turned_coordinate& one : turned) most.push_back({one.coordinate, one.rounds});
    record["most_turned"] = most;
    const std::vector<double> by_weight = known_failures(plan, liars);
    if (by_weight.empty()) {
        record["expected"] = nullptr;
    } else {
        const failure_comparison compared = expected_failures(counts, by_weight);
        record["expected"] = {{"elections", compared.elections},
                              {"measured", compared.measured},
                              {"expected", compared.expected},
                              {"deviation", compared.deviation}};
    }
    json signs = {{"every", every}, {"decision", agreement_json(agreement)}};
    json each = json::array();
    for (const sign_agreement& partition : partitions) each.push_back(agreement_json(partition));
    signs["partitions"] = each;
    record["full_gradient"] = signs;
    return record.dump();
}

} // namespace election::program
