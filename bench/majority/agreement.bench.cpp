// SPDX-License-Identifier: MIT
// How fast rows are compared with the decoded vector, against reading them once.
#include <election/majority/agreement.hpp>

#include <string>
#include <vector>

#include <election/bits/sign_vector.hpp>
#include <kernels/kernels.hpp>

#include "majority/row_contest.hpp"

namespace election::bench {
namespace {

void run_agreement(benchmark::State& state, std::size_t n, std::size_t d, arch_id arch) {
    const bench_rows rows(n, d, false, n);
    const bench_rows decoded(1, d, false, 1);
    std::vector<std::uint64_t> scratch(rows.words());
    const row_set set(rows.span());
    const majority_kernel& kernel = program::majority_kernel_of(arch);
    run_row_contest(state, {static_cast<double>(rows.bytes()), row_readers(rows, scratch.data()), [&] {
                                auto result = agreement(set, sign_view(decoded.span()[0]), kernel);
                                benchmark::DoNotOptimize(result);
                            }});
}

} // namespace

void register_agreement() {
    for (std::size_t d : {std::size_t{1} << 15U, std::size_t{1} << 20U, std::size_t{1} << 26U}) {
        register_for_architectures("agreement/n:31/d:" + std::to_string(d), static_cast<double>(31 * d / 8),
                                   [=](benchmark::State& state, arch_id arch) { run_agreement(state, 31, d, arch); });
    }
}

} // namespace election::bench
