// SPDX-License-Identifier: MIT
#include "support/memory_roof.hpp"

#include <algorithm>
#include <chrono>
#include <new>
#include <span>

#include <sys/mman.h>

#include <kernels/arch_macros.hpp>
#include <kernels/kernels.hpp>

namespace election::bench {

#define ELECTION_DECLARE(arch) extern const memory_roof_kernel memory_roof_##arch;
ELECTION_FOR_BUILT(ELECTION_DECLARE)

namespace {

/// Seconds of one call, on average over `calls`.
template <class Work>
[[nodiscard]] double seconds_of(const Work& work, std::size_t calls) {
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t call = 0; call < calls; ++call) work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / static_cast<double>(calls);
}

} // namespace

std::vector<memory_walk> memory_walks(traffic kind) {
    std::vector<memory_walk> walks;
    const auto add = [&](arch_id arch, const memory_roof_kernel& kernel) {
        if (!is_available(arch)) return;
        const std::span<const memory_walk> added = kind == traffic::read ? std::span<const memory_walk>(kernel.read)
                                                   : kind == traffic::read_write
                                                       ? std::span<const memory_walk>(kernel.read_write)
                                                       : std::span<const memory_walk>(kernel.read_read_write);
        for (memory_walk walk : added) walks.push_back(walk);
    };
#define ELECTION_ADD(tag) add(arch_id::tag, memory_roof_##tag);
    ELECTION_FOR_BUILT(ELECTION_ADD)
    return walks;
}

std::shared_ptr<std::uint64_t[]> huge_array(std::size_t bytes, std::size_t offset_bytes) {
    constexpr std::size_t page = std::size_t{2} << 20U;
    const std::size_t total = bytes + offset_bytes + 2 * page;
    void* memory = ::mmap(nullptr, total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    const std::shared_ptr<void> owner(memory, [total](void* mapped) { ::munmap(mapped, total); });
    const auto address = reinterpret_cast<std::uintptr_t>(memory);
    char* first = static_cast<char*>(memory) + ((address + page - 1) / page * page - address);
    (void)::madvise(first, bytes + offset_bytes, MADV_HUGEPAGE);
    return {owner, reinterpret_cast<std::uint64_t*>(first + offset_bytes)};
}

void run_contest(benchmark::State& state, const contest& compared) {
    constexpr double never = 1e9;
    const std::vector<memory_walk> walks = memory_walks(compared.kind);
    const std::size_t calls = std::max<std::size_t>(1, (std::size_t{1} << 22U) / compared.bytes);
    const std::size_t words = compared.bytes / sizeof(std::uint64_t);
    compared.kernel(); // pages that were never touched
    double roof = never;
    double kernel = never;
    double plain = never;
    for (auto _ : state) {
        for (memory_walk walk : walks) {
            roof = std::min(roof, seconds_of([&] { walk(compared.a, compared.b, words); }, calls));
        }
        const double seconds = seconds_of(compared.kernel, calls);
        kernel = std::min(kernel, seconds);
        state.SetIterationTime(seconds);
        if (compared.plain) plain = std::min(plain, seconds_of(compared.plain, calls));
    }
    const double passes = compared.kind == traffic::read ? 1 : compared.kind == traffic::read_write ? 2 : 3;
    const double bytes = passes * static_cast<double>(compared.bytes);
    state.counters["bytes_per_second"] =
        benchmark::Counter(bytes / kernel, benchmark::Counter::kDefaults, benchmark::Counter::kIs1000);
    state.counters["roof_bytes_per_second"] =
        benchmark::Counter(bytes / roof, benchmark::Counter::kDefaults, benchmark::Counter::kIs1000);
    state.counters["roof_ratio"] = roof / kernel;
    if (compared.plain) state.counters["plain_ratio"] = plain / kernel;
}

std::int64_t contest_rounds(std::size_t bytes) { return bytes > (std::size_t{64} << 20U) ? 12 : 100; }

} // namespace election::bench
