// SPDX-License-Identifier: MIT
// How fast coordinates are counted, against reading the rows once.
#include <election/majority/counts.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <kernels/kernels.hpp>

#include "majority/row_contest.hpp"

namespace election::bench {
namespace {

template <class T>
void run_counts(benchmark::State& state, std::size_t n, std::size_t d, arch_id arch) {
    const bench_rows rows(n, d, d < 512, n);
    std::vector<std::uint64_t> scratch(rows.words() + 8);
    std::vector<T> out(d);
    const row_set set(rows.span());
    const majority_kernel& kernel = program::majority_kernel_of(arch);
    run_row_contest(state, {static_cast<double>(rows.bytes()), row_readers(rows, scratch.data()),
                            [&] { counts(set, std::span(out), kernel); }});
}

} // namespace

void register_counts() {
    for (std::size_t d : {std::size_t{1} << 15U, std::size_t{1} << 20U}) {
        for (std::size_t n : {31U, 255U}) {
            register_for_architectures(
                "counts/n:" + std::to_string(n) + "/d:" + std::to_string(d), static_cast<double>(n * d / 8),
                [=](benchmark::State& state, arch_id arch) { run_counts<std::uint8_t>(state, n, d, arch); });
        }
    }
}

} // namespace election::bench
