// SPDX-License-Identifier: MIT
// How long a vote takes from packed signs to a decision, against reading the rows once.
#include <election/train/transport.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <election/codes/deterministic.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/majority/encoder.hpp>
#include <kernels/kernels.hpp>

#include "majority/row_contest.hpp"
#include "train/train_bench.hpp"

namespace election::bench {
namespace {

constexpr std::size_t workers = 15;

/// The master's part: what local_transport::decide does with n packed votes.
void run_decide(benchmark::State& state, std::size_t d) {
    const bench_rows votes(workers, d, false, 1);
    local_transport<binary_form> transport(workers, tie_sign::positive, program::majority_kernel_of(program::chosen_arch()));
    const std::vector<std::uint8_t> silent(workers);
    sign_vector decision(d);
    std::uint64_t step = 0;
    run_row_contest(state, {static_cast<double>(votes.bytes()), row_readers(votes, decision.span().data()), [&] {
                                transport.decide({step++, transport.workers(), votes, silent}, decision);
                            }});
}

/// All of it: the votes of a code's workers from the signs of its partitions, then the decision. The roof reads partitions,
/// writes votes and reads them.
void run_vote(benchmark::State& state, std::size_t d) {
    const bench_rows partitions(workers, d, false, 1);
    const bench_rows votes(workers, d, false, 2);
    const majority_kernel& kernel = program::majority_kernel_of(program::chosen_arch());
    const encoder encode(packed_allocation(deterministic(workers, 3)));
    local_transport<binary_form> transport(workers, tie_sign::positive, kernel);
    const std::vector<std::uint8_t> silent(workers);
    sign_vector decision(d);
    std::uint64_t step = 0;
    const row_set set(partitions.span());
    std::vector<timed> roofs;
    for (const timed& reader : row_readers(votes, decision.span().data())) {
        for (bool stream : {false, true}) {
            roofs.push_back([&, reader, stream] {
                for (std::size_t i = 0; i < workers; ++i) {
                    kernel.copy(votes.span()[i].data(), partitions.rows[i], partitions.words(), stream);
                }
                reader();
            });
        }
    }
    run_row_contest(state, {3 * static_cast<double>(partitions.bytes()), std::move(roofs), [&] {
                                encode(set, votes.span(), tie_sign::positive, kernel);
                                transport.decide({step++, transport.workers(), votes, silent}, decision);
                            }});
}

void add(const std::string& name, void (*run)(benchmark::State&, std::size_t), std::size_t d, std::int64_t rounds) {
    benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) { run(state, d); })
        ->UseManualTime()
        ->Iterations(rounds)
        ->Unit(benchmark::kMicrosecond);
}

} // namespace

void register_votes() {
    for (std::size_t d : {std::size_t{1'000'000}, std::size_t{100'000'000}}) {
        const std::string size = "/n:15/d:" + std::to_string(d);
        const std::int64_t rounds = d > 10'000'000 ? 15 : 100;
        add("decide" + size, run_decide, d, rounds);
        add("vote" + size + "/deterministic_3", run_vote, d, rounds);
    }
    add("smoke/decide", run_decide, 4096, 1);
    add("smoke/vote", run_vote, 4096, 1);
}

} // namespace election::bench
