// SPDX-License-Identifier: MIT
// How fast a tally takes rows that arrive one by one, against only moving the memory that it must move.
#include <election/majority/tally.hpp>

#include <string>
#include <vector>

#include <election/bits/sign_vector.hpp>
#include <kernels/kernels.hpp>

#include "majority/row_contest.hpp"
#include "support/memory_roof.hpp"

namespace election::bench {
namespace {

/// Seven rows of eight are copied; then these and the eighth are read, and every plane is read and written.
void move_as_a_tally(const bench_rows& rows, const bench_rows& waiting, const bench_rows& planes, memory_walk read,
                     memory_walk read_write, const majority_kernel& kernel) {
    const std::size_t words = rows.words();
    std::size_t total = 0;
    for (std::size_t i = 0; i < rows.n; ++i) {
        total += 1;
        if (i % 8 != 7) {
            kernel.copy(const_cast<std::uint64_t*>(waiting.rows[i % 8]), rows.rows[i], words, false);
            continue;
        }
        read(const_cast<std::uint64_t*>(rows.rows[i]), nullptr, words);
        for (std::size_t w = 0; w < 7; ++w) read(const_cast<std::uint64_t*>(waiting.rows[w]), nullptr, words);
        for (std::size_t q = 0; total >> q != 0; ++q) read_write(const_cast<std::uint64_t*>(planes.rows[q]), nullptr, words);
    }
}

void run_tally(benchmark::State& state, std::size_t n, std::size_t d, arch_id arch) {
    const bench_rows rows(n, d, false, n);
    const bench_rows waiting(8, d, false, 1);
    const bench_rows planes(16, d, false, 2);
    sign_vector out(d);
    const majority_kernel& kernel = program::majority_kernel_of(arch);
    tally<> votes(d, kernel);
    const auto take_all = [&] {
        votes.clear();
        for (std::size_t i = 0; i < n; ++i) votes.add(rows.span()[i]);
        votes.majority(out);
    };
    std::vector<timed> roofs;
    for (memory_walk read : memory_walks(traffic::read)) {
        const memory_walk read_write = memory_walks(traffic::read_write).back();
        roofs.push_back([&, read, read_write] { move_as_a_tally(rows, waiting, planes, read, read_write, kernel); });
    }
    run_row_contest(state, {static_cast<double>(rows.bytes()), std::move(roofs), take_all});
}

} // namespace

void register_tally() {
    for (std::size_t d : {std::size_t{1} << 15U, std::size_t{1} << 20U}) {
        register_for_architectures("tally/n:255/d:" + std::to_string(d), static_cast<double>(255 * d / 8),
                                   [=](benchmark::State& state, arch_id arch) { run_tally(state, 255, d, arch); });
    }
}

} // namespace election::bench
