// SPDX-License-Identifier: MIT
// How fast floats become signs, against reading the floats.
#include <election/packing/pack.hpp>

#include <span>

#include "packing/packing_bench.hpp"

namespace election::bench {
namespace {

template <class T>
void pack_binary(benchmark::State& state, std::size_t d, arch_id arch) {
    const random_floats<T> x(d, 1, 0);
    sign_vector signs(d);
    const packing_kernel& kernel = program::packing_kernel_of(arch);
    const plain_packing<T>& plain = plain_of<T>(arch);
    run_contest(state, {traffic::read, x.memory.get(), nullptr, d * sizeof(T),
                        [&] { pack(std::span<const T>(x.data, d), signs, {}, kernel); },
                        [&] { benchmark::DoNotOptimize(plain.pack(x.data, d / 64, signs.span().data())); }});
}

template <class T>
void pack_ternary(benchmark::State& state, std::size_t d, arch_id arch) {
    const random_floats<T> x(d, 1, 0);
    ternary_vector votes(d);
    const auto out = votes.span();
    const packing_kernel& kernel = program::packing_kernel_of(arch);
    const plain_packing<T>& plain = plain_of<T>(arch);
    const auto run = [&] { pack(std::span<const T>(x.data, d), out, {.zero = zero_policy::abstain}, kernel); };
    const auto run_plain = [&] {
        benchmark::DoNotOptimize(plain.pack_ternary(x.data, d / 64, out.signs().data(), out.present().data()));
    };
    run_contest(state, {traffic::read, x.memory.get(), nullptr, d * sizeof(T), run, run_plain});
}

} // namespace

void register_pack() {
    register_sizes("pack_float", sizeof(float), pack_binary<float>);
    register_sizes("pack_float_ternary", sizeof(float), pack_ternary<float>);
    register_sizes("pack_double", sizeof(double), pack_binary<double>);
    register_sizes("pack_double_ternary", sizeof(double), pack_ternary<double>);
}

} // namespace election::bench
