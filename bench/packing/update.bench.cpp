// SPDX-License-Identifier: MIT
// How fast weights take a step against signs, against reading and writing the weights.
#include <election/packing/update.hpp>

#include <span>

#include "packing/packing_bench.hpp"

namespace election::bench {
namespace {

constexpr double step = 0x1p-10;

template <class T>
void update_binary(benchmark::State& state, std::size_t d, arch_id arch) {
    const random_floats<T> x(d, 1, 0);
    sign_vector signs = random_signs(d, 2);
    const packing_kernel& kernel = program::packing_kernel_of(arch);
    const plain_packing<T>& plain = plain_of<T>(arch);
    run_contest(state, {traffic::read_write, x.memory.get(), nullptr, d * sizeof(T),
                        [&] { update(std::span<T>(x.data, d), step, signs, kernel); },
                        [&] { plain.update(x.data, d / 64, T(step), signs.span().data()); }});
}

template <class T>
void update_ternary(benchmark::State& state, std::size_t d, arch_id arch) {
    const random_floats<T> x(d, 1, 0);
    const sign_vector signs = random_signs(d, 2);
    const sign_vector present = random_signs(d, 3);
    const ternary_view votes(signs, present);
    const packing_kernel& kernel = program::packing_kernel_of(arch);
    const plain_packing<T>& plain = plain_of<T>(arch);
    const auto run_plain = [&] {
        plain.update_ternary(x.data, d / 64, T(step), votes.signs().data(), votes.present().data());
    };
    run_contest(state, {traffic::read_write, x.memory.get(), nullptr, d * sizeof(T),
                        [&] { update(std::span<T>(x.data, d), step, votes, kernel); }, run_plain});
}

} // namespace

void register_update() {
    register_sizes("update", sizeof(float), update_binary<float>);
    register_sizes("update_ternary", sizeof(float), update_ternary<float>);
    register_sizes("update_double", sizeof(double), update_binary<double>);
}

} // namespace election::bench
