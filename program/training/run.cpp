// SPDX-License-Identifier: MIT
#include "training/run.hpp"

#include <bit>
#include <cstdint>
#include <string>
#include <variant>

#include <election/bits/sign_span.hpp>

#include "kernels/kernels.hpp"
#include "training/baseline.hpp"
#include "training/run_baseline.hpp"
#include "training/votes.hpp"

namespace election::program {
namespace {

/// What a code is, whatever it is called.
[[nodiscard]] std::string code_text(const packed_allocation& code) {
    std::string text = detail::joined({std::to_string(code.workers()), "x", std::to_string(code.partitions()), ":"});
    std::uint64_t hash = 0x9E3779B97F4A7C15U;
    for (std::size_t i = 0; i < code.workers(); ++i) {
        for (std::uint64_t word : code.row(i)) hash = detail::hash_step(hash, word);
    }
    for (int digit = 60; digit >= 0; digit -= 4) text += "0123456789abcdef"[hash >> digit & 15U];
    return text;
}

/// A hash of samples and classes, so that no run goes on with other data.
template <class Data>
[[nodiscard]] std::string data_text(const Data& data) {
    std::uint64_t hash = detail::hash_step(data.size(), data.features());
    for (std::size_t i = 0; i < data.size(); ++i) {
        hash = detail::hash_step(hash, data.label(i));
        if constexpr (std::is_same_v<Data, sparse_dataset>) {
            std::uint64_t sum = 0;
            for (std::uint32_t column : data.row(i).columns) sum = sum * 0x9E3779B97F4A7C15U + column;
            hash = detail::hash_step(hash, sum);
        } else {
            std::uint64_t sum = 0;
            for (float x : data.row(i)) sum = sum * 0x9E3779B97F4A7C15U + std::bit_cast<std::uint32_t>(x);
            hash = detail::hash_step(hash, sum);
        }
    }
    std::string text;
    for (int digit = 60; digit >= 0; digit -= 4) text += "0123456789abcdef"[hash >> digit & 15U];
    return text;
}

} // namespace

run_identity identity_of(const training_plan& plan, const training_lies& liars, const training_data& data) {
    run_identity identity;
    identity.set("preset", name_of(plan.preset)).set("model", name_of(plan.model)).set("code", code_text(plan.code));
    identity.set("data", std::visit(
                             [](const auto& samples) -> std::string {
                                 if constexpr (requires { samples.size(); }) {
                                     return data_text(samples);
                                 } else {
                                     return "";
                                 }
                             },
                             data.train));
    identity.set("split", name_of(plan.partitions)).set("reshuffle", plan.reshuffle ? "yes" : "no");
    if (plan.batch) identity.set("batch", *plan.batch);
    identity.set("momentum", plan.momentum).set("worker-momentum", plan.worker_momentum);
    identity.set("weight-decay", plan.weight_decay).set("step", plan.step.value_or("preset"));
    // A cosine falls over all steps, so that their number belongs to it.
    if (plan.preset != training_preset::amazon || plan.step) {
        if (!plan.step || plan.step->starts_with("cosine")) {
            if (plan.epochs) identity.set("epochs", *plan.epochs);
            if (plan.steps) identity.set("steps", *plan.steps);
        }
    }
    identity.set("aggregator", aggregator_name(plan, liars));
    if (!is_baseline(plan)) {
        identity.set("votes", name_of(plan.votes)).set("ties", std::string(name_of(plan.ties)));
        identity.set("master-ties", plan.master_positive ? "positive" : "negative");
    }
    identity.set("liars", liars.liars).set("attack", liars.attack_name).set("placement", liars.placement_name);
    identity.set("attack-times", liars.times_name);
    identity.set("seed", plan.seed);
    return identity;
}

namespace {

/// Calls make(), and gives errors about mini-batches and shares the names of options.
template <class Make>
[[nodiscard]] auto made_of_options(const training_plan& plan, const Make& make) {
    try {
        return make();
    } catch (const parameter_error& failure) {
        if (failure.parameter() == "batch_size") throw parameter_error("train", "batch", failure.value(), failure.rule());
        if (failure.parameter() == "alpha")
            throw parameter_error("train", "split", name_of(plan.partitions), failure.rule());
        throw;
    }
}

} // namespace

training_outcome run_training(const training_plan& plan, const training_lies& liars, const training_data& data,
                              const training_hooks& hooks) {
    const run_identity identity = identity_of(plan, liars, data);
    if (plan.preset == training_preset::amazon) {
        const sparse_problem problem = made_of_options(plan, [&] { return sparse_problem_of(plan, data); });
        if (is_baseline(plan)) return run_baseline(plan, liars, identity, problem, hooks);
        return run_sparse(plan, liars, identity, problem, hooks);
    }
    const dense_problem problem =
        made_of_options(plan, [&] { return dense_problem_of(plan, data, kernels_of(chosen_arch()).product); });
    if (is_baseline(plan)) return run_baseline(plan, liars, identity, problem, hooks);
    switch (plan.votes) {
    case vote_kind::binary:
        return run_binary(plan, liars, identity, problem, hooks);
    case vote_kind::abstaining:
        return run_abstaining(plan, liars, identity, problem, hooks);
    default:
        return run_ternary(plan, liars, identity, problem, hooks);
    }
}

} // namespace election::program
