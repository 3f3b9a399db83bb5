// SPDX-License-Identifier: MIT
// Verifies matrices of one's own: a container of rows, an xtensor array, and an expression that is never stored.
#include <cstdint>
#include <iostream>
#include <string_view>
#include <vector>

#include <election/election.hpp>

namespace {

/// Prints what the verifier says; returns whether it is what was expected.
template <election::allocation Code>
bool show(std::string_view name, const Code& code, int expected_tolerance) {
    const election::verdict verdict = election::verify(code);
    std::cout << name << ": redundancy " << election::metrics(code).redundancy << ", margin " << verdict.margin
              << ", tolerance " << verdict.tolerance.value() << '\n';
    return verdict.tolerance == expected_tolerance;
}

} // namespace

int main() {
    bool as_expected = true;

    // [rows]
    // A published code of five workers that was said to tolerate a liar (a reconstruction): it does not.
    const std::vector<std::vector<int>> rows{
        {1, 0, 1, 1, 0}, {1, 1, 0, 0, 1}, {0, 0, 1, 1, 1}, {0, 1, 0, 1, 1}, {1, 1, 1, 0, 0},
    };
    as_expected &= show("container of rows", rows, 0);
    // [/rows]

    // [xtensor]
    // Two groups of three workers, and a seventh that breaks ties: any xtensor array of numbers is a code ...
    const xt::xtensor<std::uint8_t, 2> groups{
        {1, 0, 0}, {1, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 1, 0}, {0, 1, 0}, {0, 0, 1},
    };
    as_expected &= show("xtensor array", groups, 0);
    // ... and so is an expression, here the complement: each worker holds what it did not hold before.
    as_expected &= show("xtensor expression", 1 - groups, 0);
    // [/xtensor]

    return as_expected ? 0 : 1;
}
