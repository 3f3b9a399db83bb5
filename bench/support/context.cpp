// SPDX-License-Identifier: MIT
#include "support/context.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include <benchmark/benchmark.h>

#include <kernels/arch_macros.hpp>
#include <kernels/kernels.hpp>

namespace election::bench {

#define ELECTION_DECLARE(arch) std::uint64_t full_adds_##arch(std::uint64_t rounds);
ELECTION_FOR_BUILT(ELECTION_DECLARE)

namespace {

struct roof {
    std::uint64_t (*full_adds)(std::uint64_t);
    std::size_t lanes;
};

[[nodiscard]] roof roof_of(arch_id id) {
#define ELECTION_RETURN(tag)                                                                                                \
    if (id == arch_id::tag) return {&full_adds_##tag, arch::tag::bits};
    ELECTION_FOR_BUILT(ELECTION_RETURN)
    return {&full_adds_word64, arch::word64::bits};
}

[[nodiscard]] double measure(const roof& best) {
    constexpr std::uint64_t rounds = 50'000;
    constexpr double adds_a_round = 64;
    double seconds = 1e9;
    for (int attempt = 0; attempt < 10; ++attempt) {
        const auto start = std::chrono::steady_clock::now();
        std::uint64_t result = best.full_adds(rounds);
        benchmark::DoNotOptimize(result);
        seconds = std::min(seconds, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return adds_a_round * rounds * static_cast<double>(best.lanes) / seconds;
}

[[nodiscard]] std::string processor() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        if (line.starts_with("model name")) return line.substr(line.find(": ") + 2);
    }
    return "unknown";
}

} // namespace

double full_adds_per_second(arch_id arch) {
    static std::map<arch_id, double> measured;
    const auto found = measured.find(arch);
    if (found != measured.end()) return found->second;
    return measured[arch] = measure(roof_of(arch));
}

int run(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    std::string architectures;
    for (arch_id arch : program::usable_architectures()) {
        architectures += (architectures.empty() ? "" : ", ") + std::string(name_of(arch));
    }
    benchmark::AddCustomContext("processor", processor());
    benchmark::AddCustomContext("architectures", architectures);
    benchmark::AddCustomContext("used unless named", std::string(name_of(program::chosen_arch())));
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}

} // namespace election::bench
