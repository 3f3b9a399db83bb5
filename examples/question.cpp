// SPDX-License-Identifier: MIT
// Asks one question about a code, with a time limit, and checks the answer by the definition.
// [program]
#include <chrono>
#include <iostream>

#include <election/codes/systematic.hpp>
#include <election/verify.hpp>

int main() {
    const auto code = election::systematic(/*partitions*/ 25, /*tolerance*/ 2);

    election::verify_options options;
    options.ties = election::tie_policy::coin; // a tied worker counts as wrong
    options.tolerates = 2;                     // ask only this; the search may end early
    options.time_limit = std::chrono::seconds(60);
    const auto verdict = election::verify(code, options);

    if (!verdict.tolerates.has_value()) {
        std::cout << "not known after " << verdict.messages << " elections\n";
        return 3;
    }
    std::cout << (*verdict.tolerates ? "yes" : "no") << ", the worst election has margin " << verdict.margin << '\n';

    // The witness is an election that anybody can recompute: one pass over the matrix, no search.
    const auto checked = election::check_claim(code, election::claim_of(verdict));
    std::cout << "witness " << election::name_of(checked.witness) << '\n';
    return *verdict.tolerates && checked.holds() ? 0 : 1;
}
// [/program]
