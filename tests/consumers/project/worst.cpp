// SPDX-License-Identifier: MIT
// The function WORST of mixed_flags.cpp, for the instruction set of this file's compiler flags.
#include "worst.hpp"

report WORST() {
    const election::code code = election::paley(19);
    const election::packed_allocation again(code.matrix); // another function that all files share
    const election::verdict verdict = election::verify(again);
    return {std::string(election::default_arch::name), verdict.margin, election::to_string(verdict.witness)};
}
