// SPDX-License-Identifier: MIT
// The benchmarks of packing: every kernel against memory's roof and against what a compiler makes of plain loops.
#include <election/packing/packing_kernel.hpp>

#include <exception>
#include <iostream>
#include <string>

#include <benchmark/benchmark.h>

#include <kernels/arch_macros.hpp>

#include "packing/packing_bench.hpp"
#include "support/context.hpp"

namespace election::bench {

#define ELECTION_DECLARE(arch) extern const plain_kernel plain_kernel_##arch;
ELECTION_FOR_BUILT(ELECTION_DECLARE)

const plain_kernel& plain_kernel_of(arch_id arch) {
#define ELECTION_RETURN(tag)                                                                                                \
    if (arch == arch_id::tag) return plain_kernel_##tag;
    ELECTION_FOR_BUILT(ELECTION_RETURN)
    return plain_kernel_word64;
}

sign_vector random_signs(std::size_t d, std::uint64_t seed) {
    sign_vector signs(d);
    const counter_random random(seed);
    for (std::size_t w = 0; w < words_for(d); ++w) signs.span().data()[w] = random(w);
    signs.span().clear_padding();
    return signs;
}

void register_sizes(const std::string& name, std::size_t number_bytes,
                    const std::function<void(benchmark::State&, std::size_t, arch_id)>& run) {
    const auto add = [&](const std::string& full_name, std::size_t d, arch_id arch, std::int64_t rounds) {
        benchmark::RegisterBenchmark(full_name.c_str(), [=](benchmark::State& state) { run(state, d, arch); })
            ->UseManualTime()
            ->Iterations(rounds)
            ->Unit(benchmark::kMicrosecond);
    };
    for (unsigned exponent : {15U, 20U, 26U}) {
        const std::size_t d = std::size_t{1} << exponent;
        const std::string sized = name + "/d:" + std::to_string(d);
        add(sized, d, program::chosen_arch(), contest_rounds(d * number_bytes));
        for (arch_id arch : program::usable_architectures()) {
            add(sized + "/arch:" + std::string(name_of(arch)), d, arch, contest_rounds(d * number_bytes));
        }
    }
    add("smoke/" + name, 4096, program::chosen_arch(), 1);
}

} // namespace election::bench

int main(int argc, char** argv) {
    try {
        election::bench::register_pack();
        election::bench::register_momentum();
        election::bench::register_update();
        return election::bench::run(argc, argv);
    } catch (const std::exception& failure) {
        std::cerr << "bench_packing: " << failure.what() << '\n';
        return 2;
    }
}
