// SPDX-License-Identifier: MIT
// The shortest way from parameters to a proved tolerance.
// [program]
#include <iostream>

#include <election/election.hpp>

int main() {
    auto code = election::deterministic(/*workers*/ 15, /*tolerance*/ 3);
    auto verdict = election::verify(code); // any 0/1 matrix works

    std::cout << code.name.str() << " tolerates " << verdict.tolerance.value() << " lying workers\n"
              << "the worst of " << verdict.messages << " elections, won by " << verdict.margin << " votes:\n"
              << "signs of the partitions " << election::to_string(verdict.witness) << '\n'
              << "votes of the workers    " << election::to_string(verdict.witness_votes) << '\n';
    return verdict.tolerance == 3 ? 0 : 1;
}
// [/program]
