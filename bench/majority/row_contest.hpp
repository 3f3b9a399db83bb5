// SPDX-License-Identifier: MIT
// row_contest: a majority kernel timed in turn with the best readers of the same rows and with plain loops.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <election/bits/sign_matrix.hpp>
#include <election/core/arch.hpp>

namespace election::bench {

/// Rows of random signs in memory of large pages.
struct bench_rows {
    /// \param packed  a distance of d / 8 bytes, else that of the library's own matrices
    bench_rows(std::size_t rows, std::size_t signs, bool packed, std::uint64_t seed);

    [[nodiscard]] sign_matrix_span<std::uint64_t> span() const { return {memory.get(), n, d, stride}; }
    operator sign_matrix_view() const { return span(); }
    [[nodiscard]] std::size_t words() const { return d / 64; }
    /// Of all rows, without what lies between them.
    [[nodiscard]] std::size_t bytes() const { return n * d / 8; }

    std::size_t n;
    std::size_t d;
    std::size_t stride;
    std::shared_ptr<std::uint64_t[]> memory;
    std::vector<const std::uint64_t*> rows;
};

/// Something that is timed.
using timed = std::function<void()>;

/// Readers of all rows' bytes: the sequential readers of every usable architecture, and XOR across all rows, one store a column.
[[nodiscard]] std::vector<timed> row_readers(const bench_rows& rows, std::uint64_t* out);

/// What is compared in one benchmark.
struct row_contest {
    double bytes;             ///< that must be touched
    std::vector<timed> roofs; ///< ways to touch them and do nothing else
    timed kernel;             ///< what is measured
    timed plain = nullptr;    ///< plain loops, or nothing
    double plain_share = 1;   ///< of the signs that they do
    timed int8 = nullptr;     ///< loops over bytes, or nothing
    double int8_share = 1;    ///< of the signs that they do
};

/// Times everything in turn, once each for every iteration of `state` (manual time), and compares the shortest times.
/// Counters: roof_ratio (1 = the roof), plain_ratio and int8_ratio (how many times faster than these, a sign).
void run_row_contest(benchmark::State& state, const row_contest& compared);

/// Iterations that give a steady minimum within a few seconds.
[[nodiscard]] std::int64_t rounds_for(double bytes);

/// Registers NAME (in the interface of the benchmarks) and NAME/arch:ARCH for every usable architecture.
void register_for_architectures(const std::string& name, double bytes,
                                const std::function<void(benchmark::State&, arch_id)>& run);

void register_majority();
void register_counts();
void register_tally();
void register_encoder();
void register_elect();
void register_agreement();

} // namespace election::bench
