// SPDX-License-Identifier: MIT
#include <iostream>

#include <election/election.hpp>

int main() {
    const election::code code = election::deterministic(9, 2);
    const election::verdict verdict = election::verify(code);
    std::cout << code.name.str() << " tolerates " << verdict.tolerance.value() << " liars\n";
    return verdict.exact && verdict.tolerance == 2 ? 0 : 1;
}
