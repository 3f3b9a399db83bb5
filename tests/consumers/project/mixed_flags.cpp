// SPDX-License-Identifier: MIT
// Files with different instruction sets in one program: each uses its own, and all agree.
#include <iostream>
#include <string_view>

#include "worst.hpp"

report worst_plain();
report worst_avx2();
report worst_avx512();

namespace {

const election::verdict expected = election::verify<election::arch::word64>(election::paley(19));

bool agrees(const report& found, std::string_view arch) {
    std::cout << found.arch << ": margin " << found.margin << ", witness " << found.witness << '\n';
    return found.arch == arch && found.margin == expected.margin && found.witness == election::to_string(expected.witness);
}

} // namespace

int main() {
    bool all_agree = agrees(worst_plain(), election::default_arch::name);
#ifdef WITH_avx2
    if (election::is_available(election::arch_id::avx2)) all_agree &= agrees(worst_avx2(), "avx2");
#endif
#ifdef WITH_avx512
    if (election::is_available(election::arch_id::avx512)) all_agree &= agrees(worst_avx512(), "avx512");
#endif
    return all_agree ? 0 : 1;
}
