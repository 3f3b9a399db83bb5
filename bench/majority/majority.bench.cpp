// SPDX-License-Identifier: MIT
// How fast a majority is taken, against reading the rows once, loops over bytes, and plain counters.
#include <election/majority/majority.hpp>

#include <algorithm>
#include <string>

#include <election/bits/sign_vector.hpp>
#include <election/majority/ternary_majority.hpp>
#include <kernels/kernels.hpp>

#include "majority/peer_kernel.hpp"
#include "majority/row_contest.hpp"

namespace election::bench {
namespace {

/// Bytes +1 and −1, as many as 256 MB hold; more would be no slower a sign.
struct byte_rows {
    std::size_t d;
    std::vector<std::int8_t> memory;
    std::vector<const std::int8_t*> rows;

    byte_rows(std::size_t n, std::size_t signs) : d(std::min<std::size_t>(signs, (std::size_t{256} << 20U) / n)) {
        const std::size_t stride = d + 64;
        memory.resize(n * stride + d);
        for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = (i * 2654435761U >> 13U & 1U) != 0 ? 1 : -1;
        for (std::size_t i = 0; i < n; ++i) rows.push_back(memory.data() + i * stride);
    }
};

void run_majority(benchmark::State& state, std::size_t n, std::size_t d, bool packed, arch_id arch, bool with_peers) {
    const bench_rows rows(n, d, packed, n);
    sign_vector out(d);
    const row_set set(rows.span());
    const majority_kernel& kernel = program::majority_kernel_of(arch);
    row_contest compared{static_cast<double>(rows.bytes()), row_readers(rows, out.span().data()),
                         [&] { majority(set, out, tie_sign::positive, kernel); }};
    if (!with_peers) return run_row_contest(state, compared);
    const std::size_t plain_words = std::min<std::size_t>(rows.words(), (std::size_t{64} << 20U) / 8 / n / 128 * 128);
    compared.plain = [&] { ripple_majority(rows.rows.data(), n, plain_words, out.span().data()); };
    compared.plain_share = static_cast<double>(plain_words) / static_cast<double>(rows.words());
    if (n > 127) return run_row_contest(state, compared);
    byte_rows bytes(n, d);
    std::vector<std::int8_t> byte_out(bytes.d);
    compared.int8 = [&] { int8_majority(bytes.rows.data(), n, bytes.d, byte_out.data()); };
    compared.int8_share = static_cast<double>(bytes.d) / static_cast<double>(d);
    run_row_contest(state, compared);
}

void run_ternary(benchmark::State& state, std::size_t n, std::size_t d, arch_id arch) {
    const bench_rows both(2 * n, d, false, n); // signs, then presence; not in canonical form, which takes as long
    const sign_matrix_view all = both;
    const ternary_row_set set(sign_matrix_view(all.data(), n, d, both.stride),
                              sign_matrix_view(all.data() + n * both.stride, n, d, both.stride));
    sign_vector out(d);
    const majority_kernel& kernel = program::majority_kernel_of(arch);
    run_row_contest(state, {static_cast<double>(both.bytes()), row_readers(both, out.span().data()),
                            [&] { majority(set, out, tie_sign::positive, kernel); }});
}

} // namespace

void register_majority() {
    for (bool packed : {false, true}) {
        for (std::size_t d : {std::size_t{1} << 13U, std::size_t{1} << 15U, std::size_t{1} << 20U, std::size_t{1} << 26U}) {
            for (std::size_t n : {3U, 9U, 15U, 31U, 63U, 127U, 255U, 1023U}) {
                if (n * d / 8 > 2'200'000'000) continue;
                const std::string name =
                    (packed ? "majority_packed/n:" : "majority/n:") + std::to_string(n) + "/d:" + std::to_string(d);
                const bool with_peers = !packed;
                register_for_architectures(name, static_cast<double>(n * d / 8), [=](benchmark::State& state, arch_id arch) {
                    run_majority(state, n, d, packed, arch, with_peers && arch == program::chosen_arch());
                });
            }
        }
    }
    for (std::size_t d : {std::size_t{1} << 15U, std::size_t{1} << 20U}) {
        for (std::size_t n : {15U, 31U, 255U}) {
            register_for_architectures("ternary_majority/n:" + std::to_string(n) + "/d:" + std::to_string(d),
                                       static_cast<double>(n * d / 4),
                                       [=](benchmark::State& state, arch_id arch) { run_ternary(state, n, d, arch); });
        }
    }
    benchmark::RegisterBenchmark(
        "smoke/majority", [](benchmark::State& state) { run_majority(state, 5, 4096, false, program::chosen_arch(), true); })
        ->UseManualTime()
        ->Iterations(2);
}

} // namespace election::bench
