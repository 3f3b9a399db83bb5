// SPDX-License-Identifier: MIT
// A user who links election::nauty.
#include <election/nauty.hpp>

int main() {
    const election::cover_problem ring{3, 1, {{{0, 1}, 2}, {{1, 2}, 2}, {{0, 2}, 2}}, 0};
    return election::nauty_symmetries(ring).order == 6 ? 0 : 1;
}
