// SPDX-License-Identifier: MIT
// The verify layer needs xsimd and nothing else.
#include <election/verify/verify.hpp>

#include <vector>

int main() {
    const std::vector<std::vector<int>> code{{1, 0, 0}, {1, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 1, 0},
                                             {0, 1, 0}, {0, 0, 1}, {0, 0, 1}, {0, 0, 1}};
    return election::verify(code).tolerance == 1 ? 0 : 1;
}
