// SPDX-License-Identifier: MIT
// How fast all workers' votes are computed, against copying k rows into n rows once.
#include <election/majority/encoder.hpp>

#include <string>
#include <utility>
#include <vector>

#include <election/codes/bernoulli.hpp>
#include <election/codes/code.hpp>
#include <election/codes/deterministic.hpp>
#include <kernels/kernels.hpp>

#include "majority/row_contest.hpp"

namespace election::bench {
namespace {

constexpr std::size_t workers = 31;

void run_encode(benchmark::State& state, const code& allocation, std::size_t d, arch_id arch) {
    const bench_rows partitions(workers, d, false, 1);
    const bench_rows votes(workers, d, false, 2);
    const row_set set(partitions.span());
    const encoder encode_all(allocation);
    const majority_kernel& kernel = program::majority_kernel_of(arch);
    std::vector<timed> copies;
    for (arch_id copier : program::usable_architectures()) {
        for (bool stream : {false, true}) {
            copies.push_back([&, stream, &copy_kernel = program::majority_kernel_of(copier)] {
                for (std::size_t i = 0; i < workers; ++i) {
                    copy_kernel.copy(votes.span()[i].data(), partitions.rows[i], partitions.words(), stream);
                }
            });
        }
    }
    run_row_contest(state, {2 * static_cast<double>(partitions.bytes()), std::move(copies),
                            [&] { encode_all(set, votes.span(), tie_sign::positive, kernel); }});
    state.counters["time_over_copy"] = 1 / state.counters["roof_ratio"].value;
}

} // namespace

void register_encoder() {
    for (std::size_t d : {std::size_t{1} << 15U, std::size_t{1} << 20U, std::size_t{1} << 26U}) {
        const double bytes = 2.0 * workers * static_cast<double>(d) / 8;
        register_for_architectures(
            "encode/deterministic_31_2/d:" + std::to_string(d), bytes,
            [=](benchmark::State& state, arch_id arch) { run_encode(state, deterministic(31, 2), d, arch); });
        register_for_architectures(
            "encode/bernoulli_31_31_0.3/d:" + std::to_string(d), bytes,
            [=](benchmark::State& state, arch_id arch) { run_encode(state, bernoulli(31, 31, 0.3, 1), d, arch); });
    }
}

} // namespace election::bench
