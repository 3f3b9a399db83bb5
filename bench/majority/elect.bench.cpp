// SPDX-License-Identifier: MIT
// How long an election takes whose votes stay in the caches, against reading the partitions once.
#include <election/majority/elect.hpp>

#include <string>

#include <election/codes/deterministic.hpp>
#include <election/codes/uncoded.hpp>
#include <kernels/kernels.hpp>

#include "majority/row_contest.hpp"

namespace election::bench {
namespace {

constexpr std::size_t workers = 15;

void run_elect(benchmark::State& state, const code& allocation, std::size_t d, arch_id arch) {
    const bench_rows partitions(workers, d, false, 1);
    const row_set set(partitions.span());
    const encoder encode_all(allocation);
    const majority_kernel& kernel = program::majority_kernel_of(arch);
    sign_vector decision(d);
    run_row_contest(state, {static_cast<double>(partitions.bytes()), row_readers(partitions, decision.span().data()),
                            [&] { elect(encode_all, set, decision.span(), {}, no_lies{}, kernel); }});
}

} // namespace

void register_elect() {
    for (std::size_t d : {std::size_t{1'000'000}, std::size_t{100'000'000}}) {
        const double bytes = workers * static_cast<double>(d) / 8;
        const std::string size = "/d:" + std::to_string(d);
        register_for_architectures("elect/deterministic_15_3" + size, bytes, [=](benchmark::State& state, arch_id arch) {
            run_elect(state, deterministic(15, 3), d, arch);
        });
        register_for_architectures("elect/uncoded_15" + size, bytes,
                                   [=](benchmark::State& state, arch_id arch) { run_elect(state, uncoded(15), d, arch); });
    }
}

} // namespace election::bench
