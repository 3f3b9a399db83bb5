// SPDX-License-Identifier: MIT
// How fast momentum is updated and packed, against reading two arrays and writing one of them.
#include <election/packing/momentum.hpp>

#include <span>

#include "packing/packing_bench.hpp"

namespace election::bench {
namespace {

constexpr double beta = 0.875;
constexpr std::size_t apart_bytes = 4096 + 512; ///< m and g in different places of the caches

template <class T>
void momentum_binary(benchmark::State& state, std::size_t d, arch_id arch) {
    const random_floats<T> m(d, 1, 0);
    const random_floats<T> g(d, 2, apart_bytes);
    sign_vector signs(d);
    const std::span<T> to(m.data, d);
    const packing_kernel& kernel = program::packing_kernel_of(arch);
    const plain_packing<T>& plain = plain_of<T>(arch);
    const auto run = [&] {
        momentum_pack(to, std::span<const T>(g.data, d), beta, signs, {.nan = nan_policy::abstain}, kernel);
    };
    const auto run_plain = [&] {
        benchmark::DoNotOptimize(plain.momentum(m.data, g.data, d / 64, T(beta), signs.span().data()));
    };
    run_contest(state, {traffic::read_read_write, m.memory.get(), g.memory.get(), d * sizeof(T), run, run_plain});
}

template <class T>
void momentum_ternary(benchmark::State& state, std::size_t d, arch_id arch) {
    const random_floats<T> m(d, 1, 0);
    const random_floats<T> g(d, 2, apart_bytes);
    ternary_vector votes(d);
    const auto out = votes.span();
    const std::span<T> to(m.data, d);
    const packing_kernel& kernel = program::packing_kernel_of(arch);
    const plain_packing<T>& plain = plain_of<T>(arch);
    const pack_options options{.zero = zero_policy::abstain, .nan = nan_policy::abstain};
    const auto run = [&] { momentum_pack(to, std::span<const T>(g.data, d), beta, out, options, kernel); };
    const auto run_plain = [&] {
        const bool nan = plain.momentum_ternary(m.data, g.data, d / 64, T(beta), out.signs().data(), out.present().data());
        benchmark::DoNotOptimize(nan);
    };
    run_contest(state, {traffic::read_read_write, m.memory.get(), g.memory.get(), d * sizeof(T), run, run_plain});
}

} // namespace

void register_momentum() {
    register_sizes("momentum_pack", sizeof(float), momentum_binary<float>);
    register_sizes("momentum_pack_ternary", sizeof(float), momentum_ternary<float>);
    register_sizes("momentum_pack_double", sizeof(double), momentum_binary<double>);
}

} // namespace election::bench
