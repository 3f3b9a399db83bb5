// SPDX-License-Identifier: MIT
// A generator of one's own, used like those of the library; docs/adding-a-generator.md goes through it.
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>

#include <election/election.hpp>

// [generator]
/// Pairs of partitions, and workers that hold everything: 2b workers hold two partitions each, 2b + 1 hold all.
///
/// A pair whose signs differ abstains, which is better than a wrong vote. Tolerates exactly b liars where ties abstain: a
/// nearest election has 2b losing partitions, as many as there are pairs, so no more pairs lose both than win both, and the
/// 2b + 1 full workers are all right.
/// \param tolerance  b, at least 1; the code has n = k = 4b + 1
/// \throws parameter_error  b is 0
[[nodiscard]] election::code paired(std::size_t tolerance) {
    if (tolerance < 1) throw election::parameter_error("paired", "b", std::to_string(tolerance), "must be at least 1");
    const std::size_t b = tolerance;
    const std::size_t n = 4 * b + 1;

    election::code result;
    result.name = election::code_name("paired").with("b", b);
    result.matrix = xt::xtensor<std::uint8_t, 2>({n, n}, std::uint8_t{0});
    for (std::size_t pair = 0; pair < 2 * b; ++pair) {
        result.matrix(pair, 2 * pair) = 1;
        result.matrix(pair, 2 * pair + 1) = 1;
    }
    for (std::size_t i = 2 * b; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) result.matrix(i, j) = 1;
    }
    result.guaranteed.max_load = n;
    result.guaranteed.redundancy = static_cast<double>(4 * b + (2 * b + 1) * n) / static_cast<double>(n);
    return result;
}
// [/generator]

int main() {
    // [check]
    bool all_hold = true;
    for (std::size_t b = 1; b <= 4; ++b) {
        const election::code code = paired(b);
        const election::allocation_metrics costs = election::metrics(code);
        const election::verdict verdict = election::verify(code);
        std::cout << code.name.str() << ": " << costs.workers << " workers, " << costs.ones << " ones, tolerates "
                  << verdict.tolerance.value() << '\n';
        all_hold = all_hold && verdict.tolerance == static_cast<int>(b) && costs.redundancy == code.guaranteed.redundancy;
    }
    return all_hold ? 0 : 1;
    // [/check]
}
