// SPDX-License-Identifier: MIT
// How many random elections a second: drawn, voted in and counted, on one thread.
#include <election/estimate/estimate.hpp>

#include <cstdint>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

#include <election/codes/bernoulli.hpp>
#include <election/codes/deterministic.hpp>
#include <kernels/kernels.hpp>

#include "support/context.hpp"

namespace election::bench {
namespace {

/// What is compared: everything; only drawing; only voting and counting.
enum class share { all, draw, vote };

template <class Messages, class Placement, class Attack>
void run_share(benchmark::State& state, const packed_allocation& code, const Messages& messages, const Placement& placement,
               const Attack& attack, arch_id arch, share part) {
    const program::kernel_set& kernels = program::kernels_of(arch);
    const estimate_kernels loops{kernels.majority, kernels.sampling};
    detail::election_source<Messages, Placement, Attack> source(code, messages, placement, attack, tie_policy::abstain, 1,
                                                                loops);
    auto draw = message_sampler(messages, code.partitions(), loops.majority);
    election_batch batch(code.partitions(), code.workers(), false);
    batch_votes votes(code, tie_policy::abstain, loops.majority);
    random_stream random(loops.sampling, 1, 0);
    draw(batch, random);
    std::uint64_t number = 0;
    std::uint64_t failures = 0;
    for (auto _ : state) {
        if (part == share::all) {
            source.draw(number++);
            failures += source.count(0, election_batch::elections).failures;
        } else if (part == share::draw) {
            draw(batch, random);
        } else {
            votes.vote(batch, random);
            benchmark::DoNotOptimize(votes.count(batch).data());
        }
        benchmark::DoNotOptimize(failures);
    }
    state.counters["elections_per_second"] =
        benchmark::Counter(static_cast<double>(state.iterations()) * election_batch::elections, benchmark::Counter::kIsRate,
                           benchmark::Counter::kIs1000);
}

template <class Messages, class Placement, class Attack>
void add(const std::string& name, const packed_allocation& code, const Messages& messages, const Placement& placement,
         const Attack& attack) {
    const auto add_one = [&](const std::string& full_name, arch_id arch, share part) {
        benchmark::RegisterBenchmark(full_name.c_str(), [=](benchmark::State& state) {
            run_share(state, code, messages, placement, attack, arch, part);
        })->Unit(benchmark::kMicrosecond);
    };
    add_one("estimate/" + name, program::chosen_arch(), share::all);
    add_one("estimate/" + name + "/draw", program::chosen_arch(), share::draw);
    add_one("estimate/" + name + "/vote", program::chosen_arch(), share::vote);
    for (arch_id arch : program::usable_architectures()) {
        add_one("estimate/" + name + "/arch:" + std::string(name_of(arch)), arch, share::all);
    }
}

void register_estimate() {
    const packed_allocation bernoulli_63(bernoulli(63, 63, 0.3, 1));
    const packed_allocation deterministic_1001(deterministic(1001, 3));
    const packed_allocation bernoulli_1001(bernoulli(1001, 1001, 0.01, 1));
    add("bernoulli_63_63_0.3/nearest/worst", bernoulli_63, nearest_messages{}, worst_placement{3}, against_attack{});
    add("bernoulli_63_63_0.3/uniform/worst", bernoulli_63, uniform_messages{}, worst_placement{3}, against_attack{});
    add("bernoulli_63_63_0.3/independent/random", bernoulli_63, independent_messages{0.6}, random_placement{3},
        against_attack{});
    add("deterministic_1001_3/nearest/worst", deterministic_1001, nearest_messages{}, worst_placement{3}, against_attack{});
    add("bernoulli_1001_1001_0.01/nearest/worst", bernoulli_1001, nearest_messages{}, worst_placement{3}, against_attack{});
    benchmark::RegisterBenchmark("smoke/estimate", [](benchmark::State& state) {
        run_share(state, packed_allocation(deterministic(5, 1)), nearest_messages{}, random_placement{1}, noise_attack{},
                  program::chosen_arch(), share::all);
    });
}

} // namespace
} // namespace election::bench

int main(int argc, char** argv) {
    election::bench::register_estimate();
    return election::bench::run(argc, argv);
}
